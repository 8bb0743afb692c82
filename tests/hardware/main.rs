//! Devices that decode, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod frames;
mod refusals;
mod seen;
