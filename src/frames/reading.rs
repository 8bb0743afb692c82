use std::sync::Arc;
use std::time::{Duration, Instant};

use super::SeekIndex;
use super::begin::{Begun, Goal, begin};
use super::clock::Clock;
use super::frame::{Frame, Shown, micros};
use super::queue::{Gone, Sender};
use super::source::Source;
use super::wanted::{Part, Wanted};
use crate::error::Error;
use crate::ffi::{Code, Packet, Picture, PixelFormat, Received, Sent};
use crate::media::{Phase, Stage, StreamInfo, StreamKind};
use crate::read::{AnyReader, Request, slack, tolerated};
use crate::run::{JobId, Journal, Product, Progress, Run, Verdict, Warning};

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
    /// Of all frames decoded on the way, those that were damaged.
    pub corrupt: u64,
    /// Packets of which the decoder made nothing.
    pub undecodable: u64,
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
    sender: Sender,
    run: &Arc<Run>,
) -> Result<FramesOutcome, Error> {
    let mut source = Source::open(request, reader, wanted, StreamKind::Video, run)?;
    run.enter(Phase::Running);
    let (begun, part) = match wanted.part {
        Part::All => (Begun::default(), Shows::All),
        Part::At(at) => {
            let begun = begin(&mut source, wanted.seek, at, Goal::OnScreen)?;
            let at = begun.target;
            (begun, Shows::At(at))
        }
        Part::Between(from, to) => {
            let begun = begin(&mut source, wanted.seek, from, Goal::From)?;
            let (from, to) = (begun.target, to.map(|it| i64::try_from(it.as_micros()).unwrap_or(i64::MAX)));
            (begun, Shows::Between(from, to))
        }
    };
    let clock = Clock::new(source.input.has_no_clock(), source.input.frame_rate(source.stream.index));
    let mut reading = Reading {
        source,
        begun,
        part,
        clock,
        sender,
        unsent: None,
        latest: None,
        shape: None,
        shown: 0,
        decoded: 0,
        corrupt: 0,
        undecodable: 0,
        enough: false,
        end: None,
        reported: Instant::now(),
    };
    reading.run()?;
    reading.finish(wanted)
}

/// As [`Part`], in microseconds since the container's beginning.
#[derive(Clone, Copy)]
enum Shows {
    All,
    Between(i64, Option<i64>),
    At(i64),
}

struct Reading<'a> {
    source: Source<'a>,
    begun: Begun,
    part: Shows,
    clock: Clock,
    sender: Sender,
    /// Read, and not yet taken by the decoder.
    unsent: Option<Packet>,
    /// The last one before a single wanted time.
    latest: Option<Shown>,
    /// Of the last frame that was handed over.
    shape: Option<((u32, u32), Option<PixelFormat>)>,
    shown: u64,
    decoded: u64,
    corrupt: u64,
    undecodable: u64,
    /// Whether nothing that is still to come is wanted.
    enough: bool,
    /// How far decoding has come, in microseconds since the container's beginning.
    end: Option<i64>,
    reported: Instant,
}

