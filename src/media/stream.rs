use std::time::Duration;

use super::{
    Bitrate, ColorInfo, ContentLight, Disposition, DolbyVision, MasteringDisplay, Orientation, Rational, Tags, Timestamp,
};

/// What a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[doc(alias = "AVMediaType")]
pub enum StreamKind {
    /// Moving pictures, or a still one such as cover art.
    Video,
    /// Sound.
    Audio,
    /// Text or pictures of text.
    Subtitle,
    /// Data in time: timecodes, metadata.
    Data,
    /// A file that goes with the others, such as a font.
    Attachment,
    /// Anything else.
    Other,
}

/// One stream of a container: what its header says of it, and after a [`probe`](crate::probe()) what its first packets say besides.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "AVStream")]
pub struct StreamInfo {
    /// Its index in the container, from 0.
    pub index: usize,
    /// The container's own number of it; `None` where containers of this kind have none.
    pub id: Option<i32>,
    /// What it carries.
    pub kind: StreamKind,
    /// FFmpeg's name of the codec, such as `h264`; `None` where FFmpeg does not know it.
    pub codec: Option<&'static str>,
    /// The container's own name of the codec, such as `avc1`; `None` where it has none.
    #[doc(alias = "codec_tag_string")]
    pub codec_tag: Option<String>,
    /// FFmpeg's name of the codec's profile, such as `High`, or its number where there is no name.
    pub profile: Option<String>,
    /// Width and height of the coded picture in pixels; `None` for other kinds or where the header does not tell.
    pub size: Option<(u32, u32)>,
    /// Channels of sound; `None` for other kinds or where the header does not tell.
    pub channels: Option<u32>,
    /// What its timestamps count; `None` where it has none.
    pub time_base: Option<Rational>,
    /// Its first timestamp; `None` where the header does not tell.
    #[doc(alias = "start_time")]
    pub start: Option<Timestamp>,
    /// `None` where the header does not tell.
    #[cfg_attr(feature = "serde", serde(serialize_with = "super::serial::seconds"))]
    pub duration: Option<Duration>,
    /// `None` where the header does not tell.
    #[cfg_attr(feature = "serde", serde(serialize_with = "super::serial::bitrate"))]
    #[doc(alias = "bit_rate")]
    pub bitrate: Option<Bitrate>,
    /// Samples, where the container counts them.
    #[doc(alias = "nb_frames")]
    pub frames: Option<u64>,
    /// A still picture that goes with the sound, not a film: in `disposition`, too.
    #[doc(alias = "AV_DISPOSITION_ATTACHED_PIC")]
    pub cover_art: bool,
    /// Marked as the one to play when the viewer has not chosen: in `disposition`, too.
    #[doc(alias = "AV_DISPOSITION_DEFAULT")]
    pub default: bool,
    /// What it is for.
    pub disposition: Disposition,
    /// Its language as the container has it, mostly three letters of ISO 639-2; `und` is what some say for unknown.
    pub language: Option<String>,
    /// What else the container says of it, language and title among it.
    pub tags: Tags,
    /// More of its pictures; `None` for other kinds.
    pub video: Option<Box<VideoInfo>>,
    /// More of its sound; `None` for other kinds.
    pub audio: Option<Box<AudioInfo>>,
}

/// What pictures have that other streams do not.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct VideoInfo {
    /// FFmpeg's name of how pixels are stored, such as `yuv420p10le`.
    #[doc(alias = "pix_fmt")]
    pub pixel_format: Option<&'static str>,
    /// What of the codec a decoder must bear: 41 is 4.1 for H.264, 123 is 4.1 for HEVC.
    pub level: Option<i32>,
    /// What its numbers mean as colours.
    pub color: ColorInfo,
    /// Width of a pixel by its height.
    #[doc(alias = "sample_aspect_ratio")]
    #[doc(alias = "sar")]
    pub pixel_aspect: Option<Rational>,
    /// Frames a second, all in all.
    #[doc(alias = "avg_frame_rate")]
    pub frame_rate: Option<Rational>,
    /// The lowest rate whose ticks all of its timestamps fall on: a guess of FFmpeg's.
    #[doc(alias = "r_frame_rate")]
    pub base_frame_rate: Option<Rational>,
    /// `progressive`, or which field is coded and which shown first: `tt`, `bb`, `tb`, `bt`.
    pub field_order: Option<&'static str>,
    /// How many frames a decoder holds back to put them in order.
    #[doc(alias = "has_b_frames")]
    pub reordered: Option<u32>,
    /// How it is to be turned; `None` where it is to be shown as it is.
    pub orientation: Option<Orientation>,
    /// The screen that it was graded on.
    pub mastering: Option<MasteringDisplay>,
    /// How bright it gets.
    pub light: Option<ContentLight>,
    /// How Dolby Vision is carried.
    pub dolby_vision: Option<DolbyVision>,
}

/// What sound has that other streams do not.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AudioInfo {
    /// Samples a second, of each channel.
    #[doc(alias = "sample_rate")]
    pub sample_rate_hz: Option<u32>,
    /// FFmpeg's name of how samples are stored, such as `fltp`.
    #[doc(alias = "sample_fmt")]
    pub sample_format: Option<&'static str>,
    /// FFmpeg's name of which speakers the channels are for, such as `5.1`.
    #[doc(alias = "channel_layout")]
    pub layout: Option<String>,
}

impl StreamInfo {
    /// One of that kind, of which nothing else is known.
    pub(crate) fn new(index: usize, kind: StreamKind) -> Self {
        Self {
            index,
            id: None,
            kind,
            codec: None,
            codec_tag: None,
            profile: None,
            size: None,
            channels: None,
            time_base: None,
            start: None,
            duration: None,
            bitrate: None,
            frames: None,
            cover_art: false,
            default: false,
            disposition: Disposition::default(),
            language: None,
            tags: Tags::default(),
            video: None,
            audio: None,
        }
    }

    /// Its name, where the container gives it one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.tags.get("title")
    }

    /// Moving pictures or sound.
    pub(crate) fn is_film_or_sound(&self) -> bool {
        matches!(self.kind, StreamKind::Video | StreamKind::Audio) && !self.cover_art
    }
}
