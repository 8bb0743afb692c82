//! FFmpeg's own names of its constants. They go through as plain numbers: what a file makes FFmpeg put into such a field need not be
//! one that this build's bindings know, and a Rust enum must not hold any other.

use std::ffi::{CStr, c_char, c_int};

use ffmpeg_sys_next as sys;

/// One of FFmpeg's tables: by number, null where it has none.
type Table = unsafe extern "C" fn(c_int) -> *const c_char;

unsafe extern "C" {
    fn av_color_range_name(range: c_int) -> *const c_char;
    fn av_color_space_name(space: c_int) -> *const c_char;
    fn av_color_transfer_name(transfer: c_int) -> *const c_char;
    fn av_color_primaries_name(primaries: c_int) -> *const c_char;
    fn av_chroma_location_name(location: c_int) -> *const c_char;
    fn av_get_pix_fmt_name(format: c_int) -> *const c_char;
    fn av_get_sample_fmt_name(format: c_int) -> *const c_char;
}

pub(super) fn color_range(number: c_int) -> Option<&'static str> {
    named(av_color_range_name, number)
}

pub(super) fn color_space(number: c_int) -> Option<&'static str> {
    named(av_color_space_name, number)
}

pub(super) fn color_transfer(number: c_int) -> Option<&'static str> {
    named(av_color_transfer_name, number)
}

pub(super) fn color_primaries(number: c_int) -> Option<&'static str> {
    named(av_color_primaries_name, number)
}

pub(super) fn chroma_location(number: c_int) -> Option<&'static str> {
    named(av_chroma_location_name, number)
}

#[doc(alias = "av_get_pix_fmt_name")]
pub(super) fn pixel_format(number: c_int) -> Option<&'static str> {
    constant(av_get_pix_fmt_name, number)
}

#[doc(alias = "av_get_sample_fmt_name")]
pub(super) fn sample_format(number: c_int) -> Option<&'static str> {
    constant(av_get_sample_fmt_name, number)
}

/// A codec's profile; its number where it has no name, `None` where it is not known.
#[doc(alias = "avcodec_profile_name")]
pub(super) fn profile(codec: sys::AVCodecID, profile: c_int) -> Option<String> {
    // SAFETY: the function looks in constant tables, for any number; a name is a constant string.
    let name = unsafe { sys::avcodec_profile_name(codec, profile).as_ref().map(|name| CStr::from_ptr(name)) };
    match name {
        Some(name) => Some(name.to_string_lossy().into_owned()),
        None => (profile != sys::AV_PROFILE_UNKNOWN).then(|| profile.to_string()),
    }
}

/// Four letters, or numbers in brackets for what is none; `None` where there is no tag.
#[doc(alias = "av_fourcc2str")]
pub(super) fn four_letters(tag: u32) -> Option<String> {
    let letter = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b' ' | b'_' => char::from(byte).to_string(),
        _ => format!("[{byte}]"),
    };
    (tag != 0).then(|| tag.to_le_bytes().map(letter).concat())
}

/// A field that is an enum in the bindings, as the number that C has there.
pub(super) fn as_number<E>(field: &E) -> c_int {
    const { assert!(size_of::<E>() == size_of::<c_int>() && align_of::<E>() == align_of::<c_int>()) };
    // SAFETY: the field is live and of an int's size, checked above; any bits are an int.
    unsafe { std::ptr::from_ref(field).cast::<c_int>().read() }
}

/// What FFmpeg calls `unknown`, or reserves, says no more than nothing.
fn named(table: Table, number: c_int) -> Option<&'static str> {
    constant(table, number).filter(|it| !matches!(*it, "unknown" | "unspecified" | "reserved"))
}

fn constant(table: Table, number: c_int) -> Option<&'static str> {
    // SAFETY: each of these functions takes any number and gives null or a constant string.
    unsafe { table(number).as_ref().and_then(|name| CStr::from_ptr(name).to_str().ok()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_names_and_any_number_may_come() {
        assert_eq!((color_transfer(16), color_transfer(2)), (Some("smpte2084"), None));
        assert_eq!(pixel_format(0), Some("yuv420p"));
        for number in [-1, 77_777, c_int::MAX, c_int::MIN] {
            assert_eq!((pixel_format(number), sample_format(number), color_space(number)), (None, None, None), "{number}");
        }
    }

    #[test]
    fn tags_read_as_with_ffprobe() {
        assert_eq!(four_letters(u32::from_le_bytes(*b"avc1")).as_deref(), Some("avc1"));
        assert_eq!(four_letters(0x1b).as_deref(), Some("[27][0][0][0]"));
        assert_eq!(four_letters(0), None);
    }
}
