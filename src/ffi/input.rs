//! An opened input: the header and, on request, what probing adds. The only blocking calls are those that open and probe, and
//! they give up once the interrupt flag is up.

use std::collections::VecDeque;
use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};
use std::time::Duration;

use ffmpeg_sys_next as sys;

use super::Code;
use super::byte_io::ByteIo;
use super::bytes::Bytes;
use super::dictionary::Dictionary;
use super::interrupt::{InterruptFlag, callback};
use super::packet::{Packet, Read};
use super::{quick, stream};
use crate::media::{Bitrate, Chapter, Program, StreamInfo, Tags, Timestamp};

/// Owns one `AVFormatContext` opened for reading.
pub(crate) struct Input {
    pub(super) context: NonNull<sys::AVFormatContext>,
    /// Packets that probing had to look at, in their order: they come again.
    pub(super) read_before: VecDeque<Packet>,
    /// What the context reads, where that is ours; freed after the context.
    _io: Option<ByteIo>,
    /// FFmpeg holds a pointer into it for as long as the context lives; it is dropped after the context is closed.
    pub(super) interrupt: InterruptFlag,
}

/// Where an [`Input`] reads from.
pub(crate) enum From<'a> {
    /// FFmpeg opens it by this name.
    Url(&'a CStr),
    /// Ours. The name is a hint for formats that are told by their file extension; nothing is opened by it.
    Bytes { bytes: Box<dyn Bytes>, name: &'a CStr },
}

impl Input {
    /// Opens and reads the container's header.
    #[doc(alias = "avformat_open_input")]
    pub(crate) fn open(from: From<'_>, options: &[(CString, CString)], interrupt: InterruptFlag) -> Result<Self, Code> {
        let (url, io) = match from {
            From::Url(url) => (url, None),
            From::Bytes { bytes, name } => (name, Some(ByteIo::new(bytes).ok_or(Code::NO_MEMORY)?)),
        };
        // SAFETY: plain allocation, checked for null.
        let Some(fresh) = NonNull::new(unsafe { sys::avformat_alloc_context() }) else {
            return Err(Code::NO_MEMORY);
        };
        // SAFETY: `fresh` is a live context that nobody else knows yet. Flag and I/O outlive it, see the fields.
        unsafe {
            (*fresh.as_ptr()).interrupt_callback = callback(&interrupt);
            if let Some(io) = &io {
                (*fresh.as_ptr()).pb = io.as_ptr();
                (*fresh.as_ptr()).flags |= sys::AVFMT_FLAG_CUSTOM_IO;
            }
        }
        let mut options = Dictionary::new(options);
        let mut context = fresh.as_ptr();
        // SAFETY: `context` is live and `url` ends with a NUL. On failure FFmpeg frees the context (not the I/O, which is ours)
        // and nulls the pointer, so ownership is taken only on success.
        let code = unsafe { sys::avformat_open_input(&mut context, url.as_ptr(), ptr::null(), options.as_mut_ptr()) };
        match NonNull::new(context) {
            Some(context) if code >= 0 => Ok(Self { context, read_before: VecDeque::new(), _io: io, interrupt }),
            _ => Err(Code(code)),
        }
    }

    /// The demuxer, by FFmpeg's name: several, separated by commas, for some.
    pub(crate) fn format(&self) -> String {
        // SAFETY: an opened context has a demuxer, whose name is a constant string.
        unsafe { CStr::from_ptr((*self.get().iformat).name) }.to_string_lossy().into_owned()
    }

    /// The demuxer in words, for people.
    pub(crate) fn format_long(&self) -> Option<&'static str> {
        // SAFETY: an opened context has a demuxer, whose long name is null or a constant string.
        unsafe { (*self.get().iformat).long_name.as_ref().and_then(|it| CStr::from_ptr(it).to_str().ok()) }
    }

    /// Reads and decodes as much as FFmpeg needs to know the streams; what the header already told stays.
    #[doc(alias = "avformat_find_stream_info")]
    pub(crate) fn find_stream_info(&mut self) -> Result<(), Code> {
        // SAFETY: the context is open and borrowed mutably; no options are given.
        let code = unsafe { sys::avformat_find_stream_info(self.context.as_ptr(), ptr::null_mut()) };
        if code < 0 { Err(Code(code)) } else { Ok(()) }
    }

    /// The same, without what need not be decoded for it; finds the same values. `near` is whether seeking costs next to nothing,
    /// `pixels` how many a picture may have.
    #[doc(alias = "avformat_find_stream_info")]
    pub(crate) fn find_stream_info_quickly(&mut self, near: bool, pixels: Option<u64>) -> Result<(), Code> {
        // SAFETY: the context is open and borrowed mutably for as long as this lives; only its header has been read, for this is the
        // one thing that is done with an input that is probed.
        let mut quick = unsafe { quick::Quick::new(self.context, near) };
        let mut options = quick.prepare(pixels);
        // SAFETY: the context is open and borrowed mutably; there is a dictionary for each stream that it has now, as the function
        // asks, and each is but a pointer, which FFmpeg may replace by that of its own copy.
        let code = unsafe { sys::avformat_find_stream_info(self.context.as_ptr(), options.as_mut_ptr().cast()) };
        if code < 0 {
            return Err(Code(code));
        }
        self.read_before = quick.settle();
        Ok(())
    }

    /// The container's duration, where it is known: its own, else that of all its pictures and sound together, where all their
    /// samples are listed, which is how FFmpeg works it out as well.
    pub(crate) fn duration(&self) -> Option<Duration> {
        micros(self.get().duration).or_else(|| {
            let media = self.raw_streams().filter(|stream| stream::is_film_or_sound(stream));
            let start = self.start_micros().unwrap_or(0);
            let ends = media.map(|stream| stated_end(stream, start).filter(|_| is_listed(stream))).collect::<Option<Vec<_>>>()?;
            ends.into_iter().max()
        })
    }

    /// Whether that duration is what the container states, and not what FFmpeg estimated by what it found in the file.
    ///
    /// Asked after `find_stream_info`; a duration that is known before it is a stated one.
    #[doc(alias = "duration_estimation_method")]
    pub(crate) fn duration_is_stated(&self) -> bool {
        self.get().duration_estimation_method == sys::AVDurationEstimationMethod::AVFMT_DURATION_FROM_STREAM
    }

    /// Whether that duration is but the file's size by its bit rate. It works that out in `find_stream_info`.
    pub(crate) fn duration_is_guessed(&self) -> bool {
        self.get().duration_estimation_method == sys::AVDurationEstimationMethod::AVFMT_DURATION_FROM_BITRATE
    }

    /// The earliest timestamp of the container in microseconds, where it is known: its own, else the earliest of its streams'.
    pub(crate) fn start_micros(&self) -> Option<i64> {
        let own = Some(self.get().start_time).filter(|it| *it != sys::AV_NOPTS_VALUE);
        own.or_else(|| self.raw_streams().filter_map(|stream| rescale(stream.start_time, stream.time_base)).min())
    }

    /// Whether streams may still turn up that the header does not list.
    #[doc(alias = "AVFMTCTX_NOHEADER")]
    pub(crate) fn is_headerless(&self) -> bool {
        self.get().ctx_flags & sys::AVFMTCTX_NOHEADER != 0
    }

    pub(crate) fn streams(&self) -> Vec<StreamInfo> {
        self.raw_streams().map(|it| self.info(it)).collect()
    }

    /// Where the file is cut: the time of the first sample that the container's index places beyond `size` bytes, of any
    /// stream, counted from the start. `None` where every indexed sample lies within, or there is no index.
    pub(crate) fn cut_at(&self, size: u64) -> Option<Duration> {
        self.raw_streams().filter_map(|stream| first_beyond(stream, size, self.start_micros().unwrap_or(0))).min()
    }

    /// When each stream ends, counted from the start: the time of its last sample where the container lists every one with its
    /// size (an index of key frames, as Matroska has, says nothing of the end), else the end that the header states.
    pub(crate) fn ends(&self) -> Vec<Option<Duration>> {
        let start = self.start_micros().unwrap_or(0);
        self.raw_streams().map(|stream| last_listed(stream, start).or_else(|| stated_end(stream, start))).collect()
    }

    /// When each stream's last frame has been shown, counted from the start, as far as the header states it: pictures that are stored out
    /// of order are shown long after the last of them begins in the file.
    pub(crate) fn shown_ends(&self) -> Vec<Option<Duration>> {
        let start = self.start_micros().unwrap_or(0);
        self.raw_streams().map(|stream| stated_end(stream, start)).collect()
    }

    /// Reads on from shortly before `until`, whatever stream comes, until a packet is due then or later; false where the input ends
    /// before that.
    pub(crate) fn reaches(&mut self, until: Duration) -> bool {
        let until = i64::try_from(until.as_micros()).unwrap_or(i64::MAX).saturating_add(self.start_micros().unwrap_or(0));
        // SAFETY: the context is open and borrowed mutably; a stream of -1 means microseconds. Where it cannot seek, reading goes
        // on from where it stands.
        unsafe { sys::av_seek_frame(self.context.as_ptr(), -1, until, sys::AVSEEK_FLAG_BACKWARD) };
        let Some(mut packet) = Packet::new() else { return false };
        // SAFETY: the context is open and borrowed mutably.
        while let Ok(Read { stream, pts, .. }) = unsafe { packet.read(self.context) } {
            let time_base = self.raw_streams().nth(stream).map(|it| it.time_base);
            if time_base.and_then(|it| rescale(pts, it)).is_some_and(|at| at >= until) {
                return true;
            }
        }
        false
    }

    /// What each stream's decoder is told before its first packet; nothing, for those that have none to decode.
    #[doc(alias = "extradata")]
    pub(crate) fn setups(&self) -> Vec<Vec<u8>> {
        self.raw_streams().map(stream::setup).collect()
    }

    /// Those that begin and end within the container's time, named or not.
    pub(crate) fn chapters(&self) -> Vec<Chapter> {
        let context = self.get();
        let count = if context.chapters.is_null() { 0 } else { context.nb_chapters as usize };
        // SAFETY: FFmpeg keeps `nb_chapters` valid, non-null pointers there, all of which live as long as the context.
        let chapters = (0..count).map(|index| unsafe { &**context.chapters.add(index) });
        let at = |pts, chapter: &sys::AVChapter| rescale(pts, chapter.time_base).map(Timestamp::micros);
        // SAFETY: the dictionary is null or the chapter's own.
        let tags = |chapter: &sys::AVChapter| unsafe { stream::tags(chapter.metadata) };
        chapters.map(|it| Chapter { id: it.id, start: at(it.start, it), end: at(it.end, it), tags: tags(it) }).collect()
    }

    pub(crate) fn programs(&self) -> Vec<Program> {
        let context = self.get();
        let count = if context.programs.is_null() { 0 } else { context.nb_programs as usize };
        // SAFETY: FFmpeg keeps `nb_programs` valid, non-null pointers there, all of which live as long as the context.
        let programs = (0..count).map(|index| unsafe { &**context.programs.add(index) });
        programs.map(program).collect()
    }

    pub(crate) fn tags(&self) -> Tags {
        // SAFETY: the dictionary is null or the context's own.
        unsafe { stream::tags(self.get().metadata) }
    }

    /// Of everything in it together.
    pub(crate) fn bitrate(&self) -> Option<Bitrate> {
        stream::bitrate(self.get().bit_rate)
    }

    /// In bytes; `None` for what has no size, or none that is known.
    #[doc(alias = "avio_size")]
    pub(crate) fn size(&self) -> Option<u64> {
        let io = NonNull::new(self.get().pb)?;
        // SAFETY: the context's own I/O, open as long as the context is.
        u64::try_from(unsafe { sys::avio_size(io.as_ptr()) }).ok()
    }

    fn info(&self, stream: &sys::AVStream) -> StreamInfo {
        // SAFETY: an opened context has a demuxer, which is a constant.
        let flags = unsafe { (*self.get().iformat).flags };
        stream::info(stream, flags & sys::AVFMT_SHOW_IDS != 0)
    }

    pub(super) fn get(&self) -> &sys::AVFormatContext {
        // SAFETY: the context lives as long as `self`, and only `&mut self` methods let FFmpeg write to it.
        unsafe { self.context.as_ref() }
    }

    pub(super) fn raw_streams(&self) -> impl Iterator<Item = &sys::AVStream> {
        let context = self.get();
        let count = if context.streams.is_null() { 0 } else { context.nb_streams as usize };
        // SAFETY: FFmpeg keeps `nb_streams` valid, non-null pointers in `streams`, all of which live as long as the context.
        (0..count).map(|index| unsafe { &**context.streams.add(index) })
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: this is the only owner; the function closes the input, frees the context and nulls our copy of the pointer.
        unsafe { sys::avformat_close_input(&mut context) };
    }
}

