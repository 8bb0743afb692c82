use std::time::Duration;

use super::{Facts, Seen, peak, samples, sound};
use crate::media::Select;
use crate::media::{ChannelLayout, Gain, db, hz, secs};
use crate::pipeline::filter::{
    AudioFade, AudioFilter, Channels, FadeCurve, Loudness, Mix, MixEnd, RawAudioFilter, Resample, Tempo, Volume,
};

/// A tone of a quarter of the full amplitude.
const TONE: &str = "aevalsrc=0.25*sin(1000*2*PI*t):sample_rate=48000:duration=2";

fn unknown() -> Facts {
    Facts::default()
}

fn length(seen: &[Seen]) -> f64 {
    let channels = if seen[0].layout == "mono" { 1 } else { 2 };
    samples(seen).len() as f64 / channels as f64 / f64::from(seen[0].sample_rate)
}

/// How often it goes through zero upwards, each second.
fn pitch(seen: &[Seen]) -> f64 {
    let all = samples(seen);
    all.windows(2).filter(|it| it[0] < 0.0 && it[1] >= 0.0).count() as f64 / length(seen)
}

#[test]
fn volumes_are_factors() {
    for (gain, level) in
        [(db(0.0), 0.25), (db(6.0206), 0.5), (db(-20.0), 0.025), (Gain::factor(2.0), 0.5), (Gain::factor(0.0), 0.0)]
    {
        let peak = peak(&samples(&sound(TONE, Volume::new(gain), &unknown())));
        assert!((peak - level).abs() < 1e-3, "{gain}: {peak}");
    }
}

#[test]
fn rates_and_channels_are_as_asked_for() {
    let seen = sound(TONE, Resample::to(hz(44_100)), &unknown());
    assert_eq!(seen[0].sample_rate, 44_100);
    assert!((pitch(&seen) - 1_000.0).abs() < 2.0 && (length(&seen) - 2.0).abs() < 0.01);
    for (layout, name) in [
        (ChannelLayout::Mono, "mono"),
        (ChannelLayout::Stereo, "stereo"),
        (ChannelLayout::Surround51, "5.1"),
        (ChannelLayout::Surround71, "7.1"),
        (ChannelLayout::Named("5.1(side)".into()), "5.1(side)"),
    ] {
        assert_eq!(sound(TONE, Channels::to(layout), &unknown())[0].layout, name);
    }
    let refused = crate::plan::filter::audio(&Channels::to(ChannelLayout::Named("no-such".into())).into(), &unknown());
    assert_eq!(refused.unwrap_err().to_string(), "Channels is no-such, outside the layouts that FFmpeg knows");
}

#[test]
fn tempo_changes_the_length_and_not_the_pitch() {
    for factor in [0.5, 1.0, 2.0, 3.0] {
        let seen = sound(TONE, Tempo::new(factor), &unknown());
        assert!((length(&seen) * f64::from(factor) - 2.0).abs() < 0.1, "{factor}: {}", length(&seen));
        assert!((pitch(&seen) - 1_000.0).abs() < 20.0, "{factor}: {}", pitch(&seen));
    }
    let fast = sound("sine=duration=30:sample_rate=8000", Tempo::new(100.0), &unknown());
    assert!((length(&fast) - 0.3).abs() < 0.1, "{}", length(&fast));
}

#[test]
fn loudness_is_as_asked_for_and_the_rate_stays() {
    let long = "aevalsrc=0.05*sin(1000*2*PI*t)|0.05*sin(1000*2*PI*t):sample_rate=44100:duration=12";
    let known = Facts { sample_rate: Some(44_100), ..unknown() };
    for lufs in [-16.0, -23.0] {
        let seen = sound(long, Loudness::lufs(lufs), &known);
        assert_eq!(seen[0].sample_rate, 44_100);
        assert!((length(&seen) - 12.0).abs() < 0.1, "{}", length(&seen));
        // By BS.1770, a tone of 1 kHz in both of two channels is as loud as its peak in dB.
        let all = samples(&seen);
        let loud = 20.0 * peak(&all[all.len() / 2..]).log10();
        assert!((loud - lufs).abs() < 1.0, "{lufs}: {loud}");
    }
    assert_eq!(sound(long, Loudness::lufs(-23.0), &unknown())[0].sample_rate, 48_000);
}

