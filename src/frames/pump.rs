//! What every reading does, of pictures as of sound: packets into the decoder, what it gives out of it, and how it stands.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::begin::Begun;
use super::decoding::Fault;
use super::entry::Entry;
use super::sampling::{Next, Sieve};
use super::source::Source;
use super::wanted::Part;
use crate::error::Error;
use crate::ffi::{Code, Packet, RawFrame, Received, Sent};
use crate::media::{Stage, StreamKind, Tolerance};
use crate::read::{slack, tolerated};
use crate::run::{Progress, Verdict};

/// As [`Part`], in microseconds since the container's beginning.
#[derive(Clone, Copy)]
pub(super) enum Shows {
    All,
    Between(i64, Option<i64>),
    At(i64),
}

impl Shows {
    /// `from` is where it begins, where it does not begin at the beginning.
    pub(super) fn of(part: Part, from: i64) -> Self {
        match part {
            Part::All => Self::All,
            Part::At(_) => Self::At(from),
            Part::Between(_, to) => Self::Between(from, to.map(|it| i64::try_from(it.as_micros()).unwrap_or(i64::MAX))),
        }
    }
}

/// Decodes a source, and counts.
pub(super) struct Pump<'a> {
    pub(super) source: Source<'a>,
    begun: Begun,
    pub(super) part: Shows,
    /// What keeps packets from the decoder, where not all are decoded.
    pub(super) sieve: Option<Sieve>,
    /// Whether the decoder is drained only to begin elsewhere.
    is_between: bool,
    /// Read, and not yet taken by the decoder.
    unsent: Option<Packet>,
    /// Handed over: pictures, or samples of each channel.
    pub(super) shown: u64,
    decoded: u64,
    pub(super) corrupt: u64,
    pub(super) undecodable: u64,
    /// Without a frame between them.
    failures: u32,
    /// Whether nothing that is still to come is wanted.
    pub(super) enough: bool,
    /// How far decoding has come, in microseconds since the container's beginning.
    pub(super) end: Option<i64>,
    reported: Instant,
}

/// How a reading ended that ended well.
pub(super) struct Ended {
    pub(super) stopped: bool,
    pub(super) truncated: bool,
}

impl<'a> Pump<'a> {
    pub(super) fn new(source: Source<'a>, begun: Begun, part: Shows) -> Self {
        Self {
            source,
            begun,
            part,
            sieve: None,
            is_between: false,
            unsent: None,
            shown: 0,
            decoded: 0,
            corrupt: 0,
            undecodable: 0,
            failures: 0,
            enough: false,
            end: None,
            reported: Instant::now(),
        }
    }

    /// What is decoded next; `None` after the last that is wanted, or that there is.
    pub(super) fn next(&mut self) -> Result<Option<RawFrame>, Error> {
        loop {
            self.obey();
            self.report(false);
            match self.source.decoder.receive() {
                Ok(None) => {
                    self.source.run.moved();
                    if let Verdict::Cancel(_) = self.source.run.verdict() {
                        return Err(Error::Cancelled { detached: false });
                    }
                }
                Ok(Some(Received::Frame(frame))) => {
                    self.failures = 0;
                    self.source.run.moved();
                    self.decoded += 1;
                    self.corrupt += u64::from(frame.is_corrupt());
                    return Ok(Some(frame));
                }
                Ok(Some(Received::Nothing)) => self.feed()?,
                Ok(Some(Received::End)) => return Ok(None),
                Err(Fault::Device { code, is_refused }) => self.leave_device(code, is_refused)?,
                Err(Fault::Packet(code)) => {
                    self.fail(code)?;
                    self.failures += 1;
                    if self.failures > MOST_FAILURES {
                        return Err(Error::reading(self.source.location, Stage::Decode, code));
                    }
                }
            }
        }
    }

    fn leave_device(&mut self, code: Code, is_refused: bool) -> Result<(), Error> {
        let at = self.end.and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
        self.source.leave_device((code, is_refused), at)
    }

    /// The picture of the first packet, decoded by itself before the decoder's threads have been given enough to give anything. `None`
    /// where it may not be the first that is shown, or something is wrong with it.
    ///
    /// The decoder has had it then. A fresh one ([`Source::go_on`]) decodes the packet again: one picture more, for not waiting for
    /// several.
    pub(super) fn early(&mut self) -> Result<Option<RawFrame>, Error> {
        if self.begun.packets.is_empty() && !self.begun.ended {
            let first = self.source.packet()?;
            if let Some(first) = &first {
                self.source.entry(first, true);
            }
            self.begun.ended = first.is_none();
            self.begun.packets.extend(first);
        }
        let Some(packet) = self.begun.packets.front().filter(|it| it.pts().is_some() && self.source.begins_shown(it)) else {
            return Ok(None);
        };
        let decoder = &mut self.source.decoder;
        let is_sent = decoder.send(Some(packet), Entry::No).is_ok() && decoder.send(None, Entry::No).is_ok();
        Ok(match decoder.receive() {
            Ok(Some(Received::Frame(frame))) if is_sent && !frame.is_corrupt() => Some(frame),
            _ => None,
        })
    }

    /// Whether a single packet holds all that is wanted.
    pub(super) fn is_single(&self) -> bool {
        self.begun.enough && self.begun.packets.len() == 1
    }

