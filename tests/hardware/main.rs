//! Devices that decode, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod refusals;
