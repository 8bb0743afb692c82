//! One run's shared state: what its own thread, its handles and the reaper know of each other.
//!
//! Threads: each run has one thread of its own, named `telecine-N` after its id; it makes every call that can block. One more
//! thread, `telecine-reaper`, serves all runs: it keeps their time, and ends a run whose own thread is held up in a native call.
//!
//! Invariants:
//! 1. The ending only moves forward: going on, stop, then either cancel or publish, never both. Whoever moves it to cancel or to
//!    publish has decided how the run ends; nothing else does.
//! 2. The result is sent once, by whoever takes the sender first. A run is counted as detached from a result sent by the reaper
//!    while its own thread works, until that thread ends.
//! 3. What FFmpeg logs for a run is noted in its journal by whatever thread it is logged on; the result is given the last lines of it.
//! 4. No lock is held while another is taken, or while foreign code runs.

mod answer;
mod bounds;
mod detached;
mod ending;
mod id;
mod journal;
mod outcome;
mod park;
mod progress;
mod reading;
pub(crate) mod reaper;
mod state;
mod words;

pub(crate) use answer::{Answer, Product, Receiver};
pub(crate) use bounds::Bounds;
pub(crate) use detached::{LeftBehind, too_many as too_many_detached};
pub use detached::{detached_jobs, set_detached_limit};
pub(crate) use ending::{Verdict, Why};
pub use id::JobId;
pub(crate) use journal::{Journal, Noted, Place};
pub use outcome::{Outcome, TrackEncoder, Warning, Written};
pub(crate) use park::{block_on, block_on_or, current_thread_waker};
pub use progress::Progress;
pub(crate) use state::{Results, Run};
pub(crate) use words::words;
