use std::fmt;
use std::str::FromStr;

use super::{Device, UnknownDevice};

/// Whether a device of the machine decodes, or encodes, and which.
///
/// A device that fails, at the beginning or later, is left for the processor, unless it is required: nothing is lost and nothing comes
/// twice, and what was used instead is told, with the reason ([`WhySoftware`](super::WhySoftware)).
///
/// ```
/// use telecine::Hardware;
/// use telecine::hardware::Accelerator;
///
/// let either = Hardware::prefer([Accelerator::Cuda, Accelerator::Vaapi]);
/// assert_eq!("prefer=cuda,vaapi".parse(), Ok(either));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[doc(alias = "hwaccel")]
pub enum Hardware {
    /// The processor does it.
    #[default]
    Off,
    /// A device does it where one has been proven to, by a trial with that codec, profile and depth, and where that is worth its while.
    Auto,
    /// The first of these that can, or the processor.
    Prefer(Vec<Device>),
    /// That one, or it fails.
    Require(Device),
}

impl Hardware {
    /// [`Prefer`](Self::Prefer) these, in this order.
    pub fn prefer(devices: impl IntoIterator<Item = impl Into<Device>>) -> Self {
        Self::Prefer(devices.into_iter().map(Into::into).collect())
    }

    /// [`Require`](Self::Require) this one.
    pub fn require(device: impl Into<Device>) -> Self {
        Self::Require(device.into())
    }

    pub(crate) fn is_off(&self) -> bool {
        *self == Self::Off
    }

    /// What is not off, in a suffix of a line for people.
    pub(crate) fn shown(&self) -> String {
        if self.is_off() { String::new() } else { format!(" (hardware {self})") }
    }
}

/// `off`, `auto`, `prefer=cuda,vaapi`, `require=cuda:1`.
impl fmt::Display for Hardware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Auto => f.write_str("auto"),
            Self::Prefer(devices) => {
                let devices: Vec<_> = devices.iter().map(ToString::to_string).collect();
                write!(f, "prefer={}", devices.join(","))
            }
            Self::Require(device) => write!(f, "require={device}"),
        }
    }
}

impl FromStr for Hardware {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownPolicy> {
        match text.split_once('=') {
            None if text == "off" => Ok(Self::Off),
            None if text == "auto" => Ok(Self::Auto),
            Some(("prefer", devices)) => Ok(Self::Prefer(devices.split(',').map(str::parse).collect::<Result<_, _>>()?)),
            Some(("require", device)) => Ok(Self::Require(device.parse()?)),
            _ => Err(UnknownPolicy::NoPolicy { text: text.to_owned() }),
        }
    }
}

/// A text that is no [`Hardware`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownPolicy {
    /// None of the four.
    #[error("{text:?} says nothing of hardware: give off, auto, prefer=DEVICE,DEVICE or require=DEVICE")]
    NoPolicy {
        /// What was given.
        text: String,
    },
    /// One of its devices.
    #[error(transparent)]
    NoDevice(#[from] UnknownDevice),
}
