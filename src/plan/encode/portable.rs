//! Portable options in the words of the processor's encoders, one for each codec; those of devices are in `device`. Whether this FFmpeg
//! has these encoders does not matter here: a device may take their place.

use super::own::set_keyframes;
use super::{Encode, Source};
use crate::error::Reason;
use crate::ffi::{Encoder, PixelFormat};
use crate::media::{KeyframeInterval, Quality, Speed};
use crate::pipeline::codec::Rate;
use crate::pipeline::{AnyContainer, Av1, H264, H265, Vp9};

pub(super) fn h264(h264: &H264, container: &AnyContainer, source: &Source) -> Result<Encode, Reason> {
    let encode = with_speed(with_rate(Encode::by("libx264"), h264.rate, [28, 23, 18]), h264.speed, x264_preset);
    let encode = with_keyframes(encode, h264.keyframes, container, source, |it, _| it.set("sc_threshold", 0))?;
    Ok(Encode { pixel_format: Some("yuv420p"), filters: make_even(source), ..encode })
}

pub(super) fn h265(h265: &H265, container: &AnyContainer, source: &Source) -> Result<Encode, Reason> {
    let encode = with_speed(with_rate(Encode::by("libx265"), h265.rate, [32, 28, 22]), h265.speed, x264_preset);
    let encode = with_keyframes(encode, h265.keyframes, container, source, |it, _| it.set("x265-params", "scenecut=0"))?;
    Ok(Encode { pixel_format: Some(deep("libx265", source)), filters: make_even(source), ..encode.set_quiet_x265() })
}

pub(super) fn av1(av1: &Av1, container: &AnyContainer, source: &Source) -> Result<Encode, Reason> {
    let speed = |encode: Encode, speed| match speed {
        Speed::Slowest => encode.set("preset", 3),
        Speed::Slow => encode.set("preset", 5),
        Speed::Medium => encode,
        Speed::Fast => encode.set("preset", 11),
        Speed::Fastest => encode.set("preset", 12),
    };
    let encode = with_speed(with_rate(Encode::by("libsvtav1"), av1.rate, [45, 35, 25]), av1.speed, speed);
    // It puts key frames nowhere else of itself.
    let encode = with_keyframes(encode, av1.keyframes, container, source, |it, _| it)?;
    Ok(Encode { pixel_format: Some(deep("libsvtav1", source)), filters: make_even(source), ..encode })
}

pub(super) fn vp9(vp9: &Vp9, container: &AnyContainer, source: &Source) -> Result<Encode, Reason> {
    let speed = |encode: Encode, speed| match speed {
        Speed::Slowest => encode.set("deadline", "best"),
        Speed::Slow => encode.set("cpu-used", 0),
        Speed::Medium => encode,
        Speed::Fast => encode.set("cpu-used", 4),
        Speed::Fastest => encode.set("deadline", "realtime").set("cpu-used", 8),
    };
    let encode = with_speed(with_rate(Encode::by("libvpx-vp9"), vp9.rate, [40, 32, 24]), vp9.speed, speed);
    let encode = with_keyframes(encode, vp9.keyframes, container, source, |it, frames| it.set("keyint_min", frames))?;
    Ok(Encode { pixel_format: Some(deep("libvpx-vp9", source)), filters: make_even(source), ..encode })
}

/// `crf` is for low, medium and high quality.
fn with_rate(encode: Encode, rate: Rate, crf: [u32; 3]) -> Encode {
    match rate {
        Rate::Bitrate(bitrate) => encode.set("b", bitrate.as_bits_per_second()),
        Rate::Quality(Quality::Low) => encode.set("crf", crf[0]),
        Rate::Quality(Quality::Medium) => encode.set("crf", crf[1]),
        Rate::Quality(Quality::High) => encode.set("crf", crf[2]),
    }
}

pub(super) fn with_speed(encode: Encode, speed: Speed, scale: impl FnOnce(Encode, Speed) -> Encode) -> Encode {
    scale(encode, speed)
}

/// Also x265's.
fn x264_preset(encode: Encode, speed: Speed) -> Encode {
    match speed {
        Speed::Slowest => encode.set("preset", "veryslow"),
        Speed::Slow => encode.set("preset", "slow"),
        Speed::Medium => encode,
        Speed::Fast => encode.set("preset", "veryfast"),
        Speed::Fastest => encode.set("preset", "ultrafast"),
    }
}

/// Where nobody says, segments of a container begin with key frames; then `only_these` sees to it that there are no others, by which
/// segments and those of other renditions would be shifted.
pub(super) fn with_keyframes(
    encode: Encode,
    interval: Option<KeyframeInterval>,
    container: &AnyContainer,
    source: &Source,
    only_these: impl FnOnce(Encode, u32) -> Encode,
) -> Result<Encode, Reason> {
    match (interval, container.segment().zip(source.frame_rate)) {
        (None, Some((segment, rate))) => {
            let frames = KeyframeInterval::from(segment).frames(rate);
            Ok(only_these(encode.set("g", frames), frames))
        }
        _ => set_keyframes(encode, interval, source),
    }
}

/// 4:2:0 of 10 bit where the source has more than 8 and the encoder takes it, else of 8.
fn deep(encoder: &str, source: &Source) -> &'static str {
    const DEEP: &str = "yuv420p10le";
    let formats = || Encoder::find(encoder)?.pixel_formats();
    let takes = || formats().is_none_or(|it| it.iter().any(|it| it.name() == DEEP));
    if is_deep(source) && takes() { DEEP } else { "yuv420p" }
}

pub(super) fn is_deep(source: &Source) -> bool {
    source.pixel_format.and_then(PixelFormat::find).is_some_and(|it| it.depth() > 8)
}

/// 4:2:0 has one chroma sample for two columns and rows, so an odd last one is cropped. Where the size is not known, the filter
/// works it out; where it is even, there is nothing to do.
pub(super) fn make_even(source: &Source) -> Vec<String> {
    let even = source.size.is_some_and(|(width, height)| width % 2 == 0 && height % 2 == 0);
    if even { Vec::new() } else { vec!["crop=w=trunc(iw/2)*2:h=trunc(ih/2)*2:x=0:y=0".into()] }
}
