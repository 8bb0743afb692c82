//! What of a stream a decoder need not be asked, so that probing takes no longer than it must.
//!
//! FFmpeg decodes pictures until it knows a stream's pixel format and how many frames are put in order: seven of them, for most H.264
//! in MP4. Where the header has the answers, they are given beforehand, and the decoder is told to skip what it gets; where it
//! has not, the decoder is told to leave out what makes a picture look right and nothing else.

use std::ffi::{CStr, c_int};
use std::ptr;

use ffmpeg_sys_next as sys;
use sys::AVCodecID::AV_CODEC_ID_H264;
use sys::AVMediaType::AVMEDIA_TYPE_VIDEO;
use sys::AVPixelFormat::{
    AV_PIX_FMT_GBRP, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P,
    AV_PIX_FMT_YUVJ444P,
};

use super::dictionary::Dictionary;
use super::sps::{self, Chroma, Sps};

/// Tells a stream what its header has of it, where that is all that there is to know; gives the options for its decoder.
///
/// # Safety
/// `stream` is a live stream of an input that is open, and nobody else uses it during the call.
pub(super) unsafe fn prepare(stream: *mut sys::AVStream, in_mp4: bool) -> Dictionary {
    const SKIP: [(&CStr, &CStr); 1] = [(c"skip_frame", c"all")];
    const HURRY: [(&CStr, &CStr); 2] = [(c"skip_loop_filter", c"all"), (c"skip_idct", c"all")];
    // SAFETY: the caller's promise; every stream has parameters, its own.
    let parameters = unsafe { &mut *(*stream).codecpar };
    if parameters.codec_type != AVMEDIA_TYPE_VIDEO {
        return Dictionary::of(&[]);
    }
    let told = if in_mp4 { h264(parameters) } else { None };
    match told {
        Some(sps) if fill(parameters, &sps) => Dictionary::of(&SKIP),
        _ => Dictionary::of(&HURRY),
    }
}

fn h264(parameters: &sys::AVCodecParameters) -> Option<Sps> {
    // Under another name, the header may stand in the media as well, and say something else there.
    let plain = parameters.codec_id == AV_CODEC_ID_H264 && parameters.codec_tag == u32::from_le_bytes(*b"avc1");
    let length = usize::try_from(parameters.extradata_size).ok().filter(|_| plain && !parameters.extradata.is_null())?;
    // SAFETY: the parameters own that many bytes there, and nobody changes them meanwhile.
    let header = unsafe { std::slice::from_raw_parts(parameters.extradata, length) };
    sps::in_header(header)
}

/// As FFmpeg's decoder does when it meets the first picture. False, and nothing changed, where it would do more than that.
fn fill(parameters: &mut sys::AVCodecParameters, sps: &Sps) -> bool {
    let size = (u32::try_from(parameters.width), u32::try_from(parameters.height));
    // Of two sizes the decoder chooses, by rules of its own.
    if size != (Ok(sps.size.0), Ok(sps.size.1)) {
        return false;
    }
    if let Some(full) = sps.full_range {
        use sys::AVColorRange::{AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG};
        parameters.color_range = if full { AVCOL_RANGE_JPEG } else { AVCOL_RANGE_MPEG };
    }
    if let Some([primaries, transfer, matrix]) = sps.colors {
        set(&mut parameters.color_primaries, known(primaries, super::names::color_primaries));
        set(&mut parameters.color_trc, known(transfer, super::names::color_transfer));
        set(&mut parameters.color_space, known(matrix, super::names::color_space));
    }
    let full = parameters.color_range == sys::AVColorRange::AVCOL_RANGE_JPEG;
    let format = match sps.chroma {
        Chroma::Full if parameters.color_space == sys::AVColorSpace::AVCOL_SPC_RGB => AV_PIX_FMT_GBRP,
        Chroma::Full if full => AV_PIX_FMT_YUVJ444P,
        Chroma::Full => AV_PIX_FMT_YUV444P,
        Chroma::HalfWidth if full => AV_PIX_FMT_YUVJ422P,
        Chroma::HalfWidth => AV_PIX_FMT_YUV422P,
        Chroma::Half if full => AV_PIX_FMT_YUVJ420P,
        Chroma::Half => AV_PIX_FMT_YUV420P,
    };
    parameters.format = format as c_int;
    // Where it does not tell, they lie as in MPEG-2.
    let place = sps.chroma_place.map_or(1, |it| if it <= 5 { it as c_int + 1 } else { 0 });
    set(&mut parameters.chroma_location, place);
    let (num, den) = sps.pixel_aspect.map_or((0, 1), |(num, den)| (num.into(), den.into()));
    parameters.sample_aspect_ratio = sys::AVRational { num, den };
    parameters.video_delay = parameters.video_delay.max(sps.reordered as c_int);
    true
}

/// The number, or FFmpeg's for "not told" where it has no name for it.
fn known(number: u8, name: fn(c_int) -> Option<&'static str>) -> c_int {
    const NOT_TOLD: c_int = 2;
    if name(number.into()).is_some() { number.into() } else { NOT_TOLD }
}

/// Writes a number into a field that is an enum in the bindings: one that FFmpeg knows, so that it may be one that these know, too.
fn set<E>(field: &mut E, number: c_int) {
    const { assert!(size_of::<E>() == size_of::<c_int>() && align_of::<E>() == align_of::<c_int>()) };
    // SAFETY: the field is live, of an int's size and ours alone. The number is one that the linked FFmpeg, which the bindings were
    // made for, has a name for.
    unsafe { ptr::from_mut(field).cast::<c_int>().write(number) }
}
