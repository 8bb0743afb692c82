//! Waiting on a future from a thread that may block: the thread parks, the waker unparks it.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use tokio::task::coop::unconstrained;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Wakes the calling thread out of [`std::thread::park`].
pub(crate) fn current_thread_waker() -> Waker {
    Arc::new(Unpark(std::thread::current())).into()
}

/// Runs one future to its end on the calling thread, whatever executor may or may not be around. Inside a task of tokio's it counts as no
/// work of that task's: tokio has what works too long wait until the task yields, which a thread that parks never does.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    block(future, None::<(Duration, fn())>)
}

/// The same, and calls that once, where it takes so long.
pub(crate) fn block_on_or<F: Future>(future: F, long: Duration, late: impl FnOnce()) -> F::Output {
    block(future, Some((long, late)))
}

fn block<F: Future>(future: F, mut late: Option<(Duration, impl FnOnce())>) -> F::Output {
    let mut future = pin!(unconstrained(future));
    let waker = current_thread_waker();
    let mut context = Context::from_waker(&waker);
    let since = Instant::now();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        match &late {
            Some((long, _)) if since.elapsed() < *long => std::thread::park_timeout(*long - since.elapsed().min(*long)),
            Some(_) => late.take().into_iter().for_each(|(_, call)| call()),
            None => std::thread::park(),
        }
    }
}
