//! What a decoder gives, of whatever kind.

use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;

use super::{Code, PixelFormat};
use crate::media::{Rational, Ticks};

/// Owns one `AVFrame`, and with it a share in the buffers of its planes. Nobody writes to those as long as it lives: a decoder that
/// goes on takes others.
pub(crate) struct RawFrame(NonNull<sys::AVFrame>);

// SAFETY: a frame and its buffers belong to no thread; the counts of those who share the buffers are atomic, and what frees a buffer
// may do so on any thread, as FFmpeg's own frame threads need it.
unsafe impl Send for RawFrame {}

// SAFETY: through a shared reference it is only read, and no FFmpeg function that is called with it then writes to it. A decoder's
// frame threads do not write to a picture that has been given out: its progress was complete by then.
unsafe impl Sync for RawFrame {}

impl RawFrame {
    /// One with nothing in it. `None` where memory is short.
    #[doc(alias = "av_frame_alloc")]
    pub(super) fn empty() -> Option<Self> {
        // SAFETY: plain allocation, checked for null.
        NonNull::new(unsafe { sys::av_frame_alloc() }).map(Self)
    }

    /// One with room for a picture, in which nothing has been written yet.
    ///
    /// # Errors
    /// [`Code::INVALID_ARGUMENT`] for a size that FFmpeg does not take, [`Code::NO_MEMORY`].
    #[doc(alias = "av_frame_get_buffer")]
    pub(super) fn with_room(format: PixelFormat, (width, height): (u32, u32)) -> Result<Self, Code> {
        let mut own = Self::empty().ok_or(Code::NO_MEMORY)?;
        let side = |it| c_int::try_from(it).map_err(|_| Code::INVALID_ARGUMENT);
        let (width, height) = (side(width)?, side(height)?);
        // SAFETY: the frame is ours and empty; FFmpeg checks the size.
        let code = unsafe {
            let frame = own.as_mut_ptr();
            ((*frame).width, (*frame).height, (*frame).format) = (width, height, format.0 as c_int);
            sys::av_frame_get_buffer(frame, 0)
        };
        if code < 0 { Err(Code(code)) } else { Ok(own) }
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut sys::AVFrame {
        self.0.as_ptr()
    }

    pub(super) fn get(&self) -> &sys::AVFrame {
        // SAFETY: live as long as this, and only its maker lets FFmpeg write to it.
        unsafe { self.0.as_ref() }
    }

    /// Another one with shares in the same buffers, and copies of all else.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`].
    #[doc(alias = "av_frame_ref")]
    pub(crate) fn shared(&self) -> Result<Self, Code> {
        let mut own = Self::empty().ok_or(Code::NO_MEMORY)?;
        // SAFETY: both frames are live, and the new one is ours alone.
        let code = unsafe { sys::av_frame_ref(own.as_mut_ptr(), self.get()) };
        if code < 0 { Err(Code(code)) } else { Ok(own) }
    }

    /// That of the packet that it was decoded of; of one that had none, 0.
    pub(crate) fn number(&self) -> usize {
        self.get().opaque.addr()
    }

    /// When it is shown by the time of its packet, in that packet's time base.
    pub(crate) fn time(&self) -> Option<i64> {
        Some(self.get().pts).filter(|it| *it != sys::AV_NOPTS_VALUE)
    }

    /// Whether the decoder had to guess at parts of it.
    #[doc(alias = "AV_FRAME_FLAG_CORRUPT")]
    pub(crate) fn is_corrupt(&self) -> bool {
        self.get().flags & sys::AV_FRAME_FLAG_CORRUPT != 0 || self.get().decode_error_flags != 0
    }

    /// When it begins, by what filters make of it; at zero where nobody tells.
    pub(crate) fn pts(&self) -> Ticks {
        let (pts, base) = (self.get().pts, self.get().time_base);
        let base = Rational::new(base.num, base.den).unwrap_or(Rational::MICROS);
        Ticks::new(if pts == sys::AV_NOPTS_VALUE { 0 } else { pts }, base)
    }

    /// How long a picture is shown, in ticks as its time; 0 where nobody tells.
    pub(crate) fn shown_for(&self) -> i64 {
        self.get().duration
    }

    /// Width and height in pixels; nothing where it is no picture.
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.get().width.max(0) as u32, self.get().height.max(0) as u32)
    }

    /// Of a picture; `None` for one that the bindings do not have.
    pub(crate) fn pixel_format(&self) -> Option<PixelFormat> {
        PixelFormat::numbered(self.get().format)
    }

    /// Width of a pixel by its height, as whoever made the picture says.
    pub(crate) fn pixel_aspect(&self) -> Option<Rational> {
        let aspect = self.get().sample_aspect_ratio;
        Rational::new(aspect.num, aspect.den).filter(|it| it.num() > 0)
    }

    /// Samples of each channel a second; `None` where it is no sound.
    pub(crate) fn rate(&self) -> Option<u32> {
        u32::try_from(self.get().sample_rate).ok().filter(|it| *it > 0)
    }

    /// How long sound is, in samples; of pictures nothing.
    pub(crate) fn length(&self) -> Ticks {
        let tick = Rational::new(1, self.get().sample_rate).unwrap_or(Rational::MICROS);
        Ticks::new(i64::from(self.get().nb_samples), tick)
    }

    /// What decoder or filters say of it besides: keys and their values.
    #[doc(alias = "av_dict_iterate")]
    pub(crate) fn metadata(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        let mut at = ptr::null();
        std::iter::from_fn(move || {
            // SAFETY: the dictionary is null or the frame's, and changed by nobody as long as this is borrowed; so its entries stay where
            // they are, and their texts end with a NUL.
            unsafe {
                at = sys::av_dict_iterate(self.get().metadata, at);
                let entry = at.as_ref()?;
                Some((CStr::from_ptr(entry.key).to_string_lossy(), CStr::from_ptr(entry.value).to_string_lossy()))
            }
        })
    }
}

impl Drop for RawFrame {
    fn drop(&mut self) {
        let mut frame = self.0.as_ptr();
        // SAFETY: this is the only owner; the function gives back its share in the buffers, frees the frame and nulls our copy of the
        // pointer.
        unsafe { sys::av_frame_free(&mut frame) };
    }
}
