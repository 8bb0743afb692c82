//! An encoder of libavcodec's for pictures that are in memory at first: pictures in, packets out, with its own threads, or its device, between.

use std::ffi::{CString, c_int};
use std::ptr;

use ffmpeg_sys_next as sys;

use super::codec_context::CodecContext;
use super::decoder::Sent;
use super::dictionary::Dictionary;
use super::parameters::Parameters;
use super::pixel::PixelFormat;
use super::raw_frame::RawFrame;
use super::{Code, Encoder, HwDevice, Packet, Upload};

/// Owns one opened `AVCodecContext`: it is used by one thread at a time, for every use takes it mutably.
pub(crate) struct PictureEncoder {
    context: CodecContext,
    pictures: Pictures,
    /// Where they are brought before.
    upload: Option<Upload>,
}

/// What an encoder is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pictures {
    pub(crate) format: PixelFormat,
    pub(crate) size: (u32, u32),
    /// So many in so many seconds; their times count pictures.
    pub(crate) rate: (u32, u32),
}

/// What came out.
pub(crate) enum Coded {
    Packet(Packet),
    /// It wants another picture.
    Nothing,
    /// It has been drained.
    End,
}

impl PictureEncoder {
    /// Opened with these options, its headers apart from its packets, as MP4 and Matroska have them. One that takes pictures from the memory
    /// of a device alone is told of that: there has to be memory for so many of them, and for so many of its own. Blocks for as long as a
    /// driver takes.
    ///
    /// # Errors
    /// As the encoder gives them, which tell little of a device: FFmpeg's lines say more.
    #[doc(alias = "avcodec_open2")]
    pub(crate) fn open(
        encoder: Encoder,
        pictures: Pictures,
        device: Option<(&HwDevice, usize)>,
        options: &[(CString, CString)],
    ) -> Result<Self, Code> {
        let codec = encoder.get();
        let context = CodecContext::of(codec).ok_or(Code::NO_MEMORY)?;
        let number = |it| c_int::try_from(it).map_err(|_| Code::INVALID_ARGUMENT);
        let (width, height) = (number(pictures.size.0)?, number(pictures.size.1)?);
        let (count, seconds) = (number(pictures.rate.0)?, number(pictures.rate.1)?);
        let mut options = Dictionary::new(options);
        let upload = device.map(|it| Upload::to(it.0, encoder, pictures.format, pictures.size)).transpose()?;
        match upload.as_ref().zip(device) {
            Some((upload, (_, surfaces))) => {
                upload.make_room(surfaces, surfaces)?;
                upload.install(&context)?;
            }
            // SAFETY: the context is live and ours alone, and not open yet.
            None => unsafe { (*context.as_ptr()).pix_fmt = pictures.format.0 },
        }
        // SAFETY: as above; the dictionary is ours.
        let code = unsafe {
            let to = context.as_ptr();
            ((*to).width, (*to).height) = (width, height);
            (*to).time_base = sys::AVRational { num: seconds, den: count };
            (*to).framerate = sys::AVRational { num: count, den: seconds };
            (*to).flags |= sys::AV_CODEC_FLAG_GLOBAL_HEADER as c_int;
            sys::avcodec_open2(to, codec, options.as_mut_ptr())
        };
        if code < 0 { Err(Code(code)) } else { Ok(Self { context, pictures, upload }) }
    }

    /// What a decoder has to know of its packets.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`].
    pub(crate) fn parameters(&self) -> Result<Parameters, Code> {
        Parameters::of_encoder(&self.context)
    }

    /// Gives it a picture to encode; none begins to drain it.
    ///
    /// # Errors
    /// [`Code::INVALID_ARGUMENT`] for a picture of another shape than it was opened for; else as the encoder gives them.
    #[doc(alias = "avcodec_send_frame")]
    pub(crate) fn send(&mut self, picture: Option<&RawFrame>) -> Result<Sent, Code> {
        // FFmpeg does not look, and would read beyond the planes of another format.
        let Pictures { format, size, .. } = self.pictures;
        if picture.is_some_and(|it| it.pixel_format() != Some(format) || it.size() != size) {
            return Err(Code::INVALID_ARGUMENT);
        }
        let on_device = match (&self.upload, picture) {
            (Some(upload), Some(picture)) => Some(upload.filled(picture.get())?),
            _ => None,
        };
        let picture = on_device.as_ref().or(picture).map_or(ptr::null(), |it| ptr::from_ref(it.get()));
        // SAFETY: the context is open and ours alone; the frame is null, or live with data of the shape that it was opened for.
        match unsafe { sys::avcodec_send_frame(self.context.as_ptr(), picture) } {
            code if Code(code) == Code::AGAIN => Ok(Sent::Full),
            code if code < 0 => Err(Code(code)),
            _ => Ok(Sent::Taken),
        }
    }

    /// Takes out what it has made, waiting for its threads or its device where they have all that they can hold.
    ///
    /// # Errors
    /// As the encoder gives them, for some picture given before.
    #[doc(alias = "avcodec_receive_packet")]
    pub(crate) fn receive(&mut self) -> Result<Coded, Code> {
        let mut packet = Packet::new().ok_or(Code::NO_MEMORY)?;
        // SAFETY: the context is open and ours alone; the packet is ours, and FFmpeg fills it only where it returns 0.
        match unsafe { sys::avcodec_receive_packet(self.context.as_ptr(), packet.as_mut_ptr()) } {
            code if Code(code) == Code::AGAIN => Ok(Coded::Nothing),
            code if Code(code) == Code::END => Ok(Coded::End),
            code if code < 0 => Err(Code(code)),
            _ => Ok(Coded::Packet(packet)),
        }
    }
}
