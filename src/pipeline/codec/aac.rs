use super::common::outside;
use crate::error::Reason;
use crate::media::{Bitrate, kbps};

/// AAC (low complexity) by FFmpeg's own encoder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Aac {
    pub(crate) bitrate: Bitrate,
}

impl Aac {
    /// This many bits for all channels together, 8 to 512 kbit/s. Checked by
    /// [`Pipeline::validate`](crate::Pipeline::validate).
    #[must_use]
    #[doc(alias = "b:a")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self { bitrate }
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        outside("Aac's bit rate", self.bitrate, kbps(8)..=kbps(512), "8 to 512 kbit/s")
    }
}

impl Default for Aac {
    /// 128 kbit/s, FFmpeg's own default.
    fn default() -> Self {
        Self::bitrate(kbps(128))
    }
}
