//! Sources that end before they should: never taken for whole, and nothing is left of them; unless the caller is content with
//! what there is.

use std::fs;
use std::io::{self, Cursor, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::thread;

use telecine::{Error, Launch, Location, Pipeline, Tolerance};

use crate::sources::{fails, fifo, pieces};
use crate::support::{Answer, Media, Server, clips, finish, names, quick};

/// Transcodes what is left, which is to be playable, and shorter than the whole.
fn tolerated(scenario: &str, clip: &Path, input: impl Into<Location>, with: impl FnOnce(Launch) -> Launch) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.mp4");
    let pipeline = Pipeline::read(input).tolerance(Tolerance::default().truncated()).output(quick(&path));
    let outcome = finish(scenario, with(pipeline.run()));
    assert!(outcome.truncated, "{scenario}: {outcome:?}");
    assert_eq!(names(dir.path()), ["out.mp4"], "{scenario}");
    let written = Media::at(&path);
    assert_eq!(written.decode(), Ok(()), "{scenario}");
    assert_eq!(outcome.frames, Some(written.frames()), "{scenario}");
    let whole = Media::at(clip).frames();
    assert!((1..whole).contains(&written.frames()), "{scenario}: {} frames of {whole}", written.frames());
}

/// An error that says that the source was not whole.
fn assert_lost(scenario: &str, why: &Error) {
    assert!(matches!(why, Error::SourceLost { .. } | Error::Truncated { .. }), "{scenario}: {why:?}");
}

/// With their index in front, so that the beginning is enough to begin.
fn with_a_promise() -> [PathBuf; 2] {
    [clips::index_first(), clips::matroska()]
}

fn with_and_without() -> [PathBuf; 3] {
    [clips::index_first(), clips::matroska(), clips::transport_stream()]
}

fn cut(clip: &Path) -> (Vec<u8>, usize) {
    let whole = fs::read(clip).unwrap();
    let at = whole.len() * 6 / 10;
    (whole, at)
}

/// By every kind of answer that ends too early, and can be known to.
#[test]
fn servers_that_go_away() {
    type Bad = fn(Vec<u8>, usize) -> Answer;
    let kinds: [(&str, Bad); 3] =
        [("closes early", Answer::Cut), ("is reset", Answer::Reset), ("closes within a chunk", Answer::Chunked)];
    for (kind, answer) in kinds {
        for clip in with_and_without() {
            let scenario = format!("{}: a server that {kind}", clip.display());
            let (whole, at) = cut(&clip);
            let server = Server::always(answer(whole, at));
            let why = fails(&scenario, server.url("clip").as_str(), |it| it);
            assert_lost(&scenario, &why);
            tolerated(&scenario, &clip, server.url("clip").as_str(), |it| it);
        }
    }
}

/// The first range is whole, and so is what was sent before; the next is not to be had.
#[test]
fn a_server_that_refuses_the_next_range() {
    let clip = fs::read(clips::film()).unwrap();
    let server = Server::new(move |request| match request.from() {
        None | Some(0) => Answer::Cut(clip.clone(), clip.len() / 2),
        Some(_) => Answer::Status(503),
    });
    let why = fails("a server that refuses a range", server.url("clip.mp4").as_str(), |it| it);
    assert!(!matches!(why, Error::Cancelled { .. } | Error::Invalid { .. }), "{why:?}");
}

/// A transport stream tells of no end; the length that was announced does.
#[test]
fn the_byte_of_the_loss_is_named() {
    let (whole, at) = cut(&clips::transport_stream());
    let announced = whole.len();
    let reader = Announced { inner: Cursor::new(whole[..at].to_vec()), length: announced as u64 };
    let why = fails("a reader that ends early", Location::stream("in.ts"), |it| it.seekable_reader(reader));
    assert!(matches!(why, Error::SourceLost { at: Some(byte), .. } if byte == at as u64), "{why:?}");
}

/// Says that it is longer than it is, as a file that is being cut short.
struct Announced {
    inner: Cursor<Vec<u8>>,
    length: u64,
}

impl io::Read for Announced {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl io::Seek for Announced {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        match to {
            io::SeekFrom::End(by) => self.inner.seek(io::SeekFrom::Start(self.length.checked_add_signed(by).unwrap_or_default())),
            other => self.inner.seek(other),
        }
    }
}

#[test]
fn cut_files_behind_readers() {
    for clip in with_a_promise() {
        let (mut bytes, at) = cut(&clip);
        bytes.truncate(at);
        for seekable in [false, true] {
            let scenario = format!("{}, cut, behind a reader that seeks: {seekable}", clip.display());
            let reader = || pieces(Cursor::new(bytes.clone()));
            let give = |it: Launch| if seekable { it.seekable_reader(reader()) } else { it.reader(reader()) };
            assert_lost(&scenario, &fails(&scenario, Location::stream("in"), give));
            tolerated(&scenario, &clip, Location::stream("in"), give);
        }
    }
}

#[test]
fn cut_files_through_a_fifo() {
    for clip in with_a_promise() {
        let (mut bytes, at) = cut(&clip);
        bytes.truncate(at);
        let scenario = format!("{}, cut, through a FIFO", clip.display());
        let dir = tempfile::tempdir().unwrap();
        let fifo = fifo(&dir);
        let feed = || {
            let (fifo, bytes) = (fifo.clone(), bytes.clone());
            thread::spawn(move || fs::write(fifo, bytes))
        };
        let feeding = feed();
        assert_lost(&scenario, &fails(&scenario, &fifo, |it| it));
        feeding.join().unwrap().unwrap();
        let feeding = feed();
        tolerated(&scenario, &clip, &fifo, |it| it);
        feeding.join().unwrap().unwrap();
    }
}

#[test]
fn cut_files_through_a_pipe() {
    for clip in with_a_promise() {
        let (mut bytes, at) = cut(&clip);
        bytes.truncate(at);
        let scenario = format!("{}, cut, through a pipe", clip.display());
        let (reader, mut writer) = io::pipe().unwrap();
        let feeding = thread::spawn(move || writer.write_all(&bytes));
        assert_lost(&scenario, &fails(&scenario, format!("pipe:{}", reader.as_raw_fd()).as_str(), |it| it));
        // It may be told at the header already; what is not read then is nobody's.
        drop(reader);
        let _ = feeding.join().unwrap();
    }
}

#[test]
fn cut_files_by_their_path() {
    for clip in with_a_promise() {
        let (mut bytes, at) = cut(&clip);
        bytes.truncate(at);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cut");
        fs::write(&path, bytes).unwrap();
        let scenario = format!("{}, cut", clip.display());
        assert_lost(&scenario, &fails(&scenario, &path, |it| it));
        tolerated(&scenario, &clip, &path, |it| it);
    }
}
