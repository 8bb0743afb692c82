//! To a wanted moment that is far away, by a seek: what lies between is not even read.

use super::ahead::{Ahead, Aim, MOST_BYTES};
use crate::error::Error;
use crate::frames::begin::{Begun, Goal, Mark, begin_exactly};
use crate::frames::entry::Entry;
use crate::frames::source::Source;
use crate::run::Verdict;

/// How far away a moment has to be, in microseconds: what is nearer is read over. Most films have a key frame in so much, and to look
/// for one costs about as much as reading that.
const FAR: i64 = 10_000_000;
/// No media begins so long before zero, in whatever it counts.
const BEFORE_ALL: i64 = i64::MAX / 4;

impl Ahead {
    /// Whether a seek is worth trying.
    pub(super) fn is_far(&self, at: i64, source: &Source<'_>, begun: &Begun) -> bool {
        let is_far = self.horizon > i64::MIN && at.saturating_sub(self.horizon) > FAR;
        let can_seek = source.entries.are_there() && source.input.is_seekable();
        let can_seek = can_seek && source.clock_is_steady() && !source.is_chained;
        is_far && can_seek && self.can_leap && matches!(self.aim, Aim::Moments(_)) && begun.packets.is_empty() && !self.ended
    }

    /// Goes to the last entry before that moment, as a reading that begins there would. Where that is not behind the place that has been
    /// read to, it goes on from that place, and does not try again: key frames are too rare.
    pub(super) fn leap(&mut self, at: i64, source: &mut Source<'_>, begun: &mut Begun) -> Result<(), Error> {
        self.is_whole = false;
        let time = std::time::Duration::from_micros(at.unsigned_abs());
        *begun = match begin_exactly(source, time, Goal::From, MOST_BYTES) {
            // There is no entry, and it cannot be opened once more to begin with its beginning.
            Err(why @ Error::Seek { .. }) => {
                self.can_leap = false;
                return self.come_back(source)?.then_some(()).ok_or(why);
            }
            begun => begun?,
        };
        let Some(front) = begun.packets.front() else {
            // It had ended already.
            self.can_leap = false;
            return Ok(());
        };
        let is_entry = source.entry(front, false) == Entry::Exact;
        let is_behind = front.dts().or(front.pts()).is_some_and(|it| source.since_start(it) > self.horizon);
        if is_entry && is_behind {
            self.pass_all();
            return Ok(());
        }
        self.can_leap = false;
        let place = begun.packets.iter().position(|it| Some(Mark::of(it)) == self.last);
        match place {
            Some(place) => drop(begun.packets.drain(..=place)),
            // Decoding begins once more, which is exact as well.
            None if is_entry => self.pass_all(),
            None => {}
        }
        Ok(())
    }

    /// To where it had been read to, by reading over all that lies before; false where that place is not found.
    fn come_back(&self, source: &mut Source<'_>) -> Result<bool, Error> {
        if source.input.seek(source.stream.index, -BEFORE_ALL).is_err() {
            return Ok(false);
        }
        while let Some(packet) = source.packet()? {
            if Some(Mark::of(&packet)) == self.last {
                return Ok(true);
            }
        }
        // Where it was told to stop, nothing more is read anyway.
        Ok(source.run.verdict() == Verdict::Stop)
    }
}
