//! Intel's encoders (Quick Sync Video), with their own options.

use std::str::FromStr;

use super::common::preset;
use super::h264_profile::H264Profile;
use super::of_device::{LAMBDA, Pairs, Rate, Said, Value, of_device, pair};
use crate::error::Reason;
use crate::media::{Accelerator, Bitrate, Device};

/// How many bits a picture gets.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[doc(alias = "ICQ")]
pub(crate) enum QsvRate {
    ConstantQuality(u8),
    FixedQuantizer(u8),
    Bitrate(Bitrate),
    ConstantBitrate(Bitrate),
}

impl Rate for QsvRate {
    fn told(&self) -> Pairs {
        match *self {
            Self::ConstantQuality(quality) => vec![pair("global_quality", quality)],
            Self::FixedQuantizer(quantizer) => scale(quantizer),
            Self::Bitrate(bitrate) => vec![pair("b", bitrate.written())],
            // Where both are the same, FFmpeg takes it for that.
            Self::ConstantBitrate(bitrate) => vec![pair("b", bitrate.written()), pair("maxrate", bitrate.written())],
        }
    }

    fn read(said: &mut Said) -> Option<Self> {
        let (bitrate, most) = (said.value("b")?, said.value("maxrate")?);
        match (said.take("flags").as_deref(), bitrate, most) {
            (None, Some(bitrate), None) => Some(Self::Bitrate(bitrate)),
            (None, Some(bitrate), Some(most)) => (bitrate == most).then_some(Self::ConstantBitrate(bitrate)),
            (None, None, None) => said.need("global_quality").map(Self::ConstantQuality),
            (Some("+qscale"), None, None) => scaled(said).map(Self::FixedQuantizer),
            _ => None,
        }
    }
}

/// As `-q:v` has it.
#[doc(alias = "qscale")]
pub(super) fn scale(scale: u8) -> Pairs {
    vec![pair("flags", "+qscale"), pair("global_quality", u32::from(scale) * LAMBDA)]
}

pub(super) fn scaled(said: &mut Said) -> Option<u8> {
    let quality: u32 = said.need("global_quality")?;
    u8::try_from(quality / LAMBDA).ok().filter(|it| u32::from(*it) * LAMBDA == quality)
}

/// What the plan tells of key frames where segments begin with them.
const KEYS: [&str; 2] = ["forced_idr", "adaptive_i"];

of_device! {
    /// H.264 by Intel's encoder (Quick Sync Video), with its own options: 8 bit, 4:2:0, an even width and height. It means the first of these
    /// devices: where that cannot encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take over,
    /// use [`H264::hardware`](super::H264::hardware).
    ///
    /// A constant quality is Intel's ICQ. It has been seen on no device.
    #[doc(alias = "h264_qsv")]
    QsvH264: "h264" by "h264_qsv", QsvRate, device Device::of(Accelerator::Qsv),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=51, "1 to 51";
    clash cannot_look_ahead;
    also KEYS;
    /// Time against size. Default: the driver's own.
    preset: QsvPreset => "preset";
    /// What a decoder has to be able to do. Default: the encoder's own.
    profile: H264Profile => "profile";
    /// How many B pictures stand between two others at most, 0 to 16. Default: the driver's own.
    #[doc(alias = "bf")]
    b_frames: u8, "number of B pictures" 0..=16, "0 to 16" => "bf";
    /// By how many pictures the encoder looks ahead before it spends bits, 1 to 100. Default: it does not. It is for a constant quality
    /// or a bit rate that is an average: with a fixed quantizer or a constant bit rate, it is a problem
    /// ([`Reason::NotTogether`](crate::Reason::NotTogether)).
    look_ahead: u8, "look-ahead" 1..=100, "1 to 100" => "look_ahead_depth" with "look_ahead";
}

