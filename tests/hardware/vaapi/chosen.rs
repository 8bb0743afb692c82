//! Which device a film is given to, where render nodes are found by themselves.

use std::path::PathBuf;

use telecine::hardware::{self, Accelerator, Device, Found, Usage, WhySoftware};
use telecine::{Error, Frame, Frames, Hardware, logs};

use super::va;
use crate::chosen::large;
use crate::support::driver::{Fault, Held};
use crate::support::va::{NODES, Va};
use crate::support::{clips, until, within};
use crate::trials::clip;

const UNTESTED: &str = "whether VA-API's devices are found and chosen among";

fn node(number: u32) -> Device {
    Device::of(Accelerator::Vaapi).path(&*format!("/dev/dri/renderD{number}"))
}

fn used(scenario: &str, clip: PathBuf, policy: Hardware) -> Usage {
    let name = scenario.to_owned();
    within(120, scenario, move || {
        let mut frames = Frames::read(clip).hardware(policy).start();
        let all: Result<Vec<Frame>, Error> = frames.by_ref().collect();
        assert!(!all.unwrap_or_else(|why| panic!("{name}: {why:?}")).is_empty());
        frames.outcome().expect("it has ended").hardware.clone()
    })
}

/// Two nodes, each with a device that knows these clips.
fn two(test: &str, clips: &[PathBuf], fault: Option<Fault>, body: impl FnOnce(&Va)) {
    let Some(va) = va() else { return };
    let va = clips.iter().fold(va.devices(&NODES), |va, it| va.knows(it));
    let va = fault.into_iter().fold(va, Va::fault);
    va.alone_with_render_nodes(test, UNTESTED, |_| {
        logs::install().expect("there is a thread");
        body(&va);
        assert_eq!(va.log().held(), Held::default());
    });
}

#[test]
fn all_render_nodes_are_found() {
    let clips = [clip("h264-high-hd")];
    two("vaapi::chosen::all_render_nodes_are_found", &clips, Some(Fault::wrong().on_device(1)), |_| {
        let report = within(120, "all", || hardware::probe().wait()).expect("that is no error");
        let found = report.accelerators.iter().find(|it| it.accelerator == Accelerator::Vaapi).map(|it| &it.found);
        let Some(Found::Devices(devices)) = found else { panic!("{report:?}") };
        let works =
            |at: usize| devices[at].trials.iter().filter(|it| it.verdict.works()).map(|it| it.class.codec).collect::<Vec<_>>();
        assert_eq!(devices.iter().map(|it| it.device.clone()).collect::<Vec<_>>(), [node(128), node(129)]);
        assert_eq!((works(0), works(1)), (vec!["h264"], vec![]));
    });
}

#[test]
fn auto_takes_what_has_worked() {
    let clips = [clip("h264-high-hd"), large()];
    two("vaapi::chosen::auto_takes_what_has_worked", &clips, None, |va| {
        for times in 1..=2 {
            let usage = used("auto", large(), Hardware::Auto);
            assert!(usage.used.as_ref().is_some_and(|it| it.accelerator() == Accelerator::Vaapi), "{usage:?}");
            // Two of the one trial, and one for each film.
            assert_eq!((va.log().decoders().len(), va.log().unknown()), (2 + times, 0));
        }
        let devices: Vec<_> = va.log().decoders().iter().map(|it| it.device).collect();
        assert_eq!(devices, [0; 4]);
    });
}

#[test]
fn auto_takes_nothing_that_was_wrong() {
    let clips = [clip("h264-high-hd"), large()];
    two("vaapi::chosen::auto_takes_nothing_that_was_wrong", &clips, Some(Fault::wrong().at(2)), |_| {
        let usage = used("auto", large(), Hardware::Auto);
        let left = usage.left.iter().find(|it| it.device.accelerator() == Accelerator::Vaapi);
        assert_eq!((&usage.used, left.map(|it| it.why)), (&None, Some(WhySoftware::Wrong)), "{usage:?}");
    });
}

#[test]
fn a_preferred_device_that_was_wrong_is_passed_over() {
    let clips = [clip("h264-high"), clips::film()];
    let test = "vaapi::chosen::a_preferred_device_that_was_wrong_is_passed_over";
    two(test, &clips, Some(Fault::wrong().on_device(0)), |_| {
        let usage = used("prefer", clips::film(), Hardware::prefer([node(128), node(129)]));
        assert_eq!((&usage.used, usage.left[0].why), (&Some(node(129)), WhySoftware::Wrong), "{usage:?}");
    });
}

#[test]
fn a_node_and_the_first_device_are_one() {
    let clips = [clip("h264-high"), clips::film()];
    two("vaapi::chosen::a_node_and_the_first_device_are_one", &clips, None, |va| {
        hardware::limit_sessions(Accelerator::Vaapi, 1);
        for (policy, decoders) in [(Hardware::prefer([Accelerator::Vaapi]), 3), (Hardware::prefer([node(128)]), 4)] {
            let usage = used("one", clips::film(), policy);
            assert_eq!((usage.used.is_some(), va.log().decoders().len()), (true, decoders), "{usage:?}");
        }
        let mut holding = Frames::read(clips::film()).hardware(Hardware::require(node(128))).start();
        holding.next().expect("it has frames").expect("the device decodes");
        let usage = used("busy", clips::film(), Hardware::prefer([Accelerator::Vaapi]));
        assert_eq!((&usage.used, usage.left[0].why), (&None, WhySoftware::Busy), "{usage:?}");
        // Which does not block.
        drop(holding);
        until("the decoder ends", || va.log().held() == Held::default());
        assert_eq!(va.log().most_decoders(), 1);
    });
}
