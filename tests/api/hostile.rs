//! Files made to break what reads them. Each ends by itself, soon and within bounds, in an error or in a whole output.
//!
//! Named by `TELECINE_MEDIA`, a folder with `hostile/` in it. Every file gets a process of its own, which does with it what any
//! application would, with the defaults.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use telecine::Pipeline;

use crate::support::{Media, alone, names, quick};

const TIME: Duration = Duration::from_secs(20);
const MEMORY_KIB: u64 = 2 * 1024 * 1024;

/// The file, in the process that a file has for itself.
const FILE: &str = "TELECINE_TEST_HOSTILE";
const OUTPUT: &str = "out.mp4";

#[test]
#[cfg(target_os = "linux")] // whose processes tell how much memory they have had
fn hostile_files_end_by_themselves() {
    match (alone::folder(), env::var_os(FILE)) {
        (Some(folder), Some(file)) => transcode(&folder, Path::new(&file)),
        _ => all(|file| survives("hostile::hostile_files_end_by_themselves", file)),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_files_are_probed_within_the_same_bounds() {
    match (alone::folder(), env::var_os(FILE)) {
        // Either end is a good one, and neither leaves an output.
        (Some(_), Some(file)) => match telecine::probe(Path::new(&file)).wait() {
            Ok(info) => println!("FAILED to be an error: {}", info.container),
            Err(why) => println!("FAILED: {why}"),
        },
        _ => all(|file| survives("hostile::hostile_files_are_probed_within_the_same_bounds", file)),
    }
}

fn all(survives: impl Fn(&Path) -> Result<(), String> + Sync) {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = "\n*** TELECINE_MEDIA is not set, so there are no hostile files: whether those end by themselves was NOT\n\
                     *** TESTED. Set it to a folder with hostile/ in it.\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    };
    let files = files(&Path::new(&media).join("hostile"));
    assert!(!files.is_empty(), "no files in {}", media.display());
    let (queue, problems) = (Mutex::new(files.iter()), Mutex::new(Vec::new()));
    let take = || queue.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = take() {
                    if let Err(problem) = survives(file) {
                        problems.lock().unwrap().push(format!("{}: {problem}", file.display()));
                    }
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "{} of {} files:\n{}", problems.len(), files.len(), problems.join("\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|it| it.is_file()).collect();
    files.sort();
    files
}

/// In the process of its own. Both ends are good ones; which it was, is said.
fn transcode(folder: &Path, file: &Path) {
    let result = Pipeline::read(file).output(quick(folder.join(OUTPUT))).start().wait();
    match result {
        Ok(_) => println!("SUCCEEDED"),
        Err(why) => println!("FAILED: {why}"),
    }
}

/// From outside, where neither a crash nor a loop goes unseen.
fn survives(test: &str, file: &Path) -> Result<(), String> {
    let (folder, log) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = log.path().join("log");
    let output = File::create(&log).unwrap();
    let mut command = alone::command(test, &[], folder.path());
    command.env(FILE, file).stdout(output.try_clone().unwrap()).stderr(output);
    let ended = watch(command.spawn().map_err(|why| why.to_string())?);
    let said = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
    let tail = || said.lines().rev().take(5).collect::<Vec<_>>().join(" | ");
    ended.map_err(|why| format!("{why}; {}", tail()))?;

    if let Some(panic) = said.lines().find(|it| it.contains("panicked at") && !is_an_engines(it)) {
        return Err(panic.to_owned());
    }
    let left = names(folder.path());
    if said.contains("SUCCEEDED") {
        if left != [OUTPUT] {
            return Err(format!("succeeded, and there is {left:?}"));
        }
        return Media::at(folder.path().join(OUTPUT)).decode().map_err(|why| format!("its output does not decode: {why}"));
    }
    match said.contains("FAILED") && left.is_empty() {
        true => Ok(()),
        false => Err(format!("{left:?} is left; {}", tail())),
    }
}

/// ez-ffmpeg's own threads may panic, in code of its own or of the standard library's; it catches that and reports an error, and
/// the default hook prints it.
fn is_an_engines(panic: &str) -> bool {
    let workers = ["demuxer", "decoder", "filter", "encoder", "muxer", "frame"];
    let is_worker = panic.strip_prefix("thread '").is_some_and(|name| workers.iter().any(|it| name.starts_with(it)));
    panic.contains("ez-ffmpeg") || (is_worker && panic.contains(" /rustc/"))
}

/// Waits for its end, and brings it about where it takes too much.
fn watch(mut child: Child) -> Result<(), String> {
    let since = Instant::now();
    let why = loop {
        if let Some(status) = child.try_wait().map_err(|why| why.to_string())? {
            return if status.success() { Ok(()) } else { Err(status.to_string()) };
        }
        let peak = peak_kib(child.id());
        if peak > Some(MEMORY_KIB) {
            break format!("{} MiB of memory", peak.unwrap_or_default() / 1024);
        }
        if since.elapsed() > TIME {
            break format!("not over after {TIME:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let _ = child.kill();
    let _ = child.wait();
    Err(why)
}

/// `None` for a process that is ending.
fn peak_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}
