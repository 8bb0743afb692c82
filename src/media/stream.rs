use std::time::Duration;

use super::Disposition;

/// What a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[doc(alias = "AVMediaType")]
pub enum StreamKind {
    /// Moving pictures, or a still one such as cover art.
    Video,
    /// Sound.
    Audio,
    /// Text or pictures of text.
    Subtitle,
    /// Anything else: timecodes, metadata, attachments.
    Other,
}

/// One stream of a container, as its header describes it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias = "AVStream")]
pub struct StreamInfo {
    /// Its index in the container, from 0.
    pub index: usize,
    /// What it carries.
    pub kind: StreamKind,
    /// FFmpeg's name of the codec, such as `h264`; `None` where FFmpeg does not know it.
    pub codec: Option<&'static str>,
    /// Width and height of the coded picture in pixels; `None` for other kinds or where the header does not tell.
    pub size: Option<(u32, u32)>,
    /// Channels of sound; `None` for other kinds or where the header does not tell.
    pub channels: Option<u32>,
    /// `None` where the header does not tell.
    pub duration: Option<Duration>,
    /// As the container writes it, mostly in ISO 639-2: `eng`; `None` where it does not tell.
    pub language: Option<String>,
    /// What it is for, as the container marks it.
    pub dispositions: Vec<Disposition>,
    /// A still picture that goes with the sound, not a film.
    #[doc(alias = "AV_DISPOSITION_ATTACHED_PIC")]
    pub cover_art: bool,
    /// Marked as the one to play when the viewer has not chosen.
    #[doc(alias = "AV_DISPOSITION_DEFAULT")]
    pub default: bool,
}

impl StreamInfo {
    /// Moving pictures or sound.
    pub(crate) fn is_film_or_sound(&self) -> bool {
        matches!(self.kind, StreamKind::Video | StreamKind::Audio) && !self.cover_art
    }
}
