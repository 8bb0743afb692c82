//! What cannot be read is a typed error: the first item, and the only one.

use std::fs;
use std::time::Duration;

use telecine::{Error, Frames, Location, Reason, Select, StreamKind, Tolerance, secs};

use crate::judge::seen;
use crate::support::{clips, reasons, within};

fn error(scenario: &str, frames: Frames) -> Error {
    let (frames, failure) = within(60, scenario, move || seen(frames));
    assert!(frames.is_empty(), "{scenario}: {} frames", frames.len());
    failure.unwrap_or_else(|| panic!("{scenario}: no error"))
}

fn reason(scenario: &str, frames: Frames) -> Vec<Reason> {
    match error(scenario, frames) {
        Error::Invalid { problems } => reasons(&problems),
        why => panic!("{scenario}: {why:?}"),
    }
}

#[test]
fn what_is_not_there_or_no_media() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("words.mp4"), "these are words. ".repeat(500)).expect("there is room");
    fs::write(path("empty.mp4"), "").expect("there is room");
    let why = error("no file", Frames::read(path("no.mp4")));
    assert!(matches!(&why, Error::NotFound { .. }), "{why:?}");
    for name in ["words.mp4", "empty.mp4"] {
        let why = error(name, Frames::read(path(name)));
        assert!(matches!(&why, Error::NotMedia { .. }), "{name}: {why:?}");
    }
    let why = error("no bytes", Frames::bytes([]));
    assert!(matches!(&why, Error::NotMedia { .. }), "{why:?}");
}

#[test]
fn a_stream_that_is_not_there() {
    let sound = clips::sound_only();
    let films = || Frames::read(clips::film());
    let none = [
        ("sound", Frames::read(sound)),
        ("a second picture", films().select(Select::nth(1))),
        ("sound by its index", films().select(Select::index(1))),
        ("a language", films().select(Select::language("tlh"))),
    ];
    for (scenario, frames) in none {
        let why = error(scenario, frames);
        assert!(matches!(&why, Error::NoSuchStream { wanted, .. } if *wanted == [StreamKind::Video]), "{scenario}: {why:?}");
    }
}

#[test]
fn what_cannot_be_meant() {
    let read = || Frames::read(clips::short());
    let empty = |it: &[Reason]| matches!(it, [Reason::EmptyRange { .. }]);
    assert!(empty(&reason("an empty range", read().range(secs(2)..secs(2)))));
    assert!(empty(&reason("a range backwards", read().range(secs(3)..secs(2)))));
    assert!(empty(&reason("nothing", read().range(..Duration::ZERO))));
    let found = reason("no threads", read().threads(0));
    assert!(matches!(&found[..], [Reason::OutOfRange { value, .. }] if value == "0"), "{found:?}");
    let found = reason("a percentage", read().tolerance(Tolerance::default().corrupt_percent(101.0)));
    assert!(matches!(&found[..], [Reason::OutOfRange { .. }]), "{found:?}");
    let found = reason("a reader that nothing uses", read().reader(std::io::empty()));
    assert!(matches!(&found[..], [Reason::UnusedStream]), "{found:?}");
    // All that is wrong, at once.
    assert_eq!(reason("several", read().range(secs(2)..secs(2)).threads(0)).len(), 2);
}

#[test]
fn a_stream_without_a_reader() {
    let found = reason("no reader", Frames::read(Location::stream("in")));
    assert!(matches!(&found[..], [Reason::NoReader]), "{found:?}");
}

#[test]
fn a_single_thread_and_many_give_the_same() {
    let with = |count| seen(Frames::read(clips::film()).threads(count)).0;
    let one = with(1);
    assert!(!one.is_empty() && one == with(16));
}
