//! Trials on the scripted driver, in the process itself: what each device is found to be able to.

use std::path::PathBuf;
use std::time::Duration;

use telecine::hardware::{
    self, Accelerator, Device, DeviceReport, Found, Isolation, PictureSize, Probe, Report, Verdict, WhySoftware,
};
use telecine::{Error, detached_jobs, logs};

use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::{until, within};

const UNTESTED: &str = "whether trials find out what a device can";

/// Those that are tried where nobody asks for more.
const COMMON: [&str; 5] = ["h264-high-hd", "hevc-main-hd", "hevc-main10-hd", "vp9-0-hd", "av1-main-hd"];

pub(crate) fn clip(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/hardware/clips").join(format!("{name}.mkv"))
}

fn knowing(clips: &[&str]) -> Option<Driver> {
    // What it encodes is tried elsewhere.
    let driver = Driver::new(UNTESTED)?.without_encoders();
    Some(clips.iter().fold(driver, |driver, it| driver.knows(&clip(it))))
}

fn report(scenario: &str, probe: Probe) -> Report {
    logs::install().expect("there is a thread");
    within(120, scenario, move || probe.wait()).expect("what is wrong with a device is no error")
}

fn devices(report: &Report) -> &[DeviceReport] {
    let [accelerator] = report.accelerators.as_slice() else { panic!("{report:?}") };
    let Found::Devices(devices) = &accelerator.found else { panic!("{report:?}") };
    devices
}

fn cuda() -> Probe {
    hardware::probe().device(Accelerator::Cuda)
}

fn verdict<'a>(device: &'a DeviceReport, codec: &str, depth: u8) -> &'a Verdict {
    let found = device.trials.iter().find(|it| it.class.codec == codec && it.class.depth == depth);
    &found.unwrap_or_else(|| panic!("{codec} was not tried: {device:?}")).verdict
}

#[test]
fn a_device_that_decodes_everything_works() {
    let Some(driver) = knowing(&COMMON) else { return };
    driver.alone("trials::a_device_that_decodes_everything_works", |_| {
        let report = report("all works", cuda());
        assert_eq!(report.isolation, Isolation::InProcess, "nobody has called run_if_asked");
        let [device] = devices(&report) else { panic!("{report:?}") };
        assert_eq!((&device.device, &device.refusal), (&Device::of(Accelerator::Cuda), &None));
        assert_eq!(device.trials.len(), COMMON.len());
        for trial in &device.trials {
            let Verdict::Works { first_frame, fps } = trial.verdict else { panic!("{trial:?}") };
            assert!(first_frame > Duration::ZERO && fps > 0.0, "{trial:?}");
            assert_eq!(trial.class.size, PictureSize::Hd, "{trial:?}");
        }
        let log = driver.log();
        assert_eq!((log.unknown(), log.held(), detached_jobs()), (0, Held::default(), 0));
    });
}

#[test]
fn all_classes_are_tried_where_that_is_asked_for() {
    const OTHERS: [&str; 16] = [
        "h264-high",
        "h264-high-interlaced-hd",
        "hevc-main",
        "hevc-main10",
        "vp8",
        "vp8-hd",
        "vp9-0",
        "vp9-2",
        "vp9-2-hd",
        "av1-main",
        "av1-main10",
        "av1-main10-hd",
        "mpeg2",
        "mpeg2-interlaced",
        "mpeg4",
        "mjpeg",
    ];
    let Some(driver) = knowing(&[&COMMON[..], &OTHERS].concat()) else { return };
    driver.alone("trials::all_classes_are_tried_where_that_is_asked_for", |_| {
        let report = report("deep", cuda().deep());
        let [device] = devices(&report) else { panic!("{report:?}") };
        assert_eq!(device.trials.len(), 29);
        // Without the part of the driver that encodes.
        let encoders: Vec<_> = device.encoders.iter().map(|it| (it.encoder, it.depth)).collect();
        let eight = [("h264_nvenc", 8), ("hevc_nvenc", 8), ("av1_nvenc", 8)];
        assert_eq!(encoders, [&eight[..], &[("hevc_nvenc", 10), ("av1_nvenc", 10)]].concat());
        assert!(device.encoders.iter().all(|it| matches!(it.verdict, Verdict::Fails { why: WhySoftware::NoDevice, .. })));
        // The driver would have to remember half a gigabyte of the largest.
        for trial in device.trials.iter().filter(|it| it.class.size != PictureSize::Uhd) {
            match (&trial.verdict, trial.class.profile) {
                // FFmpeg gives none of that to NVIDIA's devices.
                (Verdict::Fails { why, .. }, "High 10") => assert_eq!(*why, WhySoftware::Unsupported, "{trial:?}"),
                (Verdict::Works { .. }, profile) if profile != "High 10" => {}
                _ => panic!("{trial:?}"),
            }
        }
    });
}

