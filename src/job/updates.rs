use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::watch;

use crate::media::Phase;
use crate::run::{Progress, block_on};

type Changed = Pin<Box<dyn Future<Output = (watch::Receiver<Progress>, bool)> + Send>>;

/// How far a job is: a stream that yields the newest snapshot when there is a new one.
///
/// The reader sets the pace: a slow one misses snapshots in between, slows nothing and queues nothing. The last item has
/// [`Phase::Ended`] and always comes. Any number of readers may exist; they may outlive the job's handle.
///
/// # Cancel safety
/// Dropping a pending [`next`](Self::next) loses nothing.
#[must_use = "a stream does nothing until it is read"]
pub struct Updates {
    changed: Changed,
    ended: bool,
}

impl Updates {
    pub(super) fn new(mut receiver: watch::Receiver<Progress>) -> Self {
        // The first item is the state at hand.
        receiver.mark_changed();
        Self { changed: Box::pin(changed(receiver)), ended: false }
    }

    /// The newest snapshot, once there is one that was not yielded yet; `None` after the last.
    pub async fn next(&mut self) -> Option<Progress> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// The same for code that may block: an iterator.
    pub fn blocking(self) -> BlockingUpdates {
        BlockingUpdates(self)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Progress>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let (mut receiver, more) = ready!(self.changed.as_mut().poll(context));
        let progress = *receiver.borrow_and_update();
        self.ended = !more || progress.phase == Phase::Ended;
        if !self.ended {
            self.changed = Box::pin(changed(receiver));
        }
        Poll::Ready(Some(progress))
    }
}

async fn changed(mut receiver: watch::Receiver<Progress>) -> (watch::Receiver<Progress>, bool) {
    let more = receiver.changed().await.is_ok();
    (receiver, more)
}

impl Stream for Updates {
    type Item = Progress;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Progress>> {
        self.get_mut().poll(context)
    }
}

impl std::fmt::Debug for Updates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Updates").field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// [`Updates`] as an iterator whose `next` blocks until there is a new snapshot.
#[derive(Debug)]
pub struct BlockingUpdates(Updates);

impl Iterator for BlockingUpdates {
    type Item = Progress;

    fn next(&mut self) -> Option<Progress> {
        block_on(self.0.next())
    }
}
