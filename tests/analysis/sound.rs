//! What there is to be heard.

use std::time::Duration;

use telecine::analysis::{Loudness, LoudnessLevels, Silence};
use telecine::{Analysis, db, secs};

use crate::judge::{self, Found, all, found, levels};
use crate::made;

#[test]
fn silence_is_where_it_was_put() {
    let clip = made::sound("silence.wav", &[]);
    let found = found(Analysis::sound(&clip).silence(Silence::default()).start());
    assert_eq!(found, judge::silence(&clip, "d=2").unwrap());
    let seconds: Vec<_> = found
        .iter()
        .map(|it| match it {
            Found::Silence(from, to, None) => (*from as f64 / 1e6, *to as f64 / 1e6),
            other => panic!("{other:?}"),
        })
        .map(|(from, to)| ((from * 100.0).round() / 100.0, (to * 100.0).round() / 100.0))
        .collect();
    assert_eq!(seconds, [(3.0, 6.0), (8.0, 12.0)]);
}

#[test]
fn silence_is_the_programs_in_every_codec() {
    let codecs = [
        ("silence.flac", &[][..]),
        ("silence.m4a", &["-c:a", "aac"]),
        ("silence.mkv", &["-c:a", "pcm_s24le"]),
        ("silence.opus", &["-c:a", "libopus"]),
        ("silence.mp3", &["-c:a", "libmp3lame"]),
    ];
    for (name, codecs) in codecs {
        let clip = made::sound(name, codecs);
        for (silence, options) in [
            (Silence::below(db(-50.0)).lasting(secs(1)), "n=-50dB:d=1"),
            (Silence::below(db(-50.0)).lasting(secs(1)).each_channel(), "n=-50dB:d=1:m=1"),
        ] {
            let found = found(Analysis::sound(&clip).silence(silence).start());
            assert_eq!(found, judge::silence(&clip, options).unwrap(), "{name} {options}");
            assert!(found.len() >= 2, "{name} {options}: {found:?}");
        }
    }
}

/// Shorter than a block of samples, so that several begin and end in one.
#[test]
fn short_silences_are_all_found() {
    let pulses = "aevalsrc=exprs='gt(mod(t\\,0.01)\\,0.005)':s=48000:d=1";
    let clip = crate::support::clips::make_with("pulses.flac", &["-f", "lavfi", "-i", pulses], &["-frame_size", "16384"], &[]);
    let found = found(Analysis::sound(&clip).silence(Silence::default().lasting(Duration::from_millis(4))).start());
    assert_eq!(found.len(), 100, "{found:?}");
    assert_eq!(found, judge::silence(&clip, "d=4ms").unwrap());
}

/// A level as the program prints it; of nothing, and of too little, it has one that is far below.
fn level(row: &judge::Row, key: &str) -> Option<f64> {
    row.number(key).filter(|it| *it > -120.0)
}

fn is_near(ours: Option<f64>, theirs: Option<f64>) -> bool {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => (ours - theirs).abs() < 0.0006,
        (ours, theirs) => ours.is_none() && theirs.is_none(),
    }
}

