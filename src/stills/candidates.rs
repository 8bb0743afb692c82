use std::ops::RangeBounds;
use std::sync::Arc;
use std::time::Duration;

use super::develop::{feed, received};
use crate::error::{Error, Reason};
use crate::ffi::{Code, Feed, Graph, Stamp};
use crate::frames::{Choice, Frame, Give, Measure, Part};
use crate::media::{Plane, Stage, StreamInfo};
use crate::pipeline::bounds;
use crate::plan;
use crate::run::{Run, Verdict};

/// The pictures that the most representative one is chosen among: [`Still::among`](crate::Still::among).
///
/// Few are enough: what is sought is the one whose colours are spread most like those of all of them together, so that neither black ones
/// nor what is rare is chosen. They are kept until it is, up to 256 MiB of them, and half as much again where they have more than 8 bits;
/// those beyond that are left out, and so are those of another size or pixel format than the first.
///
/// ```
/// use telecine::{Candidates, mins, secs};
///
/// let of_the_beginning = Candidates::default(); // the first 20 key frames of the first minute
/// let of_a_chapter = Candidates::key_frames().range(mins(5)..mins(8)).most(50);
/// let of_all = Candidates::spread(12);
/// # drop((of_the_beginning, of_a_chapter, of_all));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "nothing is chosen until a still has them"]
pub struct Candidates {
    pub(crate) choice: Choice,
    pub(crate) part: Part,
    pub(crate) most: u32,
}

/// The first 20 key frames of the first minute.
impl Default for Candidates {
    fn default() -> Self {
        Self::key_frames().range(..Duration::from_secs(60))
    }
}

impl Candidates {
    /// Key frames, the first 20 of them: nothing else is decoded, so that they are the cheapest. All packets up to the last one are read.
    /// Where every frame is one, as in ProRes, they are a second of the film; [`spread`](Self::spread) costs little there.
    #[doc(alias = "skip_frame")]
    pub fn key_frames() -> Self {
        Self { choice: Choice::KeyFrames, part: Part::All, most: 20 }
    }

    /// So many frames, from 2 to 100, evenly over the whole or over the [`range`](Self::range), as
    /// [`Frames::spread`](crate::Frames::spread) has them: for each, as much is decoded as lies between it and the key frame before.
    pub fn spread(count: u32) -> Self {
        Self { choice: Choice::Spread(count), part: Part::All, most: count }
    }

    /// Only those of this range, counted from the beginning of the container. Default: all of it.
    pub fn range(mut self, range: impl RangeBounds<Duration>) -> Self {
        let (start, end) = bounds(&range);
        self.part = Part::Between(start.unwrap_or_default(), end);
        self
    }

    /// Not more than so many, from 2 to 100. Default: 20, and of those that are spread as many as there are.
    #[doc(alias = "n")]
    pub fn most(mut self, count: u32) -> Self {
        self.most = count;
        if let Choice::Spread(_) = self.choice {
            self.choice = Choice::Spread(count);
        }
        self
    }

    /// What can be told beforehand to be wrong with them.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = Reason> {
        let most = Reason::outside("the number of Candidates", self.most, 2..=100, "2 to 100");
        most.into_iter().chain(plan::missing_filter("thumbnail"))
    }
}

/// Takes candidates, as many as there is room for.
pub(super) struct Gathered {
    most: u32,
    is_spread: bool,
    frames: Vec<Frame>,
    memory: usize,
}

/// In bytes.
const ROOM: usize = 256 << 20;
/// Among fewer there is nothing to choose.
const LEAST: u32 = 2;

impl Gathered {
    /// For a single picture, which is the best of itself.
    pub(super) fn one() -> Self {
        Self { most: 1, is_spread: false, frames: Vec::new(), memory: 0 }
    }

    pub(super) fn of(candidates: &Candidates) -> Self {
        let is_spread = matches!(candidates.choice, Choice::Spread(_));
        Self { most: candidates.most, is_spread, frames: Vec::new(), memory: 0 }
    }

    /// The most representative one; `None` where there is none at all.
    ///
    /// # Errors
    /// What FFmpeg's filter fails with.
    #[doc(alias = "thumbnail")]
    pub(super) fn best(mut self, run: &Arc<Run>) -> Result<Option<Frame>, Error> {
        let chosen = match &self.frames[..] {
            [] => return Ok(None),
            [_] => 0,
            [first, ..] => {
                let filters = format!("thumbnail=n={}", self.frames.len());
                let name = run.journal.tag_filter("in");
                let feed = Feed { pixel_aspect: first.pixel_aspect(), ..feed(&filters, &name) };
                let chosen = run.unhurried(|| self.chosen(first, &feed));
                chosen.map_err(|code| Error::reading(run.location(), Stage::Filter, code))?
            }
        };
        Ok((chosen < self.frames.len()).then(|| self.frames.swap_remove(chosen)))
    }

    /// The number of the one that the filter lets through.
    fn chosen(&self, first: &Frame, feed: &Feed<'_>) -> Result<usize, Code> {
        let mut graph = Graph::new(first.raw(), feed)?;
        for (pts, frame) in (0..).zip(&self.frames) {
            if graph.is_for(frame.raw()) {
                graph.send(frame.raw(), Stamp { pts, length: 1 })?;
            }
        }
        graph.send_end()?;
        usize::try_from(received(&mut graph)?.pts().count()).map_err(|_| Code::INVALID_DATA)
    }
}

/// Of the pictures alone: what lies between their rows differs between decoders, and how many are taken may not.
fn bytes<'a>(planes: impl Iterator<Item = Plane<'a>>) -> usize {
    planes.map(|it| it.rows().len().saturating_mul(it.width_bytes())).fold(0, usize::saturating_add)
}

impl Give<Frame> for Gathered {
    /// Fewer, where they are to be spread and there is no room for so many.
    fn stream(&mut self, stream: &StreamInfo, _: Measure<'_>) -> Result<Option<Choice>, Error> {
        let (width, height) = stream.size.unwrap_or_default();
        // 10 bits of 4:2:0, 8 bits of 4:4:4.
        let picture = (u64::from(width) * u64::from(height) * 3).max(1);
        let room = u32::try_from(ROOM as u64 / picture).unwrap_or(u32::MAX).max(LEAST);
        Ok((self.is_spread && room < self.most).then_some(Choice::Spread(room)))
    }

    fn give(&mut self, frame: Frame, run: &Arc<Run>) -> Result<(), Error> {
        if run.verdict() != Verdict::GoOn {
            return Err(Error::Cancelled { detached: false });
        }
        run.moved();
        self.memory = self.memory.saturating_add(bytes(frame.planes()));
        // The rest of those that are spread comes nevertheless.
        if !self.has_enough() {
            self.frames.push(frame);
        }
        Ok(())
    }

    fn most(&self) -> Option<u64> {
        Some(self.most.into())
    }

    fn has_enough(&self) -> bool {
        let count = self.frames.len();
        count >= self.most as usize || self.memory > ROOM && count >= LEAST as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_as_large_however_they_are_laid_out() {
        let memory = [0; 64];
        let plane = |stride, width, height| Plane::new(&memory, stride, width, height);
        let tight = [plane(6, 6, 4), plane(3, 3, 2), plane(3, 3, 2)];
        let loose = [plane(16, 6, 4), plane(8, 3, 2), plane(8, 3, 2)];
        let two = [plane(8, 6, 4), plane(8, 6, 2)];
        assert_eq!([&tight[..], &loose, &two].map(|it| bytes(it.iter().copied())), [36; 3]);
    }
}
