//! From the thread that decodes to whoever takes what comes: a queue that holds the decoder up where it is full.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc;

use super::wanted::Choice;
use crate::error::Error;
use crate::media::StreamInfo;
use crate::run::{Run, Verdict, block_on_or};

/// With room for so many that wait.
pub(crate) fn queue<T>(room: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel(room);
    (Sender(sender), Receiver(receiver))
}

/// What lasts for so long is worth telling.
const LONG: Duration = Duration::from_millis(100);

/// The end of the thread that decodes.
pub(crate) struct Sender<T>(mpsc::Sender<T>);

/// The application's end.
pub(crate) struct Receiver<T>(mpsc::Receiver<T>);

/// Who takes what is decoded, on the thread that decodes.
pub(crate) trait Give<T> {
    /// Which stream it comes from, and how long it is, where that is asked: told once, before anything comes. What of it is wanted, where
    /// that depends on these.
    ///
    /// # Errors
    /// As those of what was asked.
    fn stream(&mut self, _: &StreamInfo, _length: Measure<'_>) -> Result<Option<Choice>, Error> {
        Ok(None)
    }

    /// How many it takes at most, where it does not take whatever comes.
    fn most(&self) -> Option<u64> {
        None
    }

    /// Whether nothing more is wanted.
    fn has_enough(&self) -> bool {
        false
    }

    /// # Errors
    /// What ends the reading: [`Error::Cancelled`] where nobody wants any more.
    fn give(&mut self, item: T, run: &Arc<Run>) -> Result<(), Error>;
}

/// How long a stream is; [`Error::Seek`] where nobody can tell.
pub(crate) type Measure<'a> = &'a mut dyn FnMut() -> Result<Duration, Error>;

impl<T> Give<T> for Sender<T> {
    fn give(&mut self, item: T, run: &Arc<Run>) -> Result<(), Error> {
        self.send(item, run).map_err(|Gone| Error::Cancelled { detached: false })
    }
}

impl<T, F: FnMut(T, &Arc<Run>) -> Result<(), Error>> Give<T> for F {
    fn give(&mut self, item: T, run: &Arc<Run>) -> Result<(), Error> {
        self(item, run)
    }
}

/// Nobody wants any more.
pub(super) struct Gone;

impl<T> Sender<T> {
    /// Hands one over; blocks where there is no room, until there is, or the run is cancelled. Meanwhile the run counts as held up
    /// by the application.
    pub(super) fn send(&self, item: T, run: &Arc<Run>) -> Result<(), Gone> {
        let item = match self.0.try_send(item) {
            Ok(()) => return Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(Gone),
            Err(mpsc::error::TrySendError::Full(item)) => item,
        };
        run.hold(true);
        let mut room = pin!(self.0.reserve());
        // A cancel unparks this thread, and so does room: either way it is looked at again.
        let permit = poll_fn(|context| match run.verdict() {
            Verdict::Cancel(_) => Poll::Ready(None),
            _ => room.as_mut().poll(context).map(Result::ok),
        });
        let mut is_told = false;
        let permit = block_on_or(permit, LONG, || {
            is_told = true;
            let (elapsed, idle) = (run.elapsed(), run.idle());
            run.report(|progress| (progress.held, progress.elapsed, progress.idle) = (true, elapsed, idle));
        });
        run.hold(false);
        if is_told {
            run.report(|progress| progress.held = false);
        }
        permit.ok_or(Gone)?.send(item);
        Ok(())
    }
}

impl<T> Receiver<T> {
    /// The next one; `None` once the sender has gone and all are taken.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.poll_recv(context)
    }

    /// One that is there already. (tokio has a poll say that there is none, where the task has not yielded for long.)
    pub(crate) fn take(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}
