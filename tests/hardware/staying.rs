//! Pictures that do not leave the device that decodes and encodes them, and those that do.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use telecine::filter::Flip;
use telecine::hardware::WhySoftware;
use telecine::{
    AnyOutput, AnyTrack, AnyVideo, Error, H264, H265, Hardware, Launch, Location, Matroska, NvencH264, Outcome, Overwrite,
    Pipeline, Plan, Preset, Progress, Quality, Speed, TrackEncoder, X264, logs, secs,
};

use crate::made::{changing, cropped, cuda, many, open_gops, reshaped, ten_bits};
use crate::pipelines::Lines;
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::oracle::ffmpeg;
use crate::support::{Media, clips, names, within};

const UNTESTED: &str = "whether pictures that stay on a device are those that are fetched";

pub(crate) fn required() -> Hardware {
    Hardware::require(cuda())
}

pub(crate) fn preferred() -> Hardware {
    Hardware::prefer([cuda()])
}

pub(crate) fn h264(policy: Hardware) -> AnyVideo {
    H264::default().speed(Speed::Fastest).hardware(policy).into()
}

pub(crate) fn to(path: &Path, encoding: impl Into<AnyVideo>) -> AnyOutput {
    let mut output = AnyOutput::from(Matroska::file(path).overwrite(Overwrite::Replace));
    output.tracks.push(AnyTrack::video(encoding.into()));
    output
}

pub(crate) fn planned(scenario: &str, pipeline: &Pipeline) -> Plan {
    let task = pipeline.plan();
    within(60, scenario, move || task.wait()).unwrap_or_else(|why| panic!("{scenario}: {why:?}"))
}

/// What a job came to, and its last snapshot. An application that looks at pictures has them fetched.
pub(crate) fn ran(scenario: &str, pipeline: Pipeline, looks: bool) -> (Result<Outcome, Error>, Progress) {
    within(120, scenario, move || {
        let launch = pipeline.run();
        let launch = if looks { launch.video_tap(|_| Ok(())) } else { launch };
        let job = launch.start();
        let control = job.control();
        let result = job.wait();
        (result, control.progress())
    })
}

#[track_caller]
pub(crate) fn done(scenario: &str, pipeline: Pipeline, looks: bool) -> (Outcome, Progress) {
    let (result, last) = ran(scenario, pipeline, looks);
    (result.unwrap_or_else(|why| panic!("{scenario}: {why:?}")), last)
}

pub(crate) fn stay(outcome: &Outcome) -> Vec<bool> {
    outcome.encoders.iter().map(|it| it.stays_on_device).collect()
}

pub(crate) fn plan_stays(plan: &Plan) -> Vec<bool> {
    plan.outputs.iter().flat_map(|it| &it.tracks).map(|it| it.stays_on_device).collect()
}

fn asks_program(plan: &Plan) -> bool {
    plan.command.arguments().windows(2).any(|it| it == ["-hwaccel_output_format", "cuda"])
}

/// The pictures of that job stay: what is written is what the program writes with the plan's command, and what is written where the
/// pictures are fetched.
#[track_caller]
fn check_stays(driver: &Driver, name: &str, pipeline: &Pipeline, paths: &[PathBuf]) {
    let (by_program, before) = check_stays_as_planned(driver, name, pipeline, paths);
    // Of several, nobody knows which one begins first.
    let told = || {
        let mut told: Vec<_> = driver.log().told().iter().rev().take(paths.len()).map(|it| format!("{it:?}")).collect();
        told.sort();
        told
    };
    let sessions = told();
    let (outcome, _) = done(name, pipeline.clone(), true);
    assert!(!stay(&outcome).contains(&true) && driver.log().fetched() > before, "{name}: the application looks at them");
    assert_eq!(packets(paths), by_program, "{name}");
    assert_eq!(told(), sessions, "{name}");
}

/// The pictures of that job stay, and what is written is what the program writes with the plan's command: the packets, and how many
/// planes had been fetched until then.
#[track_caller]
pub(crate) fn check_stays_as_planned(
    driver: &Driver,
    name: &str,
    pipeline: &Pipeline,
    paths: &[PathBuf],
) -> (Vec<String>, usize) {
    let plan = planned(name, pipeline);
    let all = vec![true; paths.len()];
    assert_eq!((plan_stays(&plan), asks_program(&plan)), (all.clone(), true), "{name}: {plan}");
    ffmpeg(plan.command.arguments()).unwrap();
    let (by_program, before) = (packets(paths), driver.log().fetched());
    let (outcome, last) = done(name, pipeline.clone(), false);
    assert_eq!((stay(&outcome), driver.log().fetched()), (all, before), "{name}");
    assert_eq!(packets(paths), by_program, "{name}: {}", plan.command);
    assert_eq!((last.attempt, last.frames_decoded.is_some(), outcome.hardware.used), (1, true, Some(cuda())), "{name}");
    (by_program, before)
}

