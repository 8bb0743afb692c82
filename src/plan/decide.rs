use std::time::Duration;

use super::{adapt, encode, streams};
use crate::error::{Cause, Error, Place};
use crate::media::{Stage, StreamKind};
use crate::pipeline::container::Tracks;
use crate::pipeline::{AnyOutput, Pipeline};
use crate::read::Header;

/// Everything the engine needs to know; it decides nothing itself.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Where in the input to begin.
    pub(crate) start: Option<Duration>,
    /// How much of it to take.
    pub(crate) length: Option<Duration>,
    /// How long the output should become; `None` where the input does not tell.
    pub(crate) expected: Option<Duration>,
    /// How long the output has to become, or the input is cut off; `None` where the input promises nothing.
    pub(crate) promised: Option<Duration>,
    /// Whether the input has pictures or sound that the output does not get.
    pub(crate) leaves_out: bool,
    pub(crate) video: Option<StreamPlan>,
    pub(crate) audio: Option<StreamPlan>,
    /// The muxer, by FFmpeg's name.
    pub(crate) muxer: &'static str,
    pub(crate) muxer_options: Vec<(&'static str, String)>,
    /// How many pictures are written at most.
    pub(crate) pictures: Option<u64>,
    /// How many pixels a decoder may make of one picture.
    pub(crate) pixels: u64,
}

/// What becomes of one input stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamPlan {
    /// FFmpeg's stream specifier.
    pub(crate) map: String,
    /// Its index in the input; `None` where the header was not read.
    pub(crate) index: Option<usize>,
    /// The encoder, by FFmpeg's name.
    pub(crate) encoder: String,
    pub(crate) options: Vec<(String, String)>,
    /// Converted to this pixel format; `None` keeps the source's.
    pub(crate) pixel_format: Option<&'static str>,
    /// A chain of FFmpeg's filters.
    pub(crate) filter: Option<String>,
    /// How the container marks it; `None` leaves it to the muxer.
    pub(crate) tag: Option<&'static str>,
    /// Not decoded at all; nothing but `map` and `tag` counts then.
    pub(crate) copy: bool,
}

impl Plan {
    /// `header` is `None` for an input that cannot be opened twice; then FFmpeg's own first choice of streams is taken, and
    /// nothing is known of its length.
    ///
    /// # Errors
    /// [`Error::NoSuchStream`], [`Error::EncoderMissing`], [`Error::Truncated`] where the part that is wanted reaches beyond what
    /// the file holds, and [`Error::Failed`] where it lies beyond the end of what there is.
    pub(crate) fn new(pipeline: &Pipeline, output: &AnyOutput, header: Option<&Header>) -> Result<Self, Error> {
        let length = pipeline.end.map(|end| end.saturating_sub(pipeline.start.unwrap_or_default()));
        let wanted = |whole: Duration| {
            let available = whole.saturating_sub(pipeline.start.unwrap_or_default());
            length.map_or(available, |length| length.min(available))
        };
        if let Some(header) = header.filter(|_| !pipeline.tolerance.truncated) {
            check_whole(pipeline, header)?;
        }
        let chosen = |kind| streams::choose(header, kind);
        let video = match output.video.as_ref().zip(chosen(StreamKind::Video)) {
            Some((encoding, stream)) => Some(adapt::video(encoding, &output.container, &stream)?),
            None => None,
        };
        let audio = match output.audio.as_ref().zip(chosen(StreamKind::Audio)) {
            Some((encoding, stream)) => Some(adapt::audio(encoding, &stream)?),
            None => None,
        };
        if video.is_none() && audio.is_none() {
            let wanted = [(output.video.is_some(), StreamKind::Video), (output.audio.is_some(), StreamKind::Audio)];
            let wanted = wanted.into_iter().filter_map(|(asked, kind)| asked.then_some(kind)).collect();
            return Err(Error::NoSuchStream { location: pipeline.input.clone(), wanted });
        }
        let indexes: Vec<_> = video.iter().chain(&audio).filter_map(|stream| stream.index).collect();
        if header.zip(pipeline.start).is_some_and(|(header, start)| header.ends_before(start, &indexes)) {
            return Err(Error::nothing_there(&pipeline.input));
        }
        let tracks = Tracks { video: video.iter().len(), audio: audio.iter().len() };
        let muxer = output.container.muxer(tracks);
        if let Some(reason) = encode::check_muxer(muxer.name) {
            return Err(Error::invalid(Place::output(0, &output.location), reason));
        }
        if output.container.is_set() {
            let why = std::io::Error::other("sets of files are not written yet");
            return Err(Error::Failed { location: output.location.clone(), cause: Cause::new(Stage::Plan, why) });
        }
        // One picture is not as long as its source.
        let as_long = |length: Option<Duration>| length.filter(|_| muxer.pictures.is_none()).map(wanted);
        Ok(Self {
            // A seek to the very beginning is not nothing: it would skip what lies before time zero, such as the packet that
            // AAC decoders warm up with.
            start: pipeline.start.filter(|it| !it.is_zero()),
            length,
            expected: as_long(header.and_then(|it| it.length(&indexes))),
            promised: as_long(header.and_then(|it| it.promised(&indexes))),
            leaves_out: header
                .is_some_and(|it| it.streams.iter().filter(|it| it.is_film_or_sound()).any(|it| !indexes.contains(&it.index))),
            video,
            audio,
            muxer: muxer.name,
            muxer_options: muxer.options,
            pictures: muxer.pictures,
            pixels: pipeline.limits.pixels,
        })
    }

    /// Whether anything is decoded, and so can be counted.
    pub(crate) fn decodes(&self) -> bool {
        self.video.iter().chain(&self.audio).any(|stream| !stream.copy)
    }
}

/// The index says where each sample lies: a file that ends before a wanted one is cut off, and reading it would end like a whole
/// one.
fn check_whole(pipeline: &Pipeline, header: &Header) -> Result<(), Error> {
    let Some(readable) = header.readable else { return Ok(()) };
    if pipeline.end.is_some_and(|end| end <= readable) {
        return Ok(());
    }
    let promised = header.duration.unwrap_or(readable);
    Err(Error::Truncated { location: pipeline.input.clone(), readable, promised, log: Default::default() })
}
