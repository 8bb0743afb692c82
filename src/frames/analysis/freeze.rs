use std::time::Duration;

use super::Event;
use super::interval::Interval;
use super::look::{Look, Said};
use super::sought::lasting;
use crate::error::Reason;
use crate::media::{Gain, db};

/// Where the picture stands still for some time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "freezedetect")]
pub struct Freeze {
    lasting: Duration,
    noise: Gain,
}

impl Default for Freeze {
    fn default() -> Self {
        Self { lasting: Duration::from_secs(2), noise: db(-60.0) }
    }
}

impl Freeze {
    /// For at least so long, up to 24 hours. Default: 2 s, FFmpeg's.
    #[must_use]
    #[doc(alias = "duration")]
    pub const fn lasting(mut self, least: Duration) -> Self {
        self.lasting = least;
        self
    }

    /// How much frames may differ that count as the same: the mean difference of their pixels by the greatest that there can be, -120
    /// to 0 dB. Default: -60 dB, FFmpeg's.
    #[must_use]
    pub const fn noise(mut self, most: Gain) -> Self {
        self.noise = most;
        self
    }

    pub(super) fn reasons(self) -> Vec<Reason> {
        let is_usable = self.noise.is_usable() && self.noise.as_factor() <= 1.0;
        let noise = (!is_usable).then(|| Reason::OutOfRange {
            what: "Freeze's noise",
            value: self.noise.to_string(),
            range: "-120 to 0 dB, or × 0 to 1",
        });
        noise.into_iter().chain(lasting("Freeze's length", self.lasting)).collect()
    }

    pub(super) fn look(self) -> impl Look {
        Looking { freeze: self, interval: Interval::default() }
    }
}

struct Looking {
    freeze: Freeze,
    interval: Interval,
}

impl Looking {
    fn close(&mut self, at: i64, found: &mut Vec<Event>) {
        found.extend(self.interval.end(at).map(|(from, to)| Event::Freeze { from, to }));
    }
}

impl Look for Looking {
    fn filter(&self) -> String {
        let Freeze { lasting, noise } = self.freeze;
        format!("freezedetect=n={}:d={}us", noise.as_factor(), lasting.as_micros())
    }

    fn see(&mut self, said: &Said<'_>, found: &mut Vec<Event>) {
        // It is said when it has lasted long enough: of a single frame that did, together with the end.
        if let Some(at) = said.time("lavfi.freezedetect.freeze_start") {
            self.interval.begin(at);
        }
        if let Some(at) = said.time("lavfi.freezedetect.freeze_end") {
            self.close(at, found);
        }
    }

    fn end(&mut self, at: i64, found: &mut Vec<Event>) {
        self.close(at, found);
    }
}
