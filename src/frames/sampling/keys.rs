use super::{Next, Pictures};
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
    /// Whether the decoder has been given anything since it was drained.
    is_filled: bool,
    /// For the decoder, once it has been drained.
    next: Option<Packet>,
    pub(super) skipped: u64,
    pub(super) end: Option<i64>,
}

impl Keys {
    pub(super) fn new(is_whole: bool, source: &Source<'_>) -> Self {
        Self { pictures: Pictures::of(source), is_whole, is_filled: false, next: None, skipped: 0, end: None }
    }

    pub(super) fn next(&mut self, source: &mut Source<'_>, begun: &mut Begun) -> Result<Next, Error> {
        if let Some(packet) = self.next.take() {
            self.is_filled = true;
            return Ok(Next::Send(packet));
        }
        while let Some(packet) = begun.next(source)? {
            let entry = source.entry(&packet, self.is_whole);
            self.end = self.end.max(source.end_of(&packet));
            if packet.is_key() || packet.changes_decoder() || self.pictures.has_sets(packet.data(), &source.entries) {
                // FFmpeg's decoder of H.264 would mistake the order in which those are shown, for what lies between is missing.
                let is_open = entry != Entry::No && source.stream.codec == Some("h264") && !source.begins_shown(&packet);
                if is_open && self.is_filled {
                    (self.next, self.is_filled) = (Some(packet), false);
                    return Ok(Next::Drain);
                }
                self.is_filled = true;
                return Ok(Next::Send(packet));
            }
            self.skipped += 1;
        }
        Ok(Next::End)
    }
}
