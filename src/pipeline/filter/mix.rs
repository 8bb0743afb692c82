use std::fmt;

use super::volume::gain;
use super::{AudioFilter, check};
use crate::error::Reason;
use crate::media::Gain;
use crate::media::Select;

/// Another stream's sound added to this one's: music below a voice. The sum may become too loud; lower one with
/// [`gain`](Self::gain) or [`own_gain`](Self::own_gain).
///
/// Both run by the track's time. The channels stay this one's, where they are known.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
#[doc(alias = "amix")]
pub struct Mix {
    pub(crate) with: Select,
    pub(crate) filters: Vec<AudioFilter>,
    pub(crate) gain: Gain,
    pub(crate) own_gain: Gain,
    pub(crate) end: MixEnd,
}

/// When a mix ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum MixEnd {
    /// With the track's own sound.
    #[default]
    Own,
    /// With whichever ends first.
    Shortest,
    /// With whichever ends last.
    Longest,
}

impl Mix {
    /// The sound of this stream, which is one: not [`Select::all`].
    pub fn with(select: Select) -> Self {
        let as_it_is = Gain::factor(1.0);
        Self { with: select, filters: Vec::new(), gain: as_it_is, own_gain: as_it_is, end: MixEnd::Own }
    }

    /// What happens to it before it is mixed, in this order. Default: nothing.
    pub fn filter(mut self, filter: impl Into<AudioFilter>) -> Self {
        self.filters.push(filter.into());
        self
    }

    /// How much louder or softer the other one becomes. Default: not at all.
    #[doc(alias = "weights")]
    pub fn gain(mut self, gain: Gain) -> Self {
        self.gain = gain;
        self
    }

    /// How much louder or softer this one becomes. Default: not at all.
    #[doc(alias = "weights")]
    pub fn own_gain(mut self, gain: Gain) -> Self {
        self.own_gain = gain;
        self
    }

    /// When it ends. Default: with the track's own sound, [`MixEnd::Own`].
    #[doc(alias = "duration")]
    pub fn end(mut self, end: MixEnd) -> Self {
        self.end = end;
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let gains = [gain("Mix's gain", self.gain), gain("Mix's own gain", self.own_gain)];
        let inner = self.filters.iter().flat_map(AudioFilter::reasons);
        check::one("Mix's stream", &self.with).into_iter().chain(gains.into_iter().flatten()).chain(inner).collect()
    }
}

impl MixEnd {
    /// FFmpeg's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "first",
            Self::Shortest => "shortest",
            Self::Longest => "longest",
        }
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mix with {}", self.with)?;
        self.filters.iter().try_for_each(|it| write!(f, ", {it}"))?;
        write!(f, ", {}, own {}, until the {} ends", self.gain, self.own_gain, self.end.name())
    }
}
