use std::ffi::CString;
use std::fs::Metadata;
use std::path::Path;
use std::time::Duration;

use super::open::Way;
use super::part::Part;
use crate::error::{Cause, Error};
use crate::ffi::{Code, From, Input, InterruptFlag};
use crate::media::{Location, Stage, StreamInfo, StreamKind, Tags};

/// What a container says of itself, read in passing: the engine opens the input again, for work.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// The demuxer, by FFmpeg's name.
    pub(crate) format: String,
    /// What it says of the whole.
    pub(crate) tags: Tags,
    pub(crate) streams: Vec<StreamInfo>,
    /// The same after a look at the first pictures, where a device may decode them; empty where there was none. What is planned does not
    /// depend on it: it is the same with a device and without.
    pub(crate) looked_at: Vec<StreamInfo>,
    pub(crate) duration: Option<Duration>,
    /// Whether that duration is FFmpeg's guess by the bit rate.
    guessed: bool,
    /// The length that the container states. `None` where FFmpeg estimated it by the file's end, which promises nothing.
    stated: Option<Duration>,
    /// When each stream ends, counted from the start, where that is known.
    ends: Vec<Option<Duration>>,
    /// When the last frame of each has been shown, where the header states that. What is counted by it is not what is promised: a file
    /// may state more than it has.
    shown: Vec<Option<Duration>>,
    /// How much of the file can be read where its index names samples beyond its end; `None` where it is whole as far as the
    /// index tells.
    pub(crate) readable: Option<Duration>,
    /// More of it, where it is to be joined to others without decoding.
    pub(crate) part: Option<Part>,
}

/// Looks at the file behind `location`, without opening it. `None` for what is not a file.
///
/// # Errors
/// [`Error::NotFound`], [`Error::PermissionDenied`] and the like, as the system gives them.
pub(crate) fn check_input(location: &Location) -> Result<Option<Metadata>, Error> {
    let Some(path) = location.path() else { return Ok(None) };
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let why = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            Err(Error::NotMedia { location: location.clone(), cause: Cause::new(Stage::Open, why) })
        }
        Ok(metadata) => Ok(Some(metadata)),
        Err(why) => Err(match why.raw_os_error() {
            Some(number) => Error::reading(location, Stage::Open, Code::errno(number)),
            None => Error::Failed { location: location.clone(), cause: Cause::new(Stage::Open, why) },
        }),
    }
}

impl Header {
    /// Reads the header of a file's container; more than the header only where that leaves streams or length unknown, or where a device may
    /// decode it. `size` is that of the file, where it is known.
    ///
    /// # Errors
    /// As [`Error::reading`] sorts them. A raised interrupt ends the call and is [`Error::Cancelled`].
    pub(super) fn read(from: From<'_>, size: Option<u64>, way: &Way<'_>) -> Result<Self, Error> {
        let mut input = Self::opened(from, way, &way.options())?;
        way.check_limits(&input.streams())?;
        let is_told = Self::is_told(&input);
        let header = Self::of(&mut input, size).map_err(|code| way.error(Stage::Probe, code))?;
        // Where that fails, the device is left for that nobody knows what it would decode.
        let is_film = |it: &StreamInfo| it.kind == StreamKind::Video && !it.cover_art;
        let is_for_device = way.is_for_device && is_told && header.streams.iter().any(is_film);
        let is_looked_at = is_for_device && input.find_stream_info_quickly(true, way.pixels()).is_ok();
        Ok(Self { looked_at: if is_looked_at { input.streams() } else { Vec::new() }, ..header })
    }

    pub(super) fn read_with(
        from: From<'_>,
        size: Option<u64>,
        way: &Way<'_>,
        options: &[(CString, CString)],
    ) -> Result<Self, Error> {
        let mut input = Self::opened(from, way, options)?;
        Self::of(&mut input, size).map_err(|code| way.error(Stage::Probe, code))
    }

    fn opened(from: From<'_>, way: &Way<'_>, options: &[(CString, CString)]) -> Result<Input, Error> {
        Input::open(from, options, way.interrupt.clone()).map_err(|code| way.error(Stage::Open, code))
    }

