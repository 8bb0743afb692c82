//! What several codecs share: how bits are spent, checks of ranges.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::error::Reason;
use crate::media::{Bitrate, KeyframeInterval, Quality};

/// How many bits a picture gets.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum Rate {
    /// As many as this quality takes.
    Quality(Quality),
    /// So many on average.
    Bitrate(Bitrate),
}

impl Default for Rate {
    fn default() -> Self {
        Self::Quality(Quality::default())
    }
}

/// The same for an encoder with a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum OwnRate {
    Crf(f32),
    Bitrate(Bitrate),
}

/// A value that is not in its range, as a reason. What cannot be compared (no number) is in no range.
pub(super) fn outside<T: PartialOrd + Display>(
    what: &'static str,
    value: T,
    range: RangeInclusive<T>,
    words: &'static str,
) -> Option<Reason> {
    (!range.contains(&value)).then(|| Reason::OutOfRange { what, value: value.to_string(), range: words })
}

/// The preset of that name; `range` has the names of all of them.
pub(super) fn preset<T: Copy>(all: &[(T, &'static str)], text: &str, range: &'static str) -> Result<T, Reason> {
    let known = all.iter().find(|(_, name)| *name == text);
    known.map(|(preset, _)| *preset).ok_or_else(|| Reason::OutOfRange { what: "the preset", value: text.to_owned(), range })
}

pub(super) fn keyframes(what: &'static str, interval: Option<KeyframeInterval>) -> Option<Reason> {
    let interval = interval.filter(|it| !it.is_possible())?;
    Some(Reason::OutOfRange { what, value: interval.to_string(), range: KeyframeInterval::RANGE })
}
