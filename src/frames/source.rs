use std::ffi::CString;
use std::sync::Arc;
use std::time::Duration;

use super::decoding::Decoding;
use super::entry::{Entries, Entry};
use super::index::{Of, SeekIndex};
use super::{Choice, Wanted};
use crate::error::{Cause, Error};
use crate::ffi::{Code, Decoder, Input, Packet, Parameters};
use crate::hardware::{self, Footage, Refusal, Turn};
use crate::media::{Hardware, Limits, Location, Phase, Rational, Role, Stage, StreamInfo, StreamKind, Tag, Ticks, Usage};
use crate::read::{self, AnyReader, Header, Request, Vitals};
use crate::run::{Run, Verdict};

/// An opened input with the one stream that is read of it, and its decoder.
pub(super) struct Source<'a> {
    pub(super) location: &'a Location,
    pub(super) run: &'a Arc<Run>,
    pub(super) input: Input,
    /// Of the processor's, one thread, to begin with, of pictures: see [`go_on`](Self::go_on).
    pub(super) decoder: Decoding,
    parameters: Parameters,
    work: Manner,
    /// Which devices decode, and which do not.
    pub(super) usage: Usage,
    /// How many lines had been logged when the device was begun with.
    since: u64,
    pub(super) stream: StreamInfo,
    pub(super) entries: Entries,
    /// What its times count.
    pub(super) time_base: Rational,
    /// Where the container begins, in microseconds.
    pub(super) start: i64,
    pub(super) index: SeekIndex,
    header: Header,
    vitals: Vitals,
    is_by_name: bool,
    /// Whether any packet has been read.
    has_begun: bool,
    /// Whether what comes later may need what a packet before it said besides its picture: another header, a palette.
    pub(super) is_chained: bool,
    /// What the demuxer failed with.
    broken: Option<Code>,
    request: Request<'a>,
}

impl<'a> Source<'a> {
    /// # Errors
    /// As those of [`read::inspect`], and [`Error::NoSuchStream`]; [`Error::NotMedia`] where FFmpeg has no decoder for the stream.
    pub(super) fn open(
        request: Request<'a>,
        reader: Option<AnyReader>,
        wanted: &Wanted,
        kind: StreamKind,
        run: &'a Arc<Run>,
    ) -> Result<Self, Error> {
        let (location, limits) = (request.location, request.limits);
        let (vitals, again) = (Vitals::default(), request.clone());
        let (mut input, is_by_name) = read::open_media(request, reader, run, &vitals)?;
        run.enter(Phase::Probing);
        let header = Header::found_out(&mut input, location.path().is_some())
            .map_err(|code| Error::reading(location, Stage::Probe, code))?;
        let (stream, header_format) = (choose(&header.streams, wanted, kind, location)?, header.format.clone());
        let work = Manner { threads: wanted.threads, only_keys: wanted.choice == Choice::KeyFrames };
        let first = if kind == StreamKind::Video { work.alone() } else { work };
        let decoder = Parameters::of(&input, stream.index).and_then(|parameters| {
            let decoder = Decoder::open(&parameters, &options(first, limits, stream.index, run))?;
            Ok((parameters, decoder))
        });
        let (parameters, decoder) = decoder.map_err(|code| undecodable(location, &stream, code))?;
        input.read_only(stream.index);
        let index = wanted.index.clone().unwrap_or_default();
        index.is_of(Of { stream: stream.index, bytes: input.size().unwrap_or_default() });
        Ok(Self {
            location,
            run,
            decoder: Decoding::of(decoder),
            parameters,
            work,
            usage: Usage { requested: wanted.hardware.clone(), ..Usage::default() },
            since: 0,
            entries: Entries::new(stream.codec, input.is_intra_only(stream.index), input.extradata(stream.index)),
            time_base: stream.time_base.unwrap_or(Rational::MICROS),
            start: input.start_micros().unwrap_or_default(),
            index,
            header,
            vitals,
            is_by_name,
            has_begun: false,
            // Its demuxer says so once, wherever it is sent.
            is_chained: header_format == "flv",
            broken: None,
            request: again,
            stream,
            input,
        })
    }

    /// Opens it anew, to begin at its beginning; false for what can be opened but once. Nothing may have been decoded yet.
    pub(super) fn reopen(&mut self) -> Result<bool, Error> {
        if self.location.path().is_none() {
            return Ok(false);
        }
        let (mut input, _) = read::open_media(self.request.clone(), None, self.run, &self.vitals)?;
        Header::found_out(&mut input, true).map_err(|code| Error::reading(self.location, Stage::Probe, code))?;
        input.read_only(self.stream.index);
        self.input = input;
        Ok(true)
    }

    /// Goes on with a fresh decoder, of as many threads as are wanted.
    ///
    /// A film's first picture is decoded by one: to start the others takes longer than that, and they give nothing until each of them
    /// has been given a packet.
    pub(super) fn go_on(&mut self) -> Result<(), Error> {
        self.decoder = Decoding::of(self.software()?);
        Ok(())
    }

