//! Pictures that do not leave the device that decodes and encodes them, and those that do.

use std::path::{Path, PathBuf};

use telecine::filter::Scale;
use telecine::hardware::WhySoftware;
use telecine::{
    AnyOutput, AnyTrack, AnyVideo, Error, H264, H265, Hardware, Matroska, NvencH264, Outcome, Overwrite, Pipeline, Plan, Preset,
    Progress, Quality, Speed, TrackEncoder, X264, logs, secs,
};

use crate::made::{changing, cropped, cuda, many, open_gops, reshaped, ten_bits};
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::oracle::ffmpeg;
use crate::support::{Media, clips, names, within};

const UNTESTED: &str = "whether pictures that stay on a device are those that are fetched";

fn required() -> Hardware {
    Hardware::require(cuda())
}

fn preferred() -> Hardware {
    Hardware::prefer([cuda()])
}

fn h264(policy: Hardware) -> AnyVideo {
    H264::default().speed(Speed::Fastest).hardware(policy).into()
}

fn to(path: &Path, encoding: impl Into<AnyVideo>) -> AnyOutput {
    let mut output = AnyOutput::from(Matroska::file(path).overwrite(Overwrite::Replace));
    output.tracks.push(AnyTrack::video(encoding.into()));
    output
}

fn planned(scenario: &str, pipeline: &Pipeline) -> Plan {
    let task = pipeline.plan();
    within(60, scenario, move || task.wait()).unwrap_or_else(|why| panic!("{scenario}: {why:?}"))
}

/// What a job came to, and its last snapshot. An application that looks at pictures has them fetched.
fn ran(scenario: &str, pipeline: Pipeline, looks: bool) -> (Result<Outcome, Error>, Progress) {
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
fn done(scenario: &str, pipeline: Pipeline, looks: bool) -> (Outcome, Progress) {
    let (result, last) = ran(scenario, pipeline, looks);
    (result.unwrap_or_else(|why| panic!("{scenario}: {why:?}")), last)
}

fn stay(outcome: &Outcome) -> Vec<bool> {
    outcome.encoders.iter().map(|it| it.stays_on_device).collect()
}

fn plan_stays(plan: &Plan) -> Vec<bool> {
    plan.outputs.iter().flat_map(|it| &it.tracks).map(|it| it.stays_on_device).collect()
}

fn asks_program(plan: &Plan) -> bool {
    plan.command.arguments().windows(2).any(|it| it == ["-hwaccel_output_format", "cuda"])
}

/// The pictures of that job stay: what is written is what the program writes with the plan's command, and what is written where the
/// pictures are fetched.
#[track_caller]
fn check_stays(driver: &Driver, name: &str, pipeline: &Pipeline, paths: &[PathBuf]) {
    let plan = planned(name, pipeline);
    let all = vec![true; paths.len()];
    assert_eq!((plan_stays(&plan), asks_program(&plan)), (all.clone(), true), "{name}: {plan}");
    let back = Pipeline::from_command(&plan.command.to_string()).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert_eq!(planned(name, &back).command, plan.command, "{name}: what is printed is read back");
    let packets = || paths.iter().map(|it| Media::at(it).packets()).collect::<Vec<_>>();
    let fetched = || driver.log().fetched();
    // Of several, nobody knows which one begins first.
    let told = || {
        let mut told: Vec<_> = driver.log().told().iter().rev().take(paths.len()).map(|it| format!("{it:?}")).collect();
        told.sort();
        told
    };
    ffmpeg(plan.command.arguments()).unwrap();
    let (by_program, before) = (packets(), fetched());
    let (outcome, last) = done(name, pipeline.clone(), false);
    assert_eq!((stay(&outcome), fetched()), (all, before), "{name}");
    assert_eq!(packets(), by_program, "{name}: {}", plan.command);
    assert_eq!((last.attempt, last.frames_decoded.is_some(), outcome.hardware.used), (1, true, Some(cuda())), "{name}");
    let sessions = told();
    let (outcome, _) = done(name, pipeline.clone(), true);
    assert!(!stay(&outcome).contains(&true) && fetched() > before, "{name}: the application looks at them");
    assert_eq!(packets(), by_program, "{name}");
    assert_eq!(told(), sessions, "{name}");
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
fn check_fetched(driver: &Driver, name: &str, pipeline: Pipeline, paths: &[PathBuf]) {
    let plan = planned(name, &pipeline);
    assert!(!plan_stays(&plan).contains(&true) && !asks_program(&plan), "{name}: {plan}");
    ffmpeg(plan.command.arguments()).unwrap();
    let packets = || paths.iter().map(|it| Media::at(it).packets()).collect::<Vec<_>>();
    let (by_program, before) = (packets(), driver.log().fetched());
    let (outcome, last) = done(name, pipeline, false);
    assert!(!stay(&outcome).contains(&true) && driver.log().fetched() > before, "{name}");
    assert_eq!((packets(), last.attempt, outcome.hardware.used), (by_program, 1, Some(cuda())), "{name}: {}", plan.command);
    assert!(outcome.encoders.iter().any(|it| it.hardware.used == Some(cuda())), "{name}");
}

fn remuxed(clip: &Path, before: &[&str], name: &str) -> PathBuf {
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
        check_fetched(&driver, "a filter", one(open).video_filter(Scale::fit_width(100)), &paths[..1]);
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
fn left(test: &str, clip: &Path, fault: Option<Fault>, check: impl FnOnce(&Outcome)) {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = fault.into_iter().fold(driver.knows(clip), Driver::fault);
    driver.alone(test, |dir| {
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
    left(test, &open_gops(), Some(Fault::code(Call::Decode, 700).from(70)), |outcome| {
        assert!(!outcome.hardware.left.is_empty(), "{outcome:?}");
    });
}

#[test]
fn an_encoder_that_fails_in_the_middle_is_left() {
    let test = "staying::an_encoder_that_fails_in_the_middle_is_left";
    left(test, &open_gops(), Some(Fault::code(Call::Encode, 20).from(70)), |outcome| {
        assert!(!outcome.encoders[0].hardware.left.is_empty(), "{outcome:?}");
    });
}

#[test]
fn a_stream_that_the_device_does_not_decode_is_noticed() {
    let test = "staying::a_stream_that_the_device_does_not_decode_is_noticed";
    left(test, &open_gops(), Some(Fault::unsupported()), |outcome| {
        assert_eq!(outcome.hardware.left[0].why, WhySoftware::Unsupported);
    });
}

#[test]
fn pictures_that_change_in_the_middle_do_not_stay() {
    let test = "staying::pictures_that_change_in_the_middle_do_not_stay";
    left(test, &changing(), None, |outcome| {
        let left = &outcome.hardware.left[0];
        assert!(left.said.contains("change in the middle") && left.at.is_some_and(|it| it >= secs(4)), "{left:?}");
    });
}

#[test]
fn pictures_of_another_shape_do_not_stay() {
    // Of the same size, and FFmpeg has another pool for them, which ends the program.
    left("staying::pictures_of_another_shape_do_not_stay", &reshaped(), None, |outcome| {
        assert!(outcome.hardware.left[0].said.contains("change in the middle"), "{:?}", outcome.hardware);
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
