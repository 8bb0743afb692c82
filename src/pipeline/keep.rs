use super::codec::{Flac, Mp3};
use super::container::{M4a, Matroska, Mov, Mp4, MpegTs};
use super::{AnyContainer, Container, Output};
use crate::error::Reason;

/// What of the first input goes along with an output, besides its tracks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Keep {
    /// The tags of the whole and of each stream; without them no chapters either. Default: they do, as with the `ffmpeg` program.
    pub tags: bool,
    /// Chapters. Default: they do, where the container has a place for them.
    pub chapters: bool,
    /// Pictures that are marked as cover art. Default: they do not.
    pub cover_art: bool,
    /// Attached files, fonts mostly. Default: they do not.
    pub attachments: bool,
    /// Streams of data, such as timecodes. Default: they do not.
    pub data: bool,
}

impl Default for Keep {
    fn default() -> Self {
        Self { tags: true, chapters: true, cover_art: false, attachments: false, data: false }
    }
}

/// A container that has a place for cover art. Matroska has one, and FFmpeg's muxer makes a film of it.
pub trait HoldsCoverArt: Container {}
impl HoldsCoverArt for Mp4 {}
impl HoldsCoverArt for Mov {}
impl HoldsCoverArt for M4a {}
impl HoldsCoverArt for Mp3 {}
impl HoldsCoverArt for Flac {}

/// A container that has a place for streams of data. Which ones, FFmpeg's muxer says.
pub trait HoldsData: Container {}
impl HoldsData for Mp4 {}
impl HoldsData for Mov {}
impl HoldsData for MpegTs {}

impl<C: Container> Output<C> {
    /// Leaves out what the inputs say of themselves and of their streams: title, language, chapters, and whatever else there is.
    #[doc(alias = "map_metadata")]
    pub fn without_tags(self) -> Self {
        self.keep(|it| it.tags = false)
    }

    /// Leaves out the chapters of the inputs.
    #[doc(alias = "map_chapters")]
    pub fn without_chapters(self) -> Self {
        self.keep(|it| it.chapters = false)
    }
}

impl<C: HoldsCoverArt> Output<C> {
    /// Copies the first input's cover art.
    #[doc(alias = "attached_pic")]
    pub fn with_cover_art(self) -> Self {
        self.keep(|it| it.cover_art = true)
    }
}

impl Output<Matroska> {
    /// Copies the first input's attached files: the fonts that its subtitles want, mostly.
    #[doc(alias = "attach")]
    pub fn with_attachments(self) -> Self {
        self.keep(|it| it.attachments = true)
    }
}

impl<C: HoldsData> Output<C> {
    /// Copies the first input's streams of data, such as timecodes. One that the container does not hold fails the job.
    pub fn with_data(self) -> Self {
        self.keep(|it| it.data = true)
    }
}

impl Keep {
    /// What the container has no place for, for choices made at run time.
    pub(super) fn reasons(self, container: &AnyContainer) -> impl Iterator<Item = Reason> {
        use AnyContainer as To;
        let mp4 = matches!(container, To::Mp4(_) | To::Mov(_));
        let cover_art = mp4 || matches!(container, To::M4a(_) | To::Mp3 | To::Flac);
        let data = mp4 || matches!(container, To::MpegTs);
        let wanted = [
            (self.cover_art, cover_art, "cover art"),
            (self.attachments, matches!(container, To::Matroska), "attachments"),
            (self.data, data, "data"),
        ];
        let container = container.name();
        wanted
            .into_iter()
            .filter(|(wanted, has_place, _)| *wanted && !has_place)
            .map(move |(.., codec)| Reason::CodecNotInContainer { codec, container })
    }
}
