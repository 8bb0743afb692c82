use std::time::Duration;

use super::{Event, LoudnessSummary};
use crate::ffi::{Graph, RawFrame};
use crate::frames::frame::micros;

/// Reads what one filter says. Times are microseconds since the container's beginning.
pub(super) trait Look {
    /// As the `ffmpeg` program takes it.
    fn filter(&self) -> String;

    /// A frame has gone through the filter.
    fn see(&mut self, said: &Said<'_>, found: &mut Vec<Event>);

    /// Nothing more comes behind `at`.
    fn end(&mut self, _at: i64, _found: &mut Vec<Event>) {}

    /// What the filter has come to.
    fn summary(&self, _graph: &Graph) -> Option<LoudnessSummary> {
        None
    }
}

/// What a filter has said of a frame.
pub(super) struct Said<'a> {
    pub(super) frame: &'a RawFrame,
    /// That it went through.
    pub(super) graph: &'a Graph,
    /// Where the container begins, in microseconds.
    pub(super) start: i64,
}

impl Said<'_> {
    /// When the frame begins.
    pub(super) fn at(&self) -> i64 {
        micros(self.frame.pts()).saturating_sub(self.start)
    }

    /// When a block of sound ends.
    pub(super) fn ends(&self) -> i64 {
        self.at().saturating_add(micros(self.frame.length()))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.frame.metadata().any(|it| it.0 == key)
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.frame.metadata().find(|it| it.0 == key).and_then(|it| number(&it.1))
    }

    /// What FFmpeg says in seconds on the clock that frames have, six digits behind the point.
    pub(super) fn time(&self, key: &str) -> Option<i64> {
        self.number(key).map(|it| self.since_start(it))
    }

    pub(super) fn since_start(&self, seconds: f64) -> i64 {
        ((seconds * 1e6).round() as i64).saturating_sub(self.start)
    }
}

/// What is no number in the end, such as `inf`, says nothing.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|it: &f64| it.is_finite())
}

/// Since the container's beginning, before which there is nothing.
pub(super) fn time(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}
