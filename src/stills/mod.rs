//! Single pictures of a film, as files.
//!
//! ```text
//!  StillWanted ──▶ frames::read ──▶ develop: filters ─▶ encoder ──▶ Whole: file, beside its name, then renamed
//!  data            the one frame    what the plan says            │
//!                                                                 └▶ or the bytes themselves
//! ```
//!
//! Nothing more is decoded than the frame needs, and where that is one packet, by one thread: to start more takes longer.

mod develop;
mod still;

pub use still::StillOutcome;
pub(crate) use still::{StillWanted, take};
