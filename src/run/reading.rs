use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::media::Location;

/// Which of a run's inputs is being opened or read just now. Of those that no number is left for, nobody knows it.
#[derive(Default)]
pub(super) struct Reading {
    inputs: OnceLock<Vec<Location>>,
    /// A bit for each of the first 64 of them.
    now: AtomicU64,
    /// What it was when time ran out; what was being read gives up then.
    at_end: OnceLock<u64>,
}

impl Reading {
    /// Names the inputs, once.
    pub(super) fn of(&self, inputs: Vec<Location>) {
        let _ = self.inputs.set(inputs);
    }

    pub(super) fn begin(&self, input: usize) {
        self.now.fetch_or(bit(input), Ordering::AcqRel);
    }

    pub(super) fn end(&self, input: usize) {
        self.now.fetch_and(!bit(input), Ordering::AcqRel);
    }

    /// Time has run out: notes what it was lost on, the first time.
    pub(super) fn note(&self) {
        self.at_end.get_or_init(|| self.now.load(Ordering::Acquire));
    }

    /// The input that was waited for, the first of several.
    pub(super) fn waited_for(&self) -> Option<&Location> {
        let first = self.at_end.get()?.trailing_zeros();
        self.inputs.get()?.get(usize::try_from(first).ok()?)
    }
}

fn bit(input: usize) -> u64 {
    u32::try_from(input).ok().and_then(|it| 1_u64.checked_shl(it)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(inputs: usize) -> Reading {
        let reading = Reading::default();
        reading.of((0..inputs).map(|it| Location::file(it.to_string())).collect());
        reading
    }

    #[test]
    fn the_first_that_is_read_when_time_runs_out_is_named() {
        let reading = reading(70);
        assert_eq!(reading.waited_for(), None);
        for input in [0, 5, 2, 69] {
            reading.begin(input);
        }
        reading.end(0);
        reading.note();
        // It gives up because of that, and another one is tried.
        reading.end(2);
        reading.begin(1);
        reading.note();
        assert_eq!(reading.waited_for(), Some(&Location::file("2")));
    }

    #[test]
    fn where_nobody_is_waited_for_none_is_named() {
        let reading = reading(2);
        reading.begin(1);
        reading.end(1);
        reading.note();
        assert_eq!(reading.waited_for(), None);
    }
}
