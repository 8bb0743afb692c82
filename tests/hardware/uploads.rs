//! Jobs whose tracks an encoder of VA-API's makes, which takes pictures from the device's memory alone: as the `ffmpeg` program writes them
//! on the same device, or as the processor does where that fails.

use std::path::{Path, PathBuf};
use std::time::Duration;

use telecine::codec::VaapiProfile;
use telecine::filter::{Overlay, RawVideoFilter, Scale};
use telecine::hardware::{Accelerator, Device, Found, Verdict, WhySoftware, probe};
use telecine::{
    AnyOutput, AnyTrack, AnyVideo, Error, H264, H265, Hardware, Hls, Input, KeyframeInterval, Mp4, Outcome, Overwrite, Pipeline,
    Plan, Progress, Quality, Select, Stage, TrackEncoder, VaapiH264, VaapiH265, kbps, logs, mbps, secs,
};

use crate::support::driver::{Call, Fault, Held};
use crate::support::oracle::ffmpeg;
use crate::support::va::{NODES, Va};
use crate::support::{Media, clips, names, to_be_stopped, within};

const UNTESTED: &str = "whether tracks that VA-API encodes are those that it was asked for";

fn device() -> Device {
    Device::of(Accelerator::Vaapi).path(NODES[0])
}

fn required() -> Hardware {
    Hardware::require(device())
}

fn preferred() -> Hardware {
    Hardware::prefer([device()])
}

/// Only where FFmpeg's lines are heard, its encoders of VA-API are used.
fn hear() {
    logs::install().expect("there is a thread");
}

/// Ten bits, of a size that HEVC has without cutting anything off.
fn ten_bits() -> PathBuf {
    let options = ["-an", "-s", "176x144", "-c:v", "libx265", "-preset", "superfast", "-pix_fmt", "yuv420p10le"];
    clips::coded("va_ten_small.ts", &[&options[..], &["-x265-params", "log-level=error:keyint=30:bframes=3"]].concat())
}

