use std::collections::{BTreeSet, VecDeque};

use super::counted::{Counted, First};
use super::{LeftOut, Moments, Next, Pictures};
use crate::error::Error;
use crate::ffi::Packet;
use crate::frames::begin::{Begun, Mark};
use crate::frames::entry::Entry;
use crate::frames::source::Source;
use crate::run::Verdict;

/// What the wanted pictures are known by.
pub(super) enum Aim {
    Moments(Moments),
    Counted(Counted),
}

/// Packets that have been read and not been decoded yet, and what is known of the order in which their pictures are shown.
///
/// A picture is shown from its time to that of the next one. All that are shown before the time at which the newest packet is due have
/// been read (the `horizon`): decoding comes before showing.
pub(in crate::frames) struct Ahead {
    pub(super) aim: Aim,
    pictures: Pictures,
    window: VecDeque<Item>,
    bytes: usize,
    /// When pictures in the window are shown, without those that come before what decoding began with.
    unsent: BTreeSet<i64>,
    /// When pictures are shown, as far as it matters for those in the window.
    shown: BTreeSet<i64>,
    pub(super) horizon: i64,
    /// When the entry is shown that decoding began with. What is shown before it may not come out as it should.
    begun: Option<i64>,
    pub(super) ended: bool,
    /// Whether nothing is left out any more.
    is_plain: bool,
    /// Whether the decoder has been given anything at all, and since it was drained.
    has_sent: bool,
    is_filled: bool,
    /// Whether what comes next does not follow what the decoder was given last.
    has_jumped: bool,
    /// Whether every packet from the beginning on has been read.
    pub(super) is_whole: bool,
    /// Whether a seek may find an entry behind the place that has been read to.
    pub(super) can_leap: bool,
    /// What was read last.
    pub(super) last: Option<Mark>,
    /// Whether decoding begins with the packet that is read next.
    is_anew: bool,
    /// As `begun`, for what the decoder gives now, until it has given that; `None` before any jump.
    awaited: Option<i64>,
    /// All pictures before then have been counted.
    counted_until: Option<i64>,
    /// When the first entry is shown that was read.
    counts_from: Option<i64>,
    /// Packets that were not decoded.
    pub(super) skipped: u64,
    pub(super) left_out: LeftOut,
    /// Whether what lies before the next entry has not been read.
    has_leapt: bool,
    /// Whether it may come no faster than it is shown, so that a frame is not to wait for what is shown later.
    is_live: bool,
    /// When the frame is shown that the decoder gave last.
    given: i64,
    /// How far packets go.
    pub(super) end: Option<i64>,
}

struct Item {
    packet: Packet,
    /// When it is shown; `None` where it is not.
    at: Option<i64>,
    is_entry: bool,
    is_free: bool,
    has_sets: bool,
}

/// As much is looked at before it is decoded, in bytes and in packets.
pub(super) const MOST_BYTES: usize = 16 << 20;
const MOST_PACKETS: usize = 2_048;
/// Packets that may come before the first that is due at a known time.
const MOST_UNDUE: usize = 32;

impl Ahead {
    pub(super) fn new(aim: Aim, is_whole: bool, source: &Source<'_>) -> Self {
        let pictures = Pictures::of(source);
        // Without a clock, times are guesses; frames cannot be counted where a packet may give none.
        let is_plain = source.input.has_no_clock() || matches!(aim, Aim::Counted(_)) && !pictures.is_one_each();
        Self {
            aim,
            pictures,
            window: VecDeque::new(),
            bytes: 0,
            unsent: BTreeSet::new(),
            shown: BTreeSet::new(),
            horizon: i64::MIN,
            begun: None,
            ended: false,
            is_plain,
            has_sent: false,
            is_filled: false,
            has_jumped: false,
            is_whole,
            can_leap: true,
            last: None,
            is_anew: false,
            awaited: None,
            counted_until: None,
            counts_from: None,
            skipped: 0,
            left_out: LeftOut::default(),
            has_leapt: false,
            is_live: source.is_live(),
            given: i64::MIN,
            end: None,
        }
    }

    /// What the decoder is to be given next.
    pub(super) fn next(&mut self, source: &mut Source<'_>, begun: &mut Begun) -> Result<Next, Error> {
        loop {
            if self.is_enough(source, begun)? {
                return Ok(Next::Enough);
            }
            if self.window.is_empty() && !self.ended {
                self.read(source, begun)?;
            }
            if source.run.verdict() == Verdict::Stop {
                self.window.clear();
            }
            if std::mem::take(&mut self.has_jumped) {
                if std::mem::take(&mut self.is_filled) {
                    return Ok(Next::Drain);
                }
                self.restart();
                continue;
            }
            let Some(item) = self.take() else { return Ok(Next::End) };
            if !self.can_leave_out(&item) {
                (self.has_sent, self.is_filled) = (true, true);
                return Ok(Next::Send(item.packet));
            }
            self.leave_out(&item);
        }
    }

