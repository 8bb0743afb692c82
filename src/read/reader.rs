use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::ffi::{Bytes, Code, Said};
use crate::run::words;

/// An application's reader, with or without seeking.
pub(crate) enum AnyReader {
    Forward(Box<dyn Read + Send>),
    Seekable(Box<dyn ReadSeek>),
}

/// Both traits in one object.
pub(crate) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// An application's reader as a source of bytes. Its calls cannot be cut: one that blocks holds the thread that makes it.
pub(super) struct Reader {
    reader: AnyReader,
    position: u64,
    size: Option<u64>,
    /// The first failure is the last word: FFmpeg may go on after one, and what came then would pass for the whole.
    failed: Option<Arc<io::Error>>,
}

impl Reader {
    pub(super) fn new(mut reader: AnyReader) -> Result<Self, io::Error> {
        let size = match &mut reader {
            AnyReader::Forward(_) => None,
            AnyReader::Seekable(it) => {
                let size = guarded("reader", || it.seek(SeekFrom::End(0)))?;
                guarded("reader", || it.seek(SeekFrom::Start(0)))?;
                Some(size)
            }
        };
        Ok(Self { reader, position: 0, size, failed: None })
    }

    fn failed(&mut self, why: io::Error) -> Code {
        let code = code(&why);
        self.failed = Some(Arc::new(why));
        code
    }
}

/// A call into an application's I/O: a panic in it is an error like any other, with the words it had.
pub(crate) fn guarded<T>(what: &str, call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    // Whether its state is torn does not matter: after an error it is not called again.
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|panic| Err(io::Error::other(format!("the {what} panicked: {}", words(panic.as_ref())))))
}

/// An error of Rust's I/O as FFmpeg's code; one without a number becomes `EIO`.
pub(crate) fn code(why: &io::Error) -> Code {
    match (why.raw_os_error(), why.kind()) {
        (Some(number), _) => Code::errno(number),
        (None, io::ErrorKind::NotFound) => Code::NOT_FOUND,
        (None, io::ErrorKind::PermissionDenied) => Code::ACCESS,
        (None, io::ErrorKind::TimedOut) => Code::TIMED_OUT,
        (None, io::ErrorKind::BrokenPipe) => Code::PIPE,
        (None, io::ErrorKind::StorageFull) => Code::NO_SPACE,
        (None, io::ErrorKind::QuotaExceeded) => Code::QUOTA,
        (None, _) => Code::IO,
    }
}

impl Bytes for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        if let Some(why) = &self.failed {
            return Err(code(why));
        }
        loop {
            let result = guarded("reader", || match &mut self.reader {
                AnyReader::Forward(it) => it.read(buffer),
                AnyReader::Seekable(it) => it.read(buffer),
            });
            match result {
                Ok(count) if count > buffer.len() => {
                    return Err(self.failed(io::Error::other("the reader says that it gave more than there was room for")));
                }
                Ok(count) => {
                    self.position += count as u64;
                    return Ok(count);
                }
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(self.failed(why)),
            }
        }
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        if let Some(why) = &self.failed {
            return Err(code(why));
        }
        let sought = match &mut self.reader {
            AnyReader::Seekable(it) => guarded("reader", || it.seek(SeekFrom::Start(position))),
            AnyReader::Forward(_) if position == self.position => return Ok(()),
            AnyReader::Forward(_) => return Err(Code::NOT_SEEKABLE),
        };
        self.position = sought.map_err(|why| self.failed(why))?;
        Ok(())
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn size(&mut self) -> Option<u64> {
        self.size
    }

    fn is_seekable(&self) -> bool {
        matches!(self.reader, AnyReader::Seekable(_))
    }

    fn failure(&self) -> Option<(Code, Said)> {
        self.failed.clone().map(|why| (code(&why), why as Said))
    }
}
