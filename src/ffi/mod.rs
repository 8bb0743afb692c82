//! Owners of FFmpeg's objects, and every `unsafe` of the crate.
//!
//! One move-only owner per pointer, its free function beside it; a borrow carries the rule that C leaves to the manual. What
//! leaves this module is plain data: no pointer and no type of FFmpeg's.

#![allow(unsafe_code)] // This is the one place for it; `lib.rs` denies it everywhere else.

mod code;
mod codec;
mod input;
mod version;

pub(crate) use code::Code;
pub(crate) use codec::has_encoder;
pub(crate) use input::{Input, InterruptFlag};
pub use version::ffmpeg_version;
