//! The jobs that run, by number: whose a line is, once FFmpeg's context or thread has told the number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tracing::level_filters::LevelFilter;

use super::{deliver, lines};
use crate::ffi::log as ffi;
use crate::media::LogLine;
use crate::run::{Journal, Run, Verdict};

/// Between the two ends of a run on its own thread: its lines are its own, from whatever thread they come.
pub(crate) struct Listening(Arc<Journal>);

impl Listening {
    /// To be called on the run's own thread, before anything native.
    pub(crate) fn start(run: &Run) -> Self {
        let journal = Arc::clone(&run.journal);
        lock().add(&journal);
        ffi::set_thread_job(journal.id.number());
        Self(journal)
    }

    /// To be called on the run's own thread, after everything native and before the outcome: all lines have been handed over
    /// when this returns, unless a subscriber keeps them.
    pub(crate) fn end(self, run: &Run) {
        /// A subscriber that takes longer does not get all lines before the outcome.
        const PATIENCE: Duration = Duration::from_secs(1);
        /// A job that was cancelled is to be over at once.
        const HASTE: Duration = Duration::from_millis(10);
        lines::flush_thread();
        deliver::settle(&self.0);
        let limit = if matches!(run.verdict(), Verdict::Cancel(_)) { HASTE } else { PATIENCE };
        self.0.wait_delivered(limit);
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        lock().remove(&self.0);
    }
}

/// The calling thread works for that run, and for no other, ever.
pub(crate) fn on_thread_of(run: &Run) {
    ffi::set_thread_job(run.id.number());
}

pub(super) fn set_level(level: LevelFilter) {
    lock().set_level(level);
}

/// The job of that number, where it runs.
pub(super) fn find(number: u64) -> Option<Arc<Journal>> {
    let known = LAST.try_with(|last| {
        let last = last.try_borrow().ok()?;
        last.as_ref().filter(|(it, _)| *it == number)?.1.upgrade()
    });
    if let Ok(Some(journal)) = known {
        // A handle keeps the journal of a job that is over, and no line is that job's any more.
        return Some(journal).filter(|it| !it.is_over());
    }
    let journal = lock().running.get(&number)?.clone();
    let _ = LAST.try_with(|last| last.try_borrow_mut().map(|mut last| *last = Some((number, journal.clone()))));
    journal.upgrade()
}

/// A line that is no job's, without the secrets of those that run: a thread of the engine's may speak of a job before anything there
/// names it.
pub(super) fn without_secrets(line: LogLine) -> LogLine {
    let running: Vec<_> = lock().running.values().filter_map(Weak::upgrade).filter(|it| it.has_secrets()).collect();
    if running.is_empty() { line } else { Journal::masked_by(&running, &line) }
}

/// What holds for jobs that do not say otherwise, and for lines that are no job's.
pub(super) fn level() -> LevelFilter {
    let level = LEVEL.load(std::sync::atomic::Ordering::Relaxed);
    LEVELS[usize::from(level).min(LEVELS.len() - 1)]
}

const LEVELS: [LevelFilter; 6] =
    [LevelFilter::OFF, LevelFilter::ERROR, LevelFilter::WARN, LevelFilter::INFO, LevelFilter::DEBUG, LevelFilter::TRACE];

static LEVEL: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(5);
static JOBS: LazyLock<Mutex<Jobs>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The job that this thread looked up last: mostly its only one.
    static LAST: RefCell<Option<(u64, Weak<Journal>)>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Jobs {
    running: HashMap<u64, Weak<Journal>>,
    /// Of the running ones, what those want that say so.
    levels: HashMap<u64, LevelFilter>,
}

impl Jobs {
    fn add(&mut self, journal: &Arc<Journal>) {
        let number = journal.id.number();
        self.running.insert(number, Arc::downgrade(journal));
        if let Some(level) = journal.level {
            self.levels.insert(number, level);
            self.set_ceiling();
        }
    }

    fn remove(&mut self, journal: &Journal) {
        let number = journal.id.number();
        journal.end();
        self.running.remove(&number);
        if self.levels.remove(&number).is_some() {
            self.set_ceiling();
        }
    }

    fn set_level(&mut self, level: LevelFilter) {
        let index = LEVELS.iter().position(|it| *it == level).unwrap_or(LEVELS.len() - 1);
        LEVEL.store(index as u8, std::sync::atomic::Ordering::Relaxed);
        self.set_ceiling();
    }

    /// What nobody wants at all, FFmpeg's callback drops without a further look.
    fn set_ceiling(&self) {
        let highest = self.levels.values().copied().fold(level(), LevelFilter::max);
        ffi::set_ceiling(highest);
    }
}

fn lock() -> MutexGuard<'static, Jobs> {
    JOBS.lock().unwrap_or_else(PoisonError::into_inner)
}
