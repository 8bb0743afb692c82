//! Trials in a process of their own: an application that calls `run_if_asked` first, and one that does so badly.
//!
//! It has a `main` of its own, as an application has, and so no harness: each scenario is a process of this program, with a driver and
//! with what is to be wrong about it in the environment.

#[path = "../support/mod.rs"]
mod support;

use std::env;
use std::fs;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::driver::{Call, Driver, Fault};
use support::{until, within};
use telecine::hardware::{self, Accelerator, DeviceReport, Found, Isolation, Report, Trial, Verdict, WhySoftware};
use telecine::{Error, detached_jobs};

/// Names the scenario, in its process and in those that it starts.
const SCENARIO: &str = "TELECINE_TEST_SCENARIO";

/// A scenario: what the driver is, and what the application does then.
struct Scenario {
    name: &'static str,
    driver: fn(Driver) -> Driver,
    run: fn(),
    /// What the started program does before anything else.
    before: Option<fn()>,
}

const SCENARIOS: [Scenario; 16] = [
    Scenario { name: "all works", driver: decoding, run: works, before: None },
    Scenario { name: "a driver hangs", driver: hanging, run: hangs, before: None },
    Scenario { name: "a driver ends the process", driver: hanging, run: crashes, before: None },
    Scenario { name: "nobody waits long", driver: decoding, run: hurried, before: None },
    Scenario { name: "a driver crashes when it is closed", driver: crashing_at_last, run: works, before: None },
    Scenario { name: "a look is cancelled", driver: hanging, run: cancelled, before: None },
    Scenario { name: "others write to standard output", driver: decoding, run: works, before: Some(garbage) },
    Scenario { name: "others end the child", driver: decoding, run: works_here, before: Some(|| std::process::exit(3)) },
    Scenario {
        name: "the child says nothing",
        driver: decoding,
        run: works_here,
        before: Some(|| std::thread::sleep(Duration::MAX)),
    },
    Scenario { name: "the child writes without end", driver: decoding, run: works_here, before: Some(endless) },
    Scenario { name: "there is no room for a child", driver: decoding, run: later, before: None },
    Scenario { name: "the first child is killed", driver: decoding, run: later_again, before: Some(killed_once) },
    // Is killed from outside.
    Scenario { name: "the application dies", driver: hanging, run: waits, before: None },
    Scenario { name: "encoders work", driver: |it| it, run: encodes, before: None },
    Scenario { name: "an encoder crashes", driver: crashing_encoder, run: encoder_crashes, before: None },
    Scenario { name: "an encoder hangs", driver: hanging_encoder, run: encoder_hangs, before: None },
];

fn main() -> ExitCode {
    let scenario = env::var(SCENARIO).ok();
    let scenario = scenario.and_then(|name| SCENARIOS.into_iter().find(|it| it.name == name));
    // As in a program whose main does something else first.
    let is_child = env::var_os("TELECINE_TRIALS").is_some();
    if let Some(before) = scenario.as_ref().and_then(|it| it.before).filter(|_| is_child) {
        before();
    }
    telecine::child::run_if_asked();
    match scenario {
        Some(scenario) => (scenario.run)(),
        None => all(),
    }
    ExitCode::SUCCESS
}

fn all() {
    // A plain name that is not among the scenarios' selects none of them, as with other tests.
    let wanted: Vec<_> = env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let scenarios = SCENARIOS.into_iter().filter(|it| wanted.is_empty() || wanted.iter().any(|word| it.name.contains(&**word)));
    for scenario in scenarios {
        let Some(driver) = Driver::encoding("trials in a process of their own") else { return };
        let driver = driver.knows(&clip("h264-high-hd")).knows(&clip("hevc-main-hd"));
        let driver = (scenario.driver)(driver);
        let mut command = Command::new(env::current_exe().expect("the test knows its own program"));
        command.env(SCENARIO, scenario.name).envs(driver.environment()).stderr(Stdio::piped());
        if scenario.name == "the application dies" {
            dies(command, &driver);
        } else {
            let output = within(120, scenario.name, move || command.output()).expect("the program starts");
            assert!(output.status.success(), "{}: {}", scenario.name, String::from_utf8_lossy(&output.stderr));
        }
        println!("test {} ... ok", scenario.name);
    }
}

fn clip(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/hardware/clips").join(format!("{name}.mkv"))
}

