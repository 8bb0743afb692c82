use std::sync::atomic::{AtomicU8, Ordering};

/// How a run is to end: the one truth that every thread asks.
///
/// Decisions are made by compare-and-swap, so that the first one wins: a cancel that comes while the output is being published
/// finds that decided, and a publish that comes after a cancel is refused.
#[derive(Debug, Default)]
pub(super) struct Ending(AtomicU8);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody has asked for an end.
    GoOn,
    /// End early and keep what there is.
    Stop,
    /// End now and leave nothing.
    Cancel(Why),
    /// The output is being given its final name, or the run is over: too late for anything else.
    Publish,
}

/// Why a run is to leave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Somebody asked for it, or dropped the handle.
    Asked,
    /// It has had its time.
    Deadline,
    /// The input took too long to open.
    OpenTimeout,
    /// Nothing moved for too long.
    Stalled,
}

const GO_ON: u8 = 0;
const STOP: u8 = 1;
const PUBLISH: u8 = 2;
/// The first of those that leave nothing; [`Why`] in its order follows.
const CANCEL: u8 = 3;

impl Ending {
    pub(super) fn verdict(&self) -> Verdict {
        match self.0.load(Ordering::Acquire) {
            GO_ON => Verdict::GoOn,
            STOP => Verdict::Stop,
            PUBLISH => Verdict::Publish,
            CANCEL => Verdict::Cancel(Why::Asked),
            4 => Verdict::Cancel(Why::Deadline),
            5 => Verdict::Cancel(Why::OpenTimeout),
            _ => Verdict::Cancel(Why::Stalled),
        }
    }

    /// True where this call is the one that made it so.
    pub(super) fn stop(&self) -> bool {
        self.0.compare_exchange(GO_ON, STOP, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// True where this call is the one that made it so.
    pub(super) fn cancel(&self, why: Why) -> bool {
        self.decide(CANCEL + why as u8)
    }

    /// True where the output may be published; false where that, or something else, was decided before.
    pub(super) fn publish(&self) -> bool {
        self.decide(PUBLISH)
    }

    fn decide(&self, how: u8) -> bool {
        let open = |now: u8| (now < PUBLISH).then_some(how);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, open).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_decision_wins() {
        for why in [Why::Asked, Why::Deadline, Why::OpenTimeout, Why::Stalled] {
            let ending = Ending::default();
            assert!(ending.stop() && !ending.stop());
            assert!(ending.cancel(why) && !ending.cancel(Why::Asked));
            assert!(!ending.publish() && !ending.stop());
            assert_eq!(ending.verdict(), Verdict::Cancel(why));
        }
        let ending = Ending::default();
        assert!(ending.publish());
        assert!(!ending.cancel(Why::Asked) && !ending.stop() && !ending.publish());
        assert_eq!(ending.verdict(), Verdict::Publish);
    }

    #[test]
    fn of_many_threads_one_decides() {
        for _ in 0..200 {
            let ending = Ending::default();
            let decided = std::thread::scope(|scope| {
                let threads = [true, false, true, false].map(|cancel| {
                    let ending = &ending;
                    scope.spawn(move || if cancel { ending.cancel(Why::Asked) } else { ending.publish() })
                });
                threads.into_iter().filter_map(|it| it.join().ok()).filter(|it| *it).count()
            });
            assert_eq!(decided, 1);
        }
    }
}
