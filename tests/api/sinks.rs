//! Where media can go besides files: an application's writer, FIFOs, sockets; and what happens when those fail.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::net::TcpListener;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use telecine::{Error, Launch, Location, Mp4, Output, Pipeline, Reason, Stage, StreamCopy};

use crate::sources::{fifo, innermost};
use crate::support::{Media, clips, copy, finish, launch_error, outcome, quick, reasons, within};

/// Bytes that outlive the job which writes them.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Kept {
    /// As a file, for the judges.
    fn media(&self, dir: &Path) -> Media {
        let path = dir.join("kept.mp4");
        fs::write(&path, self.0.lock().unwrap().get_ref()).unwrap();
        Media::at(path)
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().get_ref().len()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Never all of it at once: whoever writes has to go on.
        let some = bytes.len().min(1_000);
        self.0.lock().unwrap().write(&bytes[..some])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Kept {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.lock().unwrap().seek(to)
    }
}

fn to_stream() -> Output<Mp4> {
    copy(Location::stream("out.mp4"))
}

#[test]
fn a_writer_that_seeks_gets_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.mp4");
    outcome("a file", Pipeline::read(clips::film()).output(copy(&path)));
    let kept = Kept::default();
    let launch = Pipeline::read(clips::film()).output(to_stream()).run().seekable_writer(kept.clone());
    let outcome = finish("a writer that seeks", launch);
    assert!(fs::read(&path).unwrap() == *kept.0.lock().unwrap().get_ref(), "other bytes than in the file");
    assert_eq!(outcome.outputs[0].path, None);
    assert!(outcome.outputs[0].bytes >= Some(kept.len() as u64), "what is written over counts too: {outcome:?}");
}

#[test]
fn a_writer_gets_fragments() {
    let dir = tempfile::tempdir().unwrap();
    let kept = Kept::default();
    let output = quick(Location::stream("out.mp4")).fragmented();
    let outcome = finish("a writer", Pipeline::read(clips::film()).output(output).run().writer(kept.clone()));
    let media = kept.media(dir.path());
    assert_eq!(media.decode(), Ok(()));
    assert_eq!(media.frames(), Media::at(clips::film()).frames());
    assert_eq!(outcome.frames, Some(media.frames()));
    assert_eq!(outcome.outputs[0].bytes, Some(kept.len() as u64));
}

#[test]
fn a_writer_that_cannot_seek_needs_fragments() {
    let kept = Kept::default();
    let launch = Pipeline::read(clips::film()).output(to_stream()).run().writer(kept.clone());
    let why = launch_error("no fragments", launch);
    let Error::Invalid { problems } = &why else { panic!("{why:?}") };
    assert_eq!(reasons(problems), [Reason::NeedsFragments]);
    assert_eq!(kept.len(), 0, "nothing is written");
}

#[test]
fn a_stream_without_its_writer_is_invalid() {
    let why = launch_error("no writer", Pipeline::read(clips::film()).output(to_stream()).run());
    let Error::Invalid { problems } = &why else { panic!("{why:?}") };
    assert_eq!(reasons(problems), [Reason::NoReader]);
}

/// Takes so many bytes, then does something else.
struct Until<F> {
    inner: Cursor<Vec<u8>>,
    room: usize,
    then: F,
}

impl<F: FnMut() -> io::Error> Write for Until<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.inner.get_ref().len() + bytes.len() > self.room {
            return Err((self.then)());
        }
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<F> Seek for Until<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// At once, in the middle, and when only the trailer is to come: its index takes more than that.
fn rooms() -> [usize; 3] {
    let kept = Kept::default();
    finish("a roomy writer", Pipeline::read(clips::film()).output(to_stream()).run().seekable_writer(kept.clone()));
    [0, kept.len() / 2, kept.len() - 1_000]
}

fn written_until(room: usize, then: impl FnMut() -> io::Error + Send + 'static) -> Launch {
    let writer = Until { inner: Cursor::default(), room, then };
    Pipeline::read(clips::film()).output(to_stream()).run().seekable_writer(writer)
}

#[test]
fn a_writer_that_is_full() {
    for room in rooms() {
        let why = launch_error("a full writer", written_until(room, || io::ErrorKind::StorageFull.into()));
        assert!(
            matches!(&why, Error::StorageFull { location, .. } if *location == Location::stream("out.mp4")),
            "{room}: {why:?}"
        );
        assert_eq!(why.stage(), Some(Stage::Mux));
        assert!(why.can_retry());
    }
}

#[test]
fn a_writer_that_fails_in_its_own_words() {
    for room in rooms() {
        let why = launch_error("a writer that fails", written_until(room, || io::Error::other("the bucket is closed")));
        assert!(matches!(&why, Error::Failed { location, .. } if *location == Location::stream("out.mp4")), "{room}: {why:?}");
        assert_eq!(innermost(&why), "the bucket is closed", "{room}: {why:?}");
        assert_eq!(why.stage(), Some(Stage::Mux));
    }
}

#[test]
fn a_writer_that_panics_fails_its_job() {
    for room in rooms() {
        let why = launch_error("a writer that panics", written_until(room, || panic!("the writer gave up")));
        assert!(matches!(why, Error::Failed { .. }), "{room}: {why:?}");
        assert_eq!(innermost(&why), "the writer panicked: the writer gave up", "{room}: {why:?}");
    }
}

