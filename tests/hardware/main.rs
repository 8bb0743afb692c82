//! Devices that decode and encode, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod analysis;
mod bundle;
mod chosen;
mod encoder_policies;
mod encoders;
mod encoding;
mod example;
mod frames;
mod made;
mod next_device;
mod nodes;
mod pipelines;
mod qsv;
mod refusals;
mod scaling;
mod seen;
mod staying;
mod stills;
mod trials;
mod uploads;
mod vaapi;
