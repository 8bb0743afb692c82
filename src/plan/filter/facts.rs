use std::time::Duration;

use crate::media::{ChannelLayout, FrameRate};

/// What is known of a stream where a filter takes it. Unknown is `None`, and what a filter leaves unknown becomes so.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts {
    /// Width and height in pixels, turned as the input says that it is to be.
    pub(crate) size: Option<(u32, u32)>,
    /// How wide a pixel is for its height.
    pub(crate) sample_aspect: Option<(u32, u32)>,
    pub(crate) frame_rate: Option<FrameRate>,
    /// FFmpeg's name of the pixel format.
    pub(crate) pixel_format: Option<&'static str>,
    /// FFmpeg's name of the transfer characteristics; `Some("unknown")` where the header was read and does not tell, `None` where it
    /// was not read.
    pub(crate) transfer: Option<&'static str>,
    /// In hertz.
    pub(crate) sample_rate: Option<u32>,
    pub(crate) layout: Option<ChannelLayout>,
    /// Where in its input the track's time 0 lies.
    pub(crate) start: Duration,
}