fn program(program: &sys::AVProgram) -> Program {
    let count = if program.stream_index.is_null() { 0 } else { program.nb_stream_indexes as usize };
    // SAFETY: FFmpeg keeps that many indexes there, for as long as the program lives.
    let streams = (0..count).map(|at| unsafe { *program.stream_index.add(at) } as usize).collect();
    // SAFETY: the dictionary is null or the program's own.
    let tags = unsafe { stream::tags(program.metadata) };
    Program { id: program.id, number: u32::try_from(program.program_num).ok().filter(|it| *it > 0), streams, tags }
}

fn first_beyond(stream: &sys::AVStream, size: u64, start_micros: i64) -> Option<Duration> {
    let size = i64::try_from(size).ok()?;
    let stream = ptr::from_ref(stream);
    // SAFETY: the stream is live; both functions only read its index. (Their parameters differ in constness between FFmpeg's
    // versions, not in what they do.) An entry's pointer is used before the next call.
    unsafe {
        let count = sys::avformat_index_get_entries_count(stream);
        (0..count)
            .filter_map(|at| sys::avformat_index_get_entry(stream.cast_mut(), at).as_ref())
            .filter(|entry| entry.pos.saturating_add(entry.size().into()) > size)
            .filter_map(|entry| rescale(entry.timestamp, (*stream).time_base))
            .min()
            .map(|at| Duration::from_micros(at.saturating_sub(start_micros).max(0).unsigned_abs()))
    }
}

