//! Where the planes of a frame lie, checked against the buffers that it holds.

use ffmpeg_sys_next as sys;

use super::pixel::PixelFormat;
use super::sample::SampleFormat;
use crate::media::StreamKind;

/// The bytes of a plane, from the lowest address to the highest.
pub(super) struct Span {
    data: *mut u8,
    length: usize,
    /// From a row to the one below it: negative where rows are stored bottom up.
    pub(super) stride: isize,
    /// Bytes of a row that are picture or sound.
    pub(super) row: usize,
    pub(super) rows: usize,
}

/// Of a plane, as the format has it: not yet looked for in memory.
struct Shape {
    stride: isize,
    row: usize,
    rows: usize,
}

impl Span {
    /// `None` where there is no such plane, where it is in a device's memory, where the format is not known, and where it does not lie
    /// within a buffer of the frame.
    ///
    /// # Safety
    /// `frame` is one that FFmpeg filled, and whose fields have not been changed since.
    pub(super) unsafe fn of(frame: &sys::AVFrame, kind: StreamKind, plane: usize) -> Option<Self> {
        let (first, shape) = match kind {
            StreamKind::Video => (*frame.data.get(plane)?, picture(frame, plane)?),
            _ => (sound_data(frame, plane)?, sound(frame)?),
        };
        let Shape { stride, row, rows } = shape;
        let between = rows.checked_sub(1)?.checked_mul(stride.unsigned_abs())?;
        let length = between.checked_add(row)?;
        // The first row is the last in memory where they are bottom up.
        let data = if stride < 0 { first.wrapping_sub(between) } else { first };
        holds(frame, plane, data, length).then_some(Self { data, length, stride, row, rows })
    }

    /// # Safety
    /// The frame that it was made of lives, and is not written, for as long as what this gives.
    pub(super) unsafe fn bytes<'a>(&self) -> &'a [u8] {
        // SAFETY: `of` has checked that these bytes lie within a buffer of the frame; the rest is the caller's promise.
        unsafe { std::slice::from_raw_parts(self.data, self.length) }
    }

    /// # Safety
    /// As for `bytes`, and nobody else refers to the frame's buffers.
    pub(super) unsafe fn bytes_mut<'a>(&self) -> &'a mut [u8] {
        // SAFETY: as in `bytes`.
        unsafe { std::slice::from_raw_parts_mut(self.data, self.length) }
    }
}

fn picture(frame: &sys::AVFrame, plane: usize) -> Option<Shape> {
    let format = PixelFormat::numbered(frame.format)?;
    let description = format.description()?;
    let has = |flag: i32| description.flags & flag as u64 != 0;
    if has(sys::AV_PIX_FMT_FLAG_HWACCEL) {
        return None;
    }
    if has(sys::AV_PIX_FMT_FLAG_PAL) && plane == 1 {
        // FFmpeg gives it no line size.
        let palette = sys::AVPALETTE_SIZE as usize;
        return Some(Shape { stride: palette as isize, row: palette, rows: 1 });
    }
    let row = format.row(u32::try_from(frame.width).ok()?, plane)?;
    let stride = isize::try_from(frame.linesize[plane]).ok().filter(|it| it.unsigned_abs() >= row)?;
    let shift = if matches!(plane, 1 | 2) { description.log2_chroma_h } else { 0 };
    // Chroma rows of an odd height are rounded up.
    let rows = usize::try_from(frame.height).ok()?.div_ceil(1 << shift);
    Some(Shape { stride, row, rows })
}

/// By the number of samples: FFmpeg's line size has room at the end, and more than is left where the beginning was skipped.
fn sound(frame: &sys::AVFrame) -> Option<Shape> {
    let format = SampleFormat::numbered(frame.format)?;
    let channels = if format.is_planar() { 1 } else { usize::try_from(frame.ch_layout.nb_channels).ok()? };
    let samples = usize::try_from(frame.nb_samples).ok()?;
    let row = format.bytes().checked_mul(samples)?.checked_mul(channels)?;
    (row > 0).then_some(Shape { stride: isize::try_from(row).ok()?, row, rows: 1 })
}

