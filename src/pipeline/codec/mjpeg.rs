use crate::media::Quality;

/// Motion JPEG: every picture a JPEG of its own. Also what [`Jpeg`](crate::Jpeg) files hold.
///
/// The pixel format is the nearest to the source's that JPEG has. [`Quality`] is FFmpeg's quantiser 8, 4, 2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[doc(alias = "jpeg")]
pub struct Mjpeg {
    pub(crate) quality: Quality,
}

impl Mjpeg {
    /// As many bits as this quality takes. Default: [`Quality::Medium`].
    #[must_use]
    #[doc(alias = "q:v")]
    pub fn quality(quality: Quality) -> Self {
        Self { quality }
    }
}