fn ran(scenario: &str, pipeline: Pipeline) -> (Result<Outcome, Error>, Progress) {
    hear();
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

fn plan(scenario: &str, pipeline: &Pipeline) -> Plan {
    hear();
    let task = pipeline.plan();
    within(60, scenario, move || task.wait()).unwrap_or_else(|why| panic!("{scenario}: {why:?}"))
}

/// FFmpeg 7.1 does not give back the last pictures that an encoder has referred to, and neither does its program; so the device stays open,
/// once for each time that it was opened.
#[track_caller]
fn nothing_else_is_left(va: &Va, openings: usize) {
    let held = va.log().held();
    assert!(held.contexts <= openings, "{held:?}");
    assert_eq!(Held { contexts: 0, memory: 0, ..held }, Held::default());
}

#[track_caller]
fn only(outcome: &Outcome) -> &TrackEncoder {
    let [track] = &outcome.encoders[..] else { panic!("{:?}", outcome.encoders) };
    track
}

fn mp4(path: &Path, encoding: impl Into<AnyVideo>) -> AnyOutput {
    let mut output = AnyOutput::from(Mp4::file(path).overwrite(Overwrite::Replace));
    output.tracks.push(AnyTrack::video(Into::<AnyVideo>::into(encoding)));
    output
}

/// What the job writes is what the program writes with the plan's command, and so is what the device was told.
#[track_caller]
fn as_the_program(va: &Va, name: &str, pipeline: Pipeline, path: &Path) -> Outcome {
    let plan = plan(name, &pipeline);
    ffmpeg(plan.command.arguments()).unwrap_or_else(|why| panic!("{name}: {}: {why}", plan.command));
    let wanted = Media::at(path).packets();
    let by_program = va.log().told().pop().expect("it was told");
    let (outcome, last) = done(name, pipeline);
    assert_eq!(Media::at(path).packets(), wanted, "{name}: {}", plan.command);
    assert_eq!(va.log().told().pop(), Some(by_program), "{name}");
    let (told, planned) = (&outcome.encoders[0], &plan.outputs[0].tracks[0]);
    assert_eq!((Some(&told.encoder), &told.options), (planned.encoder.as_ref(), &planned.options), "{name}");
    assert_eq!((&told.hardware.used, told.hardware.left.len()), (&Some(device()), 0), "{name}");
    assert_eq!(planned.hardware.as_ref().and_then(|it| it.used.clone()), Some(device()), "{name}");
    assert_eq!((last.attempt, last.encoding_hardware), (1, Some(Accelerator::Vaapi)), "{name}");
    outcome
}

/// Whose pixels are not square, which are turned, and which end where a block does not.
#[test]
fn a_device_encodes_what_the_program_encodes_on_it() {
    let clips = [clips::short(), clips::tall(), clips::turned(), ten_bits()];
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone("uploads::a_device_encodes_what_the_program_encodes_on_it", |dir| {
        let path = dir.join("out.mp4");
        for clip in &clips {
            for encoding in [
                H264::default().hardware(required()),
                H264::quality(Quality::Low).hardware(preferred()),
                H264::bitrate(kbps(300)).keyframe_interval(KeyframeInterval::Frames(20)).hardware(required()),
            ] {
                let name = format!("{encoding:?} of {}", clip.display());
                as_the_program(&va, &name, Pipeline::read(clip).output(mp4(&path, encoding)), &path);
            }
        }
        for (clip, depth) in [(&clips[0], "8"), (&clips[3], "10")] {
            let name = format!("HEVC of {}", clip.display());
            let encoding = H265::quality(Quality::High).hardware(required());
            // Where a device might decode, the depth is looked up, of which the header says nothing.
            let pipeline = Pipeline::read(clip).hardware(Hardware::Auto).output(mp4(&path, encoding));
            as_the_program(&va, &name, pipeline, &path);
            assert_eq!(va.log().told().pop().expect("it was told").of("depth"), depth);
        }
        assert_eq!(va.log().refused(), []);
        nothing_else_is_left(&va, usize::MAX);
    });
}

/// Ways of spending bits that the scripted driver does not have (ICQ, CBR) are refused by FFmpeg.
#[test]
fn its_own_types_are_what_the_program_encodes_as_well() {
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone("uploads::its_own_types_are_what_the_program_encodes_as_well", |dir| {
        let path = dir.join("out.mp4");
        let clip = clips::short();
        for encoding in [
            AnyVideo::from(
                VaapiH264::fixed_quantizer(24).device(NODES[0]).b_frames(0).keyframe_interval(KeyframeInterval::Frames(25)),
            ),
            VaapiH264::bitrate(kbps(300)).device(NODES[0]).profile(VaapiProfile::Main).into(),
            VaapiH265::fixed_quantizer(30).device(NODES[0]).into(),
        ] {
            let name = format!("{encoding:?}");
            as_the_program(&va, &name, Pipeline::read(&clip).output(mp4(&path, encoding)), &path);
        }
        let wanted = VaapiH264::constant_quality(24).device(NODES[0]);
        let (result, _) = ran("a rate that it does not have", Pipeline::read(&clip).output(mp4(&path, wanted)));
        let why = result.expect_err("it does not have that");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.device == device()), "{why:?}");
        nothing_else_is_left(&va, usize::MAX);
    });
}

/// They leave surfaces behind with each job.
#[test]
fn nobody_gets_an_encoder_of_vaapi_unasked() {
    let test = "uploads::nobody_gets_an_encoder_of_vaapi_unasked";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone_with_render_nodes(test, UNTESTED, |dir| {
        let clip = clips::short();
        let encoded = |policy| {
            let output = mp4(&dir.join("out.mp4"), H264::default().hardware(policy));
            done(test, Pipeline::read(&clip).output(output)).0
        };
        let outcome = encoded(Hardware::Auto);
        let TrackEncoder { encoder, hardware, .. } = only(&outcome);
        let left = hardware.left.iter().find(|it| it.device.accelerator() == Accelerator::Vaapi).expect("it is told of");
        assert_eq!((encoder.as_str(), left.why), ("libx264", WhySoftware::Unsupported));
        assert!(left.said.contains("only where vaapi is named"), "{left:?}");
        assert_eq!(va.log().told(), [], "no trial either");
        let named = encoded(Hardware::prefer([Accelerator::Vaapi]));
        assert_eq!(only(&named).encoder, "h264_vaapi");
    });
}