impl Reading<'_> {
    /// Goes on until all that is wanted has been decoded, or all that there is.
    fn run(&mut self) -> Result<(), Error> {
        let mut failures = 0;
        loop {
            self.obey();
            match self.source.decoder.receive() {
                Ok(Received::Frame(picture)) => {
                    failures = 0;
                    if self.take(picture)? {
                        self.enough = true;
                        return Ok(());
                    }
                }
                Ok(Received::Nothing) => self.feed()?,
                Ok(Received::End) => return Ok(()),
                Err(code) => {
                    self.fail(code)?;
                    failures += 1;
                    if failures > MOST_FAILURES {
                        return Ok(());
                    }
                }
            }
            self.report(false);
        }
    }

    /// Gives the decoder its next packet, or tells it that none comes any more.
    fn feed(&mut self) -> Result<(), Error> {
        let packet = self.unsent.take().map_or_else(|| self.packet(), |it| Ok(Some(it)))?;
        match self.source.decoder.send(packet.as_ref()) {
            Ok(Sent::Taken) => Ok(()),
            Ok(Sent::Full) => {
                self.unsent = packet;
                Ok(())
            }
            Err(code) => self.fail(code),
        }
    }

    /// The next packet; `None` where no more is needed or there is none.
    fn packet(&mut self) -> Result<Option<Packet>, Error> {
        let packet = match self.begun.packets.pop_front() {
            Some(packet) => packet,
            None if self.begun.enough || self.begun.ended => {
                self.enough |= self.begun.enough;
                return Ok(None);
            }
            None => match self.source.packet()? {
                Some(packet) => {
                    self.source.entry(&packet, matches!(self.part, Shows::All));
                    packet
                }
                None => return Ok(None),
            },
        };
        Ok(Some(packet))
    }

    /// A decoded picture; true where it is the last that is wanted, or the first that is not any more.
    fn take(&mut self, picture: Picture) -> Result<bool, Error> {
        self.source.run.moved();
        self.decoded += 1;
        self.corrupt += u64::from(picture.is_corrupt());
        let times = self.clock.stamp(&picture, self.source.decoder.frame_rate());
        let (pts, duration) = (picture.ticks(times.pts), picture.ticks(times.length));
        let at = micros(pts).saturating_sub(self.source.start);
        let end = at.saturating_add(micros(duration));
        self.end = self.end.max(Some(end));
        let start = self.source.start;
        let pixel_aspect = self.source.input.pixel_aspect(self.source.stream.index, &picture);
        let is_estimated = times.is_estimated;
        let shown = Shown { picture, index: 0, pts, duration, is_estimated, pixel_aspect, is_changed: false, start };
        match self.part {
            Shows::All => self.show(shown).map(|()| false),
            Shows::Between(from, _) if at < from => Ok(false),
            Shows::Between(_, Some(to)) if at >= to => Ok(true),
            Shows::Between(..) => self.show(shown).map(|()| false),
            Shows::At(wanted) if at <= wanted => {
                self.latest = Some(shown);
                Ok(false)
            }
            // Before the first one, the first is what there is.
            Shows::At(_) => {
                let shown = self.latest.take().unwrap_or(shown);
                self.show(shown).map(|()| true)
            }
        }
    }

    fn show(&mut self, shown: Shown) -> Result<(), Error> {
        let shape = (shown.picture.size(), shown.picture.format());
        let is_changed = self.shape.replace(shape).is_some_and(|before| before != shape);
        let frame = Frame::new(Shown { index: self.shown, is_changed, ..shown });
        self.shown += 1;
        self.sender.send(frame, self.source.run).map_err(|Gone| Error::Cancelled { detached: false })
    }

    /// The decoder could not do with something; it goes on with what comes then.
    fn fail(&mut self, code: Code) -> Result<(), Error> {
        match code {
            Code::NO_MEMORY => Err(Error::reading(self.source.location, Stage::Decode, code)),
            _ => {
                self.undecodable += 1;
                Ok(())
            }
        }
    }

    /// Stands still for as long as the run is paused.
    fn obey(&mut self) {
        let run = self.source.run;
        if !run.is_paused() {
            return;
        }
        run.report(|progress| progress.paused = true);
        while run.is_paused() && run.verdict() == Verdict::GoOn {
            std::thread::park();
        }
        run.report(|progress| progress.paused = false);
    }

    fn report(&mut self, now: bool) {
        if !now && self.reported.elapsed() < TICK {
            return;
        }
        self.reported = Instant::now();
        let run = self.source.run;
        let to = match self.part {
            Shows::Between(_, Some(to)) => u64::try_from(to).ok().map(Duration::from_micros),
            _ => self.source.length(),
        };
        let position = self.end.and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
        run.report(|progress| {
            progress.elapsed = run.elapsed();
            progress.idle = run.idle();
            progress.frames = Some(self.shown);
            progress.frames_decoded = Some(self.decoded);
            progress.corrupt = Some(self.corrupt);
            progress.decoded = position;
            progress.position = position;
            let seconds = progress.elapsed.as_secs_f64();
            progress.fps = Some(self.decoded as f64 / seconds).filter(|it| it.is_finite());
            progress.speed = position.map(|it| it.as_secs_f64() / seconds).filter(|it| it.is_finite());
            progress.estimate(Progress::part(position, to));
        });
    }

    /// All that comes has been handed over; whether it is all that was to come is another question.
    fn finish(mut self, wanted: &Wanted) -> Result<FramesOutcome, Error> {
        if let Some(latest) = self.latest.take() {
            self.show_last(latest)?;
        }
        self.report(true);
        let stopped = self.source.run.verdict() == Verdict::Stop;
        let mut truncated = false;
        if !self.enough && !stopped {
            if let Some(why) = self.source.lost().or_else(|| self.cut_off()) {
                if !wanted.tolerance.truncated {
                    return Err(why);
                }
                truncated = true;
            }
            self.check_any()?;
        }
        tolerated(&wanted.tolerance, self.source.location, Some((self.corrupt, self.decoded)), self.source.run)?;
        let Source { run, index, stream, .. } = self.source;
        Ok(FramesOutcome {
            job: run.id,
            stream,
            frames: self.shown,
            corrupt: self.corrupt,
            undecodable: self.undecodable,
            stopped,
            truncated,
            warnings: Vec::new(), // The run's journal has them.
            index,
            elapsed: run.elapsed(),
        })
    }

    /// The last picture stays on the screen for as long as the container says that there is something.
    fn show_last(&mut self, latest: Shown) -> Result<(), Error> {
        let length = self.source.length().and_then(|it| i64::try_from(it.as_micros()).ok());
        let Shows::At(wanted) = self.part else { return Ok(()) };
        match self.end.max(length) {
            Some(end) if wanted >= end && !self.enough => Err(self.ends_before(wanted, end)),
            _ => self.show(latest),
        }
    }

    fn ends_before(&self, wanted: i64, end: i64) -> Error {
        let end = Duration::from_micros(end.max(0).unsigned_abs());
        self.source.unreachable(wanted, &format!("it ends at {} s", end.as_secs_f64()))
    }

    /// What was wanted lies beyond the end, or nothing could be decoded.
    fn check_any(&self) -> Result<(), Error> {
        match (self.part, self.end) {
            _ if self.shown > 0 => Ok(()),
            (Shows::Between(from, _) | Shows::At(from), Some(end)) if from >= end => Err(self.ends_before(from, end)),
            (Shows::Between(..), Some(_)) => Ok(()),
            _ => Err(Error::nothing_there(self.source.location)),
        }
    }

    /// Whether the source ended before it had promised to.
    fn cut_off(&self) -> Option<Error> {
        let (promised, reached) = (self.source.promised()?, self.end.unwrap_or_default().max(0));
        let is_asked_for = match self.part {
            Shows::All | Shows::Between(_, None) => true,
            Shows::Between(_, Some(to)) | Shows::At(to) => reached < to && Duration::from_micros(to.unsigned_abs()) < promised,
        };
        let readable = Duration::from_micros(reached.unsigned_abs());
        (is_asked_for && readable + slack(promised) < promised).then(|| Error::Truncated {
            location: self.source.location.clone(),
            readable,
            promised,
            log: Arc::default(),
        })
    }
}

/// How often progress is told of.
const TICK: Duration = Duration::from_millis(100);

/// Without a frame between them: a decoder that fails for ever is not asked for ever.
const MOST_FAILURES: u32 = 10_000;
