use std::ffi::CStr;
use std::ptr;

use ffmpeg_sys_next as sys;

/// How sure of a format FFmpeg is to be.
#[derive(Clone, Copy)]
pub(crate) enum Sure {
    /// As much as it wants to be while there is more to read.
    #[doc(alias = "AVPROBE_SCORE_RETRY")]
    Quite,
    /// The best guess there is, an extension's alone perhaps.
    AtAll,
}

/// Which demuxer FFmpeg would choose for a file of that name that begins with these bytes: its name, or `None` where it is not that
/// sure of any.
#[doc(alias = "av_probe_input_format2")]
pub(crate) fn probe_format(beginning: &[u8], name: &CStr, sure: Sure) -> Option<&'static str> {
    let mut padded = beginning.to_vec();
    // FFmpeg's parsers may read that far beyond the end.
    padded.resize(beginning.len() + sys::AVPROBE_PADDING_SIZE as usize, 0);
    let data = sys::AVProbeData {
        filename: name.as_ptr(),
        buf: padded.as_mut_ptr(),
        buf_size: i32::try_from(beginning.len()).ok()?,
        mime_type: ptr::null(),
    };
    let mut score = match sure {
        Sure::Quite => sys::AVPROBE_SCORE_MAX / 4,
        Sure::AtAll => 0,
    };
    // SAFETY: the name ends with a NUL, the buffer is as long as said and padded with zeros as FFmpeg asks; both live through
    // the call, which keeps nothing. A demuxer is a constant, and so is its name.
    unsafe {
        let format = sys::av_probe_input_format2(&data, 1, &mut score).as_ref()?;
        CStr::from_ptr(format.name).to_str().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Sure, probe_format};

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        for sure in [Sure::Quite, Sure::AtAll] {
            assert_eq!(probe_format(b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n", c"x.m3u8", sure), Some("hls"));
            assert_eq!(probe_format(b"ffconcat version 1.0\nfile a.mp4\n", c"x", sure), Some("concat"));
            assert_eq!(probe_format(b"", c"x", sure), None);
        }
    }
}
