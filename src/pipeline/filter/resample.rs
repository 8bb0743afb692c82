use std::fmt;

use crate::error::Reason;
use crate::media::{ChannelLayout, SampleRate};

/// Another sample rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "aresample")]
#[doc(alias = "ar")]
pub struct Resample {
    pub(crate) rate: SampleRate,
}

/// Other channels: those that there are are mixed into those that are wanted, by FFmpeg's default matrix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "ac")]
#[doc(alias = "channel_layouts")]
pub struct Channels {
    pub(crate) layout: ChannelLayout,
}

impl Resample {
    /// 1,000 to 768,000 samples a second.
    #[must_use]
    pub const fn to(rate: SampleRate) -> Self {
        Self { rate }
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let wrong = || Reason::OutOfRange { what: "Resample", value: self.rate.to_string(), range: SampleRate::RANGE };
        (!self.rate.is_possible()).then(wrong).into_iter().collect()
    }
}

impl From<SampleRate> for Resample {
    fn from(rate: SampleRate) -> Self {
        Self::to(rate)
    }
}

impl Channels {
    /// For these loudspeakers.
    #[must_use]
    pub const fn to(layout: ChannelLayout) -> Self {
        Self { layout }
    }
}

impl From<ChannelLayout> for Channels {
    fn from(layout: ChannelLayout) -> Self {
        Self::to(layout)
    }
}

impl fmt::Display for Resample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "resample to {}", self.rate)
    }
}

impl fmt::Display for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "channels {}", self.layout)
    }
}
