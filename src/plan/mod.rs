//! What a pipeline means for one input and this FFmpeg: which streams, which encoders, with which options.

mod audio;
mod decide;
mod streams;
mod video;

pub(crate) use decide::{Plan, StreamPlan};
