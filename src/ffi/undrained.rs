//! Encoders that must not be drained any more.
//!
//! FFmpeg's encoders on devices' surfaces (`hw_base_encode.c`, 7.1) do not take a picture that has failed off their list. Whoever goes on
//! with one, be it to drain it, has it take that picture up again, and an assertion ends the process (`av_assert0(!pic->prev)`). The
//! engine drains every encoder, also one that has failed; FFmpeg's program does not. What there is in between is the line by which the
//! encoder tells of the failure.

use std::ffi::{CStr, c_char, c_int, c_void};

use ffmpeg_sys_next as sys;

use crate::media::{Role, Tag};

/// What such an encoder says.
const FAILED: [&CStr; 2] = [c"Encode failed: %d.\n", c"Output failed: %d.\n"];

/// Sees to it that the engine does not drain an encoder that says that it has failed: it drains none of subtitles, and what an open encoder
/// is of, nobody else asks. An encoder of somebody else's in this process, which carries no tag of ours, stays what it is.
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
            let context = &mut *context.cast::<sys::AVCodecContext>();
            if is_ours(context) {
                context.codec_type = sys::AVMediaType::AVMEDIA_TYPE_SUBTITLE;
            }
        }
    }
}

/// Whether it is an encoder of a job's.
///
/// # Safety
/// The context is live, and its options are those that it was opened with.
unsafe fn is_ours(context: &sys::AVCodecContext) -> bool {
    // SAFETY: a text that FFmpeg keeps for an option ends with a NUL, and lives as long as the context.
    let text = (!context.dump_separator.is_null()).then(|| unsafe { CStr::from_ptr(context.dump_separator.cast()) });
    text.and_then(|it| Tag::parse(it.to_str().ok()?)).is_some_and(|it| it.role == Role::Encode)
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::super::Encoder;
    use super::super::codec_context::CodecContext;
    use super::*;

    /// What an encoder with that tag is of, once it has said that it has failed.
    fn kind_after(tag: Option<&str>, format: &CStr) -> sys::AVMediaType {
        let encoder = Encoder::find("mpeg4").expect("FFmpeg has it");
        let context = CodecContext::of(encoder.get()).expect("there is memory");
        let tag = tag.map(|it| CString::new(it).expect("no NUL"));
        let name = CString::new(Tag::OPTION).expect("no NUL");
        // SAFETY: the context is live and ours alone, and the texts end with a NUL; the format takes one number at most.
        unsafe {
            if let Some(tag) = &tag {
                assert_eq!(sys::av_opt_set(context.as_ptr().cast(), name.as_ptr(), tag.as_ptr(), 0), 0);
            }
            mark_failed(context.as_ptr().cast(), sys::AV_LOG_ERROR, format.as_ptr());
            (*context.as_ptr()).codec_type
        }
    }

    #[test]
    fn encoders_of_others_stay_what_they_are() {
        let tag = Tag { job: 7, role: Role::Encode, input: Some(0), stream: None }.to_string();
        assert_eq!(kind_after(Some(&tag), FAILED[0]), sys::AVMediaType::AVMEDIA_TYPE_SUBTITLE);
        assert_eq!(kind_after(Some(&tag), c"Encode succeeded: %d.\n"), sys::AVMediaType::AVMEDIA_TYPE_VIDEO);
        let of_another = Tag { job: 7, role: Role::Decode, input: Some(0), stream: None }.to_string();
        for tag in [None, Some("telecine"), Some(", "), Some(of_another.as_str())] {
            assert_eq!(kind_after(tag, FAILED[0]), sys::AVMediaType::AVMEDIA_TYPE_VIDEO, "{tag:?}");
        }
    }
}
