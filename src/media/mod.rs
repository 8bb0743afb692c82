//! The vocabulary: values that every other part speaks of, without behaviour of their own.

mod bitrate;
mod limits;
mod location;
mod quality;
mod reach;
mod stage;
mod stream;
mod time;
mod tolerance;

pub use bitrate::{Bitrate, kbps, mbps};
pub use limits::Limits;
pub use location::Location;
pub use quality::Quality;
pub use reach::Reach;
pub use stage::{Phase, Stage};
pub use stream::{StreamInfo, StreamKind};
pub use time::{TimeError, mins, parse_time, secs};
pub use tolerance::Tolerance;
