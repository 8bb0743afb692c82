//! Jobs whose tracks a device encodes, and what becomes of them where it fails: as the `ffmpeg` program writes them on the same device, or
//! as the processor does.

use std::fs;
use std::path::Path;

use telecine::codec::{NvencPreset, NvencTune};
use telecine::hardware::{WhySoftware, limit_sessions};
use telecine::{
    AnyOutput, AnyTrack, AnyVideo, Error, H264, H265, Hardware, Hls, KeyframeInterval, Location, Matroska, Mp4, NvencH264,
    NvencH265, Outcome, Overwrite, Pipeline, Progress, Quality, Speed, Stage, TrackEncoder, X264, kbps, logs, mbps, secs,
};

use crate::made::{cuda, open_gops, ten_bits};
use crate::support::driver::{Call, Driver, Fault, Held, Log, Told};
use crate::support::oracle::ffmpeg;
use crate::support::{Media, clips, names, outcome, to_be_stopped, within};

const UNTESTED: &str = "whether tracks that a device encodes are those that it was asked for";

/// FFmpeg's lines say what went wrong, and which encoder it was.
fn hear() {
    logs::install().expect("there is a thread");
}

fn h264() -> H264 {
    H264::default().speed(Speed::Fastest)
}

/// What a job came to, and its last snapshot.
fn ran(scenario: &str, pipeline: Pipeline) -> (Result<Outcome, Error>, Progress) {
    within(120, scenario, move || {
        let job = pipeline.start();
        let control = job.control();
        let result = job.wait();
        (result, control.progress())
    })
}

#[track_caller]
fn done(scenario: &str, pipeline: Pipeline) -> (Outcome, Progress) {
    let (result, last) = ran(scenario, pipeline);
    (result.unwrap_or_else(|why| panic!("{scenario}: {why:?}")), last)
}

#[track_caller]
fn only(outcome: &Outcome) -> &TrackEncoder {
    let [track] = &outcome.encoders[..] else { panic!("{:?}", outcome.encoders) };
    track
}

/// The engine keeps the devices that it has opened, and nothing else.
#[track_caller]
fn nothing_is_left(driver: &Driver, most: usize) {
    let held = driver.log().held();
    assert!(held.contexts <= most, "{held:?}");
    assert_eq!(Held { contexts: 0, ..held }, Held::default());
}

#[test]
fn a_device_encodes_what_the_program_encodes_on_it() {
    let test = "encoding::a_device_encodes_what_the_program_encodes_on_it";
    let clips = [clips::short(), ten_bits()];
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.alone(test, |dir| {
        let required = || Hardware::require(cuda());
        let path = dir.join("out.mp4");
        let all: [(AnyVideo, &str, &str); 6] = [
            (h264().hardware(required()).into(), "h264_nvenc", "h264"),
            (H264::bitrate(kbps(300)).keyframe_interval(secs(1)).hardware(required()).into(), "h264_nvenc", "h264"),
            (H265::quality(Quality::High).speed(Speed::Slowest).hardware(required()).into(), "hevc_nvenc", "hevc"),
            (NvencH264::constant_quality(30.0).preset(NvencPreset::P2).tune(NvencTune::LowLatency).into(), "h264_nvenc", "h264"),
            (NvencH265::bitrate(kbps(400)).keyframe_interval(KeyframeInterval::Frames(20)).into(), "hevc_nvenc", "hevc"),
            (NvencH264::constant_quality(25.0).option("bf", "2").into(), "h264_nvenc", "h264"),
        ];
        for clip in &clips {
            for (encoding, encoder, codec) in &all {
                let name = format!("{encoding:?} of {}", clip.display());
                let mut output = AnyOutput::from(Mp4::file(&path).overwrite(Overwrite::Replace));
                output.tracks.push(AnyTrack::video(encoding.clone()));
                let pipeline = Pipeline::read(clip).output(output);
                let task = pipeline.plan();
                let plan = within(60, &name, move || task.wait()).unwrap();
                let track = &plan.outputs[0].tracks[0];
                assert_eq!(track.encoder.as_deref(), Some(*encoder), "{name}");
                assert_eq!(track.hardware.as_ref().and_then(|it| it.used.clone()), Some(cuda()), "{name}");
                ffmpeg(plan.command.arguments()).unwrap();
                let wanted = Media::at(&path).packets();
                let by_program = driver.log().told().pop().expect("it was told");
                let (outcome, last) = done(&name, pipeline);
                assert_eq!(Media::at(&path).packets(), wanted, "{name}: {}", plan.command);
                assert_eq!(driver.log().told().pop(), Some(by_program), "{name}");
                let told = only(&outcome);
                assert_eq!((told.encoder.as_str(), &told.options), (*encoder, &track.options), "{name}");
                assert_eq!((told.hardware.used.clone(), told.hardware.left.len()), (Some(cuda()), 0), "{name}");
                assert_eq!((last.attempt, last.encoding_hardware), (1, Some(cuda().accelerator())), "{name}");
                assert_eq!((last.hardware, &outcome.hardware.used), (None, &None), "nothing else was asked for");
                assert_eq!(outcome.outputs[0].streams[0].codec, Some(*codec), "{name}");
            }
        }
        assert_eq!(driver.log().refused(), []);
        nothing_is_left(&driver, 0);
    });
}

