use std::ffi::{CStr, CString};
use std::fs::File;
use std::os::unix::fs::FileTypeExt;
use std::sync::Arc;
use std::time::Duration;

use super::descriptor::Descriptor;
use super::network::{self, Network, timeouts};
use super::playlist::{self, Fetched, Inspection, Place};
use super::reader::{AnyReader, Reader};
use super::replay::Replay;
use super::{Header, Part, Vitals, Watched, check_input};
use crate::error::{Error, Place as At, Reason};
use crate::ffi::{Bytes, Code, From, Input, InterruptFlag, Said};
use crate::media::{Limits, Location, Reach, Stage, StreamInfo};
use crate::run::Run;

/// What is to be opened, and within which bounds.
#[derive(Clone)]
pub(crate) struct Request<'a> {
    pub(crate) location: &'a Location,
    /// How long any one wait for the network may take.
    pub(crate) timeout: Duration,
    /// Lines of request headers, for what is read by HTTP.
    pub(crate) headers: Option<String>,
    pub(crate) reach: &'a Reach,
    pub(crate) limits: &'a Limits,
    pub(crate) interrupt: InterruptFlag,
    /// Whether it is to be joined to others without decoding.
    pub(crate) is_part: bool,
    /// Whether a device may decode it: of a file, more is found out then than headers tell.
    pub(crate) is_for_device: bool,
}

/// What the engine is to read.
pub(crate) enum Source {
    /// FFmpeg opens it, with these options.
    ByName { url: String, options: Vec<(String, String)> },
    /// Ours, at its beginning. The demuxer was told by the beginning and the name, which the engine does not see.
    Bytes { bytes: Box<dyn Bytes>, format: Option<String>, options: Vec<(String, String)> },
}

/// Opens an input so that it can be cut, and reads its header where one opening allows that. `reader` is for a location that is a
/// stream of the application's.
///
/// # Errors
/// As [`Error::reading`] sorts them, [`Error::Refused`] and [`Error::Invalid`].
pub(crate) fn open(request: Request<'_>, reader: Option<AnyReader>) -> Result<(Source, Option<Header>), Error> {
    let way = Way::new(&request);
    let bytes = match bytes(reader, &way)? {
        Opened::Bytes(bytes) => bytes,
        Opened::File(file) => return open_file(file, &way),
        // What FFmpeg must open itself, and once: its own timeouts bound it.
        Opened::ByName => return Ok((way.by_name(), None)),
    };
    let replay = Replay::new(bytes);
    if way.is_listing(&replay)? {
        drop(replay);
        return way.open_listing();
    }
    let header = way.header(&replay)?;
    replay.restart();
    let format = header.as_ref().map(|it| it.format.clone());
    let mut options = way.options();
    if !replay.is_seekable() {
        options.extend(forward_only(format.as_deref()));
    }
    Ok((Source::Bytes { bytes: Box::new(replay), format, options: as_text(options) }, header))
}

/// Opens an input so that it can be cut, to be looked at and not to be worked on: its header is read, and nothing else yet.
/// `reader` is as in [`open`].
///
/// # Errors
/// As those of [`open`].
pub(crate) fn inspect(request: Request<'_>, reader: Option<AnyReader>) -> Result<Input, Error> {
    open_input(&Way::new(&request), reader, |bytes| bytes).map(|it| it.0)
}

/// The same to be worked on by ourselves: reading is watched, and ends when the run is told to. Says as well whether FFmpeg opened it
/// itself.
///
/// # Errors
/// As those of [`open`].
pub(crate) fn open_media(
    request: Request<'_>,
    reader: Option<AnyReader>,
    run: &Arc<Run>,
    vitals: &Vitals,
) -> Result<(Input, bool), Error> {
    let watched = |bytes| -> Box<dyn Bytes> { Box::new(Watched::new(bytes, Arc::clone(run), 0, vitals.clone())) };
    open_input(&Way::new(&request), reader, watched)
}

