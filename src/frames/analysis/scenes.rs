use super::Event;
use super::look::{Look, Said, time};
use crate::error::Reason;

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
