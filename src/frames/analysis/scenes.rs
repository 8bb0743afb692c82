use super::Event;
use super::detector::Detectors;
use super::look::{Look, Said, time};
use super::reading::{feed, see};
use crate::error::Reason;
use crate::ffi::{Code, Feed, RawFrame, Stamp};
use crate::media::{Rational, StreamKind};

/// Where another scene begins: frames that differ from the one before much more than that did from its own. Cuts are found, soft
/// changes mostly not.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "scdet")]
pub struct Scenes {
    threshold: f32,
}

impl Default for Scenes {
    fn default() -> Self {
        Self { threshold: 10.0 }
    }
}

impl Scenes {
    /// How much a frame has to differ, 0 to 100: 8 to 14 is good for most. Default: 10, FFmpeg's.
    #[must_use]
    pub const fn threshold(mut self, threshold: f32) -> Self {
        self.threshold = threshold;
        self
    }

    pub(super) fn reasons(self) -> Vec<Reason> {
        Reason::outside("Scenes' threshold", self.threshold, 0.0..=100.0, "0 to 100").into_iter().collect()
    }
}

impl Look for Scenes {
    fn filter(&self) -> String {
        format!("scdet=threshold={}", self.threshold)
    }

    fn see(&mut self, said: &Said<'_>, found: &mut Vec<Event>) {
        // The score is said of every frame, the time of those where it is enough.
        if let Some(score) = said.number("lavfi.scd.score").filter(|_| said.has("lavfi.scd.time")) {
            found.push(Event::SceneChange { at: time(said.at()), score });
        }
    }
}

/// Tells of pictures, one after the other, which of them begin another scene.
pub(in crate::frames) struct SceneChanges {
    scenes: Scenes,
    /// What the sources of graphs are called.
    name: String,
    frame_rate: Option<Rational>,
    detectors: Option<Detectors>,
    found: Vec<Event>,
}

impl SceneChanges {
    pub(in crate::frames) fn new(scenes: Scenes, name: String, frame_rate: Option<Rational>) -> Self {
        Self { scenes, name, frame_rate, detectors: None, found: Vec::new() }
    }

    /// Whether one begins with this picture. `at` counts ticks of `time_base`.
    pub(in crate::frames) fn begins_with(
        &mut self,
        picture: &RawFrame,
        pixel_aspect: Option<Rational>,
        at: Stamp,
        time_base: Rational,
    ) -> Result<bool, Code> {
        // Of another size, say: the filter knows nothing of what was before.
        self.detectors.take_if(|it| !it.are_for(picture));
        let Self { scenes, name, frame_rate, .. } = self;
        let new = || {
            let feed = Feed { frame_rate: *frame_rate, pixel_aspect, ..feed(StreamKind::Video, name, time_base) };
            Detectors::new(vec![Box::new(*scenes)], picture, &feed, 0)
        };
        see(&mut self.detectors, new, picture, at, &mut self.found)?;
        Ok(self.found.drain(..).count() > 0)
    }
}
