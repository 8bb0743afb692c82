//! Devices that decode, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod bundle;
mod chosen;
mod example;
mod frames;
mod made;
mod nodes;
mod pipelines;
mod refusals;
mod seen;
mod trials;
