use std::fmt;

use super::{AudioFilter, VideoFilter, check};
use crate::error::Reason;
use crate::media::{Select, shown_option};
use crate::pipeline::Options;

/// One of FFmpeg's video filters by name: the way out where no typed one does.
///
/// It takes the track's pictures, and those of other streams where [`takes`](Self::takes) says so, and gives one stream of them. Whether this FFmpeg has it, has its options and takes their values is looked at when
/// the pipeline is planned; expressions in a value are read by FFmpeg alone, when the job begins.
///
/// What it does is the application's own responsibility: filters that open files or listen (`subtitles`, `lut3d`, `movie`, `sendcmd`,
/// `zmq`) are bound by no [`Reach`](crate::Reach), so neither name nor values may come from a stranger.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
#[doc(alias = "vf")]
pub struct RawVideoFilter {
    pub(crate) name: String,
    pub(crate) options: Options,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) takes: Vec<Taken<VideoFilter>>,
}

/// One of FFmpeg's audio filters by name, as [`RawVideoFilter`] is one of its video filters.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
#[doc(alias = "af")]
pub struct RawAudioFilter {
    pub(crate) name: String,
    pub(crate) options: Options,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) takes: Vec<Taken<AudioFilter>>,
}

/// Another stream that goes into a filter, and what happens to it before.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) struct Taken<F> {
    pub(crate) of: Select,
    pub(crate) filters: Vec<F>,
}

impl RawVideoFilter {
    /// The filter of this name, without options.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), options: Options::default(), takes: Vec::new() }
    }

    /// With this option, by its own name or `enable`. The value is as it is: nothing in it is escaped. Of two of the same name the last
    /// counts.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(name, value);
        self
    }

    /// It takes these pictures too, behind those that it takes already: this stream, which is one, with these filters before it. Both
    /// run by the track's time. How many a filter takes, FFmpeg says: `hstack` as many as its option `inputs`.
    #[doc(alias = "filter_complex")]
    pub fn takes(mut self, of: Select, filters: impl IntoIterator<Item = VideoFilter>) -> Self {
        self.takes.push(Taken { of, filters: filters.into_iter().collect() });
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let own = reasons(&self.name, &self.options).into_iter();
        own.chain(self.takes.iter().flat_map(|it| it.reasons(VideoFilter::reasons))).collect()
    }
}

impl RawAudioFilter {
    /// The filter of this name, without options.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), options: Options::default(), takes: Vec::new() }
    }

    /// As [`RawVideoFilter::option`] has it.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(name, value);
        self
    }

    /// As [`RawVideoFilter::takes`] has it, of sound.
    pub fn takes(mut self, of: Select, filters: impl IntoIterator<Item = AudioFilter>) -> Self {
        self.takes.push(Taken { of, filters: filters.into_iter().collect() });
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let own = reasons(&self.name, &self.options).into_iter();
        own.chain(self.takes.iter().flat_map(|it| it.reasons(AudioFilter::reasons))).collect()
    }
}

impl<F> Taken<F> {
    fn reasons(&self, of: impl Fn(&F) -> Vec<Reason>) -> Vec<Reason> {
        let one = check::one("a filter's other stream", &self.of);
        one.into_iter().chain(self.filters.iter().flat_map(of)).collect()
    }
}

impl<F: fmt::Display> fmt::Display for Taken<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ", with {}", self.of)?;
        self.filters.iter().try_for_each(|it| write!(f, ", {it}"))
    }
}

/// Names are such as FFmpeg's are, so that none can end the name and begin something else.
fn reasons(name: &str, options: &Options) -> Vec<Reason> {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b'-');
    let missing = (!is_name(name)).then(|| Reason::FilterMissing { filter: name.to_owned(), needs: None });
    let option = |(option, value): &(String, String)| {
        let (filter, option) = (name.to_owned(), option.clone());
        if !is_name(&option) {
            Some(Reason::UnknownFilterOption { filter, option })
        } else if value.contains('\0') {
            Some(Reason::FilterOptionRefused { filter, value: shown_option(&option, value), option })
        } else {
            None
        }
    };
    missing.into_iter().chain(options.0.iter().filter_map(option)).collect()
}

impl fmt::Display for RawVideoFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.name, &self.options)?;
        self.takes.iter().try_for_each(|it| it.fmt(f))
    }
}

impl fmt::Display for RawAudioFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.name, &self.options)?;
        self.takes.iter().try_for_each(|it| it.fmt(f))
    }
}

fn show(f: &mut fmt::Formatter<'_>, name: &str, options: &Options) -> fmt::Result {
    write!(f, "FFmpeg's {name}")?;
    options.shown().try_for_each(|(option, value)| write!(f, ", {option} {value:?}"))
}
