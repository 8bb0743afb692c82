use super::common::{OwnRate, keyframes, outside};
use super::x264::Preset;
use crate::error::Reason;
use crate::media::{Bitrate, KeyframeInterval, kbps, mbps};
use crate::pipeline::Options;

/// H.265 by the encoder x265, with its own options. The pixel format stays the source's, where x265 has it.
///
/// x265 is licensed under the GPL; see the README for what that means for a program that links it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[doc(alias = "libx265")]
pub struct X265 {
    pub(crate) rate: OwnRate,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) preset: Preset,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) tune: Option<X265Tune>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) keyframes: Option<KeyframeInterval>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

/// What x265 is to be tuned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[allow(missing_docs)] // x265's own names; what each stands for is x265's to say.
pub enum X265Tune {
    Animation,
    Fastdecode,
    Grain,
    Psnr,
    Ssim,
    Zerolatency,
}

impl X265 {
    /// Constant rate factor, 0 to 51 (worst); x265's default is 28. Checked by [`Pipeline::validate`](crate::Pipeline::validate), as is every
    /// other value here.
    #[must_use]
    pub fn crf(crf: impl Into<f32>) -> Self {
        Self::by(OwnRate::Crf(crf.into()))
    }

    /// This many bits on average, 1 kbit/s to 1 Gbit/s.
    #[must_use]
    #[doc(alias = "b:v")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self::by(OwnRate::Bitrate(bitrate))
    }

    /// Speed against size. Default: [`Preset::Medium`].
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    /// What for. Default: nothing in particular.
    #[must_use]
    pub fn tune(mut self, tune: X265Tune) -> Self {
        self.tune = Some(tune);
        self
    }

    /// How far apart key frames are at most. Default: 250 frames, x265's own.
    #[must_use]
    #[doc(alias = "g")]
    pub fn keyframe_interval(mut self, interval: impl Into<KeyframeInterval>) -> Self {
        self.keyframes = Some(interval.into());
        self
    }

    /// Any other option of the encoder, by FFmpeg's name: `profile`, `x265-params`. One that this FFmpeg's encoder does not have is a
    /// problem of the plan.
    #[must_use]
    #[doc(alias = "x265-params")]
    pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(key, value);
        self
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = Reason> + use<> {
        let rate = match self.rate {
            OwnRate::Crf(crf) => outside("X265's crf", crf, 0.0..=51.0, "0 to 51"),
            OwnRate::Bitrate(bitrate) => outside("X265's bit rate", bitrate, kbps(1)..=mbps(1_000), "1 kbit/s to 1 Gbit/s"),
        };
        rate.into_iter().chain(keyframes("X265's key-frame interval", self.keyframes))
    }

    fn by(rate: OwnRate) -> Self {
        Self { rate, preset: Preset::default(), tune: None, keyframes: None, options: Options::default() }
    }
}

impl X265Tune {
    /// x265's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Animation => "animation",
            Self::Fastdecode => "fastdecode",
            Self::Grain => "grain",
            Self::Psnr => "psnr",
            Self::Ssim => "ssim",
            Self::Zerolatency => "zerolatency",
        }
    }
}
