//! Pictures of a film, as files: single ones, many on a sheet, some that follow each other; and pictures of its sound.
//!
//! ```text
//!  StillWanted ────▶ frames::read ───────▶ Gathered ──▶ filtered ──▶ encoded ──▶ Whole: file, beside its name, then renamed
//!  data              one frame, or a few   the best     by the plan              └▶ or the bytes themselves
//!
//!  SheetWanted ────▶ frames::read ───────▶ Cells ─────▶ tile ──────▶ encoded ──▶ Whole, with the cues
//!                    a few frames          filtered each
//!
//!  PreviewWanted ──▶ frames::read ───────▶ Animator: filters, palette, encoder, muxer ──▶ Whole
//!
//!  WaveformWanted ─▶ frames::read_sound ─▶ Levels ────▶ drawn ─────▶ encoded ──▶ Whole
//! ```
//!
//! Nothing more is decoded than the frames need, and where that is one packet, by one thread: to start more takes longer.

mod animate;
mod candidates;
mod cells;
mod develop;
mod levels;
mod preview;
mod product;
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
