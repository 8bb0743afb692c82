//! Reading media on our own terms: what the engine cannot be asked, or cannot be told to stop asking.

mod header;

pub(crate) use header::{Header, check_input};
