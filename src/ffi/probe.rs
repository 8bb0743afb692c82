use std::ffi::CStr;
use std::ptr;

use ffmpeg_sys_next as sys;

/// Which demuxer FFmpeg would choose for a file of that name that begins with these bytes: its name, or `None` where it would
/// want to see more. A guess by the extension alone counts only where the bytes say nothing against it.
#[doc(alias = "av_probe_input_format")]
pub(crate) fn probe_format(beginning: &[u8], name: &CStr) -> Option<&'static str> {
    let mut padded = beginning.to_vec();
    // FFmpeg's parsers may read that far beyond the end.
    padded.resize(beginning.len() + sys::AVPROBE_PADDING_SIZE as usize, 0);
    let data = sys::AVProbeData {
        filename: name.as_ptr(),
        buf: padded.as_mut_ptr(),
        buf_size: i32::try_from(beginning.len()).ok()?,
        mime_type: ptr::null(),
    };
    // SAFETY: the name ends with a NUL, the buffer is as long as said and padded with zeros as FFmpeg asks; both live through
    // the call, which keeps nothing. A demuxer is a constant, and so is its name.
    unsafe {
        let format = sys::av_probe_input_format(&data, 1).as_ref()?;
        CStr::from_ptr(format.name).to_str().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::probe_format;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        assert_eq!(probe_format(b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n", c"x.m3u8"), Some("hls"));
        assert_eq!(probe_format(b"ffconcat version 1.0\nfile a.mp4\n", c"x"), Some("concat"));
        assert_eq!(probe_format(b"", c"x"), None);
    }
}
