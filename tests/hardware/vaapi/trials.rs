//! What each device is found to be able to.

use std::time::Duration;

use telecine::hardware::{self, Accelerator, DeviceReport, Found, Probe, Report, Verdict, WhySoftware};
use telecine::{Error, detached_jobs, logs};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use super::{device, other, va};
use crate::support::driver::{Call, Fault, Held};
use crate::support::va::{NODES, Va};
use crate::support::{until, within};
use crate::trials::clip;

/// Those that are tried where nobody asks for more.
const COMMON: [&str; 5] = ["h264-high-hd", "hevc-main-hd", "hevc-main10-hd", "vp9-0-hd", "av1-main-hd"];

fn knowing(clips: &[&str]) -> Option<Va> {
    Some(clips.iter().fold(va()?, |va, it| va.knows(&clip(it))))
}

/// FFmpeg tells the driver's name in a line that few listen to.
fn listen() {
    let subscriber = tracing_subscriber::registry().with(LevelFilter::DEBUG);
    tracing::subscriber::set_global_default(subscriber).expect("this process has none yet");
}

fn look(scenario: &str, probe: Probe) -> Report {
    logs::install().expect("there is a thread");
    within(120, scenario, move || probe.wait()).expect("what is wrong with a device is no error")
}

/// What is found of VA-API.
fn found(report: &Report) -> &Found {
    let accelerator = report.accelerators.iter().find(|it| it.accelerator == Accelerator::Vaapi);
    &accelerator.unwrap_or_else(|| panic!("{report:?}")).found
}

fn devices(report: &Report) -> &[DeviceReport] {
    let Found::Devices(devices) = found(report) else { panic!("{report:?}") };
    devices
}

fn verdict<'a>(device: &'a DeviceReport, codec: &str, depth: u8) -> &'a Verdict {
    let found = device.trials.iter().find(|it| it.class.codec == codec && it.class.depth == depth);
    &found.unwrap_or_else(|| panic!("{codec} was not tried: {device:?}")).verdict
}

