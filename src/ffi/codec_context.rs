use std::ptr::NonNull;

use ffmpeg_sys_next as sys;

/// Owns one `AVCodecContext`, of a decoder or an encoder.
pub(super) struct CodecContext(NonNull<sys::AVCodecContext>);

// SAFETY: a context belongs to no thread; its own threads are FFmpeg's affair, and its users use it by one thread of ours at a time.
unsafe impl Send for CodecContext {}

impl CodecContext {
    /// One that is not open yet. `None` where memory is short.
    #[doc(alias = "avcodec_alloc_context3")]
    pub(super) fn of(codec: &sys::AVCodec) -> Option<Self> {
        // SAFETY: plain allocation for that codec, checked for null.
        NonNull::new(unsafe { sys::avcodec_alloc_context3(codec) }).map(Self)
    }

    pub(super) fn as_ptr(&self) -> *mut sys::AVCodecContext {
        self.0.as_ptr()
    }
}

impl Drop for CodecContext {
    fn drop(&mut self) {
        let mut context = self.0.as_ptr();
        // SAFETY: this is the only owner; the function ends the codec's threads, frees it and nulls our copy of the pointer.
        unsafe { sys::avcodec_free_context(&mut context) };
    }
}
