use std::time::Duration;

use crate::media::{ChannelLayout, FrameRate, Rational, StreamInfo};

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

impl Facts {
    /// What a header says of a stream, from whose beginning on it is taken.
    pub(crate) fn of(stream: &StreamInfo) -> Self {
        let video = stream.video.as_deref();
        let pair = |it: Rational| Some((u32::try_from(it.num()).ok()?, u32::try_from(it.den()).ok()?));
        // FFmpeg turns pictures upright before any filter.
        let on_its_side = video.and_then(|it| it.orientation.as_ref()).is_some_and(|it| it.rotation % 180 != 0);
        Self {
            size: stream.size.map(|(width, height)| if on_its_side { (height, width) } else { (width, height) }),
            sample_aspect: video.and_then(|it| it.pixel_aspect).and_then(pair),
            frame_rate: video.and_then(|it| it.frame_rate).and_then(pair).map(|(num, den)| FrameRate::new(num, den)),
            pixel_format: video.and_then(|it| it.pixel_format),
            transfer: video.map(|it| it.color.transfer.unwrap_or("unknown")),
            sample_rate: stream.audio.as_deref().and_then(|it| it.sample_rate_hz),
            layout: stream.audio.as_deref().and_then(|it| it.layout.as_deref()).map(|it| ChannelLayout::Named(it.to_owned())),
            start: Duration::ZERO,
        }
    }
}
