//! Single pictures of a film, as files; or many of them on a sheet.
//!
//! ```text
//!  StillWanted ──▶ frames::read ──▶ filtered ──────────▶ encoded ──▶ Whole: file, beside its name, then renamed
//!  data            the one frame    what the plan says            └▶ or the bytes themselves
//!
//!  SheetWanted ──▶ frames::read ──▶ Cells ──▶ tile ────▶ encoded ──▶ Whole, with the cues
//!                  a few frames     filtered each
//! ```
//!
//! Nothing more is decoded than the frames need, and where that is one packet, by one thread: to start more takes longer.

mod animate;
mod candidates;
mod cells;
mod develop;
mod levels;
mod preview;
mod sheet;
mod still;
mod vtt;
mod waveform;

pub(crate) use animate::step;
pub use candidates::Candidates;
pub(crate) use levels::By;
pub use preview::{Palette, PreviewOutcome};
pub(crate) use preview::{PreviewWanted, Spread, take_preview};
pub use sheet::{Cell, SheetOutcome};
pub(crate) use sheet::{SheetWanted, take_sheet};
pub use still::StillOutcome;
pub(crate) use still::{StillWanted, take};
pub(crate) use waveform::{WaveformLook, WaveformWanted, take_waveform};
pub use waveform::{WaveformOutcome, WaveformScale};
