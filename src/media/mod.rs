//! The vocabulary: values that every other part speaks of, without behaviour of their own.

mod bitrate;
mod channels;
mod color;
mod frame_rate;
mod gain;
mod limits;
mod location;
mod log;
mod quality;
mod reach;
mod redact;
mod sample_rate;
mod secret;
mod stage;
mod stream;
mod time;
mod tolerance;

pub use bitrate::{Bitrate, kbps, mbps};
pub use channels::ChannelLayout;
pub use color::{Color, ColorError};
pub use frame_rate::{FrameRate, fps};
pub use gain::{Gain, db};
pub use limits::Limits;
pub use location::Location;
pub(crate) use log::Tag;
pub use log::{LogLine, Role};
pub use quality::Quality;
pub use reach::Reach;
pub(crate) use redact::{Secrets, is_secret_header};
pub use sample_rate::{SampleRate, hz};
pub use secret::Secret;
pub use stage::{Phase, Stage};
pub use stream::{StreamInfo, StreamKind};
pub use time::{TimeError, mins, parse_time, secs};
pub use tolerance::Tolerance;
