//! Jobs whose tracks a device is asked to encode, and what becomes of them where it cannot.

use std::path::Path;

use telecine::codec::{NvencPreset, QsvPreset};
use telecine::hardware::{Accelerator, Device, WhySoftware};
use telecine::{
    AnyContainer, AnyOutput, AnyTrack, AnyVideo, Av1, Error, H264, H265, Hardware, NvencAv1, NvencH264, NvencH265, Pipeline,
    Plan, QsvAv1, QsvH264, QsvH265, QsvVp9, Reason, Speed, Stage, TrackEncoder, VaapiAv1, VaapiH264, VaapiH265, VaapiVp9,
    VideoToolboxH264, VideoToolboxH265, Vp9, kbps,
};

use crate::support::alone::on_one_processor;
use crate::support::{Media, clips, error, example, names, outcome, reasons, within};

/// One that no machine has.
fn absent(accelerator: Accelerator) -> Device {
    Device::of(accelerator).nth(2_000)
}

fn pipeline(encoding: impl Into<AnyVideo>, dir: &Path) -> Pipeline {
    let output = AnyOutput::new(AnyContainer::Matroska, dir.join("out.mkv")).track(AnyTrack::video(encoding.into()));
    Pipeline::read(clips::short()).output(output)
}

fn h264() -> H264 {
    H264::default().speed(Speed::Fastest)
}

fn plan(scenario: &str, pipeline: &Pipeline) -> Result<Plan, Error> {
    let task = pipeline.plan();
    within(60, scenario, move || task.wait())
}

#[test]
fn a_preferred_device_that_is_not_there_is_passed_over() {
    on_one_processor("encoder_policies::a_preferred_device_that_is_not_there_is_passed_over", |dir| {
        let plain = outcome("plain", pipeline(h264(), dir));
        let wanted = Media::at(dir.join("out.mkv")).packets();
        let [TrackEncoder { encoder, options, hardware, .. }] = &plain.encoders[..] else { panic!("{:?}", plain.encoders) };
        assert_eq!((encoder.as_str(), hardware), ("libx264", &Default::default()));
        assert_eq!(options[..], [("crf", "23"), ("preset", "ultrafast")].map(|(key, value)| (key.into(), value.into())));
        for accelerator in Accelerator::ALL {
            std::fs::remove_file(dir.join("out.mkv")).unwrap();
            let policy = Hardware::prefer([absent(accelerator)]);
            let outcome = outcome(accelerator.name(), pipeline(h264().hardware(policy.clone()), dir));
            assert_eq!(names(dir), ["out.mkv"], "{accelerator}");
            let [TrackEncoder { output: 0, track: 0, encoder, hardware, .. }] = &outcome.encoders[..] else {
                panic!("{accelerator}: {:?}", outcome.encoders)
            };
            assert_eq!((encoder.as_str(), &hardware.used, &hardware.requested), ("libx264", &None, &policy), "{accelerator}");
            let [left] = &hardware.left[..] else { panic!("{accelerator}: {hardware:?}") };
            assert!(left.device == absent(accelerator) && !left.said.is_empty(), "{left:?}");
            assert_eq!(Media::at(dir.join("out.mkv")).packets(), wanted, "{accelerator}");
            assert_eq!(outcome.hardware, Default::default(), "no device was asked to decode");
        }
    });
}

