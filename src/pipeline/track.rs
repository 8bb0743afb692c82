use super::container::sealed::Sealed;
use super::filter::{AudioFilter, VideoFilter};
use super::{AnyAudio, AnyContainer, AnySubtitle, AnyVideo, AudioEncoding, Options, Reencodes, VideoEncoding};
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
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

impl<E: VideoEncoding> Track<E> {
    /// What happens to its pictures before they are encoded, after what was added before, and after what the pipeline does to all.
    #[doc(alias = "vf")]
    pub fn video_filter(mut self, filter: impl Into<VideoFilter>) -> Self
    where
        E: Reencodes,
    {
        self.filters.video.push(filter.into());
        self
    }
}

impl<E: AudioEncoding> Track<E> {
    /// What happens to its sound before it is encoded, after what was added before, and after what the pipeline does to all.
    #[doc(alias = "af")]
    pub fn audio_filter(mut self, filter: impl Into<AudioFilter>) -> Self
    where
        E: Reencodes,
    {
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct AnyTrack {
    pub(crate) select: Select,
    pub(crate) content: Content,
    pub(crate) label: Label,
}

/// What kind of stream it is, and how it is encoded.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
pub(crate) enum Content {
    Video {
        encoding: AnyVideo,
        filters: Vec<VideoFilter>,
    },
    Audio {
        encoding: AnyAudio,
        filters: Vec<AudioFilter>,
    },
    Subtitle {
        encoding: AnySubtitle,
    },
    /// As it is, of whichever kind it is found to be.
    Copy,
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

    /// Subtitles.
    pub fn subtitles(track: impl Into<Track<AnySubtitle>>) -> Self {
        Self::of_subtitles(track.into())
    }

    pub(super) fn of_subtitles<S: Into<AnySubtitle>>(track: Track<S>) -> Self {
        let Track { select, encoding, label, .. } = track;
        Self { select, content: Content::Subtitle { encoding: encoding.into() }, label }
    }

    pub(super) fn of_video<V: Into<AnyVideo>>(track: Track<V>) -> Self {
        let Track { select, encoding, filters, label } = track;
        Self { select, content: Content::Video { encoding: encoding.into(), filters: filters.video }, label }
    }

    pub(super) fn of_audio<A: Into<AnyAudio>>(track: Track<A>) -> Self {
        let Track { select, encoding, filters, label } = track;
        Self { select, content: Content::Audio { encoding: encoding.into(), filters: filters.audio }, label }
    }

    pub(crate) fn kind(&self) -> StreamKind {
        match self.content {
            Content::Video { .. } => StreamKind::Video,
            Content::Audio { .. } => StreamKind::Audio,
            Content::Subtitle { .. } => StreamKind::Subtitle,
            Content::Copy => StreamKind::Other,
        }
    }

    /// What it is for a stream of that kind, where only the input tells it. `None` where no track is of that kind.
    pub(crate) fn resolved(&self, kind: StreamKind) -> Option<Self> {
        let content = match (&self.content, kind) {
            (Content::Copy, StreamKind::Video) => Content::Video { encoding: AnyVideo::Copy, filters: Vec::new() },
            (Content::Copy, StreamKind::Audio) => Content::Audio { encoding: AnyAudio::Copy, filters: Vec::new() },
            (Content::Copy, StreamKind::Subtitle) => Content::Subtitle { encoding: AnySubtitle::Copy },
            (Content::Copy, _) => return None,
            (content, _) => content.clone(),
        };
        Some(Self { content, ..self.clone() })
    }

    /// What is wrong with each of its own filters.
    pub(crate) fn filter_reasons(&self) -> Vec<Vec<Reason>> {
        match &self.content {
            Content::Video { filters, .. } => filters.iter().map(VideoFilter::reasons).collect(),
            Content::Audio { filters, .. } => filters.iter().map(AudioFilter::reasons).collect(),
            Content::Subtitle { .. } | Content::Copy => Vec::new(),
        }
    }

    /// What no line may show.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let (options, filters): (_, Vec<_>) = match &self.content {
            Content::Video { encoding, filters } => (encoding.options(), filters.iter().flat_map(VideoFilter::secrets).collect()),
            Content::Audio { encoding, filters } => (encoding.options(), filters.iter().flat_map(AudioFilter::secrets).collect()),
            Content::Subtitle { .. } | Content::Copy => (None, Vec::new()),
        };
        options.into_iter().flat_map(Options::secrets).chain(filters).collect()
    }

    /// Whether it is copied, so that no filter can work on it.
    pub(crate) fn is_copy(&self) -> bool {
        matches!(
            self.content,
            Content::Video { encoding: AnyVideo::Copy, .. }
                | Content::Audio { encoding: AnyAudio::Copy, .. }
                | Content::Subtitle { encoding: AnySubtitle::Copy }
                | Content::Copy
        )
    }

    pub(super) fn reasons(&self, container: &AnyContainer) -> Vec<Reason> {
        let (own, misfit) = match &self.content {
            Content::Video { encoding: it, .. } => (it.problems(), it.misfit(container)),
            Content::Audio { encoding: it, .. } => (it.problems(), it.misfit(container)),
            Content::Subtitle { encoding: it } => (Vec::new(), it.misfit(container)),
            Content::Copy => (Vec::new(), None),
        };
        let filtered = (self.is_copy() && !self.filter_reasons().is_empty()).then_some(Reason::FilterOnCopy);
        let select = self.select.is_unusable().then(|| Reason::UnusableLanguage { select: self.select.clone() });
        let tags = unusable_tags(&self.label.metadata);
        own.into_iter().chain(misfit).chain(filtered).chain(select).chain(tags).collect()
    }
}

/// Tags that FFmpeg would take for others, or drop.
pub(super) fn unusable_tags(tags: &[(String, String)]) -> impl Iterator<Item = Reason> {
    let is_usable = |key: &str, value: &str| !key.is_empty() && !key.contains(['=', '\0']) && !value.contains('\0');
    let unusable = tags.iter().filter(move |(key, value)| !is_usable(key, value));
    unusable.map(|(key, _)| Reason::UnusableTag { key: key.clone() })
}
