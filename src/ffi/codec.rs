use std::ffi::CStr;

use ffmpeg_sys_next as sys;

/// Whether the linked FFmpeg has an encoder of that name.
pub(crate) fn has_encoder(name: &CStr) -> bool {
    // SAFETY: `name` ends with a NUL; the function only reads FFmpeg's constant table of codecs.
    unsafe { !sys::avcodec_find_encoder_by_name(name.as_ptr()).is_null() }
}

#[cfg(test)]
mod tests {
    use super::has_encoder;

    #[test]
    fn encoders_are_known_by_name() {
        assert!(has_encoder(c"aac"));
        assert!(!has_encoder(c"no-such-encoder"));
    }
}
