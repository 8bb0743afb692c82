use super::common::{Rate, outside};
use crate::error::Reason;
use crate::media::{Bitrate, Quality, kbps};

/// MP3, the codec and the file, by whichever encoder the linked FFmpeg has for it. More than two channels are mixed down.
///
/// ```no_run
/// use telecine::{Mp3, Pipeline, kbps};
///
/// let job = Pipeline::read("in.wav").output(Mp3::file("out.mp3").audio(Mp3::bitrate(kbps(192)))).start();
/// ```
///
/// By LAME [`Quality`] is V6, V4, V0, of a bit rate that varies.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[doc(alias = "libmp3lame")]
pub struct Mp3 {
    pub(crate) rate: Rate,
}

impl Mp3 {
    /// As many bits as this quality takes. Default: [`Quality::Medium`].
    #[must_use]
    #[doc(alias = "q:a")]
    pub fn quality(quality: Quality) -> Self {
        Self { rate: Rate::Quality(quality) }
    }

    /// This many bits for all channels together, at every moment; 8 to 320 kbit/s, of which the encoder takes the nearest that the
    /// standard has for the sound's rate. Checked by [`Pipeline::validate`](crate::Pipeline::validate).
    #[must_use]
    #[doc(alias = "b:a")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self { rate: Rate::Bitrate(bitrate) }
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        match self.rate {
            Rate::Bitrate(bitrate) => outside("Mp3's bit rate", bitrate, kbps(8)..=kbps(320), "8 to 320 kbit/s"),
            Rate::Quality(_) => None,
        }
    }
}
