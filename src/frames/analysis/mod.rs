//! What is to be seen in pictures or heard in sound, told as it is found.
//!
//! ```text
//!  Sought ──▶ Pump ─▶ Clock ─▶ cut, conformed ─▶ Detector: filter ─▶ look ─▶ Sender ══▶ Receiver
//!  data       decodes          sound alone       one for each thing sought    the application's
//! ```
//!
//! FFmpeg's filters look, each in a graph of its own, so that it sees what it would see alone; what they find they say in the frames'
//! metadata, which is read and made into an [`Event`]. Each file here has one thing that can be sought: its options, its filter, and
//! how it is read.

mod black;
mod conform;
mod crop;
mod detector;
mod event;
mod freeze;
mod interval;
mod look;
mod loudness;
mod reading;
mod scenes;
mod silence;
mod sought;

pub use black::Black;
pub use crop::Crop;
pub use event::Event;
pub use freeze::Freeze;
pub use loudness::{Loudness, LoudnessLevels, LoudnessSummary};
pub use reading::AnalysisOutcome;
pub(crate) use reading::analyze;
pub(super) use scenes::SceneChanges;
pub use scenes::Scenes;
pub use silence::Silence;
pub(crate) use sought::Sought;
