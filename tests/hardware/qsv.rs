//! Quick Sync Video, by FFmpeg's own code on a scripted runtime of VPL: what a device decodes and encodes, and what becomes of it where
//! it fails, is what it is by the processor and by the `ffmpeg` program.

use std::fs;
use std::path::{Path, PathBuf};

use telecine::codec::QsvPreset;
use telecine::hardware::{self, Accelerator, Device, DeviceReport, Found, Verdict, WhySoftware};
use telecine::{
    Error, Ffv1, Frames, H264, Hardware, Location, Matroska, Output, Pipeline, QsvH264, Quality, detached_jobs, kbps, logs, secs,
};

use crate::made::{cropped, open_gops, ten_bits, vp9};
use crate::pipelines::ran;
use crate::seen::{by_processor, ms, same, told};
use crate::support::driver::{Call, Fault, Held};
use crate::support::oracle::ffmpeg_in;
use crate::support::vpl::Vpl;
use crate::support::{Media, clips, names, outcome, until, within};
use crate::trials::clip;

const UNTESTED: &str = "what becomes of pictures of Quick Sync Video";

fn qsv() -> Device {
    Device::of(Accelerator::Qsv)
}

fn knowing(clips: &[PathBuf]) -> Option<Vpl> {
    Some(clips.iter().fold(Vpl::new(UNTESTED)?, |vpl, it| vpl.knows(it)))
}

/// That no decoder, encoder or surface is left; the engine keeps a device.
#[track_caller]
fn nothing_is_left(vpl: &Vpl, devices: usize) {
    let (held, below) = (vpl.log().held(), vpl.log_below().held());
    assert!(held.contexts <= devices && held.memory <= devices && below.contexts <= devices, "{held:?}, {below:?}");
    assert_eq!(Held { contexts: 0, memory: 0, ..held }, Held::default());
    assert_eq!(Held { contexts: 0, ..below }, Held::default());
}

#[test]
fn a_device_is_found_and_tried() {
    let known: Vec<_> = ["h264-high-hd", "hevc-main-hd", "hevc-main10-hd"].into_iter().map(clip).collect();
    let Some(vpl) = knowing(&known) else { return };
    vpl.alone("qsv::a_device_is_found_and_tried", |_| {
        let device = probed();
        assert_eq!(device.refusal, None);
        for (codec, depth) in [("h264", 8), ("hevc", 8), ("hevc", 10)] {
            assert!(verdict(&device, codec, depth).works(), "{device:?}");
        }
        for codec in ["vp9", "av1"] {
            let refused = verdict(&device, codec, 8);
            assert!(matches!(refused, Verdict::Fails { why: WhySoftware::Unsupported, .. }), "{refused:?}");
        }
        let encoders: Vec<_> = device.encoders.iter().map(|it| (it.encoder, &it.verdict)).collect();
        let [("h264_qsv", Verdict::Works { .. }), ("hevc_qsv", hevc), ("av1_qsv", av1)] = &encoders[..] else {
            panic!("{encoders:?}");
        };
        for verdict in [hevc, av1] {
            assert!(matches!(verdict, Verdict::Fails { why: WhySoftware::Unsupported, .. }), "{verdict:?}");
        }
        assert_eq!(vpl.log().unknown(), 0);
        nothing_is_left(&vpl, 0);
    });
}

fn probed() -> DeviceReport {
    logs::install().expect("there is a thread");
    let probe = hardware::probe().device(qsv());
    let report = within(120, "a look", move || probe.wait()).expect("what is wrong with a device is no error");
    let [accelerator] = report.accelerators.as_slice() else { panic!("{report:?}") };
    let Found::Devices(devices) = &accelerator.found else { panic!("{report:?}") };
    let [device] = devices.as_slice() else { panic!("{report:?}") };
    device.clone()
}

#[track_caller]
fn verdict<'a>(device: &'a DeviceReport, codec: &str, depth: u8) -> &'a Verdict {
    let found = device.trials.iter().find(|it| (it.class.codec, it.class.depth) == (codec, depth));
    &found.unwrap_or_else(|| panic!("{codec} was not tried: {device:?}")).verdict
}

