//! What cannot be: each says why, before anything is decoded where that can be told.

use std::time::Duration;

use telecine::analysis::{Black, Crop, Freeze, Loudness, Scenes, Silence};
use telecine::{Analysis, Error, EventIter, Gain, Reason, Select, StreamKind, db, secs};

use crate::support::{clips, reasons, within};

fn error(mut events: EventIter) -> Error {
    within(30, "an analysis that fails", move || {
        let why = events.find_map(Result::err).expect("it fails");
        assert!(events.next().is_none() && events.outcome().is_none(), "an error comes once");
        why
    })
}

fn wrong(events: EventIter) -> Vec<Reason> {
    let why = error(events);
    let Error::Invalid { problems } = why else { panic!("{why:?}") };
    reasons(&problems)
}

fn outside(what: &'static str, value: &str, range: &'static str) -> Reason {
    Reason::OutOfRange { what, value: value.to_owned(), range }
}

#[test]
fn everything_wrong_with_pictures_is_told_at_once() {
    let pictures = Analysis::pictures("no such film.mp4")
        .range(secs(2)..secs(1))
        .threads(0)
        .scenes(Scenes::default().threshold(100.5))
        .black(Black::default().picture(-0.1).pixel(f32::NAN).lasting(Duration::MAX))
        .freeze(Freeze::default().noise(db(1.0)).lasting(secs(86_401)))
        .crop(Crop::default().limit(1.0).round(3).skip(u32::MAX).reset(u32::MAX));
    let expected = [
        Reason::EmptyRange { start: secs(2), end: secs(1) },
        outside("Analysis' number of threads", "0", "1 or more"),
        outside("Scenes' threshold", "100.5", "0 to 100"),
        outside("Black's part of the picture", "-0.1", "0 to 1"),
        outside("Black's pixel", "NaN", "0 to 1"),
        outside("Black's length", &format!("{:?}", Duration::MAX), "0 to 24 hours"),
        outside("Freeze's noise", "1 dB", "-120 to 0 dB, or × 0 to 1"),
        outside("Freeze's length", "86401s", "0 to 24 hours"),
        outside("Crop's limit", "1", "0 to below 1"),
        outside("Crop's round", "3", "even numbers from 2 to 1024"),
        outside("Crop's skip", "4294967295", "0 to 2,147,483,647 frames"),
        outside("Crop's reset", "4294967295", "0 to 1,000,000 frames"),
    ];
    assert_eq!(wrong(pictures.start()), expected);
}

#[test]
fn everything_wrong_with_sound_is_told_at_once() {
    let silence = Silence::below(Gain::factor(1.5)).lasting(Duration::from_micros(999));
    let expected = [
        outside("Silence's level", "× 1.5", "-120 to 0 dB, or × 0 to 1"),
        outside("Silence's length", "999µs", "1 ms to 24 hours"),
    ];
    assert_eq!(wrong(Analysis::sound("no such song.mp3").silence(silence).start()), expected);
}

#[test]
fn to_look_for_nothing_is_a_mistake() {
    assert_eq!(wrong(Analysis::pictures(clips::film()).start()), [Reason::NothingSought]);
    assert_eq!(wrong(Analysis::sound(clips::film()).start()), [Reason::NothingSought]);
    assert!(Reason::NothingSought.to_string().contains(".scenes"));
}

#[test]
fn the_limits_are_what_the_filters_take() {
    let pictures = Analysis::pictures(clips::short())
        .scenes(Scenes::default().threshold(100.0))
        .black(Black::default().picture(0.0).pixel(1.0).lasting(secs(86_400)))
        .freeze(Freeze::default().noise(Gain::factor(0.0)).lasting(secs(86_400)))
        .crop(Crop::default().limit(0.0).round(1_024).skip(i32::MAX as u32).reset(1_000_000));
    let sound = |silence| Analysis::sound(clips::short()).silence(silence).loudness(Loudness::default());
    let readings = [
        pictures.start(),
        Analysis::pictures(clips::short())
            .scenes(Scenes::default().threshold(0.0))
            .black(Black::default().picture(1.0).pixel(0.0).lasting(secs(0)))
            .freeze(Freeze::default().noise(db(0.0)).lasting(secs(0)))
            .crop(Crop::default().limit(0.999).round(2).skip(0).reset(0))
            .start(),
        sound(Silence::below(db(0.0)).lasting(Duration::from_millis(1))).start(),
        sound(Silence::below(db(-120.0)).lasting(secs(86_400))).start(),
    ];
    for events in readings {
        let (_, ended) = crate::judge::all(events);
        ended.unwrap();
    }
}

#[test]
fn what_is_not_there_is_told() {
    let why = error(Analysis::pictures(clips::sound_only()).scenes(Scenes::default()).start());
    assert!(matches!(&why, Error::NoSuchStream { wanted, .. } if *wanted == [StreamKind::Video]), "{why:?}");
    let sound = |clip: &str| Analysis::sound(clip).silence(Silence::default());
    let why = error(Analysis::sound(clips::picture_only()).loudness(Loudness::default()).start());
    assert!(matches!(&why, Error::NoSuchStream { wanted, .. } if *wanted == [StreamKind::Audio]), "{why:?}");
    assert!(matches!(error(sound("no such song.mp3").start()), Error::NotFound { .. }));
    let film = clips::film();
    let film = film.to_str().unwrap();
    assert!(matches!(error(sound(film).select(Select::nth(1)).start()), Error::NoSuchStream { .. }));
    for events in
        [sound(film).range(secs(60)..).start(), Analysis::pictures(film).scenes(Scenes::default()).range(secs(60)..).start()]
    {
        let why = error(events);
        assert!(matches!(&why, Error::Seek { at, .. } if *at == secs(60)), "{why:?}");
    }
}
