use super::{LeftOut, Next, Pictures};
use crate::error::Error;
use crate::ffi::Packet;
use crate::frames::begin::Begun;
use crate::frames::entry::Entry;
use crate::frames::source::Source;

/// Gives the decoder key frames, and what it needs for them. It leaves out by itself what it knows better.
pub(in crate::frames) struct Keys {
    pictures: Pictures,
    /// Whether every packet from the beginning on has been read.
    is_whole: bool,
    /// Whether it may come no faster than it is shown, so that a frame is not to wait for later ones.
    is_live: bool,
    /// Where what is wanted ends, in microseconds since the container's beginning.
    until: Option<i64>,
    /// Whether the decoder is drained before anything else.
    is_due: bool,
    /// Whether the decoder has been given anything since it was drained.
    is_filled: bool,
    /// For the decoder, once it has been drained.
    next: Option<Packet>,
    /// Of those left out since the last one that was not, what is shown last: when, and its timestamp.
    latest: Option<(i64, i64)>,
    pub(super) left_out: LeftOut,
    pub(super) skipped: u64,
    pub(super) end: Option<i64>,
}

impl Keys {
    pub(super) fn new(is_whole: bool, until: Option<i64>, source: &Source<'_>) -> Self {
        Self {
            pictures: Pictures::of(source),
            is_whole,
            is_live: source.is_live(),
            until,
            is_due: false,
            is_filled: false,
            next: None,
            latest: None,
            left_out: LeftOut::default(),
            skipped: 0,
            end: None,
        }
    }

    pub(super) fn next(&mut self, source: &mut Source<'_>, begun: &mut Begun) -> Result<Next, Error> {
        if let Some(packet) = self.next.take() {
            return Ok(self.send(packet));
        }
        if std::mem::take(&mut self.is_due) {
            self.is_filled = false;
            return Ok(Next::Drain);
        }
        while let Some(packet) = begun.next(source)? {
            // What is decoded later is not shown earlier.
            let due = packet.dts().map(|it| source.since_start(it));
            if self.until.zip(due).is_some_and(|(until, due)| due >= until) {
                return Ok(Next::Enough);
            }
            let entry = source.entry(&packet, self.is_whole);
            self.end = self.end.max(source.end_of(&packet));
            if packet.is_key() || packet.changes_decoder() || self.pictures.has_sets(packet.data(), &source.entries) {
                if let Some((at, pts)) = self.latest.take() {
                    self.left_out.add(at, pts, false);
                }
                // FFmpeg's decoder of H.264 would mistake the order in which those are shown, for what lies between is missing.
                let is_open = entry != Entry::No && source.stream.codec == Some("h264") && !source.begins_shown(&packet);
                if is_open && self.is_filled {
                    (self.next, self.is_filled) = (Some(packet), false);
                    return Ok(Next::Drain);
                }
                return Ok(self.send(packet));
            }
            self.skipped += 1;
            let pts = packet.pts().filter(|_| !packet.is_hidden());
            self.latest = self.latest.max(pts.map(|it| (source.since_start(it), it)));
        }
        Ok(Next::End)
    }

    fn send(&mut self, packet: Packet) -> Next {
        self.is_filled = true;
        // The decoder's threads keep a frame until each of them has been given a later one; but by later ones it also guesses at a time
        // that is missing.
        self.is_due = self.is_live && packet.pts().is_some();
        Next::Send(packet)
    }
}
