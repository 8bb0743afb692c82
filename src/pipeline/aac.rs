use crate::error::Reason;
use crate::media::{Bitrate, kbps};

/// AAC (low complexity) by FFmpeg's own encoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aac {
    pub(crate) bitrate: Bitrate,
}

impl Aac {
    /// This many bits for all channels together, 8 to 512 kbit/s. Checked by
    /// [`Pipeline::validate`](super::Pipeline::validate).
    #[must_use]
    #[doc(alias = "b:a")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self { bitrate }
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        (!(kbps(8)..=kbps(512)).contains(&self.bitrate)).then(|| Reason::OutOfRange {
            what: "Aac's bit rate",
            value: self.bitrate.to_string(),
            range: "8 to 512 kbit/s",
        })
    }
}

impl Default for Aac {
    /// 128 kbit/s, FFmpeg's own default.
    fn default() -> Self {
        Self::bitrate(kbps(128))
    }
}
