//! Encoders of devices with their own options, but for NVIDIA's. Which device that is, and whether pipelines can use it, [`device`] says.
//!
//! [`device`]: super::device

use super::checks::{find, with_raw};
use super::level::with_level;
use super::own::set_keyframes;
use super::portable::{is_deep, make_even};
use super::{Encode, Source};
use crate::error::Reason;
use crate::pipeline::codec::OfDevice;

pub(super) fn told(it: &OfDevice<'_>, source: &Source) -> Result<Encode, Reason> {
    let encoder = find(it.codec, it.encoder)?;
    let encode = it.told.iter().fold(Encode::by(it.encoder), |encode, (key, value)| encode.set(key, value));
    let encode = with_raw(set_keyframes(encode, it.keyframes, source)?, encoder, it.options)?;
    let encode = with_level(encode, source);
    let is_deep = it.codec != "h264" && is_deep(source);
    Ok(Encode { pixel_format: Some(if is_deep { "p010le" } else { "nv12" }), filters: make_even(source), ..encode })
}

#[cfg(test)]
mod tests {
    use super::super::video::video_if_built;
    use super::*;
    use crate::ffi::Encoder;
    use crate::media::{KeyframeInterval, kbps};
    use crate::pipeline::{
        AnyContainer, AnyVideo, H264Profile, QsvAv1, QsvH264, QsvH265, QsvPreset, QsvVp9, VaapiAv1, VaapiH264, VaapiH265,
        VaapiProfile, VaapiVp9, VideoToolboxH264, VideoToolboxH265,
    };