fn open_input(
    way: &Way<'_>,
    reader: Option<AnyReader>,
    wrapped: impl FnOnce(Box<dyn Bytes>) -> Box<dyn Bytes>,
) -> Result<(Input, bool), Error> {
    let bytes = match bytes(reader, way)? {
        Opened::Bytes(bytes) => bytes,
        Opened::File(file) => seekable(file).map_err(|code| way.error(Stage::Open, code))?,
        Opened::ByName => return way.inspect_by_name().map(|it| (it, true)),
    };
    let replay = Replay::new(bytes);
    if way.is_listing(&replay)? {
        drop(replay);
        let (url, mut options) = way.listing()?;
        options.extend(way.probing());
        return way.input(From::Url(&url), &options).map(|it| (it, true));
    }
    // What has been looked at comes again, and no more is kept.
    replay.restart();
    let mut options = way.options();
    options.extend(way.probing());
    let bytes = From::Bytes { bytes: wrapped(Box::new(replay.clone())), name: &way.name() };
    // FFmpeg has a word of its own for what it could not read.
    let input = way.input(bytes, &options).map_err(|why| match replay.failure() {
        Some((code, said)) => way.error_said(code, said),
        None => why,
    })?;
    Ok((input, false))
}

/// A regular file: opened once, so that what is worked on is what was looked at, whatever happens to its name.
fn open_file(file: File, way: &Way<'_>) -> Result<(Source, Option<Header>), Error> {
    let failed = |code| way.error(Stage::Open, code);
    let system = |why: std::io::Error| failed(super::reader::code(&why));
    let size = file.metadata().map(|it| it.len()).ok();
    let again = file.try_clone().map_err(system)?;
    let replay = Replay::new(seekable(file).map_err(failed)?);
    if way.is_listing(&replay)? {
        return way.open_listing();
    }
    let mut header = Header::read(From::Bytes { bytes: Box::new(replay), name: &way.name() }, size, way)?;
    way.check_limits(&header.streams)?;
    // With a position of its own.
    if let Some(path) = way.location.path().filter(|_| way.is_part) {
        header.part = Some(Part::look(File::open(path).map_err(system)?, way)?);
    }
    // Both share one position, and nobody uses the first any more; this one begins at the start.
    let bytes = seekable(again).map_err(failed)?;
    Ok((Source::Bytes { bytes, format: Some(header.format.clone()), options: as_text(way.options()) }, Some(header)))
}

pub(super) fn seekable(file: File) -> Result<Box<dyn Bytes>, Code> {
    Ok(Box::new(Reader::new(AnyReader::Seekable(Box::new(file))).map_err(|why| super::reader::code(&why))?))
}

enum Opened {
    Bytes(Box<dyn Bytes>),
    File(File),
    ByName,
}

fn bytes(reader: Option<AnyReader>, way: &Way<'_>) -> Result<Opened, Error> {
    let (location, interrupt) = (way.location, way.interrupt);
    let failed = |code| Error::reading(location, Stage::Open, code);
    if location.is_stream() {
        let reader = reader.ok_or_else(|| Error::invalid(At::input(0, location), Reason::NoReader))?;
        let said = |why| Error::reading_said(location, Stage::Open, super::reader::code(&why), Some(Arc::new(why)));
        return Ok(Opened::Bytes(Box::new(Reader::new(reader).map_err(said)?)));
    }
    if let Some(number) = location.descriptor(0) {
        return Ok(Opened::Bytes(Box::new(Descriptor::inherited(number, interrupt.clone()).map_err(failed)?)));
    }
    if let Some(path) = location.path() {
        let metadata = check_input(location)?;
        return match metadata {
            Some(it) if it.file_type().is_fifo() => {
                Ok(Opened::Bytes(Box::new(Descriptor::fifo(path, interrupt.clone()).map_err(failed)?)))
            }
            Some(it) if it.is_file() => File::open(path).map(Opened::File).map_err(|why| failed(super::reader::code(&why))),
            _ => Ok(Opened::ByName),
        };
    }
    let url = location.ffmpeg_url().unwrap_or_default();
    if matches!(url.split("://").next(), Some("rtsp" | "rtsps" | "rtp" | "sap" | "mmsh" | "mmst")) {
        return Ok(Opened::ByName);
    }
    let url = CString::new(url).map_err(|_| failed(Code::INVALID_ARGUMENT))?;
    Ok(Opened::Bytes(Box::new(way.connect(&url).map_err(failed)?)))
}