#[test]
fn filters_come_before() {
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone("uploads::filters_come_before", |dir| {
        let path = dir.join("out.mp4");
        let h264 = || mp4(&path, H264::default().hardware(required()));
        let read = || Pipeline::read(clips::short());
        let scaled = read().video_filter(Scale::fit_width(200)).output(h264());
        let outcome = as_the_program(&va, "scaled", scaled, &path);
        assert_eq!(outcome.encoders[0].encoder, "h264_vaapi");
        assert_eq!(["width", "height"].map(|it| va.log().told().pop().expect("it was told").of(it).to_owned()), ["200", "150"]);
        // What is a graph of its own ends with it, too.
        let laid_over = read().input(Input::read(clips::tall()));
        let laid_over = laid_over.video_filter(Overlay::of(Select::main().input(1))).output(h264());
        as_the_program(&va, "laid over", laid_over, &path);
        as_the_program(&va, "joined", read().then(Input::read(clips::turned())).output(h264()), &path);
        nothing_else_is_left(&va, usize::MAX);
    });
}

#[test]
fn memory_that_is_copied_to_holds_the_same() {
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.without_derived_images().alone("uploads::memory_that_is_copied_to_holds_the_same", |dir| {
        let path = dir.join("out.mp4");
        let va = Va::new(UNTESTED).expect("there is one");
        let pipeline = Pipeline::read(clips::tall()).output(mp4(&path, H264::default().hardware(required())));
        as_the_program(&va, "copied", pipeline, &path);
        nothing_else_is_left(&va, usize::MAX);
    });
}

#[test]
fn what_is_wanted_reaches_the_driver() {
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone("uploads::what_is_wanted_reaches_the_driver", |dir| {
        let told = |scenario: &str, output: AnyOutput, names: [&str; 4]| {
            done(scenario, Pipeline::read(clips::short()).output(output));
            let told = va.log().told().pop().expect("it was told");
            names.map(|it| told.of(it).to_owned())
        };
        let best = H264::quality(Quality::High).keyframe_interval(KeyframeInterval::Frames(7)).hardware(required());
        let names = ["mode", "qp", "bits", "gop"];
        assert_eq!(told("best", mp4(&dir.join("best.mp4"), best), names), ["cqp", "18", "0", "7"]);
        let many = H265::bitrate(mbps(2)).hardware(required());
        let names = ["codec", "mode", "bits", "rate"];
        assert_eq!(told("many", mp4(&dir.join("many.mp4"), many), names), ["hevc", "vbr", "2000000", "25/1"]);
        let segments = Hls::directory(dir.join("hls")).segment(Duration::from_millis(200));
        let output = segments.video(H264::default().hardware(required())).into();
        assert_eq!(told("segments", output, ["gop", "width", "height", "depth"]), ["5", "320", "240", "8"]);
        let keys: Vec<_> = va.log().encoded().iter().rev().take(12).map(|it| (it.nth, it.is_key)).collect();
        assert!(keys.iter().all(|(nth, is_key)| *is_key == (nth % 5 == 1)), "{keys:?}");
    });
}

/// A film to be encoded by a device that is preferred, while that goes wrong: the processor does it, and it is all there.
fn left(test: &str, fault: Fault, check: impl FnOnce(&Outcome, &Progress)) {
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.fault(fault).alone(test, |dir| {
        hear();
        let path = dir.join("out.mp4");
        let (outcome, last) = done(test, Pipeline::read(clips::film()).output(mp4(&path, H264::default().hardware(preferred()))));
        assert_eq!(names(dir), ["out.mp4"], "nothing of the first attempt is left");
        assert_eq!(Media::at(&path).frame_times(), Media::at(clips::film()).frame_times());
        let track = only(&outcome);
        let [left] = &track.hardware.left[..] else { panic!("{track:?}") };
        assert_eq!((track.encoder.as_str(), &track.hardware.used, &left.device), ("libx264", &None, &device()));
        assert!(!left.said.is_empty(), "{left:?}");
        assert_eq!((last.encoding_hardware, last.why_software_encoding), (None, Some(left.why)));
        nothing_else_is_left(&Va::new(UNTESTED).expect("there is one"), 2);
        check(&outcome, &last);
    });
}

#[test]
fn a_device_that_does_not_open_is_left() {
    left("uploads::a_device_that_does_not_open_is_left", Fault::code(Call::Init, 1), |outcome, last| {
        let left = &only(outcome).hardware.left[0];
        assert_eq!((left.why, last.attempt), (WhySoftware::NoDevice, 1), "{left:?}");
    });
}

