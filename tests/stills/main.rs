//! `Still`: single pictures as files, with the `ffmpeg` program as the judge: its files are the same, byte by byte.
//!
//! `TELECINE_MEDIA` may name a folder with a corpus of clips made by others: see `which`.

#[path = "../support/mod.rs"]
mod support;

mod among;
mod file;
mod hostile;
mod judge;
mod preview;
mod refusals;
mod sheet;
mod waveform;
mod which;
