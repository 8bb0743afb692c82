use std::time::Duration;

use super::chain::Chain;
use super::decide::Known;
use super::encode::{self, Encodable, Encode, Source};
use super::filter::{Facts, Step, graph};
use super::joint::Joint;
use super::set;
use super::streams::{self, Chosen};
use super::work::{SetContent, SetWork};
use super::{ByDevice, OutputWork, StreamPlan, TrackWork};
use crate::error::{Place, Problem, Reason};
use crate::media::{By, Location, Select, StreamInfo, StreamKind};
use crate::pipeline::container::Tracks;
use crate::pipeline::filter::VideoFilter;
use crate::pipeline::{AnyOutput, AnySubtitle, AnyTrack, Content, Label, Pipeline};

/// One output that is to be worked out.
pub(super) struct Outline<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) output: &'a AnyOutput,
    pub(super) index: usize,
    pub(super) inputs: &'a [Known<'a>],
    /// What devices are to encode.
    pub(super) by_device: &'a [ByDevice],
    /// Whether this FFmpeg has that encoder.
    pub(super) is_built: fn(&str) -> bool,
}

impl Outline<'_> {
    /// What is wrong with it is added to `problems`.
    pub(super) fn work(&self, problems: &mut Vec<Problem>) -> OutputWork {
        let (mut tracks, mut graphs, before) = (Vec::new(), Vec::new(), problems.len());
        let mut joint = Joint::new(self);
        for (number, track) in self.output.tracks.iter().enumerate() {
            match self.track((number, tracks.len()), track, &mut joint, &mut graphs) {
                Ok(found) => tracks.extend(found),
                Err(wrong) => problems.extend(wrong),
            }
        }
        joint.put_before(&mut graphs);
        if tracks.is_empty() && problems.len() == before {
            problems.push(Problem::at(Place::output(self.index, &self.output.location), self.nothing()));
        }
        let (expected, promised) = (longest(&tracks, |it| it.expected), longest(&tracks, |it| it.promised));
        // The engine can mark all pictures of an output, and not one of several streams.
        let marks: Vec<_> = tracks.iter().filter(|it| it.kind == StreamKind::Video).map(|it| it.stream.tag).collect();
        if marks.iter().any(|it| *it != marks[0]) {
            tracks.iter_mut().for_each(|it| it.stream.tag = None);
        }
        let count = |kind| tracks.iter().filter(|it| it.kind == kind).count();
        let muxer = self.output.container.muxer(Tracks { video: count(StreamKind::Video), audio: count(StreamKind::Audio) });
        problems.extend(self.muxer_problems(muxer.name));
        tracks.extend(self.kept());
        // One picture is not as long as its source.
        let as_long = |length: Option<Duration>| length.filter(|_| muxer.pictures.is_none());
        let mut work = OutputWork {
            tracks,
            graphs,
            set: None,
            metadata: self.output.metadata.clone(),
            keep: self.output.keep,
            tags: self.inputs[0].header.map(|it| it.tags.clone()).unwrap_or_default(),
            expected: as_long(expected),
            promised: as_long(promised),
            muxer,
            options: self.output.options.0.clone(),
            leaves_out: Vec::new(),
            promises: Vec::new(),
            vouches: false,
        };
        let used: Vec<usize> = (0..self.inputs.len()).filter(|input| has(&work, *input)).collect();
        let promised = used.iter().filter_map(|input| Some((*input, self.inputs[*input].promised(&indexes(&work, *input))?)));
        work.promises = promised.collect();
        work.set = set::set(&self.output.container);
        work.vouches = used.len() == 1
            && !matches!(work.set, Some(SetWork { content: SetContent::Pictures, .. }))
            && work.tracks.iter().all(|it| it.is_paced && it.also.is_empty());
        work.leaves_out = used.into_iter().filter(|input| self.leaves_out(*input, &indexes(&work, *input))).collect();
        work
    }

    /// What goes along from the first input, copied.
    fn kept(&self) -> Vec<TrackWork> {
        let keep = self.output.keep;
        let is_kept = |it: &StreamInfo| match it.kind {
            StreamKind::Video => keep.cover_art && it.cover_art,
            StreamKind::Attachment => keep.attachments,
            StreamKind::Data => keep.data,
            _ => false,
        };
        let streams = self.inputs[0].header.iter().flat_map(|it| &it.streams).filter(|it| is_kept(it));
        streams.map(|it| TrackWork::copied(0, it)).collect()
    }

    fn muxer_problems(&self, muxer: &str) -> Vec<Problem> {
        let options = self.output.options.0.iter().filter_map(|(key, _)| encode::check_muxer_option(muxer, key));
        let place = Place::output(self.index, &self.output.location);
        let reasons = encode::check_muxer(muxer).into_iter().chain(options);
        reasons.map(|reason| Problem::at(place.clone(), reason)).collect()
    }

    fn leaves_out(&self, input: usize, taken: &[usize]) -> bool {
        let streams = self.inputs[input].header.map(|it| it.streams.iter());
        streams.is_some_and(|mut it| it.any(|it| it.is_film_or_sound() && !taken.contains(&it.index)))
    }

    /// # Errors
    /// All that is wrong with it.
    fn track(
        &self,
        (number, before): (usize, usize),
        track: &AnyTrack,
        joint: &mut Joint<'_>,
        graphs: &mut Vec<String>,
    ) -> Result<Vec<TrackWork>, Vec<Problem>> {
        let place = Place::Track { output: self.index, location: self.output.location.clone(), track: number };
        let wrong = |reason| vec![Problem::at(place.clone(), reason)];
        let track = &self.resolved(track).map_err(&wrong)?;
        let mut chosen = self.chosen(&track.select, track.kind()).map_err(&wrong)?;
        if track.select.input == 0 {
            chosen = joint.join(track, chosen).map_err(&wrong)?;
        }
        let known = &self.inputs[track.select.input];
        let mut work = |(nth, stream): (usize, Chosen)| {
            let chain = self.chain(track, &stream, known.input.start.unwrap_or_default());
            if !chain.wrong.is_empty() {
                return Err(self.wrong_filters(number, track, chain.wrong));
            }
            let source = source(&stream, &chain.facts);
            let frame_rate = source.frame_rate;
            let encodable = self.encodable(track, &source).map_err(&wrong)?;
            let by_device = self.by_device.iter().find(|it| (it.output, it.track) == (self.index, before + nth));
            let processor = || self.encode(track, &source, encodable.as_ref());
            let encode = by_device.map_or_else(processor, |it| Ok(it.encode.clone())).map_err(&wrong)?;
            let missing = encodable.as_ref().filter(|_| by_device.is_none()).and_then(|it| self.missing(it, &encode));
            let missing = missing.map(|reason| Problem::at(place.clone(), reason));
            let plan = StreamPlan::new(encode, &stream);
            let paced = |it: Duration| Duration::try_from_secs_f64(it.as_secs_f64() / chain.pace?).ok();
            // What joins packets does not pass it on.
            let marks = stream.info.as_ref().filter(|_| stream.joins_packets).map(|it| it.disposition);
            let mut work = TrackWork {
                kind: track.kind(),
                input: track.select.input,
                expected: self.sum(&stream, known, |it, of| it.expected(of)).and_then(paced),
                promised: self.sum(&stream, known, |it, of| it.promised(of)).and_then(paced),
                shown: self.sum(&stream, known, |it, of| it.shown(of)).and_then(paced),
                stream: plan,
                encodable,
                missing,
                label: Label { disposition: track.label.disposition.or(marks), ..track.label.clone() },
                joins_packets: stream.joins_packets,
                is_paced: chain.pace.is_some(),
                frame_rate,
                also: stream.followers,
                info: stream.info,
                end: stream.is_joined.then(|| format!("[{}]", stream.map)),
                own_graph: None,
                on_devices: Vec::new(),
                on_device: None,
            };
            // What the encoder needs besides is done in memory.
            if work.stream.filter.is_none() {
                work.on_devices = chain.on_devices;
            }
            let graph = self.put_before(chain.steps, &mut work, &format!("o{}t{number}n{nth}", self.index)).map_err(&wrong)?;
            work.own_graph.clone_from(&graph);
            graphs.extend(graph);
            Ok(work)
        };
        chosen.into_iter().enumerate().map(&mut work).collect()
    }

    /// A copy of a stream that is selected by its index is of the kind that this has.
    fn resolved(&self, track: &AnyTrack) -> Result<AnyTrack, Reason> {
        if !matches!(track.content, Content::Copy) {
            return Ok(track.clone());
        }
        let header = self.inputs.get(track.select.input).and_then(|it| it.header);
        let stream = match track.select.by {
            By::Index(index) => header.and_then(|it| it.streams.iter().find(|it| it.index == index)),
            _ => None,
        };
        // Of an input that nobody has looked at, nobody knows it.
        let input = self.inputs.get(track.select.input).map_or(&self.pipeline.input, |it| it.input);
        let none = || Reason::NoSuchStream { select: track.select.clone(), location: input.location.clone() };
        match stream {
            // Of no kind there is one.
            None if header.is_some() && track.select.optional => Ok(track.clone()),
            stream => stream.and_then(|it| track.resolved(it.kind)).ok_or_else(none),
        }
    }

    fn encode(&self, track: &AnyTrack, source: &Source<'_>, encodable: Option<&Encodable>) -> Result<Encode, Reason> {
        match &track.content {
            Content::Video { encoding, .. } if encodable.is_some() => {
                encode::video_if_built(encoding, &self.output.container, source)
            }
            Content::Video { encoding, .. } => encode::video(encoding, &self.output.container, source),
            Content::Audio { encoding, .. } => encode::audio(encoding, source),
            Content::Subtitle { encoding } => encode::subtitle(encoding),
            Content::Copy => encode::subtitle(&AnySubtitle::Copy),
        }
    }

    /// What is wrong if the processor is to encode after all what a device is asked for.
    fn missing(&self, encodable: &Encodable, encode: &Encode) -> Option<Reason> {
        let is_missing = encodable.is_portable() && !(self.is_built)(&encode.encoder);
        is_missing.then(|| encode::missing(encodable.codec, &encode.encoder))
    }

    /// What a device is asked to encode.
    fn encodable(&self, track: &AnyTrack, source: &Source<'static>) -> Result<Option<Encodable>, Reason> {
        match &track.content {
            Content::Video { encoding, .. } => Encodable::of(encoding, &self.output.container, source),
            _ => Ok(None),
        }
    }

    /// A length of a stream and of all that follow it.
    fn sum(
        &self,
        stream: &Chosen,
        known: &Known<'_>,
        length: impl Fn(&Known<'_>, &[usize]) -> Option<Duration>,
    ) -> Option<Duration> {
        let indexes = |index: Option<usize>| index.into_iter().collect::<Vec<_>>();
        let more = stream.followers.iter().map(|(input, index)| length(&self.inputs[*input], &indexes(*index)));
        [length(known, &indexes(stream.index))].into_iter().chain(more).sum()
    }

    pub(super) fn chosen(&self, select: &Select, kind: StreamKind) -> Result<Vec<Chosen>, Reason> {
        let nowhere = || Reason::NoSuchInput { input: select.input, inputs: self.inputs.len() };
        let known = self.inputs.get(select.input).ok_or_else(nowhere)?;
        let none = || Reason::NoSuchStream { select: select.clone(), location: known.input.location.clone() };
        streams::choose(select, known.header, kind).ok_or_else(none)
    }

    /// The pipeline's filters and the track's own, for that stream.
    fn chain(&self, track: &AnyTrack, stream: &Chosen, start: Duration) -> Chain {
        let facts = stream.info.as_ref().map(Facts::of).unwrap_or_default();
        let chain = Chain::new(Facts { start, ..facts });
        let shared = &self.pipeline.filters;
        let locations: Vec<Location> = self.inputs.iter().map(|it| it.input.location.clone()).collect();
        match &track.content {
            Content::Video { filters, .. } => {
                let mut filters = shared.video.iter().chain(filters).peekable();
                let says_it = filters.peek().is_some_and(|it| matches!(it, VideoFilter::Raw(raw) if raw.name == "setsar"));
                let chain = if says_it { chain } else { with_aspect(chain, stream) };
                chain.video(filters, &locations)
            }
            Content::Audio { filters, .. } => chain.audio(shared.audio.iter().chain(filters)),
            Content::Subtitle { .. } | Content::Copy => chain,
        }
    }

    fn wrong_filters(&self, number: usize, track: &AnyTrack, wrong: Vec<(usize, Reason)>) -> Vec<Problem> {
        let shared = match track.kind() {
            StreamKind::Video => self.pipeline.filters.video.len(),
            _ => self.pipeline.filters.audio.len(),
        };
        let place = |filter: usize| match filter.checked_sub(shared) {
            Some(filter) => Place::Filter { output: self.index, location: self.output.location.clone(), track: number, filter },
            None => Place::Pipeline,
        };
        wrong.into_iter().map(|(filter, reason)| Problem::at(place(filter), reason)).collect()
    }

    /// Puts the steps in front of what the encoder needs. Where that is a graph, with an end of that name, gives it.
    fn put_before(&self, mut steps: Vec<Step>, work: &mut TrackWork, end: &str) -> Result<Option<String>, Reason> {
        let is_graph = work.end.is_some() || steps.iter().any(|it| !it.takes.is_empty());
        if !is_graph {
            let texts: Vec<_> = steps.iter().map(Step::text).chain(work.stream.filter.take()).collect();
            work.stream.filter = (!texts.is_empty()).then(|| texts.join(","));
            return Ok(None);
        }
        steps.extend(work.stream.chain().map(Step::as_it_is));
        let (mut missing, mut also) = (None, Vec::new());
        let mut pad = |select: &Select| match self.other(select, work.kind) {
            Ok(stream) => {
                also.push((select.input, stream.index));
                stream.pad()
            }
            Err(reason) => {
                missing.get_or_insert(reason);
                String::new()
            }
        };
        let text = graph(&steps, (work.stream.map.trim_end_matches('?'), end), &format!("{end}_"), &mut pad);
        if text.is_some() {
            work.end = Some(format!("[{end}]"));
        }
        work.label = work.inherited();
        work.also.extend(also);
        missing.map_or(Ok(text), Err)
    }

    /// Another stream of the same kind: there is one of it.
    fn other(&self, select: &Select, kind: StreamKind) -> Result<Chosen, Reason> {
        let input = self.inputs.get(select.input).map_or(&self.pipeline.input, |it| it.input);
        let none = || Reason::NoSuchStream { select: select.clone(), location: input.location.clone() };
        self.chosen(select, kind)?.into_iter().next().ok_or_else(none)
    }

    /// No track has a stream.
    fn nothing(&self) -> Reason {
        let mut wanted: Vec<StreamKind> = self.output.tracks.iter().map(AnyTrack::kind).collect();
        wanted.dedup();
        Reason::NothingToWrite { location: self.pipeline.input.location.clone(), wanted }
    }
}

