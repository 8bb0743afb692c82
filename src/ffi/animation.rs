//! Pictures that follow each other, as one file in memory.

use std::ffi::{CString, c_int};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;

use super::codec_context::CodecContext;
use super::dictionary::Dictionary;
use super::names::as_number;
use super::raw_frame::RawFrame;
use super::still::{as_encoder, opened};
use super::{Code, Packet};
use crate::media::Rational;

/// Owns an encoder and a muxer that writes what it makes.
pub(crate) struct Animation {
    encoder: CodecContext,
    muxer: Muxer,
    packet: Packet,
    length: i64,
    /// When the last picture was shown.
    last: Option<i64>,
}

/// By what it is made.
pub(crate) struct Making<'a> {
    pub(crate) encoder: &'a str,
    pub(crate) options: &'a [(CString, CString)],
    pub(crate) muxer: &'a str,
    pub(crate) muxer_options: &'a [(CString, CString)],
    /// What the times of pictures count.
    pub(crate) time_base: Rational,
    /// How long each picture is shown, in that: filters that work with several streams do not tell it.
    pub(crate) length: i64,
}

impl Animation {
    /// For pictures as the first one, which is not added.
    ///
    /// # Errors
    /// [`Code::NO_ENCODER`] where this FFmpeg has none of that name, [`Code::INVALID_ARGUMENT`] where it has no such muxer; else as encoder
    /// and muxer give them.
    #[doc(alias = "avformat_write_header")]
    pub(crate) fn new(first: &RawFrame, making: &Making<'_>) -> Result<Self, Code> {
        let time_base = sys::AVRational { num: making.time_base.num(), den: making.time_base.den() };
        let muxer = Muxer::new(making.muxer)?;
        // SAFETY: the muxer is live, and has its format, which is one of FFmpeg's constants.
        let wants_header = unsafe { (*(*muxer.as_ptr()).oformat).flags & sys::AVFMT_GLOBALHEADER != 0 };
        let flags = if wants_header { sys::AV_CODEC_FLAG_GLOBAL_HEADER as c_int } else { 0 };
        let encoder = opened(first, making.encoder, making.options, time_base, flags)?;
        let mut options = Dictionary::new(making.muxer_options);
        // SAFETY: muxer and encoder are live and ours alone, the encoder is open and the muxer has no stream yet. The stream is the muxer's.
        // Where memory is opened to be written to, it is the muxer's as well: see its `Drop`.
        let code = unsafe {
            let context = muxer.as_ptr();
            let stream = sys::avformat_new_stream(context, ptr::null()).as_mut().ok_or(Code::NO_MEMORY)?;
            stream.time_base = time_base;
            let copied = sys::avcodec_parameters_from_context(stream.codecpar, encoder.as_ptr());
            let opened = if copied < 0 { copied } else { sys::avio_open_dyn_buf(&mut (*context).pb) };
            if opened < 0 { opened } else { sys::avformat_write_header(context, options.as_mut_ptr()) }
        };
        if code < 0 {
            return Err(Code(code));
        }
        Ok(Self { encoder, muxer, packet: Packet::new().ok_or(Code::NO_MEMORY)?, length: making.length, last: None })
    }

    /// The next picture, which is as the first one. One that is no later than the one before is left out.
    ///
    /// # Errors
    /// As encoder and muxer give them; [`Code::INVALID_ARGUMENT`] for a picture of another shape than the first.
    pub(crate) fn add(&mut self, picture: &RawFrame) -> Result<(), Code> {
        // SAFETY: the context is live and ours alone.
        let encoder = unsafe { &*self.encoder.as_ptr() };
        let (raw, pts) = (picture.get(), picture.pts().count());
        // FFmpeg does not look, and would read beyond the planes of another format.
        if (raw.format, raw.width, raw.height) != (as_number(&encoder.pix_fmt), encoder.width, encoder.height) {
            return Err(Code::INVALID_ARGUMENT);
        }
        // Where a film changes its shape, filters may give the same moment once before and once behind.
        if self.last.is_some_and(|last| pts <= last) {
            return Ok(());
        }
        self.last = Some(pts);
        let mut own = as_encoder(picture, &self.encoder)?;
        // SAFETY: the frame is ours alone.
        unsafe {
            let frame = own.as_mut_ptr();
            ((*frame).pts, (*frame).duration) = (pts, self.length);
        }
        self.send(own.get())
    }

