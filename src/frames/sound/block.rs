use std::sync::Arc;
use std::time::Duration;

use super::waiting::Cut;
use crate::frames::frame::micros;
use crate::media::{ChannelLayout, Rational, SampleRate, Ticks};

/// Some of the sound of a reading, in the type, rate and channels that were asked for. A clone shares the samples, and costs next to
/// nothing.
///
/// A *frame* here is what FFmpeg and most others call so: one sample of each channel.
#[derive(Clone)]
pub struct Block<S> {
    cut: Arc<Cut<S>>,
    shape: Arc<Shape>,
}

/// What all blocks of a reading have in common.
pub(super) struct Shape {
    pub(super) rate: SampleRate,
    pub(super) layout: ChannelLayout,
    pub(super) channels: usize,
    pub(super) is_planar: bool,
    /// Where the container begins, in microseconds.
    pub(super) start: i64,
}

impl<S> Block<S> {
    pub(super) fn new(cut: Cut<S>, shape: &Arc<Shape>) -> Self {
        Self { cut: Arc::new(cut), shape: Arc::clone(shape) }
    }

    /// How many frames the same reading gave before it. Blocks follow each other without gap or overlap.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.cut.position
    }

    /// When its first frame is heard, on the container's own clock, which need not begin at zero; in samples of its rate. Where the
    /// container has a gap, what follows it has a later time than `position` tells, and the gap is not filled; within a block, there may
    /// be one.
    #[must_use]
    pub fn pts(&self) -> Ticks {
        let rate = i32::try_from(self.shape.rate.as_hz()).ok().and_then(|it| Rational::new(1, it));
        Ticks::new(self.cut.pts, rate.unwrap_or(Rational::MICROS))
    }

    /// The same counted from the beginning of the container: what [`Samples::range`](crate::Samples::range) takes to begin there. The
    /// nearest microsecond. `None` where it lies before that beginning.
    #[must_use]
    pub fn time(&self) -> Option<Duration> {
        u64::try_from(micros(self.pts()).saturating_sub(self.shape.start)).ok().map(Duration::from_micros)
    }

    /// How many frames are in it: samples of each channel. At least one.
    #[must_use]
    #[doc(alias = "nb_samples")]
    pub fn frames(&self) -> usize {
        self.cut.samples.len() / self.shape.channels.max(1)
    }

    /// How many of them are a second. The same for all blocks of a reading.
    #[must_use]
    pub fn sample_rate(&self) -> SampleRate {
        self.shape.rate
    }

    /// How many channels. The same for all blocks of a reading.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.shape.channels
    }

    /// Which loudspeakers they are for. Of channels that nobody names, the number: `Named("3 channels")`.
    #[must_use]
    pub fn layout(&self) -> &ChannelLayout {
        &self.shape.layout
    }

    /// All samples: frame after frame, or channel after channel where [`planar`](crate::Samples::planar) was asked for.
    #[must_use]
    pub fn samples(&self) -> &[S] {
        &self.cut.samples
    }

    /// The samples of one channel, from 0, where they lie together: they were asked for [`planar`](crate::Samples::planar), or there
    /// is one channel only. Else `None`, and where there is no such channel.
    #[must_use]
    pub fn channel(&self, index: usize) -> Option<&[S]> {
        let lie_together = self.shape.is_planar || self.shape.channels == 1;
        self.cut.samples.chunks_exact(self.frames()).nth(index).filter(|_| lie_together)
    }
}

impl<S> std::fmt::Debug for Block<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Shape { rate, layout, .. } = &*self.shape;
        f.debug_struct("Block")
            .field("position", &self.position())
            .field("pts", &self.pts())
            .field("frames", &self.frames())
            .field("sample_rate", rate)
            .field("layout", layout)
            .finish_non_exhaustive()
    }
}