of_device! {
    /// H.265 by Intel's encoder (Quick Sync Video), with its own options: 4:2:0, 10 bit where the source has more than 8, an even width and
    /// height. It means the first of these devices: where that cannot encode, the job fails
    /// ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take over, use [`H265::hardware`](super::H265::hardware).
    ///
    /// A constant quality is Intel's ICQ. It has been seen on no device.
    #[doc(alias = "hevc_qsv")]
    QsvH265: "hevc" by "hevc_qsv", QsvRate, device Device::of(Accelerator::Qsv),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=51, "1 to 51";
    also KEYS;
    /// Time against size. Default: the driver's own.
    preset: QsvPreset => "preset";
    /// How many B pictures stand between two others at most, 0 to 16. Default: the driver's own.
    #[doc(alias = "bf")]
    b_frames: u8, "number of B pictures" 0..=16, "0 to 16" => "bf";
}

of_device! {
    /// AV1 by Intel's encoder (Quick Sync Video), with its own options: 4:2:0, 10 bit where the source has more than 8, an even width and
    /// height. It means the first of these devices: where that cannot encode, the job fails
    /// ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take over, use [`Av1::hardware`](super::Av1::hardware).
    ///
    /// A constant quality is Intel's ICQ. It has been seen on no device.
    #[doc(alias = "av1_qsv")]
    QsvAv1: "av1" by "av1_qsv", QsvRate, device Device::of(Accelerator::Qsv),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=255, "1 to 255";
    also KEYS;
    /// Time against size. Default: the driver's own.
    preset: QsvPreset => "preset";
    /// How many B pictures stand between two others at most, 0 to 16. Default: the driver's own.
    #[doc(alias = "bf")]
    b_frames: u8, "number of B pictures" 0..=16, "0 to 16" => "bf";
}

of_device! {
    /// VP9 by Intel's encoder (Quick Sync Video), with its own options: 4:2:0, 10 bit where the source has more than 8, an even width and
    /// height. It means the first of these devices: where that cannot encode, the job fails
    /// ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take over, use [`Vp9::hardware`](super::Vp9::hardware).
    ///
    /// A constant quality is Intel's ICQ. It has been seen on no device.
    #[doc(alias = "vp9_qsv")]
    QsvVp9: "vp9" by "vp9_qsv", QsvRate, device Device::of(Accelerator::Qsv),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=51, "1 to 51";
    also KEYS;
    /// Time against size. Default: the driver's own.
    preset: QsvPreset => "preset";
}

/// FFmpeg refuses the one, and makes an average of the other.
fn cannot_look_ahead(it: &QsvH264) -> Option<Reason> {
    let other = match it.rate {
        _ if it.look_ahead.is_none() => return None,
        QsvRate::FixedQuantizer(_) => "a fixed quantizer",
        QsvRate::ConstantBitrate(_) => "a constant bit rate",
        QsvRate::ConstantQuality(_) | QsvRate::Bitrate(_) => return None,
    };
    Some(Reason::NotTogether { of: "QsvH264", one: "look-ahead", other })
}

/// Intel's presets, from the fastest to the one that compresses best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[allow(missing_docs)] // FFmpeg's own names; what each stands for is the driver's to say.
pub enum QsvPreset {
    Veryfast,
    Faster,
    Fast,
    Medium,
    Slow,
    Slower,
    Veryslow,
}

impl QsvPreset {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Veryfast, "veryfast"),
        (Self::Faster, "faster"),
        (Self::Fast, "fast"),
        (Self::Medium, "medium"),
        (Self::Slow, "slow"),
        (Self::Slower, "slower"),
        (Self::Veryslow, "veryslow"),
    ];

    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl FromStr for QsvPreset {
    type Err = Reason;

    /// From FFmpeg's name for it.
    fn from_str(text: &str) -> Result<Self, Reason> {
        preset(&Self::ALL, text, "veryfast, faster, fast, medium, slow, slower, veryslow")
    }
}

impl Value for QsvPreset {
    fn written(&self) -> String {
        self.name().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}