fn decoding(driver: Driver) -> Driver {
    driver.without_encoders()
}

fn hanging(driver: Driver) -> Driver {
    decoding(driver).fault(Fault::hang(Call::Decode).of_codec("h264"))
}

fn crashing_at_last(driver: Driver) -> Driver {
    decoding(driver).fault(Fault::crash(Call::Close))
}

fn crashing_encoder(driver: Driver) -> Driver {
    driver.fault(Fault::crash(Call::Encode).of_codec("h264"))
}

fn hanging_encoder(driver: Driver) -> Driver {
    driver.fault(Fault::hang(Call::Encode).of_codec("h264"))
}

fn garbage() {
    println!("libva info: VA-API version 1.17.0\n@telecine\n@telecine\ttried\nno end of line");
    print!("half a line");
}

fn endless() {
    let line = "x".repeat(1 << 16);
    loop {
        print!("{line}");
    }
}

fn probe() -> hardware::Probe {
    hardware::probe().device(Accelerator::Cuda)
}

fn looked(probe: hardware::Probe) -> Report {
    within(60, "the look", move || probe.wait()).expect("what is wrong with a device is no error")
}

fn device(report: &Report) -> &DeviceReport {
    let Found::Devices(devices) = &report.accelerators[0].found else { panic!("{report:?}") };
    let [device] = devices.as_slice() else { panic!("{report:?}") };
    device
}

fn trials(report: &Report) -> &[Trial] {
    &device(report).trials
}

fn encoder<'a>(report: &'a Report, name: &str) -> &'a Verdict {
    &device(report).encoders.iter().find(|it| it.encoder == name).unwrap_or_else(|| panic!("{report:?}")).verdict
}

fn verdict<'a>(report: &'a Report, codec: &str) -> &'a Verdict {
    let found = trials(report).iter().find(|it| it.class.codec == codec && it.class.depth == 8);
    &found.unwrap_or_else(|| panic!("{report:?}")).verdict
}

/// Processes that this one has started and not waited for, by the system's list.
fn children(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|it| fs::read_to_string(it.path().join("children")).ok());
    lists.flat_map(|it| it.split_whitespace().filter_map(|it| it.parse().ok()).collect::<Vec<_>>()).collect()
}

fn own_children() -> Vec<u32> {
    children(std::process::id())
}

fn nothing_is_left() {
    assert_eq!((own_children(), detached_jobs()), (Vec::new(), 0));
}

fn works() {
    let report = looked(probe());
    assert_eq!(report.isolation, Isolation::Child);
    assert!(verdict(&report, "h264").works() && verdict(&report, "hevc").works(), "{report:?}");
    // Not known to the driver: pictures of stripes.
    assert!(matches!(verdict(&report, "vp9"), Verdict::Wrong { .. }), "{report:?}");
    nothing_is_left();
    // This process has had nothing to do with the driver.
    let maps = fs::read_to_string("/proc/self/maps").expect("the system tells");
    assert!(!maps.contains("libcuda"), "{maps}");
}

fn works_here() {
    let report = looked(probe());
    assert_eq!(report.isolation, Isolation::InProcess);
    assert!(verdict(&report, "h264").works() && verdict(&report, "hevc").works(), "{report:?}");
    nothing_is_left();
}

/// A child that does not come once comes the next time.
fn later() {
    let descriptors = getrlimit(Resource::Nofile);
    // Enough to load a driver, and too few for what connects two processes.
    let few: Vec<_> = (0..4).map(|_| fs::File::open("/dev/null").expect("it is there")).collect();
    let last = few.iter().map(AsRawFd::as_raw_fd).max().expect("there are some");
    setrlimit(Resource::Nofile, Rlimit { current: u64::try_from(last + 1).ok(), ..descriptors }).expect("fewer are allowed");
    drop(few);
    works_here();
    setrlimit(Resource::Nofile, descriptors).expect("as many as before are allowed");
    works_anew();
}

fn later_again() {
    works_here();
    works_anew();
}

fn works_anew() {
    let report = looked(probe().anew());
    assert_eq!(report.isolation, Isolation::Child);
    assert!(verdict(&report, "h264").works() && verdict(&report, "hevc").works(), "{report:?}");
    nothing_is_left();
}

