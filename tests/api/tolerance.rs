//! How much of an input may be damaged: what is damaged is counted, and more than is allowed fails the job.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use telecine::{Error, Mp4, Pipeline, Preset, Reason, Select, Stage, StreamCopy, Tolerance, X264};
use tempfile::TempDir;

use crate::support::{Media, clips, copy, error, names, outcome, quick, reasons};

/// The clip with every tenth larger packet of its pictures torn in the middle.
fn damaged() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("damaged.mp4");
    fs::copy(clips::film(), &path).unwrap();
    let mut file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let packets = Media::at(clips::film()).packet_places("v:0");
    for (position, size) in packets.into_iter().filter(|(_, size)| *size > 200).step_by(10).skip(1) {
        let middle = position + size / 2;
        let mut bytes = [0; 40];
        file.seek(SeekFrom::Start(middle)).unwrap();
        file.read_exact(&mut bytes).unwrap();
        for byte in &mut bytes {
            *byte = !*byte;
        }
        file.seek(SeekFrom::Start(middle)).unwrap();
        file.write_all(&bytes).unwrap();
    }
    drop(file);
    assert!(Media::at(&path).decode().is_err(), "the program is to complain too");
    (dir, path)
}

fn transcode(input: &Path, dir: &Path) -> Pipeline {
    Pipeline::read(input).output(Mp4::file(dir.join("out.mp4")).video(X264::crf(23.0).preset(Preset::Ultrafast)))
}

#[test]
fn damage_is_counted() {
    let (_source, input) = damaged();
    let dir = tempfile::tempdir().unwrap();
    let outcome = outcome("a damaged clip", transcode(&input, dir.path()));
    let pictures = Media::at(&input).frames();
    assert!((1..=pictures).contains(&outcome.corrupt.unwrap()), "{outcome:?}");
    assert!(!outcome.truncated);
    assert_eq!(Media::at(dir.path().join("out.mp4")).decode(), Ok(()));
}

#[test]
fn what_is_whole_counts_none() {
    for clip in [clips::film(), clips::matroska(), clips::transport_stream()] {
        let dir = tempfile::tempdir().unwrap();
        let strict = Tolerance::default().corrupt_percent(0.0);
        let outcome = outcome("a whole clip", Pipeline::read(&clip).tolerance(strict).output(quick(dir.path().join("out.mp4"))));
        assert_eq!(outcome.corrupt, Some(0), "{}", clip.display());
    }
}

#[test]
fn more_than_is_allowed_fails() {
    let (_source, input) = damaged();
    let dir = tempfile::tempdir().unwrap();
    let counted = outcome("as much as there is", transcode(&input, dir.path())).corrupt.unwrap();
    fs::remove_file(dir.path().join("out.mp4")).unwrap();
    let pictures = Media::at(&input).frames();
    let share = counted as f64 * 100.0 / pictures as f64;
    for percent in [0.0, share * 0.9] {
        let why =
            error("too much damage", transcode(&input, dir.path()).tolerance(Tolerance::default().corrupt_percent(percent)));
        let Error::Corrupt { corrupt, frames, .. } = why else { panic!("{percent}: {why:?}") };
        assert_eq!((corrupt, frames), (counted, pictures));
        assert_eq!(why.stage(), Some(Stage::Decode));
        assert!(!why.can_retry());
        assert!(names(dir.path()).is_empty(), "{:?} is left", names(dir.path()));
    }
    for percent in [share * 1.1, 100.0] {
        let allowed = transcode(&input, dir.path()).tolerance(Tolerance::default().corrupt_percent(percent));
        assert_eq!(outcome("as much as is allowed", allowed).corrupt, Some(counted));
        fs::remove_file(dir.path().join("out.mp4")).unwrap();
    }
}

