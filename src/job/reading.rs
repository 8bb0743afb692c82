use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::watch;

use super::{Control, Updates};
use crate::error::Error;
use crate::frames::{self, Frame, FramesOutcome};
use crate::run::{JobId, Progress, Receiver, Run, Why, block_on};

/// A reading under way, as the application holds it.
pub(super) struct Handed {
    run: Arc<Run>,
    frames: frames::Receiver,
    result: Receiver<FramesOutcome>,
    progress: watch::Receiver<Progress>,
    /// The result, once it is known; what is wrong with it is told behind the last frame.
    ended: Option<Result<FramesOutcome, Error>>,
    over: bool,
}

impl Handed {
    pub(super) fn new(
        run: Arc<Run>,
        frames: frames::Receiver,
        result: Receiver<FramesOutcome>,
        progress: watch::Receiver<Progress>,
    ) -> Self {
        Self { run, frames, result, progress, ended: None, over: false }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame, Error>>> {
        if self.over {
            return Poll::Ready(None);
        }
        if self.ended.is_none() {
            if let Poll::Ready(Some(frame)) = self.frames.poll(context) {
                return Poll::Ready(Some(Ok(frame)));
            }
            let result = ready!(Pin::new(&mut self.result).poll(context));
            self.ended = Some(result);
        }
        // What was decoded before the end comes before it. Of a thread that is held up, nothing more is waited for.
        if let Some(frame) = self.frames.take() {
            return Poll::Ready(Some(Ok(frame)));
        }
        self.over = true;
        match &self.ended {
            Some(Err(why)) => Poll::Ready(Some(Err(why.clone()))),
            _ => Poll::Ready(None),
        }
    }

    fn outcome(&self) -> Option<&FramesOutcome> {
        self.ended.as_ref().filter(|_| self.over)?.as_ref().ok()
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        self.run.cancel(Why::Asked);
    }
}

/// What both kinds of reading have.
macro_rules! reading_handle {
    () => {
        pub(super) fn new(handed: Handed) -> Self {
            Self(handed)
        }

        /// Which reading: the number in its log span and its thread's name. Readings and jobs share one count.
        #[must_use]
        pub fn id(&self) -> JobId {
            self.0.run.id
        }

        /// A handle to end the reading with while its frames are waited for. After a stop, the frames come that were read before, and
        /// then the end.
        #[must_use]
        pub fn control(&self) -> Control {
            Control::new(Arc::clone(&self.0.run), self.0.progress.clone())
        }

        /// Snapshots of how far it is, the newest only.
        pub fn progress(&self) -> Updates {
            Updates::new(self.0.progress.clone())
        }

        /// What it came to. `None` before its end, and where that was an error.
        #[must_use]
        pub fn outcome(&self) -> Option<&FramesOutcome> {
            self.0.outcome()
        }
    };
}

/// Decoded frames, one by one: `next` blocks until there is one. What [`Frames::start`](crate::Frames::start) gives.
///
/// An error comes once, behind the last frame, and then `None`; after the regular end, `None` at once, and
/// [`outcome`](Self::outcome) says what it was. Dropping it at any time cancels the reading, and does not block.
#[must_use = "dropping it cancels the reading"]
pub struct FrameIter(Handed);

impl FrameIter {
    reading_handle!();
}

impl Iterator for FrameIter {
    type Item = Result<Frame, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(std::future::poll_fn(|context| self.0.poll(context)))
    }
}

impl std::iter::FusedIterator for FrameIter {}

/// Decoded frames, one by one, for async code under any executor. What [`Frames::stream`](crate::Frames::stream) gives.
///
/// It ends as [`FrameIter`] does. Dropping it at any time cancels the reading, and does not block.
///
/// # Cancel safety
/// Dropping a pending [`next`](Self::next), in a `select!` or for a timeout, loses no frame.
#[must_use = "dropping it cancels the reading"]
pub struct FrameStream(Handed);

impl FrameStream {
    reading_handle!();

    /// The next frame; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Frame, Error>> {
        std::future::poll_fn(|context| self.0.poll(context)).await
    }
}

impl Stream for FrameStream {
    type Item = Result<Frame, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(context)
    }
}

impl std::fmt::Debug for FrameIter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameIter").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for FrameStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameStream").field("id", &self.id()).finish_non_exhaustive()
    }
}

// What the docs promise of the handles, checked where they are made.
const _: fn() = || {
    fn is<T: Unpin + Send + 'static>() {}
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    is::<FrameIter>();
    is::<FrameStream>();
    is_shared::<Frame>();
};