    /// The decoder has been drained, and is empty again.
    pub(super) fn restart(&mut self) -> i64 {
        self.awaited = self.begun;
        if std::mem::take(&mut self.has_leapt) {
            self.left_out = LeftOut::unknown();
        }
        self.left_out.pass(i64::MAX);
        if let Aim::Counted(counted) = &self.aim {
            // Behind the entry come those that are shown before it, all of which have been read. They are not asked for, and count.
            let leading = self.window.iter().filter_map(|it| it.at).filter(|at| self.is_leading(*at) && counted.counts(*at));
            self.left_out.count(leading.count() as u64);
            self.counted_until = self.begun;
        }
        self.awaited.unwrap_or(i64::MIN)
    }

    /// Whether a frame that is shown then comes before what decoding began with after a jump: it is not what the whole would give.
    pub(super) fn is_before_front(&mut self, at: i64) -> bool {
        // Behind that, times may go back for reasons of their own.
        self.awaited = self.awaited.filter(|awaited| at < *awaited);
        if self.awaited.is_none() {
            self.given = at;
        }
        self.awaited.is_some()
    }

    /// From now on nothing is left out, for it is not certain any more what would be missing.
    pub(super) fn be_plain(&mut self) {
        self.is_plain = true;
    }

    /// Whether a picture that is shown then comes before what decoding began with.
    fn is_leading(&self, at: i64) -> bool {
        self.begun.is_none_or(|begun| at < begun)
    }

    /// Reads as far as is needed to know what becomes of the next packet, or passes over what nothing wanted needs. True where nothing that
    /// is still to come is wanted.
    fn is_enough(&mut self, source: &mut Source<'_>, begun: &mut Begun) -> Result<bool, Error> {
        while !(self.is_plain || self.ended && self.window.is_empty()) {
            let first = self.first_wanted();
            if first == First::Never {
                if self.ended && matches!(self.aim, Aim::Counted(_)) {
                    self.skipped += self.window.len() as u64;
                    self.window.clear();
                }
                // Of what does not begin properly, nobody knows whether there will be any frame. The last picture has no end.
                return Ok(self.begun.is_some() && !self.unsent.is_empty());
            }
            self.jump(first);
            let is_known = matches!(first, First::At(at) if at < self.horizon);
            let is_full = self.ended || self.bytes > MOST_BYTES || self.window.len() > MOST_PACKETS;
            // Before more is passed over, the decoder gives what it has, and what was left out is counted: neither is kept for long.
            if is_known || is_full || self.has_jumped || self.is_owing() {
                break;
            }
            match first {
                First::At(at) if self.is_far(at, source, begun) => self.leap(at, source, begun)?,
                _ => self.read(source, begun)?,
            }
        }
        Ok(false)
    }

    /// Whether a live source has shown which frame is wanted, and the decoder keeps it: it is given what there is then, needed or not.
    fn is_owing(&self) -> bool {
        let is_certain = || match &self.aim {
            // A frame behind it is what ends it.
            Aim::Moments(moments) => moments.first_from(self.given).is_some_and(|due| due < self.horizon),
            Aim::Counted(counted) => matches!(counted.first_from(self.given.saturating_add(1), self.horizon), First::At(_)),
        };
        self.is_live && self.is_filled && !self.window.is_empty() && is_certain()
    }

    /// Lets go of all that has not been decoded: what is read next does not follow it, and decoding may begin with it.
    pub(super) fn pass_all(&mut self) {
        self.skipped += self.window.len() as u64;
        self.window.clear();
        self.has_leapt = true;
        self.unsent.clear();
        self.shown.clear();
        (self.bytes, self.horizon, self.is_anew) = (0, i64::MIN, true);
    }

    /// The first moment that none of what the decoder was given stands for.
    fn first_wanted(&self) -> First {
        let next = self.unsent.first().map_or(self.horizon, |it| self.horizon.min(*it));
        // Of what is before the first picture, that one is on the screen.
        let from = if self.has_sent { next } else { i64::MIN };
        match &self.aim {
            Aim::Moments(moments) => moments.first_from(from).map_or(First::Never, First::At),
            Aim::Counted(counted) => match counted.first_from(from, self.horizon) {
                First::Later if self.ended => First::Never,
                first => first,
            },
        }
    }

    /// Passes over all packets before the last entry that nothing wanted is shown before.
    fn jump(&mut self, first: First) {
        let until = match first {
            First::At(at) => at.min(self.horizon),
            First::Later | First::Never => self.horizon,
        };
        let is_in_time = |it: &Item| it.is_entry && it.at.is_some_and(|at| at <= until);
        let Some(place) = self.window.iter().rposition(is_in_time).filter(|it| *it > 0) else { return };
        let entry = &self.window[place];
        let is_needed = |it: &Item| it.at > entry.at || it.has_sets && !entry.has_sets;
        if self.window.range(..place).any(is_needed) {
            return;
        }
        for _ in 0..place {
            if let Some(item) = self.take() {
                self.leave_out(&item);
            }
        }
        self.has_jumped = true;
        self.begin_at_front();
    }

