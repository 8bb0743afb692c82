//! A run seen from outside: started, watched, told to end, waited for. Nothing here blocks, but for what says so in its name or
//! its docs.

mod analysis;
mod control;
mod converted;
mod frames;
mod handed;
mod handle;
mod hardware;
mod launch;
mod looking;
mod preview;
mod probe;
mod reading;
mod samples;
mod sheet;
mod start;
mod still;
mod task;
mod token;
mod updates;
mod waveform;

pub use analysis::{Analysis, Pictures, Sound};
pub use control::Control;
pub use converted::Converted;
pub use frames::Frames;
pub use handle::Job;
pub use launch::Launch;
pub use preview::Preview;
pub use probe::{Probe, probe};
pub use reading::{BlockIter, BlockStream, EventIter, EventStream, FrameIter, FrameStream, ImageIter, ImageStream};
pub use samples::Samples;
pub use sheet::Sheet;
pub use still::Still;
pub use task::Task;
pub use updates::{BlockingUpdates, Updates};
pub use waveform::Waveform;
