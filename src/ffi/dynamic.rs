//! What HDR films say of each picture, as the bytes that the standards have for it.

use std::ffi::{c_int, c_void};
use std::ptr;

use ffmpeg_sys_next as sys;
use sys::AVFrameSideDataType::{AV_FRAME_DATA_DOVI_RPU_BUFFER, AV_FRAME_DATA_DYNAMIC_HDR_PLUS};

unsafe extern "C" {
    /// Writes the struct of that kind of side data as a message that begins with its application's version. The bindings have neither.
    fn av_dynamic_hdr_plus_to_t35(metadata: *const c_void, data: *mut *mut u8, size: *mut usize) -> c_int;
}

/// What stands before it in ITU-T T.35: the country (the United States), the provider (Samsung), what that provider's message is for
/// (SMPTE ST 2094), and which part of it (40).
const HDR10_PLUS: [u8; 6] = [0xb5, 0x00, 0x3c, 0x00, 0x01, 0x04];

pub(super) fn hdr10_plus(frame: &sys::AVFrame) -> Option<Vec<u8>> {
    let (data, _) = side_data(frame, AV_FRAME_DATA_DYNAMIC_HDR_PLUS)?;
    let mut size = 0;
    // SAFETY: FFmpeg has put such a struct there; without a place for the message, the function says how long it is.
    if unsafe { av_dynamic_hdr_plus_to_t35(data.cast(), ptr::null_mut(), &mut size) } < 0 {
        return None;
    }
    let mut message = [&HDR10_PLUS[..], &vec![0; size]].concat();
    let mut place = message[HDR10_PLUS.len()..].as_mut_ptr();
    // SAFETY: as above; the message has as much room as the function has said, and is told again.
    (unsafe { av_dynamic_hdr_plus_to_t35(data.cast(), &mut place, &mut size) } >= 0).then_some(message)
}

pub(super) fn dolby_vision(frame: &sys::AVFrame) -> Option<&[u8]> {
    let (data, size) = side_data(frame, AV_FRAME_DATA_DOVI_RPU_BUFFER)?;
    // SAFETY: the entry has as many bytes as it says, for as long as the frame lives, and nobody writes them.
    Some(unsafe { std::slice::from_raw_parts(data, size) })
}

/// Where the side data of that kind lies, and how long it is.
fn side_data(frame: &sys::AVFrame, kind: sys::AVFrameSideDataType) -> Option<(*const u8, usize)> {
    // SAFETY: the frame is live, and so are its entries.
    let entry = unsafe { sys::av_frame_get_side_data(frame, kind).as_ref() }?;
    (!entry.data.is_null()).then_some((entry.data.cast_const(), entry.size))
}
