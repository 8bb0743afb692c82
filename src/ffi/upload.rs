//! Pictures that are brought to a device, for encoders that take them from its memory alone.

use std::ffi::c_int;
use std::ptr::NonNull;

use ffmpeg_next::Frame;
use ffmpeg_sys_next as sys;

use super::codec_context::CodecContext;
use super::device::{HwDevice, succeeded};
use super::names::as_number;
use super::pixel::PixelFormat;
use super::raw_frame::RawFrame;
use super::{Code, Encoder};

/// What comes behind filters.
pub(crate) enum Coming {
    /// A picture of that size.
    Picture((u32, u32)),
    /// What pictures would be, had there been any.
    None,
    /// Nothing but a mark that there are no more.
    End,
}

impl Coming {
    pub(crate) fn of(frame: &Frame) -> Self {
        // SAFETY: ez-ffmpeg hands over frames that it allocated, or a null shell.
        let Some(frame) = (unsafe { frame.as_ptr().as_ref() }) else { return Self::End };
        match (u32::try_from(frame.width).unwrap_or_default(), u32::try_from(frame.height).unwrap_or_default()) {
            (0, 0) => Self::End,
            _ if frame.data[0].is_null() => Self::None,
            size => Self::Picture(size),
        }
    }
}

/// Owns a share in an `AVHWFramesContext`: memory of a device for pictures of one shape, of which FFmpeg makes as much as is in use.
pub(crate) struct Upload {
    frames: Frames,
    shape: Shape,
    size: (u32, u32),
}

/// What is in that memory.
#[derive(Clone, Copy)]
struct Shape {
    on_device: PixelFormat,
    samples: PixelFormat,
    width: c_int,
    height: c_int,
}

/// Owns a share in an `AVHWFramesContext`.
struct Frames(NonNull<sys::AVBufferRef>);

// SAFETY: a frames context belongs to no thread: its pool is locked by FFmpeg, and its shares are counted atomically.
unsafe impl Send for Frames {}

impl Frames {
    /// # Safety
    /// `device` is a share in a device that is open.
    unsafe fn new(device: *mut sys::AVBufferRef, shape: Shape) -> Result<Self, Code> {
        // SAFETY: the device is open, and the function takes a share of its own in it. What it gives is null or ours.
        let own = Self(NonNull::new(unsafe { sys::av_hwframe_ctx_alloc(device) }).ok_or(Code::NO_MEMORY)?);
        // SAFETY: the context is ours alone and not initialised yet, which is when these may be set. No number of surfaces is set: an
        // encoder keeps as many as it likes, and a pool of a fixed size could run out of them.
        unsafe {
            let context = &mut *own.context();
            (context.format, context.sw_format) = (shape.on_device.0, shape.samples.0);
            (context.width, context.height) = (shape.width, shape.height);
            succeeded(sys::av_hwframe_ctx_init(own.0.as_ptr()))?;
        }
        Ok(own)
    }

    /// Which lives as long as this.
    fn context(&self) -> *mut sys::AVHWFramesContext {
        // SAFETY: ours is live, and what it shares is such a context.
        unsafe { (*self.0.as_ptr()).data.cast() }
    }

    /// A picture there, in which is whatever was.
    fn surface(&self) -> Result<RawFrame, Code> {
        let mut own = RawFrame::empty().ok_or(Code::NO_MEMORY)?;
        // SAFETY: the frames context is initialised, and the new frame is live, empty and ours alone.
        unsafe { succeeded(sys::av_hwframe_get_buffer(self.0.as_ptr(), own.as_mut_ptr(), 0))? };
        Ok(own)
    }

    fn share(&self) -> Result<NonNull<sys::AVBufferRef>, Code> {
        // SAFETY: ours is live; the count is atomic.
        NonNull::new(unsafe { sys::av_buffer_ref(self.0.as_ptr()) }).ok_or(Code::NO_MEMORY)
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        let mut frames = self.0.as_ptr();
        // SAFETY: this share is ours alone; the function gives it back and nulls our copy of the pointer.
        unsafe { sys::av_buffer_unref(&mut frames) };
    }
}

