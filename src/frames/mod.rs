//! Decoded frames for applications: a stream of an input, read, decoded and handed over one by one.
//!
//! ```text
//!  Wanted ──▶ open ──▶ begin ──▶ packets ─▶ Decoder ─▶ Clock ─▶ chosen ─▶ Sender ══▶ Receiver
//!  data       Source   where     └──────── on the run's own thread ─────────┘        the application's
//! ```
//!
//! A [`Source`](source::Source) is an opened input with the stream that was asked for. [`begin`](begin::begin) finds the packet that
//! decoding has to begin with so that the first wanted frame is exact. [`Pump`](pump::Pump) is the loop, with a
//! [`Sieve`](sampling::Sieve) before the decoder where only some frames are wanted, and [`read`] chooses; what it hands over waits in a
//! queue with room for one frame, for a decoder has enough frames of its own, and what more there were would be memory.

mod analysis;
mod begin;
mod clock;
mod decoding;
mod entry;
mod expected;
mod frame;
mod index;
mod layer;
mod pixels;
mod pump;
mod queue;
mod reading;
mod sampling;
mod sound;
mod source;
mod wanted;

pub use analysis::{AnalysisOutcome, Black, Crop, Event, Freeze, Loudness, LoudnessLevels, LoudnessSummary, Scenes, Silence};
pub(crate) use analysis::{Sought, analyze};
pub use frame::Frame;
pub use index::SeekIndex;
pub(crate) use pixels::convert_beside;
pub use pixels::{Converter, Image, Pixels, Resize};
pub(crate) use queue::{Give, Measure, Receiver, Sender, queue};
pub use reading::FramesOutcome;
pub(crate) use reading::read;
pub use sound::{Block, SamplesOutcome};
pub(crate) use sound::{SoundWanted, read_sound};
pub use wanted::Seek;
pub(crate) use wanted::{Choice, Part, Wanted};
