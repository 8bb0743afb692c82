//! FFmpeg's log in `tracing`. A process of its own, for FFmpeg has one log callback and `tracing` one global subscriber.

#[path = "../support/mod.rs"]
mod support;

mod events;
mod heard;
mod levels;
mod lines;
mod results;
mod secrets;
mod subscribers;
mod whose;
