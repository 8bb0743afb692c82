use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::media::Select;
use crate::media::{Color, FrameRate, Gain, db, fps, hz, secs};

proptest! {
    #[test]
    fn what_is_within_all_ranges_has_no_reasons(video in arbitrary::video(), audio in arbitrary::audio()) {
        // Two sides within their ranges may still be too much of a picture.
        let reasons: Vec<_> = video.reasons().into_iter().filter(|it| !it.to_string().contains("2^28")).collect();
        prop_assert_eq!(reasons, []);
        prop_assert_eq!(audio.reasons(), []);
        prop_assert!(!video.to_string().is_empty() && !audio.to_string().is_empty());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_was_written_is_read_again(video in arbitrary::video(), audio in arbitrary::audio()) {
        let text = serde_json::to_string(&(&video, &audio)).unwrap();
        let read: (VideoFilter, AudioFilter) = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, (video, audio), "{}", text);
    }
}

#[cfg(feature = "serde")]
#[test]
fn data_reads_like_the_builders_and_takes_no_unknown_fields() {
    let text = serde_json::to_string(&VideoFilter::from(Scale::fit_width(1280).with(Scaler::Lanczos))).unwrap();
    assert_eq!(text, r#"{"scale":{"size":{"within":{"width":1280,"height":null}},"enlarge":false,"scaler":"lanczos"}}"#);
    let text = serde_json::to_string(&AudioFilter::from(Volume::new(db(-3.5)))).unwrap();
    assert_eq!(text, r#"{"volume":{"gain":{"decibels":-3.5}}}"#);
    for text in [
        r#"{"scale":{"size":{"within":{"width":1280,"height":null}},"enlarge":false,"scaler":"lanczos","more":1}}"#,
        r#"{"scale":{"size":{"within":{"width":1280,"height":null,"depth":1}},"enlarge":false,"scaler":"lanczos"}}"#,
        r#"{"fps":{"rate":{"numerator":25,"denominator":1,"more":1}}}"#,
        r#"{"no_such":{}}"#,
        r#"{"rotate":"sideways"}"#,
    ] {
        assert!(serde_json::from_str::<VideoFilter>(text).is_err(), "{text}");
    }
}

#[test]
fn filters_say_what_they_do() {
    let logo = Overlay::of(Select::main().input(1)).filter(Scale::fit(64, 64)).at(Anchor::TopRight.margin(8)).opacity(0.5);
    for (filter, words) in [
        (VideoFilter::from(Scale::fill(64, 48).with(Scaler::Area)), "scale to fill 64×48 (area)"),
        (Crop::edges(1, 2, 3, 4).into(), "crop 1 left, 2 top, 3 right, 4 bottom"),
        (Pad::to(64, 48).color(Color::RED).into(), "pad to 64×48 with #ff0000, picture at the centre"),
        (Fps::new(FrameRate::NTSC).into(), "30000/1001 fps"),
        (
            logo.during(secs(1)..secs(3)).into(),
            "overlay the main stream of input 1, scale to fit 64×64, top right + (8, 8), opacity 0.5, from 1s to 3s",
        ),
        (Text::new("a\n%").into(), r##"text "a\n%", 24 pixels high, #ffffff, bottom + (0, 24), in Sans"##),
        (ColorAdjust::new().gamma(2.0).into(), "brightness +0, contrast × 1, saturation × 1, gamma 2"),
        (RawVideoFilter::new("hue").option("s", "0").into(), r#"FFmpeg's hue, s "0""#),
    ] {
        assert_eq!(filter.to_string(), words);
    }
}

/// The only reason there is, as it is told.
#[track_caller]
fn reason(filter: impl Into<VideoFilter>) -> String {
    let filter = filter.into();
    let reasons = filter.reasons();
    assert_eq!(reasons.len(), 1, "{filter}: {reasons:?}");
    reasons[0].to_string()
}

#[test]
fn values_of_pictures_out_of_range_are_refused() {
    for (told, words) in [
        (reason(Scale::to(0, 48)), "Scale's size is 0, outside 1 to 65,535 pixels"),
        (reason(Scale::fill(48, 65_536)), "Scale's size is 65536"),
        (reason(Scale::to(32_768, 32_768)), "Scale's size is 32768×32768"),
        (reason(Scale::fit_width(1)), "Scale's box is 1, outside 2 to 65,535 pixels"),
        (reason(Scale::fit(48, 65_536)), "Scale's box is 65536"),
        (reason(Crop::to(48, 0)), "Crop's size is 0"),
        (reason(Crop::to(48, 48).at(0, 65_536)), "Crop's distance"),
        (reason(Crop::edges(0, 0, 0, u32::MAX)), "Crop's distance"),
        (reason(Pad::to(0, 1)), "Pad's size is 0"),
        (reason(Fps::new(fps(0))), "Fps is 0 fps"),
        (reason(Fps::new(FrameRate::new(1, 0))), "Fps is 1/0 fps"),
        (reason(Overlay::of(Select::all())), "Overlay's stream is all streams of input 0, outside one stream"),
        (reason(Overlay::of(Select::main()).opacity(1.1)), "Overlay's opacity is 1.1, outside 0 to 1"),
        (reason(Overlay::of(Select::main()).opacity(f32::NAN)), "Overlay's opacity is NaN"),
        (reason(Overlay::of(Select::main()).filter(Scale::to(1, 0))), "Scale's size is 0"),
        (reason(Overlay::of(Select::main()).during(secs(2)..secs(2))), "the range"),
        (reason(Text::new("a\0b")), r#"Text is "a\0b""#),
        (reason(Text::new("a").size(0)), "Text's size is 0"),
        (reason(Text::new("a").on(Color::BLACK, 4_097)), "Text's box is 4097"),
        (reason(Text::new("a").font_file("")), "FFmpeg cannot be given this path"),
        (reason(Text::new("a").during(secs(u64::MAX)..)), "Text's time"),
        (reason(BurnSubtitles::file("a\0b")), "FFmpeg cannot be given this path"),
        (reason(BurnSubtitles::input(0).nth(usize::MAX)), "BurnSubtitles' stream"),
        (reason(ToneMap::default().white(0.0)), "ToneMap's white is 0"),
        (reason(ColorAdjust::new().brightness(1.1)), "ColorAdjust's brightness"),
        (reason(ColorAdjust::new().contrast(-1_001.0)), "ColorAdjust's contrast"),
        (reason(ColorAdjust::new().saturation(-0.1)), "ColorAdjust's saturation"),
        (reason(ColorAdjust::new().gamma(0.05)), "ColorAdjust's gamma"),
        (reason(Fade::in_at(secs(0), Duration::ZERO)), "a fade's length is 0ns"),
        (reason(Fade::in_at(secs(u64::MAX), secs(1))), "a fade's start"),
        (reason(RawVideoFilter::new("hue,movie=x")), "this FFmpeg has no filter"),
        (reason(RawVideoFilter::new("hue").option("s=0:h", "1")), r#"has no option "s=0:h""#),
        (reason(RawVideoFilter::new("hue").option("s", "0\0")), "does not take"),
    ] {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn values_of_sound_out_of_range_are_refused() {
    for (filter, words) in [
        (AudioFilter::from(Volume::new(db(121.0))), "Volume is 121 dB"),
        (Volume::new(Gain::factor(-1.0)).into(), "Volume is × -1"),
        (Loudness::lufs(-4.9).into(), "Loudness is -4.9, outside -70 to -5 LUFS"),
        (Loudness::lufs(-23.0).true_peak(0.1).into(), "Loudness' true peak"),
        (Loudness::lufs(-23.0).range(0.5).into(), "Loudness' range"),
        (Resample::to(hz(0)).into(), "Resample is 0 Hz, outside 1,000 to 768,000 Hz"),
        (Resample::to(hz(999)).into(), "Resample is 999 Hz"),
        (Resample::to(hz(768_001)).into(), "Resample is 768001 Hz"),
        (Tempo::new(0.49).into(), "Tempo is 0.49, outside 0.5 to 100"),
        (Tempo::new(100.5).into(), "Tempo is 100.5"),
        (AudioFade::out_at(secs(0), Duration::from_nanos(999)).into(), "a fade's length is 999ns"),
        (Mix::with(Select::all()).into(), "Mix's stream"),
        (Mix::with(Select::main()).gain(db(f32::NAN)).into(), "Mix's gain is NaN dB"),
        (Mix::with(Select::main()).own_gain(db(-121.0)).into(), "Mix's own gain"),
        (Mix::with(Select::main()).filter(Tempo::new(0.0)).into(), "Tempo is 0"),
        (RawAudioFilter::new("").into(), "this FFmpeg has no filter"),
    ] {
        let reasons = filter.reasons();
        assert!(reasons.len() == 1 && reasons[0].to_string().contains(words), "{filter}: {reasons:?}");
    }
}