    /// The file.
    ///
    /// # Errors
    /// As encoder and muxer give them.
    #[doc(alias = "av_write_trailer")]
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Code> {
        self.send(ptr::null())?;
        // SAFETY: the header was written, and the trailer is written once.
        let code = unsafe { sys::av_write_trailer(self.muxer.as_ptr()) };
        if code < 0 { Err(Code(code)) } else { Ok(self.muxer.written()) }
    }

    /// What may be null, for the end.
    fn send(&mut self, frame: *const sys::AVFrame) -> Result<(), Code> {
        // SAFETY: the encoder is open and ours alone; the frame is live and has data, or null.
        let code = unsafe { sys::avcodec_send_frame(self.encoder.as_ptr(), frame) };
        if code < 0 {
            return Err(Code(code));
        }
        loop {
            // SAFETY: all are live and ours alone. There is one stream, and what is given to the muxer it leaves empty.
            let code = unsafe {
                let (encoder, muxer, packet) = (self.encoder.as_ptr(), self.muxer.as_ptr(), self.packet.as_mut_ptr());
                match sys::avcodec_receive_packet(encoder, packet) {
                    code if code < 0 => code,
                    _ => {
                        let stream = *(*muxer).streams;
                        if (*packet).duration <= 0 {
                            (*packet).duration = self.length;
                        }
                        sys::av_packet_rescale_ts(packet, (*encoder).time_base, (*stream).time_base);
                        (*packet).stream_index = 0;
                        sys::av_interleaved_write_frame(muxer, packet)
                    }
                }
            };
            match Code(code) {
                Code::AGAIN | Code::END => return Ok(()),
                code if code.0 < 0 => return Err(code),
                _ => {}
            }
        }
    }
}

/// Owns an `AVFormatContext` that writes to memory, which it owns, too.
struct Muxer(NonNull<sys::AVFormatContext>);

// SAFETY: a context belongs to no thread, and every use takes it mutably or before anybody else has it.
unsafe impl Send for Muxer {}

impl Muxer {
    #[doc(alias = "avformat_alloc_output_context2")]
    fn new(name: &str) -> Result<Self, Code> {
        let name = CString::new(name).map_err(|_| Code::INVALID_ARGUMENT)?;
        let mut context = ptr::null_mut();
        // SAFETY: the name ends with a NUL, and nothing else is to be guessed from; the function allocates the context, or leaves it null.
        let code = unsafe { sys::avformat_alloc_output_context2(&mut context, ptr::null(), name.as_ptr(), ptr::null()) };
        NonNull::new(context).map(Self).ok_or(Code(code))
    }

    fn as_ptr(&self) -> *mut sys::AVFormatContext {
        self.0.as_ptr()
    }

    /// What was written.
    #[doc(alias = "avio_get_dyn_buf")]
    fn written(&mut self) -> Vec<u8> {
        let mut bytes = ptr::null_mut();
        // SAFETY: the context is live and ours alone; what it writes to is memory that was opened for it, or null. Of that the function gives
        // so many bytes, which stay as they are until it is closed.
        unsafe {
            let memory = (*self.as_ptr()).pb;
            let length = if memory.is_null() { 0 } else { sys::avio_get_dyn_buf(memory, &mut bytes) };
            let length = usize::try_from(length).unwrap_or_default();
            if bytes.is_null() { Vec::new() } else { std::slice::from_raw_parts(bytes, length).to_vec() }
        }
    }
}

impl Drop for Muxer {
    #[doc(alias = "avio_close_dyn_buf")]
    fn drop(&mut self) {
        // SAFETY: this is the only owner. What the context writes to is memory that was opened for it, or null, and not its own to free: it is
        // closed, which gives its bytes to us to free.
        unsafe {
            let memory = std::mem::replace(&mut (*self.as_ptr()).pb, ptr::null_mut());
            if !memory.is_null() {
                let mut bytes = ptr::null_mut();
                sys::avio_close_dyn_buf(memory, &mut bytes);
                sys::av_free(bytes.cast());
            }
            sys::avformat_free_context(self.as_ptr());
        }
    }
}
