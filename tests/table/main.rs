//! What goes where, and what encoders are told, held against FFmpeg: `ffmpeg` and `ffprobe` of the linked one are the judges.

#[path = "../support/mod.rs"]
mod support;

mod containers;
mod copies;
mod encoders;
mod ranges;
mod samples;
