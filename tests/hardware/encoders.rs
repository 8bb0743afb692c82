//! Trials of encoders on the scripted driver, in the process itself: what each device is found to encode.

use std::time::Duration;

use telecine::hardware::{self, Accelerator, Device, EncoderTrial, Found, Probe, Verdict, WhySoftware};
use telecine::{Error, detached_jobs, logs};

use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::{until, within};

const UNTESTED: &str = "whether trials find out what a device encodes";

fn cuda() -> Probe {
    hardware::probe().device(Accelerator::Cuda)
}

/// What a look finds of the encoders of the only device.
fn encoders(probe: Probe) -> Vec<EncoderTrial> {
    logs::install().expect("there is a thread");
    let report = within(120, "the look", move || probe.wait()).expect("what is wrong with a device is no error");
    let Found::Devices(devices) = &report.accelerators[0].found else { panic!("{report:?}") };
    let [device] = devices.as_slice() else { panic!("{report:?}") };
    device.encoders.clone()
}

#[track_caller]
fn verdict(encoders: &[EncoderTrial], encoder: &str) -> Verdict {
    let found = encoders.iter().find(|it| it.encoder == encoder && it.depth == 8);
    found.unwrap_or_else(|| panic!("{encoders:?}")).verdict.clone()
}

#[track_caller]
fn failure(encoders: &[EncoderTrial], encoder: &str) -> (WhySoftware, String) {
    match verdict(encoders, encoder) {
        Verdict::Fails { why, reason } => (why, reason),
        other => panic!("{encoder}: {other:?}"),
    }
}

#[track_caller]
fn wrong(encoders: &[EncoderTrial], encoder: &str) -> String {
    match verdict(encoders, encoder) {
        Verdict::Wrong { how } => how,
        other => panic!("{encoder}: {other:?}"),
    }
}

/// With a driver that is changed so, in a process of its own.
fn with(test: &str, change: impl FnOnce(Driver) -> Driver, body: impl FnOnce(&Driver)) {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = change(driver);
    driver.alone(&format!("encoders::{test}"), |_| {
        body(&driver);
        assert_eq!((driver.log().held(), detached_jobs()), (Held::default(), 0));
    });
}

/// The quicker one alone.
fn h264(driver: Driver) -> Driver {
    driver.encodes(&["h264"])
}

#[test]
fn a_device_that_encodes_works() {
    with(
        "a_device_that_encodes_works",
        |it| it,
        |driver| {
            let found = encoders(cuda());
            let names: Vec<_> = found.iter().map(|it| (it.encoder, it.codec, it.depth)).collect();
            assert_eq!(names, [("h264_nvenc", "h264", 8), ("hevc_nvenc", "hevc", 8), ("av1_nvenc", "av1", 8)]);
            for encoder in ["h264_nvenc", "hevc_nvenc"] {
                let Verdict::Works { first_frame, fps } = verdict(&found, encoder) else { panic!("{found:?}") };
                assert!(first_frame > Duration::ZERO && fps > 0.0, "{found:?}");
            }
            let (why, reason) = failure(&found, "av1_nvenc");
            assert!(why == WhySoftware::Unsupported && reason.contains("Codec not supported"), "{why:?} {reason}");
            let log = driver.log();
            assert_eq!((log.encoded().len(), log.most_sessions(), log.refused()), (2 * 8, 1, Vec::new()));
            let told = &log.told()[0];
            assert_eq!([told.of("width"), told.of("height"), told.of("rate")], ["1920", "1080", "25/1"]);
            // What is known is not tried again, unless that is asked for.
            let sessions = log.sessions();
            assert_eq!((encoders(cuda()), driver.log().sessions()), (found, sessions));
            encoders(cuda().anew());
            assert_eq!(driver.log().sessions(), 2 * sessions);
        },
    );
}

#[test]
fn inverted_pictures_are_wrong() {
    let change = |driver: Driver| driver.fault(Fault::wrong_code().of_codec("h264"));
    with("inverted_pictures_are_wrong", change, |_| {
        let found = encoders(cuda());
        let how = wrong(&found, "h264_nvenc");
        assert!(how.contains("picture 0: luma is off by"), "{how}");
        assert!(verdict(&found, "hevc_nvenc").works(), "{found:?}");
    });
}

#[test]
fn one_wrong_picture_is_enough() {
    let change = |driver: Driver| h264(driver).fault(Fault::wrong_code().at(6));
    with("one_wrong_picture_is_enough", change, |_| {
        let how = wrong(&encoders(cuda()), "h264_nvenc");
        assert!(how.contains("luma is off by"), "{how}");
    });
}

#[test]
fn a_device_without_sessions_left_is_busy() {
    with(
        "a_device_without_sessions_left_is_busy",
        |driver| h264(driver).sessions(0),
        |driver| {
            let (why, reason) = failure(&encoders(cuda()), "h264_nvenc");
            assert!(why == WhySoftware::Busy && reason.contains("OpenEncodeSessionEx failed: out of memory"), "{why:?} {reason}");
            // That others had it says nothing of it.
            let faults = driver.log().faults().len();
            encoders(cuda());
            assert!(driver.log().faults().len() > faults);
        },
    );
}

