//! What a probe costs, beside spawning `ffprobe`.
//!
//! ```text
//! TELECINE_MEDIA=directory cargo bench --bench probe [-- --rounds N]    every clip N times (25) by each of the two
//! cargo bench --bench probe -- --test                                   once each: does it still work?
//! ```
//!
//! Ours is `probe(clip).wait()` in this process, from the call to the value: the thread that it runs on is part of it. The other is
//! `ffprobe -show_format -show_streams -show_chapters -show_programs -of json`, from its start to its end. They take turns, and
//! compared are medians; the files are in the page cache for both. Without `TELECINE_MEDIA` the clips are made ones.

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;
use std::time::Instant;

use support::{clips, oracle};
use telecine::probe;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What is promised of local MP4 and Matroska files: so many milliseconds, or so many times as fast as `ffprobe`.
const MILLIS: f64 = 1.5;
const TIMES: f64 = 5.0;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
    let test = !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test");
    let done = rounds(&arguments).and_then(|rounds| if test { compare(&made(), 1) } else { compare(&all()?, rounds) });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn rounds(arguments: &[OsString]) -> Result<usize> {
    match arguments.iter().position(|it| it == "--rounds") {
        None => Ok(25),
        Some(at) => Ok(arguments.get(at + 1).and_then(|it| it.to_str()).ok_or("--rounds needs a number")?.parse()?),
    }
}

fn made() -> Vec<PathBuf> {
    vec![clips::film(), clips::matroska(), clips::transport_stream()]
}

fn all() -> Result<Vec<PathBuf>> {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        println!("TELECINE_MEDIA is not set: these are made clips, and say little of others");
        return Ok(made());
    };
    let mut clips = Vec::new();
    for folder in ["bench", "clips"] {
        for entry in fs::read_dir(Path::new(&media).join(folder))? {
            clips.push(entry?.path());
        }
    }
    clips.retain(|it| it.is_file());
    clips.sort();
    Ok(clips)
}

fn compare(clips: &[PathBuf], rounds: usize) -> Result<()> {
    // As an application does; else FFmpeg's lines would stand between those of the table.
    telecine::logs::install()?;
    println!("FFmpeg {}, {} processors, load {}", telecine::ffmpeg_version(), available_parallelism()?, load()?);
    println!("\n| clip | telecine, ms | ffprobe, ms | times as fast | {MILLIS} ms | {TIMES} times |");
    println!("|---|---:|---:|---:|---|---|");
    let (mut ours, mut ratios, mut kept) = (Vec::new(), Vec::new(), 0);
    for clip in clips {
        let (us, them) = in_turns(clip, rounds)?;
        let ratio = them / us;
        let local = is_local(clip);
        let (short, fast) = (us <= MILLIS, ratio >= TIMES);
        let name = clip.file_name().unwrap_or_default().to_string_lossy();
        let met = |it: bool| if it { "met" } else { "missed" };
        let targets = if local { format!("{} | {}", met(short), met(fast)) } else { " | ".into() };
        println!("| {name} | {us:.2} | {them:.1} | {ratio:.1} | {targets} |");
        if local {
            ours.push(us);
            ratios.push(ratio);
            kept += usize::from(short || fast);
        }
    }
    let within = ours.iter().filter(|it| **it <= MILLIS).count();
    println!(
        "\nMP4 and Matroska: {} clips, {within} within {MILLIS} ms, {kept} within that or {TIMES} times as fast",
        ours.len()
    );
    println!(
        "median {:.2} ms, worst {:.2} ms; median {:.1} times as fast, worst {:.1}",
        median(&ours),
        worst(&ours),
        median(&ratios),
        -worst(&ratios.iter().map(|it| -it).collect::<Vec<_>>())
    );
    println!("load {} afterwards", load()?);
    Ok(())
}

/// The containers that the promise is about, by their names.
fn is_local(clip: &Path) -> bool {
    let extension = clip.extension().and_then(|it| it.to_str()).unwrap_or_default();
    matches!(extension, "mp4" | "mov" | "m4a" | "3gp" | "mkv" | "webm")
}

/// Medians of both, in milliseconds.
fn in_turns(clip: &Path, rounds: usize) -> Result<(f64, f64)> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let timed = |work: &mut dyn FnMut() -> Result<()>| {
        let since = Instant::now();
        work()?;
        Ok::<_, Box<dyn std::error::Error>>(since.elapsed().as_secs_f64() * 1_000.0)
    };
    // The first round does not count.
    for _ in 0..=rounds {
        ours.push(timed(&mut || Ok(probe(clip).wait().map(drop)?))?);
        theirs.push(timed(&mut || oracle::ffprobe(clip).map(drop).ok_or_else(|| "ffprobe finds nothing".into()))?);
    }
    Ok((median(&ours[1..]), median(&theirs[1..])))
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

fn worst(values: &[f64]) -> f64 {
    values.iter().copied().max_by(f64::total_cmp).unwrap_or_default()
}

/// How many threads want a processor, over the last minute.
fn load() -> Result<String> {
    Ok(fs::read_to_string("/proc/loadavg")?.split_whitespace().next().unwrap_or_default().to_owned())
}
