use super::filter::Facts;
use super::joined::difference;
use super::outline::Outline;
use super::streams::Chosen;
use crate::error::{Reason, Unjoinable};
use crate::media::{Select, StreamKind};
use crate::pipeline::AnyTrack;

/// What joins the inputs that follow each other, for one output: all of its tracks at once, so that they stay together where sound and
/// pictures of an input end at different times.
#[doc(alias = "concat")]
pub(super) struct Joint<'a> {
    outline: &'a Outline<'a>,
    /// The inputs, in their order.
    inputs: Vec<usize>,
    rows: Vec<Row>,
}

/// One track's way through all inputs.
struct Row {
    kind: StreamKind,
    /// A stream of each input.
    streams: Vec<Chosen>,
    end: String,
}

impl<'a> Joint<'a> {
    pub(super) fn new(outline: &'a Outline<'a>) -> Self {
        Self { outline, inputs: outline.pipeline.joined().collect(), rows: Vec::new() }
    }

    /// The stream that the track's streams of all inputs become; where there is but one input, what was `chosen` of it.
    pub(super) fn join(&mut self, track: &AnyTrack, chosen: Vec<Chosen>) -> Result<Vec<Chosen>, Reason> {
        if self.inputs.len() < 2 || chosen.is_empty() {
            return Ok(chosen);
        }
        if track.is_copy() {
            return self.copied(track, chosen);
        }
        let of_each = self.inputs.iter().map(|input| self.one(&track.select.clone().input(*input), track.kind()));
        let streams = of_each.collect::<Result<Vec<_>, _>>()?;
        let followers = self.inputs.iter().copied().zip(streams.iter().map(|it| it.index)).skip(1).collect();
        let end = format!("o{}j{}", self.outline.index, self.rows.len());
        // Known by the first: the others are fitted to it.
        let joined = Chosen { map: end.clone(), is_joined: true, followers, ..streams[0].clone() };
        self.rows.push(Row { kind: track.kind(), streams, end });
        Ok(vec![joined])
    }

    /// The same streams of what joins the inputs packet by packet, which is an input of its own.
    fn copied(&self, track: &AnyTrack, mut chosen: Vec<Chosen>) -> Result<Vec<Chosen>, Reason> {
        let part = |input: usize| self.outline.inputs[input].header.and_then(|it| it.part.as_ref());
        let first = self.indexes(&chosen);
        for input in self.inputs.iter().copied().skip(1) {
            let because = |why| Reason::CopyOfJoined { input, why };
            let found = self.outline.chosen(&track.select.clone().input(input), track.kind())?;
            let other = self.indexes(&found);
            if first != other {
                return Err(because(Unjoinable::Streams { first, other }));
            }
            let parts = part(0).zip(part(input)).ok_or_else(|| because(Unjoinable::NoFile))?;
            if let Some(why) = difference(parts.0, parts.1, &first) {
                return Err(because(why));
            }
            chosen.iter_mut().zip(found).for_each(|(it, other)| it.followers.push((input, other.index)));
        }
        for (it, index) in chosen.iter_mut().zip(first) {
            it.map = format!("{}:{index}", self.outline.inputs.len());
            it.joins_packets = true;
        }
        Ok(chosen)
    }

    fn indexes(&self, chosen: &[Chosen]) -> Vec<usize> {
        chosen.iter().filter_map(|it| it.index).collect()
    }

    fn one(&self, select: &Select, kind: StreamKind) -> Result<Chosen, Reason> {
        let none = || Reason::NoSuchStream {
            select: select.clone(),
            location: self.outline.inputs[select.input].input.location.clone(),
        };
        let mut chosen = self.outline.chosen(select, kind)?.into_iter();
        match (chosen.next(), chosen.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(none()),
            (Some(_), Some(_)) => Err(Reason::OutOfRange {
                what: "a track of inputs that follow each other",
                value: select.to_string(),
                range: "one stream of each",
            }),
        }
    }

    /// Puts the graph that joins them in front of those that take from it: one graph, for its ends lead from one to the other.
    pub(super) fn put_before(self, graphs: &mut Vec<String>) {
        if self.rows.is_empty() {
            return;
        }
        // FFmpeg wants pictures before sound, of each input and of what comes out.
        let (video, audio): (Vec<_>, Vec<_>) = self.rows.iter().partition(|it| it.kind == StreamKind::Video);
        let (mut chains, mut pads) = (Vec::new(), String::new());
        for (nth, input) in self.inputs.iter().enumerate() {
            for row in video.iter().chain(&audio) {
                let pad = row.streams[nth].pad();
                match fitted(row, nth) {
                    Some(chain) => {
                        let name = format!("{}i{input}", row.end);
                        chains.push(format!("[{pad}]{chain}[{name}]"));
                        pads += &format!("[{name}]");
                    }
                    None => pads += &format!("[{pad}]"),
                }
            }
        }
        let ends: String = video.iter().chain(&audio).map(|it| format!("[{}]", it.end)).collect();
        chains.push(format!("{pads}concat=n={}:v={}:a={}{ends}", self.inputs.len(), video.len(), audio.len()));
        *graphs = vec![chains.into_iter().chain(graphs.drain(..)).collect::<Vec<_>>().join(";")];
    }
}

/// What gives the `nth` stream of a row the size, shape and frame rate of the first; `None` where it has them, or nobody knows.
fn fitted(row: &Row, nth: usize) -> Option<String> {
    if row.kind != StreamKind::Video {
        return None;
    }
    let facts: Vec<_> = row.streams.iter().map(|it| it.info.as_ref().map(Facts::of).unwrap_or_default()).collect();
    let (first, own) = (&facts[0], &facts[nth]);
    let mut chain = Vec::new();
    let shape = |it: &Facts| (it.size, it.sample_aspect);
    // Pixels become square where they are not alike, also those of the first.
    if let Some((width, height)) = first.size.filter(|_| own.size.is_some() && facts.iter().any(|it| shape(it) != shape(first))) {
        chain.push(format!(
            "scale=w={width}:h={height}:force_original_aspect_ratio=decrease,\
             pad=w={width}:h={height}:x=(ow-iw)/2:y=(oh-ih)/2,setsar=1"
        ));
    }
    if let Some(rate) = first.frame_rate.filter(|_| own.frame_rate.is_some() && own.frame_rate != first.frame_rate) {
        chain.push(format!("fps=fps={}/{}", rate.numerator(), rate.denominator()));
    }
    (!chain.is_empty()).then(|| chain.join(","))
}
