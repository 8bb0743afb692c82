//! How a plan is run: ez-ffmpeg's contexts inside telecine's promises. Only this folder knows ez-ffmpeg.
//!
//! [`run()`] is called on the run's own thread, which it owns until everything native has ended: opening, running, finishing,
//! publishing, in this order, each in a file of its own.

mod anew;
mod attempt;
mod context;
mod devices;
mod encoders;
mod failure;
mod finish;
mod init;
mod job;
mod live;
mod opened;
mod output;
mod prepare;
mod running;
mod supervise;
mod surfaces;
mod tap;
mod uploads;
mod whole;

pub use init::init;
pub(crate) use live::{Live, Named};
pub(crate) use output::AnyWriter;
pub(crate) use prepare::plan;
pub(crate) use supervise::run;
pub use tap::TapResult;
pub(crate) use whole::Whole;
