use std::ffi::{CStr, c_int};
use std::time::Duration;

use ffmpeg_next::Frame;
use ffmpeg_sys_next as sys;

use crate::media::StreamKind;

/// A decoded frame on its way through a job, lent to an application's tap: to look at, or to change in place.
///
/// Pictures are in the decoder's own pixel format, planes as FFmpeg lays them out: `stride` bytes from one row to the next, of
/// which the row proper may be fewer. Sound comes in the decoder's sample format: one plane for all channels, interleaved, or one
/// for each.
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

    /// The pixel or sample format, by FFmpeg's name, such as `yuv420p` or `fltp`.
    #[must_use]
    #[doc(alias = "AVPixelFormat")]
    #[doc(alias = "AVSampleFormat")]
    pub fn format(&self) -> &'static str {
        let format = self.raw().format;
        // SAFETY: decoders set `format` to a value of the enumeration that belongs to the kind of frame; both functions return
        // null, checked below, or a constant string.
        let name = unsafe {
            match self.kind {
                StreamKind::Video => sys::av_get_pix_fmt_name(std::mem::transmute::<c_int, sys::AVPixelFormat>(format)),
                _ => sys::av_get_sample_fmt_name(std::mem::transmute::<c_int, sys::AVSampleFormat>(format)),
            }
        };
        if name.is_null() {
            return "unknown";
        }
        // SAFETY: not null, and a constant of FFmpeg's.
        unsafe { CStr::from_ptr(name) }.to_str().unwrap_or("unknown")
    }

    /// Bytes from one row of a plane to the next; for sound, the length of the plane. `None` where there is no such plane.
    #[must_use]
    #[doc(alias = "linesize")]
    pub fn stride(&self, plane: usize) -> Option<usize> {
        self.span(plane).map(|(_, stride, _)| stride)
    }

    /// The bytes of a plane, all rows with what lies between them. `None` where there is no such plane, where the frame is in a
    /// device's memory, or where it is stored bottom up.
    #[must_use]
    pub fn plane(&self, plane: usize) -> Option<&[u8]> {
        let (data, stride, rows) = self.span(plane)?;
        // SAFETY: FFmpeg allocates at least `rows` times `stride` bytes for a plane of a refcounted frame, which lives, and is
        // not written, as long as this borrow of the frame.
        Some(unsafe { std::slice::from_raw_parts(data, stride * rows) })
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
        let (data, stride, rows) = self.span(plane)?;
        // SAFETY: as in `plane`, and since the call above nobody else refers to the data.
        Some(unsafe { std::slice::from_raw_parts_mut(data, stride * rows) })
    }

    fn raw(&self) -> &sys::AVFrame {
        // SAFETY: checked in `new` not to be null; it lives as long as the borrow.
        unsafe { &*self.frame.as_ptr() }
    }

    /// Where a plane begins, its stride and its rows.
    fn span(&self, plane: usize) -> Option<(*mut u8, usize, usize)> {
        let raw = self.raw();
        if self.kind == StreamKind::Audio {
            let stride = usize::try_from(raw.linesize[0]).ok()?;
            // SAFETY: `format` is a sample format, see `format`.
            let planar =
                unsafe { sys::av_sample_fmt_is_planar(std::mem::transmute::<c_int, sys::AVSampleFormat>(raw.format)) != 0 };
            let planes = if planar { usize::try_from(raw.ch_layout.nb_channels).ok()? } else { 1 };
            if plane >= planes || raw.extended_data.is_null() {
                return None;
            }
            // SAFETY: `extended_data` has one pointer for each plane of sound.
            let data = unsafe { *raw.extended_data.add(plane) };
            return (!data.is_null()).then_some((data, stride, 1));
        }
        let data = *raw.data.get(plane)?;
        let stride = usize::try_from(*raw.linesize.get(plane)?).ok().filter(|it| *it > 0)?;
        if data.is_null() {
            return None;
        }
        // SAFETY: `format` is a pixel format, see `format`; its description is null, checked, or a constant.
        let description =
            unsafe { sys::av_pix_fmt_desc_get(std::mem::transmute::<c_int, sys::AVPixelFormat>(raw.format)).as_ref()? };
        let flags = description.flags;
        if flags & sys::AV_PIX_FMT_FLAG_HWACCEL as u64 != 0 {
            return None;
        }
        let palette = flags & sys::AV_PIX_FMT_FLAG_PAL as u64 != 0 && plane == 1;
        let height = usize::try_from(raw.height).ok()?;
        let shift = if matches!(plane, 1 | 2) { description.log2_chroma_h } else { 0 };
        // Chroma rows of an odd height are rounded up. A palette is one row.
        let rows = if palette { 1 } else { height.div_ceil(1 << shift) };
        Some((data, stride, rows))
    }
}
