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
pub(super) use clock::Clock as SoundClock;
pub(super) use lead::begin as begin_sound;
pub use reading::SamplesOutcome;
pub(super) use reading::first_at;
pub(crate) use reading::read_sound;
pub(crate) use wanted::SoundWanted;
