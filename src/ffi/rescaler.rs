//! Pictures in another pixel format and size, by libswscale.

use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;

use super::Code;
use super::names::{self, as_number};
use super::picture::Picture;
use super::pixel::PixelFormat;
use super::planes::Span;
use super::raw_frame::RawFrame;
use crate::media::{ColorInfo, Plane, Scaler, StreamKind};

/// What is made out of what.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) from: PixelFormat,
    pub(crate) colors: Colors,
    /// The part of the picture: where it begins, at multiples of the format's [grid](PixelFormat::grid), and how large it is.
    pub(crate) at: (u32, u32),
    pub(crate) part: (u32, u32),
    pub(crate) to: PixelFormat,
    pub(crate) size: (u32, u32),
    pub(crate) scaler: Scaler,
}

/// What the numbers of a picture mean, as far as it matters to a conversion: FFmpeg's own numbers, for a decoder may be newer than the
/// bindings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colors {
    space: c_int,
    /// `None` where nobody says.
    is_full: Option<bool>,
    siting: c_int,
}

impl Colors {
    /// As the picture has them, but for what is stated.
    pub(crate) fn of(picture: &Picture, stated: &ColorInfo) -> Self {
        let frame = picture.raw().get();
        let range = stated.range.map_or(as_number(&frame.color_range), |it| if it == "pc" { FULL } else { LIMITED });
        let own = |name: Option<&str>, find: Find, own| name.and_then(|it| numbered(find, it)).unwrap_or(own);
        Self {
            space: own(stated.space, sys::av_color_space_from_name, as_number(&frame.colorspace)),
            is_full: [LIMITED, FULL].contains(&range).then_some(range == FULL),
            siting: own(stated.chroma_location, sys::av_chroma_location_from_name, as_number(&frame.chroma_location)),
        }
    }

    /// FFmpeg's name of the colour space, where that is one that libswscale has no numbers for.
    pub(crate) fn unknown_space(self) -> Option<String> {
        let name = || names::color_space(self.space).map_or_else(|| self.space.to_string(), str::to_owned);
        (!SPACES.contains(&self.space)).then(name)
    }

    /// Whether every value of a component counts.
    pub(crate) fn is_full(self) -> bool {
        self.is_full == Some(true)
    }

    /// How chroma of limited range becomes red (of V), blue (of U) and less green (of U, of V).
    #[doc(alias = "sws_getCoefficients")]
    pub(crate) fn matrix(self) -> [f64; 4] {
        // SAFETY: for any number the function gives a row of a constant table, which has four numbers.
        let row = unsafe { std::slice::from_raw_parts(sys::sws_getCoefficients(self.space), 4) };
        std::array::from_fn(|it| f64::from(row[it]) / 65_536.0)
    }

    /// Where samples of chroma lie between those of luma, across and down, in 1/256 of a pixel; by default in the middle, as FFmpeg's
    /// filter `scale` has it.
    pub(crate) fn siting(self) -> (i32, i32) {
        // FFmpeg's numbers, in its order: left, centre, top left, top, bottom left, bottom.
        match self.siting {
            1 => (0, 128),
            3 => (0, 0),
            4 => (128, 0),
            5 => (0, 256),
            6 => (128, 256),
            _ => (128, 128),
        }
    }
}

/// What libswscale is told so that chroma is interpolated, and rounding exact.
#[doc(alias = "sws_flags")]
pub(crate) fn scaler_flags(scaler: Scaler) -> String {
    format!("{}+accurate_rnd+full_chroma_int", scaler.name())
}

/// Whether each thing that is stated is one that FFmpeg knows by that name, and that can be converted.
pub(crate) fn is_usable_color(stated: &ColorInfo) -> bool {
    let known = |name: Option<&str>, find: Find| name.is_none_or(|it| numbered(find, it).is_some());
    let space = stated.space.map(|it| numbered(sys::av_color_space_from_name, it));
    space.is_none_or(|it| it.is_some_and(|it| SPACES.contains(&it)))
        && known(stated.transfer, sys::av_color_transfer_from_name)
        && known(stated.primaries, sys::av_color_primaries_from_name)
        && known(stated.chroma_location, sys::av_chroma_location_from_name)
        && stated.range.is_none_or(|it| matches!(it, "tv" | "pc"))
}

type Find = unsafe extern "C" fn(*const std::ffi::c_char) -> c_int;