#[test]
fn frames_are_those_of_the_processor() {
    let clips = [(clips::film(), "nv12"), (open_gops(), "nv12"), (ten_bits(), "p010le"), (cropped(), "nv12")];
    let Some(vpl) = knowing(&clips.clone().map(|it| it.0)) else { return };
    vpl.alone("qsv::frames_are_those_of_the_processor", |_| {
        for (clip, format) in &clips {
            let name = format!("{}", clip.display());
            let told = told(&name, Frames::read(clip).hardware(Hardware::require(qsv())));
            let usage = told.end.unwrap_or_else(|why| panic!("{name}: {why:?}"));
            same(&name, &told.frames, &by_processor(Frames::read(clip)));
            assert_eq!((usage.used, usage.left.len()), (Some(qsv()), 0), "{name}");
            assert_eq!(told.formats, [*format], "{name}");
        }
        assert_eq!(vpl.log().decoders().len(), clips.len());
        nothing_is_left(&vpl, 0);
    });
}

/// Pictures without loss, so that packets are equal where pictures are.
fn lossless(to: impl Into<Location>) -> Output<Matroska> {
    Matroska::file(to).video(Ffv1::default())
}

fn lossless_by_processor(clip: &Path, dir: &Path) -> String {
    let path = dir.join("by_processor.mkv");
    outcome("by the processor", Pipeline::read(clip).output(lossless(&path)));
    let packets = Media::at(&path).packets();
    fs::remove_file(path).unwrap();
    packets
}

#[test]
fn what_is_written_is_what_it_is_by_the_processor() {
    let clips = [clips::film(), open_gops(), ten_bits(), cropped()];
    let Some(vpl) = knowing(&clips) else { return };
    vpl.alone("qsv::what_is_written_is_what_it_is_by_the_processor", |dir| {
        // Surfaces of the program's, for which FFmpeg loses a pool each time.
        let mut lost = 0;
        for clip in &clips {
            let name = format!("{}", clip.display());
            let path = dir.join("out.mkv");
            let pipeline = Pipeline::read(clip).hardware(Hardware::require(qsv())).output(lossless(&path));
            let task = pipeline.plan();
            let plan = within(60, &name, move || task.wait()).unwrap_or_else(|why| panic!("{name}: {why:?}"));
            let (result, last) = ran(&name, pipeline.run());
            let outcome = result.unwrap_or_else(|why| panic!("{name}: {why:?}"));
            assert_eq!((outcome.hardware.used, outcome.hardware.left.len(), last.attempt), (Some(qsv()), 0, 1), "{name}");
            let packets = Media::at(&path).packets();
            assert_eq!(packets, lossless_by_processor(clip, dir), "{name}");
            let (held, below) = (vpl.log().held(), vpl.log_below().held());
            assert_eq!((held.decoders, below.memory), (0, lost), "{name}");
            // The program does the same with the plan's command, which can be read back.
            let read = Pipeline::from_command(&plan.command.to_string()).unwrap_or_else(|why| panic!("{name}: {why:?}"));
            assert!(read.to_string().contains("prefer=qsv"), "{name}: {read}");
            fs::remove_file(&path).unwrap();
            let arguments: Vec<_> = plan.command.arguments().iter().map(String::as_str).collect();
            let output = ffmpeg_in(&[], "error", &arguments);
            assert!(output.status.success(), "{name}: {}: {}", plan.command, String::from_utf8_lossy(&output.stderr));
            assert_eq!(Media::at(&path).packets(), packets, "{name}: {}", plan.command);
            fs::remove_file(&path).unwrap();
            lost = vpl.log_below().held().memory;
        }
        // Each once by the job, and once by the program.
        assert_eq!((vpl.log().decoders().len(), vpl.log().unknown()), (2 * clips.len(), 0));
    });
}

#[test]
fn the_first_device_may_be_called_by_its_node() {
    let Some(vpl) = knowing(&[open_gops()]) else { return };
    vpl.alone("qsv::the_first_device_may_be_called_by_its_node", |dir| {
        let by_node = qsv().path("/dev/dri/renderD128");
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(open_gops()).hardware(Hardware::require(by_node.clone())).output(lossless(&path));
        let outcome = ran("by its node", pipeline.run()).0.unwrap_or_else(|why| panic!("{why:?}"));
        assert_eq!((outcome.hardware.used, vpl.log().decoders().len()), (Some(by_node), 1));
        assert_eq!(Media::at(&path).packets(), lossless_by_processor(&open_gops(), dir));
    });
}

