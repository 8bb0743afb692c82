//! Encoders that must not be drained any more.
//!
//! FFmpeg's encoders on devices' surfaces (`hw_base_encode.c`, 7.1) do not take a picture that has failed off their list. Whoever goes on
//! with one, be it to drain it, has it take that picture up again, and an assertion ends the process (`av_assert0(!pic->prev)`). The
//! engine drains every encoder, also one that has failed; FFmpeg's program does not. What there is in between is the line by which the
//! encoder tells of the failure.

use std::ffi::{CStr, c_char, c_int, c_void};

use ffmpeg_sys_next as sys;

/// What such an encoder says.
const FAILED: [&CStr; 2] = [c"Encode failed: %d.\n", c"Output failed: %d.\n"];

/// Sees to it that the engine does not drain an encoder that says that it has failed: it drains none of subtitles, and what an open encoder
/// is of, nobody else asks.
///
/// # Safety
/// FFmpeg's promise to its log callback: the context is null, or a live object that begins with a pointer to its class, and the format
/// ends with a NUL.
pub(super) unsafe fn mark_failed(context: *mut c_void, level: c_int, format: *const c_char) {
    if level != sys::AV_LOG_ERROR || context.is_null() || format.is_null() {
        return;
    }
    // SAFETY: as promised; what begins with the class of codec contexts is one. An encoder speaks so on the thread that uses it, which
    // waits for this, so nobody else is at the context.
    unsafe {
        let is_codecs = *context.cast::<*const sys::AVClass>() == sys::avcodec_get_class();
        if is_codecs && FAILED.contains(&CStr::from_ptr(format)) {
            let context = context.cast::<sys::AVCodecContext>();
            if (*context).codec.as_ref().is_some_and(|it| sys::av_codec_is_encoder(it) != 0) {
                (*context).codec_type = sys::AVMediaType::AVMEDIA_TYPE_SUBTITLE;
            }
        }
    }
}
