//! What a pipeline means for one input and this FFmpeg: which streams, which encoders, with which options.

mod audio;
mod command;
mod decide;
#[allow(dead_code, unused_imports, reason = "until tracks have filters")]
mod filter;
mod streams;
mod told;
mod video;
mod work;

pub use command::Command;
pub(crate) use decide::{StreamPlan, check_lengths, decide};
pub use told::{Fate, LeftOut, Plan, PlannedInput, PlannedOutput, PlannedStream, PlannedTrack};
pub(crate) use work::{InputWork, OutputWork, TrackWork, Work};
