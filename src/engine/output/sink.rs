//! Outputs that are written in place: opened by us, so that opening and writing can be cut, and handed to the engine as callbacks.

use std::ffi::CString;
use std::fs::OpenOptions;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, write};

use crate::ffi::{Code, InterruptFlag, Protocol, Said, duplicate};
use crate::logs::on_thread_of;
use crate::read::{error_code, guarded, system_code, timeouts, wait_ready};
use crate::run::{Run, Verdict};

/// Takes what the muxer writes.
pub(crate) trait Sink: Send {
    /// All of it.
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Code>;

    /// Goes on writing from there.
    fn seek(&mut self, _: SeekFrom) -> Result<u64, Code> {
        Err(Code::NOT_SEEKABLE)
    }

    fn is_seekable(&self) -> bool {
        false
    }

    /// Nothing more comes; says whether everything arrived.
    fn finish(&mut self) -> Result<(), Code> {
        Ok(())
    }

    /// What it said when it failed, where that was more than a code.
    fn said(&self) -> Option<Said> {
        None
    }
}

/// An application's writer, with or without seeking.
pub(crate) enum AnyWriter {
    Forward(Box<dyn Write + Send>),
    Seekable(Box<dyn WriteSeek>),
}

/// Both traits in one object.
pub(crate) trait WriteSeek: Write + Seek + Send {}
impl<T: Write + Seek + Send> WriteSeek for T {}

/// An application's writer as a sink. After its first failure it is not called again.
pub(super) struct Writer {
    writer: AnyWriter,
    failed: Option<Arc<io::Error>>,
}

impl Writer {
    pub(super) fn new(writer: AnyWriter) -> Self {
        Self { writer, failed: None }
    }

    fn call<T>(&mut self, call: impl FnOnce(&mut AnyWriter) -> io::Result<T>) -> Result<T, Code> {
        if let Some(why) = &self.failed {
            return Err(error_code(why));
        }
        guarded("writer", || call(&mut self.writer)).map_err(|why| {
            let code = error_code(&why);
            self.failed = Some(Arc::new(why));
            code
        })
    }
}

impl Sink for Writer {
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Code> {
        self.call(|writer| match writer {
            AnyWriter::Forward(it) => it.write_all(bytes),
            AnyWriter::Seekable(it) => it.write_all(bytes),
        })
    }

    fn seek(&mut self, to: SeekFrom) -> Result<u64, Code> {
        if !self.is_seekable() {
            return Err(Code::NOT_SEEKABLE);
        }
        self.call(|writer| match writer {
            AnyWriter::Forward(_) => Err(io::ErrorKind::NotSeekable.into()),
            AnyWriter::Seekable(it) => it.seek(to),
        })
    }

    fn is_seekable(&self) -> bool {
        matches!(self.writer, AnyWriter::Seekable(_))
    }

    fn finish(&mut self) -> Result<(), Code> {
        self.call(|writer| match writer {
            AnyWriter::Forward(it) => it.flush(),
            AnyWriter::Seekable(it) => it.flush(),
        })
    }

    fn said(&self) -> Option<Said> {
        self.failed.clone().map(|it| it as Said)
    }
}

/// A device, by its path.
pub(super) fn device(path: &Path) -> io::Result<Writer> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let seeks = file.stream_position().is_ok();
    Ok(Writer::new(if seeks { AnyWriter::Seekable(Box::new(file)) } else { AnyWriter::Forward(Box::new(file)) }))
}

/// A FIFO or an inherited pipe: written when there is room, so that no write waits in the system where nothing can cut it.
pub(super) struct Pipe {
    file: OwnedFd,
    interrupt: InterruptFlag,
}

impl Pipe {
    /// Waits for a reader, for as long as the run lets it.
    pub(super) fn fifo(path: &Path, interrupt: InterruptFlag) -> Result<Self, Code> {
        const AGAIN: Duration = Duration::from_millis(10);
        loop {
            if interrupt.load(Ordering::Acquire) {
                return Err(Code::EXIT);
            }
            // Without a reader the system refuses a non-blocking open of this kind, and tells nobody when one comes.
            match open(path, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()) {
                Ok(file) => return Ok(Self { file, interrupt }),
                Err(Errno::NXIO) => thread::sleep(AGAIN),
                Err(why) => return Err(system_code(why)),
            }
        }
    }

    pub(super) fn inherited(number: i32, interrupt: InterruptFlag) -> Result<Self, Code> {
        let file = duplicate(number).ok_or(Code::BAD_DESCRIPTOR)?;
        Ok(Self { file, interrupt })
    }
}

impl Sink for Pipe {
    fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), Code> {
        // What a pipe that is ready takes without waiting, also where the descriptor is one that waits (POSIX: PIPE_BUF).
        const PIECE: usize = 512;
        const LINUX_PIECE: usize = 4_096;
        let piece = if cfg!(target_os = "linux") { LINUX_PIECE } else { PIECE };
        while !bytes.is_empty() {
            wait_ready(&self.file, PollFlags::OUT, &self.interrupt)?;
            match write(&self.file, &bytes[..bytes.len().min(piece)]) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(why) => return Err(system_code(why)),
            }
        }
        Ok(())
    }
}

/// A byte stream behind one of FFmpeg's protocols.
pub(super) struct Remote(Option<Protocol>);

impl Remote {
    pub(super) fn open(url: &str, timeout: Duration, interrupt: InterruptFlag) -> Result<Self, Code> {
        let url = CString::new(url).map_err(|_| Code::INVALID_ARGUMENT)?;
        Protocol::open_to_write(&url, &timeouts(&url, timeout), interrupt).map(|it| Self(Some(it)))
    }
}

impl Sink for Remote {
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Code> {
        self.0.as_mut().ok_or(Code::PIPE)?.write(bytes)
    }

    fn finish(&mut self) -> Result<(), Code> {
        self.0.take().map_or(Ok(()), Protocol::close)
    }
}

/// A sink as the engine writes it: says that it moves, counts, and refuses once the run is cancelled.
pub(crate) struct Watched {
    inner: Box<dyn Sink>,
    run: Arc<Run>,
    failure: Option<Code>,
    written: u64,
}

impl Watched {
    pub(super) fn new(inner: Box<dyn Sink>, run: Arc<Run>) -> Self {
        Self { inner, run, failure: None, written: 0 }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Code> {
        on_thread_of(&self.run);
        if matches!(self.run.verdict(), Verdict::Cancel(_)) {
            return Err(Code::EXIT);
        }
        let result = self.inner.write_all(bytes);
        match result {
            Ok(()) => {
                self.written += bytes.len() as u64;
                self.run.moved();
            }
            Err(code) => self.failure = self.failure.or(Some(code)),
        }
        result
    }

    pub(crate) fn seek(&mut self, to: SeekFrom) -> Result<u64, Code> {
        self.inner.seek(to)
    }

    pub(crate) fn is_seekable(&self) -> bool {
        self.inner.is_seekable()
    }

    /// How many bytes went through, those written twice counted twice.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Nothing more comes. The first failure, of a write or of this, is the answer.
    pub(crate) fn finish(&mut self) -> Result<(), Code> {
        let finished = self.inner.finish();
        self.failure.map_or(finished, Err)
    }

    /// The first failure of a write.
    pub(crate) fn failure(&self) -> Option<Code> {
        self.failure
    }

    /// What the sink said of its failure, where that was more than a code.
    pub(crate) fn said(&self) -> Option<Said> {
        self.inner.said()
    }
}