#[test]
fn sound_fades() {
    for curve in [FadeCurve::Linear, FadeCurve::QuarterSine, FadeCurve::HalfSine, FadeCurve::Exponential, FadeCurve::Logarithmic]
    {
        let level = |fade: AudioFade| {
            let all = samples(&sound(TONE, fade.curve(curve), &unknown()));
            [0.1, 1.0, 1.9].map(|at: f64| peak(&all[(at * 48_000.0) as usize..][..480]))
        };
        let half = Duration::from_millis(500);
        let [before, middle, after] = level(AudioFade::in_at(half, secs(1)));
        assert!(before < 0.001 && (0.0001..0.249).contains(&middle) && after > 0.24, "{curve:?}: {before} {middle} {after}");
        let [before, middle, after] = level(AudioFade::out_at(half, secs(1)));
        assert!(before > 0.24 && (0.0001..0.249).contains(&middle) && after < 0.001, "{curve:?}: {before} {middle} {after}");
    }
}

/// The tone, in stereo, with one of half its pitch in mono that lasts as long as is said.
fn mixed(mix: Mix, seconds: f64, facts: &Facts) -> Vec<Seen> {
    let other = format!("aevalsrc=0.25*sin(500*2*PI*t):sample_rate=32000:duration={seconds}");
    sound(&format!("{other}[other];{TONE},aformat=channel_layouts=stereo"), mix, facts)
}

#[test]
fn sounds_are_added() {
    let known = Facts { sample_rate: Some(48_000), layout: Some(ChannelLayout::Stereo), ..unknown() };
    let with = || Mix::with(Select::main().input(1));
    for (end, seconds, lasts) in
        [(MixEnd::Own, 1.0, 2.0), (MixEnd::Own, 3.0, 2.0), (MixEnd::Shortest, 1.0, 1.0), (MixEnd::Longest, 3.0, 3.0)]
    {
        let seen = mixed(with().end(end), seconds, &known);
        assert_eq!((seen[0].layout.as_str(), seen[0].sample_rate), ("stereo", 48_000));
        assert!((length(&seen) - lasts).abs() < 0.05, "{end:?} {seconds}: {}", length(&seen));
    }
    let alone = |mix| peak(&samples(&mixed(mix, 2.0, &known))[9_600..19_200]);
    let own = alone(with().gain(Gain::factor(0.0)));
    let other = alone(with().own_gain(Gain::factor(0.0)));
    assert!((own - 0.25 * own_level()).abs() < 0.01, "{own}");
    assert!(other > 0.15, "{other}");
    assert!(alone(with()) > own.max(other) && alone(with().gain(db(-60.0))) < own + 0.01);
    let quiet = with().filter(Volume::new(db(-60.0)));
    assert!((alone(quiet) - own).abs() < 0.01);
}

/// What mono loses on its way to stereo.
fn own_level() -> f32 {
    peak(&samples(&sound(TONE, Channels::to(ChannelLayout::Stereo), &unknown()))) / 0.25
}

#[test]
fn one_of_ffmpegs_own_is_taken_by_its_name() {
    let raw = |name: &str| crate::plan::filter::audio(&AudioFilter::from(RawAudioFilter::new(name)), &unknown());
    let seen = sound(TONE, RawAudioFilter::new("volume").option("volume", "0.5"), &unknown());
    assert!((peak(&samples(&seen)) - 0.125).abs() < 1e-3);
    for (name, told) in [
        ("no_such", r#"this FFmpeg has no filter "no_such""#),
        ("hue", r#"FFmpeg's filter "hue" is not one that takes one stream of sound and gives one"#),
        ("amovie", r#"FFmpeg's filter "amovie" is not one that takes one stream of sound and gives one"#),
        ("amix", r#"FFmpeg's filter "amix" is not one that takes one stream of sound and gives one"#),
    ] {
        assert_eq!(raw(name).unwrap_err().to_string(), told);
    }
}
