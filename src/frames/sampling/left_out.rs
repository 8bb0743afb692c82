use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Pictures that were not decoded, until a frame that is shown behind them comes: what the others would have been told by them.
///
/// It has no more than the decoder may still give frames before: those that are left behind when decoding begins elsewhere are only
/// counted.
#[derive(Default)]
pub(super) struct LeftOut {
    waiting: BinaryHeap<Reverse<Picture>>,
    /// The timestamp of the last one behind which a frame has come, and which was not asked for yet.
    latest: Option<i64>,
    /// Of those, how many would have been counted.
    counted: u64,
    is_unknown: bool,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Picture {
    /// When it is shown, in microseconds since the container's beginning.
    at: i64,
    pts: i64,
    counts: bool,
}

impl LeftOut {
    /// Nobody knows what was left out.
    pub(super) fn unknown() -> Self {
        Self { is_unknown: true, ..Self::default() }
    }

    /// Whether that was so, and was not asked for yet.
    pub(super) fn was_unknown(&mut self) -> bool {
        std::mem::take(&mut self.is_unknown)
    }

    pub(super) fn add(&mut self, at: i64, pts: i64, counts: bool) {
        self.waiting.push(Reverse(Picture { at, pts, counts }));
    }

    /// Counts others that are not in here.
    pub(super) fn count(&mut self, others: u64) {
        self.counted += others;
    }

    /// What is shown then comes next.
    pub(super) fn pass(&mut self, until: i64) {
        while let Some(Reverse(picture)) = self.waiting.peek().filter(|it| it.0.at < until) {
            self.counted += u64::from(picture.counts);
            self.latest = Some(picture.pts);
            self.waiting.pop();
        }
    }

    /// The timestamp of the last one before then, where there is one that was not asked for yet.
    pub(super) fn last_before(&mut self, at: i64) -> Option<i64> {
        self.pass(at);
        self.latest.take()
    }

    /// How many would have been counted before then that were not asked for yet.
    pub(super) fn counted_before(&mut self, at: i64) -> u64 {
        self.pass(at);
        std::mem::take(&mut self.counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_behind_its_time() {
        let mut left_out = LeftOut::default();
        for (at, counts) in [(30, true), (10, false), (20, true), (50, true)] {
            left_out.add(at, at * 90, counts);
        }
        assert_eq!((left_out.last_before(10), left_out.counted_before(10)), (None, 0));
        assert_eq!((left_out.last_before(40), left_out.last_before(40)), (Some(2_700), None));
        assert_eq!((left_out.counted_before(40), left_out.counted_before(40)), (2, 0));
        left_out.pass(i64::MAX);
        left_out.count(3);
        assert_eq!((left_out.last_before(0), left_out.counted_before(0)), (Some(4_500), 4));
    }
}
