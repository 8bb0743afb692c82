//! Ending: every way in every stage, and what is left afterwards. A process of its own, for it counts what the process holds.

#[path = "../support/mod.rs"]
mod support;

mod executors;
mod exit;
mod leaks;
mod matrix;
mod resolver;
mod stages;
#[allow(dead_code)] // The benchmark of endings uses what the tests do not: durations.
mod ways;

use support::{clips, leftovers};
