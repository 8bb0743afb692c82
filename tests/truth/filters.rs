//! Every filter.

use telecine::filter::*;
use telecine::{Aac, ChannelLayout, Input, Mp4, Pipeline, Preset, Select, Track, X264, db, fps, hz, secs};

use crate::judge::agree;
use crate::support::clips;

fn video(name: &str, filters: impl IntoIterator<Item = VideoFilter>) {
    let filters: Vec<_> = filters.into_iter().collect();
    agree(name, |to| {
        let encode = Track::of(Select::main(), X264::crf(30.0).preset(Preset::Ultrafast));
        let track = filters.iter().fold(encode, |track, filter| track.video_filter(filter.clone()));
        Pipeline::read(Input::read(clips::film()).trim(secs(1)..secs(2)))
            .input(clips::picture_only())
            .output(Mp4::file(to.join("out.mp4")).video(track))
    });
}

fn audio(name: &str, filters: impl IntoIterator<Item = AudioFilter>) {
    let filters: Vec<_> = filters.into_iter().collect();
    agree(name, |to| {
        let track =
            filters.iter().fold(Track::of(Select::main(), Aac::default()), |track, filter| track.audio_filter(filter.clone()));
        Pipeline::read(Input::read(clips::film()).trim(secs(1)..secs(3)))
            .input(clips::film())
            .output(Mp4::file(to.join("out.mp4")).audio(track))
    });
}

#[test]
fn sizes() {
    for filter in [Scale::fit_width(160), Scale::fit(100, 100), Scale::to(200, 50), Scale::fill(64, 64)] {
        video(&filter.to_string(), [filter.into()]);
    }
    video("crop and pad", [Crop::to(100, 80).into(), Pad::to(200, 160).into()]);
}

#[test]
fn turns_and_rates() {
    for filter in [
        VideoFilter::from(Rotate::Clockwise),
        Flip::Horizontal.into(),
        Fps::new(fps(10)).into(),
        Deinterlace::frames().into(),
        Fade::in_at(secs(0), secs(1)).into(),
        ColorAdjust::new().saturation(0.5).into(),
        RawVideoFilter::new("hue").option("s", "0").into(),
    ] {
        video(&filter.to_string(), [filter]);
    }
}

#[test]
fn things_on_top() {
    video(
        "overlay",
        [Overlay::of(Select::main().input(1)).filter(Scale::to(80, 60)).at(Anchor::BottomRight.margin(8)).opacity(0.5).into()],
    );
    video("text", [Text::new("50 % off: it's [a], b; \\ c").into()]);
}

#[test]
fn sounds() {
    for filter in [
        AudioFilter::from(Volume::new(db(-6.0))),
        Resample::to(hz(22_050)).into(),
        Channels::to(ChannelLayout::Stereo).into(),
        Tempo::new(1.5).into(),
        Loudness::lufs(-16.0).into(),
        AudioFade::out_at(secs(1), secs(1)).into(),
        Mix::with(Select::main().input(1)).gain(db(-12.0)).into(),
        RawAudioFilter::new("tremolo").option("f", "4").into(),
    ] {
        audio(&filter.to_string(), [filter]);
    }
}
