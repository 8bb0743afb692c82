//! Where the packets of each stream begin and end, by reading no more than both ends of the file where that tells, and the ends of streams
//! that end before, where the container says when.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ffmpeg_sys_next as sys;
use sys::AVMediaType::{AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO};

use super::input::{Input, rescale};
use super::packet::{Packet, Read};
use super::{Code, stream};
use crate::media::parse_time;

/// One stream's packets in time: microseconds from the container's start, which they may lie before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    first_pts: Option<i64>,
    first_dts: Option<i64>,
    end_pts: Option<i64>,
    end_dts: Option<i64>,
}

impl Span {
    /// How much later than the container of `before` this stream's has to begin, so that its packets follow that one's.
    pub(crate) fn after(&self, before: &Self) -> Option<i64> {
        let shown = before.end_pts.zip(self.first_pts).map(|(end, first)| end.saturating_sub(first));
        let decoded = before.end_dts.zip(self.first_dts).map(|(end, first)| end.saturating_sub(first));
        shown.max(decoded)
    }

    /// When it ends.
    pub(crate) fn end(&self) -> Option<i64> {
        self.end_pts.max(self.end_dts)
    }
}

/// Packets at the beginning of a stream of which each may be the first that is shown: more than any codec puts in another order.
const OUT_OF_ORDER: usize = 17;
/// How long before the end streams are looked for that end there.
const TAIL: Duration = Duration::from_secs(5);
/// How much later than said a stream may end, and how much earlier, in microseconds: what is cut off of its last packet, and what is lost
/// by counting in milliseconds.
const CLOSE: i64 = 1_000_000;
const ROUNDED: i64 = 2_000;
/// How long what is shown now and then counts, in microseconds: words may stand longer than the pictures go on.
const WORD: i64 = 1_000;

impl Input {
    /// The spans of all streams; `None` for those that have no packets. Asked after `find_stream_info`; where this ends up in the file
    /// is not told.
    ///
    /// # Errors
    /// [`Code::EXIT`] where the interrupt is raised; [`Code::NO_MEMORY`].
    pub(crate) fn spans(&mut self) -> Result<Vec<Option<Span>>, Code> {
        let mut scan = Scan::of(self)?;
        while !scan.has_begun() {
            if !scan.step(self)? {
                return Ok(scan.spans());
            }
        }
        let start = self.start_micros().unwrap_or(0);
        let tail = self.duration().map(|it| start.saturating_add(micros(it.saturating_sub(TAIL))));
        if tail.is_some_and(|at| self.seek_time(at)) {
            scan.jump();
            while scan.step(self)? {}
            let before: Vec<_> = scan.ended_before().collect();
            if self.ends_of(&before, &mut scan)? {
                return Ok(scan.spans());
            }
            // Nothing tells where it ends: all of it then.
            if !self.seek_time(start) {
                return Err(Code::NOT_SEEKABLE);
            }
            scan.jump();
        }
        while scan.step(self)? {}
        Ok(scan.spans())
    }

