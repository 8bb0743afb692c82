//! The vocabulary: values that every other part speaks of, without behaviour of their own.

mod bitrate;
mod color;
mod disposition;
mod hdr;
mod limits;
mod location;
mod log;
mod orientation;
mod parts;
mod quality;
mod rational;
mod reach;
mod redact;
mod secret;
mod select;
#[cfg(feature = "serde")]
pub(crate) mod serial;
mod stage;
mod stream;
mod tags;
mod time;
mod timestamp;
mod tolerance;

pub use bitrate::{Bitrate, kbps, mbps};
pub use color::Color;
pub use disposition::Disposition;
pub use hdr::{ContentLight, DolbyVision, MasteringDisplay, Primaries};
pub use limits::Limits;
pub use location::Location;
pub(crate) use log::Tag;
pub use log::{LogLine, Role};
pub use orientation::Orientation;
pub use parts::{Chapter, Program};
pub use quality::Quality;
pub use rational::Rational;
pub use reach::Reach;
pub(crate) use redact::{Secrets, is_secret_header};
pub use secret::Secret;
pub(crate) use select::By;
pub use select::Select;
pub use stage::{Phase, Stage};
pub use stream::{AudioInfo, StreamInfo, StreamKind, VideoInfo};
pub use tags::Tags;
pub use time::{TimeError, mins, parse_time, secs};
pub use timestamp::Timestamp;
pub use tolerance::Tolerance;
