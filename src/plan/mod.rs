//! What a pipeline means for one input and this FFmpeg: which streams, which encoders, with which options.

mod audio;
mod decide;
mod streams;
mod video;
mod work;

pub(crate) use decide::{StreamPlan, decide};
pub(crate) use work::{InputWork, OutputWork, TrackWork, Work};
