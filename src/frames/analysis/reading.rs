use std::sync::Arc;
use std::time::Duration;

use super::conform::{Conform, Take, tick};
use super::detector::Detectors;
use super::{Event, LoudnessSummary, Sought};
use crate::error::Error;
use crate::ffi::{Code, Feed, Picture, RawFrame, Sound, Stamp};
use crate::frames::begin::{Begun, Goal, begin};
use crate::frames::clock::Clock;
use crate::frames::frame::micros;
use crate::frames::pump::{Ended, Pump, Shows};
use crate::frames::queue::{Gone, Sender};
use crate::frames::sound::{SoundClock, begin_sound};
use crate::frames::source::Source;
use crate::frames::wanted::Part;
use crate::media::{Phase, Rational, Stage, StreamInfo, StreamKind, Ticks, Usage};
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Journal, Product, Run, Warning};

/// What an analysis came to, once it has ended well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AnalysisOutcome {
    /// Which reading: the number in its log span and its thread's name.
    pub job: JobId,
    /// The stream that was looked at.
    pub stream: StreamInfo,
    /// How much of it was: pictures, or samples of each channel.
    pub frames: u64,
    /// How loud it is all in all, where [`Analysis::loudness`](crate::Analysis::loudness) asked for that.
    pub loudness: Option<LoudnessSummary>,
    /// Of all that was decoded on the way, what was damaged.
    pub corrupt: u64,
    /// Packets of which the decoder made nothing.
    pub undecodable: u64,
    /// What decoded the pictures, and what was asked for: of sound nothing.
    pub hardware: Usage,
    /// Ended early by [`Control::stop`](crate::Control::stop).
    pub stopped: bool,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that.
    pub truncated: bool,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

impl Product for AnalysisOutcome {
    const HAS_PARTS: bool = true;

    fn is_whole(&self) -> bool {
        !self.stopped
    }

    fn with_log(self, journal: &Journal) -> Self {
        Self { warnings: journal.warnings(), ..self }
    }
}

/// Opens an input and hands over what is found in it. Blocks until all has been taken, or the run is told to end.
///
/// # Errors
/// Whatever keeps it from having looked at all that was wanted; what was found has been handed over before.
pub(crate) fn analyze(
    request: Request<'_>,
    reader: Option<AnyReader>,
    sought: &Sought,
    sender: Sender<Event>,
    run: &Arc<Run>,
) -> Result<AnalysisOutcome, Error> {
    let wanted = &sought.wanted;
    let mut source = Source::open(request, reader, wanted, sought.kind, run)?;
    run.enter(Phase::Running);
    let is_film = sought.kind == StreamKind::Video;
    if is_film {
        source.use_hardware(wanted, None)?;
    }
    let begun = match wanted.part {
        Part::All => Begun::default(),
        Part::At(at) | Part::Between(at, _) if is_film => begin(&mut source, wanted.seek, at, Goal::From)?,
        Part::At(at) | Part::Between(at, _) => begin_sound(&mut source, at)?,
    };
    let part = Shows::of(wanted.part, begun.target);
    let name = run.journal.tag_filter("in");
    let pump = Pump::new(source, begun, part);
    let mut reading = Reading { pump, sought, name, detectors: None, loudness: None, found: Vec::new(), sender };
    if is_film {
        reading.pictures()?
    } else {
        reading.sound()?
    }
    reading.finish()
}

struct Reading<'a> {
    pump: Pump<'a>,
    sought: &'a Sought,
    /// What the sources of graphs are called.
    name: String,
    /// Once it is known what comes.
    detectors: Option<Detectors>,
    loudness: Option<LoudnessSummary>,
    /// And not yet handed over.
    found: Vec<Event>,
    sender: Sender<Event>,
}

