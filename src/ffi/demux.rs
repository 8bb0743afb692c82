//! What is done with an opened input besides looking at it: its packets are read, in the order of the file or from elsewhere in it.

use std::ffi::c_int;
use std::ptr;

use ffmpeg_sys_next as sys;

use super::picture::Picture;
use super::stream::positive;
use super::{Code, Input, Packet};
use crate::media::Rational;

impl Input {
    /// Reads the next packet of a stream that has not been left out. Blocks, and gives up once the interrupt flag is up.
    ///
    /// # Errors
    /// [`Code::END`] at the end.
    #[doc(alias = "av_read_frame")]
    pub(crate) fn read(&mut self, packet: &mut Packet) -> Result<(), Code> {
        if let Some(read) = self.read_before.pop_front() {
            *packet = read;
            return Ok(());
        }
        // SAFETY: the context is open and borrowed mutably.
        unsafe { packet.read(self.context) }.map(|_| ())
    }

    /// Leaves out every stream but that one.
    #[doc(alias = "AVDISCARD_ALL")]
    pub(crate) fn read_only(&mut self, stream: usize) {
        // SAFETY: the context is open and borrowed mutably, and has that many streams, none of them null.
        unsafe {
            let context = self.context.as_mut();
            for index in (0..context.nb_streams as usize).filter(|it| *it != stream) {
                (**context.streams.add(index)).discard = sys::AVDiscard::AVDISCARD_ALL;
            }
        }
        self.read_before.retain(|it| it.stream() == stream);
    }

    /// Goes to a point at or before `timestamp`, as far as the demuxer knows one, in the stream's time base.
    #[doc(alias = "av_seek_frame")]
    pub(crate) fn seek(&mut self, stream: usize, timestamp: i64) -> Result<(), Code> {
        self.seek_by(stream, timestamp, sys::AVSEEK_FLAG_BACKWARD)
    }

    /// Goes to a byte of the file, where a packet begins.
    #[doc(alias = "AVSEEK_FLAG_BYTE")]
    pub(crate) fn seek_byte(&mut self, position: u64) -> Result<(), Code> {
        self.seek_by(0, i64::try_from(position).map_err(|_| Code::INVALID_ARGUMENT)?, sys::AVSEEK_FLAG_BYTE)
    }

    fn seek_by(&mut self, stream: usize, to: i64, flags: c_int) -> Result<(), Code> {
        self.read_before.clear();
        let stream = c_int::try_from(stream).map_err(|_| Code::INVALID_ARGUMENT)?;
        // SAFETY: the context is open and borrowed mutably; FFmpeg checks the stream's index.
        let code = unsafe { sys::av_seek_frame(self.context.as_ptr(), stream, to, flags) };
        if code < 0 { Err(Code(code)) } else { Ok(()) }
    }

    /// Whether timestamps may begin anew in the middle of it: a broadcast, or one file behind another.
    #[doc(alias = "AVFMT_TS_DISCONT")]
    pub(crate) fn clock_may_jump(&self) -> bool {
        self.has_flag(sys::AVFMT_TS_DISCONT)
    }

    /// Whether it has no timestamps of its own, and FFmpeg makes them up.
    #[doc(alias = "AVFMT_NOTIMESTAMPS")]
    pub(crate) fn has_no_clock(&self) -> bool {
        self.has_flag(sys::AVFMT_NOTIMESTAMPS)
    }

    /// Whether every packet of the stream is decoded by itself, by the nature of its codec.
    #[doc(alias = "AV_CODEC_PROP_INTRA_ONLY")]
    pub(crate) fn is_intra_only(&self, stream: usize) -> bool {
        let Some(parameters) = self.parameters(stream) else { return false };
        // SAFETY: the descriptor is null or a constant of FFmpeg's.
        unsafe { sys::avcodec_descriptor_get(parameters.codec_id).as_ref() }
            .is_some_and(|it| it.props & sys::AV_CODEC_PROP_INTRA_ONLY as c_int != 0)
    }

    /// The codec's own header, as the container has it.
    pub(crate) fn extradata(&self, stream: usize) -> &[u8] {
        let Some(parameters) = self.parameters(stream) else { return &[] };
        match usize::try_from(parameters.extradata_size) {
            // SAFETY: the parameters own that many bytes there, and they are not written while the input is borrowed.
            Ok(size) if !parameters.extradata.is_null() => unsafe { std::slice::from_raw_parts(parameters.extradata, size) },
            _ => &[],
        }
    }

    /// Frames a second, as FFmpeg guesses them from what the container says.
    #[doc(alias = "av_guess_frame_rate")]
    pub(crate) fn frame_rate(&self, stream: usize) -> Option<Rational> {
        let stream = self.raw_streams().nth(stream)?;
        // SAFETY: both are live; without a frame the function only reads their own rates.
        let rate = unsafe { sys::av_guess_frame_rate(self.context.as_ptr(), ptr::from_ref(stream).cast_mut(), ptr::null_mut()) };
        Rational::new(rate.num, rate.den).filter(|it| it.num() > 0)
    }

    /// The shape of a picture's pixels: what the container says for the whole stream, else what the picture says itself.
    #[doc(alias = "av_guess_sample_aspect_ratio")]
    pub(crate) fn pixel_aspect(&self, stream: usize, picture: &Picture) -> Option<Rational> {
        let stream = ptr::from_ref(self.raw_streams().nth(stream)?).cast_mut();
        // SAFETY: stream and picture are live; of either the function only reads the ratio, and it does without a context.
        positive(unsafe { sys::av_guess_sample_aspect_ratio(ptr::null_mut(), stream, picture.as_ptr().cast_mut()) })
    }

    fn parameters(&self, stream: usize) -> Option<&sys::AVCodecParameters> {
        // SAFETY: every stream has codec parameters, which live as long as it.
        self.raw_streams().nth(stream).map(|it| unsafe { &*it.codecpar })
    }

    /// Whether its bytes can be read in any order.
    pub(crate) fn is_seekable(&self) -> bool {
        // SAFETY: null or the context's own I/O, live as long as that.
        unsafe { self.get().pb.as_ref() }.is_none_or(|it| it.seekable & sys::AVIO_SEEKABLE_NORMAL as c_int != 0)
    }

    fn has_flag(&self, flag: c_int) -> bool {
        // SAFETY: an opened context has a demuxer, which is a constant.
        unsafe { (*self.get().iformat).flags & flag != 0 }
    }
}
