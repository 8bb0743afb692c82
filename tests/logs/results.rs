//! What errors and outcomes carry of the log.

use std::fs;

use telecine::{Durability, Error, Overwrite, Pipeline, Tolerance};

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
