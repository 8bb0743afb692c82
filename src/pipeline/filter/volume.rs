use std::fmt;

use crate::error::Reason;
use crate::media::Gain;

/// Louder or softer; what becomes too loud for the samples is cut off where they are turned into whole numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "vol")]
pub struct Volume {
    pub(crate) gain: Gain,
}

impl Volume {
    /// By so much.
    #[must_use]
    pub const fn new(gain: Gain) -> Self {
        Self { gain }
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        gain("Volume", self.gain).into_iter().collect()
    }
}

impl From<Gain> for Volume {
    fn from(gain: Gain) -> Self {
        Self::new(gain)
    }
}

pub(super) fn gain(what: &'static str, gain: Gain) -> Option<Reason> {
    let range = "-120 to 120 dB, or a factor of 0 to 1,000,000";
    (!gain.is_usable()).then(|| Reason::OutOfRange { what, value: gain.to_string(), range })
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "volume {}", self.gain)
    }
}
