use std::io::{self, Read, Seek, SeekFrom};

use crate::ffi::{Bytes, Code};

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
}

impl Reader {
    pub(super) fn new(mut reader: AnyReader) -> Result<Self, Code> {
        let size = match &mut reader {
            AnyReader::Forward(_) => None,
            AnyReader::Seekable(it) => {
                let size = it.seek(SeekFrom::End(0)).map_err(|why| code(&why))?;
                it.seek(SeekFrom::Start(0)).map_err(|why| code(&why))?;
                Some(size)
            }
        };
        Ok(Self { reader, position: 0, size })
    }
}

/// An error of Rust's I/O as FFmpeg's code; one without a number becomes `EIO`.
pub(crate) fn code(why: &io::Error) -> Code {
    match (why.raw_os_error(), why.kind()) {
        (Some(number), _) => Code::errno(number),
        (None, io::ErrorKind::TimedOut) => Code::TIMED_OUT,
        (None, io::ErrorKind::BrokenPipe) => Code::PIPE,
        (None, io::ErrorKind::StorageFull) => Code::NO_SPACE,
        (None, _) => Code::IO,
    }
}

impl Bytes for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        loop {
            let result = match &mut self.reader {
                AnyReader::Forward(it) => it.read(buffer),
                AnyReader::Seekable(it) => it.read(buffer),
            };
            match result {
                Ok(count) => {
                    self.position += count as u64;
                    return Ok(count);
                }
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(code(&why)),
            }
        }
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        match &mut self.reader {
            AnyReader::Seekable(it) => {
                self.position = it.seek(SeekFrom::Start(position)).map_err(|why| code(&why))?;
                Ok(())
            }
            AnyReader::Forward(_) if position == self.position => Ok(()),
            AnyReader::Forward(_) => Err(Code::NOT_SEEKABLE),
        }
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
}
