//! Devices that decode: which there are, which one a stream is given to, and what became of it.
//!
//! ```text
//!  Hardware ──▶ candidates ──▶ place ──▶ open ──▶ sessions ──▶ Lent ──▶ Decoder
//!  policy       devices        by FFmpeg  shared    room        a device, for as long as it is used
//! ```
//!
//! Each candidate that is passed over, and each device that is left later, is told of, with the reason ([`Usage`]).

mod choice;
mod opened;
mod place;
mod sessions;

pub use crate::media::{Accelerator, Device, LeftDevice, UnknownDevice, UnknownPolicy, Usage, WhySoftware};
pub(crate) use choice::{Lent, Refusal, choose, foresee};
pub(crate) use place::in_words;
pub use sessions::limit_sessions;
