use std::sync::Arc;
use std::time::Duration;

use super::SeekIndex;
use super::begin::{Begun, Goal, begin};
use super::clock::Clock;
use super::frame::{Frame, Given, Shown, micros};
use super::pump::{Ended, Pump, Shows};
use super::queue::Give;
use super::sampling::{self, AtEnd, Chooser, Sieve};
use super::source::Source;
use super::wanted::{Part, Wanted};
use crate::error::Error;
use crate::ffi::{Picture, PixelFormat};
use crate::media::{Phase, StreamInfo, StreamKind, Ticks, Tolerance, Usage};
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Journal, Product, Run, Verdict, Warning};

/// What a reading came to, once it has ended well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FramesOutcome {
    /// Which reading: the number in its log span and its thread's name.
    pub job: JobId,
    /// The stream that was read.
    pub stream: StreamInfo,
    /// Frames handed over.
    pub frames: u64,
    /// Packets that were read and not decoded, for nobody wanted the pictures in them. Those that were passed over by seeking are not
    /// among them, for nobody has seen them.
    pub skipped: u64,
    /// Of all frames decoded on the way, those that were damaged.
    pub corrupt: u64,
    /// Packets of which the decoder made nothing.
    pub undecodable: u64,
    /// What decoded them, and what was asked for.
    pub hardware: Usage,
    /// Ended early by [`Control::stop`](crate::Control::stop).
    pub stopped: bool,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that.
    pub truncated: bool,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// Where decoding may begin, as found on the way: for the next reading of the same file.
    pub index: SeekIndex,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

impl Product for FramesOutcome {
    const HAS_PARTS: bool = true;

    fn is_whole(&self) -> bool {
        !self.stopped
    }

    fn with_log(self, journal: &Journal) -> Self {
        Self { warnings: journal.warnings(), ..self }
    }
}

/// Opens an input and hands over the wanted frames. Blocks until all have been taken, or the run is told to end.
///
/// # Errors
/// Whatever keeps them from being all that was wanted; those that could be had have been handed over before.
pub(crate) fn read(
    request: Request<'_>,
    reader: Option<AnyReader>,
    wanted: &Wanted,
    taker: &mut dyn Give<Frame>,
    run: &Arc<Run>,
) -> Result<FramesOutcome, Error> {
    let mut source = Source::open(request, reader, wanted, StreamKind::Video, run)?;
    run.enter(Phase::Running);
    let stream = source.stream.clone();
    let choice = taker.stream(&stream, &mut || source.measured())?;
    let wanted = &choice.map_or_else(|| wanted.clone(), |choice| Wanted { choice, ..wanted.clone() });
    source.use_hardware(wanted, taker.most())?;
    let mut plan = sampling::plan(wanted, &mut source)?;
    let from = plan.as_ref().map(|it| it.from);
    let begun = match (wanted.part, from) {
        (_, Some(None)) | (Part::All, None) => Begun::default(),
        (_, Some(Some(at))) | (Part::Between(at, _), None) => begin(&mut source, wanted.seek, at, Goal::From)?,
        (Part::At(at), None) => begin(&mut source, wanted.seek, at, Goal::OnScreen)?,
    };
    let target = begun.target;
    let part = Shows::of(wanted.part, target);
    let clock = Clock::new(source.input.has_no_clock(), source.input.frame_rate(source.stream.index));
    let sieve = plan.as_mut().and_then(|it| it.sieve((from != Some(None)).then_some(target), &source));
    let (chooser, at_end) = plan.map_or((None, AtEnd::Over), |it| (it.chooser, it.at_end));
    let mut pump = Pump::new(source, begun, part);
    pump.sieve = sieve;
    let mut reading = Reading { pump, clock, taker, latest: None, chooser, at_end, shape: None, early: None };
    if !reading.pump.is_single() && !reading.pump.source.decoder.is_on_device() {
        reading.hurry()?;
        reading.pump.source.go_on()?;
    }
    reading.run()?;
    reading.finish(wanted)
}

pub(super) struct Reading<'a> {
    pub(super) pump: Pump<'a>,
    pub(super) clock: Clock,
    taker: &'a mut dyn Give<Frame>,
    /// The last one before a single wanted time.
    latest: Option<Shown>,
    /// What picks some of the frames.
    pub(super) chooser: Option<Chooser>,
    pub(super) at_end: AtEnd,
    /// Of the last frame that was handed over.
    shape: Option<((u32, u32), Option<PixelFormat>)>,
    /// The time of the frame that was handed over before the decoder gave it.
    early: Option<Ticks>,
}

