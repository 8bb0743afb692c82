//! NVIDIA's encoders with their own options.

use super::checks::{find, with_raw};
use super::own::set_keyframes;
use super::portable::{is_deep, make_even};
use super::{Encode, Source};
use crate::error::Reason;
use crate::pipeline::codec::{Nvenc, NvencRate};

pub(super) fn h264(nvenc: &Nvenc, source: &Source) -> Result<Encode, Reason> {
    told(nvenc, ("h264", "h264_nvenc"), "yuv420p", source)
}

pub(super) fn h265(nvenc: &Nvenc, source: &Source) -> Result<Encode, Reason> {
    told(nvenc, ("hevc", "hevc_nvenc"), deep(source), source)
}

pub(super) fn av1(nvenc: &Nvenc, source: &Source) -> Result<Encode, Reason> {
    told(nvenc, ("av1", "av1_nvenc"), deep(source), source)
}

fn told(nvenc: &Nvenc, (codec, name): (&str, &str), format: &'static str, source: &Source) -> Result<Encode, Reason> {
    let encoder = find(codec, name)?;
    let encode = Encode::by(name).set("gpu", nvenc.device).set("rc", "vbr");
    // Without a say of its own, FFmpeg has it keep to 2 Mbit/s.
    let encode = match nvenc.rate {
        NvencRate::ConstantQuality(cq) => encode.set("cq", cq).set("b", 0),
        NvencRate::Bitrate(bitrate) => encode.set("b", bitrate.as_bits_per_second()),
    };
    let encode = encode.set_some("preset", nvenc.preset.map(|it| it.name())).set_some("tune", nvenc.tune.map(|it| it.name()));
    let encode = set_keyframes(encode, nvenc.keyframes, source)?;
    let encode = with_raw(encode, encoder, &nvenc.options)?;
    Ok(Encode { pixel_format: Some(format), filters: make_even(source), ..encode })
}

fn deep(source: &Source) -> &'static str {
    if is_deep(source) { "p010le" } else { "yuv420p" }
}