fn sound_data(frame: &sys::AVFrame, plane: usize) -> Option<*mut u8> {
    let format = SampleFormat::numbered(frame.format)?;
    let planes = if format.is_planar() { usize::try_from(frame.ch_layout.nb_channels).ok()? } else { 1 };
    if plane >= planes || frame.extended_data.is_null() {
        return None;
    }
    // SAFETY: `extended_data` has one pointer for each plane of sound.
    Some(unsafe { *frame.extended_data.add(plane) })
}

/// Whether `length` bytes from `data` lie in the buffer of the plane. FFmpeg moves `data` to crop, so there is less behind it than was
/// allocated.
#[doc(alias = "av_frame_get_plane_buffer")]
fn holds(frame: &sys::AVFrame, plane: usize, data: *mut u8, length: usize) -> bool {
    let Ok(plane) = i32::try_from(plane) else { return false };
    if data.is_null() || frame.extended_data.is_null() {
        return false;
    }
    // SAFETY: the frame is live and has `extended_data`, which the function looks into as far as its own planes reach; it
    // returns null, checked, or a live buffer that the frame owns.
    let Some(buffer) = (unsafe { sys::av_frame_get_plane_buffer(std::ptr::from_ref(frame).cast_mut(), plane).as_ref() }) else {
        return false;
    };
    let before = data.addr().checked_sub(buffer.data.addr());
    before.and_then(|it| it.checked_add(length)).is_some_and(|it| it <= buffer.size)
}

#[cfg(test)]
mod tests {
    use super::super::picture::Picture;
    use super::super::raw_frame::RawFrame;
    use super::*;

    /// A picture of which every byte differs from those around it.
    fn picture(format: PixelFormat, (width, height): (i32, i32)) -> Picture {
        let mut frame = RawFrame::empty().expect("there is memory");
        let raw = frame.as_mut_ptr();
        // SAFETY: the frame is ours alone, and so are the buffers that it is given, which have as many bytes as they say.
        unsafe {
            ((*raw).format, (*raw).width, (*raw).height) = (format.0 as i32, width, height);
            assert_eq!(sys::av_frame_get_buffer(raw, 0), 0);
            for buffer in (*raw).buf.iter().filter_map(|it| it.as_ref()) {
                (0..buffer.size).for_each(|at| buffer.data.add(at).write((at * 31 % 251) as u8));
            }
        }
        Picture::new(frame)
    }

    /// The same, row after row, as FFmpeg's own function copies them.
    fn copied(picture: &Picture, format: PixelFormat) -> Vec<u8> {
        // SAFETY: the picture lives, and the buffer has the room that the function asks for.
        unsafe {
            let frame = &*picture.as_ptr();
            let (format, width, height) = (format.0, frame.width, frame.height);
            let size = sys::av_image_get_buffer_size(format, width, height, 1);
            let mut bytes = vec![0; usize::try_from(size).expect("it has one")];
            let (data, lines) = (frame.data.as_ptr().cast(), frame.linesize.as_ptr());
            assert_eq!(sys::av_image_copy_to_buffer(bytes.as_mut_ptr(), size, data, lines, format, width, height, 1), size);
            bytes
        }
    }

    /// No decoder in software gives these; devices do.
    #[test]
    fn both_chromas_by_turns_in_two_bytes_each() {
        for name in ["nv12", "nv16", "nv24", "p010le", "p012le", "p016le", "p010be", "p210le", "p216le", "p410le", "p416le"] {
            let format = PixelFormat::find(name).expect("FFmpeg has it");
            for size in [(176, 144), (175, 143), (33, 17), (1, 1)] {
                let picture = picture(format, size);
                let planes: Vec<_> = (0..format.planes()).map_while(|it| picture.plane(it)).collect();
                assert_eq!(planes.len(), 2, "{name} {size:?}");
                let rows: Vec<u8> = planes.iter().flat_map(|it| it.rows()).flatten().copied().collect();
                assert!(rows == copied(&picture, format), "{name} {size:?}");
            }
        }
    }
}