    /// The processor's decoder, of as many threads as are wanted.
    fn software(&self) -> Result<Decoder, Error> {
        let options = options(self.work, self.request.limits, self.stream.index, self.run);
        Decoder::open(&self.parameters, &options).map_err(|code| undecodable(self.location, &self.stream, code))
    }

    /// Has a device decode, where one is wanted and can. `most` is how many frames are taken at most.
    ///
    /// # Errors
    /// [`Error::Hardware`] where the required one cannot.
    pub(super) fn use_hardware(&mut self, wanted: &Wanted, most: Option<u64>) -> Result<(), Error> {
        let Self { location, run, work, parameters, stream, request, usage, .. } = self;
        if usage.requested == Hardware::Off {
            return Ok(());
        }
        let options = options(work.alone(), request.limits, stream.index, run);
        let footage = Footage { input: location, stream, expected: wanted.expected(stream, most) };
        let chosen = hardware::choose(
            usage,
            footage,
            (Turn::Await, run),
            |_| Ok(()),
            |lent| {
                // What another device has said is not why this one will not.
                let before = run.journal.count();
                let opened = Decoder::on_device(parameters, &options, &lent.context);
                opened
                    .map(|it| if wanted.is_laid_out { it.laid_out() } else { it })
                    .map_err(|code| Refusal::left(code == Code::NO_DECODER, code, run, before))
            },
        )?;
        if let Some((lent, decoder)) = chosen {
            let is_strict = !matches!(self.usage.requested, Hardware::Require(_));
            self.decoder.use_device(decoder, lent, self.stream.codec, is_strict);
            self.since = self.run.journal.count();
        }
        self.tell_hardware();
        Ok(())
    }

    /// Has the processor go on where a device has failed: with all that the device has not given yet.
    ///
    /// # Errors
    /// [`Error::Hardware`] where the device was required; [`Error::Failed`] where there was too much to be kept for the processor.
    pub(super) fn leave_device(&mut self, (code, is_refused): (Code, bool), at: Option<Duration>) -> Result<(), Error> {
        let refusal = Refusal::left(is_refused, code, self.run, self.since);
        let Some(device) = self.usage.used.clone() else { return Ok(()) };
        if let Some(lent) = self.decoder.lent() {
            lent.leave(refusal.why);
        }
        refusal.note(Stage::Decode, &device, at, &mut self.usage, self.location)?;
        if !self.decoder.can_be_left() {
            return Err(Error::reading(self.location, Stage::Decode, code));
        }
        let software = self.software()?;
        self.decoder.leave_device(software);
        self.tell_hardware();
        Ok(())
    }

    fn tell_hardware(&self) {
        let used = self.usage.used.as_ref().map(|it| it.accelerator);
        let why = self.usage.left.last().map(|it| it.why).filter(|_| used.is_none());
        self.run.report(|progress| (progress.hardware, progress.why_software) = (used, why));
    }

    /// The next packet of the stream; `None` at the end, which a stop is too.
    ///
    /// # Errors
    /// [`Error::Cancelled`]; what reading fails with otherwise is told at the end, by [`lost`](Self::lost).
    pub(super) fn packet(&mut self) -> Result<Option<Packet>, Error> {
        let no_memory = || Error::reading(self.location, Stage::Demux, Code::NO_MEMORY);
        loop {
            match self.run.verdict() {
                Verdict::Cancel(_) => return Err(Error::Cancelled { detached: false }),
                Verdict::Stop => return Ok(None),
                Verdict::GoOn | Verdict::Publish => {}
            }
            let mut packet = Packet::new().ok_or_else(no_memory)?;
            match self.input.read(&mut packet) {
                Ok(()) => {
                    self.run.moved();
                    if packet.stream() != self.stream.index {
                        continue;
                    }
                    self.is_chained |= packet.changes_decoder();
                    // An empty one would begin to drain the decoder.
                    if packet.data().is_empty() {
                        continue;
                    }
                    if !self.has_begun {
                        self.has_begun = true;
                        self.entries.begin_with(packet.data());
                    }
                    return Ok(Some(packet));
                }
                // The run is to end, in one way or the other.
                Err(Code::EXIT) if self.run.verdict() != Verdict::GoOn => {}
                Err(Code::AGAIN) => std::thread::park_timeout(Duration::from_millis(10)),
                Err(code) => {
                    self.broken = (code != Code::END).then_some(code);
                    return Ok(None);
                }
            }
        }
    }

    /// Whether decoding may begin with that packet; those that it may exactly begin with are kept in the index. `in_order` is whether
    /// every packet before it has been looked at, too.
    pub(super) fn entry(&self, packet: &Packet, in_order: bool) -> Entry {
        let entry = self.kind(packet);
        // Of what cannot seek, nobody asks.
        let Some(position) = packet.position().filter(|_| self.input.is_seekable()) else { return entry };
        if let Some(pts) = packet.pts().filter(|_| entry == Entry::Exact) {
            self.index.add(position, pts);
        }
        if in_order {
            self.index.is_whole_until(position);
        }
        entry
    }

    /// The same, of a packet that has been looked at.
    pub(super) fn kind(&self, packet: &Packet) -> Entry {
        self.entries.kind(packet.is_key(), packet.data())
    }