fn numbered(find: Find, name: &str) -> Option<c_int> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name ends with a NUL, and the functions look into constant tables.
    Some(unsafe { find(name.as_ptr()) }).filter(|it| *it >= 0)
}

/// FFmpeg's numbers of the spaces that its filter `scale` takes: none (for RGB), BT.709, nobody says, FCC, BT.470BG, SMPTE 170M and 240M,
/// BT.2020.
const SPACES: [c_int; 8] = [0, 1, 2, 4, 5, 6, 7, 9];
/// The default of `src_h_chr_pos`.
const UNSAID: i64 = -513;
const LIMITED: c_int = 1;
const FULL: c_int = 2;

/// Owns one `SwsContext`, and the picture that it makes.
pub(crate) struct Rescaler {
    context: NonNull<sys::SwsContext>,
    task: Task,
    made: RawFrame,
}

// SAFETY: a context belongs to no thread, and every use takes it mutably.
unsafe impl Send for Rescaler {}

impl Rescaler {
    /// With interpolated chroma and exact rounding.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`], and what FFmpeg says of sizes that it does not take.
    #[doc(alias = "sws_init_context")]
    pub(crate) fn new(task: Task) -> Result<Self, Code> {
        let made = RawFrame::with_room(task.to, task.size)?;
        // SAFETY: plain allocation, checked for null.
        let context = NonNull::new(unsafe { sys::sws_alloc_context() }).ok_or(Code::NO_MEMORY)?;
        let own = Self { context, task, made };
        own.set_up()?;
        Ok(own)
    }

    /// As FFmpeg's filter `scale` does it.
    fn set_up(&self) -> Result<(), Code> {
        let Task { from, colors, part, to, size, scaler, .. } = self.task;
        let (across, down) = from.chroma_sharing();
        let (x, y) = colors.siting();
        // Where it is coarser still, samples lie as far apart as that. Of what has chroma for every pixel, nothing is said, for libswscale
        // may leave out every other one.
        let place = |at: i32, sharing: u32| if sharing == 1 { UNSAID } else { i64::from(at) * (i64::from(sharing) - 1) };
        let numbers = [
            (c"srcw", i64::from(part.0)),
            (c"srch", i64::from(part.1)),
            (c"src_format", from.0 as i64),
            (c"dstw", i64::from(size.0)),
            (c"dsth", i64::from(size.1)),
            (c"dst_format", to.0 as i64),
            (c"src_h_chr_pos", place(x, across)),
            (c"src_v_chr_pos", place(y, down)),
            (c"dst_range", 1),
        ];
        // Red, green and blue have no other range, and no other way into luma and chroma than the one that leads back.
        let is_full = if from.is_rgb() { Some(true) } else { colors.is_full };
        let range = is_full.map(|it| (c"src_range", i64::from(it)));
        for (option, value) in numbers.into_iter().chain(range) {
            self.set(option, value)?;
        }
        let flags = CString::new(scaler_flags(scaler)).map_err(|_| Code::INVALID_ARGUMENT)?;
        // SAFETY: the context is live and ours alone, and begins with its class; both strings end with a NUL.
        check(unsafe { sys::av_opt_set(self.object(), c"sws_flags".as_ptr(), flags.as_ptr(), 0) })?;
        // SAFETY: the context is live and ours alone; it needs no filters of ours.
        check(unsafe { sys::sws_init_context(self.context.as_ptr(), ptr::null_mut(), ptr::null_mut()) })?;
        let (mut own, mut table) = (ptr::null_mut(), ptr::null_mut());
        let (mut from_full, mut to_full, mut brightness, mut contrast, mut saturation) = (0, 0, 0, 0, 0);
        // SAFETY: the context is initialised; what it gives are its own tables, which live as long as it, and numbers. The coefficients are
        // constants. What it says of colours that it has no use for (RGB to RGB) is no failure.
        unsafe {
            let context = self.context.as_ptr();
            sys::sws_getColorspaceDetails(
                context,
                &mut own,
                &mut from_full,
                &mut table,
                &mut to_full,
                &mut brightness,
                &mut contrast,
                &mut saturation,
            );
            let space = if from.is_rgb() { own.cast_const() } else { sys::sws_getCoefficients(colors.space) };
            // Luma stays the luma that it is.
            let to = if from.is_rgb() { table.cast_const() } else { space };
            sys::sws_setColorspaceDetails(context, space, from_full, to, to_full, brightness, contrast, saturation);
        }
        Ok(())
    }

