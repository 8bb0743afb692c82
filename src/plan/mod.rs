//! What a pipeline means for one input and this FFmpeg: which streams, which encoders, with which options.

mod chain;
mod command;
mod decide;
mod decodable;
mod encode;
mod filter;
mod joined;
mod joint;
mod outline;
mod set;
mod staying;
mod still;
mod stream;
mod streams;
mod told;
mod work;

pub use command::Command;
pub(crate) use decide::{check_lengths, decide, decide_by};
pub(crate) use decodable::{Decodable, decodable};
pub(crate) use encode::{Encodable, Encode};
pub(crate) use filter::SCALERS;
pub(crate) use joined::JoinedWork;
pub(crate) use staying::{OnDevice, fetched, stay};
pub(crate) use still::{StillWork, Wrong, animation, drawing, missing_filter, still};
pub(crate) use stream::StreamPlan;
pub(crate) use told::{Decoder, Encoder};
pub use told::{Fate, LeftOut, Plan, PlannedInput, PlannedOutput, PlannedStream, PlannedTrack};
pub(crate) use work::{ByDevice, InputWork, OutputWork, SetContent, SetWork, TrackWork, Work};