#[test]
fn a_device_that_has_no_room_for_an_encoder_is_left() {
    left("uploads::a_device_that_has_no_room_for_an_encoder_is_left", Fault::code(Call::Session, 2), |outcome, last| {
        let left = &only(outcome).hardware.left[0];
        assert_eq!((left.why, last.attempt), (WhySoftware::Busy, 1), "{left:?}");
    });
}

#[test]
fn a_device_that_takes_no_more_pictures_is_left() {
    let test = "uploads::a_device_that_takes_no_more_pictures_is_left";
    left(test, Fault::code(Call::Copy, 1).from(70), |outcome, last| {
        let left = &only(outcome).hardware.left[0];
        assert_eq!((left.why, last.attempt), (WhySoftware::Failed, 2), "{left:?}");
        assert!(left.at.is_some_and(|it| it >= secs(1)), "{left:?}");
    });
}

#[test]
fn a_device_that_fails_in_the_middle_is_left() {
    left("uploads::a_device_that_fails_in_the_middle_is_left", Fault::code(Call::Encode, 24).from(70), |outcome, last| {
        let left = &only(outcome).hardware.left[0];
        assert_eq!((left.why, last.attempt), (WhySoftware::Failed, 2), "{left:?}");
        assert!(left.at.is_some_and(|it| it >= secs(2)), "{left:?}");
        assert!(left.said.contains("h264_vaapi"), "{left:?}");
    });
}

#[test]
fn a_device_that_fails_on_the_last_picture_is_left() {
    let test = "uploads::a_device_that_fails_on_the_last_picture_is_left";
    left(test, Fault::code(Call::Encode, 24).at(150), |_, last| assert_eq!(last.attempt, 2));
}

#[test]
fn a_device_that_does_not_hand_out_what_it_made_is_left() {
    let test = "uploads::a_device_that_does_not_hand_out_what_it_made_is_left";
    left(test, Fault::code(Call::Lock, 1).from(100), |outcome, last| {
        assert_eq!((only(outcome).hardware.left[0].why, last.attempt), (WhySoftware::Failed, 2));
    });
}

#[test]
fn a_device_that_never_ends_a_picture_well_is_left() {
    let test = "uploads::a_device_that_never_ends_a_picture_well_is_left";
    left(test, Fault::code(Call::Sync, 1).from(100), |outcome, last| {
        assert_eq!((only(outcome).hardware.left[0].why, last.attempt), (WhySoftware::Failed, 2));
    });
}

/// FFmpeg would end the process.
#[test]
fn nothing_is_encoded_where_nobody_hears_that_it_fails() {
    let test = "uploads::nothing_is_encoded_where_nobody_hears_that_it_fails";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.fault(Fault::code(Call::Encode, 24).from(70)).alone(test, |dir| {
        let pipeline = |hardware| {
            let output = mp4(&dir.join("out.mp4"), H264::default().hardware(hardware));
            Pipeline::read(clips::film()).output(output)
        };
        let run = |hardware| {
            let pipeline = pipeline(hardware);
            within(120, test, move || pipeline.start().wait())
        };
        let outcome = run(preferred()).expect("the processor encodes it");
        let left = &only(&outcome).hardware.left[0];
        assert_eq!((left.why, only(&outcome).encoder.as_str()), (WhySoftware::Unsupported, "libx264"));
        assert!(left.said.contains("logs::install()"), "{left:?}");
        let why = run(required()).expect_err("it is required");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::Unsupported), "{why:?}");
    });
}

/// An application that sets a callback of its own takes the lines away.
#[test]
#[allow(unsafe_code)] // What an application does that has FFmpeg's functions at hand.
fn nothing_is_encoded_where_somebody_else_hears_that_it_fails() {
    let test = "uploads::nothing_is_encoded_where_somebody_else_hears_that_it_fails";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.fault(Fault::code(Call::Encode, 24).from(70)).alone(test, |dir| {
        let pipeline = || {
            let output = mp4(&dir.join("out.mp4"), H264::default().hardware(required()));
            Pipeline::read(clips::film()).output(output)
        };
        let (heard, _) = ran("heard", pipeline());
        assert!(matches!(&heard, Err(Error::Hardware { left, .. }) if left.why == WhySoftware::Failed), "{heard:?}");
        // SAFETY: FFmpeg takes no callback for one, and this thread alone uses FFmpeg now.
        unsafe { ffmpeg_sys_next::av_log_set_callback(None) };
        let pipeline = pipeline();
        let why = within(120, test, move || pipeline.start().wait()).expect_err("nobody hears");
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert!(left.why == WhySoftware::Unsupported && left.said.contains("log callback"), "{left:?}");
    });
}