fn packets(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|it| Media::at(it).packets()).collect()
}

#[test]
fn pictures_stay_on_the_device_that_encodes_them() {
    let test = "staying::pictures_stay_on_the_device_that_encodes_them";
    // Of MP4 nobody knows the depth when the encoder is chosen.
    let clips = [many(), remuxed(&ten_bits(), &[], "hw_ten_small.ts"), open_gops()];
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, clip| driver.knows(clip));
    driver.alone(test, |dir| {
        let [many, deep, open] = &clips;
        let path = dir.join("out.mkv");
        let high: AnyVideo = H265::quality(Quality::High).hardware(required()).into();
        let own: AnyVideo = NvencH264::constant_quality(25.0).option("bf", "2").option("rc-lookahead", "20").into();
        let all: [(&str, &PathBuf, AnyVideo); 5] = [
            ("many pictures", many, h264(required())),
            ("ahead of itself", many, own),
            ("eight bits as HEVC", open, high.clone()),
            ("ten bits", deep, high),
            ("preferred", open, h264(preferred())),
        ];
        for (name, clip, encoding) in all {
            let pipeline = Pipeline::read(clip).hardware(required()).output(to(&path, encoding));
            check_stays(&driver, name, &pipeline, std::slice::from_ref(&path));
        }
        let given = driver.log().given_on_device();
        assert_eq!(given.iter().map(String::as_str).collect::<Vec<_>>(), ["nv12", "p010"]);
        assert_eq!(driver.log().refused(), []);
        let held = driver.log().held();
        assert_eq!(Held { contexts: 0, ..held }, Held::default(), "all is given back");
    });
}

#[test]
fn several_tracks_of_one_stream_and_a_part_of_it_stay() {
    let test = "staying::several_tracks_of_one_stream_and_a_part_of_it_stay";
    let clip = open_gops();
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(&clip).alone(test, |dir| {
        let paths = ["one.mkv", "two.mkv"].map(|it| dir.join(it));
        let second = H265::quality(Quality::Low).hardware(required());
        let pipeline = Pipeline::read(&clip).hardware(required());
        let pipeline = pipeline.output(to(&paths[0], h264(required()))).output(to(&paths[1], second));
        check_stays(&Driver::new(UNTESTED).expect("there is one"), "two outputs", &pipeline, &paths);
        let part = Pipeline::read(&clip).trim(secs(1)..secs(3)).hardware(required());
        let part = part.output(to(&paths[0], h264(required())));
        check_stays(&Driver::new(UNTESTED).expect("there is one"), "a part", &part, &paths[..1]);
    });
}

/// The pictures of that job are fetched, and the plan says so.
#[track_caller]
pub(crate) fn check_fetched(driver: &Driver, name: &str, pipeline: Pipeline, paths: &[PathBuf]) {
    let plan = planned(name, &pipeline);
    assert!(!plan_stays(&plan).contains(&true) && !asks_program(&plan), "{name}: {plan}");
    ffmpeg(plan.command.arguments()).unwrap();
    let (by_program, before) = (packets(paths), driver.log().fetched());
    let (outcome, last) = done(name, pipeline, false);
    assert!(!stay(&outcome).contains(&true) && driver.log().fetched() > before, "{name}");
    assert_eq!((packets(paths), last.attempt, outcome.hardware.used), (by_program, 1, Some(cuda())), "{name}: {}", plan.command);
    assert!(outcome.encoders.iter().any(|it| it.hardware.used == Some(cuda())), "{name}");
}

pub(crate) fn remuxed(clip: &Path, before: &[&str], name: &str) -> PathBuf {
    let clip = clip.to_str().expect("cargo's folder has a name in UTF-8");
    clips::make_with(name, &[before, &["-i", clip]].concat(), &["-c", "copy"], &[])
}

#[test]
fn pictures_that_are_wanted_elsewhere_are_fetched() {
    let test = "staying::pictures_that_are_wanted_elsewhere_are_fetched";
    let turned = remuxed(&open_gops(), &["-display_rotation", "90"], "hw_turned_small.mp4");
    let clips = [open_gops(), ten_bits(), turned];
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, clip| driver.knows(clip));
    driver.alone(test, |dir| {
        let [open, deep, turned] = &clips;
        let paths = ["one.mkv", "two.mkv"].map(|it| dir.join(it));
        let read = |clip: &Path| Pipeline::read(clip).hardware(required());
        let one = |clip| read(clip).output(to(&paths[0], h264(required())));
        check_fetched(&driver, "a filter", one(open).video_filter(Flip::Horizontal), &paths[..1]);
        check_fetched(&driver, "ten bits into H.264", one(deep), &paths[..1]);
        check_fetched(&driver, "to be turned", one(turned), &paths[..1]);
        let other = to(&paths[1], X264::crf(30.0).preset(Preset::Ultrafast));
        check_fetched(&driver, "another encoder", one(open).output(other), &paths);
        // What looks at pictures is known to the plan as well.
        let task = one(open).run().video_tap(|_| Ok(())).plan();
        let plan = within(60, test, move || task.wait()).unwrap();
        assert!(plan_stays(&plan) == [false] && !asks_program(&plan), "{plan}");
    });
}

