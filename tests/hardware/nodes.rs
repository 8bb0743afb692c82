//! Nodes that are no GPU's, or not there, or not for everybody: each is refused by FFmpeg's own code, and the report says what to do.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use telecine::hardware::{self, Accelerator, Device, Found, Report};
use telecine::logs;

use crate::support::alone::{alone, without_override};
use crate::support::within;

fn look(device: Device) -> Report {
    logs::install().expect("there is a thread");
    within(60, &device.to_string(), move || hardware::probe().device(device).wait()).expect("that is no error")
}

/// Of VA-API; `None` where this FFmpeg has none, which it says.
fn reason(path: &str) -> Option<String> {
    let report = look(Device::of(Accelerator::Vaapi).path(path));
    match &report.accelerators[..] {
        [it] => match &it.found {
            Found::NoDevice { reason } => Some(reason.clone()),
            Found::NotBuilt => {
                eprintln!("*** This FFmpeg was built without vaapi: its refusals were NOT TESTED.");
                None
            }
            other => panic!("{path}: {other:?}"),
        },
        _ => panic!("{report:?}"),
    }
}

#[track_caller]
fn says(path: &str, words: &[&str]) {
    let Some(reason) = reason(path) else { return };
    for words in words {
        assert!(reason.contains(words), "{path}: no {words:?} in {reason:?}");
    }
}

#[test]
fn a_node_that_is_missing() {
    says("/dev/dri/renderD9999", &["/dev/dri/renderD9999 is not there", "look into /dev/dri"]);
}

#[test]
fn a_device_that_is_no_gpu() {
    says("/dev/null", &["/dev/null is no GPU's node", "name one in /dev/dri"]);
}

#[test]
fn a_regular_file() {
    let file = tempfile::NamedTempFile::new().expect("there is room");
    let path = file.path().to_str().expect("it has a plain name");
    says(path, &[&format!("{path} is no device"), "name a node in /dev/dri"]);
}

#[test]
fn a_node_that_nobody_may_look_at() {
    alone("nodes::a_node_that_nobody_may_look_at", without_override(), |folder| {
        let hidden = folder.join("hidden");
        fs::create_dir(&hidden).expect("there is room");
        fs::write(hidden.join("renderD128"), "").expect("there is room");
        fs::set_permissions(&hidden, fs::Permissions::from_mode(0o000)).expect("it is ours");
        let path = hidden.join("renderD128");
        let path = path.to_str().expect("it has a plain name");
        says(path, &[&format!("{path} cannot be looked at: Permission denied")]);
        fs::set_permissions(&hidden, fs::Permissions::from_mode(0o700)).expect("it is ours");
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_driver_that_is_not_there() {
    alone("nodes::a_driver_that_is_not_there", &["env", "LIBVA_DRIVER_NAME=nope"], |_| {
        let nodes = fs::read_dir("/dev/dri").into_iter().flatten().flatten().map(|it| it.path());
        let node = nodes.into_iter().find(|it| it.to_string_lossy().contains("renderD"));
        let Some(node) = node.filter(|it| fs::OpenOptions::new().read(true).write(true).open(it).is_ok()) else {
            eprintln!("*** There is no render node: a broken LIBVA_DRIVER_NAME was NOT TESTED on one.");
            return;
        };
        says(&node.to_string_lossy(), &["LIBVA_DRIVER_NAME is \"nope\": unset it"]);
    });
}

#[test]
fn no_driver_of_nvidias() {
    let report = look(Device::of(Accelerator::Cuda).nth(2_000));
    match &report.accelerators[0].found {
        Found::NotBuilt => eprintln!("*** This FFmpeg was built without cuda: its refusals were NOT TESTED."),
        Found::NoDevice { reason } => {
            let without = reason.contains("libcuda") && reason.contains("install NVIDIA's driver");
            // On a machine that has one.
            let beyond = reason.contains("CUDA_ERROR");
            assert!(without || beyond, "{reason}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_accelerator_is_told_of() {
    logs::install().expect("there is a thread");
    let report = within(120, "all", || hardware::probe().wait()).expect("that there is none is no error");
    let told: Vec<_> = report.accelerators.iter().map(|it| it.accelerator).collect();
    assert_eq!(told, Accelerator::ALL);
    for accelerator in &report.accelerators {
        match &accelerator.found {
            Found::NoDevice { reason } => assert!(!reason.is_empty(), "{accelerator:?}"),
            Found::Devices(devices) => assert!(devices.iter().any(|it| !it.trials.is_empty()), "{accelerator:?}"),
            _ => {}
        }
    }
    assert_eq!((report.telecine, report.ffmpeg), (env!("CARGO_PKG_VERSION"), telecine::ffmpeg_version()));
}