/// Only containers that list samples one by one know their number beforehand.
fn is_listed(stream: &sys::AVStream) -> bool {
    stream.nb_frames > 0
}

fn last_listed(stream: &sys::AVStream, start_micros: i64) -> Option<Duration> {
    if !is_listed(stream) {
        return None;
    }
    let stream = ptr::from_ref(stream);
    // SAFETY: as in `first_beyond`.
    let entry = unsafe {
        let count = sys::avformat_index_get_entries_count(stream);
        sys::avformat_index_get_entry(stream.cast_mut(), count.checked_sub(1)?).as_ref()?
    };
    // SAFETY: the stream is live.
    let time_base = unsafe { (*stream).time_base };
    let at = rescale(entry.timestamp, time_base).filter(|_| entry.size() > 0)?;
    Some(Duration::from_micros(at.saturating_sub(start_micros).max(0).unsigned_abs()))
}

fn stated_end(stream: &sys::AVStream, start_micros: i64) -> Option<Duration> {
    let length = rescale(stream.duration, stream.time_base).filter(|it| *it > 0)?;
    let begin = rescale(stream.start_time, stream.time_base).unwrap_or(start_micros);
    micros(begin.saturating_sub(start_micros).saturating_add(length))
}

/// A timestamp of `time_base` in microseconds.
pub(super) fn rescale(timestamp: i64, time_base: sys::AVRational) -> Option<i64> {
    if timestamp == sys::AV_NOPTS_VALUE || time_base.den == 0 {
        return None;
    }
    let micros = sys::AVRational { num: 1, den: sys::AV_TIME_BASE };
    // SAFETY: pure arithmetic; FFmpeg asks for denominators that are not zero, checked above.
    Some(unsafe { sys::av_rescale_q(timestamp, time_base, micros) })
}

/// A length in microseconds; FFmpeg uses `AV_NOPTS_VALUE` (negative) and 0 for "unknown".
pub(super) fn micros(length: i64) -> Option<Duration> {
    u64::try_from(length).ok().filter(|it| *it > 0).map(Duration::from_micros)
}
