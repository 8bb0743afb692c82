//! FFmpeg's log in `tracing`: every line with its job, none with another's, no secret in any.
//!
//! [`install`] makes FFmpeg's lines events:
//!
//! - **target** `telecine::ffmpeg::` and who wrote it (`h264`, `mov`, `https`, `scale`): `RUST_LOG=telecine::ffmpeg::h264=debug`;
//! - **level** as FFmpeg's, whose `verbose` is debug and whose `debug` and `trace` are trace;
//! - **fields** `job` ([`JobId`](crate::JobId)), `role` (demux, decode, filter, encode, mux, protocol), `stream`, `context`, `message`, and
//!   `repeated` where the line before came more than once; those that are not known are left out;
//! - inside the job's span, a child of the span that was current at [`start`](crate::Pipeline::start), to the subscriber that was
//!   current there, and before the job's outcome.
//!
//! Whatever subscriber there is, an [`Error`](crate::Error::log_lines) carries the last lines of its job, and an
//! [`Outcome`](crate::Outcome::warnings) counts the warnings.
//!
//! A line that is not known to be a job's has no `job`, and goes to the global subscriber.
//!
//! Where the process has no `tracing` subscriber and has a logger of the `log` crate, lines are records of that, with the same
//! target and level, and the fields behind the message.
//!
//! ```
//! telecine::logs::install()?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Lines are put together on the thread that logs them; `telecine-log`, one thread for all jobs, masks them and hands them to
//! subscribers, so that none makes a decoder wait. Between the two is a queue with room for so many lines and bytes; what does not fit
//! is dropped, counted ([`dropped`]) and told of.
//!
//! Invariants:
//! 1. Nothing foreign (a subscriber, a registration of a call site) runs on FFmpeg's threads, or under a lock of ours.
//! 2. A job's lines are handed over in the order in which they were logged on each thread.
//! 3. Locks: the table of classes, the table of jobs, a journal's; none is held while another is taken.

mod classes;
mod deliver;
mod jobs;
mod lines;
mod records;

use std::ffi::CStr;
use std::io;

use tracing::Level;
use tracing::level_filters::LevelFilter;

pub use deliver::{dropped, subscriber_panics};
pub(crate) use jobs::{Listening, on_thread_of};

use crate::ffi::log as ffi;

/// Makes FFmpeg's lines events and parts of errors, for the whole process and from now on. Done twice, it is as done once.
///
/// An application that sets an `av_log` callback of its own, or uses ez-ffmpeg beside telecine, does that first: the last callback
/// set is the one that FFmpeg calls.
///
/// # Errors
/// The system cannot start a thread; then nothing has changed.
#[doc(alias = "av_log_set_callback")]
pub fn install() -> io::Result<()> {
    deliver::ensure()?;
    ffi::set_active(true);
    let (loudest, heard) = (records::loudest, lines::heard);
    ffi::install(ffi::Bridge { loudest, heard, wanted: lines::wanted, piece: lines::piece });
    Ok(())
}

/// FFmpeg's lines go where they would without telecine, to standard error, until the next [`install`].
///
/// Nobody can ask FFmpeg what callback it had before, so it is FFmpeg's default one that they go to, at FFmpeg's own level.
pub fn uninstall() {
    ffi::set_active(false);
}

/// Lines above this are not looked at, whatever the subscribers say, but for jobs that say otherwise
/// ([`Launch::log_level`](crate::Launch::log_level)). Warnings and errors are looked at in any case, for errors carry them.
/// Default: everything.
pub fn set_level(level: LevelFilter) {
    jobs::set_level(level);
}

/// Writes a line, or a piece of one, through FFmpeg's own `av_log`, on this thread: how tests and benches make FFmpeg say things.
#[doc(hidden)]
pub fn write(level: Level, text: &CStr) {
    ffi::write(level, text);
}

/// Whether anybody counts what FFmpeg logs.
pub(crate) fn is_installed() -> bool {
    ffi::is_active()
}

/// The same, where nobody has set a callback of their own since.
pub(crate) fn is_heard() -> bool {
    is_installed() && ffi::is_heard()
}

/// FFmpeg has got another callback from somebody whom we called; where ours is installed, it is ours again.
pub(crate) fn reclaim() {
    ffi::reclaim();
}
