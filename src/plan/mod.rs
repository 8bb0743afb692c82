//! What a pipeline means for one input and this FFmpeg: which streams, which encoders, with which options.

mod adapt;
mod decide;
mod encode;
mod streams;

pub(crate) use decide::{Plan, StreamPlan};
