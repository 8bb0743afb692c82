use crate::media::Quality;

/// Vorbis, by whichever encoder the linked FFmpeg has for it. By libvorbis [`Quality`] is 1, 3, 6.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[doc(alias = "libvorbis")]
pub struct Vorbis {
    pub(crate) quality: Quality,
}

impl Vorbis {
    /// As many bits as this quality takes. Default: [`Quality::Medium`].
    #[must_use]
    #[doc(alias = "q:a")]
    pub fn quality(quality: Quality) -> Self {
        Self { quality }
    }
}
