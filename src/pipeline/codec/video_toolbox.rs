//! Apple's encoders, with their own options: as FFmpeg's documentation has them, for they are built on Apple's systems alone.

use super::h264_profile::H264Profile;
use super::of_device::{Pairs, Rate, Said, Value, of_device, pair};
use super::qsv::{scale, scaled};
use crate::media::{Accelerator, Bitrate, Device};

/// How many bits a picture gets.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum VideoToolboxRate {
    ConstantQuality(u8),
    Bitrate(Bitrate),
    ConstantBitrate(Bitrate),
}

impl Rate for VideoToolboxRate {
    fn told(&self) -> Pairs {
        match *self {
            Self::ConstantQuality(quality) => scale(quality),
            Self::Bitrate(bitrate) => vec![pair("b", bitrate.written())],
            Self::ConstantBitrate(bitrate) => vec![pair("b", bitrate.written()), pair("constant_bit_rate", 1)],
        }
    }

    fn read(said: &mut Said) -> Option<Self> {
        let (bitrate, constant) = (said.value("b")?, said.value("constant_bit_rate")?);
        match (said.take("flags").as_deref(), bitrate, constant) {
            (None, Some(bitrate), None) => Some(Self::Bitrate(bitrate)),
            (None, Some(bitrate), Some(true)) => Some(Self::ConstantBitrate(bitrate)),
            (Some("+qscale"), None, None) => scaled(said).map(Self::ConstantQuality),
            _ => None,
        }
    }
}

of_device! {
    /// H.264 by Apple's encoder (VideoToolbox), with its own options: 8 bit, 4:2:0, an even width and height. It means the device and never
    /// Apple's encoder of the processor's: where that cannot encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the
    /// processor may take over, use [`H264::hardware`](super::H264::hardware).
    ///
    /// A constant quality is for Apple's own processors alone. None of this has been compiled against or seen on a device.
    #[doc(alias = "h264_videotoolbox")]
    VideoToolboxH264: "h264" by "h264_videotoolbox", VideoToolboxRate, device Device::of(Accelerator::VideoToolbox),
    quality 1..=100, "1 to 100", "where 100 is the best";
    always "allow_sw" "0";
    also [""; 0];
    /// Whether speed comes before quality. Default: the encoder's own.
    prio_speed: bool => "prio_speed";
    /// What a decoder has to be able to do. Default: the encoder's own.
    profile: H264Profile => "profile";
}

of_device! {
    /// H.265 by Apple's encoder (VideoToolbox), with its own options: 4:2:0, 10 bit where the source has more than 8, an even width and height.
    /// It means the device and never Apple's encoder of the processor's: where that cannot encode, the job fails
    /// ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take over, use [`H265::hardware`](super::H265::hardware).
    ///
    /// A constant quality is for Apple's own processors alone. None of this has been compiled against or seen on a device.
    #[doc(alias = "hevc_videotoolbox")]
    VideoToolboxH265: "hevc" by "hevc_videotoolbox", VideoToolboxRate, device Device::of(Accelerator::VideoToolbox),
    quality 1..=100, "1 to 100", "where 100 is the best";
    always "allow_sw" "0";
    also [""; 0];
    /// Whether speed comes before quality. Default: the encoder's own.
    prio_speed: bool => "prio_speed";
}
