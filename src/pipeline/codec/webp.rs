use crate::media::Quality;

/// WebP, the codec and the file of one picture.
///
/// The pixel format is the nearest to the source's that the encoder has. [`Quality`] is libwebp's 50, 75, 90.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[doc(alias = "libwebp")]
pub struct WebP {
    pub(crate) quality: Quality,
    pub(crate) lossless: bool,
}

impl WebP {
    /// As many bits as this quality takes. Default: [`Quality::Medium`].
    #[must_use]
    #[doc(alias = "q:v")]
    pub fn quality(quality: Quality) -> Self {
        Self { quality, lossless: false }
    }

    /// Without loss, whatever the size.
    #[must_use]
    pub fn lossless() -> Self {
        Self { quality: Quality::default(), lossless: true }
    }
}