    /// Decoding begins with the first packet of the window.
    fn begin_at_front(&mut self) {
        self.begun = self.window.front().and_then(|it| it.at);
        let Some(begun) = self.begun else { return };
        // What is shown before it needs what was passed over.
        self.unsent = self.unsent.split_off(&begun);
    }

    fn take(&mut self) -> Option<Item> {
        let item = self.window.pop_front()?;
        self.bytes -= item.packet.data().len() + Packet::COST;
        if let Some(at) = item.at {
            self.unsent.remove(&at);
            if item.is_entry && self.begun.is_none() {
                self.begun = Some(at);
            }
        }
        Some(item)
    }

    fn leave_out(&mut self, item: &Item) {
        self.skipped += 1;
        let Some((at, pts)) = item.at.zip(item.packet.pts()) else { return };
        let is_new = self.counted_until.is_none_or(|until| at >= until);
        self.left_out.add(at, pts, is_new && matches!(&self.aim, Aim::Counted(counted) if counted.counts(at)));
    }

    fn can_leave_out(&self, item: &Item) -> bool {
        let Some(at) = item.at.filter(|at| item.is_free && !self.is_plain && !self.is_leading(*at)) else { return false };
        let next = self.shown.range(at..).find(|it| **it > at).copied();
        match &self.aim {
            // A picture between that has not been read yet would only make it shorter.
            Aim::Moments(moments) => moments.first_from(at).is_none_or(|first| next.is_some_and(|next| first >= next)),
            Aim::Counted(counted) => at < self.horizon && counted.first_from(at, self.horizon) != First::At(at),
        }
    }

    fn read(&mut self, source: &mut Source<'_>, begun: &mut Begun) -> Result<(), Error> {
        let Some(packet) = begun.next(source)? else {
            self.ended = true;
            self.horizon = i64::MAX;
            if let Aim::Counted(counted) = &mut self.aim {
                counted.seen(i64::MAX);
            }
            return Ok(());
        };
        self.end = self.end.max(source.end_of(&packet));
        self.pictures.note(packet.data(), &source.entries);
        let item = Item {
            at: packet.pts().filter(|_| !packet.is_hidden()).map(|it| source.since_start(it)),
            is_entry: source.entry(&packet, self.is_whole) == Entry::Exact && !packet.is_hidden(),
            is_free: self.pictures.is_free(packet.data(), &source.entries),
            has_sets: self.pictures.has_sets(packet.data(), &source.entries),
            packet,
        };
        self.is_plain |= source.is_chained;
        if !self.is_plain {
            self.is_plain = !self.place(&item, source);
        }
        self.bytes += item.packet.data().len() + Packet::COST;
        self.last = Some(Mark::of(&item.packet));
        self.window.push_back(item);
        if std::mem::take(&mut self.is_anew) {
            self.has_jumped = true;
            self.begin_at_front();
        }
        Ok(())
    }

    /// Finds its place in the order of what is shown; false where its times say nothing.
    fn place(&mut self, item: &Item, source: &Source<'_>) -> bool {
        let packet = &item.packet;
        if packet.pts().is_none() || packet.is_damaged() || self.pictures.ends(packet.data(), &source.entries) {
            return false;
        }
        let due = packet.dts().map(|it| source.since_start(it));
        let is_late = |at: i64| at < self.horizon.max(due.unwrap_or(i64::MIN));
        if item.at.is_some_and(is_late) || due.is_some_and(|it| it < self.horizon) {
            return false;
        }
        if due.is_none() && (self.horizon > i64::MIN || self.window.len() > MOST_UNDUE) {
            return false;
        }
        if let Some(at) = item.at {
            if !self.shown.insert(at) {
                return false;
            }
            // What is shown before decoding has properly begun may give no frame, so that frames cannot be counted by packets.
            let begun = *self.counts_from.get_or_insert(if item.is_entry { at } else { i64::MAX });
            if let Aim::Counted(counted) = &mut self.aim {
                if counted.counts(at) && at < begun {
                    return false;
                }
                counted.add(at);
            }
            self.unsent.insert(at);
        }
        self.horizon = self.horizon.max(due.unwrap_or(i64::MIN));
        if let Aim::Counted(counted) = &mut self.aim {
            counted.seen(self.horizon);
        }
        self.forget();
        true
    }

    /// Lets go of what is before all that may still come.
    fn forget(&mut self) {
        let from = self.unsent.first().map_or(self.horizon, |it| self.horizon.min(*it));
        while self.shown.first().is_some_and(|it| *it < from) {
            self.shown.pop_first();
        }
        if let Aim::Counted(counted) = &mut self.aim {
            counted.forget(if self.is_live { from.min(self.given.saturating_add(1)) } else { from });
        }
    }
}
