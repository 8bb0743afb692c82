//! The examples as what they are: programs, with arguments, exit codes, JSON and Ctrl-C.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Media, clips, example, names, until, within};

/// The program, about to write `out.mp4` in a folder of its own.
struct Scene {
    folder: TempDir,
    command: Command,
}

impl Scene {
    fn new(arguments: &[&str], input: impl AsRef<OsStr>) -> Self {
        Self::within(tempfile::tempdir().unwrap(), arguments, input)
    }

    fn within(folder: TempDir, arguments: &[&str], input: impl AsRef<OsStr>) -> Self {
        Self::of("transcode", folder, arguments, input)
    }

    fn of(name: &str, folder: TempDir, arguments: &[&str], input: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(example(name));
        command.args(arguments).arg(input).arg(folder.path().join("out.mp4"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { folder, command }
    }

    fn output(&self) -> PathBuf {
        self.folder.path().join("out.mp4")
    }

    fn ends(&mut self) -> Output {
        over(self.command.spawn().unwrap())
    }

    /// Once more than a little of the film is in the temporary file.
    fn has_written(&self) -> bool {
        const A_LITTLE: u64 = 32 * 1024;
        let entries = fs::read_dir(self.folder.path()).unwrap();
        entries.flatten().any(|it| it.metadata().is_ok_and(|it| it.is_file() && it.len() > A_LITTLE))
    }
}

fn over(process: Child) -> Output {
    within(60, "an example", || process.wait_with_output().unwrap())
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {output:?}"))
}

fn codecs(outcome: &Value) -> Vec<&str> {
    outcome["outputs"][0]["streams"].as_array().unwrap().iter().map(|it| it["codec"].as_str().unwrap()).collect()
}

#[test]
fn done_it_says_so_in_json() {
    let mut scene = Scene::new(&["--json", "--preset", "ultrafast"], clips::short());
    let output = scene.ends();
    assert_eq!(code(&output), Some(0), "{output:?}");
    let outcome = json(&output);
    assert_eq!(codecs(&outcome), ["h264", "aac"]);
    assert_eq!(outcome["outputs"][0]["bytes"].as_u64(), Some(fs::metadata(scene.output()).unwrap().len()));
    assert_eq!(outcome["stopped"], false);
    Media::at(scene.output()).decode().unwrap();
}

#[test]
fn what_is_copied_is_the_same_and_what_is_not_wanted_is_left_out() {
    let mut scene = Scene::new(&["--json", "--video", "copy", "--audio", "none", "--deadline", "1:00"], clips::film());
    let output = scene.ends();
    assert_eq!(code(&output), Some(0), "{output:?}");
    let outcome = json(&output);
    assert_eq!(codecs(&outcome), ["h264"]);
    assert_eq!(Media::at(scene.output()).frames(), Media::at(clips::film()).frames());

    let mut scene = Scene::new(&["--json", "--video", "none", "--audio", "aac"], clips::film());
    assert_eq!(codecs(&json(&scene.ends())), ["aac"]);
}

#[test]
fn a_failure_is_1() {
    let mut scene = Scene::new(&[], "there is no such film.mp4");
    let output = scene.ends();
    assert_eq!(code(&output), Some(1), "{output:?}");
    assert!(names(scene.folder.path()).is_empty());
}

#[test]
fn so_is_a_bound_that_is_passed() {
    for bound in ["--deadline", "--open-timeout"] {
        let (folder, fifo) = folder_with_fifo();
        let mut scene = Scene::within(folder, &[bound, "200ms"], fifo);
        let output = scene.ends();
        assert_eq!(code(&output), Some(1), "{bound}: {output:?}");
        assert_eq!(names(scene.folder.path()), ["in.fifo"], "{bound}");
    }
}

#[test]
fn a_stall_is_too() {
    let (folder, fifo) = folder_with_fifo();
    // Held open, so that the source neither goes on nor ends. All of what is written fits.
    let mut ends = OpenOptions::new().read(true).write(true).open(&fifo).unwrap();
    let beginning = fs::read(clips::transport_stream()).unwrap();
    // A bound that is far off does not keep the watchdog from looking.
    let mut scene = Scene::within(folder, &["--stall", "500ms", "--open-timeout", "10:00"], fifo);
    let process = scene.command.spawn().unwrap();
    std::thread::spawn(move || {
        // Blocks until the program has read so much, or for good.
        let _ = std::io::Write::write_all(&mut ends, &beginning[..beginning.len() / 2]);
        std::thread::park();
    });
    let output = over(process);
    assert_eq!(code(&output), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing moved"), "{output:?}");
    assert_eq!(names(scene.folder.path()), ["in.fifo"]);
}

#[test]
fn what_cannot_be_meant_is_2() {
    let wrong: [&[&str]; 7] = [
        &["--video", "none", "--audio", "none"],
        &["--video", "copy", "--crf", "20"],
        &["--video", "vhs"],
        &["--audio", "h264"],
        &["--deadline", "soon"],
        &["--crf", "99"],
        &["a third file"],
    ];
    for arguments in wrong {
        let mut scene = Scene::new(arguments, clips::short());
        let output = scene.ends();
        assert_eq!(code(&output), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
        assert!(names(scene.folder.path()).is_empty(), "{arguments:?}");
    }
}

#[test]
fn ctrl_c_keeps_what_there_is() {
    let mut scene = Scene::new(&["--json"], clips::long());
    let process = scene.command.spawn().unwrap();
    until("a film half written", || scene.has_written());
    ctrl_c(&process);
    let output = over(process);
    assert_eq!(code(&output), Some(0), "{output:?}");
    assert_eq!(json(&output)["stopped"], true);
    let film = Media::at(scene.output());
    film.decode().unwrap();
    assert!(film.seconds() < Media::at(clips::long()).seconds());
    assert_eq!(names(scene.folder.path()), ["out.mp4"]);
}

#[test]
fn ctrl_c_is_130_where_there_is_nothing_to_keep() {
    let (folder, fifo) = folder_with_fifo();
    let mut scene = Scene::within(folder, &[], &fifo);
    let process = scene.command.spawn().unwrap();
    let mut writer = None;
    until("a reader of the FIFO", || {
        writer = writer.take().or_else(|| open_to_write(&fifo));
        writer.is_some()
    });
    ctrl_c(&process);
    let output = over(process);
    assert_eq!(code(&output), Some(130), "{output:?}");
    assert_eq!(names(scene.folder.path()), ["in.fifo"]);
}

#[test]
fn ctrl_c_twice_leaves_nothing() {
    // So slow that what the encoder holds takes it longer than a second Ctrl-C.
    let mut scene = Scene::new(&["--preset", "veryslow"], clips::long());
    let process = scene.command.spawn().unwrap();
    until("a film half written", || scene.has_written());
    ctrl_c(&process);
    ctrl_c(&process);
    let output = over(process);
    assert_eq!(code(&output), Some(130), "{output:?}");
    assert!(names(scene.folder.path()).is_empty());
}

/// `progress_and_cancel` does the same under an async runtime.
#[test]
fn the_async_one_ends_likewise() {
    let scene =
        |arguments: &[&str], input: &Path| Scene::of("progress_and_cancel", tempfile::tempdir().unwrap(), arguments, input);
    let mut done = scene(&[], &clips::short());
    assert_eq!(code(&done.ends()), Some(0));
    Media::at(done.output()).decode().unwrap();

    // Nothing is decoded, encoded and written in no time.
    let mut late = scene(&["--deadline", "0"], &clips::long());
    assert_eq!(code(&late.ends()), Some(1));
    assert!(names(late.folder.path()).is_empty());

    let mut stopped = scene(&[], &clips::long());
    let process = stopped.command.spawn().unwrap();
    until("a film half written", || stopped.has_written());
    ctrl_c(&process);
    assert_eq!(code(&over(process)), Some(0));
    assert!(Media::at(stopped.output()).seconds() < Media::at(clips::long()).seconds());

    assert_eq!(code(&scene(&["--timeout", "soon"], &clips::short()).ends()), Some(2));
}

fn folder_with_fifo() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("in.fifo");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    (folder, fifo)
}

/// Works where the other end is open.
fn open_to_write(fifo: &Path) -> Option<File> {
    OpenOptions::new().write(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(fifo).ok()
}

/// Sends it once the program listens, and waits until it has heard it: two that wait together count as one.
fn ctrl_c(process: &Child) {
    until("a program that hears Ctrl-C", || has_sigint(process, "SigCgt"));
    let id = Pid::from_child(process);
    kill_process(id, Signal::INT).unwrap();
    until("a heard Ctrl-C", || !has_sigint(process, "ShdPnd"));
}

/// Whether SIGINT is in one of the sets that the system lists for the process.
fn has_sigint(process: &Child, set: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find_map(|it| it.strip_prefix(set)).unwrap();
    let bits = u64::from_str_radix(line.trim_start_matches(':').trim(), 16).unwrap();
    bits & 1 << (Signal::INT.as_raw() - 1) != 0
}

#[test]
fn probe_says_a_line_of_each_and_fails_at_the_end() {
    let probe = |inputs: &[&Path]| {
        let mut command = Command::new(example("probe"));
        command.args(inputs).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        over(command.spawn().unwrap())
    };
    let lines = |output: &Output| -> Vec<Value> {
        String::from_utf8_lossy(&output.stdout).lines().map(|it| serde_json::from_str(it).unwrap()).collect()
    };
    let (film, missing) = (clips::film(), Path::new("there is no such film.mp4"));
    let output = probe(&[&film, missing, &film]);
    assert_eq!(code(&output), Some(1), "{output:?}");
    let [first, second, third] = &lines(&output)[..] else { panic!("{output:?}") };
    assert_eq!(first["media"]["streams"][0]["codec"], "h264");
    assert_eq!(first["media"], third["media"]);
    assert!(second["error"]["message"].as_str().is_some_and(|it| it.contains(missing.to_str().unwrap())), "{second}");
    assert_eq!((second.get("media"), second["error"]["can_retry"].as_bool()), (None, Some(false)));

    assert_eq!(code(&probe(&[&film])), Some(0));
    assert_eq!(code(&probe(&[])), Some(2));
}