/// As by a system that has no memory left.
fn killed_once() {
    let folder = PathBuf::from(env::var_os("TELECINE_TEST_DRIVER").expect("there is a driver"));
    if fs::File::create_new(folder.join("killed")).is_ok() {
        kill(std::process::id());
    }
}

fn hangs() {
    let report = looked(probe().patience(Duration::from_secs(2)));
    for trial in trials(&report) {
        let Verdict::Fails { why: WhySoftware::Failed, reason } = &trial.verdict else { panic!("{trial:?}") };
        assert!(reason.contains("it hangs: h264 High"), "{reason}");
    }
    nothing_is_left();
}

/// Less than a process needs to begin says nothing of the program.
fn hurried() {
    looked(probe().patience(Duration::from_millis(1)));
    nothing_is_left();
    works_anew();
}

fn crashes() {
    let task = probe().start();
    until("a child hangs", || driver().log().hanging() == 1);
    let [child] = own_children()[..] else { panic!("{:?}", own_children()) };
    kill(child);
    let report = within(60, "the look", move || task.wait()).expect("what is wrong with a device is no error");
    let Verdict::Fails { why: WhySoftware::Failed, reason } = verdict(&report, "h264") else { panic!("{report:?}") };
    assert!(reason.contains("signal 9"), "{reason}");
    // Another child has tried the others.
    assert!(verdict(&report, "hevc").works(), "{report:?}");
    assert_eq!(report.isolation, Isolation::Child);
    nothing_is_left();
}

fn encodes() {
    let report = looked(probe());
    assert!(encoder(&report, "h264_nvenc").works() && encoder(&report, "hevc_nvenc").works(), "{report:?}");
    let Verdict::Fails { why: WhySoftware::Unsupported, reason } = encoder(&report, "av1_nvenc") else { panic!("{report:?}") };
    assert!(reason.contains("Codec not supported"), "{reason}");
    assert_eq!(report.isolation, Isolation::Child);
    nothing_is_left();
    let maps = fs::read_to_string("/proc/self/maps").expect("the system tells");
    assert!(!maps.contains("libnvidia-encode"), "{maps}");
}

fn encoder_crashes() {
    let report = looked(probe());
    let Verdict::Fails { why: WhySoftware::Failed, reason } = encoder(&report, "h264_nvenc") else { panic!("{report:?}") };
    assert!(reason.contains("signal 11"), "{reason}");
    assert!(encoder(&report, "hevc_nvenc").works(), "{report:?}");
    assert_eq!(report.isolation, Isolation::Child);
    nothing_is_left();
}

fn encoder_hangs() {
    let report = looked(probe().patience(Duration::from_secs(3)));
    for it in &device(&report).encoders {
        let Verdict::Fails { why: WhySoftware::Failed, reason } = &it.verdict else { panic!("{it:?}") };
        assert!(reason.contains("it hangs: h264_nvenc"), "{reason}");
    }
    assert!(verdict(&report, "hevc").works(), "{report:?}");
    nothing_is_left();
}

fn cancelled() {
    let task = probe().start();
    until("a child hangs", || driver().log().hanging() == 1);
    task.control().cancel();
    let why = within(60, "the look", move || task.wait()).expect_err("it is cancelled");
    assert!(matches!(why, Error::Cancelled { .. }), "{why:?}");
    until("the child is gone", || own_children().is_empty() && detached_jobs() == 0);
}

fn waits() {
    let _ = probe().patience(Duration::from_secs(3_600)).deadline(None).wait();
}

/// A child ends with its application, even while a driver hangs.
fn dies(mut command: Command, driver: &Driver) {
    let mut application = command.spawn().expect("the program starts");
    until("a child hangs", || driver.log().hanging() == 1);
    let [child] = children(application.id())[..] else { panic!("{:?}", children(application.id())) };
    application.kill().expect("it is ours");
    application.wait().expect("it is ours");
    until("the child is gone", || !is_alive(child));
}

/// Not, where nobody has waited for it, either.
fn is_alive(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    status.rsplit(')').next().is_some_and(|it| !it.trim().is_empty() && !it.trim().starts_with('Z'))
}

fn driver() -> Driver {
    Driver::new("").expect("it is this process'")
}

fn kill(process: u32) {
    let process = rustix::process::Pid::from_raw(process.try_into().expect("the system counts so far")).expect("it is one");
    rustix::process::kill_process(process, rustix::process::Signal::KILL).expect("it is ours");
}
