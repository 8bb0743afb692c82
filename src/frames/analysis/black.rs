use std::time::Duration;

use super::Event;
use super::interval::Interval;
use super::look::{Look, Said};
use super::sought::lasting;
use crate::error::Reason;

/// Where the picture is black for some time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "blackdetect")]
pub struct Black {
    lasting: Duration,
    picture: f32,
    pixel: f32,
}

impl Default for Black {
    fn default() -> Self {
        Self { lasting: Duration::from_secs(2), picture: 0.98, pixel: 0.1 }
    }
}

impl Black {
    /// For at least so long, up to 24 hours; 0 takes a single frame, too. Default: 2 s, FFmpeg's.
    #[must_use]
    #[doc(alias = "black_min_duration")]
    pub const fn lasting(mut self, least: Duration) -> Self {
        self.lasting = least;
        self
    }

    /// How much of the picture has to be black, 0 to 1. Default: 0.98, FFmpeg's.
    #[must_use]
    #[doc(alias = "picture_black_ratio_th")]
    pub const fn picture(mut self, part: f32) -> Self {
        self.picture = part;
        self
    }

    /// How bright a pixel may be that counts as black, 0 to 1 of the range from black to white. Default: 0.1, FFmpeg's.
    #[must_use]
    #[doc(alias = "pixel_black_th")]
    pub const fn pixel(mut self, luma: f32) -> Self {
        self.pixel = luma;
        self
    }

    pub(super) fn reasons(self) -> Vec<Reason> {
        let part = |what, part| Reason::outside(what, part, 0.0..=1.0, "0 to 1");
        let reasons = [part("Black's part of the picture", self.picture), part("Black's pixel", self.pixel)];
        reasons.into_iter().flatten().chain(lasting("Black's length", self.lasting)).collect()
    }

    pub(super) fn look(self) -> impl Look {
        Looking { black: self, interval: Interval::default() }
    }
}

struct Looking {
    black: Black,
    interval: Interval,
}

impl Looking {
    /// The filter itself looks at the length only for what it logs.
    fn close(&mut self, at: i64, found: &mut Vec<Event>) {
        let long = self.interval.end(at).filter(|(from, to)| to.saturating_sub(*from) >= self.black.lasting);
        found.extend(long.map(|(from, to)| Event::Black { from, to }));
    }
}

impl Look for Looking {
    fn filter(&self) -> String {
        let Black { lasting, picture, pixel } = self.black;
        format!("blackdetect=d={}:pic_th={picture}:pix_th={pixel}", lasting.as_secs_f64())
    }

    fn see(&mut self, said: &Said<'_>, found: &mut Vec<Event>) {
        if said.has("lavfi.black_end") {
            self.close(said.at(), found);
        }
        if said.has("lavfi.black_start") {
            self.interval.begin(said.at());
        }
    }

    fn end(&mut self, at: i64, found: &mut Vec<Event>) {
        self.close(at, found);
    }
}