/// What is buffered has not arrived until it is flushed.
#[test]
fn a_writer_that_fails_at_the_last_flush() {
    struct Unflushed;
    impl Write for Unflushed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let launch = Pipeline::read(clips::film()).output(to_stream().fragmented()).run().writer(Unflushed);
    let why = launch_error("a writer that cannot be flushed", launch);
    assert!(matches!(why, Error::StorageFull { .. }), "{why:?}");
}

#[test]
fn a_fifo_gets_the_fragments() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = fifo(&dir);
    let reading = {
        let fifo = fifo.clone();
        thread::spawn(move || fs::read(fifo))
    };
    finish("a FIFO", Pipeline::read(clips::film()).output(copy(&fifo).fragmented()).run());
    let written = dir.path().join("read.mp4");
    fs::write(&written, within(10, "the FIFO's reader", || reading.join().unwrap()).unwrap()).unwrap();
    assert_eq!(Media::at(&written).decode(), Ok(()));
    assert_eq!(Media::at(&written).frames(), Media::at(clips::film()).frames());
}

/// Far more than a pipe holds is still to come when its reader goes away.
#[test]
fn a_fifo_whose_reader_goes_away() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = fifo(&dir);
    let reading = {
        let fifo = fifo.clone();
        thread::spawn(move || File::open(fifo).and_then(|mut it| it.read_exact(&mut [0; 10_000])))
    };
    let why = launch_error("a reader that goes away", Pipeline::read(clips::noise()).output(copy(&fifo).fragmented()).run());
    assert!(matches!(&why, Error::Failed { location, .. } if location.path() == Some(&fifo)), "{why:?}");
    assert_eq!(why.ffmpeg_code(), Some(-rustix::io::Errno::PIPE.raw_os_error()), "{why:?}");
    assert_eq!(why.stage(), Some(Stage::Mux));
    reading.join().unwrap().unwrap();
    assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo(), "it stays");
}

#[test]
fn a_tcp_peer_gets_the_fragments() {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let reading = thread::spawn(move || {
        let mut bytes = Vec::new();
        listener.accept().and_then(|(mut peer, _)| peer.read_to_end(&mut bytes)).map(|_| bytes)
    });
    finish("a TCP peer", Pipeline::read(clips::film()).output(copy(url).fragmented()).run());
    let written = dir.path().join("read.mp4");
    fs::write(&written, within(10, "the TCP peer", || reading.join().unwrap()).unwrap()).unwrap();
    assert_eq!(Media::at(&written).decode(), Ok(()));
    assert_eq!(Media::at(&written).frames(), Media::at(clips::film()).frames());
}

#[test]
fn a_tcp_peer_that_closes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let reading = thread::spawn(move || listener.accept().and_then(|(mut peer, _)| peer.read_exact(&mut [0; 10_000])));
    let output = Mp4::file(url.as_str()).video(StreamCopy).fragmented();
    let why = launch_error("a TCP peer that closes", Pipeline::read(clips::noise()).output(output).run());
    assert!(matches!(&why, Error::Failed { location, .. } if *location == Location::from(url.as_str())), "{why:?}");
    assert_eq!(why.stage(), Some(Stage::Mux));
    assert!(why.can_retry(), "{why:?}");
    reading.join().unwrap().unwrap();
}

/// Every container that does without going back, by a writer that cannot: as the `ffmpeg` program writes it into a pipe.
#[test]
fn what_cannot_go_back_gets_what_a_pipe_gets() {
    use telecine::{AnyOutput, AnyTrack};
    let dir = tempfile::tempdir().unwrap();
    let film = clips::film();
    let mut refused = Vec::new();
    for extension in ["mkv", "webm", "ts", "flv", "wav", "mp3", "ogg", "gif", "jpg", "png", "mov", "avi", "flac", "m4a", "mp4"] {
        let container = telecine::AnyContainer::from_extension(extension).unwrap();
        let mut output = AnyOutput::new(container.clone(), Location::stream("out"));
        output.tracks.extend(container.default_video().map(AnyTrack::video));
        output.tracks.extend(container.default_audio().map(AnyTrack::audio));
        let (path, launch) = (dir.path().join(format!("ours.{extension}")), Pipeline::read(&film).output(output).run());
        let ours = launch.writer(File::create(&path).unwrap());
        match within(60, extension, || ours.start().wait()) {
            Err(Error::Invalid { problems }) => {
                assert_eq!(reasons(&problems), [Reason::NeedsFragments], "{extension}");
                refused.push(extension);
            }
            result => {
                result.unwrap_or_else(|why| panic!("{extension}: {why:?}"));
                // A WAV without its length in front ends in a packet that FFmpeg takes for a cut one, from a pipe of its own too.
                let (written, is_wav) = (Media::at(&path), extension == "wav");
                assert!(written.decode().is_ok() || is_wav, "{extension}: {:?}", written.decode());
                assert!(written.packets().lines().filter(|it| !it.starts_with('#')).count() > 0, "{extension}");
            }
        }
    }
    assert_eq!(refused, ["mov", "avi", "flac", "m4a", "mp4"]);
}
