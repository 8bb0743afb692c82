//! What errors and outcomes carry of the log.

use std::fs;

use telecine::{Durability, Error, MpegTs, Overwrite, Pipeline, Role, StreamCopy, Tolerance};

use crate::heard;
use crate::support::alone::alone;
use crate::support::{clips, copy, error, outcome, quick};

#[test]
fn an_error_has_the_last_lines_and_says_one() {
    heard::listen();
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("no index.mp4");
    // The index is at the end.
    let bytes = fs::read(clips::film()).unwrap();
    fs::write(&clip, &bytes[..bytes.len() / 2]).unwrap();
    let why = error("no index", Pipeline::read(&clip).output(copy(dir.path().join("out.mp4"))));
    let lines = why.log_lines();
    assert!(lines.iter().any(|it| it.message.contains("moov atom not found")), "{lines:?}");
    assert!(lines.len() <= 20);
    assert!(format!("{why:?}").contains("moov atom not found"), "{why:?}");
    assert!(!why.to_string().contains('\n') && !why.to_string().contains("moov"), "{why}");
}

#[test]
fn without_a_subscriber_too() {
    alone("results::without_a_subscriber_too", &[], |folder| {
        telecine::logs::install().unwrap();
        let clip = crate::support::corrupt::transport_stream(folder);
        let output = quick(folder.join("out.mp4")).durability(Durability::None);
        let outcome = outcome("a damaged clip", Pipeline::read(&clip).output(output));
        let warnings = &outcome.warnings;
        assert!(!warnings.is_empty());
        assert!(warnings.iter().any(|it| it.context == "h264" && it.count > 1), "{warnings:?}");
        assert!(warnings.is_sorted_by_key(|it| std::cmp::Reverse(it.count)), "{warnings:?}");
        assert!(warnings.iter().all(|it| !it.message.chars().any(|it| it.is_ascii_digit())), "{warnings:?}");
    });
}

#[test]
fn more_warnings_than_are_tolerated_fail() {
    heard::listen();
    let dir = tempfile::tempdir().unwrap();
    let clip = crate::support::corrupt::transport_stream(dir.path());
    let job = |most: u64| {
        let output = quick(dir.path().join("out.mp4")).overwrite(Overwrite::Replace);
        Pipeline::read(&clip).tolerance(Tolerance::default().warnings(most)).output(output)
    };
    let count = outcome("a damaged clip", job(u64::MAX)).warnings.iter().map(|it| it.count).sum::<u64>();
    assert_eq!(outcome("as many as are tolerated", job(count)).warnings.iter().map(|it| it.count).sum::<u64>(), count);
    fs::remove_file(dir.path().join("out.mp4")).unwrap();
    for most in [0, count - 1] {
        let why = error("more than are tolerated", job(most));
        assert!(matches!(why, Error::TooManyWarnings { warnings, .. } if warnings == count), "{why:?}");
        assert!(!why.log_lines().is_empty());
        assert!(!dir.path().join("out.mp4").exists());
    }
}

#[test]
fn a_whole_clip_has_no_warnings() {
    heard::listen();
    let dir = tempfile::tempdir().unwrap();
    let outcome = outcome("a whole clip", Pipeline::read(clips::film()).output(quick(dir.path().join("out.mp4"))));
    assert_eq!(outcome.warnings, []);
}

#[test]
fn of_several_inputs_the_one_that_is_warned_of_is_named() {
    heard::listen();
    let dir = tempfile::tempdir().unwrap();
    let clip = crate::support::corrupt::transport_stream(dir.path());
    for second in [false, true] {
        let (first, other) = if second { (clips::film(), clip.clone()) } else { (clip.clone(), clips::film()) };
        let pipeline = Pipeline::read(first).then(other).tolerance(Tolerance::default().warnings(0));
        let why = error("a damaged clip beside a whole one", pipeline.output(quick(dir.path().join("out.mp4"))));
        assert!(matches!(&why, Error::TooManyWarnings { location, .. } if location.path() == Some(&clip)), "{why:?}");
        let of_decoders: Vec<_> = why.log_lines().iter().filter(|it| it.role == Some(Role::Decode)).collect();
        assert!(!of_decoders.is_empty());
        assert!(of_decoders.iter().all(|it| it.input == Some(usize::from(second))), "{of_decoders:?}");
    }
}

/// FFmpeg opens the files by itself, one inside the other's demuxer.
#[test]
fn what_is_joined_without_decoding_says_which_file_it_is() {
    heard::listen();
    let dir = tempfile::tempdir().unwrap();
    let whole = clips::transport_stream();
    // Damage that is in no header, and that the demuxer sees.
    let clip = dir.path().join("damaged.ts");
    let mut bytes = fs::read(&whole).unwrap();
    let middle = bytes.len() / 2 / 188 * 188;
    bytes.drain(middle..middle + 188 * 7);
    fs::write(&clip, bytes).unwrap();
    let output = MpegTs::file(dir.path().join("out.ts")).video(StreamCopy).audio(StreamCopy);
    let pipeline = Pipeline::read(&whole).then(&clip).output(output).tolerance(Tolerance::default().warnings(0));
    let why = error("a damaged second part", pipeline);
    assert!(matches!(&why, Error::TooManyWarnings { location, .. } if location.path() == Some(&clip)), "{why:?}");
    let of_files: Vec<_> = why.log_lines().iter().filter(|it| it.context == "mpegts" && it.role == Some(Role::Demux)).collect();
    assert!(of_files.iter().any(|it| it.input == Some(1)), "{:?}", why.log_lines());
}
