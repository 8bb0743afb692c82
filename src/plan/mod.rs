//! What a pipeline means for one input and this FFmpeg: which streams, which encoders, with which options.

mod audio;
mod decide;
#[allow(dead_code, unused_imports, reason = "until tracks have filters")]
mod filter;
mod streams;
mod video;

pub(crate) use decide::{Plan, StreamPlan};
