//! What a decoder gives, of whatever kind.

use std::ptr::NonNull;

use ffmpeg_sys_next as sys;

/// Owns one `AVFrame`, and with it a share in the buffers of its planes. Nobody writes to those as long as it lives: a decoder that
/// goes on takes others.
pub(crate) struct RawFrame(NonNull<sys::AVFrame>);

// SAFETY: a frame and its buffers belong to no thread; the counts of those who share the buffers are atomic, and what frees a buffer
// may do so on any thread, as FFmpeg's own frame threads need it.
unsafe impl Send for RawFrame {}

// SAFETY: through a shared reference it is only read, and no FFmpeg function that is called with it then writes to it. A decoder's
// frame threads do not write to a picture that has been given out: its progress was complete by then.
unsafe impl Sync for RawFrame {}

impl RawFrame {
    /// One with nothing in it. `None` where memory is short.
    #[doc(alias = "av_frame_alloc")]
    pub(super) fn empty() -> Option<Self> {
        // SAFETY: plain allocation, checked for null.
        NonNull::new(unsafe { sys::av_frame_alloc() }).map(Self)
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut sys::AVFrame {
        self.0.as_ptr()
    }

    pub(super) fn get(&self) -> &sys::AVFrame {
        // SAFETY: live as long as this, and only its maker lets FFmpeg write to it.
        unsafe { self.0.as_ref() }
    }

    /// Whether the decoder had to guess at parts of it.
    #[doc(alias = "AV_FRAME_FLAG_CORRUPT")]
    pub(crate) fn is_corrupt(&self) -> bool {
        self.get().flags & sys::AV_FRAME_FLAG_CORRUPT != 0 || self.get().decode_error_flags != 0
    }
}

impl Drop for RawFrame {
    fn drop(&mut self) {
        let mut frame = self.0.as_ptr();
        // SAFETY: this is the only owner; the function gives back its share in the buffers, frees the frame and nulls our copy of the
        // pointer.
        unsafe { sys::av_frame_free(&mut frame) };
    }
}
