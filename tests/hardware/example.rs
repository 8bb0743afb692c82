//! The example `hardware`: what it prints ends with exit code 0 wherever there is nothing to use, and says why. And the others that may
//! be told what decodes.

use std::process::{Command, Output};

use serde_json::Value;
use telecine::hardware::{self, Accelerator, Device};

use crate::made::parts;
use crate::support::driver::{Call, Driver, Fault};
use crate::support::{example, names, within};
use crate::trials::clip;

fn run(arguments: &[&str], driver: Option<&Driver>) -> Output {
    let mut command = Command::new(example("hardware"));
    command.args(arguments).envs(driver.into_iter().flat_map(Driver::environment));
    within(120, &format!("hardware {arguments:?}"), move || command.output()).expect("the example starts")
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {output:?}"))
}

#[test]
fn without_devices_it_tells_why() {
    let output = run(&[], None);
    assert!(output.status.success(), "{output:?}");
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(table.starts_with("telecine ") && table.contains("\ntrials: in a process of their own\n"), "{table}");
    for accelerator in Accelerator::ALL {
        assert!(table.lines().any(|it| it.starts_with(accelerator.name())), "{accelerator}: {table}");
    }
}

#[test]
fn a_device_can_be_named() {
    let value = json(&run(&["--json", "vaapi:/dev/null"], None));
    let all = value["accelerators"].as_array().expect("it is a list");
    assert_eq!((all.len(), &all[0]["accelerator"]), (1, &Value::from("vaapi")), "{value}");
    match all[0]["state"].as_str() {
        Some("no_device") => assert!(all[0]["reason"].as_str().is_some_and(|it| it.contains("/dev/null")), "{value}"),
        state => assert_eq!(state, Some("not_built"), "{value}"),
    }
}

#[test]
fn a_child_tells_what_it_finds() {
    let Some(driver) = Driver::new("what the example says of a device") else { return };
    let driver = driver.knows(&clip("h264-high-hd")).without_encoders();
    let value = json(&run(&["--json", "cuda"], Some(&driver)));
    assert_eq!(value["trials"], "in a process of their own");
    let trials = value["accelerators"][0]["devices"][0]["trials"].as_array().expect("there are some");
    let of = |codec: &str| trials.iter().find(|it| it["codec"] == codec).unwrap_or_else(|| panic!("{value}"));
    assert_eq!((&of("h264")["verdict"], &of("vp9")["verdict"]), (&Value::from("works"), &Value::from("wrong")));
    assert!(of("h264")["fps"].as_f64().is_some_and(|it| it > 0.0) && of("vp9")["reason"].is_string(), "{value}");
    let table = String::from_utf8(run(&["cuda"], Some(&driver)).stdout).expect("it writes text");
    let encoders = value["accelerators"][0]["devices"][0]["encoders"].as_array().expect("there are some");
    let names: Vec<_> = encoders.iter().map(|it| it["encoder"].as_str()).collect();
    assert_eq!(names, [Some("h264_nvenc"), Some("hevc_nvenc"), Some("av1_nvenc")]);
    assert!(encoders.iter().all(|it| it["verdict"] == "fails" && it["reason"].is_string() && it["depth"] == 8), "{value}");
    assert!(table.lines().any(|it| it.contains("h264_nvenc, 8 bit, 1920x1080") && it.contains(" fails: ")), "{table}");
    assert!(table.lines().any(|it| it.contains("h264 High, 8 bit 4:2:0, to 2048x2048") && it.contains(" works: ")), "{table}");
}

#[test]
fn others_say_what_decoded() {
    let clip = parts();
    let Some(driver) = Driver::new("what examples say of a device") else { return };
    let driver = driver.knows(&clip);
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let sheet = folder.path().join("sheet.png");
    let cases = [
        ("frames", vec![], "; decoded by cuda"),
        ("contact_sheet", vec![sheet.as_os_str()], "decoded by cuda"),
        ("analyze", vec![], "pictures decoded by cuda"),
    ];
    for (name, after, words) in cases {
        let run = |policy: &str| {
            let mut command = Command::new(example(name));
            command.args(["--hardware", policy]).arg(&clip).args(&after).envs(driver.environment());
            within(60, name, move || command.output()).expect("the example starts")
        };
        let output = run("require=cuda");
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).lines().any(|it| it.ends_with(words)), "{name}: {output:?}");
        let output = run("gpu");
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
    }
    assert_eq!(names(folder.path()), ["sheet.png"]);
}

#[test]
fn a_crash_in_a_trial_ends_none_of_them() {
    // Of a size that is tried before it is decoded.
    let clip = clip("h264-high-hd");
    let Some(driver) = Driver::new("what a driver that crashes does to examples") else { return };
    let driver = driver.knows(&clip).fault(Fault::crash(Call::Decode));
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (sheet, film) = (folder.path().join("sheet.png"), folder.path().join("film.mp4"));
    for (name, after) in [("frames", None), ("analyze", None), ("contact_sheet", Some(&sheet)), ("transcode", Some(&film))] {
        let mut command = Command::new(example(name));
        command.args(["--hardware", "prefer=cuda"]).arg(&clip).args(after).envs(driver.environment());
        let output = within(60, name, move || command.output()).expect("the example starts");
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains("decoded by cuda"), "{name}: {output:?}");
    }
    assert_eq!(names(folder.path()), ["film.mp4", "sheet.png"]);
}

#[test]
fn what_is_no_device_is_usage() {
    let output = run(&["gpu"], None);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("\"gpu\" names no device") && said.contains("usage: "), "{said}");
}

#[test]
fn a_report_is_data() {
    let probe = hardware::probe().device(Device::of(Accelerator::VideoToolbox));
    let report = within(60, "data", move || probe.wait()).expect("that is no error");
    let value = serde_json::to_value(&report).expect("it is data");
    assert_eq!(value["telecine"], env!("CARGO_PKG_VERSION"));
    assert_eq!(value["isolation"], "in_process");
    assert_eq!(value["accelerators"][0]["accelerator"], "videotoolbox");
    assert!(!value["accelerators"][0]["found"].is_null(), "{value}");
}