/// What goes wrong, and what a device that is preferred is left for.
fn faults() -> Vec<(Fault, WhySoftware)> {
    vec![
        (Fault::unsupported(), WhySoftware::Unsupported),
        (Fault::code(Call::Create, 4), WhySoftware::Busy),
        (Fault::code(Call::Create, 17), WhySoftware::Failed),
        (Fault::code(Call::Decode, 17).from(70), WhySoftware::Failed),
        (Fault::code(Call::Map, 21).at(70), WhySoftware::Failed),
    ]
}

/// The same where pictures come in memory, and FFmpeg does not look whether waiting for them has failed: in memory that is new, in the
/// middle, and at the last one.
fn with_waiting() -> Vec<(Fault, WhySoftware)> {
    let last = Media::at(open_gops()).frame_times().len() as u64;
    let waiting = [Fault::code(Call::Sync, 21).at(2), Fault::code(Call::Sync, 21).at(70), Fault::code(Call::Sync, 21).from(last)];
    faults().into_iter().chain(waiting.map(|it| (it, WhySoftware::Failed))).collect()
}

/// The same where pictures are fetched from the device.
fn with_fetching() -> Vec<(Fault, WhySoftware)> {
    let fetching = [Fault::code(Call::Copy, 17).from(70), Fault::code(Call::Sync, 21).at(70)];
    faults().into_iter().chain(fetching.map(|it| (it, WhySoftware::Failed))).collect()
}

/// In a process of its own for each, for what is known of a device is known to the process.
fn with_faults(test: &str, faults: Vec<(Fault, WhySoftware)>, body: impl Fn(&Path, WhySoftware, &Vpl)) {
    const NTH: &str = "TELECINE_TEST_NTH";
    let clip = open_gops();
    // In the process that was started for one, that one alone is looked at.
    let nth = std::env::var(NTH).ok().and_then(|it| it.parse::<usize>().ok());
    for (at, (fault, why)) in faults.into_iter().enumerate().filter(|it| nth.is_none_or(|nth| nth == it.0)) {
        let Some(vpl) = Vpl::new(UNTESTED) else { return };
        let vpl = vpl.knows(&clip).fault(fault);
        vpl.alone_with(&[(NTH, at.to_string().into())], test, |dir| body(dir, why, &vpl));
    }
}

#[test]
fn a_device_that_fails_is_left_and_all_frames_come() {
    with_faults("qsv::a_device_that_fails_is_left_and_all_frames_come", with_fetching(), |_, why, vpl| {
        logs::install().expect("there is a thread");
        let told = told("left", Frames::read(open_gops()).hardware(Hardware::prefer([qsv()])));
        same("left", &told.frames, &by_processor(Frames::read(open_gops())));
        let usage = told.end.expect("it ended well");
        let [left] = usage.left.as_slice() else { panic!("{usage:?}") };
        assert_eq!((&usage.used, left.why, &left.device), (&None, why, &qsv()), "{left:?}");
        nothing_is_left(vpl, 0);
    });
}

#[test]
fn a_device_that_fails_is_left_and_the_job_begins_anew() {
    with_faults("qsv::a_device_that_fails_is_left_and_the_job_begins_anew", with_waiting(), |dir, why, vpl| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(open_gops()).hardware(Hardware::prefer([qsv()])).output(lossless(&path));
        let (result, last) = ran("left", pipeline.run());
        let outcome = result.expect("the processor goes on");
        assert_eq!(names(dir), ["out.mkv"], "nothing of the first attempt is left");
        assert_eq!(Media::at(&path).packets(), lossless_by_processor(&open_gops(), dir));
        let [left] = outcome.hardware.left.as_slice() else { panic!("{outcome:?}") };
        assert_eq!((&outcome.hardware.used, left.why, last.attempt), (&None, why, 2), "{left:?}");
        nothing_is_left(vpl, 0);
    });
}