#[test]
fn what_the_device_cannot_cut_off_is_fetched() {
    let test = "staying::what_the_device_cannot_cut_off_is_fetched";
    let clip = cropped();
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(&clip).alone(test, |dir| {
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(&clip).hardware(required()).output(to(&path, h264(required())));
        let (outcome, last) = done(test, pipeline.clone(), false);
        assert_eq!((stay(&outcome), last.attempt), (vec![false], 1));
        let ours = Media::at(&path).packets();
        done(test, pipeline, true);
        assert_eq!(ours, Media::at(&path).packets());
    });
}

/// A film that is to stay on the device while that goes wrong: the processor does it, and it is all there. Where it is required, it is an
/// error.
fn left(test: &str, clip: &Path, fault: Fault, check: impl FnOnce(&Outcome)) {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(clip).fault(fault).alone(test, |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        let job = |policy: fn() -> Hardware| Pipeline::read(clip).hardware(policy()).output(to(&path, h264(policy())));
        // The fault comes with every attempt.
        let (result, last) = ran(test, job(required), false);
        let why = result.expect_err("the device is required");
        assert!(matches!(why, Error::Hardware { .. }), "{why:?}");
        assert_eq!((last.attempt, names(dir)), (1, Vec::new()));
        let log = Driver::new(UNTESTED).expect("there is one").log();
        assert_eq!((log.fetched(), log.given().len()), (0, 0), "they were to stay");
        let (outcome, last) = done(test, job(preferred), false);
        let [TrackEncoder { encoder, hardware, stays_on_device: false, .. }] = &outcome.encoders[..] else {
            panic!("{outcome:?}")
        };
        assert_eq!((encoder.as_str(), &hardware.used, &outcome.hardware.used), ("libx264", &None, &None));
        let frames = |it: &Path| Media::at(it).frame_times().len();
        assert_eq!(frames(&path), frames(clip), "attempt {}", last.attempt);
        check(&outcome);
    });
}

#[test]
fn a_decoder_that_fails_in_the_middle_is_left() {
    let test = "staying::a_decoder_that_fails_in_the_middle_is_left";
    left(test, &open_gops(), Fault::code(Call::Decode, 700).from(70), |outcome| {
        assert!(!outcome.hardware.left.is_empty(), "{outcome:?}");
    });
}

#[test]
fn an_encoder_that_fails_in_the_middle_is_left() {
    let test = "staying::an_encoder_that_fails_in_the_middle_is_left";
    left(test, &open_gops(), Fault::code(Call::Encode, 20).from(70), |outcome| {
        assert!(!outcome.encoders[0].hardware.left.is_empty(), "{outcome:?}");
    });
}

#[test]
fn a_stream_that_the_device_does_not_decode_is_noticed() {
    let test = "staying::a_stream_that_the_device_does_not_decode_is_noticed";
    left(test, &open_gops(), Fault::unsupported(), |outcome| {
        assert_eq!(outcome.hardware.left[0].why, WhySoftware::Unsupported);
    });
}

/// Pictures of that clip stay until one cannot: the job begins anew on the same device and fetches them, also where that is required, and
/// writes what it writes where they are fetched from the beginning.
fn fetched_in_the_end(test: &str, clip: &Path) {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(clip).alone(test, |dir| {
        let path = dir.join("out.mkv");
        let job = |policy: fn() -> Hardware| Pipeline::read(clip).hardware(policy()).output(to(&path, h264(policy())));
        done(test, job(required), true);
        let wanted = Media::at(&path).packets();
        assert_eq!(Media::at(&path).frame_times().len(), Media::at(clip).frame_times().len());
        done(test, Pipeline::read(clip).output(to(&path, h264(required()))), false);
        assert_eq!(Media::at(&path).packets(), wanted, "as they are decoded by the processor");
        for policy in [required, preferred] {
            assert_eq!(plan_stays(&planned(test, &job(policy))), [true]);
            let lines = Lines::default();
            let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
            let job = tracing::subscriber::with_default(subscriber, || job(policy).start());
            let control = job.control();
            let outcome = within(120, test, move || job.wait()).unwrap_or_else(|why| panic!("{why:?}"));
            assert_eq!(control.progress().attempt, 2);
            let [TrackEncoder { encoder, hardware, stays_on_device: false, why_fetched: Some(why), .. }] = &outcome.encoders[..]
            else {
                panic!("{outcome:?}")
            };
            assert_eq!((encoder.as_str(), &hardware.used, &outcome.hardware.used), ("h264_nvenc", &Some(cuda()), &Some(cuda())));
            assert!(hardware.left.is_empty() && outcome.hardware.left.is_empty(), "{outcome:?}");
            assert!(why.contains("change in the middle"), "{why}");
            assert_eq!(Media::at(&path).packets(), wanted);
            assert_eq!(names(dir), ["out.mkv"], "nothing of the first attempt is left");
            let text = lines.text();
            let told: Vec<_> = text.lines().filter(|it| it.contains("WARN") && it.contains("telecine")).collect();
            assert!(matches!(&told[..], [line] if line.contains("change in the middle") && line.contains("at=Some")), "{text}");
        }
        let held = Driver::new(UNTESTED).expect("there is one").log().held();
        assert_eq!(Held { contexts: 0, ..held }, Held::default(), "all is given back");
    });
}

