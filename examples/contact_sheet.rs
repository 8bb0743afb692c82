//! Makes a contact sheet of a film: nine pictures of it, from the beginning to the end, on one.
//!
//! Shows: `Sheet`, where its file goes, what was on it and when.
//! Leaves out: sprite sheets with cues (`Sheet::every`, `Sheet::web_vtt`); single pictures (`Still`); async (await what `start` gives).
//!
//! ```text
//! cargo run --release --example contact_sheet -- [--columns N] [--rows N] [--cell WxH] [--hardware POLICY] IN OUT.jpg|OUT.png|OUT.webp
//! ```
//!
//! `--hardware` says what decodes: off, auto, prefer=DEVICE,DEVICE or require=DEVICE, of devices such as cuda, cuda:1,
//! vaapi:/dev/dri/renderD129.
//!
//! A file that is there already is left as it is, and is an error. Exit codes: 0 done, 1 failed, 2 usage.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use telecine::{Error, Hardware, Jpeg, Png, Sheet, SheetOutcome, WebP};

fn main() -> ExitCode {
    // First of all: where this program is started again to try a device, it does not return.
    telecine::child::run_if_asked();
    let Some(options) = Options::parse() else {
        eprintln!("usage: contact_sheet [--columns N] [--rows N] [--cell WxH] [--hardware POLICY] IN OUT.jpg|OUT.png|OUT.webp");
        return ExitCode::from(2);
    };
    match run(options) {
        Ok(outcome) => {
            for cell in &outcome.cells {
                println!("{:>10.3} s at {},{}", cell.pts.as_secs_f64(), cell.x, cell.y);
            }
            println!("{}x{} in {:.3} s", outcome.size.0, outcome.size.1, outcome.elapsed.as_secs_f64());
            if let Some(device) = &outcome.hardware.used {
                println!("decoded by {device}");
            }
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            let mut source = std::error::Error::source(&why);
            while let Some(why) = source {
                eprintln!("  {why}");
                source = why.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<SheetOutcome, Error> {
    let (width, height) = options.cell;
    let sheet = Sheet::of(options.input.as_os_str()).grid(options.columns, options.rows).cell(width, height).gap(4);
    let sheet = sheet.hardware(options.hardware);
    match options.kind {
        Kind::Jpeg => sheet.output(Jpeg::file(options.output)),
        Kind::Png => sheet.output(Png::file(options.output)),
        Kind::WebP => sheet.output(WebP::file(options.output)),
    }
    .wait()
}

enum Kind {
    Jpeg,
    Png,
    WebP,
}

struct Options {
    input: OsString,
    output: PathBuf,
    kind: Kind,
    columns: u32,
    rows: u32,
    cell: (u32, u32),
    hardware: Hardware,
}

impl Options {
    fn parse() -> Option<Self> {
        use lexopt::prelude::{Long, Value, ValueExt};
        let (mut input, mut output, mut columns, mut rows, mut cell) = (None, None, 3, 3, (320, 180));
        let mut hardware = Hardware::Off;
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next().ok()? {
            match argument {
                Long("columns") => columns = arguments.value().ok()?.parse().ok()?,
                Long("rows") => rows = arguments.value().ok()?.parse().ok()?,
                Long("cell") => {
                    let text = arguments.value().ok()?.into_string().ok()?;
                    let (width, height) = text.split_once('x')?;
                    cell = (width.parse().ok()?, height.parse().ok()?);
                }
                Long("hardware") => hardware = arguments.value().ok()?.parse().ok()?,
                Value(path) if input.is_none() => input = Some(path),
                Value(path) if output.is_none() => output = Some(PathBuf::from(path)),
                _ => return None,
            }
        }
        let output = output?;
        let kind = match output.extension()?.to_str()? {
            "jpg" | "jpeg" => Kind::Jpeg,
            "png" => Kind::Png,
            "webp" => Kind::WebP,
            _ => return None,
        };
        Some(Self { input: input?, output, kind, columns, rows, cell, hardware })
    }
}
