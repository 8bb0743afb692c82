use super::container::sealed::Sealed;
use super::filter::{AudioFilter, VideoFilter};
use super::{AnyAudio, AnyContainer, AnyVideo, AudioEncoding, Reencodes, VideoEncoding};
use crate::error::Reason;
use crate::media::{Disposition, Select, StreamKind};

/// One stream of an output: which stream of which input, how it is encoded, and what it says of itself.
///
/// An encoding alone is a track too, of the [main](Select::main) stream.
///
/// ```
/// use telecine::{Aac, Disposition, H264, Mp4, Select, Track, kbps};
///
/// let output = Mp4::file("out.mp4")
///     .video(H264::default())
///     .audio(Aac::bitrate(kbps(128)))
///     .audio(Track::of(Select::language("deu"), Aac::bitrate(kbps(96))).title("Kommentar").disposition(Disposition::COMMENT));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a track does nothing until an output has it"]
pub struct Track<E> {
    pub(super) select: Select,
    pub(super) encoding: E,
    pub(super) filters: Filters,
    pub(super) label: Label,
}

/// What happens before the encoder, of the kind that the track is of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filters {
    pub(crate) video: Vec<VideoFilter>,
    pub(crate) audio: Vec<AudioFilter>,
}

/// What a stream says of itself. What is not said stays as the source has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Label {
    pub(crate) metadata: Vec<(String, String)>,
    pub(crate) disposition: Option<Disposition>,
}

impl<E> Track<E> {
    /// This stream, or these, encoded so.
    pub fn of(select: Select, encoding: E) -> Self {
        Self { select, encoding, filters: Filters::default(), label: Label::default() }
    }

    /// The language that it is marked with, in ISO 639-2 where the container is to understand it: `eng`. Default: the source's.
    pub fn language(self, language: impl Into<String>) -> Self {
        self.metadata("language", language)
    }

    /// Its title. Default: the source's.
    pub fn title(self, title: impl Into<String>) -> Self {
        self.metadata("title", title)
    }

    /// Sets one tag of the stream; an empty value removes it. What a container has no place for, it leaves out. Default: the
    /// source's.
    #[doc(alias = "metadata:s")]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.label.metadata.push((key.into(), value.into()));
        self
    }

    /// What it is marked as being for: `Disposition::DEFAULT | Disposition::FORCED`. Default: as the source is.
    pub fn disposition(mut self, disposition: Disposition) -> Self {
        self.label.disposition = Some(disposition);
        self
    }
}

impl<E: VideoEncoding + Reencodes> Track<E> {
    /// What happens to its pictures before they are encoded, after what was added before, and after what the pipeline does to all.
    #[doc(alias = "vf")]
    pub fn video_filter(mut self, filter: impl Into<VideoFilter>) -> Self {
        self.filters.video.push(filter.into());
        self
    }
}

impl<E: AudioEncoding + Reencodes> Track<E> {
    /// What happens to its sound before it is encoded, after what was added before, and after what the pipeline does to all.
    #[doc(alias = "af")]
    pub fn audio_filter(mut self, filter: impl Into<AudioFilter>) -> Self {
        self.filters.audio.push(filter.into());
        self
    }
}

impl<E: Sealed> From<E> for Track<E> {
    fn from(encoding: E) -> Self {
        Self::of(Select::main(), encoding)
    }
}

/// A [`Track`] whose encoding is a value instead of a type: what an output holds.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a track does nothing until an output has it"]
pub struct AnyTrack {
    pub(crate) select: Select,
    pub(crate) content: Content,
    pub(crate) label: Label,
}

/// What kind of stream it is, and how it is encoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Video(AnyVideo, Vec<VideoFilter>),
    Audio(AnyAudio, Vec<AudioFilter>),
}

impl AnyTrack {
    /// Pictures.
    pub fn video(track: impl Into<Track<AnyVideo>>) -> Self {
        Self::of_video(track.into())
    }

    /// Sound.
    pub fn audio(track: impl Into<Track<AnyAudio>>) -> Self {
        Self::of_audio(track.into())
    }

    pub(super) fn of_video<V: Into<AnyVideo>>(track: Track<V>) -> Self {
        let Track { select, encoding, filters, label } = track;
        Self { select, content: Content::Video(encoding.into(), filters.video), label }
    }

    pub(super) fn of_audio<A: Into<AnyAudio>>(track: Track<A>) -> Self {
        let Track { select, encoding, filters, label } = track;
        Self { select, content: Content::Audio(encoding.into(), filters.audio), label }
    }

    pub(crate) fn kind(&self) -> StreamKind {
        match self.content {
            Content::Video(..) => StreamKind::Video,
            Content::Audio(..) => StreamKind::Audio,
        }
    }

    /// What is wrong with each of its own filters.
    pub(crate) fn filter_reasons(&self) -> Vec<Vec<Reason>> {
        match &self.content {
            Content::Video(_, filters) => filters.iter().map(VideoFilter::reasons).collect(),
            Content::Audio(_, filters) => filters.iter().map(AudioFilter::reasons).collect(),
        }
    }

    /// Whether it is copied, so that no filter can work on it.
    pub(crate) fn is_copy(&self) -> bool {
        matches!(self.content, Content::Video(AnyVideo::Copy, _) | Content::Audio(AnyAudio::Copy, _))
    }

    pub(super) fn reasons(&self, container: AnyContainer) -> Vec<Reason> {
        let (own, decoded) = match &self.content {
            Content::Video(AnyVideo::H264(h264), _) => (h264.problems(), false),
            Content::Video(AnyVideo::X264(x264), _) => (x264.problems(), false),
            Content::Audio(AnyAudio::Aac(aac), _) => (aac.problems(), false),
            Content::Video(AnyVideo::Copy | AnyVideo::Mjpeg, _) | Content::Audio(AnyAudio::Copy, _) => (None, false),
            Content::Video(AnyVideo::Decoded, _) | Content::Audio(AnyAudio::Decoded, _) => (None, true),
        };
        let elsewhere = (decoded && container != AnyContainer::Null).then_some(Reason::NotEncoded);
        let filtered = (self.is_copy() && !self.filter_reasons().is_empty()).then_some(Reason::FilterOnCopy);
        own.into_iter().chain(elsewhere).chain(filtered).collect()
    }
}
