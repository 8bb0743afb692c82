use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::watch;

use super::{Control, Updates};
use crate::error::{Error, Reason};
use crate::frames::{self, Part, Wanted};
use crate::pipeline::intolerable;
use crate::run::{JobId, Progress, Receiver, Run, Why};

/// A reading under way, as the application holds it.
pub(super) struct Handed<T, O> {
    run: Arc<Run>,
    items: frames::Receiver<T>,
    result: Receiver<O>,
    progress: watch::Receiver<Progress>,
    /// The result, once it is known; what is wrong with it is told behind the last item.
    ended: Option<Result<O, Error>>,
    over: bool,
}

impl<T, O> Handed<T, O> {
    pub(super) fn new(
        run: Arc<Run>,
        items: frames::Receiver<T>,
        result: Receiver<O>,
        progress: watch::Receiver<Progress>,
    ) -> Self {
        Self { run, items, result, progress, ended: None, over: false }
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        if self.over {
            return Poll::Ready(None);
        }
        if self.ended.is_none() {
            if let Poll::Ready(Some(item)) = self.items.poll(context) {
                return Poll::Ready(Some(Ok(item)));
            }
            let result = ready!(Pin::new(&mut self.result).poll(context));
            self.ended = Some(result);
        }
        // What was decoded before the end comes before it. Of a thread that is held up, nothing more is waited for.
        if let Some(item) = self.items.take() {
            return Poll::Ready(Some(Ok(item)));
        }
        self.over = true;
        match &self.ended {
            Some(Err(why)) => Poll::Ready(Some(Err(why.clone()))),
            _ => Poll::Ready(None),
        }
    }

    pub(super) fn id(&self) -> JobId {
        self.run.id
    }

    pub(super) fn control(&self) -> Control {
        Control::new(Arc::clone(&self.run))
    }

    pub(super) fn progress(&self) -> Updates {
        Updates::new(self.progress.clone())
    }

    pub(super) fn outcome(&self) -> Option<&O> {
        self.ended.as_ref().filter(|_| self.over)?.as_ref().ok()
    }
}

impl<T, O> Drop for Handed<T, O> {
    fn drop(&mut self) {
        self.run.cancel(Why::Asked);
    }
}

/// What can be told beforehand to be wrong with what is wanted, of pictures as of sound.
pub(super) fn unreadable(wanted: &Wanted) -> impl Iterator<Item = Reason> {
    let range = match wanted.part {
        Part::Between(start, Some(end)) if end <= start => Some(Reason::EmptyRange { start, end }),
        _ => None,
    };
    range.into_iter().chain(intolerable(&wanted.tolerance))
}
