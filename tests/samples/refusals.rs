//! What cannot be: each says why, before anything is decoded where that can be told.

use telecine::{ChannelLayout, Error, Reason, Samples, Select, StreamKind, hz, secs};

use crate::support::{clips, reasons, within};

fn error(samples: Samples) -> Error {
    within(30, "a reading that fails", move || {
        let mut blocks = samples.start();
        let why = blocks.find_map(Result::err).expect("it fails");
        assert!(blocks.next().is_none(), "an error comes once");
        why
    })
}

#[test]
fn what_is_wrong_with_the_asking_is_told_at_once() {
    let samples = Samples::read("no such file.wav").block(0).range(secs(2)..secs(2)).sample_rate(hz(10));
    let why = error(samples.channels(ChannelLayout::Named("no such".to_owned())));
    let Error::Invalid { problems } = why else { panic!("{why:?}") };
    let wrong = |what, value: &str, range| Reason::OutOfRange { what, value: value.to_owned(), range };
    let expected = [
        Reason::EmptyRange { start: secs(2), end: secs(2) },
        wrong("Samples' rate", "10 Hz", "1,000 to 768,000 Hz"),
        wrong("Samples' channels", "no such", "the layouts that FFmpeg knows"),
        wrong("Samples' frames in a block", "0", "1 or more"),
    ];
    assert_eq!(reasons(&problems), expected);
}

#[test]
fn what_is_not_there_is_told() {
    let why = error(Samples::read(clips::picture_only()));
    assert!(matches!(&why, Error::NoSuchStream { wanted, .. } if *wanted == [StreamKind::Audio]), "{why:?}");
    let why = error(Samples::read(clips::sound_only()).select(Select::nth(1)));
    assert!(matches!(why, Error::NoSuchStream { .. }), "{why:?}");
    assert!(matches!(error(Samples::read("no such file.wav")), Error::NotFound { .. }));
    for (name, options) in [("s16.wav", &[][..]), ("aac.m4a", &["-c:a", "aac"])] {
        let why = error(Samples::read(clips::music(name, options)).range(secs(60)..));
        assert!(matches!(&why, Error::Seek { at, .. } if *at == secs(60)), "{name}: {why:?}");
    }
}

/// What can be decoded comes first.
#[test]
fn what_is_cut_off_is_told_behind_the_last_block() {
    let whole = std::fs::read(clips::music("flac.flac", &[])).unwrap();
    let mut blocks = Samples::bytes(whole[..whole.len() / 2].to_vec()).start();
    let frames: u64 = blocks.by_ref().map_while(Result::ok).map(|it| it.frames() as u64).sum();
    assert!((100_000..400_000).contains(&frames), "{frames}");
    assert!(blocks.outcome().is_none() && blocks.next().is_none());
}
