use std::ops::{Bound, RangeBounds};
use std::time::Duration;

use super::headers::Headers;
use crate::error::Reason;
use crate::media::{Location, Secret};

/// One input of a pipeline: where it is, and which part of it is wanted.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an input does nothing until a pipeline has it"]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Input {
    pub(crate) location: Location,
    pub(crate) start: Option<Duration>,
    pub(crate) end: Option<Duration>,
    pub(crate) headers: Headers,
    /// It begins where the one before ends.
    pub(crate) follows: bool,
}

impl Input {
    /// Reads media from a file or URL. Nothing is opened yet.
    pub fn read(location: impl Into<Location>) -> Self {
        Self { location: location.into(), start: None, end: None, headers: Headers::default(), follows: false }
    }

    /// Sends this header with every request for the input: `Authorization`, `Cookie`, or any other. Its value is a secret, whatever
    /// the name; `Secret::named` keeps it out of the pipeline.
    ///
    /// Other servers do not get it by themselves: a redirect is not followed, and fails the job. Servers that a playlist names get
    /// it where [`Pipeline::reach`](super::Pipeline::reach) allows them, and so does a server to which one of those redirects a
    /// request for a segment.
    ///
    /// Only for inputs read by HTTP. Default: none.
    #[doc(alias = "headers")]
    #[doc(alias = "cookies")]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.add(name.into(), value.into());
        self
    }

    /// Takes only this part of the input, counted from its beginning; `secs(10)..`, `..secs(70)` and `secs(10)..secs(70)` all
    /// work. Frames before it are decoded and dropped, so that it begins
    /// with the first frame in the range whatever the key frames are; one that begins between two frames may lose the range's last
    /// frame, by the engine's rounding. Times finer than a microsecond are cut off.
    ///
    /// A range that reaches beyond the input's end, ends there. The whole input is the default.
    #[doc(alias = "ss")]
    #[doc(alias = "to")]
    pub fn trim(mut self, range: impl RangeBounds<Duration>) -> Self {
        (self.start, self.end) = bounds(&range);
        self
    }

    /// How much of it is wanted; `None`: all from the start on.
    pub(crate) fn length(&self) -> Option<Duration> {
        self.end.map(|end| end.saturating_sub(self.start.unwrap_or_default()))
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let unusable = self.location.is_unusable().then_some(Reason::UnusablePath);
        let range = match (self.start.unwrap_or_default(), self.end) {
            (start, Some(end)) if end <= start => Some(Reason::EmptyRange { start, end }),
            _ => None,
        };
        let secrets = self.location.unused_secrets().map(|place| Reason::NoPlaceForSecret { place: place.to_owned() });
        unusable.into_iter().chain(range).chain(secrets).chain(self.headers.problems(&self.location)).collect()
    }
}

/// Media has no last moment that an inclusive end could add, so both kinds of bound mean the same.
pub(crate) fn bounds(range: &impl RangeBounds<Duration>) -> (Option<Duration>, Option<Duration>) {
    let bound = |bound: Bound<&Duration>| match bound {
        Bound::Included(at) | Bound::Excluded(at) => Some(*at),
        Bound::Unbounded => None,
    };
    (bound(range.start_bound()), bound(range.end_bound()))
}

impl<L: Into<Location>> From<L> for Input {
    fn from(location: L) -> Self {
        Self::read(location)
    }
}
