use std::time::Duration;

use super::{Scenes, SeekIndex};
use crate::media::{Hardware, Select, Tolerance};

/// What of a stream is to be decoded, and how.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) select: Select,
    pub(crate) part: Part,
    pub(crate) choice: Choice,
    pub(crate) seek: Seek,
    pub(crate) tolerance: Tolerance,
    /// Decoder threads; `None` leaves it to FFmpeg.
    pub(crate) threads: Option<u16>,
    pub(crate) hardware: Hardware,
    /// Whether pictures of a device are laid out as the processor's, so that nothing shows which of them decoded.
    pub(crate) is_laid_out: bool,
    pub(crate) index: Option<SeekIndex>,
}

impl Wanted {
    /// For what is made into something else, or looked at: the same whatever decodes.
    pub(crate) fn laid_out() -> Self {
        Self { is_laid_out: true, ..Self::default() }
    }
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            select: Select::main(),
            part: Part::All,
            choice: Choice::All,
            seek: Seek::Exact,
            tolerance: Tolerance::default(),
            threads: None,
            hardware: Hardware::Off,
            is_laid_out: false,
            index: None,
        }
    }
}

/// Which frames, by times counted from the beginning of the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    All,
    /// Those that begin at or after the first time and before the second.
    Between(Duration, Option<Duration>),
    /// The one that is on the screen then.
    At(Duration),
}

/// Which of the frames of a part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Choice {
    All,
    /// Those on the screen at the part's beginning, and so long after, and again.
    Every(Duration),
    /// Those whose number within the part is a multiple of that.
    Nth(u64),
    /// Those on the screen in the middle of so many parts of the same length.
    Spread(u32),
    /// Those that the decoder makes of key frames alone.
    KeyFrames,
    /// Those on the screen at these times.
    AtEach(Vec<Duration>),
    /// The first one, and those that begin another scene.
    Scenes(Scenes),
}

/// How a reading that does not begin at the beginning finds its first frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Seek {
    /// The frame that decoding the whole would give there, pixel by pixel: decoding begins at a key frame before it from which that is
    /// certain, if need be at the beginning.
    #[default]
    #[doc(alias = "accurate_seek")]
    Exact,
    /// The key frame that is nearest, before or after. Much cheaper where key frames are rare; where none is so near, the reading fails
    /// with [`Error::Seek`](crate::Error::Seek).
    #[doc(alias = "noaccurate_seek")]
    NearestKeyFrame {
        /// How far it may be.
        within: Duration,
    },
}
