//! Waits that end: each names its scenario when it has waited too long.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How many times longer than on a quiet machine anything may take: a wait tells what hangs from what works, and not how fast that is.
pub(crate) const BUSY: u32 = 10;

/// Runs `body` on a thread of its own and fails, naming `scenario`, where it is still at it when it would be over on any machine: on a
/// quiet one it takes no longer than `seconds`, or a minute.
pub(crate) fn within<T: Send + 'static>(seconds: u64, scenario: &str, body: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || sender.send(body()));
    let patience = Duration::from_secs(seconds.max(60)) * BUSY;
    match receiver.recv_timeout(patience) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => panic!("{scenario}: not over after {patience:?}"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(_) => unreachable!("a thread that ends well has sent"),
        },
    }
}

/// Looks again and again until `condition` holds. For what nothing can be awaited for, such as a file going away.
pub(crate) fn until(scenario: &str, mut condition: impl FnMut() -> bool) {
    let patience = Duration::from_secs(60) * BUSY;
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < patience, "{scenario}: not so after {patience:?}");
        thread::sleep(Duration::from_millis(5));
    }
}
