//! Devices that decode, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod chosen;
mod example;
mod frames;
mod nodes;
mod refusals;
mod seen;
mod trials;
