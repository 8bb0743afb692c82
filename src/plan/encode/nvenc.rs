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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::Encoder;
    use crate::media::{KeyframeInterval, kbps};
    use crate::pipeline::codec::{NvencPreset, NvencTune};
    use crate::pipeline::{AnyContainer, AnyVideo, NvencAv1, NvencH264, NvencH265};

    #[test]
    fn each_is_told_in_its_own_words_and_takes_them() {
        let all = NvencH264::constant_quality(23.5).preset(NvencPreset::P6).tune(NvencTune::HighQuality).device(1);
        let all = all.keyframe_interval(KeyframeInterval::Frames(48)).option("rc-lookahead", "20");
        let cases: [(AnyVideo, &str, &str); 4] = [
            (all.into(), "h264_nvenc", "-gpu 1 -rc vbr -cq 23.5 -b 0 -preset p6 -tune hq -g 48 -rc-lookahead 20"),
            (NvencH264::constant_quality(20.0).into(), "h264_nvenc", "-gpu 0 -rc vbr -cq 20 -b 0"),
            (
                NvencH265::bitrate(kbps(800)).tune(NvencTune::Lossless).into(),
                "hevc_nvenc",
                "-gpu 0 -rc vbr -b 800000 -tune lossless",
            ),
            (NvencAv1::constant_quality(63.0).into(), "av1_nvenc", "-gpu 0 -rc vbr -cq 63 -b 0"),
        ];
        for (encoding, encoder, told) in cases {
            let Some(it) = Encoder::find(encoder) else {
                eprintln!("*** This FFmpeg was built without {encoder}: what it is told was NOT TESTED.");
                continue;
            };
            let encode = super::super::video(&encoding, &AnyContainer::Matroska, &Source::default()).expect("it is built");
            let words: Vec<_> = encode.options.iter().map(|(key, value)| format!("-{key} {value}")).collect();
            assert_eq!((encode.encoder.as_str(), words.join(" ").as_str()), (encoder, told));
            for (key, value) in &encode.options {
                assert!(it.takes(key, value), "{encoder} {key}={value}");
            }
        }
    }
}
