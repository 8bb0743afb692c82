use super::common::{OwnRate, keyframes, outside};
use crate::error::Reason;
use crate::media::{Bitrate, KeyframeInterval, kbps, mbps};
use crate::pipeline::Options;

/// AV1 by the encoder SVT-AV1, with its own options. The pixel format is 4:2:0 of 8 or 10 bit, the nearest to the source's.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[doc(alias = "libsvtav1")]
pub struct SvtAv1 {
    pub(crate) rate: OwnRate,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) preset: Option<u8>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) film_grain: Option<u8>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) keyframes: Option<KeyframeInterval>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

impl SvtAv1 {
    /// Constant rate factor, 1 (best) to 63, in whole numbers; SVT-AV1's default is 35 (50 before its version 1). Checked by
    /// [`Pipeline::validate`](crate::Pipeline::validate), as is every other value here.
    #[must_use]
    pub fn crf(crf: u8) -> Self {
        Self::by(OwnRate::Crf(crf.into()))
    }

    /// This many bits on average, 1 kbit/s to 100 Mbit/s, SVT-AV1's limit.
    #[must_use]
    #[doc(alias = "b:v")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self::by(OwnRate::Bitrate(bitrate))
    }

    /// Time against size, 0 (slowest) to 12; 13 is for debugging and not offered. Default: SVT-AV1's own.
    #[must_use]
    pub fn preset(mut self, preset: u8) -> Self {
        self.preset = Some(preset);
        self
    }

    /// Takes grain out of the picture and has the player put the like back: 0 (not), 1 to 50 by how much there is. Default: 0.
    #[must_use]
    #[doc(alias = "svtav1-params")]
    pub fn film_grain(mut self, level: u8) -> Self {
        self.film_grain = Some(level);
        self
    }

    /// How far apart key frames are at most. Default: SVT-AV1's own, about 5 s.
    #[must_use]
    #[doc(alias = "g")]
    pub fn keyframe_interval(mut self, interval: impl Into<KeyframeInterval>) -> Self {
        self.keyframes = Some(interval.into());
        self
    }

    /// Any other option of the encoder, by FFmpeg's name. One that this FFmpeg's encoder does not have is a problem of the plan.
    #[must_use]
    pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(key, value);
        self
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = Reason> + use<> {
        let rate = match self.rate {
            OwnRate::Crf(crf) => outside("SvtAv1's crf", crf, 1.0..=63.0, "1 to 63"),
            OwnRate::Bitrate(bitrate) => outside("SvtAv1's bit rate", bitrate, kbps(1)..=mbps(100), "1 kbit/s to 100 Mbit/s"),
        };
        let preset = self.preset.and_then(|it| outside("SvtAv1's preset", it, 0..=12, "0 to 12"));
        let film_grain = self.film_grain.and_then(|it| outside("SvtAv1's film grain", it, 0..=50, "0 to 50"));
        let keyframes = keyframes("SvtAv1's key-frame interval", self.keyframes);
        [rate, preset, film_grain, keyframes].into_iter().flatten()
    }

    fn by(rate: OwnRate) -> Self {
        Self { rate, preset: None, film_grain: None, keyframes: None, options: Options::default() }
    }
}
