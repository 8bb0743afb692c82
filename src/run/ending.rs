use std::sync::atomic::{AtomicU8, Ordering};

/// How a run is to end: the one truth that every thread asks.
///
/// Decisions are made by compare-and-swap, so that the first one wins: a cancel that comes while the output is being published
/// finds that decided, and a publish that comes after a cancel is refused.
#[derive(Debug, Default)]
pub(crate) struct Ending(AtomicU8);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody has asked for an end.
    GoOn,
    /// End early and keep what there is.
    Stop,
    /// End now and leave nothing.
    Cancel,
    /// The output is being given its final name, or the run is over: too late for anything else.
    Publish,
}

const GO_ON: u8 = 0;
const STOP: u8 = 1;
const CANCEL: u8 = 2;
const PUBLISH: u8 = 3;

impl Ending {
    pub(crate) fn verdict(&self) -> Verdict {
        match self.0.load(Ordering::Acquire) {
            GO_ON => Verdict::GoOn,
            STOP => Verdict::Stop,
            CANCEL => Verdict::Cancel,
            _ => Verdict::Publish,
        }
    }

    /// True where this call is the one that made it so.
    pub(crate) fn stop(&self) -> bool {
        self.0.compare_exchange(GO_ON, STOP, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// True where this call is the one that made it so.
    pub(crate) fn cancel(&self) -> bool {
        self.decide(CANCEL)
    }

    /// True where the output may be published; false where the run was cancelled before.
    pub(crate) fn publish(&self) -> bool {
        self.decide(PUBLISH)
    }

    fn decide(&self, how: u8) -> bool {
        let open = |now: u8| (now < CANCEL).then_some(how);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, open).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_decision_wins() {
        let ending = Ending::default();
        assert!(ending.stop() && !ending.stop());
        assert!(ending.cancel() && !ending.cancel());
        assert!(!ending.publish() && !ending.stop());
        assert_eq!(ending.verdict(), Verdict::Cancel);

        let ending = Ending::default();
        assert!(ending.publish());
        assert!(!ending.cancel() && !ending.stop() && !ending.publish());
        assert_eq!(ending.verdict(), Verdict::Publish);
    }

    #[test]
    fn of_many_threads_one_decides() {
        for _ in 0..200 {
            let ending = Ending::default();
            let decided = std::thread::scope(|scope| {
                let threads = [true, false, true, false].map(|cancel| {
                    let ending = &ending;
                    scope.spawn(move || if cancel { ending.cancel() } else { ending.publish() })
                });
                threads.into_iter().filter_map(|it| it.join().ok()).filter(|it| *it).count()
            });
            assert_eq!(decided, 1);
        }
    }
}
