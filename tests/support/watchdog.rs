//! Waits that end: each names its scenario when it has waited too long.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Runs `body` on a thread of its own and fails, naming `scenario`, where it takes longer than that.
pub(crate) fn within<T: Send + 'static>(seconds: u64, scenario: &str, body: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || sender.send(body()));
    match receiver.recv_timeout(Duration::from_secs(seconds)) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => panic!("{scenario}: not over after {seconds} s"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(_) => unreachable!("a thread that ends well has sent"),
        },
    }
}

/// Looks again and again until `condition` holds. For what nothing can be awaited for, such as a file going away.
pub(crate) fn until(scenario: &str, mut condition: impl FnMut() -> bool) {
    const PATIENCE: Duration = Duration::from_secs(30);
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < PATIENCE, "{scenario}: not so after {PATIENCE:?}");
        thread::sleep(Duration::from_millis(5));
    }
}
