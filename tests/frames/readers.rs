//! Where the bytes come from besides files: readers, FIFOs, and readers that fail in the middle.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::thread;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use telecine::{Error, Frames, Location};

use crate::judge::{lines, program, seen};
use crate::shapes;
use crate::support::within;

/// In small pieces of uneven size, as a socket gives them.
struct Pieces<R>(R, usize);

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = (self.1 + 977) % 4_096;
        let room = buffer.len().min(self.1 + 1);
        self.0.read(&mut buffer[..room])
    }
}

fn is_whole(clip: &Path, frames: Frames) {
    let scenario = clip.display().to_string();
    let (frames, failure) = within(60, &scenario, move || seen(frames));
    assert!(failure.is_none(), "{scenario}: {failure:?}");
    assert_eq!(lines(&frames), program(clip).expect("it is whole"), "{scenario}");
}

#[test]
fn a_reader_that_only_goes_forward() {
    for name in ["closed.ts", "closed.mkv", "fragmented.mp4", "bare.h264", "mpeg2.mpg"] {
        let clip = shapes::named(name);
        let reader = Pieces(File::open(&clip).expect("it was made"), 0);
        is_whole(&clip, Frames::read(Location::stream(name)).reader(reader));
    }
}

#[test]
fn a_reader_that_only_goes_forward_finds_times_as_well() {
    let clip = shapes::named("closed.ts");
    let open = || File::open(&clip).expect("it was made");
    let at = std::time::Duration::from_secs(3);
    let ours = seen(Frames::read(Location::stream("closed.ts")).reader(open()).at(at)).0;
    assert!(ours.len() == 1 && ours == seen(Frames::read(clip.as_path()).at(at)).0);
}

#[test]
fn a_fifo() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (clip, fifo) = (shapes::named("closed.ts"), folder.path().join("in.ts"));
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a FIFO can be made");
    let (from, to) = (clip.clone(), fifo.clone());
    let writer = thread::spawn(move || fs::write(to, fs::read(from).expect("it was made")));
    is_whole(&clip, Frames::read(fifo));
    within(30, "the writer of a FIFO", || writer.join()).expect("no panic").expect("all of it was read");
}

#[test]
fn all_frames_come_before_the_error_of_a_reader() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the camera has been unplugged"))
        }
    }
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for name in ["closed.ts", "closed.mkv", "mpeg2.mpg"] {
        let mut bytes = fs::read(shapes::named(name)).expect("it was made");
        bytes.truncate(bytes.len() / 2);
        let half = folder.path().join(name);
        fs::write(&half, &bytes).expect("there is room");
        let frames = Frames::read(Location::stream(name)).reader(Cursor::new(bytes).chain(Broken));
        let (frames, failure) = within(60, name, move || seen(frames));
        assert!(matches!(failure, Some(Error::SourceLost { .. })), "{name}: {failure:?}");
        // What the program has of a file that ends there; of a packet that is cut in two it has the first part.
        let (ours, theirs) = (lines(&frames), program(&half).expect("the program is content"));
        assert!(ours.len() + 1 >= theirs.len() && ours.len() > 20, "{name}: {} of {} frames", ours.len(), theirs.len());
        let whole = ours.len().min(theirs.len() - 1);
        assert_eq!(ours[..whole], theirs[..whole], "{name}");
    }
}