impl Reading<'_> {
    /// Hands over the first frame as soon as it can be decoded, where all are wanted.
    fn hurry(&mut self) -> Result<(), Error> {
        if matches!(self.pump.part, Shows::At(_)) || self.pump.sieve.is_some() || self.chooser.is_some() {
            return Ok(());
        }
        let Some(frame) = self.pump.early()? else { return Ok(()) };
        let picture = Picture::new(frame);
        // It is stamped again when the decoder gives it.
        let before = self.clock.clone();
        let shown = self.stamped(picture);
        self.clock = before;
        if !self.shows(shown.at()) {
            return Ok(());
        }
        self.early = Some(shown.pts);
        self.show(shown.into(), None)
    }

    /// Goes on until all that is wanted has been decoded, or all that there is.
    fn run(&mut self) -> Result<(), Error> {
        loop {
            while let Some(frame) = self.pump.next()? {
                if self.take(Picture::new(frame))? || self.taker.has_enough() {
                    self.pump.enough = true;
                    return Ok(());
                }
            }
            let Some(front) = self.pump.restart() else { return Ok(()) };
            self.begin_elsewhere(front)?;
        }
    }

    fn stamped(&mut self, picture: Picture) -> Shown {
        let told = picture.timestamp().map(|it| self.pump.source.since_start(it));
        if let Some(sieve) = &mut self.pump.sieve {
            if sieve.has_leapt() {
                self.clock.jump();
            }
            // It may be as long as the one before it was, which may not have been decoded.
            if let Some(before) = told.and_then(|at| sieve.left_out_before(at)) {
                self.clock.pass(before);
            }
        }
        let times = self.clock.stamp(&picture, self.pump.source.decoder.frame_rate());
        let (pts, duration) = (picture.ticks(times.pts), picture.ticks(times.length));
        let source = &self.pump.source;
        let pixel_aspect = source.input.pixel_aspect(source.stream.index, &picture);
        let (is_estimated, start) = (times.is_estimated, source.start);
        Shown { picture, pts, duration, is_estimated, pixel_aspect, start }
    }

    /// A decoded picture; true where it is the last that is wanted, or the first that is not any more.
    fn take(&mut self, picture: Picture) -> Result<bool, Error> {
        let shown = self.stamped(picture);
        let at = shown.at();
        self.pump.reached(at.saturating_add(micros(shown.duration)));
        if self.early.take_if(|it| *it == shown.pts).is_some() {
            return Ok(false);
        }
        if let Some(chooser) = self.chooser.take() {
            return self.choose(chooser, shown);
        }
        match self.pump.part {
            Shows::Between(_, Some(to)) if at >= to => Ok(true),
            Shows::At(wanted) if at <= wanted => {
                self.latest = Some(shown);
                Ok(false)
            }
            // Before the first one, the first is what there is.
            Shows::At(_) => {
                let shown = self.latest.take().unwrap_or(shown);
                self.show(shown.into(), None).map(|()| true)
            }
            _ if self.shows(at) => self.show(shown.into(), None).map(|()| false),
            _ => Ok(false),
        }
    }

    /// Whether a frame that begins then is in the part, where that is one.
    pub(super) fn shows(&self, at: i64) -> bool {
        match self.pump.part {
            Shows::Between(from, to) => at >= from && to.is_none_or(|to| at < to),
            Shows::All | Shows::At(_) => true,
        }
    }

    /// Hands it over, for that moment.
    pub(super) fn show(&mut self, shown: Arc<Shown>, instant: Option<i64>) -> Result<(), Error> {
        let shape = (shown.picture.size(), shown.picture.format());
        let is_changed = self.shape.replace(shape).is_some_and(|before| before != shape);
        let frame = Frame::new(shown, Given { index: self.pump.shown, is_changed, instant });
        self.pump.shown += 1;
        self.taker.give(frame, self.pump.source.run)
    }

    fn finish(mut self, wanted: &Wanted) -> Result<FramesOutcome, Error> {
        if let Some(latest) = self.latest.take() {
            self.show_last(latest, &wanted.tolerance)?;
        }
        self.finish_choice(&wanted.tolerance)?;
        let Ended { stopped, truncated } = self.pump.finish(&wanted.tolerance)?;
        let Pump { source: Source { run, index, stream, usage, .. }, shown, corrupt, undecodable, sieve, .. } = self.pump;
        Ok(FramesOutcome {
            job: run.id,
            stream,
            frames: shown,
            skipped: sieve.as_ref().map_or(0, Sieve::skipped),
            corrupt,
            undecodable,
            hardware: usage,
            stopped,
            truncated,
            warnings: Vec::new(), // The run's journal has them.
            index,
            elapsed: run.elapsed(),
        })
    }

    /// The last picture stays on the screen for as long as the container says that there is something.
    fn show_last(&mut self, latest: Shown, tolerance: &Tolerance) -> Result<(), Error> {
        let length = self.pump.source.length().and_then(|it| i64::try_from(it.as_micros()).ok());
        let Shows::At(wanted) = self.pump.part else { return Ok(()) };
        let is_short = !self.pump.enough && self.pump.end.is_some_and(|end| end <= wanted);
        if is_short && self.pump.source.run.verdict() == Verdict::Stop {
            return Ok(());
        }
        // It would pass for the frame that is missing.
        if let Some(why) = self.pump.missing().filter(|_| is_short && !tolerance.truncated) {
            return Err(why);
        }
        match self.pump.end.max(length) {
            Some(end) if wanted >= end && !self.pump.enough => Err(self.pump.ends_before(wanted, end)),
            _ => self.show(latest.into(), None),
        }
    }
}