#[test]
fn pictures_that_change_in_the_middle_do_not_stay() {
    fetched_in_the_end("staying::pictures_that_change_in_the_middle_do_not_stay", &changing());
}

#[test]
fn pictures_of_another_shape_do_not_stay() {
    // Of the same size, and FFmpeg has another pool for them, which ends the program.
    fetched_in_the_end("staying::pictures_of_another_shape_do_not_stay", &reshaped());
}

#[test]
fn pictures_of_a_job_that_cannot_begin_anew_are_fetched() {
    let test = "staying::pictures_of_a_job_that_cannot_begin_anew_are_fetched";
    let (clip, still) = (changing(), open_gops());
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(&clip).knows(&still).alone(test, |dir| {
        let path = dir.join("out.mkv");
        let read = |clip: &Path| Pipeline::read(clip).hardware(required());
        done(test, read(&clip).output(to(&path, h264(required()))), true);
        let wanted = Media::at(&path).packets();
        fs::remove_file(&path).unwrap();
        // What is written in place cannot be written again.
        let fifo = dir.join("fifo.mkv");
        mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let pipeline = read(&clip).output(to(&fifo, h264(required())));
        assert_eq!(plan_stays(&planned(test, &pipeline)), [false]);
        let (reading, copy) = (fifo.clone(), path.clone());
        let reader = std::thread::spawn(move || fs::write(copy, fs::read(reading).unwrap()).unwrap());
        let (outcome, last) = done(test, pipeline, false);
        reader.join().unwrap();
        assert_eq!((stay(&outcome), last.attempt, outcome.hardware.used), (vec![false], 1, Some(cuda())));
        assert_eq!(outcome.encoders[0].why_fetched, None, "nobody meant them to stay");
        assert_eq!(Media::at(&path).packets(), wanted);
        fs::remove_file(&path).unwrap();
        // Of these, nobody knows that they do not change.
        let file = || read(&still).output(to(&path, h264(required())));
        let planned = |launch: Launch| {
            let task = launch.plan();
            plan_stays(&within(60, test, move || task.wait()).unwrap())
        };
        assert_eq!(planned(file().run()), [true]);
        let reads = |it: &Path| fs::File::open(it).unwrap();
        let given = Pipeline::read(Location::stream("in")).hardware(required()).output(to(&path, h264(required())));
        assert_eq!(planned(given.run().reader_named("in", reads(&still))), [false]);
        assert_eq!(planned(file().run().audio_tap(|_| Ok(()))), [false]);
        assert_eq!(planned(file().run().audio_tap(|_| Ok(())).taps_begin_anew()), [true]);
    });
}

#[test]
fn an_encoder_that_looks_ahead_leaves_the_decoder_its_surfaces() {
    let test = "staying::an_encoder_that_looks_ahead_leaves_the_decoder_its_surfaces";
    let clip = many();
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(&clip).alone(test, |dir| {
        let ahead = NvencH264::constant_quality(25.0).option("rc-lookahead", "32").option("bf", "3");
        let pipeline = Pipeline::read(&clip).hardware(required()).output(to(&dir.join("out.mkv"), ahead));
        let (outcome, _) = done(test, pipeline.clone(), false);
        assert_eq!(stay(&outcome), [true]);
        let log = Driver::new(UNTESTED).expect("there is one").log();
        // Those of the encoder, and of two queues of eight; of 350 in all.
        assert!((50..100).contains(&log.most_memory()), "{}", log.most_memory());
        done(test, pipeline, true);
        let made = Driver::new(UNTESTED).expect("there is one").log().decoders();
        assert!(made.len() == 2 && made[0] == made[1], "{made:?}");
    });
}