    /// Until when it is decoded, in microseconds since the container's beginning.
    pub(super) fn reached(&mut self, end: i64) {
        self.end = self.end.max(Some(end));
    }

    /// Gives the decoder its next packet, or tells it that none comes any more.
    fn feed(&mut self) -> Result<(), Error> {
        let packet = self.unsent.take().map_or_else(|| self.sifted(), |it| Ok(Some(it)))?;
        let is_on_device = self.source.decoder.is_on_device();
        let entry = packet.as_ref().filter(|_| is_on_device).map_or(Entry::No, |it| self.source.kind(it));
        match self.source.decoder.send(packet.as_ref(), entry) {
            Ok(Sent::Taken) => Ok(()),
            Ok(Sent::Full) => {
                self.unsent = packet;
                Ok(())
            }
            Err(Fault::Device { code, is_refused }) => self.leave_device(code, is_refused),
            Err(Fault::Packet(code)) => self.fail(code),
        }
    }

    /// After the last frame: whether there are others behind it, for which decoding begins elsewhere. Then gives the time from which on
    /// frames are exact.
    pub(super) fn restart(&mut self) -> Option<i64> {
        if !std::mem::take(&mut self.is_between) {
            return None;
        }
        self.source.decoder.flush();
        self.sieve.as_mut().map(Sieve::restart)
    }

    /// The next packet that the sieve lets through.
    fn sifted(&mut self) -> Result<Option<Packet>, Error> {
        let Some(sieve) = &mut self.sieve else { return self.packet() };
        match sieve.next(&mut self.source, &mut self.begun)? {
            Next::Send(packet) => return Ok(Some(packet)),
            Next::Drain => self.is_between = true,
            Next::Enough => self.enough = true,
            Next::End => self.end = self.end.max(sieve.end()),
        }
        Ok(None)
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
                    if self.is_film() {
                        self.source.entry(&packet, matches!(self.part, Shows::All));
                    }
                    packet
                }
                None => return Ok(None),
            },
        };
        // Sound that is decoded later is heard later, but for a little that a decoder holds back. Of pictures, containers are not always
        // right about when they are due.
        let due = packet.dts().map(|it| self.source.since_start(it).saturating_sub(HELD));
        let is_beyond = match self.part {
            Shows::Between(_, Some(to)) if !self.is_film() => due.is_some_and(|it| it >= to),
            _ => false,
        };
        if is_beyond {
            self.enough = true;
            self.begun = Begun { ended: true, ..Begun::default() };
        }
        Ok((!is_beyond).then_some(packet))
    }

    /// The decoder could not do with something; it goes on with what comes then.
    fn fail(&mut self, code: Code) -> Result<(), Error> {
        match code {
            Code::NO_MEMORY => Err(Error::reading(self.source.location, Stage::Decode, code)),
            _ => {
                self.undecodable += 1;
                if let Some(sieve) = &mut self.sieve {
                    sieve.be_plain();
                }
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

    pub(super) fn report(&mut self, now: bool) {
        if !now && self.reported.elapsed() < TICK {
            return;
        }
        self.reported = Instant::now();
        let (run, is_film) = (self.source.run, self.is_film());
        let to = match self.part {
            Shows::Between(_, Some(to)) => u64::try_from(to).ok().map(Duration::from_micros),
            _ => self.source.length(),
        };
        let position = self.end.and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
        run.report(|progress| {
            progress.elapsed = run.elapsed();
            progress.idle = run.idle();
            progress.frames = is_film.then_some(self.shown);
            progress.frames_decoded = is_film.then_some(self.decoded);
            progress.corrupt = Some(self.corrupt);
            progress.decoded = position;
            progress.position = position;
            let seconds = progress.elapsed.as_secs_f64();
            progress.fps = is_film.then(|| self.decoded as f64 / seconds).filter(|it| it.is_finite());
            progress.speed = position.map(|it| it.as_secs_f64() / seconds).filter(|it| it.is_finite());
            progress.estimate(Progress::part(position, to));
        });
    }

    /// All that comes has been handed over; whether it is all that was to come is another question.
    ///
    /// # Errors
    /// What keeps it from that, and is not borne.
    pub(super) fn finish(&mut self, tolerance: &Tolerance) -> Result<Ended, Error> {
        self.report(true);
        let stopped = self.source.run.verdict() == Verdict::Stop;
        let mut truncated = false;
        if !self.enough && !stopped {
            if let Some(why) = self.missing() {
                if !tolerance.truncated {
                    return Err(why);
                }
                truncated = true;
            }
            self.check_any()?;
        }
        tolerated(tolerance, self.source.location, Some((self.corrupt, self.decoded)), self.source.run)?;
        Ok(Ended { stopped, truncated })
    }

    /// Why there is less than there was to be.
    pub(super) fn missing(&self) -> Option<Error> {
        self.source.lost().or_else(|| self.cut_off())
    }

    pub(super) fn ends_before(&self, wanted: i64, end: i64) -> Error {
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

    /// Pictures, not sound.
    fn is_film(&self) -> bool {
        self.source.stream.kind == StreamKind::Video
    }
}

/// How often progress is told of.
const TICK: Duration = Duration::from_millis(100);

/// Without a frame between them: a decoder that fails for ever is not asked for ever.
const MOST_FAILURES: u32 = 10_000;

/// How long a decoder of sound may hold back what it was given, in microseconds.
const HELD: i64 = 1_000_000;
