//! Where decoding begins, so that the first wanted frame is what decoding the whole would give there.
//!
//! 1. Seeking is a hint: whatever a demuxer makes of it, what counts are the packets that come then. They are read, and not decoded, up
//!    to the wanted time; decoding begins with the last entry ([`Entries`](super::entry::Entries)) at or before it.
//! 2. Where none is found, or packets have no times, one goes further back, and at last to the beginning, which is always right.
//! 3. Where a packet says more than its picture (a new header, a palette), all that follows may need it: decoding begins at the
//!    beginning.
//! 4. Where a clock may jump (a transport stream), a time says nothing of a place: what lies before is read, once, and the place found
//!    is kept in the index. The wanted time is where it comes first.

use std::collections::VecDeque;
use std::time::Duration;

use super::entry::Entry;
use super::source::Source;
use super::wanted::Seek;
use crate::error::Error;
use crate::ffi::Packet;
use crate::run::Verdict;

/// What decoding begins with.
#[derive(Default)]
pub(super) struct Begun {
    /// Already read, in their order.
    pub(super) packets: VecDeque<Packet>,
    /// Whether nothing behind them is needed.
    pub(super) enough: bool,
    /// Whether the source has ended behind them.
    pub(super) ended: bool,
    /// The time that is shown first, in microseconds since the container's beginning: the wanted one, or that of the key frame that
    /// stands for it.
    pub(super) target: i64,
}

impl Begun {
    /// The next packet that decoding may need; `None` at the end.
    pub(super) fn next(&mut self, source: &mut Source<'_>) -> Result<Option<Packet>, Error> {
        match self.packets.pop_front() {
            None if !self.ended && !self.enough => source.packet(),
            packet => Ok(packet),
        }
    }
}

/// What is wanted at the time where decoding begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// The last frame that begins then or before.
    OnScreen,
    /// All that begin then or later.
    From,
}

/// # Errors
/// [`Error::Seek`] where the source cannot be taken to such a place.
pub(super) fn begin(source: &mut Source<'_>, seek: Seek, at: Duration, goal: Goal) -> Result<Begun, Error> {
    match seek {
        Seek::Exact => begin_exactly(source, at, goal, MOST),
        Seek::NearestKeyFrame { within } => nearest(source, micros(at), micros(within), goal),
    }
}

/// The same by [`Seek::Exact`], with at most so many bytes read before they are decoded.
pub(super) fn begin_exactly(source: &mut Source<'_>, at: Duration, goal: Goal, most: usize) -> Result<Begun, Error> {
    Search { target: micros(at), goal, most }.exact(source)
}

/// What FFmpeg counts; finer parts are cut off, as everywhere.
fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(FAR).min(FAR)
}

/// No media is so long, and sums of two such times do not overflow.
const FAR: i64 = i64::MAX / 4;
/// Up to here, the beginning is as good a place to begin as any.
const NEAR: i64 = 1_000_000;
/// How far before the wanted time a key frame is looked for, in microseconds, one after the other.
pub(super) const STEPS_BACK: [i64; 4] = [0, 2_000_000, 10_000_000, 60_000_000];
/// As much as is read before it is decoded, in bytes: beyond that, decoding begins with what there is, and takes longer.
const MOST: usize = 64 << 20;

/// Packets that are looked at beyond the wanted time, for some that are shown before it: containers are not always right about when
/// packets are due.
const LOOKED_BEYOND: usize = 8;

#[derive(Clone, Copy)]
struct Search {
    target: i64,
    goal: Goal,
    /// As much as is read, in bytes.
    most: usize,
}

