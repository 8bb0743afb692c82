use crate::frames::Wanted;
use crate::media::{ChannelLayout, SampleRate};

/// What of a stream of sound is to be decoded, and what it is to be made into. What is `None` is as the sound itself begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoundWanted {
    pub(crate) wanted: Wanted,
    pub(crate) rate: Option<SampleRate>,
    pub(crate) layout: Option<ChannelLayout>,
    pub(crate) is_planar: bool,
    /// Samples of each channel in a block; `None` for as many as come at once.
    pub(crate) block: Option<usize>,
}
