//! Pictures of devices, with their samples where the processor has them.

use ffmpeg_sys_next as sys;

use super::Code;
use super::pixel::{Component, PixelFormat};
use super::planes::Span;
use super::raw_frame::RawFrame;
use crate::media::StreamKind;

impl RawFrame {
    /// The same picture in that format, each sample with the value that it has. Itself, where it has that format, or where this is more than
    /// another place for each sample: a format is left alone that is not known, or whose planes have more than one component each.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`].
    pub(super) fn laid_out(self, to: Option<PixelFormat>) -> Result<Self, Code> {
        let moves = to.zip(self.pixel_format()).and_then(|(to, from)| Some((to, moves(from, to)?)));
        let Some((to, moves)) = moves.filter(|it| it.0.0 as i32 != self.get().format) else { return Ok(self) };
        let mut own = Self::empty().ok_or(Code::NO_MEMORY)?;
        // SAFETY: the new frame is ours alone and empty, and FFmpeg gives it buffers for such a picture; the other one lives, and of it only
        // what it says besides its planes is copied.
        unsafe {
            let raw = own.as_mut_ptr();
            ((*raw).format, (*raw).width, (*raw).height) = (to.0 as i32, self.get().width, self.get().height);
            let codes = [sys::av_frame_get_buffer(raw, 0), sys::av_frame_copy_props(raw, self.get())];
            if let Some(code) = codes.into_iter().find(|it| *it < 0) {
                return Err(Code(code));
            }
        }
        let is_moved = moves.into_iter().all(|(from, to)| moved((&self, from), (&mut own, to)).is_some());
        Ok(if is_moved { own } else { self })
    }
}

/// Where each component comes from and goes to; `None` where values would be others then.
fn moves(from: PixelFormat, to: PixelFormat) -> Option<Vec<(Component, Component)>> {
    let (are, shall) = (from.components(), to.components());
    let is_same = are.len() == shall.len() && from.is_rgb() == to.is_rgb() && from.chroma_sharing() == to.chroma_sharing();
    // Of more bits than there is depth, devices use the upper ones.
    let fits = |(is, shall): (&Component, &Component)| is.depth >= shall.depth && is.bytes() == shall.bytes() && shall.is_alone();
    let all_fit = is_same && !are.is_empty() && are.iter().zip(&shall).all(fits);
    all_fit.then(|| are.into_iter().zip(shall).collect())
}

/// `None` where a plane is not there.
fn moved((picture, from): (&RawFrame, Component), (own, to): (&mut RawFrame, Component)) -> Option<()> {
    // SAFETY: the decoder, or FFmpeg in its place, filled the one, and nobody writes to it; the other has the planes that it was given, to
    // which nobody else refers.
    let (is, shall, source, target) = unsafe {
        let is = Span::of(picture.get(), StreamKind::Video, from.plane)?;
        let shall = Span::of(own.get(), StreamKind::Video, to.plane)?;
        let (source, target) = (is.bytes(), shall.bytes_mut());
        (is, shall, source, target)
    };
    let (down, own_down) = (usize::try_from(is.stride).ok()?, usize::try_from(shall.stride).ok()?);
    for (row, own_row) in source.chunks(down).zip(target.chunks_mut(own_down)).take(is.rows.min(shall.rows)) {
        from.rewrite(row.get(..is.row)?, to, own_row.get_mut(..shall.row)?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::picture::Picture;
    use super::*;

    fn format(name: &str) -> PixelFormat {
        PixelFormat::find(name).expect("FFmpeg has it")
    }

    /// With another value in each sample, as deep as `depth`.
    fn picture(name: &str, (width, height): (i32, i32), depth: u32) -> RawFrame {
        let mut frame = RawFrame::empty().expect("there is memory");
        let raw = frame.as_mut_ptr();
        // SAFETY: the frame is ours alone, and so are its buffers, which have as many bytes as they say.
        unsafe {
            ((*raw).format, (*raw).width, (*raw).height, (*raw).pts) = (format(name).0 as i32, width, height, 7);
            assert_eq!(sys::av_frame_get_buffer(raw, 0), 0);
            for buffer in (*raw).buf.iter().filter_map(|it| it.as_ref()) {
                for at in 0..buffer.size / 2 {
                    let value = if depth > 8 { (at * 29 % 1021) << (16 - depth) } else { at * 31 % 65_521 };
                    buffer.data.cast::<u16>().add(at).write_unaligned(u16::try_from(value & 0xffff).expect("it is small"));
                }
            }
        }
        frame
    }

    /// The values of each component, row after row.
    fn values(frame: RawFrame, depth: u32) -> Vec<Vec<u16>> {
        let components = frame.pixel_format().expect("it has one").components();
        let picture = Picture::new(frame);
        let of = |it: &Component| {
            let (mut all, mut row) = (Vec::new(), Vec::new());
            for bytes in picture.plane(it.plane).expect("it is there").rows() {
                it.samples(bytes, &mut row);
                all.extend(row.iter().map(|value| value >> (it.depth - depth)));
            }
            all
        };
        components.iter().map(of).collect()
    }

    #[test]
    fn values_stay_what_they_are() {
        let pairs = [
            ("nv12", "yuv420p", 8),
            ("nv12", "yuvj420p", 8),
            ("nv16", "yuv422p", 8),
            ("nv24", "yuv444p", 8),
            ("p010le", "yuv420p10le", 10),
            ("p010le", "yuv420p10be", 10),
            ("p016le", "yuv420p12le", 12),
            ("yuv444p16le", "yuv444p10le", 10),
        ];
        for (from, to, depth) in pairs {
            for size in [(176, 144), (175, 143), (33, 17), (1, 1)] {
                let wanted = values(picture(from, size, depth), depth);
                let made = picture(from, size, depth).laid_out(Some(format(to))).expect("there is memory");
                assert_eq!((made.pixel_format(), made.size().0, made.get().pts), (Some(format(to)), size.0 as u32, 7));
                assert!(values(made, depth) == wanted, "{from} to {to}, {size:?}");
            }
        }
    }

    #[test]
    fn what_would_be_other_values_is_left_alone() {
        for (from, to) in [
            ("nv12", "nv12"),
            ("nv12", "yuv422p"),
            ("nv12", "yuv420p10le"),
            ("p010le", "yuv420p"),
            ("yuv420p", "nv12"),
            ("nv12", "gray"),
            ("yuv444p", "gbrp"),
        ] {
            let made = picture(from, (16, 16), 8).laid_out(Some(format(to))).expect("there is memory");
            assert_eq!(made.pixel_format(), Some(format(from)), "{from} to {to}");
        }
        let made = picture("nv12", (16, 16), 8).laid_out(None).expect("there is memory");
        assert_eq!(made.pixel_format(), Some(format("nv12")));
    }
}