#[test]
fn one_wrong_sample_is_a_wrong_device() {
    let Some(driver) = knowing(&COMMON) else { return };
    let driver = driver.fault(Fault::wrong().of_codec("hevc").of_depth(8).at(3));
    driver.alone("trials::one_wrong_sample_is_a_wrong_device", |_| {
        let report = report("wrong", cuda());
        let [device] = devices(&report) else { panic!("{report:?}") };
        let Verdict::Wrong { how } = verdict(device, "hevc", 8) else { panic!("{device:?}") };
        assert!(how.contains("1 of 2073600 samples of luma differ, by up to"), "{how}");
        assert!(verdict(device, "hevc", 10).works() && verdict(device, "h264", 8).works(), "{device:?}");
    });
}

#[test]
fn a_device_says_why_it_fails() {
    let Some(driver) = knowing(&COMMON) else { return };
    let driver = driver
        .fault(Fault::unsupported().of_codec("av1"))
        .fault(Fault::code(Call::Create, 2).of_codec("vp9"))
        .fault(Fault::code(Call::Decode, 700).of_codec("h264").from(3));
    driver.alone("trials::a_device_says_why_it_fails", |_| {
        let report = report("fails", cuda());
        let [device] = devices(&report) else { panic!("{report:?}") };
        let failure = |codec| match verdict(device, codec, 8) {
            Verdict::Fails { why, reason } => (*why, reason.clone()),
            other => panic!("{codec}: {other:?}"),
        };
        assert_eq!(failure("av1").0, WhySoftware::Unsupported);
        let (why, reason) = failure("vp9");
        assert!(why == WhySoftware::Unsupported && reason.contains("CUDA_ERROR_OUT_OF_MEMORY"), "{why:?} {reason}");
        let (why, reason) = failure("h264");
        assert!(why == WhySoftware::Failed && reason.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), "{why:?} {reason}");
        assert!(verdict(device, "hevc", 8).works(), "{device:?}");
        assert_eq!(driver.log().held(), Held::default());
    });
}

#[test]
fn a_driver_without_decoders_opens_and_fails() {
    let Some(driver) = knowing(&COMMON[..1]) else { return };
    driver.without_decoders().alone("trials::a_driver_without_decoders_opens_and_fails", |_| {
        let report = report("no nvcuvid", cuda());
        let [device] = devices(&report) else { panic!("{report:?}") };
        let Verdict::Fails { reason, .. } = verdict(device, "h264", 8) else { panic!("{device:?}") };
        assert!(reason.contains("libnvcuvid"), "{reason}");
    });
}

#[test]
fn a_trial_that_hangs_is_left_and_counted_and_the_device_is_left_alone() {
    let Some(driver) = knowing(&COMMON) else { return };
    let driver = driver.fault(Fault::hang(Call::Decode).of_codec("h264"));
    driver.alone("trials::a_trial_that_hangs_is_left_and_counted_and_the_device_is_left_alone", |_| {
        let patient = || cuda().patience(Duration::from_secs(2));
        let report = report("hangs", patient());
        let [device] = devices(&report) else { panic!("{report:?}") };
        assert_eq!(device.trials.len(), COMMON.len());
        for trial in &device.trials {
            let Verdict::Fails { why: WhySoftware::Failed, reason } = &trial.verdict else { panic!("{trial:?}") };
            assert!(reason.contains("it hangs: h264 High, 8 bit"), "{reason}");
        }
        until("it is counted", || detached_jobs() == 1);
        // Nobody tries again what hangs.
        let decoders = driver.log().decoders().len();
        let again = self::report("again", patient());
        assert_eq!((devices(&again), driver.log().decoders().len()), (devices(&report), decoders));
        driver.release();
        until("it ends", || detached_jobs() == 0);
        assert_eq!(driver.log().held(), Held::default());
        // Unless that is asked for; the fault is over.
        let anew = self::report("anew", cuda().anew());
        let [device] = devices(&anew) else { panic!("{anew:?}") };
        assert!(device.trials.iter().all(|it| it.verdict.works()), "{device:?}");
    });
}

