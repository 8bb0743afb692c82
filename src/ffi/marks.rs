//! Pictures that nothing was written to: FFmpeg 7.1 takes it for a success where a device fails to give one, and what was in the memory
//! before would pass for a picture.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::ptr::{self, NonNull};

use ffmpeg_next::Frame;
use ffmpeg_sys_next as sys;

use super::Code;
use super::pixel::PixelFormat;

/// Bytes at the end of each plane that no picture has but by a chance of one in 2^128.
pub(super) struct Marks(u128);

impl Marks {
    const LENGTH: usize = size_of::<u128>();

    pub(super) fn new() -> Self {
        let random = RandomState::new();
        let half = |it: u8| u128::from(random.hash_one(it));
        Self((half(0) << 64) | half(1))
    }

    /// Before a device writes there.
    ///
    /// # Safety
    /// The picture has planes as its format, size and strides say, which nobody else looks at meanwhile.
    pub(super) unsafe fn put(&self, picture: &sys::AVFrame) {
        for at in places(picture) {
            // SAFETY: within a plane, as `places` says, that is the caller's alone.
            unsafe { self.put_at(at) };
        }
    }

    /// # Safety
    /// There is room for the bytes, which nobody else looks at meanwhile.
    unsafe fn put_at(&self, at: *mut u8) {
        // SAFETY: as the caller says.
        unsafe { ptr::copy_nonoverlapping(self.0.to_ne_bytes().as_ptr(), at, Self::LENGTH) };
    }

    /// Whether nothing was written in some plane that is large enough to tell.
    pub(super) fn are_left(&self, picture: &sys::AVFrame) -> bool {
        places(picture).any(|at| {
            // SAFETY: within a plane, as `places` says, to which nobody writes any more.
            unsafe { at.cast::<u128>().read_unaligned() == self.0 }
        })
    }
}

/// The last bytes of the last row of each plane that has rows so long.
fn places(picture: &sys::AVFrame) -> impl Iterator<Item = *mut u8> {
    planes(picture).filter_map(|it| {
        let at = ((it.rows - 1) * it.stride + it.row).checked_sub(Marks::LENGTH)?;
        // SAFETY: a plane has that many rows of that length, so it is within.
        (it.row >= Marks::LENGTH).then(|| unsafe { it.first.add(at) })
    })
}

/// Rows of bytes that follow upon each other in memory.
struct Plane {
    first: *mut u8,
    stride: usize,
    row: usize,
    rows: usize,
}

/// Those that are there, and have at least a row.
fn planes(picture: &sys::AVFrame) -> impl Iterator<Item = Plane> {
    let format = PixelFormat::numbered(picture.format);
    (0..picture.data.len()).filter_map(move |plane| {
        let format = format?;
        let row = format.row(u32::try_from(picture.width).ok()?, plane)?;
        let down = if plane == 0 { 1 } else { format.chroma_sharing().1 };
        let rows = usize::try_from(picture.height).ok()?.div_ceil(usize::try_from(down).ok()?);
        let stride = usize::try_from(picture.linesize[plane]).ok().filter(|it| *it >= row)?;
        let first = picture.data[plane];
        (!first.is_null() && rows > 0).then_some(Plane { first, stride, row, rows })
    })
}

/// Pictures of one decoder, which it has written to memory of a pool of its own. Where the last share in such memory is given back, it is
/// marked before the pool has it again; memory that is new is zero.
pub(crate) struct Unwritten {
    marks: Marks,
    /// Pictures that somebody may still look at.
    lent: Vec<Share>,
    /// Where there was a picture before.
    seen: HashSet<usize>,
}

/// A share in a picture's memory.
struct Share {
    buffer: NonNull<sys::AVBufferRef>,
    /// Where marks belong in it.
    places: Vec<*mut u8>,
}

// SAFETY: buffers belong to no thread: their shares are counted atomically, and what frees one may do so on any thread. The places are
// within the buffer, and are used by who has the share alone.
unsafe impl Send for Share {}

impl Unwritten {
    pub(crate) fn new() -> Self {
        Self { marks: Marks::new(), lent: Vec::new(), seen: HashSet::new() }
    }

    /// To be shown all pictures, as they come out of the decoder.
    ///
    /// # Errors
    /// [`Code::IO`] for one that nothing was written to, [`Code::NO_MEMORY`].
    pub(crate) fn check(&mut self, frame: &Frame) -> Result<(), Code> {
        self.give_back();
        // SAFETY: ez-ffmpeg hands over frames that it allocated, or a null shell.
        let Some(picture) = (unsafe { frame.as_ptr().as_ref() }) else { return Ok(()) };
        // SAFETY: what is there is null or a share of the frame's.
        let Some(buffer) = (unsafe { picture.buf[0].as_ref() }) else { return Ok(()) };
        if self.marks.are_left(picture) || (self.seen.insert(buffer.data.addr()) && is_zero(picture)) {
            return Err(Code::IO);
        }
        self.lent.push(Share::of(buffer, picture)?);
        Ok(())
    }

    /// Marks what nobody else has any more.
    fn give_back(&mut self) {
        self.lent.retain(|it| {
            // SAFETY: the share is live. One that is alone stays alone, and the places are within its memory.
            let is_alone = unsafe { sys::av_buffer_is_writable(it.buffer.as_ptr()) } != 0;
            if is_alone {
                // SAFETY: as above.
                it.places.iter().for_each(|at| unsafe { self.marks.put_at(*at) });
            }
            !is_alone
        });
    }
}

/// Whether there is nothing but zeros in any plane; of a picture without planes nobody knows.
fn is_zero(picture: &sys::AVFrame) -> bool {
    let mut planes = planes(picture).peekable();
    // SAFETY: a plane has that many rows of that length, to which nobody writes any more.
    let row = |it: &Plane, nth: usize| unsafe { std::slice::from_raw_parts(it.first.add(nth * it.stride), it.row) };
    planes.peek().is_some() && planes.all(|it| (0..it.rows).all(|nth| row(&it, nth).iter().all(|it| *it == 0)))
}

impl Share {
    fn of(buffer: &sys::AVBufferRef, picture: &sys::AVFrame) -> Result<Self, Code> {
        let memory = buffer.data.addr()..buffer.data.addr().saturating_add(buffer.size);
        let is_within = |at: &*mut u8| memory.contains(&at.addr()) && at.addr() + Marks::LENGTH <= memory.end;
        // SAFETY: theirs is live; the count is atomic.
        let own = NonNull::new(unsafe { sys::av_buffer_ref(buffer) }).ok_or(Code::NO_MEMORY)?;
        Ok(Self { buffer: own, places: places(picture).filter(is_within).collect() })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut buffer = self.buffer.as_ptr();
        // SAFETY: this share is ours alone; the function gives it back and nulls our copy of the pointer.
        unsafe { sys::av_buffer_unref(&mut buffer) };
    }
}
