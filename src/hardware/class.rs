use std::fmt;

use crate::media::{StreamInfo, VideoInfo};

/// What is tried together: streams of a codec, profile and depth, up to a size. What a device does with the clip of a class, it is taken
/// to do with all streams of the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Class {
    /// FFmpeg's name of the codec.
    pub codec: &'static str,
    /// FFmpeg's name of the profile. Those that each decoder of it decodes as well are of the class: `High` is `Main`, too.
    pub profile: &'static str,
    /// Bits of a sample.
    pub depth: u8,
    /// How much chroma there is: `4:2:0`.
    pub chroma: &'static str,
    /// Whether pictures are in two fields.
    pub interlaced: bool,
    /// How large they may be.
    pub size: PictureSize,
}

/// How large pictures may be. None are smaller than 144 pixels on a side: many devices have a least size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum PictureSize {
    /// To 1024 pixels on either side.
    Sd,
    /// To 2048.
    Hd,
    /// To 4096.
    Uhd,
}

impl PictureSize {
    /// The longest side that is of it, in pixels.
    #[must_use]
    pub fn longest(self) -> u32 {
        match self {
            Self::Sd => 1024,
            Self::Hd => 2048,
            Self::Uhd => 4096,
        }
    }
}

impl fmt::Display for PictureSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to {0}x{0}", self.longest())
    }
}

impl Class {
    pub(super) const fn new(codec: &'static str, profile: &'static str, depth: u8, size: PictureSize) -> Self {
        Self { codec, profile, depth, chroma: "4:2:0", interlaced: false, size }
    }

    pub(super) const fn in_fields(self) -> Self {
        Self { interlaced: true, ..self }
    }

    /// The one that a stream is of: the smallest that it fits into. `None` for what no clip is like, so that it cannot be tried.
    #[must_use]
    pub fn of(stream: &StreamInfo) -> Option<Self> {
        let fitting = super::clip::classes().filter(|it| it.holds(stream).unwrap_or_default());
        fitting.min_by_key(|it| it.size)
    }

    fn holds(self, stream: &StreamInfo) -> Option<bool> {
        /// Of HEVC on NVIDIA's devices, which ask for most.
        const LEAST: u32 = 144;
        let video = stream.video.as_ref()?;
        let (width, height) = stream.size?;
        let (depth, chroma) = samples(video.pixel_format?)?;
        let fits = width.min(height) >= LEAST && width.max(height) <= self.size.longest();
        let is_alike = stream.codec? == self.codec && (depth, chroma) == (self.depth, self.chroma);
        let profile = stream.profile.as_deref()?;
        Some(fits && is_alike && is_in_fields(video) == self.interlaced && self.profiles().contains(&profile))
    }

    /// By FFmpeg's names, those that each decoder of this one's profile decodes.
    fn profiles(&self) -> &'static [&'static str] {
        match (self.codec, self.profile) {
            ("h264", "High") => &["High", "Main", "Constrained Baseline"],
            ("h264", "High 10") => &["High 10", "High 10 Intra"],
            ("hevc", "Main") => &["Main"],
            ("hevc", "Main 10") => &["Main 10"],
            ("vp8", _) => &["0"],
            ("vp9", "Profile 0") => &["Profile 0"],
            ("vp9", _) => &["Profile 2"],
            ("av1", _) => &["Main"],
            ("mpeg2video", _) => &["Main", "Simple"],
            ("mpeg4", _) => &["Simple Profile", "Advanced Simple Profile"],
            ("mjpeg", _) => &["Baseline"],
            _ => &[],
        }
    }
}

fn is_in_fields(video: &VideoInfo) -> bool {
    video.field_order.is_some_and(|it| it != "progressive")
}

/// Bits of a sample, and how much chroma there is.
fn samples(format: &str) -> Option<(u8, &'static str)> {
    match format {
        "yuv420p" | "yuvj420p" | "nv12" => Some((8, "4:2:0")),
        "yuv420p10le" | "yuv420p10be" | "p010le" | "p010be" => Some((10, "4:2:0")),
        _ => None,
    }
}

/// `h264 High, 8 bit 4:2:0, to 2048x2048`
impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { codec, profile, depth, chroma, interlaced, size } = self;
        let fields = if *interlaced { " interlaced" } else { "" };
        write!(f, "{codec} {profile}{fields}, {depth} bit {chroma}, {size}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::StreamKind;

    fn stream(codec: &'static str, profile: &str, format: &'static str, size: (u32, u32)) -> StreamInfo {
        let video = VideoInfo { pixel_format: Some(format), field_order: Some("progressive"), ..VideoInfo::default() };
        StreamInfo {
            codec: Some(codec),
            profile: Some(profile.to_owned()),
            size: Some(size),
            video: Some(Box::new(video)),
            ..StreamInfo::new(0, StreamKind::Video)
        }
    }

    #[test]
    fn a_stream_is_of_the_smallest_class_that_holds_it() {
        let of = |codec, profile, format, size| Class::of(&stream(codec, profile, format, size));
        let size = |it: Option<Class>| it.map(|it| it.size);
        assert_eq!(size(of("h264", "High", "yuv420p", (320, 240))), Some(PictureSize::Sd));
        assert_eq!(size(of("h264", "Main", "yuv420p", (1080, 1920))), Some(PictureSize::Hd));
        assert_eq!(size(of("hevc", "Main 10", "yuv420p10le", (4096, 2160))), Some(PictureSize::Uhd));
        assert_eq!(of("hevc", "Main 10", "yuv420p10le", (640, 360)).map(|it| it.depth), Some(10));
        assert_eq!(of("mjpeg", "Baseline", "yuvj420p", (640, 360)).map(|it| it.codec), Some("mjpeg"));
    }

    #[test]
    fn what_no_clip_is_like_is_of_no_class() {
        let none = [
            stream("h264", "High", "yuv420p", (8192, 4320)),
            stream("h264", "High", "yuv420p", (128, 96)),
            stream("h264", "High 4:2:2", "yuv422p", (1280, 720)),
            stream("h264", "High", "yuv420p10le", (1280, 720)),
            stream("hevc", "Rext", "yuv444p", (1280, 720)),
            stream("prores", "HQ", "yuv422p10le", (1280, 720)),
            StreamInfo { profile: None, ..stream("h264", "High", "yuv420p", (1280, 720)) },
            StreamInfo { size: None, ..stream("h264", "High", "yuv420p", (1280, 720)) },
            StreamInfo { video: None, ..stream("h264", "High", "yuv420p", (1280, 720)) },
        ];
        for stream in none {
            assert_eq!(Class::of(&stream), None, "{stream:?}");
        }
    }

    #[test]
    fn pictures_in_fields_are_of_a_class_of_their_own() {
        let mut stream = stream("h264", "High", "yuv420p", (720, 576));
        stream.video.as_mut().unwrap().field_order = Some("tt");
        let class = Class::of(&stream).unwrap();
        assert!(class.interlaced && class.size == PictureSize::Hd, "{class}");
    }
}