#[test]
fn a_required_device_that_fails_is_an_error() {
    with_faults("qsv::a_required_device_that_fails_is_an_error", faults(), |dir, why, _| {
        logs::install().expect("there is a thread");
        let pipeline = Pipeline::read(open_gops()).hardware(Hardware::require(qsv())).output(lossless(dir.join("out.mkv")));
        let (result, last) = ran("required", pipeline.run());
        let error = result.expect_err("the device is required");
        let Error::Hardware { left, .. } = &error else { panic!("{error:?}") };
        assert_eq!((left.why, &left.device, last.attempt), (why, &qsv(), 1), "{left:?}");
        assert_eq!(names(dir), Vec::<&str>::new());
        let why_frames = told("frames", Frames::read(open_gops()).hardware(Hardware::require(qsv()))).end;
        let Err(Error::Hardware { left, .. }) = &why_frames else { panic!("{why_frames:?}") };
        assert_eq!(left.why, why, "{left:?}");
    });
}

type Adapt = fn(Frames) -> Frames;

const READINGS: [(&str, Adapt); 3] =
    [("range", |it| it.range(ms(1_700)..ms(3_900))), ("every", |it| it.every(ms(300))), ("key frames", Frames::key_frames)];

#[test]
fn frames_of_a_part_are_those_of_the_processor() {
    let Some(vpl) = knowing(&[ten_bits()]) else { return };
    vpl.alone("qsv::frames_of_a_part_are_those_of_the_processor", |_| {
        logs::install().expect("there is a thread");
        for (name, adapt) in READINGS {
            let told = told(name, adapt(Frames::read(ten_bits()).hardware(Hardware::require(qsv()))));
            told.end.unwrap_or_else(|why| panic!("{name}: {why:?}"));
            same(name, &told.frames, &by_processor(adapt(Frames::read(ten_bits()))));
        }
        nothing_is_left(&vpl, 0);
    });
}

/// FFmpeg gives the device the parameter sets of MP4 and Matroska with IDR pictures alone.
#[test]
fn a_part_of_h264_that_begins_with_no_idr_picture_is_for_the_processor() {
    let Some(vpl) = knowing(&[open_gops()]) else { return };
    vpl.alone("qsv::a_part_of_h264_that_begins_with_no_idr_picture_is_for_the_processor", |_| {
        logs::install().expect("there is a thread");
        for (name, adapt) in READINGS {
            let told = told(name, adapt(Frames::read(open_gops()).hardware(Hardware::prefer([qsv()]))));
            same(name, &told.frames, &by_processor(adapt(Frames::read(open_gops()))));
            let usage = told.end.unwrap_or_else(|why| panic!("{name}: {why:?}"));
            assert_eq!(usage.used, None, "{name}: {usage:?}");
            nothing_is_left(&vpl, 0);
        }
    });
}

#[test]
fn a_codec_that_is_not_decoded_is_for_the_processor() {
    let Some(vpl) = Vpl::new(UNTESTED) else { return };
    vpl.alone("qsv::a_codec_that_is_not_decoded_is_for_the_processor", |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(vp9()).hardware(Hardware::prefer([qsv()])).output(lossless(&path));
        let outcome = ran("vp9", pipeline.run()).0.expect("the processor has it");
        let [left] = outcome.hardware.left.as_slice() else { panic!("{outcome:?}") };
        assert_eq!((&outcome.hardware.used, left.why), (&None, WhySoftware::Unsupported), "{left:?}");
        assert_eq!(Media::at(&path).packets(), lossless_by_processor(&vp9(), dir));
    });
}

#[test]
fn a_trial_that_hangs_is_left_and_counted() {
    let Some(vpl) = knowing(&[clip("h264-high-hd")]) else { return };
    let vpl = vpl.fault(Fault::hang(Call::Decode).of_codec("h264"));
    vpl.alone("qsv::a_trial_that_hangs_is_left_and_counted", |_| {
        logs::install().expect("there is a thread");
        let probe = hardware::probe().device(qsv()).patience(secs(2));
        let report = within(120, "hangs", move || probe.wait()).expect("that is no error");
        let Found::Devices(devices) = &report.accelerators[0].found else { panic!("{report:?}") };
        let Verdict::Fails { why: WhySoftware::Failed, reason } = verdict(&devices[0], "h264", 8) else { panic!("{devices:?}") };
        assert!(reason.contains("it hangs"), "{reason}");
        until("it is counted", || detached_jobs() == 1);
        vpl.release();
        until("it ends", || detached_jobs() == 0);
        nothing_is_left(&vpl, 0);
    });
}

