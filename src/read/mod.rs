//! Reading media on our own terms: opened so that it can be cut, with the truth about how it ended.
//!
//! A [`Source`] is what the engine reads: a name that FFmpeg opens (regular files, and what names further resources), or bytes
//! that we open (pipes, network, an application's reader). Bytes go through, from the outside in: [`Watched`] (movement, early
//! end, interrupt), [`Replay`] (the beginning, read twice from one opening), and the source proper.

mod descriptor;
mod header;
mod network;
mod open;
mod reader;
mod replay;
mod watched;

pub(crate) use header::{Header, check_input};
pub(crate) use open::{Source, open};
pub(crate) use reader::AnyReader;
pub(crate) use watched::{SourceEnd, Vitals, Watched};