impl Reading<'_> {
    fn pictures(&mut self) -> Result<(), Error> {
        // All of them are looked at, so that the first one is in no hurry.
        if !self.pump.source.decoder.is_on_device() {
            self.pump.source.go_on()?;
        }
        let source = &self.pump.source;
        let frame_rate = source.input.frame_rate(source.stream.index);
        let mut clock = Clock::new(source.input.has_no_clock(), frame_rate);
        let (from, to) = self.part().unwrap_or((i64::MIN, None));
        while let Some(frame) = self.pump.next()? {
            let picture = Picture::new(frame);
            let times = clock.stamp(&picture, self.pump.source.decoder.frame_rate());
            let (pts, length) = (picture.ticks(times.pts), picture.ticks(times.length));
            let at = micros(pts).saturating_sub(self.pump.source.start);
            self.pump.reached(at.saturating_add(micros(length)));
            if to.is_some_and(|to| at >= to) {
                self.pump.enough = true;
                break;
            }
            if at >= from {
                self.see_picture(&picture, pts, length)?;
            }
        }
        self.end()
    }

    fn see_picture(&mut self, picture: &Picture, pts: Ticks, length: Ticks) -> Result<(), Error> {
        // Of another size, say: filters know nothing of what was before.
        if self.detectors.as_ref().is_some_and(|it| !it.are_for(picture.frame())) {
            self.close(micros(pts).saturating_sub(self.pump.source.start))?;
        }
        let source = &self.pump.source;
        let new = || {
            let feed = Feed {
                frame_rate: source.input.frame_rate(source.stream.index),
                pixel_aspect: source.input.pixel_aspect(source.stream.index, picture),
                ..feed(self.sought.kind, &self.name, pts.time_base())
            };
            Detectors::new(self.sought.in_pictures(), picture.frame(), &feed, source.start)
        };
        let stamp = Stamp { pts: pts.count(), length: length.count() };
        let seen = see(&mut self.detectors, new, picture.frame(), stamp, &mut self.found);
        seen.map_err(|code| self.failure(code))?;
        self.pump.shown += 1;
        self.hand_over()
    }

    fn sound(&mut self) -> Result<(), Error> {
        let (mut clock, start) = (SoundClock::new(), self.pump.source.start);
        let part = self.part();
        let on_clock = |at: i64| at.saturating_add(start);
        let mut conform = Conform::new(part.map(|(from, to)| (on_clock(from), to.map(on_clock))));
        while let Some(frame) = self.pump.next()? {
            let sound = Sound::new(frame);
            // A decoder that does not know what it decodes has decoded nothing.
            let Some(tick) = sound.rate().filter(|_| sound.samples() > 0).and_then(|it| tick(it).ok()) else {
                self.pump.undecodable += 1;
                continue;
            };
            let pts = clock.stamp(&sound, tick.den().unsigned_abs());
            let ends = micros(Ticks::new(pts.saturating_add_unsigned(sound.samples() as u64), tick)).saturating_sub(start);
            self.pump.reached(ends);
            if part.is_some_and(|(from, _)| ends <= from) {
                continue;
            }
            self.conformed(&mut conform, |it, feed, take| it.send(&sound, pts, feed, take))?;
            if part.and_then(|it| it.1).is_some_and(|to| ends >= to) {
                self.pump.enough = true;
                break;
            }
        }
        self.conformed(&mut conform, |it, _, take| it.drain(take))?;
        self.end()
    }

    /// Looks at what comes of the sound that conforms.
    fn conformed(
        &mut self,
        conform: &mut Conform,
        send: impl FnOnce(&mut Conform, &Feed<'_>, &mut Take<'_>) -> Result<(), Code>,
    ) -> Result<(), Error> {
        let Self { pump, sought, name, detectors, found, .. } = self;
        let feed = feed(sought.kind, name, Rational::MICROS);
        let start = pump.source.start;
        let mut take = |frame: &RawFrame, at: Stamp| {
            let rate = frame.rate().ok_or(Code::INVALID_DATA)?;
            let feed = Feed { time_base: tick(rate)?, ..feed };
            pump.shown = pump.shown.saturating_add_signed(at.length);
            see(detectors, || Detectors::new(sought.in_sound(rate), frame, &feed, start), frame, at, found)
        };
        let sent = send(conform, &feed, &mut take);
        sent.map_err(|code| self.failure(code))?;
        self.hand_over()
    }

    /// Nothing comes any more: what still lasts ends with the media, or with the part of it that was wanted.
    fn end(&mut self) -> Result<(), Error> {
        let to = self.part().and_then(|it| it.1).unwrap_or(i64::MAX);
        self.close(self.pump.end.unwrap_or_default().min(to))
    }

    fn close(&mut self, at: i64) -> Result<(), Error> {
        let Some(mut detectors) = self.detectors.take() else { return Ok(()) };
        detectors.end(at, &mut self.found).map_err(|code| self.failure(code))?;
        self.loudness = detectors.loudness();
        self.hand_over()
    }

    fn hand_over(&mut self) -> Result<(), Error> {
        let gone = |Gone| Error::Cancelled { detached: false };
        self.found.drain(..).try_for_each(|it| self.sender.send(it, self.pump.source.run)).map_err(gone)
    }

    /// From when to when, in microseconds since the container's beginning, where not all of it is wanted.
    fn part(&self) -> Option<(i64, Option<i64>)> {
        match self.pump.part {
            Shows::All => None,
            Shows::Between(from, to) => Some((from, to)),
            Shows::At(at) => Some((at, None)),
        }
    }

    fn failure(&self, code: Code) -> Error {
        Error::reading(self.pump.source.location, Stage::Filter, code)
    }

    fn finish(mut self) -> Result<AnalysisOutcome, Error> {
        let Ended { stopped, truncated } = self.pump.finish(&self.sought.wanted.tolerance)?;
        let Pump { source: Source { run, stream, usage, .. }, shown, corrupt, undecodable, .. } = self.pump;
        Ok(AnalysisOutcome {
            job: run.id,
            stream,
            frames: shown,
            loudness: self.loudness,
            corrupt,
            undecodable,
            hardware: usage,
            stopped,
            truncated,
            warnings: Vec::new(), // The run's journal has them.
            elapsed: run.elapsed(),
        })
    }
}

/// What is the same for all graphs of a reading; the filters are each detector's own.
pub(super) fn feed(kind: StreamKind, name: &str, time_base: Rational) -> Feed<'_> {
    // The decoder's threads keep the processors busy, and each filter is little work beside it.
    Feed { kind, gives: kind, filters: "", name, threads: 1, time_base, frame_rate: None, pixel_aspect: None }
}

/// Has a frame looked at, the first one of its shape by new detectors.
pub(super) fn see(
    detectors: &mut Option<Detectors>,
    new: impl FnOnce() -> Result<Detectors, Code>,
    frame: &RawFrame,
    at: Stamp,
    found: &mut Vec<Event>,
) -> Result<(), Code> {
    let detectors = match detectors {
        Some(detectors) => detectors,
        none => none.insert(new()?),
    };
    detectors.see(frame, at, found)
}
