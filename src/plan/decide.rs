use std::time::Duration;

use super::streams::{self, Chosen};
use super::{InputWork, OutputWork, TrackWork, Work, audio, video};
use crate::error::{Error, Place, Problem, Reason};
use crate::media::StreamKind;
use crate::pipeline::{AnyContainer, AnyOutput, AnyTrack, Content, Input, Pipeline};
use crate::read::Header;

/// What becomes of one input stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamPlan {
    /// FFmpeg's stream specifier.
    pub(crate) map: String,
    /// Its index in the input; `None` where the header was not read.
    pub(crate) index: Option<usize>,
    /// The encoder, by FFmpeg's name.
    pub(crate) encoder: &'static str,
    pub(crate) options: Vec<(&'static str, String)>,
    /// Converted to this pixel format; `None` keeps the source's.
    pub(crate) pixel_format: Option<&'static str>,
    /// A chain of FFmpeg's filters.
    pub(crate) filter: Option<String>,
    /// Not decoded at all; nothing but `map` counts then.
    pub(crate) copy: bool,
}

impl StreamPlan {
    pub(super) fn copy(stream: &Chosen) -> Self {
        Self { copy: true, ..Self::by("copy", stream) }
    }

    /// All its filters, in FFmpeg's syntax.
    pub(crate) fn chain(&self) -> Option<String> {
        let format = self.pixel_format.map(|it| format!("format=pix_fmts={it}"));
        let chain: Vec<_> = self.filter.iter().cloned().chain(format).collect();
        (!chain.is_empty()).then(|| chain.join(","))
    }

    /// By that encoder, without options and conversions.
    pub(super) fn by(encoder: &'static str, stream: &Chosen) -> Self {
        Self {
            map: stream.map.clone(),
            index: stream.index,
            encoder,
            options: Vec::new(),
            pixel_format: None,
            filter: None,
            copy: false,
        }
    }
}

/// What the pipeline means for these inputs. A header is `None` for an input that cannot be opened twice; then FFmpeg's own first
/// choice of streams is taken, and nothing is known of its length.
///
/// # Errors
/// All problems.
pub(crate) fn decide(pipeline: &Pipeline, headers: &[Option<Header>]) -> Result<Work, Vec<Problem>> {
    let inputs = known(pipeline, headers);
    let (mut outputs, mut problems) = (Vec::new(), Vec::new());
    for (index, output) in pipeline.outputs.iter().enumerate() {
        outputs.push(Outline { pipeline, output, index, inputs: &inputs }.work(&mut problems));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // A seek to the very beginning is not nothing: it would skip what lies before time zero, such as the packet that AAC decoders
    // warm up with.
    let start = |it: &Input| it.start.filter(|it| !it.is_zero());
    let parts = pipeline.inputs().map(|it| InputWork { start: start(it), length: it.length() });
    Ok(Work { inputs: parts.collect(), outputs, pixels: pipeline.limits.pixels })
}

/// Whether the inputs have the parts that are wanted of them.
///
/// # Errors
/// [`Error::Truncated`] where a part reaches beyond what the file holds, and [`Error::Failed`] where it lies beyond the end of what
/// there is.
pub(crate) fn check_lengths(pipeline: &Pipeline, headers: &[Option<Header>], work: &Work) -> Result<(), Error> {
    let used = |index| work.outputs.iter().any(|it| has(it, index));
    let mut inputs = known(pipeline, headers).into_iter().enumerate().filter(|(index, _)| used(*index));
    inputs.try_for_each(|(index, known)| known.check(pipeline.tolerance.truncated, &work.outputs, index))
}

fn known<'a>(pipeline: &'a Pipeline, headers: &'a [Option<Header>]) -> Vec<Known<'a>> {
    pipeline.inputs().zip(headers).map(|(input, header)| Known { input, header: header.as_ref() }).collect()
}

/// An input, and what its header says.
struct Known<'a> {
    input: &'a Input,
    header: Option<&'a Header>,
}

