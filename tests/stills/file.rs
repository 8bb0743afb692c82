//! Files are whole or absent.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use telecine::{Error, Jpeg, Overwrite, Phase, Png, Reason, Sheet, Still, secs};
use tokio_util::sync::CancellationToken;

use crate::judge::{JPEG, error, made, program};
use crate::support::{cancelled, clips, names, reasons, until, within};

#[test]
fn it_is_there_when_it_is_whole_and_nothing_else_is() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = folder.path().join("poster.jpg");
    let outcome = made("a file", Still::of(clips::film()).at(secs(0)).output(Jpeg::file(&out)));
    let expected = program(&clips::film(), 0, "", JPEG).expect("it is whole");
    assert!(fs::read(&out).expect("it is there") == expected);
    let written = outcome.written.expect("a file was written");
    assert_eq!((written.path, written.bytes), (Some(out), Some(expected.len() as u64)));
    assert!(outcome.bytes.is_empty());
    assert_eq!(names(folder.path()), ["poster.jpg"]);
}

#[test]
fn what_is_there_stays_unless_it_is_to_give_way() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = folder.path().join("poster.png");
    fs::write(&out, "theirs").expect("there is room");
    let why = error("a name that is taken", Still::of(clips::film()).output(Png::file(&out)));
    assert!(matches!(why, Error::OutputExists { .. }), "{why:?}");
    assert_eq!(fs::read(&out).expect("it is there"), b"theirs");
    made("replaced", Still::of(clips::film()).output(Png::file(&out).overwrite(Overwrite::Replace)));
    assert!(fs::read(&out).expect("it is there").starts_with(b"\x89PNG"));
    assert_eq!(names(folder.path()), ["poster.png"]);
}

#[test]
fn nothing_is_left_of_what_fails_or_is_cancelled() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = || Jpeg::file(folder.path().join("poster.jpg"));
    let beyond = error("beyond the end", Still::of(clips::film()).at(secs(60)).output(out()));
    assert!(matches!(beyond, Error::Seek { .. }), "{beyond:?}");
    let token = CancellationToken::new();
    token.cancel();
    let why = error("cancelled", Still::of(clips::film()).output(out()).cancel_on(token));
    assert!(cancelled(&Err::<(), _>(why)));
    let words = folder.path().join("words");
    fs::write(&words, "no picture at all").expect("there is room");
    let why = error("no media", Still::of(&words).output(out()));
    assert!(matches!(why, Error::NotMedia { .. }), "{why:?}");
    assert_eq!(names(folder.path()), ["words"]);
}

#[test]
fn an_input_is_not_written_over() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let clip = folder.path().join("film.jpg");
    fs::copy(clips::film(), &clip).expect("there is room");
    let why = error("itself", Still::of(&clip).output(Jpeg::file(&clip).overwrite(Overwrite::Replace)));
    assert!(matches!(why, Error::SameFile { .. }), "{why:?}");
    let why = error("nowhere", Still::of(&clip).output(Jpeg::file(folder.path().join("no/poster.jpg"))));
    assert!(matches!(why, Error::DirectoryMissing { .. }), "{why:?}");
}

fn fifo(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("the system has FIFOs");
    path
}

#[test]
fn a_fifo_gets_the_picture() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let fifo = fifo(folder.path(), "poster.jpg");
    let reader = {
        let fifo = fifo.clone();
        thread::spawn(move || fs::read(fifo))
    };
    let outcome = made("a FIFO", Still::of(clips::film()).output(Jpeg::file(&fifo)));
    let read = within(60, "what was read", move || reader.join()).expect("it ends").expect("it reads");
    assert!(read == program(&clips::film(), 0, "", JPEG).expect("it is whole"));
    let written = outcome.written.expect("something was written");
    assert_eq!((written.path, written.bytes), (None, Some(read.len() as u64)));
}

/// The picture is made, and nobody comes for it: either end is a cancel.
#[test]
fn a_fifo_that_nobody_reads_does_not_hold_an_end_up() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let fifo = fifo(folder.path(), "poster.jpg");
    for is_stop in [true, false] {
        let task = Still::of(clips::film()).output(Jpeg::file(&fifo)).start();
        let control = task.control();
        until("the picture is read", || control.progress().phase == Phase::Running);
        if is_stop {
            control.stop()
        } else {
            control.cancel()
        }
        let ended = within(60, "an end", move || task.wait());
        assert!(cancelled(&ended), "{ended:?}");
    }
}

/// What is written in place is seen before the other file has its name.
#[test]
fn two_that_appear_together_are_files() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let fifo = fifo(folder.path(), "fifo");
    let [picture, cues] = ["sheet.jpg", "sheet.vtt"].map(|it| folder.path().join(it));
    let sheet = |picture: &Path, cues: &Path| {
        Sheet::of(clips::film()).grid(2, 2).output(Jpeg::file(picture).overwrite(Overwrite::Replace)).web_vtt(cues)
    };
    for (scenario, sheet) in [
        ("a picture in place", sheet(&fifo, &cues)),
        ("cues in place", sheet(&picture, &fifo)),
        ("cues to a device", sheet(&picture, Path::new("/dev/null"))),
    ] {
        let why = within(60, scenario, move || sheet.wait()).expect_err(scenario);
        let Error::Invalid { problems } = why else { panic!("{scenario}: {why:?}") };
        assert_eq!(reasons(&problems), [Reason::NeedsFile], "{scenario}");
    }
    assert_eq!(names(folder.path()), ["fifo"]);
}
