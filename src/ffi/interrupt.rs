use std::ffi::{c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ffmpeg_sys_next as sys;

/// Raised by whoever ends the run; FFmpeg polls it, about every 100 ms in its network waits.
pub(crate) type InterruptFlag = Arc<AtomicBool>;

/// FFmpeg's form of the flag. Whoever hands it to FFmpeg keeps the flag for as long as FFmpeg may poll it.
pub(super) fn callback(flag: &InterruptFlag) -> sys::AVIOInterruptCB {
    // An Arc's content does not move.
    sys::AVIOInterruptCB { callback: Some(interrupted), opaque: Arc::as_ptr(flag).cast_mut().cast() }
}

/// SAFETY: only FFmpeg calls it, with the pointer from [`callback`], while the flag lives. It cannot panic, so nothing unwinds
/// into C.
unsafe extern "C" fn interrupted(flag: *mut c_void) -> c_int {
    // SAFETY: see above; the flag is only ever shared, and atomic.
    let flag = unsafe { &*flag.cast::<AtomicBool>() };
    c_int::from(flag.load(Ordering::Acquire))
}