impl Search {
    fn exact(self, source: &mut Source<'_>) -> Result<Begun, Error> {
        let Self { target, .. } = self;
        if target <= NEAR || !source.input.is_seekable() {
            return self.at_beginning(source, None);
        }
        let Some(first) = source.packet()? else { return Ok(Begun { ended: true, target, ..Begun::default() }) };
        if source.is_chained {
            return self.at_beginning(source, Some(first));
        }
        let mark = Mark::of(&first);
        if !source.clock_is_steady() {
            let Some(place) = source.index.first_place(source.ticks(target)).filter(|it| Some(it.0) != mark.position) else {
                return self.at_beginning(source, Some(first));
            };
            let found = if source.input.seek_byte(place.0).is_ok() { self.collect(source, false, None)? } else { None };
            return match found
                .filter(|it| it.packets.front().is_some_and(|it| (it.position(), it.pts()) == (Some(place.0), Some(place.1))))
            {
                Some(found) => Ok(found),
                None => self.rewound(source, &mark),
            };
        }
        // One that is known and far away may be but the last that was come to.
        let known = source.index.before(source.ticks(target)).map(|it| source.since_start(it));
        let near = known.filter(|it| target - it <= STEPS_BACK[2]);
        for to in near.into_iter().chain(STEPS_BACK.map(|back| target - back)).take_while(|it| *it > 0) {
            if source.input.seek(source.stream.index, source.ticks(to)).is_err() {
                continue;
            }
            if let Some(begun) = self.collect(source, false, None)? {
                return Ok(begun);
            }
        }
        self.rewound(source, &mark)
    }

    /// From the source's own beginning, where it stands.
    fn at_beginning(self, source: &mut Source<'_>, first: Option<Packet>) -> Result<Begun, Error> {
        // Begun at the beginning, there is nothing that it could miss, unless something was left out that is needed after all.
        match self.collect(source, true, first)? {
            Some(begun) => Ok(begun),
            None => self.anew(source),
        }
    }

    /// From the beginning of the source, opened once more.
    fn anew(self, source: &mut Source<'_>) -> Result<Begun, Error> {
        if let Some(begun) = given_up(source, self.target)? {
            return Ok(begun);
        }
        let begun = if source.reopen()? { self.collect(source, true, None)? } else { None };
        begun.ok_or_else(|| {
            source.unreachable(self.target, "no key frame before it can be found to begin with, and its beginning not again")
        })
    }

    /// The same after having been elsewhere.
    fn rewound(self, source: &mut Source<'_>, mark: &Mark) -> Result<Begun, Error> {
        if let Some(begun) = given_up(source, self.target)? {
            return Ok(begun);
        }
        let index = source.stream.index;
        let places = [mark.dts.or(mark.pts).unwrap_or_default(), -FAR];
        // By a seek, what was said once would not be said again.
        let tries = if source.is_chained { 0 } else { places.len() };
        for to in places.into_iter().take(tries) {
            let first = if source.input.seek(index, to).is_ok() { source.packet()? } else { None };
            if let Some(first) = first.filter(|it| Mark::of(it) == *mark) {
                return self.at_beginning(source, Some(first));
            }
        }
        self.anew(source)
    }

    /// Reads on to the target, and keeps what has to be decoded for it. `None` where it began too late for that; at the beginning of the
    /// source there is no too late.
    fn collect(self, source: &mut Source<'_>, at_beginning: bool, first: Option<Packet>) -> Result<Option<Begun>, Error> {
        let Self { target, goal, most } = self;
        let mut begun = Begun { target, ..Begun::default() };
        // When the entry is shown that they begin with.
        let mut entry = None;
        let (mut bytes, mut beyond, mut next) = (0, 0, first);
        while bytes <= most && beyond < LOOKED_BEYOND {
            let Some(packet) = next.take().map_or_else(|| source.packet(), |it| Ok(Some(it)))? else {
                begun.ended = true;
                break;
            };
            let is_entry = source.entry(&packet, at_beginning) == Entry::Exact;
            let pts = packet.pts().map(|it| source.since_start(it));
            beyond += usize::from(packet.dts().is_some_and(|it| source.since_start(it) > target));
            // What begins behind something later has another clock, or comes too late.
            match pts.filter(|it| is_entry && *it <= target && beyond == 0 && !source.is_chained) {
                // Of several at that very time, all may be wanted.
                Some(at) if goal == Goal::OnScreen || at < target || entry.is_none_or(|it| it < target) => {
                    begun.packets.clear();
                    (entry, bytes) = (Some(at), 0);
                }
                None if begun.packets.is_empty() && !at_beginning => {
                    if beyond > 0 || is_entry {
                        return Ok(None);
                    }
                    continue;
                }
                _ => {}
            }
            bytes += packet.data().len() + Packet::COST;
            begun.packets.push_back(packet);
            if source.is_chained && (entry.is_some() || !at_beginning) {
                return Ok(None);
            }
        }
        if goal == Goal::OnScreen && entry.is_some() && beyond == LOOKED_BEYOND {
            // What is shown later is of no use for it, unless something that is not comes after it.
            let shown = |it: &Packet| it.pts().is_none_or(|it| source.since_start(it) <= target);
            let needed = begun.packets.iter().rposition(shown).map_or(0, |at| at + 1);
            begun.packets.truncate(needed);
            begun.enough = true;
        }
        Ok((at_beginning || !begun.packets.is_empty()).then_some(begun))
    }
}