#[test]
fn a_device_without_encoders_does_not_encode() {
    let change = |driver: Driver| driver.fault(Fault::code(Call::Session, 2));
    with("a_device_without_encoders_does_not_encode", change, |_| {
        let (why, reason) = failure(&encoders(cuda()), "h264_nvenc");
        assert!(why == WhySoftware::Unsupported && reason.contains("unsupported device"), "{why:?} {reason}");
    });
}

#[test]
fn what_the_device_lacks_is_not_supported() {
    with(
        "what_the_device_lacks_is_not_supported",
        |driver| driver.largest_encoded(1_280, 720),
        |_| {
            let (why, reason) = failure(&encoders(cuda()), "h264_nvenc");
            assert!(why == WhySoftware::Unsupported && reason.contains("Width 1920 exceeds 1280"), "{why:?} {reason}");
        },
    );
}

#[test]
fn a_driver_that_lacks_its_encoding_part_is_none() {
    with("a_driver_that_lacks_its_encoding_part_is_none", Driver::without_encoders, |_| {
        let (why, reason) = failure(&encoders(cuda()), "hevc_nvenc");
        let says = |words: &str| reason.contains(words);
        assert!(why == WhySoftware::NoDevice && says("Cannot load libnvidia-encode") && says("; install"), "{why:?} {reason}");
    });
}

#[test]
fn an_old_driver_is_none() {
    with(
        "an_old_driver_is_none",
        |driver| driver.encoders_of_version(11, 0),
        |_| {
            let (why, reason) = failure(&encoders(cuda()), "h264_nvenc");
            let says = |words: &str| reason.contains(words);
            assert!(why == WhySoftware::NoDevice && says("required nvenc API version") && says("install a newer"), "{reason}");
        },
    );
}

#[test]
fn what_fails_says_why() {
    let change = |driver: Driver| {
        driver
            .fault(Fault::code(Call::Initialize, 8).of_codec("hevc"))
            .fault(Fault::code(Call::Encode, 20).of_codec("h264").at(5))
    };
    with("what_fails_says_why", change, |_| {
        let found = encoders(cuda());
        let (why, reason) = failure(&found, "h264_nvenc");
        assert!(why == WhySoftware::Failed && reason.contains("EncodePicture failed!: generic error"), "{why:?} {reason}");
        let (why, reason) = failure(&found, "hevc_nvenc");
        assert!(
            why == WhySoftware::Unsupported && reason.contains("InitializeEncoder failed: invalid param"),
            "{why:?} {reason}"
        );
    });
}

#[test]
fn each_device_is_tried_for_itself() {
    let change = |driver: Driver| {
        h264(driver)
            .devices(&["One", "Other"])
            .fault(Fault::wrong_code().on_device(1))
            .fault(Fault::code(Call::Session, 2).on_device(0))
    };
    with("each_device_is_tried_for_itself", change, |driver| {
        let other = encoders(hardware::probe().device(Device::of(Accelerator::Cuda).nth(1)));
        wrong(&other, "h264_nvenc");
        assert_eq!(driver.log().told()[0].device, 1);
        assert_eq!(failure(&encoders(cuda()), "h264_nvenc").0, WhySoftware::Unsupported);
    });
}

#[test]
fn an_encoder_that_hangs_is_left_and_counted_and_the_device_is_left_alone() {
    let test = "an_encoder_that_hangs_is_left_and_counted_and_the_device_is_left_alone";
    with(
        test,
        |driver| driver.fault(Fault::hang(Call::Encode)),
        |driver| {
            let patient = || cuda().patience(Duration::from_secs(3));
            let found = encoders(patient());
            for it in &found {
                let Verdict::Fails { why: WhySoftware::Failed, reason } = &it.verdict else { panic!("{found:?}") };
                assert!(reason.contains("it hangs: h264_nvenc has not ended after 3 s"), "{reason}");
            }
            until("it is counted", || detached_jobs() == 1);
            let sessions = driver.log().sessions();
            assert_eq!((encoders(patient()), driver.log().sessions()), (found, sessions));
            driver.release();
            until("it ends", || detached_jobs() == 0);
        },
    );
}

#[test]
fn a_look_that_is_ended_ends_though_an_encoder_hangs() {
    let change = |driver: Driver| h264(driver).fault(Fault::hang(Call::Encode));
    with("a_look_that_is_ended_ends_though_an_encoder_hangs", change, |driver| {
        let task = cuda().patience(Duration::from_secs(600)).start();
        until("it hangs", || driver.log().hanging() == 1);
        task.control().cancel();
        let why = within(30, "cancelled", move || task.wait()).expect_err("it is cancelled");
        assert!(matches!(why, Error::Cancelled { detached: true }), "{why:?}");
        driver.release();
        until("it ends", || detached_jobs() == 0);
    });
}
