use std::fmt;
use std::time::Duration;

use super::check;
use crate::error::Reason;
use crate::media::Color;

/// The picture out of a colour or into it. Before a fade in and after a fade out, all of it is that colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub struct Fade {
    pub(crate) way: Way,
    pub(crate) start: Duration,
    pub(crate) length: Duration,
    pub(crate) color: Color,
}

/// The sound out of silence or into it. Before a fade in and after a fade out there is silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "afade")]
pub struct AudioFade {
    pub(crate) way: Way,
    pub(crate) start: Duration,
    pub(crate) length: Duration,
    pub(crate) curve: FadeCurve,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) enum Way {
    In,
    Out,
}

/// How the amplitude changes with time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum FadeCurve {
    /// Evenly.
    #[default]
    Linear,
    /// A quarter of a sine: two that cross are as loud as one.
    QuarterSine,
    /// Half a sine: slow at both ends.
    HalfSine,
    /// Slow where it is soft.
    Exponential,
    /// Fast where it is soft.
    Logarithmic,
}

impl Fade {
    /// Out of black, from this time of the track on, for so long: a microsecond and more.
    #[must_use]
    pub const fn in_at(start: Duration, length: Duration) -> Self {
        Self { way: Way::In, start, length, color: Color::BLACK }
    }

    /// Into black, from this time of the track on, for so long: a microsecond and more.
    #[must_use]
    pub const fn out_at(start: Duration, length: Duration) -> Self {
        Self { way: Way::Out, start, length, color: Color::BLACK }
    }

    /// Another colour than black, opaque whatever it says.
    #[must_use]
    pub const fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        reasons(self.start, self.length)
    }
}

impl AudioFade {
    /// Out of silence, from this time of the track on, for so long: a microsecond and more.
    #[must_use]
    pub const fn in_at(start: Duration, length: Duration) -> Self {
        Self { way: Way::In, start, length, curve: FadeCurve::Linear }
    }

    /// Into silence, from this time of the track on, for so long: a microsecond and more.
    #[must_use]
    pub const fn out_at(start: Duration, length: Duration) -> Self {
        Self { way: Way::Out, start, length, curve: FadeCurve::Linear }
    }

    /// How. Default: [`FadeCurve::Linear`].
    #[must_use]
    pub const fn curve(mut self, curve: FadeCurve) -> Self {
        self.curve = curve;
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        reasons(self.start, self.length)
    }
}

fn reasons(start: Duration, length: Duration) -> Vec<Reason> {
    [check::time("a fade's start", start), check::length("a fade's length", length)].into_iter().flatten().collect()
}

impl FadeCurve {
    /// FFmpeg's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "tri",
            Self::QuarterSine => "qsin",
            Self::HalfSine => "hsin",
            Self::Exponential => "exp",
            Self::Logarithmic => "log",
        }
    }
}

impl Way {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

impl fmt::Display for Fade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { way, start, length, color } = self;
        let preposition = if *way == Way::In { "from" } else { "to" };
        write!(f, "fade {} at {start:?} for {length:?} {preposition} {color}", way.name())
    }
}

impl fmt::Display for AudioFade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { way, start, length, curve } = self;
        write!(f, "fade sound {} at {start:?} for {length:?} ({})", way.name(), curve.name())
    }
}
