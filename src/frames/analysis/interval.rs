use std::time::Duration;

use super::look::time;

/// Something that begins, lasts and ends.
#[derive(Default)]
pub(super) struct Interval {
    from: Option<i64>,
}

impl Interval {
    pub(super) fn begin(&mut self, at: i64) {
        self.from = Some(at);
    }

    /// From when to when it was, where it had begun and its clock did not go back meanwhile.
    pub(super) fn end(&mut self, at: i64) -> Option<(Duration, Duration)> {
        self.from.take().filter(|from| *from < at).map(|from| (time(from), time(at)))
    }
}