    const PLAIN: Source<'static> = Source {
        codec: None,
        size: Some((320, 240)),
        pixel_format: Some("yuv420p"),
        frame_rate: Some((30_000, 1_001)),
        channels: None,
    };

    fn frames(frames: u32) -> KeyframeInterval {
        KeyframeInterval::Frames(frames)
    }

    /// Every option of every type once, and every way of spending bits, and what FFmpeg's encoder is told.
    fn cases() -> Vec<(AnyVideo, &'static str, &'static str)> {
        let all = QsvH264::constant_quality(23).preset(QsvPreset::Slow).profile(H264Profile::High).b_frames(2).look_ahead(40);
        let own = VaapiH264::fixed_quantizer(24).compression_level(4).profile(VaapiProfile::ConstrainedBaseline).b_frames(0);
        vec![
            (
                all.keyframe_interval(frames(48)).option("async_depth", "1").into(),
                "h264_qsv",
                "-global_quality 23 -preset slow -profile high -bf 2 -look_ahead 1 -look_ahead_depth 40 -g 48 -async_depth 1",
            ),
            (QsvH264::fixed_quantizer(26).into(), "h264_qsv", "-flags +qscale -global_quality 3068"),
            (QsvH264::bitrate(kbps(800)).profile(H264Profile::Baseline).into(), "h264_qsv", "-b 800000 -profile baseline"),
            (QsvH264::bitrate(kbps(800)).profile(H264Profile::Main).into(), "h264_qsv", "-b 800000 -profile main"),
            (QsvH265::constant_bitrate(kbps(800)).b_frames(3).into(), "hevc_qsv", "-b 800000 -maxrate 800000 -bf 3"),
            (
                QsvAv1::fixed_quantizer(200).preset(QsvPreset::Veryfast).into(),
                "av1_qsv",
                "-flags +qscale -global_quality 23600 -preset veryfast",
            ),
            (QsvVp9::constant_quality(30).preset(QsvPreset::Veryslow).into(), "vp9_qsv", "-global_quality 30 -preset veryslow"),
            (
                own.low_power(true).keyframe_interval(frames(60)).into(),
                "h264_vaapi",
                "-rc_mode CQP -global_quality 24 -compression_level 4 -profile constrained_baseline -bf 0 -low_power 1 -g 60 -level 13",
            ),
            (
                VaapiH264::constant_quality(51).profile(VaapiProfile::Main).into(),
                "h264_vaapi",
                "-rc_mode ICQ -global_quality 51 -profile main -level 13",
            ),
            (
                VaapiH264::bitrate(kbps(900)).profile(VaapiProfile::High).into(),
                "h264_vaapi",
                "-rc_mode VBR -b 900000 -profile high -level 20",
            ),
            (VaapiH265::constant_bitrate(kbps(900)).into(), "hevc_vaapi", "-rc_mode CBR -b 900000"),
            (
                VaapiH265::fixed_quantizer(51).low_power(false).into(),
                "hevc_vaapi",
                "-rc_mode CQP -global_quality 51 -low_power 0",
            ),
            (VaapiAv1::fixed_quantizer(255).b_frames(16).into(), "av1_vaapi", "-rc_mode CQP -global_quality 255 -bf 16"),
            (
                VaapiVp9::fixed_quantizer(1).compression_level(255).into(),
                "vp9_vaapi",
                "-rc_mode CQP -global_quality 1 -compression_level 255",
            ),
            (
                VideoToolboxH264::constant_quality(65)
                    .prio_speed(true)
                    .profile(H264Profile::Main)
                    .keyframe_interval(frames(30))
                    .into(),
                "h264_videotoolbox",
                "-flags +qscale -global_quality 7670 -allow_sw 0 -prio_speed 1 -profile main -g 30",
            ),
            (VideoToolboxH264::bitrate(kbps(700)).into(), "h264_videotoolbox", "-b 700000 -allow_sw 0"),
            (
                VideoToolboxH265::constant_bitrate(kbps(700)).into(),
                "hevc_videotoolbox",
                "-b 700000 -constant_bit_rate 1 -allow_sw 0",
            ),
        ]
    }

    fn words(encode: &Encode) -> String {
        encode.options.iter().map(|(key, value)| format!("-{key} {value}")).collect::<Vec<_>>().join(" ")
    }

    /// VideoToolbox is not built where this was written: its options are FFmpeg's by its documentation alone.
    #[test]
    fn each_is_told_in_its_own_words_and_takes_them() {
        for (encoding, encoder, told) in cases() {
            let missing = Reason::EncoderMissing {
                codec: encoding.of_device().expect("it is a device's").codec.to_owned(),
                looked_for: vec![encoder.to_owned()],
                left: Vec::new(),
            };
            let encode = video_if_built(&encoding, &AnyContainer::Matroska, &PLAIN);
            let Some(it) = Encoder::find(encoder) else {
                eprintln!("*** This FFmpeg was built without {encoder}: what it is told was NOT TESTED.");
                assert_eq!(encode, Err(missing));
                continue;
            };
            let encode = encode.unwrap_or_else(|why| panic!("{encoding:?}: {why}"));
            assert_eq!((encode.encoder.as_str(), words(&encode).as_str()), (encoder, told));
            for (key, value) in &encode.options {
                assert!(it.takes(key, value), "{encoder} {key}={value}");
            }
        }
    }

    #[test]
    fn what_a_type_refuses_ffmpeg_refuses_where_it_looks() {
        let Some(encoder) = Encoder::find("h264_qsv") else {
            eprintln!("*** This FFmpeg was built without h264_qsv: the range of its look-ahead was NOT TESTED.");
            return;
        };
        for (pictures, is_taken) in [(100, true), (101, false)] {
            assert_eq!(encoder.takes("look_ahead_depth", &pictures.to_string()), is_taken);
            let encoding = AnyVideo::from(QsvH264::constant_quality(23).look_ahead(pictures));
            assert_eq!(encoding.problems().is_empty(), is_taken);
        }
    }

    #[test]
    fn pictures_are_as_the_device_takes_them() {
        let deep = Source { pixel_format: Some("yuv422p10le"), size: Some((321, 240)), ..PLAIN };
        for (encoding, encoder, _) in cases().into_iter().filter(|it| Encoder::find(it.1).is_some()) {
            let format = |source| video_if_built(&encoding, &AnyContainer::Matroska, source).expect("it is built").pixel_format;
            let ten = if encoder.starts_with("h264") { "nv12" } else { "p010le" };
            assert_eq!((format(&PLAIN), format(&deep)), (Some("nv12"), Some(ten)), "{encoder}");
            let odd = video_if_built(&encoding, &AnyContainer::Matroska, &deep).expect("it is built");
            assert_eq!(odd.filters.len(), 1, "{encoder}");
        }
    }

    #[test]
    fn hevc_is_marked_by_whomever_it_is_made() {
        let mp4 = crate::pipeline::AnyOutput::from(crate::pipeline::Mp4::file("a.mp4")).container;
        for (encoding, encoder, _) in cases().into_iter().filter(|it| Encoder::find(it.1).is_some()) {
            let tag = video_if_built(&encoding, &mp4, &PLAIN).expect("it is built").tag;
            assert_eq!(tag.is_some(), encoder.starts_with("hevc"), "{encoder}");
        }
    }
}