/// What the session is told in the job.
fn told(driver: &Driver, scenario: &str, pipeline: Pipeline) -> Told {
    done(scenario, pipeline);
    driver.log().told().pop().expect("it was told")
}

#[test]
fn what_is_wanted_reaches_the_session() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.alone("encoding::what_is_wanted_reaches_the_session", |dir| {
        let required = || Hardware::require(cuda());
        let read = |output: AnyOutput| Pipeline::read(clips::short()).output(output);
        let mkv = |name: &str| Matroska::file(dir.join(name));
        let told = |scenario: &str, output: AnyOutput, names: [&str; 4]| {
            let told = told(&driver, scenario, read(output));
            names.map(|it| told.of(it).to_owned())
        };
        let best = H264::quality(Quality::High).speed(Speed::Slowest).keyframe_interval(KeyframeInterval::Frames(7));
        let names = ["mode", "quality", "bits", "gop"];
        let output = mkv("best.mkv").video(best.hardware(required())).into();
        assert_eq!(told("best", output, names), ["vbr", "18.00", "0", "7"]);
        let many = H265::bitrate(mbps(2)).speed(Speed::Fastest);
        let output = mkv("many.mkv").video(many.hardware(required())).into();
        assert_eq!(told("many", output, ["codec", "mode", "quality", "bits"]), ["hevc", "vbr", "0.00", "2000000"]);
        let own = NvencH264::constant_quality(31.5).preset(NvencPreset::P7).tune(NvencTune::UltraLowLatency);
        let output = mkv("own.mkv").video(own).into();
        assert_eq!(told("own", output, ["preset", "tuning", "quality", "codec"]), ["p7", "ull", "31.50", "h264"]);
        let segments = Hls::directory(dir.join("hls")).segment(std::time::Duration::from_millis(200));
        let output = segments.video(h264().hardware(required())).into();
        assert_eq!(told("segments", output, ["gop", "preset", "depth", "chroma"]), ["5", "p1", "8", "420"]);
        let keys: Vec<_> = driver.log().encoded().iter().rev().take(12).map(|it| (it.nth, it.is_key)).collect();
        assert!(keys.iter().all(|(nth, is_key)| *is_key == (nth % 5 == 1)), "{keys:?}");
    });
}

/// A film to be encoded by a device that is preferred, while that goes wrong: the processor does it, and it is all there.
fn left(test: &str, fault: Fault, check: impl FnOnce(&Outcome, &Progress)) {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.fault(fault).alone(test, |dir| {
        hear();
        let path = dir.join("out.mkv");
        let output = Matroska::file(&path).video(h264().hardware(Hardware::prefer([cuda()])));
        let (outcome, last) = done(test, Pipeline::read(clips::film()).output(output));
        assert_eq!(names(dir), ["out.mkv"], "nothing of the first attempt is left");
        assert_eq!(Media::at(&path).frame_times(), Media::at(clips::film()).frame_times());
        let track = only(&outcome);
        let [left] = &track.hardware.left[..] else { panic!("{track:?}") };
        assert_eq!((track.encoder.as_str(), &track.hardware.used, &left.device), ("libx264", &None, &cuda()));
        assert!(!left.said.is_empty(), "{left:?}");
        assert_eq!((last.encoding_hardware, last.why_software_encoding), (None, Some(left.why)));
        nothing_is_left(&Driver::new(UNTESTED).expect("there is one"), 1);
        check(&outcome, &last);
    });
}

