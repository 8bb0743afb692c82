//! Outputs that are whole or absent: written beside their final name, renamed when whole.
//!
//! The temporary file is locked (`flock`) for as long as its writer lives, and the lock goes with the process, however it ends.
//! So a temporary file that can be locked is a dead process's, in whatever container that ran.

mod leftovers;
mod staged;
mod target;

pub(super) use staged::Staged;
pub(super) use target::Target;