/// How one input is opened: what every step needs to know.
pub(super) struct Way<'a> {
    pub(super) location: &'a Location,
    timeout: Duration,
    headers: Option<&'a str>,
    reach: &'a Reach,
    limits: &'a Limits,
    pub(super) interrupt: &'a InterruptFlag,
    is_part: bool,
    pub(super) is_for_device: bool,
}

impl<'a> Way<'a> {
    pub(super) fn new(request: &'a Request<'a>) -> Self {
        let Request { location, timeout, headers, reach, limits, interrupt, is_part, is_for_device } = request;
        let (headers, is_part, is_for_device) = (headers.as_deref(), *is_part, *is_for_device);
        Self { location, timeout: *timeout, headers, reach, limits, interrupt, is_part, is_for_device }
    }

    pub(super) fn error(&self, stage: Stage, code: Code) -> Error {
        Error::reading(self.location, stage, code)
    }

    fn connect(&self, url: &CStr) -> Result<Network, Code> {
        Network::open(url, self.timeout, self.headers, self.interrupt.clone())
    }

    /// What formats that are told by a file extension may look at. A stream's name is the application's own, an upload's perhaps:
    /// nothing but its extension is taken from it.
    pub(super) fn name(&self) -> CString {
        let name = self.location.ffmpeg_url().unwrap_or_default();
        let name = match name.rsplit_once('.') {
            Some((_, extension)) if self.location.is_stream() => format!("stream.{extension}"),
            None if self.location.is_stream() => "stream".into(),
            _ => name,
        };
        CString::new(name).unwrap_or_default()
    }

    /// Options of the demuxer: the limits, within what FFmpeg can be told.
    fn limits(&self) -> Vec<(CString, CString)> {
        let within = |value: u64, range: std::ops::RangeInclusive<i64>| {
            let value = i64::try_from(value).unwrap_or(i64::MAX).clamp(*range.start(), *range.end());
            CString::new(value.to_string()).unwrap_or_default()
        };
        let micros = u64::try_from(self.limits.probe_time.as_micros()).unwrap_or(u64::MAX);
        vec![
            (c"probesize".to_owned(), within(self.limits.probe_bytes, 32..=i64::MAX)),
            (c"analyzeduration".to_owned(), within(micros, 1..=i64::MAX)),
            // FFmpeg calls more than this a lack of memory: its own bound, so that a lower one of ours is told as what it is.
            (c"max_streams".to_owned(), within(self.limits.streams as u64, 1_000..=i64::from(i32::MAX))),
        ]
    }

    /// Options for a source whose bytes are ours: FFmpeg has nothing to open by itself, so it may open nothing, whatever the
    /// bytes turn out to name.
    pub(super) fn options(&self) -> Vec<(CString, CString)> {
        let mut options = self.limits();
        options.push((c"protocol_whitelist".to_owned(), c"none".to_owned()));
        options
    }

    fn by_name(&self) -> Source {
        let mut options = self.limits();
        if self.location.path().is_none() {
            options.extend(timeouts(&self.name(), self.timeout));
        }
        Source::ByName { url: self.location.ffmpeg_url().unwrap_or_default(), options: as_text(options) }
    }