#[test]
fn a_device_without_a_session_is_left() {
    left("encoding::a_device_without_a_session_is_left", Fault::code(Call::Session, 10), |_, _| {});
}

#[test]
fn a_device_that_does_not_begin_is_left() {
    left("encoding::a_device_that_does_not_begin_is_left", Fault::code(Call::Initialize, 8), |_, _| {});
}

#[test]
fn a_device_that_fails_in_the_middle_is_left() {
    left("encoding::a_device_that_fails_in_the_middle_is_left", Fault::code(Call::Encode, 20).from(70), |outcome, last| {
        let left = &only(outcome).hardware.left[0];
        assert_eq!((left.why, last.attempt), (WhySoftware::Failed, 2));
        assert!(left.at.is_some_and(|it| it >= secs(2)), "{left:?}");
        assert!(left.said.contains("h264_nvenc"), "{left:?}");
    });
}

#[test]
fn a_device_that_fails_on_the_last_picture_is_left() {
    let test = "encoding::a_device_that_fails_on_the_last_picture_is_left";
    left(test, Fault::code(Call::Lock, 20).at(150), |_, last| assert_eq!(last.attempt, 2));
}

#[test]
fn a_device_that_makes_something_else_is_left() {
    left("encoding::a_device_that_makes_something_else_is_left", Fault::wrong_code(), |outcome, last| {
        assert_eq!((only(outcome).hardware.left[0].why, last.attempt), (WhySoftware::Wrong, 1));
    });
}

#[test]
fn a_device_that_has_been_seen_to_encode_is_chosen_by_itself() {
    let test = "encoding::a_device_that_has_been_seen_to_encode_is_chosen_by_itself";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.alone(test, |dir| {
        let path = dir.join("out.mkv");
        let output = Matroska::file(&path).video(h264().hardware(Hardware::Auto));
        let (outcome, last) = done(test, Pipeline::read(clips::film()).output(output));
        let track = only(&outcome);
        assert_eq!((track.encoder.as_str(), &track.hardware.used, last.attempt), ("h264_nvenc", &Some(cuda()), 1));
        assert_eq!(Media::at(&path).frame_times(), Media::at(clips::film()).frame_times());
    });
}

#[test]
fn one_session_too_many_leaves_all_to_the_processor() {
    let test = "encoding::one_session_too_many_leaves_all_to_the_processor";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.sessions(1).alone(test, |dir| {
        hear();
        let output = |name: &str| Matroska::file(dir.join(name)).video(h264().hardware(Hardware::prefer([cuda()])));
        let pipeline = || Pipeline::read(clips::film()).output(output("one.mkv")).output(output("two.mkv"));
        let (outcome, last) = done(test, pipeline());
        let whys: Vec<_> = outcome.encoders.iter().map(|it| (it.encoder.as_str(), it.hardware.left[0].why)).collect();
        assert_eq!(last.attempt, 2);
        assert!(whys.contains(&("libx264", WhySoftware::Busy)), "{whys:?}");
        assert!(whys.contains(&("libx264", WhySoftware::OtherFailed)), "{whys:?}");
        // Who knows the driver's limit says it, and the device has one of the two.
        fs::remove_file(dir.join("one.mkv")).unwrap();
        fs::remove_file(dir.join("two.mkv")).unwrap();
        limit_sessions(cuda(), 1);
        let (outcome, last) = done(test, pipeline());
        let encoders: Vec<_> = outcome.encoders.iter().map(|it| it.encoder.as_str()).collect();
        assert_eq!((last.attempt, &encoders[..]), (1, &["h264_nvenc", "libx264"][..]), "{outcome:?}");
    });
}

#[test]
fn a_stopped_job_keeps_what_the_device_has_encoded() {
    let test = "encoding::a_stopped_job_keeps_what_the_device_has_encoded";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.alone(test, |dir| {
        let path = dir.join("out.mkv");
        let output = Matroska::file(&path).video(h264().hardware(Hardware::require(cuda())));
        let pipeline = Pipeline::read(clips::film()).output(output);
        let outcome = within(120, test, move || {
            let job = to_be_stopped(pipeline);
            let control = job.control();
            for progress in job.progress().blocking() {
                if progress.frames.is_some_and(|it| it > 0) {
                    control.stop();
                    break;
                }
            }
            job.wait()
        });
        let outcome = outcome.expect("it has written something");
        assert_eq!(only(&outcome).hardware.used, Some(cuda()));
        Media::at(&path).decode().unwrap();
        nothing_is_left(&Driver::new(UNTESTED).expect("there is one"), 0);
    });
}

