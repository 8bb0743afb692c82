//! Cancellation tokens tied to a run, without a thread or a task that waits for them.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Wake};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::run::{Run, Why};

/// Cancels the run when the token is cancelled, for as long as the run lasts.
pub(super) fn cancels(token: CancellationToken, run: &Arc<Run>) {
    let mut waiting = Box::pin(token.cancelled_owned());
    let watch = Arc::new(Watch { run: Arc::downgrade(run), waiting: Mutex::new(None) });
    let waker = Arc::clone(&watch).into();
    if waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
        run.cancel(Why::Asked);
        return;
    }
    watch.hold(Some(waiting));
    run.at_end(Box::new(move || watch.hold(None)));
}

/// The run's own token, one for all who ask: it cancels the run, and is cancelled itself once the run has ended.
pub(super) fn of(run: &Arc<Run>) -> CancellationToken {
    let make = || {
        let token = CancellationToken::new();
        cancels(token.clone(), run);
        let own = token.clone();
        run.at_end(Box::new(move || own.cancel()));
        token
    };
    run.token.get_or_init(make).clone()
}

/// The token wakes it, and being woken is cancelling the run. The token holds this for as long as `waiting` lives.
struct Watch {
    run: Weak<Run>,
    waiting: Mutex<Option<Pin<Box<WaitForCancellationFutureOwned>>>>,
}

impl Watch {
    fn hold(&self, waiting: Option<Pin<Box<WaitForCancellationFutureOwned>>>) {
        let before = std::mem::replace(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner), waiting);
        // Takes a lock of the token's: not under ours.
        drop(before);
    }
}

impl Wake for Watch {
    fn wake(self: Arc<Self>) {
        if let Some(run) = self.run.upgrade() {
            run.cancel(Why::Asked);
        }
    }
}
