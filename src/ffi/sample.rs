use ffmpeg_sys_next as sys;

/// How samples of sound lie in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SampleFormat(pub(super) sys::AVSampleFormat);

impl SampleFormat {
    /// `None` for a number that the bindings do not have: the FFmpeg at run time may be newer than the one at build time.
    pub(super) fn numbered(number: i32) -> Option<Self> {
        let known = (0..sys::AVSampleFormat::AV_SAMPLE_FMT_NB as i32).contains(&number);
        // SAFETY: of the enumeration's type, and within it: FFmpeg numbers it from 0 without gaps.
        known.then(|| Self(unsafe { std::mem::transmute::<i32, sys::AVSampleFormat>(number) }))
    }

    /// Of one sample of one channel.
    pub(crate) fn bytes(self) -> usize {
        // SAFETY: one of the enumeration; the function looks into a table.
        usize::try_from(unsafe { sys::av_get_bytes_per_sample(self.0) }).unwrap_or_default()
    }

    /// Whether each channel has a plane of its own.
    pub(crate) fn is_planar(self) -> bool {
        // SAFETY: as above.
        unsafe { sys::av_sample_fmt_is_planar(self.0) != 0 }
    }
}