/// The same where it is required: the one attempt is all there is.
fn refused(test: &str, fault: Fault) {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.fault(fault).alone(test, |dir| {
        hear();
        let required = h264().hardware(Hardware::require(cuda()));
        for encoding in [AnyVideo::from(required), NvencH264::constant_quality(23.0).into()] {
            let mut output = AnyOutput::from(Matroska::file(dir.join("out.mkv")));
            output.tracks.push(AnyTrack::video(encoding));
            let (result, last) = ran(test, Pipeline::read(clips::film()).output(output));
            let why = result.expect_err("the device is required");
            let Error::Hardware { left, location, .. } = &why else { panic!("{why:?}") };
            assert_eq!((why.stage(), &left.device, last.attempt), (Some(Stage::Encode), &cuda(), 1), "{why:?}");
            assert_eq!(location.path(), Some(dir.join("out.mkv").as_path()));
            assert!(!left.said.is_empty(), "{left:?}");
            assert_eq!(names(dir), Vec::<&str>::new());
        }
        nothing_is_left(&Driver::new(UNTESTED).expect("there is one"), 1);
    });
}

#[test]
fn a_required_device_without_a_session_is_an_error() {
    refused("encoding::a_required_device_without_a_session_is_an_error", Fault::code(Call::Session, 10));
}

#[test]
fn a_required_device_that_fails_in_the_middle_is_an_error() {
    refused("encoding::a_required_device_that_fails_in_the_middle_is_an_error", Fault::code(Call::Encode, 20).from(70));
}

#[test]
fn another_encoder_that_fails_is_not_the_devices_fault() {
    let test = "encoding::another_encoder_that_fails_is_not_the_devices_fault";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.alone(test, |dir| {
        hear();
        // x264 finds out when it is opened.
        let beside = X264::crf(0.0).profile(telecine::codec::X264Profile::Baseline);
        let pipeline = Pipeline::read(clips::film())
            .output(Matroska::file(dir.join("one.mkv")).video(h264().hardware(Hardware::require(cuda()))))
            .output(Matroska::file(dir.join("two.mkv")).video(beside));
        let (result, last) = ran(test, pipeline);
        let why = result.expect_err("no loss is not in that profile");
        assert!(matches!(why, Error::Failed { .. }), "{why:?}");
        assert_eq!((why.stage(), last.attempt), (Some(Stage::Encode), 1));
        assert_eq!(names(dir), Vec::<&str>::new());
    });
}

#[test]
fn what_is_written_in_place_does_not_begin_anew() {
    let test = "encoding::what_is_written_in_place_does_not_begin_anew";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.fault(Fault::code(Call::Encode, 20).from(70)).alone(test, |_| {
        let output = Matroska::file(Location::stream("out")).video(h264().hardware(Hardware::prefer([cuda()])));
        let launch = Pipeline::read(clips::film()).output(output).run().writer_named("out", Vec::new());
        let why = crate::support::launch_error(test, launch);
        let Error::Hardware { left, cause, .. } = &why else { panic!("{why:?}") };
        assert_eq!((why.stage(), left.why), (Some(Stage::Encode), WhySoftware::Failed));
        let said = std::error::Error::source(cause).map(ToString::to_string).unwrap_or_default();
        assert!(said.contains("cannot begin anew"), "{said}");
    });
}

/// The film decoded and encoded by a device, by these policies.
fn both(decode: Hardware, encode: Hardware, to: &Path) -> Pipeline {
    Pipeline::read(open_gops()).hardware(decode).output(Matroska::file(to).video(h264().hardware(encode)))
}

