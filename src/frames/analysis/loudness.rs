use std::time::Duration;

use super::Event;
use super::look::{Look, Said, time};
use crate::ffi::Graph;

/// How loud sound is by EBU R 128: ten times a second as it goes ([`LoudnessLevels`]), and all in all at the end
/// ([`LoudnessSummary`]).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[doc(alias = "ebur128")]
pub struct Loudness {
    true_peak: bool,
    dual_mono: bool,
}

impl Loudness {
    /// With the true peak, for which sound is resampled to 192 kHz: that takes most of the time. Default: without, as FFmpeg's.
    #[must_use]
    #[doc(alias = "peak")]
    pub const fn true_peak(mut self) -> Self {
        self.true_peak = true;
        self
    }

    /// One channel is taken for what two loudspeakers will play, and is so much louder. Default: it is played by one, as FFmpeg's.
    #[must_use]
    #[doc(alias = "dualmono")]
    pub const fn dual_mono(mut self) -> Self {
        self.dual_mono = true;
        self
    }
}

/// How loud it is up to a time. `None` is what cannot be told: of digital silence, and before there has been enough sound.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LoudnessLevels {
    /// Up to when, counted from the container's beginning.
    pub at: Duration,
    /// Of the last 400 ms, in LUFS.
    #[doc(alias = "M")]
    pub momentary: Option<f64>,
    /// Of the last 3 s, in LUFS.
    #[doc(alias = "S")]
    pub short_term: Option<f64>,
    /// Of all up to then.
    pub so_far: LoudnessSummary,
}

/// How loud sound is all in all. `None` is what cannot be told: where it was silent, or too short.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LoudnessSummary {
    /// What it is on the whole, soft parts left out, in LUFS. From 400 ms on.
    #[doc(alias = "I")]
    pub integrated: Option<f64>,
    /// How far soft and loud parts are from each other, in LU. From 3 s on.
    #[doc(alias = "LRA")]
    pub range: Option<f64>,
    /// The loudest that there is, between the samples too, in dB of full scale, which it can be above; where
    /// [`Loudness::true_peak`] asked for it.
    #[doc(alias = "dBTP")]
    pub true_peak: Option<f64>,
}

/// What the filter says of digital silence, and of less sound than it measures over, is below this.
const NOTHING: f64 = -120.0;

impl Look for Loudness {
    fn filter(&self) -> String {
        let Self { true_peak, dual_mono } = *self;
        let peak = if true_peak { "true" } else { "none" };
        format!("ebur128=metadata=1:peak={peak}:dualmono={}", u8::from(dual_mono))
    }

    fn see(&mut self, said: &Said<'_>, found: &mut Vec<Event>) {
        let level = |key| said.number(key).filter(|it| *it > NOTHING);
        // The last block is shorter, and nothing is said of it.
        if !said.has("lavfi.r128.M") {
            return;
        }
        let (momentary, short_term) = (level("lavfi.r128.M"), level("lavfi.r128.S"));
        let so_far = self.so_far(said.graph);
        found.push(Event::Loudness(LoudnessLevels { at: time(said.ends()), momentary, short_term, so_far }));
    }

    fn summary(&self, graph: &Graph) -> Option<LoudnessSummary> {
        Some(self.so_far(graph))
    }
}

impl Loudness {
    /// As the filter has it: it lets its numbers be asked for, finer than it says them.
    fn so_far(self, graph: &Graph) -> LoudnessSummary {
        let asked = |option| graph.number(c"ebur128", option).filter(|it| it.is_finite());
        // As long as nothing has been loud enough, the filter has the threshold itself, and a range between two zeros.
        let integrated = asked(c"integrated").filter(|it| *it > -70.0);
        let range = asked(c"range").filter(|_| asked(c"lra_high").is_some_and(|it| it != 0.0));
        LoudnessSummary { integrated, range, true_peak: asked(c"true_peak").filter(|_| self.true_peak) }
    }
}
