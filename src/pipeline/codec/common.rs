//! What several codecs share: how bits are spent, raw options, checks of ranges.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

use crate::error::Reason;
#[cfg(feature = "serde")]
use crate::media::Secret;
use crate::media::{Bitrate, KeyframeInterval, Quality, is_secret_option};

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

/// FFmpeg's options of an encoder or a muxer, as they were given. Those whose names say that they are secrets are masked in `Debug`,
/// and refuse to be serialised outside of [`Secret::exposing`].
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(transparent))]
pub(crate) struct Options(pub(crate) Vec<(String, String)>);

impl Options {
    /// What no line may show.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter(|(key, _)| is_secret_option(key)).map(|(_, value)| value.clone())
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(key, value)| (key, if is_secret_option(key) { "***" } else { value }));
        f.debug_map().entries(shown).finish()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Options {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some((key, _)) = self.0.iter().find(|(key, _)| is_secret_option(key) && !Secret::is_exposing()) {
            let why =
                "is a secret by its name, which is not serialised; set it when the pipeline is read, or use Secret::exposing";
            return Err(serde::ser::Error::custom(format!("the option {key:?} {why}")));
        }
        self.0.serialize(serializer)
    }
}

impl Options {
    pub(crate) fn add(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.push((key.into(), value.into()));
    }
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

pub(super) fn keyframes(what: &'static str, interval: Option<KeyframeInterval>) -> Option<Reason> {
    let interval = interval.filter(|it| !it.is_possible())?;
    Some(Reason::OutOfRange { what, value: interval.to_string(), range: KeyframeInterval::RANGE })
}
