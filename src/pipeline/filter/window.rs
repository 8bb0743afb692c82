use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::time::Duration;

use super::check;
use crate::error::Reason;

/// The part of a track during which something is shown: from its first moment on, until its last, which is not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) struct Window {
    pub(crate) from: Duration,
    pub(crate) until: Option<Duration>,
}

impl Window {
    pub(super) fn new(range: impl RangeBounds<Duration>) -> Self {
        // Times are so fine that both kinds of bound mean the same.
        let bound = |bound: Bound<&Duration>| match bound {
            Bound::Included(at) | Bound::Excluded(at) => Some(*at),
            Bound::Unbounded => None,
        };
        Self { from: bound(range.start_bound()).unwrap_or_default(), until: bound(range.end_bound()) }
    }

    pub(super) fn reasons(&self, what: &'static str) -> impl Iterator<Item = Reason> + use<> {
        let (start, until) = (self.from, self.until);
        let empty = until.filter(|end| *end <= start).map(|end| Reason::EmptyRange { start, end });
        [check::time(what, start), until.and_then(|it| check::time(what, it)), empty].into_iter().flatten()
    }
}

/// Behind what it is the window of; nothing where that is the whole track.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.until) {
            (Duration::ZERO, None) => Ok(()),
            (from, None) => write!(f, ", from {from:?}"),
            (from, Some(until)) => write!(f, ", from {from:?} to {until:?}"),
        }
    }
}
