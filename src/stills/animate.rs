//! Frames, one after the other, into one file.
//!
//! ```text
//!  Frame ──▶ front: upright, filters, ─▶ middle: the palette, ─▶ Animation: encoder, muxer
//!            one size, one format        of a GIF
//! ```
//!
//! Where frames change their size or format, another front takes them, and fits what it gives to what the first one gave.

use std::sync::Arc;
use std::time::Duration;

use super::develop::{feed, told};
use super::preview::{Palette, PreviewWanted, Spread};
use super::still::impossible;
use crate::error::Error;
use crate::ffi::{Animation, Code, Feed, Graph, Making, PixelFormat, RawFrame, Received, Stamp};
use crate::frames::{Choice, Frame, Give, Measure};
use crate::media::{FrameRate, Orientation, Rational, Role, Stage, StreamInfo, Ticks};
use crate::plan::{self, StillWork};
use crate::run::{Run, Verdict};

/// Takes frames, and makes an animation of them.
pub(super) struct Animator<'a> {
    wanted: &'a PreviewWanted,
    stream: Option<StreamInfo>,
    front: Option<Front>,
    back: Option<Back>,
    /// Frames so far.
    count: i64,
}

/// What frames of one shape go through.
struct Front {
    graph: Graph,
    orientation: Option<Orientation>,
}

/// What is behind that, for all of them.
struct Back {
    work: StillWork,
    size: (u32, u32),
    /// Of the first picture, which all others have to have.
    format: Option<PixelFormat>,
    /// The palette, of a GIF.
    middle: Option<Graph>,
    animation: Option<Animation>,
    frames: u64,
}

/// What it came to.
pub(super) struct Animated {
    pub(super) bytes: Vec<u8>,
    pub(super) size: (u32, u32),
    pub(super) frames: u64,
}

impl<'a> Animator<'a> {
    pub(super) fn of(wanted: &'a PreviewWanted) -> Self {
        Self { wanted, stream: None, front: None, back: None, count: 0 }
    }

    /// The file, of all frames that were given; `None` where there was none.
    ///
    /// # Errors
    /// What filters, encoder and muxer fail with.
    pub(super) fn finish(mut self, run: &Arc<Run>) -> Result<Option<Animated>, Error> {
        run.unhurried(|| {
            self.drain(run)?;
            let Some(mut back) = self.back.take() else { return Ok(None) };
            if let Some(middle) = &mut back.middle {
                middle.send_end().map_err(|code| filtering(code, run))?;
            }
            self.encode(&mut back, run)?;
            let Some(animation) = back.animation.take() else { return Ok(None) };
            let bytes = animation.finish().map_err(|code| encoding(code, run))?;
            Ok(Some(Animated { bytes, size: back.size, frames: back.frames }))
        })
    }

    fn take(&mut self, frame: &Frame, run: &Arc<Run>) -> Result<(), Error> {
        let orientation = frame.orientation();
        let is_for = |it: &Front| it.graph.is_for(frame.raw()) && it.orientation == orientation;
        if !self.front.as_ref().is_some_and(is_for) {
            self.drain(run)?;
            self.front = Some(self.front_for(frame, orientation, run)?);
        }
        if let Some(front) = &mut self.front {
            let at = Stamp { pts: self.count, length: 1 };
            front.graph.send(frame.raw(), at).map_err(|code| filtering(code, run))?;
        }
        self.count += 1;
        self.pass(run)
    }

    /// Nothing comes any more to the front that there is.
    fn drain(&mut self, run: &Arc<Run>) -> Result<(), Error> {
        if let Some(front) = &mut self.front {
            front.graph.send_end().map_err(|code| filtering(code, run))?;
            self.pass(run)?;
            self.front = None;
        }
        Ok(())
    }

    fn front_for(&self, frame: &Frame, orientation: Option<Orientation>, run: &Arc<Run>) -> Result<Front, Error> {
        let work = self.work(orientation.as_ref(), run)?;
        let fitted = self.back.as_ref().map(|it| {
            let (width, height) = it.size;
            format!(
                "scale=w={width}:h={height}:force_original_aspect_ratio=decrease,\
                 pad=w={width}:h={height}:x=(ow-iw)/2:y=(oh-ih)/2,setsar=1,"
            )
        });
        // Each negotiates its format anew, and the encoder has one.
        let format = self.back.as_ref().and_then(|it| it.format).map(|it| format!("format=pix_fmts={it}"));
        let format = format.as_deref().unwrap_or(&work.format);
        let filters = format!("{},{}{format}", work.chain, fitted.unwrap_or_default());
        let (name, tick) = (run.journal.tag_filter("in"), self.tick());
        let feed = Feed {
            time_base: tick,
            frame_rate: Rational::new(tick.den(), tick.num()),
            pixel_aspect: frame.pixel_aspect(),
            ..feed(&filters, &name)
        };
        let graph = Graph::new(frame.raw(), &feed).map_err(|code| filtering(code, run))?;
        Ok(Front { graph, orientation })
    }

    /// How long a picture is shown.
    fn tick(&self) -> Rational {
        let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
        let rate = self.wanted.rate;
        Rational::new(number(rate.denominator()), number(rate.numerator())).unwrap_or(Rational::MICROS)
    }

    fn work(&self, orientation: Option<&Orientation>, run: &Arc<Run>) -> Result<StillWork, Error> {
        let output = &self.wanted.output;
        let stream = self.stream.as_ref().ok_or_else(|| Error::nothing_there(run.location()))?;
        plan::animation(output, stream, orientation).map_err(|wrong| impossible(wrong, &output.location))
    }

