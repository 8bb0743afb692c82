//! FFmpeg's log in `tracing`. A process of its own, for FFmpeg has one log callback and `tracing` one global subscriber.

#[path = "../support/mod.rs"]
mod support;

mod corrupt;
mod events;
mod heard;
mod whose;
