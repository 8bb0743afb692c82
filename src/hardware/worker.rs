//! Trials on a thread of this process: where a driver hangs, it is left behind and counted, for nothing can cut it.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;

use super::bench::{Answer, Assignment, Nothing, examine, own_run};
use super::trying::Next;
use crate::logs::Listening;
use crate::run::{self, Run, Verdict, Why, reaper, words};

/// A thread that tries a device. Dropped before its end, it is told to end, and counts as a detached job for as long as it does not.
pub(super) struct Worker {
    run: Arc<Run>,
    shared: Arc<Shared>,
}

struct Shared {
    found: Mutex<Found>,
    asker: Thread,
}

#[derive(Default)]
struct Found {
    answers: VecDeque<Answer>,
    /// How it ended; with its words, where it panicked.
    end: Option<Result<(), String>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: impl FnOnce(&mut Found)) {
        change(&mut self.lock());
        self.asker.unpark();
    }
}

impl Worker {
    /// The calling thread is the one that asks it.
    ///
    /// # Errors
    /// The system cannot start a thread.
    pub(super) fn start(assignment: Assignment) -> io::Result<Self> {
        reaper::ensure()?;
        let (run, answer) = own_run();
        let shared = Arc::new(Shared { found: Mutex::default(), asker: thread::current() });
        let worker = Self { run: Arc::clone(&run), shared: Arc::clone(&shared) };
        let name = format!("telecine-{}", run.id);
        thread::Builder::new().name(name).spawn(move || work(&assignment, &run, &answer, &shared))?;
        Ok(worker)
    }

    /// What it finds next, by then. Where the run is told to end, so is the trial, and this waits for that.
    pub(super) fn next(&mut self, until: Instant, run: &Run) -> Next {
        loop {
            let mut found = self.shared.lock();
            let (answer, end) = (found.answers.pop_front(), found.end.clone());
            drop(found);
            let is_ending = run.verdict() != Verdict::GoOn;
            match (answer, end) {
                (_, Some(_)) if is_ending => return Next::Cancelled,
                (Some(answer), _) if !is_ending => return Next::Answer(answer),
                (None, Some(Ok(()))) => return Next::Over,
                (None, Some(Err(words))) => return Next::Died(format!("the trial panicked: {words}")),
                _ => {}
            }
            if is_ending {
                self.run.stop();
            }
            let left = until.saturating_duration_since(Instant::now());
            match left.is_zero() {
                true if is_ending => return Next::Cancelled,
                true => return Next::Hung,
                false => thread::park_timeout(left),
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.shared.lock().end.is_none() {
            self.run.cancel(Why::Asked);
        }
    }
}

fn work(assignment: &Assignment, run: &Arc<Run>, answer: &run::Answer<Nothing>, shared: &Shared) {
    run.adopt_current_thread();
    let listening = Listening::start(run);
    let mut tell = |answer| shared.tell(|found| found.answers.push_back(answer));
    let end = catch_unwind(AssertUnwindSafe(|| examine(assignment, run, &mut tell))).map_err(|panic| words(panic.as_ref()));
    run.finish(answer, Ok(Nothing));
    listening.end(run);
    run.journal.leave();
    shared.tell(|found| found.end = Some(end));
}