/// Pictures of these codecs do not say how wide their pixels are, and only their container does: FFmpeg's program looks there, and
/// the engine does not. (Once for all: it costs nothing, and both do the same.)
fn with_aspect(mut chain: Chain, stream: &Chosen) -> Chain {
    let is_silent = stream.info.as_ref().and_then(|it| it.codec).is_some_and(|it| ["vp8", "vp9", "av1"].contains(&it));
    if let Some((width, height)) = chain.facts.sample_aspect.filter(|_| is_silent && !stream.is_joined) {
        chain.push(Step::new("setsar").option("sar", format!("{width}/{height}")));
    }
    chain
}

/// What reaches the encoder.
fn source(stream: &Chosen, facts: &Facts) -> Source<'static> {
    let info = stream.info.as_ref();
    // Filters that change the channels leave nothing known of how many there are.
    let channels = info.filter(|it| Facts::of(it).layout == facts.layout).and_then(|it| it.channels);
    Source {
        codec: info.and_then(|it| it.codec),
        size: facts.size,
        pixel_format: facts.pixel_format,
        frame_rate: facts.frame_rate.map(|it| (it.numerator(), it.denominator())),
        channels,
    }
}

/// Of those that are known.
fn longest(tracks: &[TrackWork], length: impl Fn(&TrackWork) -> Option<Duration>) -> Option<Duration> {
    tracks.iter().filter_map(length).max()
}

/// Whether the output takes anything from that input.
pub(super) fn has(output: &OutputWork, input: usize) -> bool {
    output.tracks.iter().flat_map(TrackWork::sources).any(|it| it.0 == input)
}

/// The streams that the output takes from that input, as far as they are known.
pub(super) fn indexes(output: &OutputWork, input: usize) -> Vec<usize> {
    output.tracks.iter().flat_map(TrackWork::sources).filter(|it| it.0 == input).filter_map(|it| it.1).collect()
}