/// Nothing is decoded, so nothing is counted, and nothing held against it.
#[test]
fn damage_that_is_copied_is_not_counted() {
    let (_source, input) = damaged();
    let dir = tempfile::tempdir().unwrap();
    let strict = Tolerance::default().corrupt_percent(0.0);
    let pipeline = Pipeline::read(&input).tolerance(strict).output(copy(dir.path().join("out.mp4")));
    assert_eq!(outcome("a damaged clip, copied", pipeline).corrupt, None);
    let picture = Mp4::file(dir.path().join("picture.mp4")).video(StreamCopy);
    assert_eq!(outcome("its picture, copied", Pipeline::read(&input).output(picture)).corrupt, None);
}

/// FFmpeg opens such an input itself, and nobody knows its streams before: refused before anybody is asked for it.
#[test]
fn a_limit_on_what_cannot_be_counted_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let strict = Tolerance::default().corrupt_percent(5.0);
    let pipeline = Pipeline::read("rtsp://127.0.0.1:9/camera").tolerance(strict).output(quick(dir.path().join("out.mp4")));
    let why = error("a limit on what cannot be counted", pipeline);
    assert!(matches!(&why, Error::Refused { why, .. } if why.contains("corrupt_percent")), "{why:?}");
    assert!(names(dir.path()).is_empty(), "{:?} is left", names(dir.path()));
}

/// Nobody listens to FFmpeg in this process, so nobody would count.
#[test]
fn a_limit_on_warnings_that_nobody_counts_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = transcode(&clips::film(), dir.path()).tolerance(Tolerance::default().warnings(0));
    let why = error("a limit on warnings", pipeline);
    assert!(matches!(&why, Error::Refused { why, .. } if why.contains("logs::install")), "{why:?}");
    assert!(names(dir.path()).is_empty(), "{:?} is left", names(dir.path()));
}

#[test]
fn shares_are_percentages() {
    for percent in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
        let pipeline = Pipeline::read("in.mp4").output(quick("out.mp4")).tolerance(Tolerance::default().corrupt_percent(percent));
        let Err(Error::Invalid { problems }) = pipeline.validate() else { panic!("{percent} is taken") };
        assert!(matches!(&reasons(&problems)[..], [Reason::OutOfRange { .. }]), "{percent}: {problems:?}");
    }
    for percent in [0.0, 50.0, 100.0] {
        let pipeline = Pipeline::read("in.mp4").output(quick("out.mp4")).tolerance(Tolerance::default().corrupt_percent(percent));
        assert!(pipeline.validate().is_ok(), "{percent}");
    }
}

/// A whole one before it, of whatever length, is no excuse.
#[test]
fn of_several_inputs_the_damaged_one_is_named() {
    let (_source, input) = damaged();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.mp4");
    let alone = outcome("a damaged clip", transcode(&input, dir.path())).corrupt.unwrap();
    fs::remove_file(&path).unwrap();
    let pictures = Media::at(&input).frames();
    let share = alone as f64 * 100.0 / pictures as f64;
    let video = || Mp4::file(&path).video(X264::crf(23.0).preset(Preset::Ultrafast));
    let behind = Pipeline::read(clips::film()).then(clips::film()).then(&input).output(video());
    let laid_over = Pipeline::read(clips::film()).input(&input);
    let laid_over = laid_over.video_filter(telecine::filter::Overlay::of(Select::main().input(1))).output(video());
    for (name, pipeline) in [("behind others", behind), ("over another", laid_over)] {
        let why = error(name, pipeline.clone().tolerance(Tolerance::default().corrupt_percent(share * 0.9)));
        let Error::Corrupt { location, corrupt, frames, .. } = &why else { panic!("{name}: {why:?}") };
        assert_eq!((location.path(), *corrupt, *frames), (Some(&*input), alone, pictures), "{name}");
        assert!(names(dir.path()).is_empty(), "{name}: {:?} is left", names(dir.path()));
        let told = outcome(name, pipeline.tolerance(Tolerance::default().corrupt_percent(share * 1.1)));
        assert_eq!(told.corrupt, Some(alone), "{name}");
        fs::remove_file(&path).unwrap();
    }
}
