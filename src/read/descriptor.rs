use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::Ordering;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, read};

use crate::ffi::{Bytes, Code, InterruptFlag};

/// A FIFO or an inherited pipe: read when there is something, so that no read waits in the system where nothing can cut it.
pub(super) struct Descriptor {
    file: OwnedFd,
    position: u64,
    interrupt: InterruptFlag,
}

impl Descriptor {
    /// Opens a FIFO without waiting for its other end.
    pub(super) fn fifo(path: &Path, interrupt: InterruptFlag) -> Result<Self, Code> {
        let file = open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).map_err(code)?;
        Ok(Self { file, position: 0, interrupt })
    }

    /// A copy of a descriptor of this process. Its flags are shared with whoever else has it, and stay as they are.
    pub(super) fn inherited(number: i32, interrupt: InterruptFlag) -> Result<Self, Code> {
        let file = crate::ffi::duplicate(number).ok_or(Code::BAD_DESCRIPTOR)?;
        Ok(Self { file, position: 0, interrupt })
    }
}

pub(crate) fn code(errno: Errno) -> Code {
    Code::errno(errno.raw_os_error())
}

/// Waits until the descriptor is ready for `what`, or the flag is up.
pub(crate) fn wait(file: &OwnedFd, what: PollFlags, interrupt: &InterruptFlag) -> Result<(), Code> {
    // Nothing but time wakes this, so it is what an interrupt takes at most.
    const SLICE: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
    loop {
        if interrupt.load(Ordering::Acquire) {
            return Err(Code::EXIT);
        }
        match poll(&mut [PollFd::new(file, what)], Some(&SLICE)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(why) => return Err(code(why)),
        }
    }
}

impl Bytes for Descriptor {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        loop {
            wait(&self.file, PollFlags::IN, &self.interrupt)?;
            match read(&self.file, &mut *buffer) {
                Ok(count) => {
                    self.position += count as u64;
                    return Ok(count);
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(why) => return Err(code(why)),
            }
        }
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        if position == self.position { Ok(()) } else { Err(Code::NOT_SEEKABLE) }
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn size(&mut self) -> Option<u64> {
        None
    }

    fn is_seekable(&self) -> bool {
        false
    }
}
