use std::fmt;

use super::{Disposition, StreamInfo, StreamKind};

/// Which stream of which input, among those of one kind: a video track selects pictures, an audio track sound.
///
/// A selection of one that fits nothing is a problem of the plan, except [`main`](Self::main): an input without sound is no fault
/// of a pipeline that would write it. [`all`](Self::all) may be none, and so may what is [`optional`](Self::optional).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[doc(alias = "map")]
#[doc(alias = "stream_specifier")]
pub struct Select {
    pub(crate) input: usize,
    pub(crate) by: By,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub(crate) optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum By {
    Main,
    All,
    Index(usize),
    Nth(usize),
    Language(String),
    Disposition(Disposition),
}

impl Select {
    /// The main stream of the first input: for pictures the largest, for sound the one with the most channels, streams marked as
    /// default preferred, cover art never; for subtitles the first.
    #[must_use]
    pub fn main() -> Self {
        Self::by(By::Main)
    }

    /// Every stream of the kind, each a track of its own; cover art is none.
    #[must_use]
    pub fn all() -> Self {
        Self::by(By::All)
    }

    /// The stream with this index in its container, from 0, all kinds counted.
    #[must_use]
    pub fn index(index: usize) -> Self {
        Self::by(By::Index(index))
    }

    /// The `n`th stream of the kind, from 0.
    #[must_use]
    pub fn nth(n: usize) -> Self {
        Self::by(By::Nth(n))
    }

    /// The first stream of the kind whose language is marked so: `eng`, as the container writes it (mostly ISO 639-2).
    #[must_use]
    pub fn language(language: impl Into<String>) -> Self {
        Self::by(By::Language(language.into()))
    }

    /// The first stream of the kind that is marked so.
    #[must_use]
    pub fn disposition(disposition: Disposition) -> Self {
        Self::by(By::Disposition(disposition))
    }

    /// The same of another input, counted from 0.
    #[must_use]
    pub fn input(mut self, input: usize) -> Self {
        self.input = input;
        self
    }

    /// It need not be there: where it is not, a track has no stream, and is left out. What a filter takes has to be there all the same.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Whether it may be more streams than one.
    pub(crate) fn is_all(&self) -> bool {
        self.by == By::All
    }

    /// Those that fit, of the streams of an input.
    pub(crate) fn among<'a>(&self, streams: &'a [StreamInfo], kind: StreamKind) -> Vec<&'a StreamInfo> {
        let of_kind = || streams.iter().filter(move |it| it.kind == kind && !it.cover_art);
        match &self.by {
            By::Main => best(streams, kind).into_iter().collect(),
            By::All => of_kind().collect(),
            // Whoever names cover art by its index means it.
            By::Index(index) => streams.iter().filter(|it| it.kind == kind && it.index == *index).collect(),
            By::Nth(n) => of_kind().skip(*n).take(1).collect(),
            By::Language(language) => of_kind().filter(|it| it.language.as_ref() == Some(language)).take(1).collect(),
            By::Disposition(disposition) => {
                let marked = |it: &&StreamInfo| it.kind == kind && it.disposition.contains(*disposition);
                streams.iter().filter(marked).take(1).collect()
            }
        }
    }

    /// Whether it is no fault that none fits.
    pub(crate) fn may_be_none(&self) -> bool {
        self.optional || matches!(self.by, By::Main | By::All)
    }

    fn by(by: By) -> Self {
        Self { input: 0, by, optional: false }
    }
}

impl Select {
    /// What cannot be selected by.
    pub(crate) fn is_unusable(&self) -> bool {
        let is_plain = |it: &String| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        matches!(&self.by, By::Language(language) if !is_plain(language))
    }
}

impl Default for Select {
    fn default() -> Self {
        Self::main()
    }
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            By::Main => f.write_str("the main stream"),
            By::All => f.write_str("all streams"),
            By::Index(index) => write!(f, "stream {index}"),
            By::Nth(n) => write!(f, "stream {n} of its kind"),
            By::Language(language) => write!(f, "a stream in language {language:?}"),
            By::Disposition(disposition) => write!(f, "a stream marked {disposition}"),
        }?;
        write!(f, " of input {}", self.input)?;
        f.write_str(if self.optional { ", if there is one" } else { "" })
    }
}

/// As the `ffmpeg` program chooses: the most pixels or channels, where being marked as default counts as five million of them;
/// the first of equals. Cover art is no film, and a stream whose codec nobody knows cannot be decoded.
fn best(streams: &[StreamInfo], kind: StreamKind) -> Option<&StreamInfo> {
    let fit = streams.iter().filter(|it| it.kind == kind && !it.cover_art && it.codec.is_some());
    let score = |it: &StreamInfo| {
        let (width, height) = it.size.unwrap_or_default();
        let extent = u64::from(width) * u64::from(height) + u64::from(it.channels.unwrap_or_default());
        extent + if it.default { 5_000_000 } else { 0 }
    };
    fit.reduce(|best, it| if score(it) > score(best) { it } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(index: usize, size: (u32, u32), default: bool, cover_art: bool) -> StreamInfo {
        let kind = StreamKind::Video;
        StreamInfo { codec: Some("h264"), size: Some(size), cover_art, default, ..StreamInfo::new(index, kind) }
    }

    fn chosen(streams: &[StreamInfo]) -> Option<usize> {
        best(streams, StreamKind::Video).map(|it| it.index)
    }

    #[test]
    fn the_main_film_is_chosen() {
        let cover = video(0, (4000, 4000), true, true);
        let small = video(1, (320, 240), false, false);
        let large = video(2, (1920, 1080), false, false);
        let marked = video(3, (640, 480), true, false);
        assert_eq!(chosen(&[cover.clone(), small.clone(), large.clone()]), Some(2));
        assert_eq!(chosen(&[small.clone(), large, marked]), Some(3));
        assert_eq!(chosen(&[small.clone(), small]), Some(1));
        assert_eq!(chosen(&[cover]), None);
    }
}