/// What there is to begin with where the run is to end, or the source has.
pub(super) fn given_up(source: &Source<'_>, target: i64) -> Result<Option<Begun>, Error> {
    if source.run.verdict() == Verdict::Stop {
        return Ok(Some(Begun { ended: true, target, ..Begun::default() }));
    }
    source.lost().map_or(Ok(None), Err)
}

/// By what a packet is known again.
#[derive(PartialEq)]
pub(super) struct Mark {
    pts: Option<i64>,
    dts: Option<i64>,
    position: Option<u64>,
    size: usize,
}

impl Mark {
    pub(super) fn of(packet: &Packet) -> Self {
        Self { pts: packet.pts(), dts: packet.dts(), position: packet.position(), size: packet.data().len() }
    }
}

/// Begins with the key frame that is nearest, where one is near enough.
fn nearest(source: &mut Source<'_>, target: i64, within: i64, goal: Goal) -> Result<Begun, Error> {
    if target > NEAR && source.input.is_seekable() && source.clock_is_steady() {
        // Where it cannot, it reads on from the beginning, which is right as well.
        let _ = source.input.seek(source.stream.index, source.ticks(target));
    }
    let (mut best, mut packets, mut ended, mut closest, mut bytes) = (None, VecDeque::new(), false, None::<i64>, 0);
    loop {
        let Some(packet) = source.packet()? else {
            ended = true;
            break;
        };
        let pts = packet.pts().filter(|_| source.entry(&packet, false) != Entry::No).map(|it| source.since_start(it));
        let is_beyond = packet
            .dts()
            .is_some_and(|it| source.since_start(it).saturating_sub(target) > best.map_or(within, |it: (i64, i64)| it.0));
        if let Some(at) = pts {
            let distance = at.abs_diff(target).try_into().unwrap_or(i64::MAX);
            closest = Some(closest.map_or(distance, |it| it.min(distance)));
            if distance <= within && best.is_none_or(|it| distance < it.0) {
                best = Some((distance, at));
                packets.clear();
                bytes = 0;
            }
        }
        // Of a single frame, the key frame itself is enough.
        if best.is_some() && (goal == Goal::From || packets.is_empty()) {
            bytes += packet.data().len() + Packet::COST;
            packets.push_back(packet);
        }
        if is_beyond || bytes > MOST {
            break;
        }
    }
    if let Some(begun) = given_up(source, target)?.filter(|_| best.is_none()) {
        return Ok(begun);
    }
    if source.is_chained {
        return Err(source.unreachable(target, "what its frames look like is said at its beginning; ask for Seek::Exact"));
    }
    let nearest = || closest.map_or_else(String::new, |it| format!("; the nearest is {} away", seconds(it)));
    let none = || source.unreachable(target, &format!("no key frame is within {} of it{}", seconds(within), nearest()));
    let (_, at) = best.ok_or_else(none)?;
    // Alone it is soon decoded.
    Ok(Begun { packets, enough: goal == Goal::OnScreen, ended, target: at })
}

fn seconds(micros: i64) -> String {
    format!("{} s", Duration::from_micros(micros.unsigned_abs()).as_secs_f64())
}
