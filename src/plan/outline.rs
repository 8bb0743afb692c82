use std::time::Duration;

use super::chain::Chain;
use super::decide::Known;
use super::filter::{Facts, Step, graph};
use super::joint::Joint;
use super::streams::{self, Chosen};
use super::{OutputWork, TrackWork, audio, video};
use crate::error::{Place, Problem, Reason};
use crate::media::{Location, Select, StreamKind};
use crate::pipeline::{AnyContainer, AnyOutput, AnyTrack, Content, Pipeline};

/// One output that is to be worked out.
pub(super) struct Outline<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) output: &'a AnyOutput,
    pub(super) index: usize,
    pub(super) inputs: &'a [Known<'a>],
}

impl Outline<'_> {
    /// What is wrong with it is added to `problems`.
    pub(super) fn work(&self, problems: &mut Vec<Problem>) -> OutputWork {
        let (mut tracks, mut graphs, before) = (Vec::new(), Vec::new(), problems.len());
        let mut joint = Joint::new(self);
        for (number, track) in self.output.tracks.iter().enumerate() {
            match self.track(number, track, &mut joint, &mut graphs) {
                Ok(found) => tracks.extend(found),
                Err(wrong) => problems.extend(wrong),
            }
        }
        joint.put_before(&mut graphs);
        if tracks.is_empty() && problems.len() == before {
            problems.push(Problem::at(Place::output(self.index, &self.output.location), self.nothing()));
        }
        let (expected, promised) = (longest(&tracks, |it| it.expected), longest(&tracks, |it| it.promised));
        let mut work = OutputWork {
            tracks,
            graphs,
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
            expected,
            promised,
            leaves_out: Vec::new(),
        };
        let used = (0..self.inputs.len()).filter(|input| has(&work, *input));
        work.leaves_out = used.filter(|input| self.leaves_out(*input, &indexes(&work, *input))).collect();
        work
    }

    fn leaves_out(&self, input: usize, taken: &[usize]) -> bool {
        let streams = self.inputs[input].header.map(|it| it.streams.iter());
        streams.is_some_and(|mut it| it.any(|it| it.is_film_or_sound() && !taken.contains(&it.index)))
    }

    /// # Errors
    /// All that is wrong with it.
    fn track(
        &self,
        number: usize,
        track: &AnyTrack,
        joint: &mut Joint<'_>,
        graphs: &mut Vec<String>,
    ) -> Result<Vec<TrackWork>, Vec<Problem>> {
        let place = Place::Track { output: self.index, location: self.output.location.clone(), track: number };
        let wrong = |reason| vec![Problem::at(place.clone(), reason)];
        let mut chosen = self.chosen(&track.select, track.kind()).map_err(&wrong)?;
        if track.select.input == 0 {
            chosen = joint.join(track, chosen).map_err(&wrong)?;
        }
        let known = &self.inputs[track.select.input];
        let mut work = |(nth, mut stream): (usize, Chosen)| {
            let chain = self.chain(track, &stream, known.input.start.unwrap_or_default());
            if !chain.wrong.is_empty() {
                return Err(self.wrong_filters(number, track, chain.wrong));
            }
            stream.size = chain.facts.size;
            let plan = match &track.content {
                Content::Video(encoding, _) => video::plan(encoding, &stream).map_err(&wrong)?,
                Content::Audio(encoding, _) => audio::plan(encoding, &stream),
            };
            let paced = |it: Duration| chain.pace.map(|pace| it.div_f64(pace));
            let mut work = TrackWork {
                kind: track.kind(),
                input: track.select.input,
                expected: self.sum(&stream, known, |it, of| it.expected(of)).and_then(paced),
                promised: self.sum(&stream, known, |it, of| it.promised(of)).and_then(paced),
                stream: plan,
                label: track.label.clone(),
                also: stream.followers,
                info: stream.info,
                end: stream.is_joined.then(|| format!("[{}]", stream.map)),
            };
            let graph = self.put_before(chain.steps, &mut work, &format!("o{}t{number}n{nth}", self.index)).map_err(&wrong)?;
            graphs.extend(graph);
            Ok(work)
        };
        chosen.into_iter().enumerate().map(&mut work).collect()
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
            Content::Video(_, own) => chain.video(shared.video.iter().chain(own), &locations),
            Content::Audio(_, own) => chain.audio(shared.audio.iter().chain(own)),
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
        let is_graph = work.end.is_some() || steps.iter().any(|it| it.takes.is_some());
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

/// `None` where one of them is not known.
fn longest(tracks: &[TrackWork], length: impl Fn(&TrackWork) -> Option<Duration>) -> Option<Duration> {
    tracks.iter().map(length).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max())
}

/// Whether the output takes anything from that input.
pub(super) fn has(output: &OutputWork, input: usize) -> bool {
    output.tracks.iter().flat_map(TrackWork::sources).any(|it| it.0 == input)
}

/// The streams that the output takes from that input, as far as they are known.
pub(super) fn indexes(output: &OutputWork, input: usize) -> Vec<usize> {
    output.tracks.iter().flat_map(TrackWork::sources).filter(|it| it.0 == input).filter_map(|it| it.1).collect()
}
