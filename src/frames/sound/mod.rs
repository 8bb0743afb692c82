//! Sound for applications: as pictures are read, with samples instead.
//!
//! ```text
//!  SoundWanted ──▶ lead ──▶ Pump ─▶ Clock ─▶ cut to the range ─▶ Resampler ─▶ Waiting ─▶ blocks ─▶ Sender
//!                  where                     by the sample       as `ffmpeg`'s  cut to length
//! ```

mod block;
mod clock;
mod lead;
mod reading;
mod waiting;
mod wanted;

pub use block::Block;
pub use reading::SamplesOutcome;
pub(crate) use reading::read_sound;
pub(crate) use wanted::SoundWanted;
