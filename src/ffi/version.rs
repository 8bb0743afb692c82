use std::ffi::CStr;

use ffmpeg_sys_next as sys;

/// The version of the FFmpeg that this process runs with, such as `7.1.5`.
#[must_use]
#[doc(alias = "av_version_info")]
pub fn ffmpeg_version() -> String {
    // SAFETY: av_version_info returns a constant, NUL-terminated string that lives as long as the process.
    let version = unsafe { CStr::from_ptr(sys::av_version_info()) };
    version.to_string_lossy().into_owned()
}

/// What FFmpeg's program writes into a stream about the encoder that made it.
#[doc(alias = "LIBAVCODEC_IDENT")]
pub(crate) fn encoder_name(encoder: &str) -> String {
    // SAFETY: it takes nothing and gives a constant.
    let version = unsafe { sys::avcodec_version() };
    format!("Lavc{}.{}.{} {encoder}", version >> 16, version >> 8 & 0xff, version & 0xff)
}

#[cfg(test)]
mod tests {
    use super::ffmpeg_version;

    #[test]
    fn the_running_ffmpeg_is_the_one_compiled_for() {
        let major = if cfg!(ffmpeg_8) { "8." } else { "7." };
        let version = ffmpeg_version();
        assert!(version.trim_start_matches('n').starts_with(major), "{version}");
    }
}
