//! Frames as pixels, seen from outside: which values, where, in whose memory, with the `ffmpeg` of the linked FFmpeg as the judge. One
//! module a topic.
//!
//! `TELECINE_MEDIA` may name a folder with a corpus of clips made by others: see `colors`.

#[path = "../support/mod.rs"]
mod support;

mod colors;
mod ending;
mod hdr;
#[cfg(any(feature = "image", feature = "ndarray"))]
mod interop;
mod judge;
mod layouts;
mod refusals;
mod sizes;