    /// Hands on what the front has.
    fn pass(&mut self, run: &Arc<Run>) -> Result<(), Error> {
        let mut back = self.back.take();
        while let Some(front) = &mut self.front
            && let Received::Frame(picture) = front.graph.receive().map_err(|code| filtering(code, run))?
        {
            going_on(run)?;
            let back = match &mut back {
                Some(back) => back,
                none => none.insert(self.back_for(&picture, run)?),
            };
            match &mut back.middle {
                Some(middle) => {
                    let at = Stamp { pts: picture.pts().count(), length: picture.shown_for() };
                    middle.send(&picture, at).map_err(|code| filtering(code, run))?;
                    self.encode(back, run)?;
                }
                None => self.add(back, &picture, run)?,
            }
        }
        self.back = back;
        Ok(())
    }

    fn back_for(&self, first: &RawFrame, run: &Arc<Run>) -> Result<Back, Error> {
        let work = self.work(None, run)?;
        let is_gif = work.encoder == "gif";
        let (filters, name) = (self.wanted.palette.filters(), run.journal.tag_filter("in"));
        let feed = Feed { time_base: first.pts().time_base(), pixel_aspect: first.pixel_aspect(), ..feed(filters, &name) };
        let middle = is_gif.then(|| Graph::new(first, &feed)).transpose().map_err(|code| filtering(code, run))?;
        Ok(Back { work, size: first.size(), format: first.pixel_format(), middle, animation: None, frames: 0 })
    }

    /// Encodes what has got its palette.
    fn encode(&self, back: &mut Back, run: &Arc<Run>) -> Result<(), Error> {
        while let Some(middle) = &mut back.middle
            && let Received::Frame(picture) = middle.receive().map_err(|code| filtering(code, run))?
        {
            self.add(back, &picture, run)?;
        }
        Ok(())
    }

    fn add(&self, back: &mut Back, picture: &RawFrame, run: &Arc<Run>) -> Result<(), Error> {
        going_on(run)?;
        let animation = match &mut back.animation {
            Some(animation) => animation,
            none => none.insert(self.animation(&back.work, picture, run).map_err(|code| encoding(code, run))?),
        };
        back.frames += 1;
        animation.add(picture).map_err(|code| encoding(code, run))
    }

    fn animation(&self, work: &StillWork, first: &RawFrame, run: &Arc<Run>) -> Result<Animation, Code> {
        let (muxer, loops) = self.wanted.output.animated(self.wanted.loops).ok_or(Code::INVALID_ARGUMENT)?;
        let (time_base, one) = (first.pts().time_base(), Ticks::new(1, self.tick()));
        let making = Making {
            encoder: &work.encoder,
            options: &told(&work.options, Role::Encode, run),
            muxer,
            muxer_options: &told(&[("loop".to_owned(), loops.to_string())], Role::Mux, run),
            time_base,
            length: one.rescaled(time_base).unwrap_or(1),
        };
        Animation::new(first, &making)
    }
}

impl Give<Frame> for Animator<'_> {
    fn stream(&mut self, stream: &StreamInfo, length: Measure<'_>) -> Result<Option<Choice>, Error> {
        self.stream = Some(stream.clone());
        let Some(spread) = self.wanted.spread else { return Ok(None) };
        Ok(Some(Choice::AtEach(spread.times(length()?, self.wanted.rate))))
    }

    fn give(&mut self, frame: Frame, run: &Arc<Run>) -> Result<(), Error> {
        going_on(run)?;
        run.unhurried(|| self.take(&frame, run))
    }
}

impl Spread {
    /// When each picture is on the screen: parts in the middle of as many parts of the film, or all of it where that is no longer.
    fn times(self, length: Duration, rate: FrameRate) -> Vec<Duration> {
        let part = length / self.count.max(1);
        let (each, step) = (self.each.min(part), step(rate));
        let within = |begin: Duration| {
            let times = (0..).map(move |it| step * it).take_while(move |it| *it < each || it.is_zero());
            times.map(move |it| begin + it)
        };
        (0..self.count).map(|it| part * it + (part - each) / 2).flat_map(within).collect()
    }
}

/// From one picture to the next, for any rate, also one that is none.
pub(crate) fn step(rate: FrameRate) -> Duration {
    let step = Duration::from_secs_f64(f64::from(rate.denominator()) / f64::from(rate.numerator().max(1)));
    step.max(Duration::from_micros(1))
}

impl Palette {
    /// With FFmpeg's defaults.
    fn filters(self) -> &'static str {
        match self {
            Self::Whole => "split[in][look];[look]palettegen[palette];[in][palette]paletteuse",
            Self::EachPicture => "split[in][look];[look]palettegen=stats_mode=single[palette];[in][palette]paletteuse=new=1",
        }
    }
}

fn going_on(run: &Run) -> Result<(), Error> {
    if run.verdict() == Verdict::GoOn { Ok(()) } else { Err(Error::Cancelled { detached: false }) }
}

fn filtering(code: Code, run: &Run) -> Error {
    Error::reading(run.location(), Stage::Filter, code)
}

fn encoding(code: Code, run: &Run) -> Error {
    Error::reading(run.location(), Stage::Encode, code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{fps, secs};

    #[test]
    fn parts_lie_in_the_middle_of_equal_parts() {
        let millis = |it: &Duration| it.as_millis();
        let times = Spread { count: 2, each: secs(1) }.times(secs(10), fps(2));
        assert_eq!(times.iter().map(millis).collect::<Vec<_>>(), [2_000, 2_500, 7_000, 7_500]);
        // There is no more than all of it.
        let times = Spread { count: 2, each: secs(5) }.times(secs(2), fps(2));
        assert_eq!(times.iter().map(millis).collect::<Vec<_>>(), [0, 500, 1_000, 1_500]);
        assert_eq!(Spread { count: 3, each: secs(1) }.times(Duration::ZERO, fps(2)), [Duration::ZERO; 3]);
    }
}
