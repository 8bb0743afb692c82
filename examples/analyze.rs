//! Tells what there is in the pictures and in the sound of a file, one line each: scene changes, black and frozen parts, borders,
//! silence, and how loud it is.
//!
//! Shows: events as an iterator, all detectors with their defaults, the loudness of the whole.
//! Leaves out: a part of a file (`Analysis::range`); async (`Analysis::stream`); options of the detectors (`telecine::analysis`).
//!
//! ```text
//! cargo run --release --example analyze -- [--levels] [--hardware POLICY] IN
//! ```
//!
//! One analysis reads one stream, so there are two; that of the sound waits after its first events until those of the pictures are told.
//! `--levels` has the loudness ten times a second, too; `--hardware` says what decodes pictures (off, auto, prefer=DEVICE,DEVICE or
//! require=DEVICE, of devices such as cuda, cuda:1, vaapi:/dev/dri/renderD129). What a file does not have is left out. Times are seconds since the file's
//! beginning. Exit codes: 0 done, 1 failed, 2 usage.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::Duration;

use telecine::analysis::{Black, Crop, Freeze, Loudness, LoudnessSummary, Scenes, Silence};
use telecine::{Analysis, Error, Event, EventIter, Hardware};

fn main() -> ExitCode {
    // First of all: where this program is started again to try a device, it does not return.
    telecine::child::run_if_asked();
    let Some(options) = Options::parse() else {
        eprintln!("usage: analyze [--levels] [--hardware POLICY] IN");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            let mut source = why.source();
            while let Some(why) = source {
                eprintln!("  {why}");
                source = why.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    // Filters have a line for each frame, which would go to standard error.
    telecine::logs::install()?;
    let pictures = Analysis::pictures(options.input.as_os_str())
        .scenes(Scenes::default())
        .black(Black::default())
        .freeze(Freeze::default())
        .crop(Crop::default())
        .hardware(options.hardware.clone())
        .start();
    let sound =
        Analysis::sound(options.input.as_os_str()).silence(Silence::default()).loudness(Loudness::default().true_peak()).start();
    let mut out = BufWriter::new(io::stdout().lock());
    let has_pictures = tell(pictures, options, &mut out)?;
    let has_sound = tell(sound, options, &mut out)?;
    out.flush()?;
    if has_pictures || has_sound { Ok(()) } else { Err("there are neither pictures nor sound in it".into()) }
}

/// Whether there was such a stream.
fn tell(mut events: EventIter, options: &Options, out: &mut impl Write) -> Result<bool, Box<dyn std::error::Error>> {
    for event in &mut events {
        match event {
            Ok(Event::Loudness(_)) if !options.levels => {}
            Ok(event) => writeln!(out, "{}", line(&event))?,
            Err(Error::NoSuchStream { .. }) => return Ok(false),
            Err(why) => return Err(why.into()),
        }
    }
    if let Some(device) = events.outcome().and_then(|it| it.hardware.used.as_ref()) {
        writeln!(out, "pictures decoded by {device}")?;
    }
    if let Some(loudness) = events.outcome().and_then(|it| it.loudness) {
        writeln!(out, "loudness of all: {}", whole(&loudness))?;
    }
    Ok(true)
}

fn line(event: &Event) -> String {
    match *event {
        Event::SceneChange { at, score, .. } => format!("{} scene change, score {score:.1}", seconds(at)),
        Event::Black { from, to, .. } => format!("{} to {} black", seconds(from), seconds(to)),
        Event::Freeze { from, to, .. } => format!("{} to {} frozen", seconds(from), seconds(to)),
        Event::Crop { at, x, y, width, height, .. } => format!("{} crop to {width}x{height}+{x}+{y}", seconds(at)),
        Event::Silence { from, to, channel, .. } => {
            let channel = channel.map_or_else(String::new, |it| format!(" in channel {it}"));
            format!("{} to {} silent{channel}", seconds(from), seconds(to))
        }
        Event::Loudness(it) => {
            let (momentary, short) = (known(it.momentary, "LUFS"), known(it.short_term, "LUFS"));
            format!("{} momentary {momentary}, short term {short}, so far {}", seconds(it.at), whole(&it.so_far))
        }
        _ => format!("{event:?}"),
    }
}

fn whole(it: &LoudnessSummary) -> String {
    let (integrated, range, peak) = (known(it.integrated, "LUFS"), known(it.range, "LU"), known(it.true_peak, "dBTP"));
    format!("{integrated}, range {range}, true peak {peak}")
}

fn known(number: Option<f64>, unit: &str) -> String {
    number.map_or_else(|| "unknown".to_owned(), |it| format!("{it:.1} {unit}"))
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

struct Options {
    input: OsString,
    levels: bool,
    hardware: Hardware,
}

impl Options {
    fn parse() -> Option<Self> {
        use lexopt::prelude::*;
        let (mut input, mut levels, mut hardware) = (None, false, Hardware::Off);
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next().ok()? {
            match argument {
                Long("levels") => levels = true,
                Long("hardware") => hardware = parser.value().ok()?.parse().ok()?,
                Value(path) if input.is_none() => input = Some(path),
                _ => return None,
            }
        }
        Some(Self { input: input?, levels, hardware })
    }
}
