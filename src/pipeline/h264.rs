use crate::error::Reason;
use crate::media::{Bitrate, Quality, kbps, mbps};

/// H.264 that plays everywhere: 8 bit, 4:2:0, an even width and height, by whichever encoder the linked FFmpeg has for it.
///
/// Pictures of other depth or chroma are converted; an odd last column or row is cropped. Where the encoder's own options are
/// meant, use [`X264`](super::X264).
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "libx264")]
pub struct H264 {
    pub(crate) rate: H264Rate,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum H264Rate {
    Quality(Quality),
    Bitrate(Bitrate),
}

impl H264 {
    /// As many bits as this quality takes.
    #[must_use]
    #[doc(alias = "crf")]
    pub fn quality(quality: Quality) -> Self {
        Self { rate: H264Rate::Quality(quality) }
    }

    /// This many bits on average, whatever the quality: 1 kbit/s to 1 Gbit/s, the most that the standard has a level for. Checked
    /// by [`Pipeline::validate`](super::Pipeline::validate).
    #[must_use]
    #[doc(alias = "b:v")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self { rate: H264Rate::Bitrate(bitrate) }
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        match self.rate {
            // x264 counts in kbit/s, and takes none at all for another mode.
            H264Rate::Bitrate(bitrate) if !(kbps(1)..=mbps(1_000)).contains(&bitrate) => {
                Some(Reason::OutOfRange { what: "H264's bit rate", value: bitrate.to_string(), range: "1 kbit/s to 1 Gbit/s" })
            }
            _ => None,
        }
    }
}

impl Default for H264 {
    /// [`Quality::Medium`].
    fn default() -> Self {
        Self::quality(Quality::default())
    }
}
