use std::ptr::NonNull;

use ffmpeg_sys_next as sys;

use super::codec_context::CodecContext;
use super::{Code, Input};

/// Owns one `AVCodecParameters`: what a decoder has to know of a stream, as it was when it was asked for.
pub(crate) struct Parameters {
    own: NonNull<sys::AVCodecParameters>,
    pub(super) time_base: sys::AVRational,
    /// Whether the stream is a single picture.
    pub(super) is_still: bool,
}

// SAFETY: they belong to no thread, and are changed by none.
unsafe impl Send for Parameters {}

impl Parameters {
    /// # Errors
    /// [`Code::INVALID_ARGUMENT`] where there is no such stream, [`Code::NO_MEMORY`].
    #[doc(alias = "avcodec_parameters_copy")]
    pub(crate) fn of(input: &Input, stream: usize) -> Result<Self, Code> {
        let stream = input.raw_streams().nth(stream).ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: plain allocation, checked for null.
        let own = NonNull::new(unsafe { sys::avcodec_parameters_alloc() }).ok_or(Code::NO_MEMORY)?;
        let is_still = stream.disposition & sys::AV_DISPOSITION_ATTACHED_PIC != 0;
        let parameters = Self { own, time_base: stream.time_base, is_still };
        // SAFETY: ours are ours alone, and every stream has its own, which live as long as the input.
        let code = unsafe { sys::avcodec_parameters_copy(own.as_ptr(), stream.codecpar) };
        if code < 0 { Err(Code(code)) } else { Ok(parameters) }
    }

    /// Those of what an open encoder makes.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`].
    #[doc(alias = "avcodec_parameters_from_context")]
    pub(super) fn of_encoder(encoder: &CodecContext) -> Result<Self, Code> {
        // SAFETY: plain allocation, checked for null.
        let own = NonNull::new(unsafe { sys::avcodec_parameters_alloc() }).ok_or(Code::NO_MEMORY)?;
        // SAFETY: the context is open, and used by nobody else meanwhile.
        let time_base = unsafe { (*encoder.as_ptr()).time_base };
        let parameters = Self { own, time_base, is_still: false };
        // SAFETY: ours are ours alone, and the context as above.
        let code = unsafe { sys::avcodec_parameters_from_context(own.as_ptr(), encoder.as_ptr()) };
        if code < 0 { Err(Code(code)) } else { Ok(parameters) }
    }

    pub(super) fn codec(&self) -> sys::AVCodecID {
        // SAFETY: live as long as this, and changed by nobody.
        unsafe { self.own.as_ref() }.codec_id
    }

    pub(super) fn as_ptr(&self) -> *const sys::AVCodecParameters {
        self.own.as_ptr()
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        let mut own = self.own.as_ptr();
        // SAFETY: this is the only owner; the function nulls our copy of the pointer.
        unsafe { sys::avcodec_parameters_free(&mut own) };
    }
}