    /// Reads back what was written to `path`; `None` where FFmpeg finds no media in it.
    pub(crate) fn of_output(path: &Path) -> Option<Self> {
        let url = CString::new(Location::file(path).ffmpeg_url()?).ok()?;
        // The interrupt is never raised: a run that was told to stop still looks at what it wrote, and a local file does not
        // keep it waiting.
        let mut input = Input::open(From::Url(&url), &[], InterruptFlag::default()).ok()?;
        Self::of(&mut input, None).ok()
    }

    /// Of an input that is going to be worked on: all that can be found out of its streams. `near` is whether seeking in it costs next to
    /// nothing.
    pub(crate) fn found_out(input: &mut Input, near: bool) -> Result<Self, Code> {
        let stated = input.duration();
        input.find_stream_info_quickly(near, None)?;
        Ok(Self::told(input, stated, None))
    }

    /// Whether its header alone tells streams and length.
    fn is_told(input: &Input) -> bool {
        let streams = input.streams();
        let unknown = input.is_headerless() || input.duration().is_none() || streams.is_empty();
        !unknown && streams.iter().all(|it| !it.is_film_or_sound() || it.codec.is_some())
    }

    fn of(input: &mut Input, size: Option<u64>) -> Result<Self, Code> {
        let stated = input.duration();
        if !Self::is_told(input) {
            input.find_stream_info()?;
        }
        Ok(Self::told(input, stated, size))
    }

    /// `stated` is the length that was known before anything was looked for.
    fn told(input: &Input, stated: Option<Duration>, size: Option<u64>) -> Self {
        let format = input.format();
        // Muxers of Matroska state the end as the duration, and a stream may begin long after zero.
        let before = input.start_micros().filter(|_| format.starts_with("matroska")).and_then(|it| u64::try_from(it).ok());
        let before = Duration::from_micros(before.unwrap_or_default());
        let from_start = |it: Duration| if it > before { it - before } else { it };
        let stated = stated.or_else(|| input.duration().filter(|_| input.duration_is_stated()));
        Self {
            format,
            tags: input.tags(),
            streams: input.streams(),
            looked_at: Vec::new(),
            duration: input.duration().map(from_start),
            guessed: input.duration_is_guessed(),
            stated: stated.map(from_start),
            ends: input.ends(),
            shown: input.shown_ends(),
            readable: size.and_then(|size| input.cut_at(size)),
            part: None,
        }
    }

    /// How long these streams are together: one may end long before another, and edit lists can make the container's duration
    /// longer than what is shown. `None` where the container tells no length at all.
    pub(crate) fn length(&self, streams: &[usize]) -> Option<Duration> {
        self.duration.map(|whole| at_most(whole, &self.ends, streams))
    }

    /// How long what these streams show is, which is what their frames are counted by: a little more than [`length`](Self::length) where
    /// that ends with the beginning of the last sample.
    pub(crate) fn shown(&self, streams: &[usize]) -> Option<Duration> {
        let length = self.length(streams)?;
        self.duration.map(|whole| at_most(whole, &self.shown, streams).max(length))
    }

    /// Whether its length is but its size by its bit rate.
    pub(crate) fn is_length_guessed(&self) -> bool {
        self.guessed
    }

    /// The length that reading these streams has to show, or the input is cut off. `None` where nothing is promised.
    pub(crate) fn promised(&self, streams: &[usize]) -> Option<Duration> {
        self.stated.map(|whole| at_most(whole, &self.ends, streams))
    }

    /// Whether these streams certainly end before `start`.
    pub(crate) fn ends_before(&self, start: Duration, streams: &[usize]) -> bool {
        !self.guessed && self.length(streams).is_some_and(|length| length <= start)
    }
}

/// Until the last of these streams ends, where all of them tell; no longer than the whole.
fn at_most(whole: Duration, ends: &[Option<Duration>], streams: &[usize]) -> Duration {
    let ends = streams.iter().map(|index| ends.get(*index).copied().flatten());
    let last = ends.collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
    last.map_or(whole, |last| last.min(whole))
}
