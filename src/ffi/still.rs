use std::ffi::{CString, c_int};
use std::ptr;

use ffmpeg_sys_next as sys;

use super::codec_context::CodecContext;
use super::dictionary::Dictionary;
use super::raw_frame::RawFrame;
use super::{Code, Packet};

/// A picture, coded by that encoder: for one whose packets are whole files, that file.
///
/// # Errors
/// [`Code::NO_ENCODER`] where this FFmpeg has none of that name; else as the encoder gives them, for a picture in a format or of a size
/// that it does not take.
#[doc(alias = "avcodec_send_frame")]
pub(crate) fn encode_still(picture: &RawFrame, encoder: &str, options: &[(CString, CString)]) -> Result<Vec<u8>, Code> {
    // A picture has no length; FFmpeg wants one.
    let context = opened(picture, encoder, options, sys::AVRational { num: 1, den: 25 }, 0)?;
    let (mut packet, own) = (Packet::new().ok_or(Code::NO_MEMORY)?, as_encoder(picture, &context)?);
    // SAFETY: the context is open, and it, the frame and the packet are live and ours alone. A null frame ends the stream, after which the
    // encoder has no choice but to give what it has.
    let code = unsafe {
        let codes = [
            sys::avcodec_send_frame(context.as_ptr(), own.get()),
            sys::avcodec_send_frame(context.as_ptr(), ptr::null()),
            sys::avcodec_receive_packet(context.as_ptr(), packet.as_mut_ptr()),
        ];
        codes.into_iter().find(|it| *it < 0).unwrap_or_default()
    };
    if code < 0 { Err(Code(code)) } else { Ok(packet.data().to_vec()) }
}

/// That encoder, open for pictures as this one, whose times count in that time base.
pub(super) fn opened(
    picture: &RawFrame,
    encoder: &str,
    options: &[(CString, CString)],
    time_base: sys::AVRational,
    flags: c_int,
) -> Result<CodecContext, Code> {
    let name = CString::new(encoder).map_err(|_| Code::INVALID_ARGUMENT)?;
    // SAFETY: the name ends with a NUL; what is returned is one of FFmpeg's constants, or null.
    let codec = unsafe { sys::avcodec_find_encoder_by_name(name.as_ptr()).as_ref() }.ok_or(Code::NO_ENCODER)?;
    let context = CodecContext::of(codec).ok_or(Code::NO_MEMORY)?;
    let (mut options, frame) = (Dictionary::new(options), picture.get());
    // SAFETY: the context is live and ours alone, and not open yet; enumerations go over as the bytes that they are, for the bindings may
    // not know them. The dictionary is ours.
    let code = unsafe {
        let to = context.as_ptr();
        ((*to).width, (*to).height) = (frame.width, frame.height);
        ptr::copy_nonoverlapping((&raw const frame.format).cast(), &raw mut (*to).pix_fmt, 1);
        ptr::copy_nonoverlapping(&raw const frame.colorspace, &raw mut (*to).colorspace, 1);
        ptr::copy_nonoverlapping(&raw const frame.color_range, &raw mut (*to).color_range, 1);
        ptr::copy_nonoverlapping(&raw const frame.color_primaries, &raw mut (*to).color_primaries, 1);
        ptr::copy_nonoverlapping(&raw const frame.color_trc, &raw mut (*to).color_trc, 1);
        ptr::copy_nonoverlapping(&raw const frame.chroma_location, &raw mut (*to).chroma_sample_location, 1);
        (*to).sample_aspect_ratio = frame.sample_aspect_ratio;
        (*to).time_base = time_base;
        (*to).flags |= flags;
        // One picture is one piece of work.
        (*to).thread_count = 1;
        sys::avcodec_open2(to, codec, options.as_mut_ptr())
    };
    if code < 0 { Err(Code(code)) } else { Ok(context) }
}

/// The picture as an encoder wants it: the quality that the encoder was told, it takes from the frame; which kind of picture becomes of it,
/// is its own affair. It begins at zero.
pub(super) fn as_encoder(picture: &RawFrame, context: &CodecContext) -> Result<RawFrame, Code> {
    let mut own = picture.shared()?;
    // SAFETY: the frame is ours alone, and the context live.
    unsafe {
        let frame = own.as_mut_ptr();
        (*frame).quality = (*context.as_ptr()).global_quality;
        (*frame).pict_type = sys::AVPictureType::AV_PICTURE_TYPE_NONE;
        (*frame).pts = 0;
    }
    Ok(own)
}