#[test]
fn a_required_device_that_is_not_there_is_an_error_and_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    for (encoding, accelerator) in [
        (AnyVideo::from(h264().hardware(Hardware::require(absent(Accelerator::Cuda)))), Accelerator::Cuda),
        (NvencH264::constant_quality(23.0).preset(NvencPreset::P1).device(1_000).into(), Accelerator::Cuda),
        (NvencH265::constant_quality(28.0).device(1_000).into(), Accelerator::Cuda),
        (NvencAv1::constant_quality(35.0).device(1_000).into(), Accelerator::Cuda),
        (h264().hardware(Hardware::require(absent(Accelerator::Vaapi))).into(), Accelerator::Vaapi),
        (VaapiH264::fixed_quantizer(20).device(NODE).into(), Accelerator::Vaapi),
        (VaapiH265::bitrate(kbps(800)).device(NODE).into(), Accelerator::Vaapi),
        (VaapiAv1::constant_quality(30).device(NODE).into(), Accelerator::Vaapi),
        (VaapiVp9::constant_bitrate(kbps(800)).device(NODE).into(), Accelerator::Vaapi),
    ] {
        let name = format!("{encoding:?}");
        let why = error(&name, pipeline(encoding, dir.path()));
        let Error::Hardware { location, left, .. } = &why else { panic!("{name}: {why:?}") };
        assert_eq!((why.stage(), location.path()), (Some(Stage::Encode), Some(dir.path().join("out.mkv").as_path())), "{name}");
        assert!(left.device.accelerator() == accelerator && why.to_string().contains("does not encode it"), "{why}");
        assert_eq!(names(dir.path()), Vec::<&str>::new(), "{name}");
    }
}

