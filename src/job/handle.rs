use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::watch;

use super::{Control, Updates};
use crate::error::Error;
use crate::run::{JobId, Outcome, Progress, Receiver, Results, Run, Why, block_on};

/// A running job. Await it, or [`wait`](Self::wait) for it, to learn its [`Outcome`].
///
/// It works under any executor and under none. Dropping it cancels the job and does not block; [`detach`](Self::detach) lets the
/// job go on alone.
///
/// # Cancel safety
/// Polling through `&mut job` (in a `select!`, with a timeout) and dropping that loses nothing: await the job again later.
#[must_use = "dropping a job cancels it; await it, wait for it or detach it"]
pub struct Job {
    run: Arc<Run>,
    result: Receiver<Outcome>,
    progress: watch::Receiver<Progress>,
    cancel_on_drop: bool,
}

impl Job {
    pub(super) fn new(run: Arc<Run>, (result, progress): Results<Outcome>) -> Self {
        Self { run, result, progress, cancel_on_drop: true }
    }

    /// Which job: the number in its log span and its thread's name.
    #[must_use]
    pub fn id(&self) -> JobId {
        self.run.id
    }

    /// A handle to end the job with while this one is awaited.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.run))
    }

    /// Snapshots of how far the job is, the newest only.
    pub fn progress(&self) -> Updates {
        Updates::new(self.progress.clone())
    }

    /// Blocks until the job ends. For async code, await the job instead.
    ///
    /// # Errors
    /// Why there is no output.
    pub fn wait(self) -> Result<Outcome, Error> {
        block_on(self)
    }

    /// Lets the job go on without a handle. [`Control`]s stay usable.
    pub fn detach(mut self) {
        self.cancel_on_drop = false;
    }
}

impl Future for Job {
    type Output = Result<Outcome, Error>;

    /// Resolves once: as any future, not to be polled again afterwards.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.result).poll(context)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.cancel_on_drop {
            self.run.cancel(Why::Asked);
        }
    }
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("id", &self.run.id).finish_non_exhaustive()
    }
}
