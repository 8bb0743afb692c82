//! A decoder of libavcodec's: packets in, frames out, with its own threads between.

use std::ffi::{CString, c_int};

use ffmpeg_sys_next as sys;

use super::codec_context::CodecContext;
use super::device::{HwDevice, Surface};
use super::dictionary::Dictionary;
use super::names::as_number;
use super::parameters::Parameters;
use super::pixel::{Component, PixelFormat};
use super::raw_frame::RawFrame;
use super::{Code, Packet};
use crate::media::Rational;

unsafe extern "C" {
    // With a number for the codec: the FFmpeg at run time may know more than the bindings, and a Rust enum must not hold any other.
    fn avcodec_find_decoder(codec: c_int) -> *const sys::AVCodec;
}

/// Owns one opened `AVCodecContext`: it is used by one thread at a time, for every use takes it mutably.
pub(crate) struct Decoder {
    context: CodecContext,
    /// What a device gives. After the context, which uses it to its end.
    surface: Option<Box<Surface>>,
    /// Whether what a device gives is laid out as the processor has it.
    is_laid_out: bool,
    /// What the processor gives, by the stream's header.
    stated: Option<PixelFormat>,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Taken,
    /// Frames have to be received first.
    Full,
}

/// What came out.
pub(crate) enum Received {
    Frame(RawFrame),
    /// It wants another packet.
    Nothing,
    /// It has been drained.
    End,
}

impl Decoder {
    /// The decoder that FFmpeg has for such a stream, opened with these options.
    ///
    /// # Errors
    /// [`Code::NO_DECODER`] where it has none.
    #[doc(alias = "avcodec_open2")]
    pub(crate) fn open(stream: &Parameters, options: &[(CString, CString)]) -> Result<Self, Code> {
        // SAFETY: the parameters live; the decoder is a constant of FFmpeg's, or null.
        let codec = unsafe { avcodec_find_decoder(stream.codec()).as_ref() }.ok_or(Code::NO_DECODER)?;
        Self::opened(codec, stream, options, |_| Ok(None))
    }

    /// The one that uses that device, for everything: what the device cannot decode, it does not decode either
    /// ([`is_refused`](Self::is_refused)).
    ///
    /// # Errors
    /// [`Code::NO_DECODER`] where FFmpeg has none for such a stream and such a device.
    pub(crate) fn on_device(stream: &Parameters, options: &[(CString, CString)], device: &HwDevice) -> Result<Self, Code> {
        let (codec, format) = device.decoder(stream.codec()).ok_or(Code::NO_DECODER)?;
        Self::opened(codec, stream, options, |context| Surface::install(context, device, format).map(Some))
    }

    fn opened(
        codec: &sys::AVCodec,
        stream: &Parameters,
        options: &[(CString, CString)],
        prepare: impl FnOnce(&CodecContext) -> Result<Option<Box<Surface>>, Code>,
    ) -> Result<Self, Code> {
        let context = CodecContext::of(codec).ok_or(Code::NO_MEMORY)?;
        let surface = prepare(&context)?;
        // What is dropped first, should the rest fail, is what uses the other.
        let context = context;
        let mut options = Dictionary::new(options);
        // SAFETY: the parameters live.
        let stated = PixelFormat::numbered(unsafe { (*stream.as_ptr()).format });
        // SAFETY: the context is live and ours alone, the parameters live, and the dictionary is ours.
        let code = unsafe {
            let code = sys::avcodec_parameters_to_context(context.as_ptr(), stream.as_ptr());
            (*context.as_ptr()).pkt_timebase = stream.time_base;
            // Its frames have the numbers of their packets. What the stream cuts off is cut off to the pixel, as by the `ffmpeg` program,
            // and not only as far as pointers stay aligned.
            (*context.as_ptr()).flags |= (sys::AV_CODEC_FLAG_COPY_OPAQUE | sys::AV_CODEC_FLAG_UNALIGNED) as i32;
            let layout = &mut (*context.as_ptr()).ch_layout;
            if layout.order == sys::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC && layout.nb_channels > 0 {
                // Channels that nobody names are taken for the usual ones, as by the `ffmpeg` program.
                let count = layout.nb_channels;
                sys::av_channel_layout_uninit(layout);
                sys::av_channel_layout_default(layout, count);
            }
            if stream.is_still {
                // There is one picture, and threads hold what they are given until more comes.
                (*context.as_ptr()).thread_count = 1;
            }
            if code < 0 { code } else { sys::avcodec_open2(context.as_ptr(), codec, options.as_mut_ptr()) }
        };
        if code < 0 { Err(Code(code)) } else { Ok(Self { context, surface, is_laid_out: false, stated }) }
    }

