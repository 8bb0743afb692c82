use std::time::Duration;

use super::LoudnessLevels;

/// Something found in pictures or sound, with when it is. Times are counted from the container's beginning, as
/// [`Frame::time`](crate::Frame::time) and [`Block::time`](crate::Block::time) count them, to the microsecond; what began before it, is
/// said to begin there.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Another scene begins.
    #[doc(alias = "lavfi.scd.score")]
    #[non_exhaustive]
    SceneChange {
        /// With the frame that begins then.
        at: Duration,
        /// How sure: from the threshold to 100.
        score: f64,
    },
    /// Nothing but black.
    #[doc(alias = "lavfi.black_start")]
    #[non_exhaustive]
    Black {
        /// When the first black frame begins.
        from: Duration,
        /// When the first that is not begins; or the end.
        to: Duration,
    },
    /// Nothing moves.
    #[doc(alias = "lavfi.freezedetect.freeze_start")]
    #[non_exhaustive]
    Freeze {
        /// When the frame begins that stays.
        from: Duration,
        /// When another one begins; or the end.
        to: Duration,
    },
    /// The picture without its black borders, where that is another than before.
    #[doc(alias = "lavfi.cropdetect.w")]
    #[non_exhaustive]
    Crop {
        /// From the frame on that begins then.
        at: Duration,
        /// Pixels that are left out on the left.
        x: u32,
        /// Pixels that are left out on top.
        y: u32,
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Nothing is heard.
    #[doc(alias = "lavfi.silence_start")]
    #[non_exhaustive]
    Silence {
        /// When the first soft sample begins.
        from: Duration,
        /// When the first loud one begins; or the end.
        to: Duration,
        /// In which channel, counted from 0; `None` for all of them together.
        channel: Option<usize>,
    },
    /// How loud it is: ten times a second.
    #[doc(alias = "lavfi.r128.M")]
    Loudness(LoudnessLevels),
}
