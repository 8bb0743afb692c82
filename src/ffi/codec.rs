use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr;

use ffmpeg_sys_next as sys;

use super::names;
use super::option::has_option;
use super::pixel::PixelFormat;

/// An encoder of the linked FFmpeg.
#[derive(Clone, Copy)]
pub(crate) struct Encoder(&'static sys::AVCodec);

impl Encoder {
    /// `None` where the linked FFmpeg was built without it.
    #[doc(alias = "avcodec_find_encoder_by_name")]
    pub(crate) fn find(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        // SAFETY: `name` ends with a NUL; what is returned is one of FFmpeg's constants, or null.
        unsafe { sys::avcodec_find_encoder_by_name(name.as_ptr()).as_ref().map(Self) }
    }

    /// FFmpeg's name of it.
    pub(crate) fn name(self) -> &'static str {
        // SAFETY: a codec's name is a constant that ends with a NUL.
        unsafe { CStr::from_ptr(self.0.name) }.to_str().unwrap_or_default()
    }

    /// FFmpeg's name of what it makes.
    #[doc(alias = "avcodec_get_name")]
    pub(crate) fn codec(self) -> &'static str {
        // SAFETY: for any codec the function gives a constant that ends with a NUL.
        unsafe { CStr::from_ptr(sys::avcodec_get_name(self.0.id)) }.to_str().unwrap_or_default()
    }

    pub(super) fn get(self) -> &'static sys::AVCodec {
        self.0
    }

    /// Whether it knows an option of that name: one of its own, or one that all encoders of its kind have.
    #[doc(alias = "av_opt_find")]
    pub(crate) fn has_option(self, key: &str) -> bool {
        let kind = match self.0.type_ {
            sys::AVMediaType::AVMEDIA_TYPE_VIDEO => sys::AV_OPT_FLAG_VIDEO_PARAM,
            sys::AVMediaType::AVMEDIA_TYPE_AUDIO => sys::AV_OPT_FLAG_AUDIO_PARAM,
            _ => sys::AV_OPT_FLAG_SUBTITLE_PARAM,
        };
        let encoding = sys::AV_OPT_FLAG_ENCODING_PARAM;
        // SAFETY: both classes are constants of FFmpeg's, or null, which is checked.
        unsafe { has_option(self.0.priv_class, key, encoding) || has_option(sys::avcodec_get_class(), key, encoding | kind) }
    }

    /// Whether it takes that value for an option, as far as can be told before it is opened.
    #[cfg(test)]
    #[doc(alias = "av_opt_set")]
    pub(crate) fn takes(self, key: &str, value: &str) -> bool {
        let (Ok(key), Ok(value)) = (CString::new(key), CString::new(value)) else { return false };
        let Some(context) = super::codec_context::CodecContext::of(self.0) else { return false };
        let (object, flags) = (context.as_ptr().cast(), sys::AV_OPT_SEARCH_CHILDREN);
        // SAFETY: the context is whole and `context` owns it through the call; both texts end with a NUL.
        unsafe { sys::av_opt_set(object, key.as_ptr(), value.as_ptr(), flags) >= 0 }
    }

    /// The pixel formats that it takes; `None` where any will do, or where nobody knows.
    pub(crate) fn pixel_formats(self) -> Option<Vec<PixelFormat>> {
        let formats = self.supported::<sys::AVPixelFormat>(sys::AVCodecConfig::AV_CODEC_CONFIG_PIX_FORMAT)?;
        Some(formats.iter().copied().map(PixelFormat).collect())
    }

    /// The ranges of numbers that it takes, by FFmpeg's names; `None` where any will do, or where nobody knows.
    pub(crate) fn color_ranges(self) -> Option<Vec<&'static str>> {
        let ranges = self.supported::<sys::AVColorRange>(sys::AVCodecConfig::AV_CODEC_CONFIG_COLOR_RANGE)?;
        Some(ranges.iter().filter_map(|it| names::color_range(names::as_number(it))).collect())
    }

    /// `T` has to be what `config` is a list of.
    #[doc(alias = "avcodec_get_supported_config")]
    fn supported<T>(self, config: sys::AVCodecConfig) -> Option<&'static [T]> {
        let mut list: *const c_void = ptr::null();
        let mut count: c_int = 0;
        // SAFETY: no context is needed; both pointers are to locals. The list is the codec's own, as constant as that is, has `count`
        // elements, and its callers above know their type, which FFmpeg documents for each config.
        unsafe {
            if sys::avcodec_get_supported_config(ptr::null(), self.0, config, 0, &mut list, &mut count) < 0 || list.is_null() {
                return None;
            }
            Some(std::slice::from_raw_parts(list.cast(), usize::try_from(count).ok()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoders_are_known_by_name() {
        assert!(Encoder::find("aac").is_some());
        assert!(Encoder::find("no-such-encoder").is_none());
        assert!(Encoder::find("aac\0").is_none());
        // A decoder's name.
        assert!(Encoder::find("h264").is_none());
    }

    #[test]
    fn encoders_know_their_options() {
        let has = |encoder: &str, key: &str| Encoder::find(encoder).unwrap().has_option(key);
        for (encoder, key) in [("aac", "aac_coder"), ("aac", "b"), ("mjpeg", "huffman"), ("mjpeg", "g")] {
            assert!(has(encoder, key), "{encoder} {key}");
        }
        // Another's, the other kind's, a decoder's, none, a value's name, a specifier.
        for (encoder, key) in [
            ("aac", "huffman"),
            ("aac", "bf"),
            ("mjpeg", "skip_frame"),
            ("aac", ""),
            ("aac", "twoloop"),
            ("aac", "b:a"),
            ("aac", "b\0"),
        ] {
            assert!(!has(encoder, key), "{encoder} {key}");
        }
    }

    #[test]
    fn encoders_know_the_values_of_their_options() {
        let takes = |key: &str, value: &str| Encoder::find("aac").unwrap().takes(key, value);
        for (key, value) in [("aac_coder", "fast"), ("b", "64000"), ("flags", "+qscale")] {
            assert!(takes(key, value), "{key} {value}");
        }
        for (key, value) in [("aac_coder", "slow"), ("b", "much"), ("flags", "+no_such"), ("no_such", "1"), ("b", "1\0")] {
            assert!(!takes(key, value), "{key} {value}");
        }
    }

    #[test]
    fn encoders_say_what_they_take() {
        let (aac, mjpeg) = (Encoder::find("aac").unwrap(), Encoder::find("mjpeg").unwrap());
        assert_eq!(aac.pixel_formats().map(|it| it.len()), None);
        assert!(mjpeg.pixel_formats().unwrap().iter().any(|it| it.name() == "yuvj420p"));
        assert_eq!(Encoder::find("rawvideo").unwrap().pixel_formats().map(|it| it.len()), None);
    }
}
