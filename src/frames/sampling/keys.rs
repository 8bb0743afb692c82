use super::{Next, Pictures};
use crate::error::Error;
use crate::frames::begin::Begun;
use crate::frames::source::Source;

/// Gives the decoder key frames, and what it needs for them. It leaves out by itself what it knows better.
pub(in crate::frames) struct Keys {
    pictures: Pictures,
    /// Whether every packet from the beginning on has been read.
    is_whole: bool,
    pub(super) skipped: u64,
    pub(super) end: Option<i64>,
}

impl Keys {
    pub(super) fn new(is_whole: bool, source: &Source<'_>) -> Self {
        Self { pictures: Pictures::of(source), is_whole, skipped: 0, end: None }
    }

    pub(super) fn next(&mut self, source: &mut Source<'_>, begun: &mut Begun) -> Result<Next, Error> {
        while let Some(packet) = begun.next(source)? {
            source.entry(&packet, self.is_whole);
            self.end = self.end.max(source.end_of(&packet));
            if packet.is_key() || packet.changes_decoder() || self.pictures.has_sets(packet.data(), &source.entries) {
                return Ok(Next::Send(packet));
            }
            self.skipped += 1;
        }
        Ok(Next::End)
    }
}
