use super::common::{OwnRate, keyframes, outside};
use crate::error::Reason;
use crate::media::{Bitrate, KeyframeInterval, kbps, mbps};
use crate::pipeline::Options;

/// VP9 by the encoder libvpx, with its own options. The pixel format stays the source's, where VP9 has it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[doc(alias = "libvpx-vp9")]
pub struct LibVpxVp9 {
    pub(crate) rate: OwnRate,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) deadline: Deadline,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) cpu_used: Option<u8>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) row_mt: bool,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) tile_columns: Option<u8>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) lag_in_frames: Option<u8>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) keyframes: Option<KeyframeInterval>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

/// How much time libvpx may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Deadline {
    /// As much as it wants.
    Best,
    /// As cpu-used says.
    #[default]
    Good,
    /// No more than real time leaves, as cpu-used says.
    Realtime,
}

impl LibVpxVp9 {
    /// Constant quality, 0 (best) to 63, in whole numbers, whatever the size. Checked by
    /// [`Pipeline::validate`](crate::Pipeline::validate), as is every other value here.
    #[must_use]
    pub fn crf(crf: u8) -> Self {
        Self::by(OwnRate::Crf(crf.into()))
    }

    /// This many bits on average, 1 kbit/s to 1 Gbit/s.
    #[must_use]
    #[doc(alias = "b:v")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self::by(OwnRate::Bitrate(bitrate))
    }

    /// How much time it may take. Default: [`Deadline::Good`].
    #[must_use]
    #[doc(alias = "quality")]
    pub fn deadline(mut self, deadline: Deadline) -> Self {
        self.deadline = deadline;
        self
    }

    /// Time against size, 0 (slowest) to 8. Default: 1, FFmpeg's own.
    #[must_use]
    #[doc(alias = "speed")]
    pub fn cpu_used(mut self, cpu_used: u8) -> Self {
        self.cpu_used = Some(cpu_used);
        self
    }

    /// Uses several threads in each tile. Default: one thread a tile.
    #[must_use]
    #[doc(alias = "row-mt")]
    pub fn row_mt(mut self) -> Self {
        self.row_mt = true;
        self
    }

    /// Into how many columns a picture is split that can be encoded and decoded at a time, as a power of two: 0 to 6. Default: libvpx's
    /// own.
    #[must_use]
    #[doc(alias = "tile-columns")]
    pub fn tile_columns(mut self, log2: u8) -> Self {
        self.tile_columns = Some(log2);
        self
    }

    /// How many frames it may look ahead, 0 to 25, libvpx's limit and default. 0 for the lowest delay.
    #[must_use]
    #[doc(alias = "lag-in-frames")]
    pub fn lag_in_frames(mut self, frames: u8) -> Self {
        self.lag_in_frames = Some(frames);
        self
    }

    /// How far apart key frames are at most. Default: 128 frames, libvpx's own.
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
            OwnRate::Crf(crf) => outside("LibVpxVp9's crf", crf, 0.0..=63.0, "0 to 63"),
            OwnRate::Bitrate(bitrate) => outside("LibVpxVp9's bit rate", bitrate, kbps(1)..=mbps(1_000), "1 kbit/s to 1 Gbit/s"),
        };
        let cpu_used = self.cpu_used.and_then(|it| outside("LibVpxVp9's cpu-used", it, 0..=8, "0 to 8"));
        let tiles = self.tile_columns.and_then(|it| outside("LibVpxVp9's tile columns", it, 0..=6, "0 to 6"));
        let lag = self.lag_in_frames.and_then(|it| outside("LibVpxVp9's lag in frames", it, 0..=25, "0 to 25"));
        let keyframes = keyframes("LibVpxVp9's key-frame interval", self.keyframes);
        [rate, cpu_used, tiles, lag, keyframes].into_iter().flatten()
    }

    fn by(rate: OwnRate) -> Self {
        Self {
            rate,
            deadline: Deadline::default(),
            cpu_used: None,
            row_mt: false,
            tile_columns: None,
            lag_in_frames: None,
            keyframes: None,
            options: Options::default(),
        }
    }
}

impl Deadline {
    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Good => "good",
            Self::Realtime => "realtime",
        }
    }
}
