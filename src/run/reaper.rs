//! One thread that keeps the time of all runs and ends those whose own thread may be held up: it removes what they would leave
//! and resolves their handles.
//!
//! It does file work that neither the caller of `cancel()` (who may be an executor) nor the run's own thread (which may be in a
//! native call for as long as that takes) can do. It holds runs weakly: one that has ended is gone, whatever was still due.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::Run;

static REAPER: Mutex<Option<Sender<Handed>>> = Mutex::new(None);

/// Makes sure that there is one. To be called before a run may need it.
///
/// # Errors
/// The system cannot start a thread.
pub(crate) fn ensure() -> io::Result<()> {
    let mut reaper = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    if reaper.is_none() {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().name("telecine-reaper".into()).spawn(move || reap(&receiver))?;
        *reaper = Some(sender);
    }
    Ok(())
}

/// A run, and how often it has been handed over: only the newest counts.
type Handed = (Weak<Run>, u64);

/// Makes the reaper look at a run now, and then whenever the run says. Never blocks for longer than it takes to append to a list.
pub(crate) fn hand_over(run: &Arc<Run>) {
    let reaper = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = reaper.as_ref() {
        // The receiver lives as long as the process.
        let _ = sender.send((Arc::downgrade(run), run.next_look()));
    }
}

/// A run and when to look at it. Equal moments are in no order.
struct Due(Instant, Handed);

fn reap(handed_over: &Receiver<Handed>) {
    /// Without anything due, the thread sleeps until it is given something; the bound is no more than a round number.
    const LONG: Duration = Duration::from_secs(3_600);
    let mut schedule: BinaryHeap<Reverse<Due>> = BinaryHeap::new();
    loop {
        let wait = schedule.peek().map_or(LONG, |Reverse(Due(at, _))| at.saturating_duration_since(Instant::now()));
        let now_due = match handed_over.recv_timeout(wait) {
            Ok(run) => run,
            Err(RecvTimeoutError::Timeout) => match schedule.pop() {
                Some(Reverse(Due(at, run))) if at <= Instant::now() => run,
                Some(early) => {
                    schedule.push(early);
                    continue;
                }
                None => continue,
            },
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if let Some(again) = visit(&now_due) {
            schedule.push(Reverse(Due(again, now_due)));
        }
    }
}

/// Resolving a handle wakes whoever waits for it, which is foreign code: a panic of that must not end the time of all runs.
fn visit((run, look): &Handed) -> Option<Instant> {
    let run = run.upgrade().filter(|run| run.is_newest_look(*look))?;
    // The last one to hold the run drops it, with whatever the application gave it: inside, too.
    catch_unwind(AssertUnwindSafe(move || run.visit(Instant::now()))).unwrap_or_default()
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
