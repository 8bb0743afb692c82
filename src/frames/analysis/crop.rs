use super::Event;
use super::look::{Look, Said, time};
use crate::error::Reason;

/// What of the picture is not black border. It only grows, unless it is told to [begin anew](Self::reset): what has been picture once,
/// is none of the border.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "cropdetect")]
pub struct Crop {
    limit: f32,
    round: u32,
    skip: u32,
    reset: u32,
}

impl Default for Crop {
    fn default() -> Self {
        Self { limit: 24.0 / 255.0, round: 16, skip: 2, reset: 0 }
    }
}

impl Crop {
    /// How bright a row or column of the border may be on average, from 0 to below 1, where 1 is the greatest number that a pixel can
    /// have. Default: 24/255, FFmpeg's.
    #[must_use]
    pub const fn limit(mut self, luma: f32) -> Self {
        self.limit = luma;
        self
    }

    /// What width and height are multiples of, an even number of pixels, from 2 to 1024. Default: 16, FFmpeg's; 2 is exact for most
    /// formats.
    #[must_use]
    pub const fn round(mut self, pixels: u32) -> Self {
        self.round = pixels;
        self
    }

    /// How many frames at the beginning are not looked at. Default: 2, FFmpeg's.
    #[must_use]
    pub const fn skip(mut self, frames: u32) -> Self {
        self.skip = frames;
        self
    }

    /// After how many frames it forgets what it has seen, up to 1,000,000; 0 for never. Default: 0, FFmpeg's.
    #[must_use]
    #[doc(alias = "reset_count")]
    pub const fn reset(mut self, frames: u32) -> Self {
        self.reset = frames;
        self
    }

    pub(super) fn reasons(self) -> Vec<Reason> {
        let Self { limit, round, skip, reset } = self;
        let most = i32::MAX.unsigned_abs();
        let odd = Reason::OutOfRange { what: "Crop's round", value: round.to_string(), range: "even numbers from 2 to 1024" };
        [
            Reason::outside("Crop's limit", limit, 0.0..1.0, "0 to below 1"),
            (!round.is_multiple_of(2) || !(2..=1024).contains(&round)).then_some(odd),
            Reason::outside("Crop's skip", skip, 0..=most, "0 to 2,147,483,647 frames"),
            // The filter has memory for each of them.
            Reason::outside("Crop's reset", reset, 0..=1_000_000, "0 to 1,000,000 frames"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    pub(super) fn look(self) -> impl Look {
        Looking { crop: self, last: None }
    }
}

struct Looking {
    crop: Crop,
    last: Option<[u32; 4]>,
}

impl Look for Looking {
    fn filter(&self) -> String {
        let Crop { limit, round, skip, reset } = self.crop;
        format!("cropdetect=limit={limit}:round={round}:skip={skip}:reset={reset}")
    }

    fn see(&mut self, said: &Said<'_>, found: &mut Vec<Event>) {
        // Of what is nothing but border, the filter says sides below zero.
        let pixels = |key: &str| said.number(key).filter(|it| (0.0..=f64::from(u32::MAX)).contains(it)).map(|it| it as u32);
        let area = ["x", "y", "w", "h"].map(|it| pixels(&format!("lavfi.cropdetect.{it}")));
        let [Some(x), Some(y), Some(width), Some(height)] = area else { return };
        let area = [x, y, width, height];
        if width > 0 && height > 0 && self.last.replace(area) != Some(area) {
            found.push(Event::Crop { at: time(said.at()), x, y, width, height });
        }
    }
}
