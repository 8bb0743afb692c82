use std::collections::{BTreeSet, VecDeque};

/// Every so manieth picture, as moments: when those are shown is known once every picture that is shown before them has been seen.
pub(super) struct Counted {
    step: u64,
    /// Pictures count from here on, in microseconds since the container's beginning, and before the other.
    from: i64,
    to: Option<i64>,
    /// How many come before all that are not in their place yet.
    count: u64,
    waiting: BTreeSet<i64>,
    /// When wanted ones are shown, as far as they are in their place.
    found: VecDeque<i64>,
}

/// The first wanted moment from some time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    At(i64),
    /// There is none before what has been seen.
    Later,
    /// There is none.
    Never,
}

impl Counted {
    pub(super) fn new(step: u64, from: i64, to: Option<i64>) -> Self {
        Self { step: step.max(1), from, to, count: 0, waiting: BTreeSet::new(), found: VecDeque::new() }
    }

    /// Nothing has been counted yet.
    pub(super) fn begin_at(&mut self, from: i64) {
        self.from = from;
    }

    /// Whether a picture that is shown then is counted.
    pub(super) fn counts(&self, at: i64) -> bool {
        at >= self.from && self.to.is_none_or(|to| at < to)
    }

    pub(super) fn add(&mut self, at: i64) {
        if self.counts(at) {
            self.waiting.insert(at);
        }
    }

    /// All that are shown before then have been added.
    pub(super) fn seen(&mut self, horizon: i64) {
        while let Some(at) = self.waiting.first().copied().filter(|it| *it < horizon) {
            self.waiting.remove(&at);
            if self.count.is_multiple_of(self.step) {
                self.found.push_back(at);
            }
            self.count += 1;
        }
    }

    /// Nobody asks for what is before then any more.
    pub(super) fn forget(&mut self, before: i64) {
        while self.found.front().is_some_and(|it| *it < before) {
            self.found.pop_front();
        }
    }

    pub(super) fn first_from(&self, at: i64, horizon: i64) -> First {
        match self.found.iter().find(|it| **it >= at) {
            Some(at) => First::At(*at),
            None if self.waiting.is_empty() && self.to.is_some_and(|to| horizon >= to) => First::Never,
            None => First::Later,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_count_in_the_order_in_which_they_are_shown() {
        let mut counted = Counted::new(2, 10, Some(100));
        for at in [0, 50, 20, 30] {
            counted.add(at);
        }
        assert_eq!(counted.first_from(0, 0), First::Later);
        counted.seen(40);
        assert_eq!((counted.first_from(0, 40), counted.first_from(21, 40)), (First::At(20), First::Later));
        for at in [100, 70] {
            counted.add(at);
        }
        counted.seen(100);
        assert_eq!((counted.first_from(21, 100), counted.first_from(51, 100)), (First::At(50), First::Never));
        counted.forget(50);
        assert_eq!(counted.first_from(0, 100), First::At(50));
    }
}