    /// Whether the picture in that packet is shown before those of all packets behind it.
    pub(super) fn begins_shown(&self, packet: &Packet) -> bool {
        self.entries.begins_shown(packet.is_key(), packet.data())
    }

    /// It cannot be read from there.
    pub(super) fn unreachable(&self, since_start: i64, why: &str) -> Error {
        let at = Duration::from_micros(since_start.unsigned_abs());
        Error::Seek { location: self.location.clone(), at, why: why.to_owned() }
    }

    /// In microseconds since the container's beginning.
    pub(super) fn since_start(&self, ticks: i64) -> i64 {
        super::frame::micros(Ticks::new(ticks, self.time_base)).saturating_sub(self.start)
    }

    /// Until when what is in that packet is shown, in microseconds since the container's beginning, as far as it says so.
    pub(super) fn end_of(&self, packet: &Packet) -> Option<i64> {
        packet.pts().map(|it| self.since_start(it.saturating_add(packet.length().unwrap_or_default())))
    }

    /// The other way round.
    pub(super) fn ticks(&self, since_start: i64) -> i64 {
        let micros = Ticks::new(self.start.saturating_add(since_start), Rational::MICROS);
        micros.rescaled(self.time_base).unwrap_or(i64::MAX)
    }

    /// Whether a time is in one place only, so that it can be looked for.
    pub(super) fn clock_is_steady(&self) -> bool {
        // Of what FFmpeg opens itself, it knows the parts and their times.
        self.is_by_name || !self.input.clock_may_jump()
    }

    /// Whether it may come no faster than it is shown: nobody says how long it is, or it can only be waited for.
    pub(super) fn is_live(&self) -> bool {
        !self.input.is_seekable() || self.length().is_none()
    }

    /// How long it is as far as anybody says.
    pub(super) fn length(&self) -> Option<Duration> {
        self.header.length(&[self.stream.index])
    }

    /// The same, and where nobody says, as long as its packets: all of them are read for that, once.
    ///
    /// # Errors
    /// [`Error::Seek`] where it cannot be read twice, or its packets have no times.
    pub(super) fn measured(&mut self) -> Result<Duration, Error> {
        if let Some(length) = self.header.shown(&[self.stream.index]).filter(|_| !self.header.is_length_guessed()) {
            return Ok(length);
        }
        let mut end = None;
        if self.location.path().is_some() && self.input.is_seekable() {
            while let Some(packet) = self.packet()? {
                end = end.max(self.end_of(&packet));
            }
            self.reopen()?;
        }
        let length = end.and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
        length.ok_or_else(|| self.unreachable(0, "how long it is, is not known; ask for times, or for every so manieth frame"))
    }

    /// How long it has to be, or it is cut off.
    pub(super) fn promised(&self) -> Option<Duration> {
        self.header.promised(&[self.stream.index])
    }

    /// Why reading ended, where that was no regular end.
    pub(super) fn lost(&self) -> Option<Error> {
        let broken = self.broken.map(|code| Error::reading(self.location, Stage::Demux, code));
        self.vitals.end().map(|it| it.error(self.location)).or(broken)
    }
}

fn choose(streams: &[StreamInfo], wanted: &Wanted, kind: StreamKind, location: &Location) -> Result<StreamInfo, Error> {
    let none = || Error::NoSuchStream { location: location.clone(), wanted: vec![kind] };
    wanted.select.among(streams, kind).first().map(|it| (*it).clone()).ok_or_else(none)
}

/// How a decoder is to work.
#[derive(Clone, Copy)]
struct Manner {
    threads: Option<u16>,
    only_keys: bool,
}

impl Manner {
    /// The same by one thread.
    fn alone(self) -> Self {
        Self { threads: Some(1), ..self }
    }
}

fn options(work: Manner, limits: &Limits, stream: usize, run: &Run) -> Vec<(CString, CString)> {
    let text = |it: String| CString::new(it).unwrap_or_default();
    let threads = work.threads.map_or_else(|| "auto".to_owned(), |it| it.to_string());
    let pixels = limits.pixels.min(i32::MAX as u64).to_string();
    let tag = run.journal.tag(Role::Decode, None, Some(stream));
    let skip = if work.only_keys { "nokey" } else { "default" }.to_owned();
    let options = [("threads", threads), ("max_pixels", pixels), ("skip_frame", skip), (Tag::OPTION, tag)];
    options.map(|(key, value)| (text(key.to_owned()), text(value))).into()
}

fn undecodable(location: &Location, stream: &StreamInfo, code: Code) -> Error {
    let why = match (code, stream.codec) {
        (Code::NO_DECODER, Some(codec)) => format!("this FFmpeg has no decoder for {codec}"),
        (Code::NO_DECODER, None) => "FFmpeg does not know its codec".to_owned(),
        _ => return Error::reading(location, Stage::Decode, code),
    };
    let cause = Cause::with_code(Stage::Decode, Some(code), std::io::Error::other(why));
    Error::NotMedia { location: location.clone(), cause }
}
