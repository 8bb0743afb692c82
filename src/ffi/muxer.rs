use std::ffi::CString;
use std::ptr;

use ffmpeg_sys_next as sys;

use super::option::has_option;

/// A muxer of the linked FFmpeg.
#[derive(Clone, Copy)]
pub(crate) struct MuxerInfo(&'static sys::AVOutputFormat);

impl MuxerInfo {
    /// `None` where the linked FFmpeg was built without it.
    #[doc(alias = "av_guess_format")]
    pub(crate) fn find(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        // SAFETY: the name ends with a NUL, and nothing else is to be guessed from; what is returned is one of FFmpeg's constants, or null.
        unsafe { sys::av_guess_format(name.as_ptr(), ptr::null(), ptr::null()).as_ref().map(Self) }
    }

    /// Whether it knows an option of that name: one of its own, or one that all muxers have.
    #[doc(alias = "av_opt_find")]
    pub(crate) fn has_option(self, key: &str) -> bool {
        let encoding = sys::AV_OPT_FLAG_ENCODING_PARAM;
        // SAFETY: both classes are constants of FFmpeg's, or null, which is checked.
        unsafe { has_option(self.0.priv_class, key, encoding) || has_option(sys::avformat_get_class(), key, encoding) }
    }
}

#[cfg(test)]
mod tests {
    use super::MuxerInfo;

    #[test]
    fn muxers_are_known_by_name_and_know_their_options() {
        assert!(MuxerInfo::find("no-such-muxer").is_none() && MuxerInfo::find("mkv").is_none() && MuxerInfo::find("").is_none());
        let has = |muxer: &str, key: &str| MuxerInfo::find(muxer).unwrap().has_option(key);
        assert!(has("mp4", "movflags") && has("matroska", "cluster_time_limit") && has("mp4", "fflags"));
        assert!(!has("matroska", "movflags") && !has("mp4", "probesize") && !has("null", "x"));
    }
}