#[test]
fn a_device_that_makes_something_else_is_left() {
    left("uploads::a_device_that_makes_something_else_is_left", Fault::wrong_code(), |outcome, last| {
        assert_eq!((only(outcome).hardware.left[0].why, last.attempt), (WhySoftware::Wrong, 1));
    });
}

#[test]
fn a_device_that_does_not_encode_that_is_left() {
    let test = "uploads::a_device_that_does_not_encode_that_is_left";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.encodes(&["hevc"]).alone(test, |dir| {
        hear();
        let pipeline =
            |hardware| Pipeline::read(clips::short()).output(mp4(&dir.join("out.mp4"), H264::default().hardware(hardware)));
        let (outcome, _) = done(test, pipeline(preferred()));
        let left = &only(&outcome).hardware.left[0];
        assert_eq!(left.why, WhySoftware::Unsupported);
        assert!(left.said.contains("No usable encoding entrypoint"), "{left:?}");
        std::fs::remove_file(dir.join("out.mp4")).unwrap();
        let why = ran(test, pipeline(required())).0.expect_err("it is required");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::Unsupported), "{why:?}");
    });
}

/// The same where it is required: the one attempt is all there is.
fn refused(test: &str, fault: Fault) {
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.fault(fault).alone(test, |dir| {
        hear();
        let output = mp4(&dir.join("out.mp4"), H264::default().hardware(required()));
        let (result, last) = ran(test, Pipeline::read(clips::film()).output(output));
        let why = result.expect_err("the device is required");
        let Error::Hardware { left, location, .. } = &why else { panic!("{why:?}") };
        assert_eq!((why.stage(), &left.device, last.attempt), (Some(Stage::Encode), &device(), 1), "{why:?}");
        assert_eq!(location.path(), Some(dir.join("out.mp4").as_path()));
        assert!(!left.said.is_empty(), "{left:?}");
        assert_eq!(names(dir), Vec::<&str>::new());
        nothing_else_is_left(&Va::new(UNTESTED).expect("there is one"), 2);
    });
}

#[test]
fn a_required_device_that_does_not_open_is_an_error() {
    refused("uploads::a_required_device_that_does_not_open_is_an_error", Fault::code(Call::Init, 1));
}

#[test]
fn a_required_device_that_takes_no_picture_is_an_error() {
    refused("uploads::a_required_device_that_takes_no_picture_is_an_error", Fault::code(Call::Copy, 1));
}

#[test]
fn a_required_device_without_memory_is_an_error() {
    refused("uploads::a_required_device_without_memory_is_an_error", Fault::code(Call::Memory, 2));
}

#[test]
fn a_required_device_that_fails_in_the_middle_is_an_error() {
    refused("uploads::a_required_device_that_fails_in_the_middle_is_an_error", Fault::code(Call::Encode, 24).from(70));
}

/// FFmpeg's encoder would end the process where it finds no memory for a surface of its own, be it for the first picture or a later one.
#[test]
fn a_required_device_that_is_short_of_memory_is_an_error() {
    refused("uploads::a_required_device_that_is_short_of_memory_is_an_error", Fault::code(Call::Memory, 2).over(7));
}

#[test]
fn a_device_that_is_short_of_memory_is_left() {
    left("uploads::a_device_that_is_short_of_memory_is_left", Fault::code(Call::Memory, 2).over(12), |outcome, _| {
        assert_eq!(only(outcome).hardware.left[0].why, WhySoftware::Busy, "{outcome:?}");
    });
}

#[test]
fn a_device_that_is_short_of_memory_for_a_trial_is_left() {
    left(
        "uploads::a_device_that_is_short_of_memory_for_a_trial_is_left",
        Fault::code(Call::Memory, 2).over(4),
        |outcome, last| {
            assert_eq!((only(outcome).hardware.left[0].why, last.attempt), (WhySoftware::Busy, 1), "{outcome:?}");
        },
    );
}

