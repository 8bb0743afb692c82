//! Outputs that are whole or absent: written beside their final name, renamed when whole. What is no file is written in place.
//!
//! The temporary file is locked (`flock`) for as long as its writer lives, and the lock goes with the process, however it ends.
//! So a temporary file that can be locked is a dead process's, in whatever container that ran.

mod leftovers;
mod place;
mod sink;
mod staged;
mod target;

pub(crate) use place::{Place, refused};
pub(crate) use sink::{AnyWriter, Watched as WatchedSink};
pub(crate) use staged::Staged;
pub(crate) use target::{Target, shown};
