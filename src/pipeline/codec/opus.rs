use super::common::outside;
use crate::error::Reason;
use crate::media::{Bitrate, kbps};

/// Opus, by whichever encoder the linked FFmpeg has for it. Sound of other rates becomes 48 kHz.
///
/// Where the encoder's own options are meant, use [`LibOpus`](super::LibOpus).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[doc(alias = "libopus")]
pub struct Opus {
    pub(crate) bitrate: Bitrate,
}

impl Opus {
    /// This many bits on average for all channels together, 6 to 512 kbit/s, and no more than 256 kbit/s for each channel, which is
    /// libopus's limit. Checked by [`Pipeline::validate`](crate::Pipeline::validate), and again when the channels are known.
    #[must_use]
    #[doc(alias = "b:a")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self { bitrate }
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        opus_bitrate("Opus's bit rate", self.bitrate)
    }
}

impl Default for Opus {
    /// 128 kbit/s, transparent to most ears in stereo (<https://wiki.xiph.org/Opus_Recommended_Settings>).
    fn default() -> Self {
        Self::bitrate(kbps(128))
    }
}

pub(super) fn opus_bitrate(what: &'static str, bitrate: Bitrate) -> Option<Reason> {
    outside(what, bitrate, kbps(6)..=kbps(512), "6 to 512 kbit/s")
}
