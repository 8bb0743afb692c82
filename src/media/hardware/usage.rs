use std::time::Duration;

use super::{Device, Hardware, WhySoftware};

/// What decoded or encoded, and what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// What was asked for.
    pub requested: Hardware,
    /// The device that did it, to the end; `None` where that was the processor.
    pub used: Option<Device>,
    /// The devices that were to be used and were not, or not to the end, in the order in which they were left.
    pub left: Vec<LeftDevice>,
}

/// A device that was not used, or not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftDevice {
    /// Which one.
    pub device: Device,
    /// Why.
    pub why: WhySoftware,
    /// What FFmpeg said, its lines where there are any ([`logs::install`](crate::logs::install)).
    pub said: String,
    /// How far decoding was then, also of a device that encodes, counted from the beginning of the container; `None` where it had not
    /// begun.
    pub at: Option<Duration>,
}