impl Upload {
    /// For pictures with these samples, of that size, that the encoder is to take from the device's memory.
    ///
    /// # Errors
    /// As the driver gives them, which tell little: FFmpeg's lines say more. [`Code::NOT_IMPLEMENTED`] for samples that the device does not
    /// have, and for an encoder that takes nothing from its memory.
    #[doc(alias = "av_hwframe_ctx_init")]
    #[doc(alias = "hwupload")]
    pub(crate) fn to(device: &HwDevice, encoder: Encoder, samples: PixelFormat, size: (u32, u32)) -> Result<Self, Code> {
        let on_device = device.input(encoder).ok_or(Code::NOT_IMPLEMENTED)?;
        let side = |it| c_int::try_from(it).map_err(|_| Code::INVALID_ARGUMENT);
        let (width, height) = (side(size.0)?, side(size.1)?);
        let shape = Shape { on_device, samples, width, height };
        // SAFETY: the device is open.
        Ok(Self { frames: unsafe { Frames::new(device.as_ptr(), shape)? }, shape, size })
    }

    /// Sees to it that there is memory on the device for so many of its pictures at once, which are kept from then on, and for so many of
    /// an encoder's own beside them, which are given back. Others may take those before the encoder does.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`] where there is not; FFmpeg's lines say what the driver says.
    pub(crate) fn make_room(&self, pictures: usize, encoders: usize) -> Result<(), Code> {
        // SAFETY: a frames context has a share in its device, which is open as long as that.
        let apart = unsafe { Frames::new((*self.frames.context()).device_ref, self.shape)? };
        let room = [(&self.frames, pictures), (&apart, encoders)];
        let surfaces = room.into_iter().flat_map(|(frames, count)| (0..count).map(|_| frames.surface()));
        surfaces.collect::<Result<Vec<_>, _>>().map(drop)
    }

    /// Has an encoder that is not open yet take its pictures from there.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`].
    pub(super) fn install(&self, context: &CodecContext) -> Result<(), Code> {
        let share = self.frames.share()?;
        // SAFETY: the codec context is its owner's alone and not open yet, and takes the share over. Ours is live.
        unsafe {
            let context = &mut *context.as_ptr();
            context.pix_fmt = (*(*share.as_ptr()).data.cast::<sys::AVHWFramesContext>()).format;
            context.hw_frames_ctx = share.as_ptr();
        }
        Ok(())
    }

    /// Puts the same picture in the device's memory in the place of one in memory of ours.
    ///
    /// # Errors
    /// As the driver gives them, [`Code::INVALID_ARGUMENT`] for a picture of another shape; the frame is what it was.
    pub(crate) fn replace(&self, frame: &mut Frame) -> Result<(), Code> {
        // SAFETY: ez-ffmpeg hands over frames that it allocated, or a null shell.
        let given = unsafe { frame.as_ptr().as_ref() }.ok_or(Code::INVALID_ARGUMENT)?;
        let mut own = self.filled(given)?;
        // SAFETY: both frames are live and ours alone; the first is emptied before it takes over all that the other has, which is empty then.
        unsafe {
            sys::av_frame_unref(frame.as_mut_ptr());
            sys::av_frame_move_ref(frame.as_mut_ptr(), own.as_mut_ptr());
        }
        Ok(())
    }

    /// The picture on the device.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    #[doc(alias = "av_hwframe_transfer_data")]
    pub(super) fn filled(&self, picture: &sys::AVFrame) -> Result<RawFrame, Code> {
        self.check(picture)?;
        let mut own = self.frames.surface()?;
        // SAFETY: the new frame is live and ours alone. The other one is a live picture with the samples and the size of its frames context,
        // as has been checked, and is only read.
        unsafe {
            ((*own.as_mut_ptr()).width, (*own.as_mut_ptr()).height) = (picture.width, picture.height);
            succeeded(sys::av_hwframe_transfer_data(own.as_mut_ptr(), picture, 0))?;
            succeeded(sys::av_frame_copy_props(own.as_mut_ptr(), picture))?;
        }
        Ok(own)
    }

    /// Whether a frame is of the shape that this was made for.
    fn check(&self, frame: &sys::AVFrame) -> Result<(), Code> {
        let size = (u32::try_from(frame.width).unwrap_or_default(), u32::try_from(frame.height).unwrap_or_default());
        let is_alike = (frame.format, size) == (as_number(&self.shape.samples.0), self.size) && !frame.data[0].is_null();
        if is_alike { Ok(()) } else { Err(Code::INVALID_ARGUMENT) }
    }
}
