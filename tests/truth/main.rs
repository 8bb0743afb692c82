//! The command of a plan is true: `ffmpeg` that is told it writes what the job writes.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod filters;
mod judge;
mod round_trip;
mod shapes;
