//! What is refused is what FFmpeg fails at, or silently takes for something else; what stands next to it works.

use proptest::prelude::*;

use super::{Facts, Step, lowered, pictures, through};
use crate::error::Reason;
use crate::ffi::filter::testing::is_picture;
use crate::media::{db, fps, hz, secs};
use crate::pipeline::filter::{
    Anchor, AudioFilter, ColorAdjust, Crop, Fade, Fps, Loudness, RawVideoFilter, Resample, Scale, Tempo, Text, ToneMap,
    VideoFilter, Volume, arbitrary,
};
use crate::plan::filter::{audio, known, video};

proptest! {
    #[test]
    fn this_ffmpeg_takes_whatever_is_within_its_range(picture in arbitrary::video(), tone in arbitrary::audio()) {
        let inputs = vec!["a.mkv".into(); 9];
        // Those by name are whatever was made up; and what an overlay's own filters make of its picture may not fit the next one.
        let made_up = |reason: &Reason| match reason {
            Reason::FilterMissing { .. } | Reason::FilterShape { .. } | Reason::NoSuchFile { .. } => true,
            Reason::OutOfRange { what, .. } => ["Crop", "Pad's size"].contains(what),
            _ => false,
        };
        let all = [video(&picture, &Facts::default(), &inputs), audio(&tone, &Facts::default())];
        for lowered in all {
            match lowered {
                Ok(it) => for step in &it.steps {
                    let is_known = known(step);
                    prop_assert!(is_known.is_ok() || format!("{picture:?}{tone:?}").contains("Raw"), "{step:?}: {is_known:?}");
                },
                Err(reason) => prop_assert!(made_up(&reason), "{reason}"),
            }
        }
    }

    #[test]
    fn pictures_are_too_large_where_ffmpeg_says_so(width in 1..=65_535_u32, height in 1..=65_535_u32) {
        let refused = VideoFilter::from(Scale::to(width, height)).reasons();
        prop_assert_eq!(refused.is_empty(), is_picture(width, height), "{:?}", refused);
    }
}

const CLIP: &str = "color=black:size=64x48:rate=25:duration=1";
const TONE: &str = "sine=duration=1:sample_rate=48000";

/// Whether FFmpeg runs what the filter becomes, where nothing is known of the stream.
fn runs(source: &str, steps: &[Step]) -> bool {
    let after = if source == TONE { "anull" } else { "null" };
    through(source, steps, after).is_ok_and(|it| !it.is_empty())
}

#[test]
fn ffmpeg_fails_at_pictures_that_are_refused() {
    let runs = |filter: VideoFilter| runs(CLIP, &lowered(&[filter], &Facts::default(), &[]).unwrap().0);
    let pairs: [(VideoFilter, VideoFilter); 3] = [
        (Crop::to(0, 1).into(), Crop::to(1, 1).into()),
        (Fps::new(fps(0)).into(), Fps::new(fps(1)).into()),
        (ToneMap::default().white(-1.0).into(), Scale::to(2, 2).into()),
    ];
    for (wrong, right) in pairs {
        assert!(!wrong.reasons().is_empty() && !runs(wrong.clone()), "{wrong}");
        assert!(right.reasons().is_empty() && runs(right.clone()), "{right}");
    }
}

#[test]
fn ffmpeg_fails_at_sound_that_is_refused() {
    let runs = |filter: AudioFilter| runs(TONE, &audio(&filter, &Facts::default()).unwrap().steps);
    let pairs: [(AudioFilter, AudioFilter); 4] = [
        (Loudness::lufs(-4.0).into(), Loudness::lufs(-5.0).into()),
        (Loudness::lufs(-23.0).true_peak(1.0).into(), Loudness::lufs(-23.0).true_peak(0.0).into()),
        (Tempo::new(0.4).into(), Tempo::new(0.5).into()),
        (Volume::new(db(f32::NAN)).into(), Volume::new(db(120.0)).into()),
    ];
    for (wrong, right) in pairs {
        assert!(!wrong.reasons().is_empty() && !runs(wrong.clone()), "{wrong}");
        assert!(right.reasons().is_empty() && runs(right.clone()), "{right}");
    }
    // So few that a second of sound is less than FFmpeg looks ahead.
    assert!(!runs(Resample::to(hz(1)).into()));
    for rate in [1_000, 768_000] {
        assert!(runs(Resample::to(hz(rate)).into()), "{rate}");
    }
}

#[test]
fn ffmpeg_takes_what_is_refused_for_something_else() {
    // Zero is "as before".
    assert_eq!(pictures(CLIP, Scale::to(0, 0), "gray")[0].size, (64, 48));
    let rate = audio(&Resample::to(hz(0)).into(), &Facts::default()).unwrap().steps;
    assert_eq!(through(TONE, &rate, "anull").unwrap()[0].sample_rate, 48_000);
    let letters = |size| pictures(CLIP, Text::new("a").at(Anchor::Center).size(size), "gray").remove(0).bytes;
    assert!(letters(0) == letters(1) && letters(1) != letters(2));
    // More than the most is the most.
    let level = |adjust| pictures("color=gray:size=16x16:rate=1:duration=1", adjust, "gray")[0].bytes[0];
    assert_eq!(level(ColorAdjust::new().gamma(11.0)), level(ColorAdjust::new().gamma(10.0)));
    // No length is FFmpeg's default one: 25 pictures.
    let white = "color=white:size=16x16:rate=25:duration=2";
    let levels =
        |length| -> Vec<u8> { pictures(white, Fade::in_at(secs(0), length), "gray").iter().map(|it| it.bytes[0]).collect() };
    assert!(levels(secs(0))[12] < 200 && levels(std::time::Duration::from_micros(1))[1] > 200);
}

#[test]
fn what_this_ffmpeg_does_not_have_is_told_before_it_runs() {
    let told = |step: Step| known(&step).unwrap_err().to_string();
    assert_eq!(told(Step::new("no_such")), r#"this FFmpeg has no filter "no_such""#);
    assert_eq!(told(Step::new("hue").option("no_such", 1)), r#"FFmpeg's filter "hue" has no option "no_such""#);
    let refused = told(Step::new("bwdif").option("mode", "no-such"));
    assert_eq!(refused, r#"FFmpeg's filter "bwdif" does not take "no-such" for its option "mode""#);
    let needs = crate::plan::filter::known::missing("zscale").to_string();
    assert_eq!(needs, r#"this FFmpeg has no filter "zscale", which needs libzimg (--enable-libzimg)"#);
    // By name, one of the wrong kind is none either.
    let raw = |name: &str| video(&RawVideoFilter::new(name).into(), &Facts::default(), &[]);
    for name in ["movie", "volume", "split", "overlay", "nullsink"] {
        assert!(matches!(raw(name), Err(Reason::FilterShape { .. })), "{name}");
    }
    assert!(matches!(raw("no_such"), Err(Reason::FilterMissing { needs: None, .. })));
    let grey = pictures("color=red:size=16x16:rate=1:duration=1", RawVideoFilter::new("hue").option("s", "0"), "rgb24");
    assert!(grey[0].bytes[0].abs_diff(grey[0].bytes[1]) < 3);
}
