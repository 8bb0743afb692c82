use super::common::outside;
use crate::error::Reason;

/// PNG, lossless, the codec and the file. The pixel format is the nearest to the source's that PNG has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Png {
    pub(crate) compression: Option<u8>,
}

impl Png {
    /// How hard to compress, 0 (not at all) to 9. Default: zlib's own, 6. Checked by
    /// [`Pipeline::validate`](crate::Pipeline::validate).
    #[must_use]
    #[doc(alias = "compression_level")]
    pub fn compression(level: u8) -> Self {
        Self { compression: Some(level) }
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        self.compression.and_then(|it| outside("Png's compression", it, 0..=9, "0 to 9"))
    }
}
