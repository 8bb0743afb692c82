use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::Journal;
use crate::error::Error;

/// What a run can come to: the value of its success.
pub(crate) trait Product: Send + 'static {
    /// Whether what there is of it at a stop is worth something. Where it is not, a stop is a cancel.
    const HAS_PARTS: bool = false;

    /// Whether everything that was asked for has been done.
    fn is_whole(&self) -> bool {
        true
    }

    /// With what FFmpeg logged meanwhile, where it tells of that.
    fn with_log(self, _journal: &Journal) -> Self
    where
        Self: Sized,
    {
        self
    }
}

/// Where a run's result is sent: once, by its own thread or by the reaper, which [`Run`](super::Run) decides.
pub(crate) struct Answer<T>(Arc<Mutex<Option<Sender<T>>>>);

type Sender<T> = oneshot::Sender<Result<T, Error>>;

/// The handle's end of it: a future.
pub(crate) struct Receiver<T>(oneshot::Receiver<Result<T, Error>>);

pub(super) fn channel<T>() -> (Answer<T>, Receiver<T>) {
    let (sender, receiver) = oneshot::channel();
    (Answer(Arc::new(Mutex::new(Some(sender)))), Receiver(receiver))
}

impl<T> Answer<T> {
    pub(super) fn send(&self, result: Result<T, Error>) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The handle may be gone; then nobody wants to know.
        let _ = sender.map(|it| it.send(result));
    }
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // The sender lives in the run, which the handle holds, and is taken only to send; an error cannot come up.
        Pin::new(&mut self.0).poll(context).map(|result| result.unwrap_or(Err(Error::Cancelled { detached: false })))
    }
}