#[test]
fn a_device_that_decodes_everything_works() {
    let Some(va) = knowing(&COMMON) else { return };
    va.alone("vaapi::trials::a_device_that_decodes_everything_works", |_| {
        listen();
        let report = look("all works", hardware::probe().device(device()));
        let [found] = devices(&report) else { panic!("{report:?}") };
        assert_eq!((&found.device, &found.refusal), (&device(), &None));
        // That is what libva calls it.
        assert_eq!(found.driver.as_deref(), Some(&*format!("Scripted driver for {}", NODES[0])));
        assert_eq!(found.trials.len(), COMMON.len());
        for trial in &found.trials {
            let Verdict::Works { first_frame, fps } = trial.verdict else { panic!("{trial:?}") };
            assert!(first_frame > Duration::ZERO && fps > 0.0, "{trial:?}");
        }
        let log = va.log();
        assert_eq!((log.unknown(), log.held(), log.refused(), detached_jobs()), (0, Held::default(), vec![], 0));
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
    let Some(va) = knowing(&[&COMMON[..], &OTHERS].concat()) else { return };
    // The driver would have to remember half a gigabyte of the largest.
    va.largest(2048, 2048).alone("vaapi::trials::all_classes_are_tried_where_that_is_asked_for", |_| {
        let report = look("deep", hardware::probe().device(device()).deep());
        let [found] = devices(&report) else { panic!("{report:?}") };
        assert_eq!(found.trials.len(), 29);
        for trial in &found.trials {
            let is_there = trial.class.profile != "High 10" && trial.class.size != hardware::PictureSize::Uhd;
            match &trial.verdict {
                Verdict::Works { .. } if is_there => {}
                Verdict::Fails { why: WhySoftware::Unsupported, .. } if !is_there => {}
                _ => panic!("{trial:?}"),
            }
        }
    });
}

#[test]
fn one_wrong_sample_is_a_wrong_device() {
    let Some(va) = knowing(&COMMON) else { return };
    let va = va.fault(Fault::wrong().of_codec("hevc").of_depth(8).at(3)).fault(Fault::green().of_codec("vp9"));
    va.alone("vaapi::trials::one_wrong_sample_is_a_wrong_device", |_| {
        let report = look("wrong", hardware::probe().device(device()));
        let [found] = devices(&report) else { panic!("{report:?}") };
        let Verdict::Wrong { how } = verdict(found, "hevc", 8) else { panic!("{found:?}") };
        assert!(how.contains("1 of 2073600 samples of luma differ, by up to"), "{how}");
        assert!(matches!(verdict(found, "vp9", 8), Verdict::Wrong { .. }), "{found:?}");
        assert!(verdict(found, "hevc", 10).works() && verdict(found, "h264", 8).works(), "{found:?}");
    });
}

/// The one class that fails, while the others work.
fn fails(test: &str, fault: Fault, codec: &str, why: WhySoftware, words: &str) {
    let Some(va) = knowing(&COMMON) else { return };
    va.fault(fault.of_codec(codec)).alone(test, |_| {
        let report = look(test, hardware::probe().device(device()));
        let [found] = devices(&report) else { panic!("{report:?}") };
        for trial in &found.trials {
            match &trial.verdict {
                Verdict::Works { .. } if trial.class.codec != codec => {}
                Verdict::Fails { why: told, reason } if trial.class.codec == codec => {
                    assert!(*told == why && reason.contains(words), "{told:?} {reason}");
                }
                _ => panic!("{trial:?}"),
            }
        }
        let va = super::va().expect("it is this process'");
        assert_eq!(va.log().held(), Held::default());
    });
}

#[test]
fn a_profile_that_is_not_there_is_unsupported() {
    let test = "vaapi::trials::a_profile_that_is_not_there_is_unsupported";
    fails(test, Fault::unsupported(), "av1", WhySoftware::Unsupported, "No support for codec av1");
}

#[test]
fn a_decoder_that_has_no_room_is_busy() {
    let test = "vaapi::trials::a_decoder_that_has_no_room_is_busy";
    fails(test, Fault::code(Call::Create, 2), "vp9", WhySoftware::Busy, "resource allocation failed");
}

#[test]
fn a_device_that_is_busy_is_busy() {
    let test = "vaapi::trials::a_device_that_is_busy_is_busy";
    fails(test, Fault::code(Call::Create, 34), "vp9", WhySoftware::Busy, "HW busy now");
}

#[test]
fn a_decoder_that_cannot_be_made_has_failed() {
    let test = "vaapi::trials::a_decoder_that_cannot_be_made_has_failed";
    fails(test, Fault::code(Call::Create, 1), "h264", WhySoftware::Failed, "operation failed");
}

#[test]
fn a_picture_that_is_not_taken_has_failed() {
    let test = "vaapi::trials::a_picture_that_is_not_taken_has_failed";
    fails(test, Fault::code(Call::Decode, 23).from(3), "h264", WhySoftware::Failed, "internal decoding error");
}

#[test]
fn a_picture_that_is_not_finished_has_failed() {
    let test = "vaapi::trials::a_picture_that_is_not_finished_has_failed";
    fails(test, Fault::code(Call::Sync, 23), "h264", WhySoftware::Failed, "Failed to sync surface");
}

#[test]
fn a_picture_that_cannot_be_read_has_failed() {
    let test = "vaapi::trials::a_picture_that_cannot_be_read_has_failed";
    fails(test, Fault::code(Call::Map, 1), "h264", WhySoftware::Failed, "Failed to read image");
}

#[test]
fn a_driver_that_does_not_start_is_no_device() {
    let Some(va) = knowing(&[]) else { return };
    va.fault(Fault::code(Call::Init, 1)).alone("vaapi::trials::a_driver_that_does_not_start_is_no_device", |_| {
        let report = look("no driver", hardware::probe().device(device()));
        let Found::NoDevice { reason } = found(&report) else { panic!("{report:?}") };
        assert!(reason.contains("Failed to initialise VAAPI connection"), "{reason}");
        assert!(reason.contains("libva: the scripted driver does not start"), "{reason}");
    });
}

#[test]
fn a_trial_that_hangs_is_left_and_counted() {
    let Some(va) = knowing(&COMMON) else { return };
    let va = va.fault(Fault::hang(Call::Sync).of_codec("h264"));
    va.alone("vaapi::trials::a_trial_that_hangs_is_left_and_counted", |_| {
        let report = look("hangs", hardware::probe().device(device()).patience(Duration::from_secs(2)));
        let [found] = devices(&report) else { panic!("{report:?}") };
        assert_eq!(found.trials.len(), COMMON.len());
        for trial in &found.trials {
            let Verdict::Fails { why: WhySoftware::Failed, reason } = &trial.verdict else { panic!("{trial:?}") };
            assert!(reason.contains("it hangs: h264 High, 8 bit"), "{reason}");
        }
        until("it is counted", || detached_jobs() == 1);
        va.release();
        until("it ends", || detached_jobs() == 0);
        assert_eq!(va.log().held(), Held::default());
        let anew = look("anew", hardware::probe().device(device()).anew());
        assert!(devices(&anew)[0].trials.iter().all(|it| it.verdict.works()), "{anew:?}");
    });
}

#[test]
fn each_device_is_tried_for_itself() {
    let Some(va) = knowing(&COMMON) else { return };
    let va = va.devices(&NODES).fault(Fault::wrong().of_codec("h264").on_device(1));
    va.alone("vaapi::trials::each_device_is_tried_for_itself", |_| {
        listen();
        let report = look("two", hardware::probe().device(device()).device(other()));
        let [one, two] = devices(&report) else { panic!("{report:?}") };
        assert!(one.trials.iter().all(|it| it.verdict.works()), "{one:?}");
        assert!(matches!(verdict(two, "h264", 8), Verdict::Wrong { .. }), "{two:?}");
        assert!(verdict(two, "hevc", 8).works(), "{two:?}");
        let drivers: Vec<_> = [one, two].into_iter().map(|it| it.driver.clone().expect("libva tells")).collect();
        assert_eq!(drivers, NODES.map(|it| format!("Scripted driver for {it}")));
    });
}

#[test]
fn a_look_is_cancelled_though_a_driver_hangs() {
    let Some(va) = knowing(&COMMON[..1]) else { return };
    let va = va.fault(Fault::hang(Call::Decode));
    va.alone("vaapi::trials::a_look_is_cancelled_though_a_driver_hangs", |_| {
        let task = hardware::probe().device(device()).patience(Duration::from_secs(600)).start();
        until("it hangs", || va.log().hanging() == 1);
        task.control().cancel();
        let why = within(30, "cancelled", move || task.wait()).expect_err("it is cancelled");
        assert!(matches!(why, Error::Cancelled { detached: true }), "{why:?}");
        va.release();
        until("it ends", || detached_jobs() == 0);
    });
}
