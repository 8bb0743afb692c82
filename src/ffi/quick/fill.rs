//! What a header tells of a stream, written where FFmpeg keeps what its decoder tells.

use std::ffi::c_int;
use std::ptr;

use ffmpeg_sys_next as sys;
use sys::AVColorRange::{AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG};
use sys::AVPixelFormat::{
    AV_PIX_FMT_GBRP, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P,
    AV_PIX_FMT_YUVJ444P,
};

use super::sps::{Chroma, Sps};
use super::vp9::{Depth, Key};
use crate::ffi::names;

/// As FFmpeg's decoder does when it meets the first picture.
pub(super) fn h264(parameters: &mut sys::AVCodecParameters, sps: &Sps) {
    if let Some(full) = sps.full_range {
        parameters.color_range = if full { AVCOL_RANGE_JPEG } else { AVCOL_RANGE_MPEG };
    }
    if let Some([primaries, transfer, matrix]) = sps.colors {
        set(&mut parameters.color_primaries, known(primaries, names::color_primaries));
        set(&mut parameters.color_trc, known(transfer, names::color_transfer));
        set(&mut parameters.color_space, known(matrix, names::color_space));
    }
    let full = parameters.color_range == AVCOL_RANGE_JPEG;
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
    // Without a size FFmpeg opens the decoder before it reads, and only then with this stream's own options; its parser finds the
    // size in the first packet.
    (parameters.width, parameters.height) = (0, 0);
    // Where it does not tell, they lie as in MPEG-2.
    let place = sps.chroma_place.map_or(1, |it| if it <= 5 { it as c_int + 1 } else { 0 });
    set(&mut parameters.chroma_location, place);
    let (num, den) = sps.pixel_aspect.map_or((0, 1), |(num, den)| (num.into(), den.into()));
    parameters.sample_aspect_ratio = sys::AVRational { num, den };
    parameters.video_delay = parameters.video_delay.max(sps.reordered.unwrap_or(0) as c_int);
}

/// The same of VP9.
pub(super) fn vp9(parameters: &mut sys::AVCodecParameters, key: &Key) {
    // FFmpeg's numbers for VP9's: not told, BT.601, BT.709, SMPTE 170M and 240M, BT.2020, and one that is kept free.
    const MATRICES: [c_int; 7] = [2, 5, 1, 6, 7, 9, 3];
    let format = match key.depth {
        Depth::Eight => AV_PIX_FMT_YUV420P,
        Depth::Ten => sys::AV_PIX_FMT_YUV420P10,
        Depth::Twelve => sys::AV_PIX_FMT_YUV420P12,
    };
    parameters.format = format as c_int;
    set(&mut parameters.color_space, MATRICES.get(usize::from(key.matrix)).copied().unwrap_or(2));
    parameters.color_range = if key.full_range { AVCOL_RANGE_JPEG } else { AVCOL_RANGE_MPEG };
}

/// The same of a decoder's header: another takes its place.
pub(super) fn header(parameters: &mut sys::AVCodecParameters, header: &[u8]) {
    let Ok(length) = c_int::try_from(header.len()) else { return };
    // SAFETY: what is allocated is as long as the header, with as many zeros behind it as FFmpeg asks for; the parameters own it
    // from here on, and no longer what they had there, which nobody else refers to.
    unsafe {
        let own = sys::av_mallocz(header.len() + sys::AV_INPUT_BUFFER_PADDING_SIZE as usize).cast::<u8>();
        if own.is_null() {
            return;
        }
        ptr::copy_nonoverlapping(header.as_ptr(), own, header.len());
        sys::av_free(parameters.extradata.cast());
        (parameters.extradata, parameters.extradata_size) = (own, length);
    }
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