    /// Reads the ends of streams that end before the others, each around where the container says that it ends; false where it is not
    /// certain.
    fn ends_of(&mut self, streams: &[usize], scan: &mut Scan) -> Result<bool, Code> {
        for stream in streams {
            if !self.end_of(*stream, scan)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn end_of(&mut self, stream: usize, scan: &mut Scan) -> Result<bool, Code> {
        let start = self.start_micros().unwrap_or(0);
        // The muxer's clock begins no earlier than zero.
        let said = self.raw_streams().nth(stream).and_then(said_end).map(|it| it.saturating_add(start.min(0)));
        let Some(said) = said.filter(|it| self.seek_time(it.saturating_sub(micros(TAIL)))) else { return Ok(false) };
        scan.jump();
        while !scan.is_beyond(said.saturating_add(micros(TAIL))) && scan.step(self)? {}
        let end = scan.rows.get(stream).filter(|it| it.is_seen).and_then(|it| it.span.end());
        // Some muxers write the last packets where the others end, and some note another end.
        let is_it = |end: i64| (said.saturating_sub(ROUNDED)..=said.saturating_add(CLOSE)).contains(&end.saturating_add(start));
        Ok(end.is_some_and(is_it))
    }

    /// To a key frame at or before that time.
    fn seek_time(&mut self, at_micros: i64) -> bool {
        // SAFETY: the context is open and borrowed mutably; a stream of -1 means microseconds.
        unsafe { sys::av_seek_frame(self.context.as_ptr(), -1, at_micros, sys::AVSEEK_FLAG_BACKWARD) >= 0 }
    }
}

/// When the stream ends, as Matroska's muxers note it, in microseconds.
fn said_end(stream: &sys::AVStream) -> Option<i64> {
    // SAFETY: the dictionary is null or the stream's own.
    let tags = unsafe { stream::tags(stream.metadata) };
    tags.get("DURATION").and_then(|it| parse_time(it).ok()).map(micros)
}

struct Scan {
    rows: Vec<Row>,
    packet: Packet,
    start: i64,
}

#[derive(Default)]
struct Row {
    is_media: bool,
    span: Span,
    count: usize,
    is_seen: bool,
    last_dts: Option<i64>,
}

impl Scan {
    fn of(input: &Input) -> Result<Self, Code> {
        let row = |it: &sys::AVStream| Row { is_media: stream::is_film_or_sound(it), ..Row::default() };
        let packet = Packet::new().ok_or(Code::NO_MEMORY)?;
        Ok(Self { rows: input.raw_streams().map(row).collect(), packet, start: input.start_micros().unwrap_or(0) })
    }

    /// Whether what came since the last jump has come so far, in whatever stream.
    fn is_beyond(&self, at_micros: i64) -> bool {
        let last = self.rows.iter().filter_map(|it| it.last_dts).max();
        last.is_some_and(|it| it.saturating_add(self.start) > at_micros)
    }

    fn has_begun(&self) -> bool {
        self.rows.iter().all(|it| it.count >= OUT_OF_ORDER || !it.is_media)
    }

    /// Streams of which nothing came since the last jump, though they have something.
    fn ended_before(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().enumerate().filter(|(_, it)| it.is_media && it.count > 0 && !it.is_seen).map(|(index, _)| index)
    }

    /// What comes next does not follow what came last.
    fn jump(&mut self) {
        self.rows.iter_mut().for_each(|it| (it.is_seen, it.last_dts) = (false, None));
    }

    /// One packet more; false at the end.
    fn step(&mut self, input: &mut Input) -> Result<bool, Code> {
        if input.interrupt.load(Ordering::Acquire) {
            return Err(Code::EXIT);
        }
        // SAFETY: the context is open and borrowed mutably.
        let Ok(read) = (unsafe { self.packet.read(input.context) }) else { return Ok(false) };
        let Some((stream, row)) = input.raw_streams().nth(read.stream).zip(self.rows.get_mut(read.stream)) else {
            return Ok(true);
        };
        row.add(&read, stream, self.start);
        Ok(true)
    }

    fn spans(&self) -> Vec<Option<Span>> {
        self.rows.iter().map(|it| (it.count > 0).then_some(it.span)).collect()
    }
}

impl Row {
    fn add(&mut self, read: &Read, stream: &sys::AVStream, start: i64) {
        let at = |it| rescale(it, stream.time_base).map(|it| it.saturating_sub(start));
        let (pts, dts) = (at(read.pts), at(read.dts));
        let span = &mut self.span;
        // SAFETY: every stream has codec parameters, which live as long as it.
        let is_steady = matches!(unsafe { (*stream.codecpar).codec_type }, AVMEDIA_TYPE_VIDEO | AVMEDIA_TYPE_AUDIO);
        let length = match rescale(read.duration, stream.time_base) {
            _ if !is_steady => WORD,
            Some(length @ 1..) => length,
            // As long as the one before.
            _ => dts.zip(self.last_dts).map_or(0, |(now, last)| now.saturating_sub(last)).max(0),
        };
        let earliest = |known: Option<i64>, now: Option<i64>| known.into_iter().chain(now).min();
        (span.first_pts, span.first_dts) = (earliest(span.first_pts, pts), earliest(span.first_dts, dts));
        span.end_pts = span.end_pts.max(pts.map(|it| it.saturating_add(length)));
        span.end_dts = span.end_dts.max(dts.map(|it| it.saturating_add(length)));
        self.last_dts = dts;
        self.count += 1;
        self.is_seen = true;
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
