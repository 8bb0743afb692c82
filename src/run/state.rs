use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::{oneshot, watch};

use super::ending::{Ending, Verdict};
use super::{JobId, Outcome, Progress, reaper};
use crate::error::Error;
use crate::ffi::InterruptFlag;
use crate::media::Phase;

/// What all sides of one run share.
pub(crate) struct Run {
    pub(crate) id: JobId,
    started: Instant,
    cpu_before: Duration,
    ending: Ending,
    interrupt: InterruptFlag,
    owner: OnceLock<Thread>,
    progress: watch::Sender<Progress>,
    result: Mutex<Option<oneshot::Sender<Result<Outcome, Error>>>>,
    /// Files that must not outlive the run under a name of their own.
    temporary: Mutex<Vec<PathBuf>>,
}

/// The receiving ends, one for the handle and one to clone for each reader of progress.
pub(crate) type Results = (oneshot::Receiver<Result<Outcome, Error>>, watch::Receiver<Progress>);

impl Run {
    pub(crate) fn new() -> (Arc<Self>, Results) {
        let (result, on_result) = oneshot::channel();
        let (progress, on_progress) = watch::channel(Progress::default());
        let run = Self {
            id: JobId::next(),
            started: Instant::now(),
            cpu_before: process_cpu(),
            ending: Ending::default(),
            interrupt: Arc::new(AtomicBool::new(false)),
            owner: OnceLock::new(),
            progress,
            result: Mutex::new(Some(result)),
            temporary: Mutex::new(Vec::new()),
        };
        (Arc::new(run), (on_result, on_progress))
    }

    /// The calling thread is the run's own from now on: requests wake it out of `park`.
    pub(crate) fn adopt_current_thread(&self) {
        // Only the run's own thread calls this, once.
        let _ = self.owner.set(std::thread::current());
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.ending.verdict()
    }

    /// Up once opening is to be given up.
    pub(crate) fn interrupt(&self) -> InterruptFlag {
        Arc::clone(&self.interrupt)
    }

    /// Asks for an early, regular end. Never blocks.
    pub(crate) fn stop(&self) {
        if self.ending.stop() {
            self.wake_owner();
        }
    }

    /// Ends the run: its own thread where it listens, the reaper where it is held up in a native call. Never blocks.
    pub(crate) fn cancel(self: &Arc<Self>) {
        if self.ending.cancel() {
            self.wake_owner();
            reaper::hand_over(Arc::clone(self));
        }
    }

    /// The end, as the run's own thread sees it: nothing that is asked for afterwards changes anything.
    pub(crate) fn finish(&self, result: Result<Outcome, Error>) {
        self.ending.publish();
        self.resolve(if self.verdict() == Verdict::Cancel { Err(Error::Cancelled) } else { result });
    }

    /// True where the output may be given its final name; from then on nothing else ends the run.
    pub(crate) fn may_publish(&self) -> bool {
        self.ending.publish()
    }

    fn wake_owner(&self) {
        self.interrupt.store(true, Ordering::Release);
        if let Some(owner) = self.owner.get() {
            owner.unpark();
        }
    }

    /// Names a file that is to go when the run is cancelled.
    pub(crate) fn add_temporary(&self, path: PathBuf) {
        lock(&self.temporary).push(path);
    }

    /// What a cancelled run leaves: nothing. Does not wait for native work that still goes on.
    pub(super) fn abandon(&self) {
        for path in std::mem::take(&mut *lock(&self.temporary)) {
            // Gone already, or never made: both are fine. The owner removes it again should FFmpeg make it anew.
            let _ = std::fs::remove_file(path);
        }
        self.resolve(Err(Error::Cancelled));
    }

    /// Sends the result, once: later ones are dropped.
    fn resolve(&self, result: Result<Outcome, Error>) {
        let sender = lock(&self.result).take();
        if let Some(sender) = sender {
            let elapsed = self.elapsed();
            self.report(|progress| {
                progress.phase = Phase::Ended;
                progress.elapsed = elapsed;
                progress.time_left = None;
                if result.as_ref().is_ok_and(|outcome| !outcome.stopped) {
                    progress.percent = Some(100.0);
                }
            });
            // The handle may be gone; then nobody wants to know.
            let _ = sender.send(result);
        }
    }

    /// Changes the snapshot that readers of progress see.
    pub(crate) fn report(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_if_modified(|progress| {
            let ended = progress.phase == Phase::Ended;
            if !ended {
                change(progress);
            }
            !ended
        });
    }

    /// Pictures written, by the last report.
    pub(crate) fn frames(&self) -> Option<u64> {
        self.progress.borrow().frames
    }

    /// Bytes written, by the last report.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.progress.borrow().bytes
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Processor time of this process since the run began.
    pub(crate) fn cpu(&self) -> Duration {
        process_cpu().saturating_sub(self.cpu_before)
    }
}

fn process_cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

/// Nothing that runs under these locks can panic half-way, so a poisoned one holds good data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
