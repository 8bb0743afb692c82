use std::ffi::CString;
use std::fs::Metadata;
use std::path::Path;
use std::time::Duration;

use crate::error::{Cause, Error};
use crate::ffi::{Code, Input, InterruptFlag};
use crate::media::{Location, Stage, StreamInfo};

/// What a container says of itself, read in passing: the engine opens the input again, for work.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) streams: Vec<StreamInfo>,
    pub(crate) duration: Option<Duration>,
    /// The length that reading it has to show, or it is cut off: the time of the last sample where all are listed, else the
    /// stated duration. `None` where FFmpeg estimated the duration by the file's end, which promises nothing.
    pub(crate) promised: Option<Duration>,
    /// How much of the file can be read where its index names samples beyond its end; `None` where it is whole as far as the
    /// index tells.
    pub(crate) readable: Option<Duration>,
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
    /// Reads the header of a regular file; more than the header only where that leaves streams or length unknown. Anything
    /// else (a pipe, a FIFO, a socket) can be opened once only, and that once is the engine's: `None`.
    ///
    /// # Errors
    /// As [`Error::reading`] sorts them. A raised interrupt ends the call and is [`Error::Cancelled`].
    pub(crate) fn read(location: &Location, interrupt: &InterruptFlag) -> Result<Option<Self>, Error> {
        let Some(metadata) = check_input(location)? else { return Ok(None) };
        if !metadata.is_file() {
            return Ok(None);
        }
        let unusable = || Error::reading(location, Stage::Open, Code::INVALID_ARGUMENT);
        let url = location.ffmpeg_url().and_then(|url| CString::new(url).ok()).ok_or_else(unusable)?;
        let mut input = Input::open(&url, interrupt.clone()).map_err(|code| Error::reading(location, Stage::Open, code))?;
        let streams = input.streams();
        let mut stated = input.duration();
        if input.is_headerless()
            || input.duration().is_none()
            || streams.iter().any(|it| it.codec.is_none())
            || streams.is_empty()
        {
            input.find_stream_info().map_err(|code| Error::reading(location, Stage::Probe, code))?;
            stated = stated.or_else(|| input.duration().filter(|_| input.duration_is_stated()));
        }
        // Edit lists can make the stated duration longer than what is shown.
        let promised = stated.map(|stated| input.listed_until().map_or(stated, |listed| listed.min(stated)));
        let readable = input.cut_at(metadata.len());
        Ok(Some(Self { streams: input.streams(), duration: input.duration(), promised, readable }))
    }

    /// Reads back what was written to `path`; `None` where FFmpeg finds no media in it.
    pub(crate) fn of_output(path: &Path) -> Option<Self> {
        // Never raised: a run that was told to stop still looks at what it wrote, and a local file does not keep it waiting.
        let interrupt = InterruptFlag::default();
        Self::read(&Location::file(path), &interrupt).ok().flatten()
    }
}
