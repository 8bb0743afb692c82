//! A decoded block of sound, as the decoder left it.

use std::ffi::c_int;
use std::ptr;

use ffmpeg_sys_next as sys;

use super::layout::Layout;
use super::planes::Span;
use super::raw_frame::RawFrame;
use super::sample::SampleFormat;
use super::{Code, names};
use crate::media::{Rational, StreamKind};

/// A decoded frame that is sound.
pub(crate) struct Sound(RawFrame);

impl Sound {
    pub(crate) fn new(frame: RawFrame) -> Self {
        Self(frame)
    }

    /// When it begins, where its packet tells, in ticks of [`time_base`](Self::time_base). What the decoder skipped is not counted in.
    pub(crate) fn timestamp(&self) -> Option<i64> {
        Some(self.raw().pts).filter(|it| *it != sys::AV_NOPTS_VALUE)
    }

    pub(crate) fn time_base(&self) -> Rational {
        let base = self.raw().time_base;
        Rational::new(base.num, base.den).unwrap_or(Rational::MICROS)
    }

    /// Samples of each channel.
    #[doc(alias = "nb_samples")]
    pub(crate) fn samples(&self) -> usize {
        self.raw().nb_samples.max(0) as usize
    }

    /// Samples of each channel a second; `None` where nobody tells.
    pub(crate) fn rate(&self) -> Option<u32> {
        self.0.rate()
    }

    pub(crate) fn layout(&self) -> Result<Layout, Code> {
        Layout::copy(&self.raw().ch_layout)
    }

    /// FFmpeg's name for how samples lie in memory.
    pub(crate) fn format_name(&self) -> Option<&'static str> {
        names::sample_format(self.raw().format)
    }

    pub(crate) fn frame(&self) -> &RawFrame {
        &self.0
    }

    pub(super) fn format(&self) -> Option<SampleFormat> {
        SampleFormat::numbered(self.raw().format)
    }

    /// Where its planes begin, counted from a sample on. `None` where they do not lie within the frame.
    pub(super) fn planes_from(&self, sample: usize) -> Option<Vec<*const u8>> {
        let format = self.format()?;
        let channels = usize::try_from(self.raw().ch_layout.nb_channels).ok()?;
        let (planes, together) = if format.is_planar() { (channels, 1) } else { (1, channels) };
        let skipped = sample.checked_mul(format.bytes())?.checked_mul(together)?;
        // SAFETY: the decoder filled it, and nobody changes it. The buffers live, and are not written, as long as this does.
        let plane = |index| unsafe { Span::of(self.raw(), StreamKind::Audio, index).map(|it| it.bytes()) };
        (0..planes).map(|index| Some(plane(index)?.get(skipped..)?.as_ptr())).collect()
    }

    pub(super) fn raw(&self) -> &sys::AVFrame {
        self.0.get()
    }
}

/// Sound of 16 bits, whose samples are those of all channels, one after the other.
///
/// # Errors
/// [`Code::NO_MEMORY`], and [`Code::INVALID_ARGUMENT`] for more than there can be.
pub(crate) fn interleaved(samples: &[i16], channels: usize, rate: u32) -> Result<RawFrame, Code> {
    let number = |it: usize| c_int::try_from(it).map_err(|_| Code::INVALID_ARGUMENT);
    let count = samples.len().checked_div(channels).ok_or(Code::INVALID_ARGUMENT)?;
    let (count, channels, rate) = (number(count)?, number(channels)?, c_int::try_from(rate).map_err(|_| Code::INVALID_ARGUMENT)?);
    let mut frame = RawFrame::empty().ok_or(Code::NO_MEMORY)?;
    // SAFETY: the frame is ours alone, and has the fields that its buffer is allocated by: one plane, with room for so many samples of so
    // many channels, which are no more than there are.
    let code = unsafe {
        let raw = frame.as_mut_ptr();
        ((*raw).nb_samples, (*raw).sample_rate) = (count, rate);
        (*raw).format = sys::AVSampleFormat::AV_SAMPLE_FMT_S16 as c_int;
        sys::av_channel_layout_default(&mut (*raw).ch_layout, channels);
        if (*raw).ch_layout.order == sys::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC && channels < 64 {
            // Filters draw as many as there are, and want each to have a name.
            sys::av_channel_layout_from_mask(&mut (*raw).ch_layout, (1 << channels) - 1);
        }
        let code = sys::av_frame_get_buffer(raw, 0);
        if code >= 0 {
            ptr::copy_nonoverlapping(samples.as_ptr(), (*raw).data[0].cast(), count as usize * channels as usize);
        }
        code
    };
    if code < 0 { Err(Code(code)) } else { Ok(frame) }
}

/// Timestamps of blocks of sound that follow each other, of a clock that counts coarser than samples: made into counts of samples
/// that neither drift nor jitter.
#[doc(alias = "av_rescale_delta")]
pub(crate) struct Smooth {
    last: i64,
}

impl Smooth {
    pub(crate) fn new() -> Self {
        Self { last: sys::AV_NOPTS_VALUE }
    }

    /// After a gap.
    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }

    /// `pts` of a block of so many samples, in samples.
    pub(crate) fn samples(&mut self, pts: i64, base: Rational, samples: usize, rate: u32) -> i64 {
        let rate = sys::AVRational { num: 1, den: c_int::try_from(rate).unwrap_or(c_int::MAX) };
        let base = sys::AVRational { num: base.num(), den: base.den() };
        let samples = c_int::try_from(samples).unwrap_or(c_int::MAX);
        // SAFETY: numbers only; the last one is ours.
        unsafe { sys::av_rescale_delta(base, pts, rate, samples, &mut self.last, rate) }
    }
}