/// FFmpeg's encoder would end the process.
#[test]
fn what_has_no_pictures_is_for_the_processor() {
    let test = "uploads::what_has_no_pictures_is_for_the_processor";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone(test, |dir| {
        let none = || RawVideoFilter::new("trim").option("start", "100");
        let by = |hardware| {
            let output = mp4(&dir.join("out.mp4"), H264::default().hardware(hardware));
            ran(test, Pipeline::read(clips::short()).video_filter(none()).output(output))
        };
        let ((by_processor, _), (left, last)) = (by(Hardware::Off), by(preferred()));
        let words = |result: Result<Outcome, Error>| result.map(|it| it.encoders[0].encoder.clone()).map_err(|it| it.to_string());
        assert_eq!((words(left), last.attempt), (words(by_processor), 2));
        let why = by(required()).0.expect_err("the device is required");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::Unsupported), "{why:?}");
    });
}

#[test]
fn several_films_in_one_output_are_for_others() {
    let test = "uploads::several_films_in_one_output_are_for_others";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone(test, |dir| {
        let mut output = mp4(&dir.join("out.mp4"), H264::default().hardware(preferred()));
        output.tracks.push(AnyTrack::video(AnyVideo::from(H264::default())));
        let (outcome, _) = done(test, Pipeline::read(clips::short()).output(output));
        let left = &outcome.encoders[0].hardware.left[0];
        assert_eq!((left.why, outcome.encoders[0].encoder.as_str()), (WhySoftware::Unsupported, "libx264"));
        assert!(left.said.contains("several films"), "{left:?}");
        // Outputs of their own share the device.
        let [one, two] = ["one.mp4", "two.mp4"].map(|it| mp4(&dir.join(it), H264::default().hardware(required())));
        let (outcome, _) = done(test, Pipeline::read(clips::short()).output(one).output(two));
        assert!(outcome.encoders.iter().all(|it| it.hardware.used == Some(device())), "{outcome:?}");
        assert_eq!(Media::at(dir.join("one.mp4")).packets(), Media::at(dir.join("two.mp4")).packets());
    });
}

#[test]
fn a_stopped_job_keeps_what_the_device_has_encoded() {
    let test = "uploads::a_stopped_job_keeps_what_the_device_has_encoded";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone(test, |dir| {
        let path = dir.join("out.mp4");
        let pipeline = Pipeline::read(clips::film()).output(mp4(&path, H264::default().hardware(required())));
        let outcome = within(120, test, move || {
            hear();
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
        assert_eq!(only(&outcome).hardware.used, Some(device()));
        Media::at(&path).decode().unwrap();
        nothing_else_is_left(&Va::new(UNTESTED).expect("there is one"), 2);
    });
}

#[test]
fn no_more_stays_behind_than_the_program_leaves() {
    let test = "uploads::no_more_stays_behind_than_the_program_leaves";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.alone(test, |dir| {
        let output = || mp4(&dir.join("out.mp4"), H264::default().hardware(required()));
        let pipeline = || Pipeline::read(clips::film()).output(output());
        ffmpeg(plan(test, &pipeline()).command.arguments()).unwrap();
        let by_program = va.log().held();
        for round in 1..=3 {
            done(test, pipeline());
            let held = va.log().held();
            assert!(held.memory <= by_program.memory * (1 + round), "{round}: {held:?}, {by_program:?}");
            // The device is opened once for all of them.
            assert_eq!(held.contexts, by_program.contexts + 1, "{round}");
        }
    });
}

#[test]
fn a_look_tells_what_a_device_encodes() {
    let test = "uploads::a_look_tells_what_a_device_encodes";
    let Some(va) = Va::encoding(UNTESTED) else { return };
    va.encodes(&["h264"]).alone(test, |_| {
        hear();
        let report = within(120, test, || probe().device(device()).wait()).expect("what is wrong with a device is no error");
        let Found::Devices(devices) = &report.accelerators[0].found else { panic!("{report:?}") };
        let verdict = |name| devices[0].encoders.iter().find(|it| it.encoder == name).map(|it| it.verdict.clone());
        assert!(matches!(verdict("h264_vaapi"), Some(Verdict::Works { .. })), "{report:?}");
        for name in ["hevc_vaapi", "av1_vaapi"] {
            let why = verdict(name).unwrap_or_else(|| panic!("{report:?}"));
            assert!(matches!(why, Verdict::Fails { why: WhySoftware::Unsupported, .. }), "{name}: {why:?}");
        }
    });
}
