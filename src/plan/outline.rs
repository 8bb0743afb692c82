use std::time::Duration;

use super::chain::Chain;
use super::decide::Known;
use super::filter::{Facts, Step, graph};
use super::set;
use super::streams::{self, Chosen};
use super::work::Graph;
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
        let (mut tracks, before) = (Vec::new(), problems.len());
        for (number, track) in self.output.tracks.iter().enumerate() {
            match self.track(number, track) {
                Ok(found) => tracks.extend(found),
                Err(wrong) => problems.extend(wrong),
            }
        }
        if tracks.is_empty() && problems.len() == before {
            problems.push(Problem::at(Place::output(self.index, &self.output.location), self.nothing()));
        }
        let (expected, promised) = (longest(&tracks, |it| it.expected), longest(&tracks, |it| it.promised));
        let mut work = OutputWork {
            tracks,
            muxer: match self.output.container {
                AnyContainer::Mp4 => "mp4",
                AnyContainer::Null => "null",
                AnyContainer::Hls => "hls",
                AnyContainer::JpegSequence { .. } => "image2",
            },
            muxer_options: if self.output.fragmented {
                vec![("movflags".into(), "+frag_keyframe+empty_moov+default_base_moof".into())]
            } else {
                set::options(self.output.container)
            },
            set: None,
            metadata: self.output.metadata.clone(),
            expected,
            promised,
            leaves_out: Vec::new(),
        };
        let used: Vec<usize> = (0..self.inputs.len()).filter(|input| has(&work, *input)).collect();
        let promised = used.iter().filter_map(|input| Some((*input, self.inputs[*input].promised(&indexes(&work, *input))?)));
        work.set = set::set(self.output.container, promised.collect());
        work.leaves_out = used.into_iter().filter(|input| self.leaves_out(*input, &indexes(&work, *input))).collect();
        work
    }

    fn leaves_out(&self, input: usize, taken: &[usize]) -> bool {
        let streams = self.inputs[input].header.map(|it| it.streams.iter());
        streams.is_some_and(|mut it| it.any(|it| it.is_film_or_sound() && !taken.contains(&it.index)))
    }

    /// # Errors
    /// All that is wrong with it.
    fn track(&self, number: usize, track: &AnyTrack) -> Result<Vec<TrackWork>, Vec<Problem>> {
        let place = Place::Track { output: self.index, location: self.output.location.clone(), track: number };
        let wrong = |reason| vec![Problem::at(place.clone(), reason)];
        let chosen = self.chosen(&track.select, track.kind()).map_err(&wrong)?;
        let known = &self.inputs[track.select.input];
        let work = |(nth, mut stream): (usize, Chosen)| {
            let chain = self.chain(track, &stream, known.input.start.unwrap_or_default());
            if !chain.wrong.is_empty() {
                return Err(self.wrong_filters(number, track, chain.wrong));
            }
            stream.size = chain.facts.size;
            let plan = match &track.content {
                Content::Video(encoding, _) => video::plan(encoding, &stream).map_err(&wrong)?,
                Content::Audio(encoding, _) => audio::plan(encoding, &stream),
            };
            let indexes: Vec<_> = stream.index.into_iter().collect();
            let paced = |it: Duration| chain.pace.map(|pace| it.div_f64(pace));
            let mut work = TrackWork {
                kind: track.kind(),
                input: track.select.input,
                expected: known.expected(&indexes).and_then(paced),
                promised: known.promised(&indexes).and_then(paced),
                stream: plan,
                label: track.label.clone(),
                info: stream.info,
                graph: None,
            };
            self.put_before(chain.steps, &mut work, &format!("o{}t{number}n{nth}", self.index)).map_err(&wrong)?;
            Ok(work)
        };
        chosen.into_iter().enumerate().map(work).collect()
    }

    fn chosen(&self, select: &Select, kind: StreamKind) -> Result<Vec<Chosen>, Reason> {
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

    /// Puts the steps in front of what the encoder needs. Where one of them takes another stream, all of it becomes a graph
    /// with an end of that name.
    fn put_before(&self, mut steps: Vec<Step>, work: &mut TrackWork, label: &str) -> Result<(), Reason> {
        let takes = steps.iter().any(|it| it.takes.is_some());
        if takes {
            steps.extend(work.stream.chain().map(Step::as_it_is));
            let mut missing = None;
            let mut pad = |select: &Select| match self.other(select, work.kind) {
                Ok(map) => map,
                Err(reason) => {
                    missing.get_or_insert(reason);
                    String::new()
                }
            };
            let text = graph(&steps, (&work.stream.map, label), &format!("{label}_"), &mut pad);
            work.graph = text.map(|text| Graph { text, label: format!("[{label}]") });
            work.label = work.inherited();
            return missing.map_or(Ok(()), Err);
        }
        let texts: Vec<_> = steps.iter().map(Step::text).chain(work.stream.filter.take()).collect();
        work.stream.filter = (!texts.is_empty()).then(|| texts.join(","));
        Ok(())
    }

    /// What another stream of the same kind is called in a graph: there is one of it.
    fn other(&self, select: &Select, kind: StreamKind) -> Result<String, Reason> {
        let none = || Reason::NoSuchStream {
            select: select.clone(),
            location: self.inputs.get(select.input).map_or_else(|| Location::stream(""), |it| it.input.location.clone()),
        };
        let mut chosen = self.chosen(select, kind)?.into_iter();
        let map = chosen.next().map(|it| it.map).ok_or_else(none)?;
        Ok(map.trim_end_matches('?').to_owned())
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
    output.tracks.iter().any(|it| it.input == input)
}

/// The streams that the output takes from that input, as far as they are known.
pub(super) fn indexes(output: &OutputWork, input: usize) -> Vec<usize> {
    output.tracks.iter().filter(|it| it.input == input).filter_map(|it| it.stream.index).collect()
}