#[test]
fn loudness_is_the_programs_at_every_step_and_at_the_end() {
    let clips = [
        ("levels.wav", &[][..]),
        ("levels.m4a", &["-c:a", "aac"]),
        ("levels.flac", &["-ar", "96000"]),
        ("levels-mono.wav", &["-ac", "1", "-ar", "8000"]),
        ("levels.ac3", &["-af", "pan=5.1|c0=c0|c1=c1|c2=0.5*c0|c3=c1|c4=0.5*c0|c5=0.7*c1"]),
    ];
    for (name, options) in clips {
        let clip = made::levels(name, options);
        let (ours, outcome) = levels(Analysis::sound(&clip).loudness(Loudness::default().true_peak()).start());
        let rows = judge::rows(&clip, 'a', "ebur128=metadata=1:peak=true").unwrap();
        let rows: Vec<_> = rows.into_iter().filter(|it| it.number("r128.M").is_some()).collect();
        assert!(ours.len() == rows.len() && ours.len() >= 99, "{name}: {} steps, the program {}", ours.len(), rows.len());
        for (LoudnessLevels { at, momentary, short_term, so_far, .. }, row) in ours.iter().zip(&rows) {
            let scenario = || format!("{name} at {at:?}");
            // Told of what has been heard by then: a block of 100 ms.
            assert!((judge::micros(*at) - row.at - 100_000).abs() <= 1, "{}: {}", scenario(), row.at);
            assert!(is_near(*momentary, level(row, "r128.M")), "{}: {momentary:?}", scenario());
            assert!(is_near(*short_term, level(row, "r128.S")), "{}: {short_term:?}", scenario());
            let integrated = row.number("r128.I").filter(|it| *it > -70.0);
            assert!(is_near(so_far.integrated, integrated), "{}: {so_far:?}", scenario());
            let range = row.number("r128.LRA").filter(|_| row.number("r128.LRA.high") != Some(0.0));
            assert!(is_near(so_far.range, range), "{}: {so_far:?}", scenario());
            let peak = row.number("r128.true_peak").unwrap();
            let ours = so_far.true_peak.map_or(0.0, |it| 10_f64.powf(it / 20.0));
            assert!((ours - peak).abs() < 0.0006, "{}: {ours} by {peak}", scenario());
        }
        let log = judge::log(&clip, 'a', "ebur128=metadata=1:peak=true").unwrap();
        let summary = log.split_once("Summary:").expect("it has one").1;
        let told = |word: &str| -> f64 {
            let number = summary.split_once(word).unwrap_or_else(|| panic!("{word}: {log}")).1;
            number.split_whitespace().next().unwrap().parse().unwrap()
        };
        let whole = outcome.loudness.expect("it was asked for");
        let pairs = [(whole.integrated, told("I:")), (whole.range, told("LRA:")), (whole.true_peak, told("Peak:"))];
        for (ours, theirs) in pairs {
            assert!((ours.unwrap() - theirs).abs() <= 0.0501, "{name}: {whole:?}, {summary}");
        }
    }
}

#[test]
fn of_silence_nothing_is_known() {
    let silence = crate::support::clips::make_with("nothing.wav", &["-f", "lavfi", "-i", "anullsrc=d=5"], &[], &[]);
    let (steps, outcome) = levels(Analysis::sound(silence).loudness(Loudness::default().true_peak()).start());
    assert_eq!(steps.len(), 50);
    let whole = outcome.loudness.unwrap();
    assert_eq!((whole.integrated, whole.range, whole.true_peak), (None, None, None));
    let last = steps.last().unwrap();
    assert_eq!((last.momentary, last.short_term, last.so_far), (None, None, whole));
}

/// What follows is made into what was before, so that all of it counts; the program begins anew.
#[test]
fn sound_that_changes_is_measured_as_one() {
    let clip = made::changing();
    let (steps, outcome) = levels(Analysis::sound(&clip).loudness(Loudness::default()).start());
    assert!((97..=103).contains(&steps.len()), "{} steps", steps.len());
    assert!(steps.is_sorted_by(|a, b| a.at < b.at));
    let changed = judge::rows(&clip, 'a', "ebur128=metadata=1").unwrap();
    assert_eq!(changed.iter().filter(|it| it.index == 0).count(), 2, "the program takes it for two");
    // Made into that by the program, it is as loud.
    let same = judge::rows(&clip, 'a', "aformat=sample_rates=48000:channel_layouts=stereo,ebur128=metadata=1").unwrap();
    let parts: Vec<_> =
        same.chunk_by(|_, b| b.index != 0).filter_map(|it| it.iter().rev().find_map(|it| it.number("r128.I"))).collect();
    let (low, high) = (parts.iter().copied().fold(f64::MAX, f64::min), parts.iter().copied().fold(f64::MIN, f64::max));
    let whole = outcome.loudness.unwrap().integrated.unwrap();
    assert!(parts.len() == 2 && (low - 0.1..=high + 0.1).contains(&whole), "{whole} of {parts:?}");
}

#[test]
fn a_range_is_cut_by_the_sample() {
    let clip = made::sound("silence.wav", &[]);
    let range = Duration::from_micros(3_500_013)..Duration::from_micros(5_999_990);
    let (events, outcome) = all(Analysis::sound(&clip).silence(Silence::default()).range(range).start());
    // The first sample that begins then or later, and the end of the range.
    let found: Vec<_> = events.into_iter().filter_map(judge::known).collect();
    assert_eq!(found, [Found::Silence(3_500_023, 5_999_990, None)]);
    // 44,100 a second, from the 154,351st to the 264,600th less one.
    assert_eq!(outcome.unwrap().frames, 264_600 - 154_351);
}
