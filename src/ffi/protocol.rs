//! A byte stream that one of FFmpeg's protocols opens: HTTP, RTMP, SRT, TCP and their like.

use std::ffi::{CStr, CString, c_int};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;

use super::Code;
use super::dictionary::Dictionary;
use super::interrupt::{InterruptFlag, callback};

/// Owns one `AVIOContext` that FFmpeg opened by URL. Every call gives up, within about 100 ms, once the interrupt flag is up;
/// what it cannot cut is the name resolver, which the system bounds.
pub(crate) struct Protocol {
    context: NonNull<sys::AVIOContext>,
    /// FFmpeg polls it for as long as the context lives.
    _interrupt: InterruptFlag,
}

// SAFETY: an AVIOContext may be used from any thread, one at a time, which `&mut self` sees to; it keeps no thread-local state.
unsafe impl Send for Protocol {}

impl Protocol {
    #[doc(alias = "avio_open2")]
    pub(crate) fn open_to_read(url: &CStr, options: &[(CString, CString)], interrupt: InterruptFlag) -> Result<Self, Code> {
        Self::open(url, sys::AVIO_FLAG_READ, options, interrupt)
    }

    #[doc(alias = "avio_open2")]
    pub(crate) fn open_to_write(url: &CStr, options: &[(CString, CString)], interrupt: InterruptFlag) -> Result<Self, Code> {
        Self::open(url, sys::AVIO_FLAG_WRITE, options, interrupt)
    }

    fn open(url: &CStr, flags: c_int, options: &[(CString, CString)], interrupt: InterruptFlag) -> Result<Self, Code> {
        let mut options = Dictionary::new(options);
        let callback = callback(&interrupt);
        let mut context = ptr::null_mut();
        // SAFETY: the out pointer, the URL and the callback live through the call; FFmpeg copies the callback, whose flag is
        // kept by the value returned. Options that the protocol does not know stay in the dictionary, which frees itself.
        let code = unsafe { sys::avio_open2(&mut context, url.as_ptr(), flags, &callback, options.as_mut_ptr()) };
        match NonNull::new(context) {
            Some(context) if code >= 0 => Ok(Self { context, _interrupt: interrupt }),
            _ => Err(Code(code)),
        }
    }

    /// 0 is the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        let length = c_int::try_from(buffer.len()).unwrap_or(c_int::MAX);
        // SAFETY: the context is open and exclusively borrowed, the buffer writable for `length` bytes.
        let count = unsafe { sys::avio_read_partial(self.context.as_ptr(), buffer.as_mut_ptr(), length) };
        match usize::try_from(count) {
            Ok(count) => Ok(count),
            Err(_) if Code(count) == Code::END => Ok(0),
            Err(_) => Err(Code(count)),
        }
    }

    pub(crate) fn seek(&mut self, position: u64) -> Result<(), Code> {
        let position = i64::try_from(position).map_err(|_| Code::INVALID_ARGUMENT)?;
        // SAFETY: the context is open and exclusively borrowed.
        let at = unsafe { sys::avio_seek(self.context.as_ptr(), position, sys::SEEK_SET) };
        if at < 0 { Err(Code(at.try_into().unwrap_or(Code::IO.0))) } else { Ok(()) }
    }

    pub(crate) fn size(&mut self) -> Option<u64> {
        // SAFETY: the context is open and exclusively borrowed.
        u64::try_from(unsafe { sys::avio_size(self.context.as_ptr()) }).ok().filter(|it| *it > 0)
    }

    pub(crate) fn is_seekable(&self) -> bool {
        // SAFETY: the context is live for as long as `self`.
        unsafe { (*self.context.as_ptr()).seekable & sys::AVIO_SEEKABLE_NORMAL != 0 }
    }

    /// Writes all of it through to the peer.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Code> {
        let length = c_int::try_from(bytes.len()).map_err(|_| Code::INVALID_ARGUMENT)?;
        let context = self.context.as_ptr();
        // SAFETY: the context is open for writing and exclusively borrowed; `bytes` is readable for `length` bytes. FFmpeg keeps
        // a write error in the context.
        let code = unsafe {
            sys::avio_write(context, bytes.as_ptr(), length);
            sys::avio_flush(context);
            (*context).error
        };
        if code < 0 { Err(Code(code)) } else { Ok(()) }
    }

    /// Closes it, and says whether the peer got everything.
    pub(crate) fn close(self) -> Result<(), Code> {
        let own = std::mem::ManuallyDrop::new(self);
        // SAFETY: `own` is not dropped, so the context is closed once. The flag must outlive the call, which may still poll it,
        // and is dropped after.
        unsafe {
            let code = sys::avio_close(own.context.as_ptr());
            drop(ptr::read(&own._interrupt));
            if code < 0 { Err(Code(code)) } else { Ok(()) }
        }
    }
}

impl Drop for Protocol {
    fn drop(&mut self) {
        // SAFETY: the only owner closes it; `close` does not drop. The flag is a field and so is dropped after.
        unsafe { sys::avio_close(self.context.as_ptr()) };
    }
}
