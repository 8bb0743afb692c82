use super::common::outside;
use crate::error::Reason;

/// FLAC, lossless, the codec and the file. Samples keep their depth up to 24 bit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Flac {
    pub(crate) compression: Option<u8>,
}

impl Flac {
    /// How hard to compress, 0 (fastest) to 12. Default: 5, FFmpeg's own. Checked by
    /// [`Pipeline::validate`](crate::Pipeline::validate).
    #[must_use]
    #[doc(alias = "compression_level")]
    pub fn compression(level: u8) -> Self {
        Self { compression: Some(level) }
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        self.compression.and_then(|it| outside("Flac's compression", it, 0..=12, "0 to 12"))
    }
}