    /// Whether the source is one that names further resources.
    fn is_listing(&self, replay: &Replay) -> Result<bool, Error> {
        // As much as tells any of them is waited for; no more, for a live source gives it only in time. No more than this is looked
        // at either: FFmpeg's look at a whole buffer of media takes as long as reading its header.
        const LOOKED_AT: usize = 4_096;
        let said = |code| Error::reading_said(self.location, Stage::Open, code, replay.failure().map(|(_, said)| said));
        let beginning = replay.peek(1_024).map_err(said)?;
        Ok(playlist::listing(&beginning[..beginning.len().min(LOOKED_AT)], &self.name()).is_some())
    }

    fn error_said(&self, code: Code, said: Said) -> Error {
        Error::reading_said(self.location, Stage::Open, code, Some(said))
    }

    /// What only a look at an input is opened with, for it is to tell what `ffprobe` would: the programs of all tables, and as much
    /// time as FFmpeg gives a container of that kind, unless the application has said how much.
    fn probing(&self) -> Vec<(CString, CString)> {
        let mut options = vec![(c"scan_all_pmts".to_owned(), c"1".to_owned())];
        if self.limits.probe_time == Limits::default().probe_time {
            options.push((c"analyzeduration".to_owned(), c"0".to_owned()));
        }
        options
    }

    fn inspect_by_name(&self) -> Result<Input, Error> {
        let Source::ByName { url, options } = self.by_name() else { return Err(self.error(Stage::Open, Code::INVALID_ARGUMENT)) };
        let text = |it: String| CString::new(it).unwrap_or_default();
        let mut options: Vec<_> = options.into_iter().map(|(key, value)| (text(key), text(value))).collect();
        options.extend(self.probing());
        self.input(From::Url(&text(url)), &options)
    }

    fn input(&self, from: From<'_>, options: &[(CString, CString)]) -> Result<Input, Error> {
        let input = Input::open(from, options, self.interrupt.clone()).map_err(|code| self.error(Stage::Open, code))?;
        self.check_limits(&input.streams())?;
        Ok(input)
    }

    fn open_listing(&self) -> Result<(Source, Option<Header>), Error> {
        let (url, options) = self.listing()?;
        let header = Header::read_with(From::Url(&url), None, self, &options)?;
        self.check_limits(&header.streams)?;
        Ok((Source::ByName { url: url.into_string().unwrap_or_default(), options: as_text(options) }, Some(header)))
    }

    /// Looks at everything that a listing names, and says how FFmpeg is to open it, within what that is allowed to use.
    fn listing(&self) -> Result<(CString, Vec<(CString, CString)>), Error> {
        let root = Place::of(self.location).ok_or_else(|| Error::Refused {
            location: self.location.clone(),
            why: "a playlist whose own place is not known cannot name others".into(),
        })?;
        let Fetched::Listing(format, text) = self.fetch(&root)? else {
            return Err(self.error(Stage::Open, Code::INVALID_DATA));
        };
        Inspection::new(root.clone(), self.location, (self.reach, self.limits), self.interrupt).run(
            format,
            &text,
            &mut |place| self.fetch(place),
        )?;
        let mut options = self.limits();
        options.extend(timeouts(&self.name(), self.timeout));
        options.extend(network::headers(self.headers));
        let protocols = playlist::protocols(&root, self.reach);
        options.push((c"protocol_whitelist".to_owned(), CString::new(protocols).unwrap_or_default()));
        if format == "concat" {
            // FFmpeg's own rule allows relative names only; the inspection has looked at each.
            options.push((c"safe".to_owned(), c"0".to_owned()));
        }
        // A file by the name that it was looked at by: a link may lie in another directory than what it names.
        let place = if self.location.path().is_some() { root.location() } else { self.location.clone() };
        let url = place
            .ffmpeg_url()
            .and_then(|url| CString::new(url).ok())
            .ok_or_else(|| Error::invalid(At::input(0, &place), Reason::UnusablePath))?;
        Ok((url, options))
    }

