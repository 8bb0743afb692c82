//! Outputs that are whole or absent: written beside their final name, renamed when whole. What is no file is written in place.
//!
//! What is temporary, a file or a directory, is locked (`flock`) for as long as its writer lives, and the lock goes with the process,
//! however it ends. So what is temporary and can be locked is a dead process's, in whatever container that ran.
//!
//! A *set* is a directory of files that is written as one output. It gets its name in one step, as a file does. A directory of that
//! name gives way in the same step where the file system can exchange two names (`RENAME_EXCHANGE` on Linux, `RENAME_SWAP` on macOS);
//! elsewhere it is put aside first, and between those two steps nothing has the name: see [`replace`].

mod leftovers;
mod live_set;
mod locked;
mod place;
mod replace;
mod set_files;
mod sink;
mod staged;
mod staged_set;
mod target;
mod temporary;

pub(crate) use live_set::LiveSet;
pub(crate) use place::{Place, refused};
pub(crate) use replace::Replaced;
pub(crate) use set_files::SetFile;
pub(crate) use sink::{AnyWriter, Watched as WatchedSink};
pub(crate) use staged::Staged;
pub(crate) use staged_set::StagedSet;
pub(crate) use target::{Target, shown};
