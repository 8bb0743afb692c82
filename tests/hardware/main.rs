//! Devices that decode and encode, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod analysis;
mod bundle;
mod chosen;
mod encoders;
mod example;
mod frames;
mod made;
mod nodes;
mod pipelines;
mod refusals;
mod seen;
mod stills;
mod trials;
