use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::block::{Block, Shape};
use super::clock::Clock;
use super::lead::begin;
use super::waiting::Waiting;
use super::wanted::SoundWanted;
use crate::error::Error;
use crate::ffi::{Code, Layout, Resampler, Sound};
use crate::frames::begin::Begun;
use crate::frames::pump::{Ended, Pump, Shows};
use crate::frames::queue::Give;
use crate::frames::source::Source;
use crate::frames::wanted::Part;
use crate::media::{ChannelLayout, Phase, Sample, SampleRate, Stage, StreamInfo, StreamKind, hz};
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Journal, Product, Run, Warning};

/// What a reading of sound came to, once it has ended well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SamplesOutcome {
    /// Which reading: the number in its log span and its thread's name.
    pub job: JobId,
    /// The stream that was read.
    pub stream: StreamInfo,
    /// Samples of each channel handed over.
    pub frames: u64,
    /// Of all that was decoded on the way, packets' worth that was damaged.
    pub corrupt: u64,
    /// Packets of which the decoder made nothing.
    pub undecodable: u64,
    /// Ended early by [`Control::stop`](crate::Control::stop).
    pub stopped: bool,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that.
    pub truncated: bool,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

impl Product for SamplesOutcome {
    const HAS_PARTS: bool = true;

    fn is_whole(&self) -> bool {
        !self.stopped
    }

    fn with_log(self, journal: &Journal) -> Self {
        Self { warnings: journal.warnings(), ..self }
    }
}

/// Opens an input and hands over the wanted sound. Blocks until all has been taken, or the run is told to end.
///
/// # Errors
/// Whatever keeps it from being all that was wanted; what could be had has been handed over before.
pub(crate) fn read_sound<S: Sample>(
    request: Request<'_>,
    reader: Option<AnyReader>,
    wanted: &SoundWanted,
    taker: &mut dyn Give<Block<S>>,
    run: &Arc<Run>,
) -> Result<SamplesOutcome, Error> {
    let mut source = Source::open(request, reader, &wanted.wanted, StreamKind::Audio, run)?;
    run.enter(Phase::Running);
    let part = wanted.wanted.part;
    let begun = match part {
        Part::All => Begun::default(),
        Part::At(from) | Part::Between(from, _) => begin(&mut source, from)?,
    };
    let part = Shows::of(part, begun.target);
    let mut reading = Reading { pump: Pump::new(source, begun, part), wanted, clock: Clock::new(), made: None, taker };
    reading.run()?;
    reading.finish()
}

struct Reading<'a, S> {
    pump: Pump<'a>,
    wanted: &'a SoundWanted,
    clock: Clock,
    /// Once it is known what comes.
    made: Option<Made<S>>,
    taker: &'a mut dyn Give<Block<S>>,
}

/// What sound is made into, and on the way to it.
struct Made<S> {
    shape: Arc<Shape>,
    layout: Layout,
    resampler: Option<Resampler<S>>,
    waiting: Waiting<S>,
}

