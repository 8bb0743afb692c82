//! The limit: a loop on libavformat and libavcodec alone, as an example in C has it. It reads a packet, sends it, receives what there
//! is, with as many frame threads as FFmpeg chooses; packet and frame are reused, and other streams are not read.

#![allow(unsafe_code)] // It is what the library's own `unsafe` is measured against, with nothing between.

use std::ffi::CString;
use std::path::Path;
use std::ptr;

use ffmpeg_sys_next as sys;

/// A decoded picture, until the next one is received.
pub(crate) struct Picture<'a>(pub(crate) &'a sys::AVFrame);

impl Picture<'_> {
    /// What is seen of it: all rows of all planes, without what lies between them.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let frame = self.0;
        // SAFETY: the decoder only makes formats that libavutil knows, by these numbers.
        let (format, shape) = unsafe {
            let format = std::mem::transmute::<i32, sys::AVPixelFormat>(frame.format);
            (format, &*sys::av_pix_fmt_desc_get(format))
        };
        // SAFETY: a format, and a width, of the decoder's.
        let planes = unsafe { sys::av_pix_fmt_count_planes(format) }.max(0) as usize;
        (0..planes).flat_map(move |plane| {
            // SAFETY: as above.
            let row = unsafe { sys::av_image_get_linesize(format, frame.width, plane as i32) } as usize;
            let lower = if matches!(plane, 1 | 2) { shape.log2_chroma_h } else { 0 };
            let rows = (frame.height + (1 << lower) - 1) >> lower;
            (0..rows as isize).map(move |at| {
                let start = frame.data[plane].wrapping_offset(at * frame.linesize[plane] as isize);
                // SAFETY: the decoder filled so many bytes of so many rows, and writes to none before the frame is let go, which the
                // borrow does not allow.
                unsafe { std::slice::from_raw_parts(start, row) }
            })
        })
    }
}

/// Decodes the first video stream to its end.
pub(crate) fn decode(clip: &Path, mut each: impl FnMut(&Picture<'_>)) -> Result<(), String> {
    let path = CString::new(clip.as_os_str().as_encoded_bytes()).map_err(|why| why.to_string())?;
    // SAFETY: every pointer is made here, checked, and freed at the end, after its last use. Where something fails, the process ends
    // with the bench, and what it leaves behind with it.
    unsafe {
        let mut input = ptr::null_mut();
        check("open", sys::avformat_open_input(&mut input, path.as_ptr(), ptr::null(), ptr::null_mut()))?;
        check("probe", sys::avformat_find_stream_info(input, ptr::null_mut()))?;
        let kind = sys::AVMediaType::AVMEDIA_TYPE_VIDEO;
        let stream = check("find a stream", sys::av_find_best_stream(input, kind, -1, -1, ptr::null_mut(), 0))?;
        for other in 0..(*input).nb_streams as usize {
            if other != stream as usize {
                (**(*input).streams.add(other)).discard = sys::AVDiscard::AVDISCARD_ALL;
            }
        }
        let parameters = (**(*input).streams.add(stream as usize)).codecpar;
        let codec = sys::avcodec_find_decoder((*parameters).codec_id);
        let mut decoder = sys::avcodec_alloc_context3(codec);
        check("set up", sys::avcodec_parameters_to_context(decoder, parameters))?;
        (*decoder).thread_count = 0;
        check("open the decoder", sys::avcodec_open2(decoder, codec, ptr::null_mut()))?;
        let (mut packet, mut frame) = (sys::av_packet_alloc(), sys::av_frame_alloc());
        if packet.is_null() || frame.is_null() {
            return Err("memory is short".to_owned());
        }
        loop {
            let is_end = sys::av_read_frame(input, packet) < 0;
            if !is_end && (*packet).stream_index != stream {
                sys::av_packet_unref(packet);
                continue;
            }
            check("send", sys::avcodec_send_packet(decoder, if is_end { ptr::null() } else { packet }))?;
            sys::av_packet_unref(packet);
            while sys::avcodec_receive_frame(decoder, frame) >= 0 {
                each(&Picture(&*frame));
            }
            if is_end {
                break;
            }
        }
        sys::av_frame_free(&mut frame);
        sys::av_packet_free(&mut packet);
        sys::avcodec_free_context(&mut decoder);
        sys::avformat_close_input(&mut input);
    }
    Ok(())
}

fn check(what: &str, code: i32) -> Result<i32, String> {
    if code < 0 { Err(format!("cannot {what}: {code}")) } else { Ok(code) }
}
