use std::ffi::CStr;
use std::time::Duration;

use ffmpeg_next::Frame;
use ffmpeg_sys_next as sys;

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
        let name = match self.kind {
            // SAFETY: takes any value of the enumeration, and returns null, checked below, or a constant string.
            StreamKind::Video => self.pixel_format().map(|it| unsafe { sys::av_get_pix_fmt_name(it) }),
            // SAFETY: the same.
            _ => self.sample_format().map(|it| unsafe { sys::av_get_sample_fmt_name(it) }),
        };
        let name = name.unwrap_or(std::ptr::null());
        if name.is_null() {
            return "unknown";
        }
        // SAFETY: not null, and a constant of FFmpeg's.
        unsafe { CStr::from_ptr(name) }.to_str().unwrap_or("unknown")
    }

    /// Bytes from one row of a plane to the next; for sound and for a palette, the length of the plane. `None` where `plane` has
    /// `None`.
    #[must_use]
    #[doc(alias = "linesize")]
    pub fn stride(&self, plane: usize) -> Option<usize> {
        self.span(plane).map(|it| it.stride)
    }

    /// The bytes of a plane, all rows with what lies between them. `None` where there is no such plane, where the frame is in a
    /// device's memory, where it is stored bottom up, or where its format is `unknown`.
    #[must_use]
    pub fn plane(&self, plane: usize) -> Option<&[u8]> {
        let Span { data, length, .. } = self.span(plane)?;
        // SAFETY: `span` has checked that these bytes lie within a buffer that the frame holds. It lives, and is not written, as
        // long as this borrow of the frame.
        Some(unsafe { std::slice::from_raw_parts(data, length) })
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
        let Span { data, length, .. } = self.span(plane)?;
        // SAFETY: as in `plane`, and since the call above nobody else refers to the buffers.
        Some(unsafe { std::slice::from_raw_parts_mut(data, length) })
    }

    fn raw(&self) -> &sys::AVFrame {
        // SAFETY: checked in `new` not to be null; it lives as long as the borrow.
        unsafe { &*self.frame.as_ptr() }
    }

    /// `None` for a format that the bindings do not have: the FFmpeg at run time may be newer than the one at build time.
    fn pixel_format(&self) -> Option<sys::AVPixelFormat> {
        let format = self.raw().format;
        let known = (0..sys::AVPixelFormat::AV_PIX_FMT_NB as i32).contains(&format);
        // SAFETY: of the enumeration's type, and within it: FFmpeg numbers it from 0 without gaps.
        known.then(|| unsafe { std::mem::transmute::<i32, sys::AVPixelFormat>(format) })
    }

    fn sample_format(&self) -> Option<sys::AVSampleFormat> {
        let format = self.raw().format;
        let known = (0..sys::AVSampleFormat::AV_SAMPLE_FMT_NB as i32).contains(&format);
        // SAFETY: as in `pixel_format`.
        known.then(|| unsafe { std::mem::transmute::<i32, sys::AVSampleFormat>(format) })
    }

    /// The bytes of a plane, all of them within one buffer of the frame.
    fn span(&self, plane: usize) -> Option<Span> {
        let (data, shape) = match self.kind {
            StreamKind::Video => (*self.raw().data.get(plane)?, self.picture(plane)?),
            _ => (self.sound_data(plane)?, self.sound()?),
        };
        let length = shape.rows.checked_sub(1)?.checked_mul(shape.stride)?.checked_add(shape.row)?;
        (self.holds(plane, data, length)).then_some(Span { data, stride: shape.stride, length })
    }

    fn picture(&self, plane: usize) -> Option<Shape> {
        let (raw, format) = (self.raw(), self.pixel_format()?);
        // SAFETY: `format` is one of the enumeration; its description is null, checked, or a constant.
        let description = unsafe { sys::av_pix_fmt_desc_get(format).as_ref()? };
        let has = |flag: i32| description.flags & flag as u64 != 0;
        if has(sys::AV_PIX_FMT_FLAG_HWACCEL) {
            return None;
        }
        if has(sys::AV_PIX_FMT_FLAG_PAL) && plane == 1 {
            // FFmpeg gives it no line size.
            let palette = sys::AVPALETTE_SIZE as usize;
            return Some(Shape { stride: palette, row: palette, rows: 1 });
        }
        // FFmpeg describes four planes.
        let index = i32::try_from(plane).ok().filter(|it| *it < 4)?;
        // SAFETY: `format` is one of the enumeration, and the plane one of the four that its description has room for.
        let row = unsafe { sys::av_image_get_linesize(format, raw.width, index) };
        let row = usize::try_from(row).ok().filter(|it| *it > 0)?;
        // Negative where the rows are stored bottom up.
        let stride = usize::try_from(raw.linesize[plane]).ok().filter(|it| *it >= row)?;
        let shift = if matches!(plane, 1 | 2) { description.log2_chroma_h } else { 0 };
        // Chroma rows of an odd height are rounded up.
        let rows = usize::try_from(raw.height).ok()?.div_ceil(1 << shift);
        Some(Shape { stride, row, rows })
    }

    /// By the number of samples: FFmpeg's line size has room at the end, and more than is left where the beginning was skipped.
    fn sound(&self) -> Option<Shape> {
        let (raw, format) = (self.raw(), self.sample_format()?);
        // SAFETY: `format` is one of the enumeration; both functions look into a table.
        let (bytes, planar) = unsafe { (sys::av_get_bytes_per_sample(format), sys::av_sample_fmt_is_planar(format) != 0) };
        let channels = if planar { 1 } else { usize::try_from(raw.ch_layout.nb_channels).ok()? };
        let samples = usize::try_from(raw.nb_samples).ok()?;
        let row = usize::try_from(bytes).ok()?.checked_mul(samples)?.checked_mul(channels)?;
        (row > 0).then_some(Shape { stride: row, row, rows: 1 })
    }

    fn sound_data(&self, plane: usize) -> Option<*mut u8> {
        let (raw, format) = (self.raw(), self.sample_format()?);
        // SAFETY: `format` is one of the enumeration; the function looks into a table.
        let planar = unsafe { sys::av_sample_fmt_is_planar(format) != 0 };
        let planes = if planar { usize::try_from(raw.ch_layout.nb_channels).ok()? } else { 1 };
        if plane >= planes || raw.extended_data.is_null() {
            return None;
        }
        // SAFETY: `extended_data` has one pointer for each plane of sound.
        Some(unsafe { *raw.extended_data.add(plane) })
    }

    /// Whether `length` bytes from `data`, where the plane begins, lie in a buffer of the frame. FFmpeg moves `data` to crop, so
    /// there is less behind it than was allocated.
    #[doc(alias = "av_frame_get_plane_buffer")]
    fn holds(&self, plane: usize, data: *mut u8, length: usize) -> bool {
        let Ok(plane) = i32::try_from(plane) else { return false };
        if data.is_null() || self.raw().extended_data.is_null() {
            return false;
        }
        // SAFETY: the frame is live and has `extended_data`, which the function looks into as far as its own planes reach; it
        // returns null, checked, or a live buffer that the frame owns.
        let Some(buffer) = (unsafe { sys::av_frame_get_plane_buffer(self.frame.as_ptr(), plane).as_ref() }) else {
            return false;
        };
        let before = data.addr().checked_sub(buffer.data.addr());
        before.and_then(|it| it.checked_add(length)).is_some_and(|it| it <= buffer.size)
    }
}

/// How a plane lies in memory, in bytes.
struct Shape {
    stride: usize,
    /// Of a row, what is picture or sound.
    row: usize,
    rows: usize,
}

/// The bytes of a plane, from its first to its last.
struct Span {
    data: *mut u8,
    stride: usize,
    length: usize,
}
