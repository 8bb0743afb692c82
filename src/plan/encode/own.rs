//! Encoders with their own options.

use super::checks::{find, with_raw};
use super::{Encode, Source};
use crate::error::Reason;
use crate::media::KeyframeInterval;
use crate::pipeline::codec::{Deadline, OwnRate};
use crate::pipeline::{LibVpxVp9, SvtAv1, X264, X265};

pub(super) fn x264(x264: &X264, source: &Source) -> Result<Encode, Reason> {
    let encoder = find("h264", "libx264")?;
    let encode = with_rate(Encode::by("libx264"), x264.rate).set("preset", x264.preset.name());
    let encode = encode.set_some("tune", x264.tune.map(|it| it.name()));
    let encode = encode.set_some("profile", x264.profile.map(|it| it.name())).set_some("level", x264.level.as_ref());
    with_raw(set_keyframes(encode, x264.keyframes, source)?, encoder, &x264.options)
}

pub(super) fn x265(x265: &X265, source: &Source) -> Result<Encode, Reason> {
    let encoder = find("hevc", "libx265")?;
    let encode = with_rate(Encode::by("libx265"), x265.rate).set("preset", x265.preset.name());
    let encode = encode.set_some("tune", x265.tune.map(|it| it.name()));
    Ok(with_raw(set_keyframes(encode, x265.keyframes, source)?, encoder, &x265.options)?.set_quiet_x265())
}

pub(super) fn svt_av1(svt: &SvtAv1, source: &Source) -> Result<Encode, Reason> {
    let encoder = find("av1", "libsvtav1")?;
    let encode = with_rate(Encode::by("libsvtav1"), svt.rate).set_some("preset", svt.preset);
    let encode = encode.set_some("svtav1-params", svt.film_grain.map(|it| format!("film-grain={it}")));
    with_raw(set_keyframes(encode, svt.keyframes, source)?, encoder, &svt.options)
}

pub(super) fn lib_vpx_vp9(vpx: &LibVpxVp9, source: &Source) -> Result<Encode, Reason> {
    let encoder = find("vp9", "libvpx-vp9")?;
    let deadline = (vpx.deadline != Deadline::default()).then(|| vpx.deadline.name());
    let encode = with_rate(Encode::by("libvpx-vp9"), vpx.rate).set_some("deadline", deadline);
    let encode = encode.set_some("cpu-used", vpx.cpu_used).set_some("row-mt", vpx.row_mt.then_some(1));
    let encode = encode.set_some("tile-columns", vpx.tile_columns).set_some("lag-in-frames", vpx.lag_in_frames);
    with_raw(set_keyframes(encode, vpx.keyframes, source)?, encoder, &vpx.options)
}

fn with_rate(encode: Encode, rate: OwnRate) -> Encode {
    match rate {
        OwnRate::Crf(crf) => encode.set("crf", crf),
        OwnRate::Bitrate(bitrate) => encode.set("b", bitrate.as_bits_per_second()),
    }
}

/// # Errors
/// [`Reason::NoFrameRate`].
pub(super) fn set_keyframes(encode: Encode, interval: Option<KeyframeInterval>, source: &Source) -> Result<Encode, Reason> {
    let frames = match (interval, source.frame_rate) {
        (None, _) => None,
        (Some(KeyframeInterval::Time(_)), None) => return Err(Reason::NoFrameRate),
        // Of frames the rate does not matter.
        (Some(interval), rate) => Some(interval.frames(rate.unwrap_or((1, 1)))),
    };
    Ok(encode.set_some("g", frames))
}
