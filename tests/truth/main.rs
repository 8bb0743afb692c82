//! The command of a plan is true: `ffmpeg` that is told it writes what the job writes.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod filters;
mod generated;
mod joined;
mod judge;
mod planning;
mod problems;
mod round_trip;
mod second;
mod shapes;
mod sources;
