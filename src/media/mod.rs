//! The vocabulary: values that every other part speaks of, without behaviour of their own.

mod bitrate;
mod location;
mod quality;
mod stage;
mod stream;
mod time;

pub use bitrate::{Bitrate, kbps, mbps};
pub use location::Location;
pub use quality::Quality;
pub use stage::{Phase, Stage};
pub use stream::{StreamInfo, StreamKind};
pub use time::{TimeError, mins, parse_time, secs};