#[test]
fn what_a_device_encodes_is_what_the_program_encodes_with_it() {
    let Some(vpl) = knowing(&[open_gops()]) else { return };
    vpl.alone("qsv::what_a_device_encodes_is_what_the_program_encodes_with_it", |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        for (clip, decode) in [(clips::film(), Hardware::Off), (open_gops(), Hardware::require(qsv()))] {
            let encoding = H264::quality(Quality::High).hardware(Hardware::require(qsv()));
            let pipeline = Pipeline::read(&clip).hardware(decode).output(Matroska::file(&path).video(encoding));
            let task = pipeline.plan();
            let plan = within(60, "plan", move || task.wait()).expect("the device encodes");
            let outcome = ran("encodes", pipeline.run()).0.unwrap_or_else(|why| panic!("{why:?}"));
            let [track] = outcome.encoders.as_slice() else { panic!("{outcome:?}") };
            assert_eq!((track.encoder.as_str(), &track.hardware.used), ("h264_qsv", &Some(qsv())));
            let packets = Media::at(&path).packets();
            assert_eq!(Media::at(&path).frame_times(), Media::at(&clip).frame_times());
            fs::remove_file(&path).unwrap();
            let arguments: Vec<_> = plan.command.arguments().iter().map(String::as_str).collect();
            let output = ffmpeg_in(&[], "error", &arguments);
            assert!(output.status.success(), "{}: {}", plan.command, String::from_utf8_lossy(&output.stderr));
            assert_eq!(Media::at(&path).packets(), packets, "{}", plan.command);
            fs::remove_file(&path).unwrap();
        }
        let told = vpl.log().told();
        assert_eq!([told[0].of("quality"), told[0].of("codec")], ["18.00", "h264"]);
        assert_eq!(told.len(), 4);
    });
}

#[test]
fn an_encoder_of_its_own_type_is_told_what_it_says() {
    let Some(vpl) = Vpl::new(UNTESTED) else { return };
    vpl.alone("qsv::an_encoder_of_its_own_type_is_told_what_it_says", |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        let encoders = [
            (QsvH264::constant_quality(23), ["vbr", "23.00", "0", "0"]),
            (QsvH264::fixed_quantizer(26), ["constqp", "0.00", "26", "0"]),
            (QsvH264::bitrate(kbps(800)), ["vbr", "0.00", "0", "800000"]),
            (QsvH264::constant_bitrate(kbps(900)), ["cbr", "0.00", "0", "900000"]),
        ];
        for (encoder, wanted) in encoders {
            let pipeline = Pipeline::read(clips::short()).output(Matroska::file(&path).video(encoder.preset(QsvPreset::Slow)));
            let outcome = ran("its own", pipeline.run()).0.unwrap_or_else(|why| panic!("{wanted:?}: {why:?}"));
            assert_eq!(outcome.encoders[0].encoder, "h264_qsv");
            let told = vpl.log().told().pop().expect("it was told something");
            assert_eq!(["mode", "quality", "qp-p", "bits"].map(|it| told.of(it)), wanted);
            assert_eq!(told.of("preset"), "3");
            fs::remove_file(&path).unwrap();
        }
        nothing_is_left(&vpl, 0);
    });
}

#[test]
fn an_encoder_that_fails_is_left() {
    let Some(vpl) = Vpl::new(UNTESTED) else { return };
    let vpl = vpl.fault(Fault::code(Call::Encode, 17).from(70));
    vpl.alone("qsv::an_encoder_that_fails_is_left", |dir| {
        logs::install().expect("there is a thread");
        let output = |policy: Hardware| Matroska::file(dir.join("out.mkv")).video(H264::default().hardware(policy));
        let pipeline = |policy| Pipeline::read(clips::film()).output(output(policy));
        let error = ran("required", pipeline(Hardware::require(qsv())).run()).0.expect_err("the device is required");
        assert!(matches!(&error, Error::Hardware { left, .. } if left.why == WhySoftware::Failed), "{error:?}");
        assert_eq!(names(dir), Vec::<&str>::new());
        let (result, last) = ran("preferred", pipeline(Hardware::prefer([qsv()])).run());
        let outcome = result.expect("the processor goes on");
        let [track] = outcome.encoders.as_slice() else { panic!("{outcome:?}") };
        let left = track.hardware.left.first().expect("the device was left");
        assert_eq!((track.encoder.as_str(), left.why, last.attempt), ("libx264", WhySoftware::Failed, 2), "{left:?}");
        nothing_is_left(&vpl, 0);
    });
}
