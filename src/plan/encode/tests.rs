use super::*;
use crate::error::Reason;
use crate::media::{KeyframeInterval, kbps, secs};
use crate::pipeline::{
    AnyAudio, AnyContainer, AnyVideo, Av1, H264, H265, Hls, LibOpus, Mp4, Opus, Output, ProRes, ProResProfile, RawAudio,
    RawVideo, X264,
};

/// As the command line has it.
fn words(encode: &Encode) -> String {
    encode.options.iter().map(|(key, value)| format!("-{key} {value}")).collect::<Vec<_>>().join(" ")
}

fn container<C: crate::pipeline::Container>(output: Output<C>) -> AnyContainer {
    crate::pipeline::AnyOutput::from(output).container
}

fn encoded(encoding: impl Into<AnyVideo>, source: &Source) -> Encode {
    video(&encoding.into(), &container(Mp4::file("a.mp4")), source).expect("it can be encoded")
}

const PLAIN: Source<'static> = Source {
    codec: None,
    size: Some((320, 240)),
    pixel_format: Some("yuv420p"),
    frame_rate: Some((30_000, 1_001)),
    channels: Some(1),
};

#[test]
fn segments_begin_with_key_frames_and_those_are_all() {
    let hls = container(Hls::directory("out").segment(secs(4)));
    let words = |encoding: AnyVideo, source: &Source| words(&video(&encoding, &hls, source).unwrap());
    assert_eq!(words(H264::default().into(), &PLAIN), "-crf 23 -g 120 -sc_threshold 0");
    assert_eq!(words(H265::default().into(), &PLAIN), "-crf 28 -g 120 -x265-params scenecut=0:log-level=error");
    // Said otherwise, or not to be known.
    assert_eq!(words(H264::default().keyframe_interval(secs(1)).into(), &PLAIN), "-crf 23 -g 30");
    assert_eq!(words(H264::default().into(), &Source::default()), "-crf 23");
    // An encoder's own type is told nothing of itself.
    assert_eq!(words(X264::crf(20.0).into(), &PLAIN), "-crf 20 -preset medium");
}

#[test]
fn hevc_is_marked_as_players_want_it() {
    assert_eq!(encoded(H265::default(), &PLAIN).tag, Some("hvc1"));
    assert_eq!(encoded(H264::default(), &PLAIN).tag, None);
    let copy = |codec| encoded(crate::pipeline::StreamCopy, &Source { codec: Some(codec), ..PLAIN }).tag;
    assert_eq!((copy("hevc"), copy("h264")), (Some("hvc1"), None));
    assert_eq!(video(&H265::default().into(), &AnyContainer::Matroska, &PLAIN).unwrap().tag, None);
}

#[test]
fn depth_and_transparency_are_kept_where_they_can_be() {
    let format = |encoding: AnyVideo, pixel_format| encoded(encoding, &Source { pixel_format, ..PLAIN }).pixel_format;
    assert_eq!(format(H265::default().into(), Some("yuv422p10le")), Some("yuv420p10le"));
    assert_eq!(format(Av1::default().into(), Some("p010le")), Some("yuv420p10le"));
    assert_eq!(format(Av1::default().into(), None), Some("yuv420p"));
    assert_eq!(format(H264::default().into(), Some("yuv420p10le")), Some("yuv420p"));
    let prores = |profile| AnyVideo::from(ProRes::profile(profile));
    assert_eq!(format(prores(ProResProfile::P4444), Some("rgba")), Some("yuva444p10le"));
    assert_eq!(format(prores(ProResProfile::P4444), Some("rgb24")), Some("yuv444p10le"));
    assert_eq!(format(prores(ProResProfile::Hq), Some("rgba")), Some("yuv422p10le"));
}

#[test]
fn odd_sizes_are_cropped() {
    assert_eq!(encoded(H264::default(), &PLAIN).filters, [""; 0]);
    assert_eq!(encoded(H264::default(), &Source { size: Some((321, 240)), ..PLAIN }).filters.len(), 1);
    assert_eq!(encoded(H264::default(), &Source::default()).filters.len(), 1);
}

#[test]
fn raw_options_have_the_last_word() {
    let x264 = X264::crf(23.0).option("preset", "fast").option("bf", "0");
    assert_eq!(words(&encoded(x264, &PLAIN)), "-crf 23 -preset fast -bf 0");
}

#[test]
fn what_this_ffmpeg_does_not_have_is_a_reason() {
    let refused = |encoding: AnyVideo, source: &Source| video(&encoding, &AnyContainer::Matroska, source).unwrap_err();
    let option = Reason::UnknownOption { of: "libx264".into(), option: "crff".into() };
    assert_eq!(refused(X264::crf(23.0).option("crff", "1").into(), &PLAIN), option);
    let encoder = |name: &str| Reason::EncoderMissing { codec: name.into(), looked_for: vec![name.into()], left: Vec::new() };
    assert_eq!(refused(RawVideo::encoder("h266").into(), &PLAIN), encoder("h266"));
    assert_eq!(audio(&RawAudio::encoder("").into(), &PLAIN).unwrap_err(), encoder(""));
    let by_time = H264::default().keyframe_interval(secs(2));
    assert_eq!(refused(by_time.into(), &Source::default()), Reason::NoFrameRate);
    let by_frames = H264::default().keyframe_interval(KeyframeInterval::Frames(9));
    assert!(words(&encoded(by_frames, &Source::default())).ends_with("-g 9"));
    assert_eq!(check_muxer("mp4"), None);
    assert_eq!(check_muxer("mp5"), Some(Reason::MuxerMissing { muxer: "mp5".into() }));
    assert_eq!(check_muxer_option("mp4", "brand"), None);
    let option = Reason::UnknownOption { of: "mp4".into(), option: "brandy".into() };
    assert_eq!(check_muxer_option("mp4", "brandy"), Some(option));
}

#[test]
fn opus_has_a_limit_for_each_channel() {
    let with = |channels, encoding: AnyAudio| audio(&encoding, &Source { channels, ..PLAIN }).is_ok();
    for (channels, fits) in [(Some(1), false), (Some(2), true), (Some(6), true), (None, true)] {
        assert_eq!(with(channels, Opus::bitrate(kbps(400)).into()), fits, "{channels:?}");
        assert_eq!(with(channels, LibOpus::bitrate(kbps(400)).into()), fits, "{channels:?}");
    }
}

#[test]
fn every_subtitle_has_its_encoder() {
    use crate::pipeline::{AnySubtitle, Ass, MovText, StreamCopy, SubRip, WebVtt};
    let every: [(AnySubtitle, &str); 5] = [
        (MovText::default().into(), "mov_text"),
        (SubRip::default().into(), "subrip"),
        (WebVtt::default().into(), "webvtt"),
        (Ass::default().into(), "ass"),
        (StreamCopy.into(), "copy"),
    ];
    for (encoding, encoder) in every {
        assert_eq!(subtitle(&encoding).unwrap().encoder, encoder);
    }
}
