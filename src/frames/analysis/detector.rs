use super::look::{Look, Said};
use super::{Event, LoudnessSummary};
use crate::ffi::{Code, Feed, Graph, RawFrame, Received, Stamp};

/// Everything that is sought in frames of one shape: each by a filter in a graph of its own.
pub(super) struct Detectors {
    all: Vec<Detector>,
    /// Where the container begins, in microseconds.
    start: i64,
}

struct Detector {
    graph: Graph,
    look: Box<dyn Look>,
}

impl Detectors {
    /// For frames as the first one, which is not looked at. The filters are each one's own.
    pub(super) fn new(looks: Vec<Box<dyn Look>>, first: &RawFrame, feed: &Feed<'_>, start: i64) -> Result<Self, Code> {
        let detector = |look: Box<dyn Look>| {
            let graph = Graph::new(first, &Feed { filters: &look.filter(), ..*feed })?;
            Ok(Detector { graph, look })
        };
        Ok(Self { all: looks.into_iter().map(detector).collect::<Result<_, Code>>()?, start })
    }

    /// Whether they were made for such frames.
    pub(super) fn are_for(&self, frame: &RawFrame) -> bool {
        self.all.iter().all(|it| it.graph.is_for(frame))
    }

    pub(super) fn see(&mut self, frame: &RawFrame, at: Stamp, found: &mut Vec<Event>) -> Result<(), Code> {
        self.all.iter_mut().try_for_each(|it| {
            it.graph.send(frame, at)?;
            it.look_on(self.start, found)
        })
    }

    /// Nothing more comes behind `at`, in microseconds since the container's beginning.
    pub(super) fn end(&mut self, at: i64, found: &mut Vec<Event>) -> Result<(), Code> {
        self.all.iter_mut().try_for_each(|it| {
            it.graph.send_end()?;
            it.look_on(self.start, found)?;
            it.look.end(at, found);
            Ok(())
        })
    }

    pub(super) fn loudness(&self) -> Option<LoudnessSummary> {
        self.all.iter().find_map(|it| it.look.summary(&it.graph))
    }
}

impl Detector {
    /// What has come through.
    fn look_on(&mut self, start: i64, found: &mut Vec<Event>) -> Result<(), Code> {
        while let Received::Frame(frame) = self.graph.receive()? {
            self.look.see(&Said { frame: &frame, graph: &self.graph, start }, found);
        }
        Ok(())
    }
}