#[test]
fn a_device_decodes_and_encodes() {
    let test = "encoding::a_device_decodes_and_encodes";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(&open_gops()).alone(test, |dir| {
        let required = || Hardware::require(cuda());
        let (to, other) = (dir.join("out.mkv"), dir.join("other.mkv"));
        let (outcome, _) = done(test, both(required(), required(), &to));
        assert_eq!((&outcome.hardware.used, &only(&outcome).hardware.used), (&Some(cuda()), &Some(cuda())));
        assert_eq!(Media::at(&to).frame_times(), Media::at(open_gops()).frame_times());
        // One turn is all there is, and the decoder has it: the job waits for no other.
        limit_sessions(cuda(), 1);
        let (outcome, last) = done(test, both(required(), Hardware::prefer([cuda()]), &other));
        let track = only(&outcome);
        assert_eq!((&outcome.hardware.used, &track.hardware.used), (&Some(cuda()), &None));
        assert_eq!((track.hardware.left[0].why, last.attempt), (WhySoftware::Busy, 1));
        fs::remove_file(&other).unwrap();
        // What is required comes before what is preferred.
        let (outcome, last) = done(test, both(Hardware::prefer([cuda()]), required(), &other));
        assert_eq!((&outcome.hardware.used, outcome.hardware.left[0].why), (&None, WhySoftware::Busy));
        assert_eq!((&only(&outcome).hardware.used, last.attempt), (&Some(cuda()), 1));
        fs::remove_file(&other).unwrap();
        let (result, _) = ran(test, both(required(), required(), &other));
        assert!(matches!(&result, Err(Error::Hardware { left, .. }) if left.why == WhySoftware::Busy), "{result:?}");
    });
}

#[test]
fn a_decoder_gives_its_turn_up_where_that_helps() {
    let test = "encoding::a_decoder_gives_its_turn_up_where_that_helps";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.devices(&["One", "Other"]).knows(&open_gops()).alone(test, |dir| {
        let job = |decode: Hardware| {
            let required = |name: &str| Matroska::file(dir.join(name)).video(h264().hardware(Hardware::require(cuda())));
            Pipeline::read(open_gops()).hardware(decode).output(required("one.mkv")).output(required("two.mkv"))
        };
        let preferred = |nth| Hardware::prefer([cuda().nth(nth)]);
        limit_sessions(cuda(), 1);
        let (result, _) = ran(test, job(preferred(0)));
        let Err(Error::Hardware { left, .. }) = result else { panic!("one turn for two: {result:?}") };
        assert_eq!((left.why, &left.device), (WhySoftware::Busy, &cuda()));
        // The engine has not begun to open what the decoder would have given up.
        assert_eq!((driver_log().decoders().len(), driver_log().sessions(), names(dir)), (0, 0, Vec::new()));
        limit_sessions(cuda(), 2);
        let (outcome, last) = done(test, job(preferred(0)));
        let used: Vec<_> = outcome.encoders.iter().map(|it| it.hardware.used.clone()).collect();
        assert_eq!((used, last.attempt), (vec![Some(cuda()), Some(cuda())], 1));
        let [left] = &outcome.hardware.left[..] else { panic!("{outcome:?}") };
        assert_eq!((&outcome.hardware.used, left.why, &left.device), (&None, WhySoftware::Busy, &cuda()));
    });
}

fn driver_log() -> Log {
    Driver::new(UNTESTED).expect("there is one").log()
}

#[test]
fn a_device_that_is_full_is_not_taken_for_a_broken_one() {
    let test = "encoding::a_device_that_is_full_is_not_taken_for_a_broken_one";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.sessions(1).knows(&open_gops()).alone(test, |dir| {
        hear();
        let preferred = || Hardware::prefer([cuda()]);
        for round in 0..3 {
            let other = Matroska::file(dir.join(format!("other-{round}.mkv"))).video(h264().hardware(preferred()));
            let pipeline = both(preferred(), preferred(), &dir.join(format!("{round}.mkv"))).output(other);
            let (outcome, last) = done(test, pipeline);
            let whys: Vec<_> = outcome.encoders.iter().flat_map(|it| it.hardware.left.iter().map(|it| it.why)).collect();
            assert!(last.attempt == 2 && whys.contains(&WhySoftware::Busy), "{round}: {outcome:?}");
        }
        // The engine has opened the decoders' device once.
        nothing_is_left(&Driver::new(UNTESTED).expect("there is one"), 1);
    });
}

