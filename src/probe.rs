//! What an input is: its container, its streams, their codecs and colours, its chapters and tags, without working on any of it.

use std::time::Duration;

use crate::error::Error;
use crate::ffi::Input;
use crate::media::{Bitrate, Chapter, Phase, Program, Stage, StreamInfo, Tags, Timestamp};
use crate::read::{self, AnyReader, Request};
use crate::run::{Product, Run};

/// What an input is, as a [`probe`](crate::probe()) finds it: the values that `ffprobe` prints.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "ffprobe")]
#[doc(alias = "AVFormatContext")]
pub struct MediaInfo {
    /// FFmpeg's name of the container: several, separated by commas, for some.
    #[doc(alias = "format_name")]
    pub container: String,
    /// The container's name for people.
    #[doc(alias = "format_long_name")]
    pub container_name: Option<&'static str>,
    /// Its first timestamp; `None` where that is not known.
    #[doc(alias = "start_time")]
    pub start: Option<Timestamp>,
    /// Its length; `None` where that is not known.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::media::serial::seconds"))]
    pub duration: Option<Duration>,
    /// Its size in bytes; `None` for what has none, such as a live source.
    #[doc(alias = "size")]
    pub bytes: Option<u64>,
    /// Of everything in it together: size by length, where both are known.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::media::serial::bitrate"))]
    #[doc(alias = "bit_rate")]
    pub bitrate: Option<Bitrate>,
    /// What it says of itself in words.
    pub tags: Tags,
    /// Its streams, by index.
    pub streams: Vec<StreamInfo>,
    /// Its chapters, in order of their beginning.
    pub chapters: Vec<Chapter>,
    /// Its programs: mostly none, or those of a broadcast.
    pub programs: Vec<Program>,
}

impl Product for MediaInfo {}

/// Opens an input, reads what it says of itself, and as much of the media as that leaves open. Blocks.
///
/// # Errors
/// As [`Error::reading`] sorts them, [`Error::Refused`] and [`Error::Invalid`].
pub(crate) fn probe(request: Request<'_>, reader: Option<AnyReader>, run: &std::sync::Arc<Run>) -> Result<MediaInfo, Error> {
    let location = request.location;
    let mut input = read::inspect(request, reader)?;
    run.enter(Phase::Probing);
    input
        .find_stream_info_quickly(location.path().is_some(), None)
        .map_err(|code| Error::reading(location, Stage::Probe, code))?;
    Ok(MediaInfo::of(&input))
}

impl MediaInfo {
    fn of(input: &Input) -> Self {
        Self {
            container: input.format(),
            container_name: input.format_long(),
            start: input.start_micros().map(Timestamp::micros),
            duration: input.duration(),
            bytes: input.size(),
            bitrate: input.bitrate(),
            tags: input.tags(),
            streams: input.streams(),
            chapters: input.chapters(),
            programs: input.programs(),
        }
    }
}
