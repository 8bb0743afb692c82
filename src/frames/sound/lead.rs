//! Where decoding of sound begins, so that every sample of a range is what decoding the whole would give there.
//!
//! Few codecs promise that of anything but the beginning: AAC and AC-3 make noise out of numbers that go on from packet to packet, MP2
//! carries what it rounds off, and Opus predicts from all that was before. And times have to be exact to the sample, which those of
//! Matroska and AVI are not. So one begins elsewhere only where codec and container are known to allow it; else what lies before is
//! decoded, too, and left out.

use std::time::Duration;

use crate::error::Error;
use crate::ffi::Packet;
use crate::frames::begin::{Begun, Mark, STEPS_BACK, given_up};
use crate::frames::source::Source;

/// Up to here, the beginning is as good a place to begin as any, in microseconds.
const NEAR: i64 = 1_000_000;

pub(in crate::frames) fn begin(source: &mut Source<'_>, at: Duration) -> Result<Begun, Error> {
    let target = i64::try_from(at.as_micros()).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    let by = lead(source).map(|lead| target - lead).filter(|it| *it > NEAR && can_seek(source));
    let Some(by) = by else { return Ok(Begun { target, ..Begun::default() }) };
    let Some(first) = source.packet()? else { return Ok(Begun { ended: true, target, ..Begun::default() }) };
    for to in STEPS_BACK.map(|back| by - back).into_iter().take_while(|it| *it > 0) {
        let sought = source.input.seek(source.stream.index, source.ticks(to)).is_ok();
        let packet = if sought { source.packet()? } else { None };
        if let Some(packet) = packet.filter(|it| it.pts().is_some_and(|it| source.since_start(it) <= by)) {
            return Ok(Begun { packets: [packet].into(), target, ..Begun::default() });
        }
    }
    again(source, first, target)
}

/// From the beginning, after having been elsewhere.
fn again(source: &mut Source<'_>, first: Packet, target: i64) -> Result<Begun, Error> {
    if let Some(begun) = given_up(source, target)? {
        return Ok(begun);
    }
    let sought = source.input.seek(source.stream.index, first.dts().or(first.pts()).unwrap_or_default()).is_ok();
    let packet = if sought { source.packet()? } else { None };
    if let Some(packet) = packet.filter(|it| Mark::of(it) == Mark::of(&first)) {
        return Ok(Begun { packets: [packet].into(), target, ..Begun::default() });
    }
    if let Some(begun) = given_up(source, target)? {
        return Ok(begun);
    }
    if source.reopen()? {
        return Ok(Begun { target, ..Begun::default() });
    }
    Err(source.unreachable(target, "its times lead nowhere near it, and its beginning is not found again"))
}

/// Whether its times say of a packet found elsewhere which sample it begins with.
fn can_seek(source: &Source<'_>) -> bool {
    let rate = source.stream.audio.as_ref().and_then(|it| it.sample_rate_hz);
    let (num, den) = (i64::from(source.time_base.num()), i64::from(source.time_base.den()));
    let is_fine = rate.is_some_and(|rate| num * i64::from(rate) <= den);
    is_fine && source.input.is_seekable() && source.clock_is_steady()
}

/// How much has to be decoded before a sample that is to be exact, in microseconds; `None` for everything.
fn lead(source: &Source<'_>) -> Option<i64> {
    match source.stream.codec? {
        name if name.starts_with("pcm_") => Some(0),
        "flac" | "alac" | "wavpack" => Some(0),
        // What is left over of up to 511 bytes, which is ten packets at most, then one that overlaps, then the filter's 512 samples.
        "mp3" => Some(2_000_000),
        _ => None,
    }
}
