//! What a process holds, counted before and after.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use telecine::detached_jobs;

use super::{BUSY, alone};

/// As long as FFmpeg's own timeouts take to end what we cannot, and more.
const PATIENCE: Duration = Duration::from_secs(30 * BUSY as u64);

/// A count of what jobs may leak. While it lives no other test of this binary counts, or runs jobs.
pub(crate) struct Process {
    held: Held,
    _alone: MutexGuard<'static, ()>,
}

#[derive(Debug, PartialEq, Eq)]
struct Held {
    /// Of jobs: telecine's, one each, outlive all others of their job.
    threads: usize,
    descriptors: usize,
    detached: usize,
}

impl Process {
    pub(crate) fn now() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        // What the first job of a process sets up for good is no leak.
        telecine::init();
        Self { held: Held::now(), _alone: alone }
    }

    /// Waits until everything is as it was.
    pub(crate) fn settles(self, scenario: &str) {
        let since = Instant::now();
        while Held::now() != self.held {
            assert!(since.elapsed() < PATIENCE, "{scenario}: before {:?}, now {:?}", self.held, Held::now());
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A test in a process of its own, with no other counting meanwhile: what one process holds of another counts, too.
pub(crate) fn alone(test: &str, wrapper: &[&str], body: impl FnOnce(&Path)) {
    let before = alone::folder().is_none().then(Process::now);
    alone::alone(test, wrapper, body);
    if let Some(before) = before {
        before.settles(test);
    }
}

impl Held {
    fn now() -> Self {
        Self { threads: job_threads(), descriptors: entries("/proc/self/fd"), detached: detached_jobs() }
    }
}

fn entries(directory: &str) -> usize {
    fs::read_dir(directory).expect("the system tells").count()
}

/// Threads named after a job. The reaper is one a process.
fn job_threads() -> usize {
    let threads = fs::read_dir("/proc/self/task").expect("the system tells");
    let names = threads.flatten().filter_map(|it| fs::read_to_string(it.path().join("comm")).ok());
    names.filter(|name| name.starts_with("telecine-") && !name.starts_with("telecine-reaper")).count()
}
