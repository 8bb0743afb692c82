use std::fmt;
use std::str::FromStr;

use super::Accelerator;

/// A device that decodes: how to talk to it, and which one it is where there are several.
///
/// ```
/// use telecine::hardware::{Accelerator, Device};
///
/// assert_eq!(Device::of(Accelerator::Cuda).nth(1).to_string(), "cuda:1");
/// assert_eq!("vaapi:/dev/dri/renderD129".parse(), Ok(Device::of(Accelerator::Vaapi).path("/dev/dri/renderD129")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "String", into = "String"))]
#[doc(alias = "hwaccel_device")]
pub struct Device {
    pub(crate) accelerator: Accelerator,
    pub(crate) at: At,
}

/// Which one of an accelerator's devices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum At {
    /// From 0.
    Nth(u32),
    Path(Box<str>),
}

impl Device {
    /// The first one of an accelerator.
    #[must_use]
    pub fn of(accelerator: Accelerator) -> Self {
        Self { accelerator, at: At::Nth(0) }
    }

    /// Another one, counted from 0: of CUDA, as the driver counts them; of VA-API, as the render nodes are numbered; of Quick
    /// Sync Video on Linux, as Intel's among them are.
    #[must_use]
    pub fn nth(self, index: u32) -> Self {
        Self { at: At::Nth(index), ..self }
    }

    /// The one that has this path, as VA-API's render nodes have, or this name, as Vulkan's devices have.
    #[must_use]
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { at: At::Path(path.into().into_boxed_str()), ..self }
    }

    /// How it is talked to.
    #[must_use]
    pub fn accelerator(&self) -> Accelerator {
        self.accelerator
    }
}

impl From<Accelerator> for Device {
    fn from(accelerator: Accelerator) -> Self {
        Self::of(accelerator)
    }
}

/// `cuda`, `cuda:1`, `vaapi:/dev/dri/renderD129`: what `ffmpeg -init_hw_device` calls them.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::Nth(0) => write!(f, "{}", self.accelerator),
            At::Nth(index) => write!(f, "{}:{index}", self.accelerator),
            At::Path(path) => write!(f, "{}:{path}", self.accelerator),
        }
    }
}

impl FromStr for Device {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, UnknownDevice> {
        let (name, place) = text.split_once(':').map_or((text, None), |(name, place)| (name, Some(place)));
        let unknown = || UnknownDevice { text: text.to_owned() };
        let accelerator = Accelerator::ALL.into_iter().find(|it| it.name() == name).ok_or_else(unknown)?;
        let device = Self::of(accelerator);
        match place {
            None => Ok(device),
            Some("") => Err(unknown()),
            Some(place) => Ok(place.parse().map_or_else(|_| device.clone().path(place), |index| device.clone().nth(index))),
        }
    }
}

impl TryFrom<String> for Device {
    type Error = UnknownDevice;

    fn try_from(text: String) -> Result<Self, UnknownDevice> {
        text.parse()
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

/// A text that names no [`Device`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no device: give {}, and behind a colon its number or path if it is not the first", names())]
pub struct UnknownDevice {
    text: String,
}

fn names() -> String {
    Accelerator::ALL.map(Accelerator::name).join(", ")
}