#[test]
fn a_device_whose_opening_hangs_is_none() {
    let Some(driver) = knowing(&[]) else { return };
    driver.fault(Fault::hang(Call::Context)).alone("trials::a_device_whose_opening_hangs_is_none", |_| {
        let report = report("opening hangs", cuda().patience(Duration::from_secs(1)));
        let Found::NoDevice { reason } = &report.accelerators[0].found else { panic!("{report:?}") };
        assert!(reason.contains("opening it has not ended"), "{reason}");
        Driver::new(UNTESTED).expect("it is this process'").release();
        until("it ends", || detached_jobs() == 0);
    });
}

#[test]
fn each_device_is_tried_for_itself() {
    let Some(driver) = knowing(&COMMON) else { return };
    let driver = driver.devices(&["One", "Other"]).fault(Fault::wrong().of_codec("h264").on_device(1));
    driver.alone("trials::each_device_is_tried_for_itself", |_| {
        let report = report("two", cuda_of_all());
        let found = report.accelerators.iter().find(|it| it.accelerator == Accelerator::Cuda).map(|it| &it.found);
        let Some(Found::Devices(devices)) = found else { panic!("{report:?}") };
        let [one, other] = devices.as_slice() else { panic!("{devices:?}") };
        assert_eq!((one.device.to_string(), other.device.to_string()), ("cuda".to_owned(), "cuda:1".to_owned()));
        assert!(one.trials.iter().all(|it| it.verdict.works()), "{one:?}");
        assert!(matches!(verdict(other, "h264", 8), Verdict::Wrong { .. }), "{other:?}");
        assert!(verdict(other, "hevc", 8).works(), "{other:?}");
    });
}

/// Devices are counted only where none is named.
fn cuda_of_all() -> Probe {
    hardware::probe()
}

#[test]
fn what_is_known_is_not_tried_again() {
    let Some(driver) = knowing(&COMMON) else { return };
    driver.alone("trials::what_is_known_is_not_tried_again", |_| {
        let first = report("first", cuda());
        let decoders = driver.log().decoders().len();
        assert_eq!(report("second", cuda()), first);
        assert_eq!(driver.log().decoders().len(), decoders);
        report("anew", cuda().anew());
        assert_eq!(driver.log().decoders().len(), 2 * decoders);
    });
}

#[test]
fn a_look_that_is_ended_ends_though_a_driver_hangs() {
    let Some(driver) = knowing(&COMMON[..1]) else { return };
    let driver = driver.fault(Fault::hang(Call::Decode));
    driver.alone("trials::a_look_that_is_ended_ends_though_a_driver_hangs", |_| {
        let patience = Duration::from_secs(600);
        let task = cuda().patience(patience).start();
        until("it hangs", || driver.log().hanging() == 1);
        task.control().cancel();
        let why = within(30, "cancelled", move || task.wait()).expect_err("it is cancelled");
        assert!(matches!(why, Error::Cancelled { detached: true }), "{why:?}");
        assert!(detached_jobs() > 0);
        driver.release();
        until("it ends", || detached_jobs() == 0);
    });
}

#[test]
fn a_look_has_a_deadline() {
    let Some(driver) = knowing(&COMMON[..1]) else { return };
    let driver = driver.fault(Fault::hang(Call::Init));
    driver.alone("trials::a_look_has_a_deadline", |_| {
        let probe = cuda().deadline(Duration::from_millis(300));
        let why = within(30, "deadline", move || probe.wait()).expect_err("it takes too long");
        assert!(matches!(why, Error::DeadlineExceeded { .. }), "{why:?}");
        driver.release();
        until("it ends", || detached_jobs() == 0);
    });
}
