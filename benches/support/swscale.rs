//! libswscale behind the bare loop, told to be as exact as telecine is.

#![allow(unsafe_code)] // As the bare loop itself.

use std::ptr;

use ffmpeg_sys_next as sys;

use crate::bare::Picture;

/// A scaler for pictures of one format and size, and what it makes.
pub(crate) struct Swscale {
    context: *mut sys::SwsContext,
    size: Option<(u32, u32)>,
    pixels: Vec<u8>,
    width: usize,
}

impl Swscale {
    /// To that size, or to that of the pictures.
    pub(crate) fn new(size: Option<(u32, u32)>) -> Self {
        Self { context: ptr::null_mut(), size, pixels: Vec::new(), width: 0 }
    }

    /// Rows of RGB24, with a little room behind each.
    pub(crate) fn rgb24(&mut self, picture: &Picture<'_>) -> &[u8] {
        let frame = picture.0;
        let (width, height) = self.size.map_or((frame.width, frame.height), |it| (it.0 as i32, it.1 as i32));
        // SAFETY: the decoder only makes formats that libavutil knows; pictures of the film are of one format and size; there is room for
        // every row, and for what libswscale writes behind one. The context goes with the process.
        unsafe {
            if self.context.is_null() {
                self.context = sys::sws_alloc_context();
                let numbers = [
                    (c"srcw", frame.width),
                    (c"srch", frame.height),
                    (c"src_format", frame.format),
                    (c"dstw", width),
                    (c"dsth", height),
                    (c"dst_format", sys::AVPixelFormat::AV_PIX_FMT_RGB24 as i32),
                ];
                for (name, value) in numbers {
                    sys::av_opt_set_int(self.context.cast(), name.as_ptr(), value.into(), 0);
                }
                let flags = c"bicubic+accurate_rnd+full_chroma_int";
                sys::av_opt_set(self.context.cast(), c"sws_flags".as_ptr(), flags.as_ptr(), 0);
                assert!(sys::sws_init_context(self.context, ptr::null_mut(), ptr::null_mut()) >= 0, "libswscale refuses");
                self.width = (width as usize * 3).next_multiple_of(64) + 64;
                self.pixels = vec![0; self.width * height as usize];
            }
            let (to, strides) = ([self.pixels.as_mut_ptr()], [self.width as i32]);
            let (from, own) = (frame.data.as_ptr().cast(), frame.linesize.as_ptr());
            sys::sws_scale(self.context, from, own, 0, frame.height, to.as_ptr(), strides.as_ptr());
        }
        &self.pixels
    }
}
