use std::fmt;
use std::time::Duration;

use crate::media::WhySoftware;

/// What came of a trial: a short clip, decoded by a device and by the processor, and all pictures compared; or a few pictures, encoded by a
/// device, decoded by the processor, and compared with those that were given.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Verdict {
    /// All pictures were right; of an encoder, about right.
    Works {
        /// From the opening of the decoder to its first picture in memory of the process, or of the encoder to its first packet.
        #[cfg_attr(feature = "serde", serde(rename = "first_frame_s", serialize_with = "as_seconds"))]
        first_frame: Duration,
        /// Pictures a second after that, in memory of the process: of a clip of few pictures with little in them, so no more than a hint.
        /// Of an encoder, of eight pictures from the first that it is given to its last packet.
        fps: f64,
    },
    /// Pictures were wrong, too few or too many.
    Wrong {
        /// Which, and how.
        how: String,
    },
    /// The device does nothing like that, or failed.
    Fails {
        /// In a word.
        why: WhySoftware,
        /// In FFmpeg's lines, where there are any ([`logs::install`](crate::logs::install)).
        reason: String,
    },
    /// It was not tried to the end: there was nothing to compare with, for the processor does not decode it or there are no pictures to
    /// try it with, or it had no time to make or to judge these; or as many work on the device as [`limit_sessions`](crate::hardware::limit_sessions) allows, and the next look may
    /// find more.
    Untried {
        /// Why not.
        reason: String,
    },
}

#[cfg(feature = "serde")]
fn as_seconds<S: serde::Serializer>(length: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(length.as_secs_f64())
}

impl Verdict {
    /// Whether its pictures were right.
    #[must_use]
    pub fn works(&self) -> bool {
        matches!(self, Self::Works { .. })
    }

    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::Fails { why: WhySoftware::Failed, reason: reason.into() }
    }

    pub(super) fn missing(reason: impl Into<String>) -> Self {
        Self::Fails { why: WhySoftware::NoDevice, reason: reason.into() }
    }
}

/// `works: first frame after 21 ms, 412 frames a second`, `wrong: …`, `fails: …`, `untried: …`
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Works { first_frame, fps } => {
                write!(f, "works: first frame after {} ms, {fps:.0} frames a second", first_frame.as_millis())
            }
            Self::Wrong { how } => write!(f, "wrong: {how}"),
            Self::Fails { reason, .. } => write!(f, "fails: {reason}"),
            Self::Untried { reason } => write!(f, "untried: {reason}"),
        }
    }
}
