//! The vocabulary: values that every other part speaks of, without behaviour of their own.

mod bitrate;
mod keyframes;
mod limits;
mod location;
mod log;
mod quality;
mod reach;
mod redact;
mod secret;
mod speed;
mod stage;
mod stream;
mod time;
mod tolerance;

pub use bitrate::{Bitrate, kbps, mbps};
pub use keyframes::KeyframeInterval;
pub use limits::Limits;
pub use location::Location;
pub(crate) use log::Tag;
pub use log::{LogLine, Role};
pub use quality::Quality;
pub use reach::Reach;
pub(crate) use redact::{Secrets, is_secret_header};
pub use secret::Secret;
pub use speed::Speed;
pub use stage::{Phase, Stage};
pub use stream::{StreamInfo, StreamKind};
pub use time::{TimeError, mins, parse_time, secs};
pub use tolerance::Tolerance;
