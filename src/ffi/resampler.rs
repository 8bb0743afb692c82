//! Sound in the format, rate and channels that are wanted, by libswresample.

use std::ffi::c_int;
use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;

use super::Code;
use super::layout::Layout;
use super::sample::SampleFormat;
use super::sound::Sound;
use crate::media::Sample;

/// Owns one `SwrContext`, which makes samples of type `S` of one kind of sound.
pub(crate) struct Resampler<S> {
    context: NonNull<sys::SwrContext>,
    /// Of what.
    format: SampleFormat,
    layout: Layout,
    rate: u32,
    /// Into how many planes, and how many values a sample of all channels has in each.
    planes: usize,
    together: usize,
    made: PhantomData<fn() -> S>,
}

// SAFETY: a context belongs to no thread, and every use takes it mutably.
unsafe impl<S> Send for Resampler<S> {}

impl<S: Sample> Resampler<S> {
    /// From such sound as this one. With its settings as they are, which is what the `ffmpeg` program has.
    #[doc(alias = "swr_alloc_set_opts2")]
    pub(crate) fn new(from: &Sound, rate: u32, layout: &Layout, is_planar: bool) -> Result<Self, Code> {
        let (format, own_rate) = from.format().zip(from.rate()).ok_or(Code::INVALID_DATA)?;
        let made = match (S::IS_FLOAT, is_planar) {
            (true, false) => sys::AVSampleFormat::AV_SAMPLE_FMT_FLT,
            (true, true) => sys::AVSampleFormat::AV_SAMPLE_FMT_FLTP,
            (false, false) => sys::AVSampleFormat::AV_SAMPLE_FMT_S16,
            (false, true) => sys::AVSampleFormat::AV_SAMPLE_FMT_S16P,
        };
        let rates = [rate, own_rate].map(c_int::try_from);
        let [Ok(to_rate), Ok(from_rate)] = rates else { return Err(Code::INVALID_ARGUMENT) };
        let from_layout = from.layout()?;
        let mut context = ptr::null_mut();
        // SAFETY: the function allocates the context, or leaves it null; the layouts live, and it copies them.
        let code = unsafe {
            let (to, from) = (layout.raw(), from_layout.raw());
            sys::swr_alloc_set_opts2(&mut context, to, made, to_rate, from, format.0, from_rate, 0, ptr::null_mut())
        };
        let context = NonNull::new(context).ok_or(if code < 0 { Code(code) } else { Code::NO_MEMORY })?;
        let channels = layout.channels();
        let (planes, together) = if is_planar { (channels, 1) } else { (1, channels) };
        let resampler = Self { context, format, layout: from_layout, rate: own_rate, planes, together, made: PhantomData };
        // SAFETY: the context is live and ours alone.
        let code = unsafe { sys::swr_init(context.as_ptr()) };
        if code < 0 { Err(Code(code)) } else { Ok(resampler) }
    }

    /// Whether it was made for such sound.
    pub(crate) fn is_for(&self, sound: &Sound) -> bool {
        sound.format() == Some(self.format) && sound.rate() == Some(self.rate) && self.layout.is(&sound.raw().ch_layout)
    }

    /// How much of what it was given it has not given back, in parts of a second.
    #[doc(alias = "swr_get_delay")]
    pub(crate) fn delay(&mut self, parts: i64) -> i64 {
        // SAFETY: the context is initialised and ours alone.
        unsafe { sys::swr_get_delay(self.context.as_ptr(), parts) }
    }

    /// Converts a part of a block, given in samples, and puts behind `into` what comes of it: for each plane, or all in one. How many
    /// samples that is.
    #[doc(alias = "swr_convert")]
    pub(crate) fn convert(&mut self, sound: &Sound, part: Range<usize>, into: &mut [Vec<S>]) -> Result<usize, Code> {
        if !self.is_for(sound) || part.end > sound.samples() {
            return Err(Code::INVALID_ARGUMENT);
        }
        if part.is_empty() {
            return Ok(0);
        }
        let planes = sound.planes_from(part.start).ok_or(Code::INVALID_DATA)?;
        // SAFETY: one pointer for each plane of a sound of the kind that it was made for, each with at least as many samples behind it
        // as the part has; the sound lives, and is not written, during the call.
        unsafe { self.run(planes.as_ptr(), part.len(), into) }
    }

    /// What it still holds, for nothing comes any more. It is of no use afterwards.
    pub(crate) fn drain(&mut self, into: &mut [Vec<S>]) -> Result<usize, Code> {
        let mut all = 0;
        loop {
            // SAFETY: without input, nothing is read.
            match unsafe { self.run(ptr::null(), 0, into) }? {
                0 => return Ok(all),
                some => all += some,
            }
        }
    }

    /// # Safety
    /// `planes` is null, or has a pointer to `count` samples for each plane of what it was made for.
    unsafe fn run(&mut self, planes: *const *const u8, count: usize, into: &mut [Vec<S>]) -> Result<usize, Code> {
        let count = c_int::try_from(count).map_err(|_| Code::INVALID_ARGUMENT)?;
        // SAFETY: the context is initialised and ours alone.
        let room = unsafe { sys::swr_get_out_samples(self.context.as_ptr(), count) };
        let room = usize::try_from(room).map_err(|_| Code(room))?.max(32);
        if into.len() != self.planes {
            return Err(Code::INVALID_ARGUMENT);
        }
        let values = room.checked_mul(self.together).ok_or(Code::NO_MEMORY)?;
        let mut outputs = Vec::with_capacity(self.planes);
        for plane in into.iter_mut() {
            plane.try_reserve(values).map_err(|_| Code::NO_MEMORY)?;
            outputs.push(plane.spare_capacity_mut().as_mut_ptr().cast::<u8>());
        }
        let room = c_int::try_from(room).map_err(|_| Code::NO_MEMORY)?;
        // SAFETY: there is a pointer for each plane, to room for that many samples of the type that it makes; the input is the caller's
        // promise.
        let made = unsafe { sys::swr_convert(self.context.as_ptr(), outputs.as_ptr(), room, planes, count) };
        let made = usize::try_from(made).map_err(|_| Code(made))?;
        for plane in into {
            // SAFETY: reserved above, and written by the call; any bits are a sample, by what `Sample` is sealed for.
            unsafe { plane.set_len(plane.len() + made * self.together) };
        }
        Ok(made)
    }
}

impl<S> Drop for Resampler<S> {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: this is the only owner; the function frees it and nulls our copy of the pointer.
        unsafe { sys::swr_free(&mut context) };
    }
}
