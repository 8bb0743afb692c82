//! Clips made by others: what is found in each is what the `ffmpeg` program's filters find in it.

use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use telecine::analysis::{Black, Crop, Freeze, Loudness, Scenes, Silence};
use telecine::{Analysis, Event, Select, Tolerance, db};

use crate::judge::{self, END, Found, all};
use crate::made;
use crate::support::corpus;

/// As the program is.
fn lenient() -> Tolerance {
    Tolerance::default().truncated()
}

/// What is wrong with what is found in the pictures; `None` where the program finds none.
fn pictures(clip: &Path) -> Option<Result<(), String>> {
    let expected = [
        judge::scenes(clip, "8").ok()?,
        judge::black(clip, "pix_th=0.15", 100_000).ok()?,
        judge::freeze(clip, "d=0.2").ok()?,
        judge::crop(clip, "round=2").ok()?,
    ]
    .concat();
    let short = Duration::from_millis(100);
    let asked = Analysis::pictures(clip)
        .select(Select::nth(0))
        .tolerance(lenient())
        .scenes(Scenes::default().threshold(8.0))
        .black(Black::default().pixel(0.15).lasting(short))
        .freeze(Freeze::default().lasting(2 * short))
        .crop(Crop::default().round(2));
    Some(compare(all(asked.start()), expected))
}

/// The same with sound.
fn sound(clip: &Path) -> Option<Result<(), String>> {
    let expected = judge::silence(clip, "n=-40dB:d=0.1:m=1").ok()?;
    let rows = judge::rows(clip, 'a', "ebur128=metadata=1").ok()?;
    let silence = Silence::below(db(-40.0)).lasting(Duration::from_millis(100)).each_channel();
    let asked = Analysis::sound(clip).select(Select::nth(0)).tolerance(lenient()).silence(silence).loudness(Loudness::default());
    let (events, ended) = all(asked.start());
    let told = rows.iter().rev().find_map(|it| it.number("r128.I")).filter(|it| *it > -70.0);
    let ours = ended.as_ref().ok().and_then(|it| it.loudness?.integrated);
    if ours.is_some() != told.is_some() || ours.zip(told).is_some_and(|(a, b)| (a - b).abs() > 0.0006) {
        return Some(Err(format!("{ours:?} LUFS, the program {told:?}")));
    }
    // Where blocks lie over each other, it counts how they are cut.
    if !rows.is_sorted_by_key(|it| it.at) {
        return Some(ended.map(drop));
    }
    let events = events.into_iter().filter(|it| !matches!(it, Event::Loudness(_))).collect();
    Some(compare((events, ended), expected))
}

fn compare((events, ended): (Vec<Event>, Result<telecine::AnalysisOutcome, String>), expected: Vec<Found>) -> Result<(), String> {
    // Of a file that the program makes nothing of, an error is as good.
    if ended.is_err() && expected.is_empty() {
        return Ok(());
    }
    ended?;
    let mut ours: Vec<_> = events.into_iter().filter_map(judge::known).collect();
    // By what is sought, which is the order that the program was asked in; each then by when it was known.
    ours.sort_by_key(|it| match it {
        Found::Scene(..) => 0,
        Found::Black(..) => 1,
        Found::Freeze(..) => 2,
        Found::Crop(..) => 3,
        Found::Silence(..) => 4,
    });
    // What begins before the container does, begins with it.
    let expected: Vec<_> = expected.into_iter().map(begun).collect();
    let same = |ours: &Found, theirs: &Found| match (ours, theirs) {
        // When the end is, the program does not say.
        (Found::Black(a, _), Found::Black(b, END)) | (Found::Freeze(a, _), Found::Freeze(b, END)) => a == b,
        (ours, theirs) => ours == theirs,
    };
    if ours.len() == expected.len() && ours.iter().zip(&expected).all(|(ours, theirs)| same(ours, theirs)) {
        return Ok(());
    }
    let other = ours.iter().zip(&expected).find(|(ours, theirs)| !same(ours, theirs));
    Err(format!("{} found, the program {}; the first other one {other:?}", ours.len(), expected.len()))
}

fn begun(found: Found) -> Found {
    match found {
        Found::Scene(at, score) => Found::Scene(at.max(0), score),
        Found::Black(from, to) => Found::Black(from.max(0), to),
        Found::Freeze(from, to) => Found::Freeze(from.max(0), to),
        Found::Crop(at, area) => Found::Crop(at.max(0), area),
        Found::Silence(from, to, channel) => Found::Silence(from.max(0), to, channel),
    }
}

#[test]
fn everything_found_is_the_programs() {
    let mut clips =
        vec![made::film(), made::letterbox(), made::resized(), made::slides(), made::sound("silence.m4a", &["-c:a", "aac"])];
    let least = clips.len();
    clips.extend(corpus::clips("whether what is found is what the ffmpeg program finds"));
    let (queue, compared) = (Mutex::new(clips.iter()), Mutex::new(Vec::new()));
    let take = || queue.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(clip) = take() {
                    let found = [("pictures", pictures(clip)), ("sound", sound(clip))];
                    let found = found.into_iter().filter_map(|(kind, it)| Some((clip, kind, it?)));
                    compared.lock().unwrap().extend(found);
                }
            });
        }
    });
    let compared = compared.into_inner().unwrap();
    assert!(compared.len() >= least, "only {} comparisons", compared.len());
    let wrong = |(clip, kind, found): (&std::path::PathBuf, &str, Result<(), String>)| {
        Some(format!("{}, {kind}: {}", clip.display(), found.err()?))
    };
    let problems: Vec<_> = compared.into_iter().filter_map(wrong).collect();
    assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
}
