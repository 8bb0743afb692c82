use std::fmt;

use crate::error::Reason;
use crate::media::FrameRate;

/// A constant frame rate: pictures are shown again or dropped, never blended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "r")]
pub struct Fps {
    pub(crate) rate: FrameRate,
}

impl Fps {
    /// So many pictures a second: more than 0, at most 1,000.
    #[must_use]
    pub const fn new(rate: FrameRate) -> Self {
        Self { rate }
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let range = "more than 0 and at most 1,000 a second";
        let wrong = (!self.rate.is_usable()).then(|| Reason::OutOfRange { what: "Fps", value: self.rate.to_string(), range });
        wrong.into_iter().collect()
    }
}

impl From<FrameRate> for Fps {
    fn from(rate: FrameRate) -> Self {
        Self::new(rate)
    }
}

impl fmt::Display for Fps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rate.fmt(f)
    }
}
