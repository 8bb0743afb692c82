//! Files made to break what reads them: each in a process of its own, watched from outside.
//!
//! Named by `TELECINE_MEDIA`, a folder with `hostile/` in it.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::{BUSY, alone};

/// Of processors, which on a busy machine is the same as on a quiet one; who is over it is killed by the system.
const LIMITED: &[&str] = &["prlimit", "--cpu=20", "--"];
/// By the clock.
const TIME: Duration = Duration::from_secs(20 * BUSY as u64);
const MEMORY_KIB: u64 = 2 * 1024 * 1024;

/// The file, in the process that a file has for itself.
const FILE: &str = "TELECINE_TEST_HOSTILE";

/// In a process that was started by [`said_of`]: the folder to work in, and the file.
pub(crate) fn own() -> Option<(PathBuf, PathBuf)> {
    alone::folder().zip(env::var_os(FILE).map(PathBuf::from))
}

/// Has `survives` look at every file, and fails with all that it finds wrong.
pub(crate) fn all(survives: impl Fn(&Path) -> Result<(), String> + Sync) {
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

/// Runs the test called `test` in a process of its own that works in `folder` on `file`, and gives what it says there. A crash, a panic,
/// too much time or memory is what is wrong with it.
pub(crate) fn said_of(test: &str, file: &Path, folder: &Path) -> Result<String, String> {
    let log = tempfile::tempdir().unwrap();
    let log = log.path().join("log");
    let output = File::create(&log).unwrap();
    let mut command = alone::command(test, LIMITED, folder);
    command.env(FILE, file).stdout(output.try_clone().unwrap()).stderr(output);
    let ended = watch(command.spawn().map_err(|why| why.to_string())?);
    let said = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
    ended.map_err(|why| format!("{why}; {}", tail(&said)))?;
    match said.lines().find(|it| it.contains("panicked at") && !is_an_engines(it)) {
        Some(panic) => Err(panic.to_owned()),
        None => Ok(said),
    }
}

/// Its last lines.
pub(crate) fn tail(said: &str) -> String {
    said.lines().rev().take(5).collect::<Vec<_>>().join(" | ")
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
