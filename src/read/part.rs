use std::fmt;
use std::fs::File;
use std::io::Seek;
use std::os::fd::AsRawFd;
use std::sync::Arc;

use super::open::{Way, seekable};
use super::reader;
use crate::error::Error;
use crate::ffi::{From, Input, Span};
use crate::media::{Stage, StreamInfo};

/// A file that others are to be joined to, or that is to be joined to others, without decoding: everything that both have to agree in.
#[derive(Clone)]
pub(crate) struct Part {
    /// The demuxer, by FFmpeg's name, as it is told by the bytes alone.
    pub(crate) format: String,
    pub(crate) streams: Vec<StreamInfo>,
    /// What each stream's decoder is told before its first packet.
    pub(crate) setups: Vec<Vec<u8>>,
    /// `None` for streams without packets.
    pub(crate) spans: Vec<Option<Span>>,
    /// At its beginning, for one reader; what was looked at is what is read, whatever happens to its name.
    file: Arc<File>,
}

impl Part {
    /// # Errors
    /// As [`Error::reading`] sorts them.
    pub(super) fn look(mut file: File, way: &Way<'_>) -> Result<Self, Error> {
        let failed = |code| way.error(Stage::Probe, code);
        let system = |why| failed(reader::code(&why));
        let bytes = seekable(file.try_clone().map_err(system)?).map_err(failed)?;
        // Joined, it is opened without a name.
        let input = Input::open(From::Bytes { bytes, name: c"fd:" }, &way.options(), way.interrupt.clone());
        let mut input = input.map_err(|code| way.error(Stage::Open, code))?;
        input.find_stream_info().map_err(failed)?;
        let spans = input.spans().map_err(failed)?;
        let (format, streams, setups) = (input.format(), input.streams(), input.setups());
        drop(input);
        file.rewind().map_err(system)?;
        Ok(Self { format, streams, setups, spans, file: Arc::new(file) })
    }

    /// What FFmpeg reads it by, for as long as this lives.
    pub(crate) fn descriptor(&self) -> i32 {
        self.file.as_raw_fd()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("format", &self.format).finish_non_exhaustive()
    }
}
