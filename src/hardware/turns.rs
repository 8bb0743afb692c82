//! Whose work a trial of an encoder waits for. The processor makes the pictures and judges them, and how long that takes says nothing of
//! the device: each of both has its own time.

use std::time::{Duration, Instant};

/// Who is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// It makes a picture, or decodes what the device has made.
    Processor,
    /// It is opened, encodes, or is closed.
    Device,
}

/// How long each has been at work, of what it may take.
pub(super) struct Turns {
    side: Side,
    since: Instant,
    /// What is left to each, as of then.
    processor: Duration,
    device: Duration,
}

impl Turns {
    /// The processor is the first. Each may take so long in all.
    pub(super) fn begin(patience: Duration, now: Instant) -> Self {
        Self { side: Side::Processor, since: now, processor: patience, device: patience }
    }

    pub(super) fn pass(&mut self, side: Side, now: Instant) {
        let spent = now.saturating_duration_since(self.since);
        let left = match self.side {
            Side::Processor => &mut self.processor,
            Side::Device => &mut self.device,
        };
        *left = left.saturating_sub(spent);
        (self.side, self.since) = (side, now);
    }

    pub(super) fn side(&self) -> Side {
        self.side
    }

    /// When whoever is at work has taken too long.
    pub(super) fn end(&self) -> Instant {
        let left = match self.side {
            Side::Processor => self.processor,
            Side::Device => self.device,
        };
        end_of(self.since, left)
    }
}

/// A moment that the clock does not know is no bound, and a day is none either.
pub(super) fn end_of(begin: Instant, patience: Duration) -> Instant {
    begin.checked_add(patience).unwrap_or(begin + Duration::from_secs(86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_has_its_own_time() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut turns = Turns::begin(Duration::from_secs(10), begin);
        assert_eq!((turns.side(), turns.end()), (Side::Processor, at(10)));
        turns.pass(Side::Device, at(9));
        assert_eq!((turns.side(), turns.end()), (Side::Device, at(19)));
        turns.pass(Side::Processor, at(13));
        assert_eq!((turns.side(), turns.end()), (Side::Processor, at(14)));
        // All turns of one count together.
        turns.pass(Side::Device, at(14));
        assert_eq!((turns.side(), turns.end()), (Side::Device, at(20)));
        turns.pass(Side::Processor, at(30));
        turns.pass(Side::Device, at(31));
        assert_eq!(turns.end(), at(31));
    }

    #[test]
    fn a_patience_without_end_is_none() {
        assert!(Turns::begin(Duration::MAX, Instant::now()).end() > Instant::now());
    }
}
