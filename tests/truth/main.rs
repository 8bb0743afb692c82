//! The command of a plan is true: `ffmpeg` that is told it writes what the job writes.

#[path = "../support/mod.rs"]
mod support;

mod filters;
mod generated;
mod judge;
mod planning;
mod problems;
mod shapes;
mod sources;
