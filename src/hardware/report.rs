use super::class::Class;
use super::verdict::Verdict;
use crate::media::{Accelerator, Device};
use crate::run::Product;

/// What decodes and encodes on this machine besides the processor, and how well: what [`probe`](super::probe()) finds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Report {
    /// telecine's version.
    pub telecine: &'static str,
    /// That of the FFmpeg that this process runs with.
    pub ffmpeg: String,
    /// Where devices were tried: in the process if only one of the trials was.
    pub isolation: Isolation,
    /// Those that were asked for; each that FFmpeg knows, where nobody asked for any.
    pub accelerators: Vec<AcceleratorReport>,
}

impl Product for Report {}

/// Where devices are tried, as it was the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Isolation {
    /// In a process of their own, which a driver may crash or hold up ([`child::run_if_asked`](crate::child::run_if_asked)).
    Child,
    /// On threads of this process.
    InProcess,
}

/// What there is of an accelerator.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AcceleratorReport {
    /// Which one.
    pub accelerator: Accelerator,
    /// Whether it can be used.
    pub found: Found,
}

/// Whether an accelerator can be used.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Found {
    /// This FFmpeg was built without it.
    NotBuilt,
    /// None of its devices can be used.
    NoDevice {
        /// Why not, in FFmpeg's lines where there are any ([`logs::install`](crate::logs::install)), and what to do about it.
        reason: String,
    },
    /// It has some.
    Devices(Vec<DeviceReport>),
}

/// What a device is, and what it decodes and encodes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DeviceReport {
    /// How it is asked for.
    pub device: Device,
    /// What it is called; `None` where nobody tells.
    pub name: Option<String>,
    /// Who drives it, or which version of that; `None` where nobody tells.
    pub driver: Option<String>,
    /// Why it cannot be used, where another one of the accelerator's can.
    pub refusal: Option<String>,
    /// Each class that was tried, and what came of it.
    pub trials: Vec<Trial>,
    /// Each encoder that was tried, and what came of it; none of devices that FFmpeg's encoders cannot be told to use.
    pub encoders: Vec<EncoderTrial>,
}

/// A class of streams, and whether a device decodes them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Trial {
    /// What was tried.
    pub class: Class,
    /// What came of it.
    pub verdict: Verdict,
}

/// An encoder of a device, and whether it encodes pictures of 1920x1080, with its default options.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EncoderTrial {
    /// FFmpeg's name of it: `h264_nvenc`.
    pub encoder: &'static str,
    /// FFmpeg's name of what it makes.
    pub codec: &'static str,
    /// Bits of a sample.
    pub depth: u8,
    /// What came of it.
    pub verdict: Verdict,
}
