//! One thread that ends runs whose own thread may be held up: it removes what they would leave and resolves their handles.
//!
//! It does file work that neither the caller of `cancel()` (who may be an executor) nor the run's own thread (which may be in a
//! native call for as long as that takes) can do.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Run;

static REAPER: Mutex<Option<Sender<Arc<Run>>>> = Mutex::new(None);

/// Makes sure that there is one. To be called before a run may need it.
///
/// # Errors
/// The system cannot start a thread.
pub(crate) fn ensure() -> io::Result<()> {
    let mut reaper = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    if reaper.is_none() {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().name("telecine-reaper".into()).spawn(move || reap(&receiver))?;
        *reaper = Some(sender);
    }
    Ok(())
}

/// Hands over a cancelled run. Never blocks for longer than it takes to append to a list.
pub(super) fn hand_over(run: Arc<Run>) {
    let reaper = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = reaper.as_ref() {
        // The receiver lives as long as the process.
        let _ = sender.send(run);
    }
}

fn reap(runs: &Receiver<Arc<Run>>) {
    for run in runs {
        run.abandon();
    }
}
