//! The example `hardware`, whose trials run in a process of their own.

use std::process::Command;

use serde_json::Value;

use super::va;
use crate::support::driver::{Call, Fault};
use crate::support::va::{NODES, Va};
use crate::support::{example, within};
use crate::trials::clip;

/// What it tells of the one device.
fn told(va: &Va) -> Value {
    let mut command = Command::new(example("hardware"));
    command.args(["--json", &format!("vaapi:{}", NODES[0])]).envs(va.environment());
    let output = within(120, "hardware", move || command.output()).expect("the example starts");
    assert!(output.status.success(), "{output:?}");
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {output:?}"));
    assert_eq!(value["trials"], "in a process of their own");
    value["accelerators"][0]["devices"][0].clone()
}

fn trial<'a>(device: &'a Value, codec: &str) -> &'a Value {
    let trials = device["trials"].as_array().expect("there are some");
    trials.iter().find(|it| it["codec"] == codec && it["depth"] == 8).unwrap_or_else(|| panic!("{device}"))
}

#[test]
fn a_child_tells_what_it_finds() {
    let Some(va) = va() else { return };
    let device = told(&va.knows(&clip("h264-high-hd")));
    assert_eq!((&trial(&device, "h264")["verdict"], &trial(&device, "vp9")["verdict"]), (&"works".into(), &"wrong".into()));
    // A child listens to all lines, and there the driver is called by its name.
    assert_eq!(device["driver"], format!("Scripted driver for {}", NODES[0]), "{device}");
}

#[test]
fn a_crash_is_that_of_the_child() {
    let Some(va) = va() else { return };
    let va = va.knows(&clip("hevc-main-hd")).fault(Fault::crash(Call::Decode).of_codec("h264"));
    let device = told(&va);
    let reason = trial(&device, "h264")["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("signal 11"), "{device}");
    assert_eq!(trial(&device, "hevc")["verdict"], "works", "{device}");
}
