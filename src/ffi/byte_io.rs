//! An `AVIOContext` whose bytes come from Rust: for reading a header through our own sources.

use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;

use super::Code;
use super::bytes::{Bytes, seek_as_ffmpeg};

/// Owns the context, its buffer and, through `state`, the source that it reads.
pub(super) struct ByteIo {
    context: NonNull<sys::AVIOContext>,
    state: NonNull<State>,
}

struct State {
    bytes: Box<dyn Bytes>,
    /// A source that has panicked is not asked again: its state may be torn.
    panicked: bool,
}

const BUFFER: usize = 32 * 1024;

impl ByteIo {
    /// `None` where memory is short.
    pub(super) fn new(bytes: Box<dyn Bytes>) -> Option<Self> {
        // SAFETY: plain allocation, checked for null.
        let buffer = unsafe { sys::av_malloc(BUFFER) };
        if buffer.is_null() {
            return None;
        }
        // Without the callback FFmpeg knows that it cannot seek, and demuxers do not look for what stands at the end.
        let seek_callback: Option<unsafe extern "C" fn(*mut c_void, i64, c_int) -> i64> =
            if bytes.is_seekable() { Some(seek) } else { None };
        let state = Box::into_raw(Box::new(State { bytes, panicked: false }));
        // SAFETY: the buffer is of the size given and is FFmpeg's from here on; the callbacks get `state`, which lives until the
        // context is freed in `drop`, and only FFmpeg uses it until then, on one thread at a time.
        let context =
            unsafe { sys::avio_alloc_context(buffer.cast(), BUFFER as c_int, 0, state.cast(), Some(read), None, seek_callback) };
        // SAFETY: `state` came from `Box::into_raw` just now and is not null.
        let state = unsafe { NonNull::new_unchecked(state) };
        if let Some(context) = NonNull::new(context) {
            return Some(Self { context, state });
        }
        // SAFETY: without a context nobody took the buffer or the state.
        unsafe {
            sys::av_free(buffer);
            drop(Box::from_raw(state.as_ptr()));
        }
        None
    }

    pub(super) fn as_ptr(&self) -> *mut sys::AVIOContext {
        self.context.as_ptr()
    }
}

impl Drop for ByteIo {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: no format context uses this any more (`Input` closes its own first). FFmpeg may have replaced the buffer, so
        // the context's is freed, before the context; the state was boxed in `new` and is nobody else's.
        unsafe {
            sys::av_freep(ptr::from_mut(&mut (*context).buffer).cast());
            sys::avio_context_free(&mut context);
            drop(Box::from_raw(self.state.as_ptr()));
        }
    }
}

/// SAFETY: FFmpeg calls it with the state given in `new` and a writable buffer of `length` bytes.
unsafe extern "C" fn read(state: *mut c_void, buffer: *mut u8, length: c_int) -> c_int {
    let Ok(length) = usize::try_from(length) else { return Code::INVALID_ARGUMENT.0 };
    // SAFETY: see above; nothing else refers to the state or the buffer during the call.
    let (state, buffer) = unsafe { (&mut *state.cast::<State>(), std::slice::from_raw_parts_mut(buffer, length)) };
    match guarded(state, |bytes| bytes.read(buffer)) {
        Ok(0) => Code::END.0,
        // A source that claims more than there is room for is broken.
        Ok(count) => {
            if count <= length {
                count as c_int
            } else {
                Code::IO.0
            }
        }
        Err(code) => code.0,
    }
}

/// SAFETY: FFmpeg calls it with the state given in `new`.
unsafe extern "C" fn seek(state: *mut c_void, offset: i64, whence: c_int) -> i64 {
    // SAFETY: see above; nothing else refers to the state during the call.
    let state = unsafe { &mut *state.cast::<State>() };
    match guarded(state, |bytes| seek_as_ffmpeg(bytes, offset, whence)) {
        Ok(position) => i64::try_from(position).unwrap_or(i64::MAX),
        Err(code) => code.0.into(),
    }
}

/// No panic may unwind into C: it becomes an I/O error, and the source is done with.
fn guarded<T>(state: &mut State, call: impl FnOnce(&mut dyn Bytes) -> Result<T, Code>) -> Result<T, Code> {
    if state.panicked {
        return Err(Code::IO);
    }
    let bytes = state.bytes.as_mut();
    catch_unwind(AssertUnwindSafe(|| call(bytes))).unwrap_or_else(|_| {
        state.panicked = true;
        Err(Code::IO)
    })
}