impl Known<'_> {
    /// How much is taken of what is `whole` long.
    fn wanted(&self, whole: Duration) -> Duration {
        let available = whole.saturating_sub(self.input.start.unwrap_or_default());
        self.input.length().map_or(available, |length| length.min(available))
    }

    fn expected(&self, indexes: &[usize]) -> Option<Duration> {
        self.header.and_then(|it| it.length(indexes)).map(|whole| self.wanted(whole))
    }

    fn promised(&self, indexes: &[usize]) -> Option<Duration> {
        self.header.and_then(|it| it.promised(indexes)).map(|whole| self.wanted(whole))
    }

    /// Whether there is what is wanted of it.
    fn check(&self, may_be_truncated: bool, outputs: &[OutputWork], index: usize) -> Result<(), Error> {
        let Some(header) = self.header else { return Ok(()) };
        if !may_be_truncated {
            self.check_whole(header)?;
        }
        let beyond = |start| outputs.iter().any(|it| has(it, index) && header.ends_before(start, &indexes(it, index)));
        if self.input.start.is_some_and(beyond) { Err(Error::nothing_there(&self.input.location)) } else { Ok(()) }
    }

    /// The index says where each sample lies: a file that ends before a wanted one is cut off, and reading it would end like a
    /// whole one.
    fn check_whole(&self, header: &Header) -> Result<(), Error> {
        let Some(readable) = header.readable else { return Ok(()) };
        if self.input.end.is_some_and(|end| end <= readable) {
            return Ok(());
        }
        let promised = header.duration.unwrap_or(readable);
        Err(Error::Truncated { location: self.input.location.clone(), readable, promised, log: Default::default() })
    }
}

/// Whether the output takes anything from that input.
fn has(output: &OutputWork, input: usize) -> bool {
    output.tracks.iter().any(|it| it.input == input)
}

/// The streams that the output takes from that input, as far as they are known.
fn indexes(output: &OutputWork, input: usize) -> Vec<usize> {
    output.tracks.iter().filter(|it| it.input == input).filter_map(|it| it.stream.index).collect()
}

/// `None` where one of them is not known.
fn longest(lengths: impl Iterator<Item = Option<Duration>>) -> Option<Duration> {
    lengths.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max())
}

/// One output that is to be worked out.
struct Outline<'a> {
    pipeline: &'a Pipeline,
    output: &'a AnyOutput,
    index: usize,
    inputs: &'a [Known<'a>],
}

impl Outline<'_> {
    fn work(&self, problems: &mut Vec<Problem>) -> OutputWork {
        let mut tracks = Vec::new();
        for (number, track) in self.output.tracks.iter().enumerate() {
            match self.track(track) {
                Ok(found) => tracks.extend(found),
                Err(reason) => {
                    let place = Place::Track { output: self.index, location: self.output.location.clone(), track: number };
                    problems.push(Problem::at(place, reason));
                }
            }
        }
        if tracks.is_empty() && problems.is_empty() {
            problems.push(Problem::at(Place::output(self.index, &self.output.location), self.nothing()));
        }
        let mut work = OutputWork {
            tracks,
            muxer: match self.output.container {
                AnyContainer::Mp4 => "mp4",
                AnyContainer::Null => "null",
            },
            muxer_options: if self.output.fragmented {
                vec![("movflags".into(), "+frag_keyframe+empty_moov+default_base_moof".into())]
            } else {
                Vec::new()
            },
            metadata: self.output.metadata.clone(),
            expected: None,
            promised: None,
            leaves_out: Vec::new(),
        };
        let used: Vec<_> = (0..self.inputs.len()).filter(|input| has(&work, *input)).collect();
        let known = || used.iter().map(|input| (&self.inputs[*input], indexes(&work, *input)));
        let expected = longest(known().map(|(input, indexes)| input.expected(&indexes)));
        let promised = longest(known().map(|(input, indexes)| input.promised(&indexes)));
        (work.expected, work.promised) = (expected, promised);
        work.leaves_out = used.iter().copied().filter(|input| self.leaves_out(*input, &indexes(&work, *input))).collect();
        work
    }

    fn leaves_out(&self, input: usize, taken: &[usize]) -> bool {
        let streams = self.inputs[input].header.map(|it| it.streams.iter());
        streams.is_some_and(|mut it| it.any(|it| it.is_film_or_sound() && !taken.contains(&it.index)))
    }

    fn track(&self, track: &AnyTrack) -> Result<Vec<TrackWork>, Reason> {
        let (kind, input) = (track.kind(), track.select.input);
        let nowhere = || Reason::NoSuchInput { input, inputs: self.inputs.len() };
        let known = self.inputs.get(input).ok_or_else(nowhere)?;
        let none = || Reason::NoSuchStream { select: track.select.clone(), location: known.input.location.clone() };
        let chosen = streams::choose(&track.select, known.header, kind).ok_or_else(none)?;
        let work = |stream: Chosen| {
            let stream = match &track.content {
                Content::Video(encoding) => video::plan(encoding, &stream)?,
                Content::Audio(encoding) => audio::plan(encoding, &stream),
            };
            Ok(TrackWork { kind, input, stream, label: track.label.clone(), graph: None })
        };
        chosen.into_iter().map(work).collect()
    }

    /// No track has a stream.
    fn nothing(&self) -> Reason {
        let mut wanted: Vec<StreamKind> = self.output.tracks.iter().map(AnyTrack::kind).collect();
        wanted.dedup();
        Reason::NothingToWrite { location: self.pipeline.input.location.clone(), wanted }
    }
}
