use super::common::outside;
use super::opus::opus_bitrate;
use crate::error::Reason;
use crate::media::Bitrate;
use crate::pipeline::Options;

/// Opus by the encoder libopus, with its own options. Sound of rates that it does not take is resampled.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[doc(alias = "libopus")]
pub struct LibOpus {
    pub(crate) bitrate: Bitrate,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) application: OpusApplication,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) complexity: Option<u8>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) packet_loss: Option<u8>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

/// What libopus is to favour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum OpusApplication {
    /// Faithfulness to the source.
    #[default]
    Audio,
    /// Speech that can be understood.
    Voip,
    /// The lowest delay.
    LowDelay,
}

impl LibOpus {
    /// This many bits on average for all channels together: see [`Opus::bitrate`](super::Opus::bitrate).
    #[must_use]
    #[doc(alias = "b:a")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self {
            bitrate,
            application: OpusApplication::default(),
            complexity: None,
            packet_loss: None,
            options: Options::default(),
        }
    }

    /// What to favour. Default: [`OpusApplication::Audio`].
    #[must_use]
    pub fn application(mut self, application: OpusApplication) -> Self {
        self.application = application;
        self
    }

    /// Time against quality, 0 (fastest) to 10, FFmpeg's default.
    #[must_use]
    #[doc(alias = "compression_level")]
    pub fn complexity(mut self, complexity: u8) -> Self {
        self.complexity = Some(complexity);
        self
    }

    /// The share of packets that are expected to be lost, 0 to 100 percent; more robust and larger. Above 0 it also sends what helps
    /// to conceal a loss (in-band forward error correction). Default: 0.
    #[must_use]
    #[doc(alias = "fec")]
    pub fn packet_loss_percent(mut self, percent: u8) -> Self {
        self.packet_loss = Some(percent);
        self
    }

    /// Any other option of the encoder, by FFmpeg's name. One that this FFmpeg's encoder does not have is a problem of the plan.
    #[must_use]
    pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(key, value);
        self
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = Reason> + use<> {
        let bitrate = opus_bitrate("LibOpus's bit rate", self.bitrate);
        let complexity = self.complexity.and_then(|it| outside("LibOpus's complexity", it, 0..=10, "0 to 10"));
        let loss = self.packet_loss.and_then(|it| outside("LibOpus's packet loss", it, 0..=100, "0 to 100 percent"));
        [bitrate, complexity, loss].into_iter().flatten()
    }
}

impl OpusApplication {
    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Voip => "voip",
            Self::LowDelay => "lowdelay",
        }
    }
}