    fn fetch(&self, place: &Place) -> Result<Fetched, Error> {
        let mut source: Box<dyn Bytes> = match place {
            Place::File(path) => {
                let metadata = std::fs::metadata(path).map_err(|why| self.unfetched(place, super::reader::code(&why)))?;
                if !metadata.is_file() {
                    return Ok(Fetched::Media);
                }
                let file = File::open(path).map_err(|why| self.unfetched(place, super::reader::code(&why)))?;
                seekable(file).map_err(|code| self.unfetched(place, code))?
            }
            Place::Remote(url) => {
                let url = CString::new(url.as_str()).unwrap_or_default();
                Box::new(self.connect(&url).map_err(|code| self.unfetched(place, code))?)
            }
        };
        let mut chunk = vec![0; 32 * 1024];
        let url = place.location().ffmpeg_url().and_then(|url| CString::new(url).ok()).unwrap_or_default();
        Fetched::read(&url, |bytes| {
            let count = source.read(&mut chunk).map_err(|code| self.unfetched(place, code))?;
            bytes.extend_from_slice(&chunk[..count]);
            Ok(count > 0)
        })
    }

    fn unfetched(&self, place: &Place, code: Code) -> Error {
        if code == Code::EXIT {
            Error::reading(self.location, Stage::Open, code)
        } else {
            playlist::unfetched(place, self.location, code)
        }
    }

    /// The header from bytes that can be opened once. Where it lies too deep in a source that cannot seek, there is none, and
    /// the engine reads the source from its start all the same.
    fn header(&self, replay: &Replay) -> Result<Option<Header>, Error> {
        let size = replay.clone().size();
        let mut options = self.options();
        if !replay.is_seekable() {
            options.extend(forward_only(None));
        }
        let bytes = From::Bytes { bytes: Box::new(replay.clone()), name: &self.name() };
        match Header::read_with(bytes, size, self, &options) {
            Ok(header) => self.check_limits(&header.streams).map(|()| Some(header)),
            Err(_) if replay.is_full() => Ok(None),
            // FFmpeg has a word of its own for what it could not read.
            Err(why) => Err(replay
                .failure()
                .map_or(why, |(code, said)| Error::reading_said(self.location, Stage::Open, code, Some(said)))),
        }
    }

    /// As many as a picture may have.
    pub(super) fn pixels(&self) -> Option<u64> {
        Some(self.limits.pixels)
    }

    pub(super) fn check_limits(&self, streams: &[StreamInfo]) -> Result<(), Error> {
        let refuse = |why| Err(Error::Refused { location: self.location.clone(), why });
        if streams.len() > self.limits.streams {
            return refuse(format!("{} streams; Limits allows {}", streams.len(), self.limits.streams));
        }
        let pixels = streams.iter().filter_map(|it| it.size).map(|(width, height)| u64::from(width) * u64::from(height));
        match pixels.max() {
            Some(pixels) if pixels > self.limits.pixels => {
                refuse(format!("a picture of {pixels} pixels; Limits allows {}", self.limits.pixels))
            }
            _ => Ok(()),
        }
    }
}

/// Keeps MP4's demuxer from looking, beyond the media, for what may stand at a file's end: all that lies between would be lost. It
/// takes every source of ours for one that can seek.
#[doc(alias = "AVFMT_FLAG_IGNIDX")]
fn forward_only(format: Option<&str>) -> Vec<(CString, CString)> {
    let mut options = vec![(c"fflags".to_owned(), c"+ignidx".to_owned())];
    if format.is_none_or(|it| it.split(',').any(|name| name == "mov")) {
        options.push((c"ignore_chapters".to_owned(), c"1".to_owned()));
    }
    options
}

fn as_text(options: Vec<(CString, CString)>) -> Vec<(String, String)> {
    let text = |it: CString| it.into_string().unwrap_or_default();
    options.into_iter().map(|(key, value)| (text(key), text(value))).collect()
}
