//! Devices that decode, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod frames;
mod made;
mod pipelines;
mod refusals;
mod seen;
