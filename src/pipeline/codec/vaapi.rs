//! The encoders of VA-API, with their own options.

use super::of_device::{Rate, of_device};
use super::said::{Pairs, Said, Value, pair};
use crate::media::{Accelerator, Bitrate, Device};

/// How many bits a picture gets. Each is said by its name, for what FFmpeg would take instead depends on the driver.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[doc(alias = "rc_mode")]
pub(crate) enum VaapiRate {
    ConstantQuality(u8),
    FixedQuantizer(u8),
    Bitrate(Bitrate),
    ConstantBitrate(Bitrate),
}

impl Rate for VaapiRate {
    fn told(&self) -> Pairs {
        let (mode, value) = match *self {
            Self::ConstantQuality(quality) => ("ICQ", pair("global_quality", quality)),
            Self::FixedQuantizer(quantizer) => ("CQP", pair("global_quality", quantizer)),
            Self::Bitrate(bitrate) => ("VBR", pair("b", bitrate.written())),
            Self::ConstantBitrate(bitrate) => ("CBR", pair("b", bitrate.written())),
        };
        vec![pair("rc_mode", mode), value]
    }

    fn read(said: &mut Said) -> Option<Self> {
        let quantizer = said.value("qp")?;
        match (said.take("rc_mode").as_deref(), quantizer) {
            // Which some encoders have for it, and take for it wherever it is said.
            (None | Some("CQP"), Some(quantizer)) => Some(Self::FixedQuantizer(quantizer)),
            (_, Some(_)) | (None, None) => None,
            (Some("CQP"), None) => said.need("global_quality").map(Self::FixedQuantizer),
            (Some("ICQ"), None) => said.need("global_quality").map(Self::ConstantQuality),
            (Some("VBR"), None) => said.need("b").map(Self::Bitrate),
            (Some("CBR"), None) => said.need("b").map(Self::ConstantBitrate),
            (Some(_), None) => None,
        }
    }
}

/// What a plan tells of its own.
const PLANNED: [&str; 3] = ["idr_interval", "async_depth", "level"];

of_device! {
    /// H.264 by VA-API, with its encoder's own options: 8 bit, 4:2:0, an even width and height. It means that device: where that cannot encode,
    /// the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take over, use
    /// [`H264::hardware`](super::H264::hardware).
    ///
    /// Which of the rates a device has depends on its driver; a fixed quantizer is what most have. A constant quality is what drivers call ICQ.
    /// Without [`logs::install`](crate::logs::install), the job fails.
    #[doc(alias = "h264_vaapi")]
    VaapiH264: "h264" by "h264_vaapi", VaapiRate, device Device::of(Accelerator::Vaapi),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=51, "1 to 51";
    path device;
    also PLANNED;
    /// Time against size, by the driver's own scale: 0 to 255, of which drivers know the first few. Default: the driver's own.
    compression_level: u8 => "compression_level";
    /// What a decoder has to be able to do. Default: by the pictures.
    profile: VaapiProfile => "profile";
    /// How many B pictures stand between two others at most, 0 to 16. Default: 2, where the driver has them.
    #[doc(alias = "bf")]
    b_frames: u8, "number of B pictures" 0..=16, "0 to 16" => "bf";
    /// Whether to use the part of the device that needs less power, where it has two. Default: it does not.
    low_power: bool => "low_power";
}

of_device! {
    /// H.265 by VA-API, with its encoder's own options: 4:2:0, 10 bit where the source has more than 8, an even width and height. It means that
    /// device: where that cannot encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take
    /// over, use [`H265::hardware`](super::H265::hardware).
    ///
    /// Which of the rates a device has depends on its driver; a fixed quantizer is what most have. A constant quality is what drivers call ICQ.
    /// Without [`logs::install`](crate::logs::install), the job fails.
    #[doc(alias = "hevc_vaapi")]
    VaapiH265: "hevc" by "hevc_vaapi", VaapiRate, device Device::of(Accelerator::Vaapi),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=51, "1 to 51";
    path device;
    also PLANNED;
    /// Time against size, by the driver's own scale: 0 to 255, of which drivers know the first few. Default: the driver's own.
    compression_level: u8 => "compression_level";
    /// How many B pictures stand between two others at most, 0 to 16. Default: 2, where the driver has them.
    #[doc(alias = "bf")]
    b_frames: u8, "number of B pictures" 0..=16, "0 to 16" => "bf";
    /// Whether to use the part of the device that needs less power, where it has two. Default: it does not.
    low_power: bool => "low_power";
}

of_device! {
    /// AV1 by VA-API, with its encoder's own options: 4:2:0, 10 bit where the source has more than 8, an even width and height. It means that
    /// device: where that cannot encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take
    /// over, use [`Av1::hardware`](super::Av1::hardware).
    ///
    /// Which of the rates a device has depends on its driver; a fixed quantizer is what most have. A constant quality is what drivers call ICQ.
    /// Without [`logs::install`](crate::logs::install), the job fails.
    #[doc(alias = "av1_vaapi")]
    VaapiAv1: "av1" by "av1_vaapi", VaapiRate, device Device::of(Accelerator::Vaapi),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=255, "1 to 255";
    path device;
    also PLANNED;
    /// Time against size, by the driver's own scale: 0 to 255, of which drivers know the first few. Default: the driver's own.
    compression_level: u8 => "compression_level";
    /// How many B pictures stand between two others at most, 0 to 16. Default: 2, where the driver has them.
    #[doc(alias = "bf")]
    b_frames: u8, "number of B pictures" 0..=16, "0 to 16" => "bf";
    /// Whether to use the part of the device that needs less power, where it has two. Default: it does not.
    low_power: bool => "low_power";
}

of_device! {
    /// VP9 by VA-API, with its encoder's own options: 4:2:0, 10 bit where the source has more than 8, an even width and height. It means that
    /// device: where that cannot encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take
    /// over, use [`Vp9::hardware`](super::Vp9::hardware).
    ///
    /// Which of the rates a device has depends on its driver; a fixed quantizer is what most have. A constant quality is what drivers call ICQ.
    /// Without [`logs::install`](crate::logs::install), the job fails.
    #[doc(alias = "vp9_vaapi")]
    VaapiVp9: "vp9" by "vp9_vaapi", VaapiRate, device Device::of(Accelerator::Vaapi),
    quality 1..=51, "1 to 51", "where 1 is the best";
    quantizer 1..=255, "1 to 255";
    path device;
    also PLANNED;
    /// Time against size, by the driver's own scale: 0 to 255, of which drivers know the first few. Default: the driver's own.
    compression_level: u8 => "compression_level";
    /// Whether to use the part of the device that needs less power, where it has two. Default: it does not.
    low_power: bool => "low_power";
}

/// What a decoder of H.264 has to be able to do, as VA-API's encoder knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum VaapiProfile {
    /// Neither B pictures nor CABAC.
    ConstrainedBaseline,
    /// What nearly everything plays.
    Main,
    /// Transforms of 8 × 8 besides.
    High,
}

impl VaapiProfile {
    const ALL: [Self; 3] = [Self::ConstrainedBaseline, Self::Main, Self::High];

    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ConstrainedBaseline => "constrained_baseline",
            Self::Main => "main",
            Self::High => "high",
        }
    }
}

impl Value for VaapiProfile {
    fn written(&self) -> String {
        self.name().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == text)
    }
}
