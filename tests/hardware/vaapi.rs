//! Devices of VA-API, on a scripted libva: what trials find out of them, and that what they decode is what the processor decodes,
//! whatever goes wrong on the way.

mod chosen;
mod example;
mod frames;
mod jobs;
mod scaling;
mod staying;
mod stills;
mod trials;

use telecine::hardware::{Accelerator, Device};

use crate::support::va::{NODES, Va};

const UNTESTED: &str = "whether VA-API's devices are tried, used and left as they should be";

/// The scripted one.
fn device() -> Device {
    Device::of(Accelerator::Vaapi).path(NODES[0])
}

fn other() -> Device {
    Device::of(Accelerator::Vaapi).path(NODES[1])
}

fn va() -> Option<Va> {
    Va::new(UNTESTED)
}
