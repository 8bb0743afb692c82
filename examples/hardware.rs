//! Says which devices of the machine decode and encode, and what each of them can: a table for a bug report, or JSON.
//!
//! Shows: a look at the devices (`hardware::probe`), trials in a process of their own (`child::run_if_asked`), the report and its verdicts.
//! Leaves out: having a device decode (`Frames::hardware`) or encode; async, for the look is a future as well.
//!
//! ```text
//! cargo run --release --example hardware -- [--json] [--deep] [DEVICE…]
//! ```
//!
//! `--deep` tries everything that there are clips for, which takes longer. DEVICE is such as `cuda`, `cuda:1` or
//! `vaapi:/dev/dri/renderD129`; without it, all that are found are tried. That there is none is no failure. Exit codes: 0 done, 1 failed, 2
//! usage.

use std::error::Error;
use std::process::ExitCode;

use serde_json::{Value, json};
use telecine::hardware::{self, AcceleratorReport, Device, DeviceReport, EncoderTrial, Found, Isolation, Report, Trial, Verdict};

fn main() -> ExitCode {
    // First of all: where this program is started again to try a device, it does not return.
    telecine::child::run_if_asked();
    let Some(options) = Options::parse() else {
        eprintln!("usage: hardware [--json] [--deep] [DEVICE…]");
        return ExitCode::from(2);
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), Box<dyn Error>> {
    // The reasons are in FFmpeg's lines.
    telecine::logs::install()?;
    let mut probe = hardware::probe();
    if options.deep {
        probe = probe.deep();
    }
    for device in options.devices {
        probe = probe.device(device);
    }
    let report = probe.wait()?;
    if options.json {
        println!("{:#}", as_json(&report));
    } else {
        table(&report);
    }
    Ok(())
}

struct Options {
    json: bool,
    deep: bool,
    devices: Vec<Device>,
}

impl Options {
    fn parse() -> Option<Self> {
        let mut options = Self { json: false, deep: false, devices: Vec::new() };
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                "--json" => options.json = true,
                "--deep" => options.deep = true,
                device => match device.parse() {
                    Ok(device) => options.devices.push(device),
                    Err(why) => {
                        eprintln!("{why}");
                        return None;
                    }
                },
            }
        }
        Some(options)
    }
}

fn table(report: &Report) {
    println!("telecine {}, FFmpeg {}, {}", report.telecine, report.ffmpeg, system());
    println!("trials: {}", isolation(report));
    for AcceleratorReport { accelerator, found, .. } in &report.accelerators {
        match found {
            Found::NotBuilt => println!("{:<14}not in this FFmpeg", accelerator.name()),
            Found::NoDevice { reason } => println!("{:<14}no device: {reason}", accelerator.name()),
            Found::Devices(devices) => {
                for device in devices {
                    tell(device);
                }
            }
            _ => println!("{:<14}?", accelerator.name()),
        }
    }
}

fn tell(report: &DeviceReport) {
    let known = |it: &Option<String>| it.clone().unwrap_or_else(|| "unknown".to_owned());
    println!("{:<14}name: {}; driver: {}", report.device.to_string(), known(&report.name), known(&report.driver));
    if let Some(refusal) = &report.refusal {
        println!("  cannot be used: {refusal}");
    }
    for Trial { class, verdict, .. } in &report.trials {
        println!("  {:<58}{verdict}", class.to_string());
    }
    for EncoderTrial { encoder, depth, verdict, .. } in &report.encoders {
        println!("  {:<58}{verdict}", format!("{encoder}, {depth} bit, 1920x1080"));
    }
}

fn isolation(report: &Report) -> &'static str {
    match report.isolation {
        Isolation::Child => "in a process of their own",
        Isolation::InProcess => "in this process",
        _ => "?",
    }
}

fn system() -> String {
    let (os, kind) = (std::env::consts::OS, std::env::consts::ARCH);
    match nix::sys::utsname::uname() {
        Ok(it) => format!("{} {} ({os}, {kind})", it.sysname().to_string_lossy(), it.release().to_string_lossy()),
        Err(_) => format!("{os}, {kind}"),
    }
}

fn as_json(report: &Report) -> Value {
    let accelerators = report.accelerators.iter().map(|AcceleratorReport { accelerator, found, .. }| {
        let (state, reason, devices) = match found {
            Found::NotBuilt => ("not_built", None, None),
            Found::NoDevice { reason } => ("no_device", Some(reason), None),
            Found::Devices(devices) => ("devices", None, Some(devices.iter().map(device).collect::<Vec<_>>())),
            _ => ("unknown", None, None),
        };
        known(json!({"accelerator": accelerator.name(), "state": state, "reason": reason, "devices": devices}))
    });
    json!({
        "telecine": report.telecine,
        "ffmpeg": report.ffmpeg,
        "system": system(),
        "trials": isolation(report),
        "accelerators": accelerators.collect::<Vec<_>>(),
    })
}

fn device(report: &DeviceReport) -> Value {
    let trials = report.trials.iter().map(|Trial { class, verdict, .. }| {
        with_verdict(
            verdict,
            json!({
                "codec": class.codec,
                "profile": class.profile,
                "depth": class.depth,
                "chroma": class.chroma,
                "interlaced": class.interlaced,
                "longest_side": class.size.longest(),
            }),
        )
    });
    let encoders = report.encoders.iter().map(|EncoderTrial { encoder, codec, depth, verdict, .. }| {
        with_verdict(verdict, json!({"encoder": encoder, "codec": codec, "depth": depth}))
    });
    known(json!({
        "device": report.device.to_string(),
        "name": report.name,
        "driver": report.driver,
        "refusal": report.refusal,
        "trials": trials.collect::<Vec<_>>(),
        "encoders": encoders.collect::<Vec<_>>(),
    }))
}

/// What was tried, and what came of it.
fn with_verdict(verdict: &Verdict, mut tried: Value) -> Value {
    let (word, reason, speed) = match verdict {
        Verdict::Works { first_frame, fps } => ("works", None, Some((first_frame.as_secs_f64(), fps))),
        Verdict::Wrong { how } => ("wrong", Some(how), None),
        Verdict::Fails { reason, .. } => ("fails", Some(reason), None),
        Verdict::Untried { reason } => ("untried", Some(reason), None),
        _ => ("unknown", None, None),
    };
    tried["verdict"] = json!(word);
    tried["reason"] = json!(reason);
    tried["first_frame_s"] = json!(speed.map(|it| it.0));
    tried["fps"] = json!(speed.map(|it| it.1));
    known(tried)
}

/// Without what is not known.
fn known(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, it| !it.is_null());
    }
    value
}