/// Which has no Intel device where it has no render node.
#[test]
fn intels_own_types_mean_the_device() {
    if std::path::Path::new("/dev/dri/renderD128").exists() {
        eprintln!("*** This machine has a render node: that Intel's encoders fail without a device was NOT TESTED.");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let of = |encoding: AnyVideo, name: &str| (encoding, name.to_owned());
    for (encoding, encoder) in [
        of(QsvH264::constant_quality(23).preset(QsvPreset::Veryfast).look_ahead(10).into(), "h264_qsv"),
        of(QsvH265::fixed_quantizer(28).b_frames(0).into(), "hevc_qsv"),
        of(QsvAv1::bitrate(kbps(800)).into(), "av1_qsv"),
        of(QsvVp9::constant_bitrate(kbps(800)).into(), "vp9_qsv"),
    ] {
        let told = plan(&encoder, &pipeline(encoding.clone(), dir.path())).unwrap_or_else(|why| panic!("{encoder}: {why:?}"));
        let track = &told.outputs[0].tracks[0];
        let usage = track.hardware.as_ref().expect("it is a device's");
        assert_eq!((track.encoder.as_ref(), &usage.used), (Some(&encoder), &Some(Accelerator::Qsv.into())), "taken at its word");
        let why = error(&encoder, pipeline(encoding, dir.path()));
        let Error::Hardware { left, .. } = &why else { panic!("{encoder}: {why:?}") };
        assert_eq!((why.stage(), left.device.accelerator()), (Some(Stage::Encode), Accelerator::Qsv), "{encoder}: {why}");
        assert_eq!(names(dir.path()), Vec::<&str>::new(), "{encoder}");
    }
}

/// Which FFmpeg has on Apple's systems alone.
#[test]
fn apples_own_types_need_an_ffmpeg_that_has_them() {
    let dir = tempfile::tempdir().unwrap();
    for (encoding, codec, encoder) in [
        (AnyVideo::from(VideoToolboxH264::constant_quality(65)), "h264", "h264_videotoolbox"),
        (VideoToolboxH265::bitrate(kbps(800)).into(), "hevc", "hevc_videotoolbox"),
    ] {
        let pipeline = pipeline(encoding, dir.path());
        match plan(encoder, &pipeline) {
            Ok(plan) => assert_eq!(plan.outputs[0].tracks[0].encoder.as_deref(), Some(encoder)),
            Err(Error::EncoderMissing { codec: of, looked_for, .. }) => {
                assert_eq!((of.as_str(), &looked_for[..]), (codec, &[encoder.to_owned()][..]));
            }
            Err(why) => panic!("{encoder}: {why:?}"),
        }
    }
}

const NODE: &str = "/dev/dri/renderD1000";

#[test]
fn what_no_machine_could_do_is_a_problem_of_the_plan() {
    let dir = tempfile::tempdir().unwrap();
    let by = |device: Device| Hardware::require(device);
    for (encoding, codec, device) in [
        (AnyVideo::from(Vp9::default().hardware(by(Accelerator::Cuda.into()))), "vp9", Device::of(Accelerator::Cuda)),
        (h264().hardware(by(Accelerator::Vulkan.into())).into(), "h264", Device::of(Accelerator::Vulkan)),
        (Av1::default().hardware(by(Accelerator::VideoToolbox.into())).into(), "av1", Device::of(Accelerator::VideoToolbox)),
        (H265::default().hardware(by(absent(Accelerator::Qsv))).into(), "hevc", absent(Accelerator::Qsv)),
    ] {
        let name = format!("{codec} by {device}");
        let pipeline = pipeline(encoding, dir.path());
        for why in [plan(&name, &pipeline).expect_err(&name), error(&name, pipeline)] {
            let Error::Invalid { problems } = &why else { panic!("{name}: {why:?}") };
            let [Reason::NoDeviceEncoder { device: named, codec: of, .. }] = &reasons(problems)[..] else { panic!("{why:?}") };
            assert_eq!((named, of.as_str()), (&device, codec), "{name}");
        }
    }
    assert_eq!(names(dir.path()), Vec::<&str>::new());
}

#[test]
fn a_plan_tells_what_would_encode() {
    let dir = tempfile::tempdir().unwrap();
    let told = |policy: Hardware| plan("preferred", &pipeline(h264().hardware(policy), dir.path())).unwrap();
    let policy = Hardware::prefer([Accelerator::Vulkan]);
    let vulkan = told(policy.clone());
    let track = &vulkan.outputs[0].tracks[0];
    let usage = track.hardware.as_ref().expect("a device is asked for");
    assert_eq!((track.encoder.as_deref(), &usage.used, &usage.requested), (Some("libx264"), &None, &policy));
    let whys: Vec<_> = usage.left.iter().map(|it| (&it.device, it.why)).collect();
    assert_eq!(whys, [(&Device::of(Accelerator::Vulkan), WhySoftware::Unsupported)]);
    assert!(vulkan.to_string().contains(", on the processor, not by vulkan: "), "{vulkan}");
    let off = told(Hardware::Off);
    assert_eq!((&off.outputs[0].tracks[0].hardware, &off.command), (&None, &vulkan.command));
    assert!(!off.to_string().contains("processor"), "{off}");
}

/// Whatever this machine has.
#[test]
fn a_choice_that_is_left_to_telecine_tells_its_reasons() {
    let dir = tempfile::tempdir().unwrap();
    let outcome = outcome("auto", pipeline(h264().hardware(Hardware::Auto), dir.path()));
    let TrackEncoder { encoder, hardware, .. } = &outcome.encoders[0];
    assert_eq!(hardware.requested, Hardware::Auto);
    assert_eq!(hardware.used.is_none(), encoder == "libx264", "{hardware:?}");
    assert!(hardware.used.is_some() || !hardware.left.is_empty(), "{hardware:?}");
    assert!(hardware.left.iter().all(|it| !it.said.is_empty()), "{hardware:?}");
    assert_eq!(names(dir.path()), ["out.mkv"]);
}

#[test]
fn the_example_takes_a_policy() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.mp4");
    let run = |words: &[&str]| {
        let mut command = std::process::Command::new(example("transcode"));
        command.args(["--json", "--encoder-hardware"]).args(words).arg(clips::short()).arg(&out);
        let output = within(60, &words.join(" "), move || command.output()).unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    for wrong in [&["require=gpu"][..], &["auto", "--video", "x264"], &["auto", "--crf", "20"], &["auto", "--video", "copy"]] {
        let (code, _, said) = run(wrong);
        assert!(code == Some(2) && !said.is_empty(), "{wrong:?}: {code:?}: {said}");
    }
    let (code, _, said) = run(&["require=cuda:2000"]);
    assert!(code == Some(1) && said.contains("cuda:2000 does not encode it"), "{code:?}: {said}");
    assert!(!out.exists());
    let (code, told, said) = run(&["prefer=cuda:2000"]);
    assert_eq!(code, Some(0), "{said}");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let wanted = serde_json::json!({"requested": "prefer=cuda:2000", "used": null, "left": ["cuda:2000"]});
    assert_eq!((&told["encoders"][0]["hardware"], &told["encoders"][0]["encoder"]), (&wanted, &"libx264".into()));
    assert_eq!(told["encoders"][1]["encoder"], "aac");
}