#[test]
fn of_two_encoders_that_which_may_be_left_is_left() {
    let test = "encoding::of_two_encoders_that_which_may_be_left_is_left";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.sessions(1).alone(test, |dir| {
        hear();
        let output = |name: &str, video: AnyVideo| {
            let mut output = AnyOutput::from(Matroska::file(dir.join(name)));
            output.tracks.push(AnyTrack::video(video));
            output
        };
        let preferred = output("preferred.mkv", h264().hardware(Hardware::prefer([cuda()])).into());
        let required = output("required.mkv", NvencH264::constant_quality(25.0).into());
        let (outcome, last) = done(test, Pipeline::read(clips::film()).output(preferred).output(required));
        let encoders: Vec<_> = outcome.encoders.iter().map(|it| (it.output, it.encoder.as_str())).collect();
        assert_eq!((last.attempt, &encoders[..]), (2, &[(0, "libx264"), (1, "h264_nvenc")][..]), "{outcome:?}");
        assert_eq!(outcome.encoders[0].hardware.left[0].why, WhySoftware::Busy);
    });
}

#[test]
fn what_is_required_stays_where_another_device_is_left() {
    let test = "encoding::what_is_required_stays_where_another_device_is_left";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(&open_gops()).fault(Fault::code(Call::Encode, 20).from(70)).alone(test, |dir| {
        let (required, preferred) = (|| Hardware::require(cuda()), || Hardware::prefer([cuda()]));
        let (outcome, last) = done(test, both(required(), preferred(), &dir.join("required.mkv")));
        assert_eq!((&outcome.hardware.used, last.attempt, last.hardware), (&Some(cuda()), 2, Some(cuda().accelerator())));
        assert_eq!(only(&outcome).encoder, "libx264");
        let (outcome, last) = done(test, both(preferred(), preferred(), &dir.join("preferred.mkv")));
        // What is known of the device now keeps it from being tried again.
        let whys: Vec<_> = outcome.hardware.left.iter().map(|it| it.why).collect();
        assert!(last.attempt == 1 || whys == [WhySoftware::OtherFailed], "{outcome:?}");
        assert_eq!(only(&outcome).encoder, "libx264");
    });
}

#[test]
fn a_decoder_that_fails_leaves_what_is_required_to_encode() {
    let test = "encoding::a_decoder_that_fails_leaves_what_is_required_to_encode";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.knows(&open_gops()).fault(Fault::code(Call::Decode, 700).from(70)).alone(test, |dir| {
        let (outcome, last) = done(test, both(Hardware::prefer([cuda()]), Hardware::require(cuda()), &dir.join("a.mkv")));
        assert_eq!((&outcome.hardware.used, last.attempt), (&None, 2));
        assert_eq!((only(&outcome).encoder.as_str(), &only(&outcome).hardware.used), ("h264_nvenc", &Some(cuda())));
        let (outcome, last) = done(test, both(Hardware::prefer([cuda()]), Hardware::prefer([cuda()]), &dir.join("b.mkv")));
        let track = only(&outcome);
        assert_eq!((last.attempt, track.encoder.as_str(), track.hardware.left[0].why), (2, "libx264", WhySoftware::OtherFailed));
    });
}

#[test]
fn a_device_has_a_number() {
    let test = "encoding::a_device_has_a_number";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.devices(&["One", "Other"]).knows(&open_gops()).alone(test, |dir| {
        let other = || cuda().nth(1);
        let device = |it: &Driver| it.log().told().pop().map(|it| it.device);
        let driver = Driver::new(UNTESTED).expect("there is one");
        outcome("other", both(Hardware::Off, Hardware::require(other()), &dir.join("a.mkv")));
        assert_eq!(device(&driver), Some(1));
        let own = Matroska::file(dir.join("b.mkv")).video(NvencH264::constant_quality(23.0).device(1));
        outcome("own", Pipeline::read(clips::short()).output(own));
        assert_eq!(device(&driver), Some(1));
        // The engine would have the encoder use the decoder's device, whatever it is told.
        let pipeline = both(Hardware::require(cuda()), Hardware::prefer([other()]), &dir.join("c.mkv"));
        let task = pipeline.plan();
        let plan = within(60, test, move || task.wait()).unwrap();
        let (outcome, _) = done(test, pipeline);
        let track = only(&outcome);
        assert_eq!(plan.outputs[0].tracks[0].hardware.as_ref(), Some(&track.hardware), "the plan has said so");
        let [left] = &track.hardware.left[..] else { panic!("{track:?}") };
        assert_eq!((track.encoder.as_str(), left.why, &left.device), ("libx264", WhySoftware::Unsupported, &other()));
        let (outcome, _) = done(test, both(Hardware::require(cuda()), Hardware::require(cuda()), &dir.join("d.mkv")));
        assert_eq!((only(&outcome).encoder.as_str(), device(&driver)), ("h264_nvenc", Some(0)));
    });
}
