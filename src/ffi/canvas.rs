use super::Code;
use super::pixel::PixelFormat;
use super::planes::Span;
use super::raw_frame::RawFrame;
use crate::media::StreamKind;

/// A picture that is being made: the only share in its buffers.
pub(crate) struct Canvas(RawFrame);

impl Canvas {
    /// All of it is zero.
    ///
    /// # Errors
    /// [`Code::INVALID_ARGUMENT`] for a size that FFmpeg does not take, or a format that has no planes of bytes; [`Code::NO_MEMORY`].
    pub(crate) fn new(format: PixelFormat, size: (u32, u32)) -> Result<Self, Code> {
        let mut own = Self(RawFrame::with_room(format, size)?);
        for plane in 0..format.planes() {
            own.plane(plane).ok_or(Code::INVALID_ARGUMENT)?.0.fill(0);
        }
        Ok(own)
    }

    /// The rows of a plane, from the top, so many bytes of each; none where there is no such plane.
    pub(crate) fn rows(&mut self, plane: usize) -> impl Iterator<Item = &mut [u8]> {
        let found = self.plane(plane).filter(|it| it.1 > 0);
        let (bytes, stride, row) = found.unwrap_or((&mut [], 1, 0));
        bytes.chunks_mut(stride).filter_map(move |it| it.get_mut(..row))
    }

    /// The picture, shown at that time.
    pub(crate) fn finish(mut self, pts: i64) -> RawFrame {
        // SAFETY: the frame is ours alone.
        unsafe { ((*self.0.as_mut_ptr()).pts, (*self.0.as_mut_ptr()).duration) = (pts, 1) };
        self.0
    }

    /// The bytes of a plane, those from a row to the next, and those of a row.
    fn plane(&mut self, plane: usize) -> Option<(&mut [u8], usize, usize)> {
        // SAFETY: FFmpeg has made the frame with its buffers, and nobody has changed its fields. No other share in the buffers was given
        // out, and the borrow is as long as that of the frame.
        unsafe {
            let span = Span::of(self.0.get(), StreamKind::Video, plane)?;
            let (stride, row) = (usize::try_from(span.stride).ok()?, span.row);
            Some((span.bytes_mut(), stride, row))
        }
    }
}
