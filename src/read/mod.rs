//! Reading media on our own terms: opened so that it can be cut, with the truth about how it ended.
//!
//! A [`Source`] is what the engine reads: bytes that we open (files, pipes, network, an application's reader), or a name that FFmpeg
//! opens (what names further resources, and RTSP). Bytes go through, from the outside in: [`Watched`] (movement, early
//! end, interrupt), [`Replay`] (the beginning, read twice from one opening), and the source proper.

mod descriptor;
mod header;
mod network;
mod open;
mod part;
mod playlist;
mod reaches;
mod reader;
mod replay;
mod tolerated;
mod watched;

pub(crate) use descriptor::{code as system_code, wait as wait_ready};
pub(crate) use header::{Header, check_input};
pub(crate) use network::timeouts;
pub(crate) use open::{Request, Source, inspect, open, open_media};
pub(crate) use part::Part;
pub(crate) use reaches::reaches;
pub(crate) use reader::{AnyReader, code as error_code, guarded};
pub(crate) use tolerated::{countable, slack, tolerated};
pub(crate) use watched::{Vitals, Watched};
