use std::time::Duration;

use ffmpeg_next::Frame;
use ffmpeg_sys_next as sys;

use super::names;
use super::planes::Span;
use crate::media::StreamKind;

/// A decoded frame on its way through a job, lent to an application's tap: to look at, or to change in place.
///
/// Pictures are in the decoder's own pixel format, planes as FFmpeg lays them out: `stride` bytes from one row to the next, of
/// which the row proper may be fewer. The last row ends with its last pixel, so `plane.chunks(stride)` yields the rows, and the
/// last of them is short wherever a row is shorter than the stride. Where pixels have less than a byte each, a row is rounded up
/// to whole bytes. The palette of a format that has one is plane 1: 256 entries of 4 bytes, one row.
///
/// Sound comes in the decoder's sample format: one plane for all channels, interleaved, or one for each; `samples` of them and no
/// more.
pub struct TapFrame<'a> {
    frame: &'a mut Frame,
    kind: StreamKind,
}

impl std::fmt::Debug for TapFrame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TapFrame").field("kind", &self.kind).field("pts", &self.pts()).finish_non_exhaustive()
    }
}

impl<'a> TapFrame<'a> {
    /// `None` for a frame without data, with which ez-ffmpeg marks the end of a stream.
    pub(crate) fn new(frame: &'a mut Frame, kind: StreamKind) -> Option<Self> {
        // SAFETY: ez-ffmpeg hands over frames that it allocated, or a null shell, which is checked.
        let has_data = unsafe {
            let raw = frame.as_ptr();
            !raw.is_null() && (!(*raw).buf[0].is_null() || (*raw).data.iter().any(|it| !it.is_null()))
        };
        has_data.then_some(Self { frame, kind })
    }

    /// When the frame is shown, counted from the beginning of the part that the job takes. `None` where the container does not
    /// tell, or where the frame lies before that.
    #[must_use]
    pub fn pts(&self) -> Option<Duration> {
        let raw = self.raw();
        super::input::rescale(raw.pts, raw.time_base).and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros)
    }

    /// Whether the decoder had to guess at parts of it.
    #[must_use]
    #[doc(alias = "AV_FRAME_FLAG_CORRUPT")]
    pub fn is_corrupt(&self) -> bool {
        self.raw().flags & sys::AV_FRAME_FLAG_CORRUPT != 0 || self.raw().decode_error_flags != 0
    }

    /// Width and height of a picture in pixels; `None` for sound.
    #[must_use]
    pub fn size(&self) -> Option<(u32, u32)> {
        (self.kind == StreamKind::Video).then(|| (self.raw().width.max(0) as u32, self.raw().height.max(0) as u32))
    }

    /// Samples for each channel; `None` for pictures.
    #[must_use]
    pub fn samples(&self) -> Option<usize> {
        (self.kind == StreamKind::Audio).then(|| self.raw().nb_samples.max(0) as usize)
    }

    /// Samples for each channel and second; `None` for pictures.
    #[must_use]
    pub fn sample_rate(&self) -> Option<u32> {
        (self.kind == StreamKind::Audio).then(|| self.raw().sample_rate.max(0) as u32)
    }

    /// The pixel or sample format, by FFmpeg's name, such as `yuv420p` or `fltp`; `unknown` for one that the FFmpeg this was
    /// built with does not have.
    #[must_use]
    #[doc(alias = "AVPixelFormat")]
    #[doc(alias = "AVSampleFormat")]
    pub fn format(&self) -> &'static str {
        let number = self.raw().format;
        match self.kind {
            StreamKind::Video => names::pixel_format(number),
            _ => names::sample_format(number),
        }
        .unwrap_or("unknown")
    }

    /// Bytes from one row of a plane to the next; for sound and for a palette, the length of the plane. `None` where `plane` has
    /// `None`.
    #[must_use]
    #[doc(alias = "linesize")]
    pub fn stride(&self, plane: usize) -> Option<usize> {
        self.span(plane).map(|it| it.stride.unsigned_abs())
    }

    /// The bytes of a plane, all rows with what lies between them. `None` where there is no such plane, where the frame is in a
    /// device's memory, where it is stored bottom up, or where its format is `unknown`.
    #[must_use]
    pub fn plane(&self, plane: usize) -> Option<&[u8]> {
        let span = self.span(plane)?;
        // SAFETY: the frame lives, and is not written, as long as this borrow of it.
        Some(unsafe { span.bytes() })
    }

    /// The same, to be changed. The frame's data is copied first where the decoder still needs it, which costs a picture's worth of
    /// memory traffic.
    ///
    /// `None` also where that copy cannot be made.
    #[doc(alias = "av_frame_make_writable")]
    pub fn plane_mut(&mut self, plane: usize) -> Option<&mut [u8]> {
        // SAFETY: the frame is live and exclusively borrowed.
        if unsafe { sys::av_frame_make_writable(self.frame.as_mut_ptr()) } < 0 {
            return None;
        }
        let span = self.span(plane)?;
        // SAFETY: as in `plane`, and since the call above nobody else refers to the buffers.
        Some(unsafe { span.bytes_mut() })
    }

    fn raw(&self) -> &sys::AVFrame {
        // SAFETY: checked in `new` not to be null; it lives as long as the borrow.
        unsafe { &*self.frame.as_ptr() }
    }

    fn span(&self, plane: usize) -> Option<Span> {
        // SAFETY: FFmpeg filled it; taps change bytes of its planes, and none of its fields.
        unsafe { Span::of(self.raw(), self.kind, plane) }.filter(|it| it.stride > 0)
    }
}
