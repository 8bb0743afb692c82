use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Control;
use super::start::{Body, Terms, begin};
use crate::error::Error;
use crate::media::{Location, Secrets};
use crate::run::{JobId, Product, Receiver, Run, Why, block_on};

/// Short work under way, such as a look at an input or a still. Await it, or [`wait`](Self::wait) for it, to learn what it
/// found.
///
/// It runs as a [`Job`](crate::Job) does: on a thread of its own, within bounds, inside a span of its own. It works under any
/// executor and under none. Dropping it cancels the work and does not block.
///
/// # Cancel safety
/// Polling through `&mut task` (in a `select!`, with a timeout) and dropping that loses nothing: await the task again later.
#[must_use = "dropping a task cancels it; await it or wait for it"]
pub struct Task<T> {
    run: Arc<Run>,
    result: Receiver<T>,
}

impl<T> Task<T> {
    /// Has `body` done as work on `location`, unless what the caller has found out before is an error: that is the result then.
    pub(super) fn start(
        terms: Terms,
        (location, secrets): (Location, Secrets),
        ready: Result<(), Error>,
        body: impl Body<T>,
    ) -> Self
    where
        T: Product,
    {
        let (run, (result, _)) = begin(terms, (location, secrets), ready, body);
        Self { run, result }
    }

    /// Which job it is: the number in its log span and its thread's name. Tasks and jobs share one count.
    #[must_use]
    pub fn id(&self) -> JobId {
        self.run.id
    }

    /// A handle to end the work with while this one is awaited. A stop is a cancel, at any time: half of such work is worth nothing.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.run))
    }

    /// Blocks until the work ends. For async code, await the task instead.
    ///
    /// # Errors
    /// Why it came to nothing.
    pub fn wait(self) -> Result<T, Error> {
        block_on(self)
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    /// Resolves once: as any future, not to be polled again afterwards.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.result).poll(context)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.run.cancel(Why::Asked);
    }
}

impl<T> std::fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task").field("id", &self.run.id).finish_non_exhaustive()
    }
}

// What the docs promise of a handle, checked where it is made.
const _: fn() = || {
    fn is<T: Future + Unpin + Send + 'static>() {}
    is::<Task<Vec<u8>>>();
};

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::media::Phase;
    use crate::run::{Bounds, Verdict};

    impl Product for u32 {}

    fn task(bounds: Bounds, body: impl Body<u32>) -> Task<u32> {
        let location = Location::from("in.mp4");
        let secrets = location.masks();
        Task::start(Terms { bounds, ..Terms::default() }, (location, secrets), Ok(()), body)
    }

    /// Goes on until it is told to end, and says that it has.
    fn endless(ended: mpsc::Sender<()>) -> impl Body<u32> {
        move |run: &Arc<Run>| {
            while run.verdict() == Verdict::GoOn {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            let _ = ended.send(());
            Ok(0)
        }
    }

    #[test]
    fn it_comes_to_what_the_body_gives() {
        assert_eq!(task(Bounds::default(), |_: &Arc<Run>| Ok(7)).wait().ok(), Some(7));
        let why = task(Bounds::default(), |run: &Arc<Run>| Err(Error::nothing_there(run.location()))).wait();
        assert!(matches!(why, Err(Error::Failed { .. })), "{why:?}");
    }

    #[test]
    fn a_panic_is_its_error() {
        let why = task(Bounds::default(), |_: &Arc<Run>| panic!("too hot")).wait();
        assert!(matches!(why, Err(Error::Failed { .. })), "{why:?}");
    }

    #[test]
    fn it_is_ended_by_its_control_its_bounds_and_its_drop() {
        // A wait tells what hangs, and not how fast the rest is.
        const PATIENCE: Duration = Duration::from_secs(600);
        let (sender, ended) = mpsc::channel();
        let running = task(Bounds::default(), endless(sender.clone()));
        running.control().stop();
        assert!(matches!(running.wait(), Err(Error::Cancelled { .. })));
        assert!(ended.recv_timeout(PATIENCE).is_ok());

        let short = Some(Duration::from_millis(20));
        let why = task(Bounds { open: short, ..Bounds::default() }, endless(sender.clone())).wait();
        assert!(matches!(why, Err(Error::OpenTimeout { .. })), "{why:?}");
        let why = task(Bounds { deadline: short, ..Bounds::default() }, endless(sender.clone())).wait();
        assert!(matches!(why, Err(Error::DeadlineExceeded { .. })), "{why:?}");
        assert!(ended.recv_timeout(PATIENCE).and(ended.recv_timeout(PATIENCE)).is_ok());

        drop(task(Bounds::default(), endless(sender)));
        assert!(ended.recv_timeout(PATIENCE).is_ok());
    }

    #[test]
    fn a_stop_is_a_cancel_in_the_middle_as_well() {
        let (sender, running) = mpsc::channel();
        let body = move |run: &Arc<Run>| {
            run.enter(Phase::Running);
            let _ = sender.send(());
            while run.verdict() == Verdict::GoOn {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            Ok(u32::from(run.may_publish()))
        };
        let task = task(Bounds::default(), body);
        assert!(running.recv_timeout(Duration::from_secs(600)).is_ok());
        task.control().stop();
        assert!(matches!(task.wait(), Err(Error::Cancelled { .. })));
    }

    #[test]
    fn what_takes_its_time_is_neither_a_stall_nor_held_up() {
        let bounds = || Bounds { stall: Some(Duration::from_millis(20)), ..Bounds::default() };
        // Long enough for the bound to be passed many times.
        let wait = |run: &Arc<Run>| {
            while run.verdict() == Verdict::GoOn && run.elapsed() < Duration::from_secs(1) {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            u32::from(run.snapshot().held)
        };
        let busy = task(bounds(), move |run: &Arc<Run>| {
            run.enter(Phase::Running);
            Ok(run.unhurried(|| wait(run)))
        });
        assert_eq!(busy.wait().ok(), Some(0));
        let idle = task(bounds(), move |run: &Arc<Run>| {
            run.enter(Phase::Running);
            Ok(wait(run))
        });
        assert!(matches!(idle.wait(), Err(Error::Stalled { .. })));
    }

    #[test]
    fn what_was_wrong_before_is_the_result() {
        let location = Location::from("in.mp4");
        let ready = Err(Error::nothing_there(&location));
        let what = (location.clone(), location.masks());
        assert!(Task::start(Terms::default(), what, ready, |_: &Arc<Run>| Ok(1)).wait().is_err());
    }
}
