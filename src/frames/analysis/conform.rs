use crate::ffi::{Code, Feed, Graph, RawFrame, Received, Sound, Stamp};
use crate::frames::sound::first_at;
use crate::media::Rational;

/// Sound as it began: where rate, channels or format change in the middle, what follows is made into what was before, so that what is
/// measured over time goes on. And cut to what is wanted, by the sample.
pub(super) struct Conform {
    /// From when to when, in microseconds on the container's clock; all of it where there is none.
    part: Option<(i64, Option<i64>)>,
    /// What it began with.
    first: Option<First>,
    /// For the sound that comes now, where anything is to be done to it.
    graph: Option<Graph>,
}

#[derive(Clone, PartialEq)]
struct First {
    format: &'static str,
    rate: u32,
    layout: String,
}

/// What takes sound that conforms.
pub(super) type Take<'a> = dyn FnMut(&RawFrame, Stamp) -> Result<(), Code> + 'a;

impl Conform {
    pub(super) fn new(part: Option<(i64, Option<i64>)>) -> Self {
        Self { part, first: None, graph: None }
    }

    /// `pts` is in samples of the sound's own rate. Of the feed, filters and clock are said here.
    pub(super) fn send(&mut self, sound: &Sound, pts: i64, feed: &Feed<'_>, take: &mut Take<'_>) -> Result<(), Code> {
        let own = First::of(sound)?;
        let filters = filters(self.part, self.first.get_or_insert_with(|| own.clone()), &own)?;
        let at = Stamp { pts, length: i64::try_from(sound.samples()).unwrap_or(i64::MAX) };
        if self.graph.as_ref().is_some_and(|it| !it.is_for(sound.frame())) {
            self.drain(take)?;
        }
        if filters.is_empty() {
            return take(sound.frame(), at);
        }
        let graph = match &mut self.graph {
            Some(graph) => graph,
            none => none.insert(Graph::new(sound.frame(), &Feed { filters: &filters, time_base: tick(own.rate)?, ..*feed })?),
        };
        graph.send(sound.frame(), at)?;
        receive(graph, take)
    }

    /// Nothing comes any more, or nothing like it.
    pub(super) fn drain(&mut self, take: &mut Take<'_>) -> Result<(), Code> {
        let Some(mut graph) = self.graph.take() else { return Ok(()) };
        graph.send_end()?;
        receive(&mut graph, take)
    }
}

impl First {
    fn of(sound: &Sound) -> Result<Self, Code> {
        let (format, rate) = sound.format_name().zip(sound.rate()).ok_or(Code::INVALID_DATA)?;
        Ok(Self { format, rate, layout: sound.layout()?.name() })
    }
}

/// What is to be done to sound; empty for nothing.
fn filters(part: Option<(i64, Option<i64>)>, first: &First, own: &First) -> Result<String, Code> {
    let mut filters = Vec::new();
    if let Some((from, to)) = part {
        let to = to.map_or_else(String::new, |to| format!(":end_pts={}", first_at(to, own.rate)));
        filters.push(format!("atrim=start_pts={}{to}", first_at(from, own.rate)));
    }
    if first != own {
        let First { format, rate, layout } = first;
        // A file may name its channels as it likes, and what is in the way here, a filter could be made of.
        if !layout.chars().all(|it| it.is_ascii_alphanumeric() || "+.() ".contains(it)) {
            return Err(Code::INVALID_DATA);
        }
        filters.push(format!("aformat=sample_fmts={format}:sample_rates={rate}:channel_layouts={layout}"));
    }
    Ok(filters.join(","))
}

fn receive(graph: &mut Graph, take: &mut Take<'_>) -> Result<(), Code> {
    while let Received::Frame(frame) = graph.receive()? {
        let at = Stamp { pts: frame.pts().count(), length: frame.length().count() };
        take(&frame, at)?;
    }
    Ok(())
}

/// Of a sample.
pub(super) fn tick(rate: u32) -> Result<Rational, Code> {
    i32::try_from(rate).ok().and_then(|rate| Rational::new(1, rate)).ok_or(Code::INVALID_DATA)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(rate: u32, layout: &str) -> First {
        First { format: "fltp", rate, layout: layout.to_owned() }
    }

    #[test]
    fn what_is_to_be_done_is_a_chain() {
        let (first, other) = (sound(48_000, "5.1(side)"), sound(44_100, "stereo"));
        assert_eq!(filters(None, &first, &first), Ok(String::new()));
        let cut = Some((1_000_000, Some(2_000_001)));
        assert_eq!(filters(cut, &first, &first).as_deref(), Ok("atrim=start_pts=48000:end_pts=96001"));
        let made = "atrim=start_pts=44100,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=5.1(side)";
        assert_eq!(filters(Some((1_000_000, None)), &first, &other).as_deref(), Ok(made));
    }

    #[test]
    fn names_of_channels_make_no_filters() {
        for layout in ["FL@a,movie=b", "FL@'", "FL@a:b", "[a]", "FL@a;b", "FL@a\\"] {
            assert_eq!(filters(None, &sound(48_000, layout), &sound(48_000, "mono")), Err(Code::INVALID_DATA), "{layout}");
        }
    }
}
