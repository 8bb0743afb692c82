//! Streams of one file that are not equally long: each is whole at its own length, and each can be cut off.

use std::error::Error as _;
use std::fs;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::iter;
use std::path::PathBuf;
use std::sync::mpsc;

use telecine::{Aac, Error, Location, Mp4, Output, Pipeline, Preset, StreamCopy, X264, mins, secs};

use crate::support::{Media, clips, error, finish, names, outcome, until, within};

/// In seconds.
const LONG: f64 = 8.0;
const SHORT: f64 = 3.0;

/// Clips, each with the lengths of its picture and its sound.
fn uneven() -> Vec<(PathBuf, (f64, f64))> {
    let make = |lengths| ["mp4", "mkv", "ts"].map(|it| (clips::uneven(&format!("uneven.{it}"), lengths), lengths));
    [(LONG, SHORT), (SHORT, LONG)].into_iter().flat_map(make).collect()
}

struct Choice {
    name: &'static str,
    picture: bool,
    sound: bool,
    streams: fn(Output<Mp4>) -> Output<Mp4>,
}

impl Choice {
    /// Of the output, in seconds.
    fn length(&self, (picture, sound): (f64, f64)) -> f64 {
        let of = |wanted: bool, length| if wanted { length } else { 0.0 };
        of(self.picture, picture).max(of(self.sound, sound))
    }
}

fn choices() -> [Choice; 4] {
    let choice = |name, picture, sound, streams| Choice { name, picture, sound, streams };
    [
        choice("both", true, true, |it| it.video(X264::crf(30.0).preset(Preset::Ultrafast)).audio(Aac::default())),
        choice("the picture", true, false, |it| it.video(X264::crf(30.0).preset(Preset::Ultrafast))),
        choice("the sound", false, true, |it| it.audio(Aac::default())),
        choice("the sound as it is", false, true, |it| it.audio(StreamCopy)),
    ]
}

#[test]
fn each_is_whole_in_a_file() {
    for (clip, lengths) in uneven() {
        for choice in choices() {
            let scenario = format!("{} of {lengths:?}, {}", choice.name, clip.display());
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("out.mp4");
            outcome(&scenario, Pipeline::read(&clip).output((choice.streams)(Mp4::file(&path))));
            let (written, length) = (Media::at(&path).seconds(), choice.length(lengths));
            assert!((written - length).abs() < 0.2, "{scenario}: {written} s");
        }
    }
}

/// What is written in place is not read back: how far it came is told by the muxer.
#[test]
fn each_is_whole_in_a_stream() {
    for (clip, lengths) in uneven() {
        for choice in choices() {
            let scenario = format!("{} of {lengths:?}, {}, to a writer", choice.name, clip.display());
            let output = (choice.streams)(Mp4::file(Location::stream("out.mp4")));
            finish(&scenario, Pipeline::read(&clip).output(output).run().seekable_writer(Cursor::new(Vec::new())));
        }
    }
}

/// Takes all but the trailer, for which MP4 goes back, until the other end is dropped.
struct Unfinished(Cursor<Vec<u8>>, mpsc::Receiver<()>);

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Unfinished {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if to != SeekFrom::Current(0) {
            // Nothing is ever sent.
            let _ = self.1.recv();
        }
        self.0.seek(to)
    }
}

/// Percent goes by what is asked for, not by all that is there.
#[test]
fn percent_is_of_what_is_wanted() {
    for (clip, lengths) in uneven() {
        // Matroska's header tells one length for all, and a transport stream none.
        if clip.extension().is_none_or(|it| it != "mp4") {
            continue;
        }
        for choice in choices() {
            let scenario = format!("{} of {lengths:?}, {}", choice.name, clip.display());
            let (open, gate) = mpsc::channel();
            let output = (choice.streams)(Mp4::file(Location::stream("out.mp4")));
            let launch = Pipeline::read(&clip).output(output).run().seekable_writer(Unfinished(Cursor::default(), gate));
            let job = launch.start();
            let control = job.control();
            until(&scenario, || control.progress().percent > Some(90.0));
            drop(open);
            within(60, &scenario, move || job.wait()).unwrap_or_else(|why| panic!("{scenario}: {why}"));
        }
    }
}

/// The part that is left of one stream is no reason to take the other for whole.
#[test]
fn what_is_cut_off_is_lost_for_each() {
    let lengths = (LONG, SHORT);
    for container in ["mkv", "mp4"] {
        let clip = clips::uneven(&format!("uneven.{container}"), lengths);
        let bytes = fs::read(&clip).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let cut = dir.path().join("cut");
        fs::write(&cut, &bytes[..bytes.len() / 5]).unwrap();
        for choice in choices() {
            let scenario = format!("{} of a cut {}", choice.name, clip.display());
            let path = dir.path().join("out.mp4");
            let why = error(&scenario, Pipeline::read(&cut).output((choice.streams)(Mp4::file(&path))));
            assert!(matches!(why, Error::Truncated { .. } | Error::SourceLost { .. }), "{scenario}: {why:?}");
            assert_eq!(names(dir.path()), ["cut"], "{scenario}");
        }
    }
}

#[test]
fn a_part_beyond_the_end_is_none() {
    for (clip, lengths) in uneven() {
        for choice in choices() {
            let length = choice.length(lengths);
            // Beyond what is wanted, and beyond everything.
            for from in [secs(length as u64 + 1), secs(60)] {
                let scenario = format!("{} of {lengths:?} from {from:?}, {}", choice.name, clip.display());
                let dir = tempfile::tempdir().unwrap();
                let output = (choice.streams)(Mp4::file(dir.path().join("out.mp4")));
                let why = error(&scenario, Pipeline::read(&clip).trim(from..mins(5)).output(output));
                assert!(matches!(why, Error::Failed { .. }), "{scenario}: {why:?}");
                let innermost = iter::successors(why.source(), |&it| it.source()).last().map(ToString::to_string);
                let words = "the input has no media in the part that was asked for";
                assert_eq!(innermost.as_deref(), Some(words), "{scenario}: {why:?}");
                assert!(names(dir.path()).is_empty(), "{scenario}");
            }
        }
    }
}