    /// The same with pictures in the format that the processor's decoder has, where they are in memory in another one.
    pub(crate) fn laid_out(self) -> Self {
        Self { is_laid_out: true, ..self }
    }

    /// Whether its device would not decode what came: it has failed then, and goes on failing.
    pub(crate) fn is_refused(&self) -> bool {
        self.surface.as_ref().is_some_and(|it| it.is_refused())
    }

    /// Gives it a packet to decode; none begins to drain it.
    ///
    /// # Errors
    /// As FFmpeg gives them; [`Code::INVALID_DATA`] for a packet that cannot be decoded, after which others may be.
    #[doc(alias = "avcodec_send_packet")]
    pub(crate) fn send(&mut self, packet: Option<&Packet>) -> Result<Sent, Code> {
        let packet = packet.map_or(std::ptr::null(), Packet::as_ptr);
        // SAFETY: the context is open and ours alone; the packet is null or live, and FFmpeg takes a share in its data.
        match unsafe { sys::avcodec_send_packet(self.context.as_ptr(), packet) } {
            code if Code(code) == Code::AGAIN => Ok(Sent::Full),
            code if code < 0 => Err(Code(code)),
            _ => Ok(Sent::Taken),
        }
    }

    /// Takes out what it has decoded, waiting for its threads where they have all that they can hold.
    ///
    /// # Errors
    /// As those of [`send`](Self::send), for some packet given before; of a device, also its driver's.
    #[doc(alias = "avcodec_receive_frame")]
    pub(crate) fn receive(&mut self) -> Result<Received, Code> {
        let mut frame = RawFrame::empty().ok_or(Code::NO_MEMORY)?;
        // SAFETY: the context is open and ours alone; the frame is ours, and FFmpeg fills it only where it returns 0.
        match unsafe { sys::avcodec_receive_frame(self.context.as_ptr(), frame.as_mut_ptr()) } {
            code if Code(code) == Code::AGAIN => Ok(Received::Nothing),
            code if Code(code) == Code::END => Ok(Received::End),
            code if code < 0 => Err(Code(code)),
            _ => {
                // SAFETY: both are live and ours alone. FFmpeg leaves it to the caller to say what a frame's times count.
                unsafe { (*frame.as_mut_ptr()).time_base = (*self.context.as_ptr()).pkt_timebase };
                let Some(surface) = &self.surface else { return Ok(Received::Frame(frame)) };
                let own = surface.download(&frame)?;
                Ok(Received::Frame(if self.is_laid_out { own.laid_out(self.own_format())? } else { own }))
            }
        }
    }

    /// What the processor's decoder gives. Decoders that are made for a kind of device alone say what that gives.
    #[doc(alias = "sw_pix_fmt")]
    fn own_format(&self) -> Option<PixelFormat> {
        // SAFETY: the context is live, and its threads do not write this field: it is the user's copy. It is read as a number, for the
        // decoder may be newer than the bindings.
        let own = PixelFormat::numbered(as_number(unsafe { &(*self.context.as_ptr()).sw_pix_fmt }));
        own.filter(|it| it.components().into_iter().all(Component::is_alone)).or(self.stated)
    }

    /// Forgets all that it was given: to begin anew after having been drained.
    #[doc(alias = "avcodec_flush_buffers")]
    pub(crate) fn flush(&mut self) {
        // SAFETY: the context is open and ours alone.
        unsafe { sys::avcodec_flush_buffers(self.context.as_ptr()) }
    }

    /// Frames a second, as the stream itself says.
    pub(crate) fn frame_rate(&self) -> Option<Rational> {
        // SAFETY: the context is live, and its threads do not write this field: it is the user's copy.
        let rate = unsafe { (*self.context.as_ptr()).framerate };
        Rational::new(rate.num, rate.den).filter(|it| it.num() > 0)
    }
}