    fn set(&self, option: &CStr, value: i64) -> Result<(), Code> {
        // SAFETY: the context is live and ours alone, and begins with its class; the name ends with a NUL.
        check(unsafe { sys::av_opt_set_int(self.object(), option.as_ptr(), value, 0) })
    }

    fn object(&self) -> *mut c_void {
        self.context.as_ptr().cast()
    }

    /// Makes it; [`plane`](Self::plane) has it then.
    ///
    /// # Errors
    /// [`Code::INVALID_ARGUMENT`] for a picture that the task is not for, or whose planes do not lie in its buffers.
    #[doc(alias = "sws_scale")]
    pub(crate) fn run(&mut self, picture: &RawFrame) -> Result<(), Code> {
        let Task { from, at, part, .. } = self.task;
        let frame = picture.get();
        let (width, height) = (frame.width.max(0) as u32, frame.height.max(0) as u32);
        let is_within =
            at.0.checked_add(part.0).is_some_and(|it| it <= width) && at.1.checked_add(part.1).is_some_and(|it| it <= height);
        let (across, down) = from.grid();
        if frame.format != from.0 as c_int || !is_within || at.0 % across != 0 || at.1 % down != 0 {
            return Err(Code::INVALID_ARGUMENT);
        }
        let (mut data, mut strides) = ([ptr::null::<u8>(); 4], [0; 4]);
        for plane in 0..from.planes().min(4) {
            let offset = from.offset(frame, at, plane).ok_or(Code::INVALID_ARGUMENT)?;
            // SAFETY: the decoder filled it, and nobody changes it.
            unsafe { Span::of(frame, StreamKind::Video, plane) }.ok_or(Code::INVALID_ARGUMENT)?;
            data[plane] = frame.data[plane].wrapping_offset(offset);
            strides[plane] = frame.linesize[plane];
        }
        let rows = c_int::try_from(part.1).map_err(|_| Code::INVALID_ARGUMENT)?;
        let made = self.made.as_mut_ptr();
        // SAFETY: the context is initialised for a picture of that format and part. All rows of the part lie in the planes that were
        // looked at, which live, and are not written, during the call. What is made has buffers of its own, of the size that it was
        // initialised for, which nobody else refers to.
        let code = unsafe {
            let (to, to_strides) = ((*made).data.as_ptr(), (*made).linesize.as_ptr());
            sys::sws_scale(self.context.as_ptr(), data.as_ptr(), strides.as_ptr(), 0, rows, to, to_strides)
        };
        check(code)
    }

    /// What was made last.
    pub(crate) fn made(&self) -> &RawFrame {
        &self.made
    }

    /// A plane of what was made last.
    pub(crate) fn plane(&self, index: usize) -> Option<Plane<'_>> {
        // SAFETY: FFmpeg filled it; it is written only through a mutable borrow.
        let (span, bytes) = unsafe {
            let span = Span::of(self.made.get(), StreamKind::Video, index)?;
            let bytes = span.bytes();
            (span, bytes)
        };
        Some(Plane::new(bytes, span.stride, span.row, span.rows))
    }
}

impl Drop for Rescaler {
    fn drop(&mut self) {
        // SAFETY: this is the only owner.
        unsafe { sys::sws_freeContext(self.context.as_ptr()) };
    }
}

fn check(code: c_int) -> Result<(), Code> {
    if code < 0 { Err(Code(code)) } else { Ok(()) }
}

impl PixelFormat {
    /// Whether libswscale reads it.
    #[doc(alias = "sws_isSupportedInput")]
    pub(crate) fn can_be_converted(self) -> bool {
        // SAFETY: one of the enumeration; the function looks into a table.
        unsafe { sys::sws_isSupportedInput(self.0) > 0 }
    }

    /// From the first byte of a plane to that of the part that begins there.
    fn offset(self, frame: &sys::AVFrame, (x, y): (u32, u32), plane: usize) -> Option<isize> {
        if plane >= 1 && self.planes() == 2 && !self.has_chroma() {
            // A palette.
            return Some(0);
        }
        let lower = if matches!(plane, 1 | 2) { self.chroma_sharing().1 } else { 1 };
        let row = if x == 0 { 0 } else { self.row(x, plane)? };
        let down = isize::try_from(y / lower).ok()?.checked_mul(isize::try_from(frame.linesize[plane]).ok()?)?;
        down.checked_add(isize::try_from(row).ok()?)
    }
}