impl<S: Sample> Reading<'_, S> {
    /// Goes on until all that is wanted has been decoded, or all that there is.
    fn run(&mut self) -> Result<(), Error> {
        while let Some(frame) = self.pump.next()? {
            let sound = Sound::new(frame);
            // A decoder that does not know what it decodes has decoded nothing.
            let Some(rate) = sound.rate().filter(|_| sound.samples() > 0) else {
                self.pump.undecodable += 1;
                continue;
            };
            if self.take(&sound, rate)? {
                self.pump.enough = true;
                break;
            }
        }
        self.drain()?;
        self.hand_over(true)
    }

    /// Decoded sound; true where it has the last sample that is wanted, or lies behind that.
    fn take(&mut self, sound: &Sound, rate: u32) -> Result<bool, Error> {
        let (pts, samples) = (self.clock.stamp(sound, rate), sound.samples());
        let start = self.pump.source.start;
        self.pump.reached(micros(pts.saturating_add_unsigned(samples as u64), rate).saturating_sub(start));
        // In samples of the block, as far as it reaches.
        let place = |at: i64| {
            usize::try_from(first_at(at.saturating_add(start), rate).saturating_sub(pts)).unwrap_or_default().min(samples)
        };
        let part = match self.pump.part {
            Shows::All => 0..samples,
            Shows::Between(from, None) | Shows::At(from) => place(from)..samples,
            Shows::Between(from, Some(to)) => place(from)..place(to),
        };
        let is_last = part.end < samples;
        self.convert(sound, pts, rate, part).map_err(|code| self.failure(code))?;
        self.hand_over(false)?;
        Ok(is_last)
    }

    fn convert(&mut self, sound: &Sound, pts: i64, rate: u32, part: Range<usize>) -> Result<(), Code> {
        let made = match &mut self.made {
            Some(made) => made,
            made => made.insert(Made::of(self.wanted, sound, rate, self.pump.source.start)?),
        };
        if part.is_empty() {
            return Ok(());
        }
        if made.resampler.as_ref().is_some_and(|it| !it.is_for(sound)) {
            made.drain()?;
        }
        let (to, layout) = (made.shape.rate.as_hz(), &made.layout);
        let resampler = match &mut made.resampler {
            Some(resampler) => resampler,
            none => none.insert(Resampler::new(sound, to, layout, made.shape.is_planar)?),
        };
        let held = resampler.delay(i64::from(rate) * i64::from(to));
        let scaled = i128::from(pts.saturating_add_unsigned(part.start as u64)) * i128::from(to) - i128::from(held);
        made.waiting.mark(rounded(scaled, i128::from(rate)));
        let count = resampler.convert(sound, part, &mut made.waiting.planes)?;
        made.waiting.put(count);
        Ok(())
    }

    /// What the resampler holds, for nothing comes any more.
    fn drain(&mut self) -> Result<(), Error> {
        let drained = self.made.as_mut().map_or(Ok(()), Made::drain);
        drained.map_err(|code| self.failure(code))
    }

    /// Whole blocks, and at the end the rest.
    fn hand_over(&mut self, is_end: bool) -> Result<(), Error> {
        let Some(Made { shape, waiting, .. }) = &mut self.made else { return Ok(()) };
        let length = self.wanted.block.unwrap_or(usize::MAX);
        let least = if is_end { 1 } else { self.wanted.block.unwrap_or(1) };
        while waiting.count() >= least
            && let Some(cut) = waiting.cut(length)
        {
            let block = Block::new(cut, shape);
            self.pump.shown += block.frames() as u64;
            self.taker.give(block, self.pump.source.run)?;
        }
        waiting.tidy();
        Ok(())
    }

    fn failure(&self, code: Code) -> Error {
        Error::reading(self.pump.source.location, Stage::Filter, code)
    }

    fn finish(mut self) -> Result<SamplesOutcome, Error> {
        let Ended { stopped, truncated } = self.pump.finish(&self.wanted.wanted.tolerance)?;
        let Pump { source: Source { run, stream, .. }, shown, corrupt, undecodable, .. } = self.pump;
        Ok(SamplesOutcome {
            job: run.id,
            stream,
            frames: shown,
            corrupt,
            undecodable,
            stopped,
            truncated,
            warnings: Vec::new(), // The run's journal has them.
            elapsed: run.elapsed(),
        })
    }
}

impl<S: Sample> Made<S> {
    /// Where nothing else is wanted, all is as it begins.
    fn of(wanted: &SoundWanted, first: &Sound, rate: u32, start: i64) -> Result<Self, Code> {
        let layout = match &wanted.layout {
            Some(layout) => Layout::named(layout.name()).ok_or(Code::INVALID_ARGUMENT)?,
            None => first.layout()?,
        };
        let (channels, is_planar) = (layout.channels(), wanted.is_planar);
        let rate: SampleRate = wanted.rate.unwrap_or(hz(rate));
        let named = || ChannelLayout::from_name(layout.name());
        let shape = Shape { rate, layout: wanted.layout.clone().unwrap_or_else(named), channels, is_planar, start };
        let waiting = Waiting::new(channels, is_planar);
        Ok(Self { shape: Arc::new(shape), layout, resampler: None, waiting })
    }

    /// Lets the resampler go, and what it held not.
    fn drain(&mut self) -> Result<(), Code> {
        let count = self.resampler.take().map_or(Ok(0), |mut it| it.drain(&mut self.waiting.planes))?;
        self.waiting.put(count);
        Ok(())
    }
}

/// When a sample begins, in microseconds: the nearest.
fn micros(sample: i64, rate: u32) -> i64 {
    rounded(i128::from(sample) * 1_000_000, i128::from(rate))
}

/// The first sample that begins then or later, as [`micros`] has it.
pub(in crate::frames) fn first_at(micros: i64, rate: u32) -> i64 {
    let halves = (i128::from(micros) * 2 - 1) * i128::from(rate);
    // Rounded up.
    i64::try_from(-(-halves).div_euclid(2_000_000)).unwrap_or(i64::MAX)
}

/// The nearest, halves away from zero.
fn rounded(number: i128, by: i128) -> i64 {
    let half = if number < 0 { -by / 2 } else { by / 2 };
    i64::try_from((number + half) / by).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_found_by_its_time() {
        for rate in [8_000, 11_025, 44_100, 48_000, 192_000] {
            for sample in [0, 1, 2, 1_105, 44_099, 123_456_789] {
                let at = micros(sample, rate);
                assert_eq!(first_at(at, rate), sample, "{sample} at {rate} Hz");
                assert_eq!(first_at(at + 1, rate), sample + 1, "after {sample} at {rate} Hz");
            }
        }
        assert_eq!((micros(-1, 44_100), first_at(-23, 44_100)), (-23, -1));
    }
}
