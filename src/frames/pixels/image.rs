use std::sync::Arc;
use std::time::Duration;

use super::pool::Pool;
use super::spec::Channels;
use crate::frames::Frame;
use crate::media::{Component, Ticks};

/// The pixels of a frame in the layout and type that were asked for, without anything between them.
///
/// Interleaved, the values of a pixel lie together, pixel after pixel, row after row from the top (NHWC for models). Planar, each channel
/// has a whole picture of its own (NCHW).
///
/// Dropping it gives its memory back to the [`Converter`](crate::Converter) or the reading that made it, for images to come.
pub struct Image<T: Component> {
    /// Taken out only at the end.
    samples: Vec<T>,
    size: (u32, u32),
    channels: Channels,
    is_planar: bool,
    facts: Facts,
    pool: Arc<Pool<T>>,
}

/// What is told of the frame that it was made of.
#[derive(Clone, Copy, Debug)]
struct Facts {
    index: u64,
    pts: Ticks,
    time: Option<Duration>,
    duration: Ticks,
    is_key: bool,
    is_corrupt: bool,
}

impl<T: Component> Image<T> {
    pub(super) fn new(
        samples: Vec<T>,
        size: (u32, u32),
        (channels, is_planar): (Channels, bool),
        of: &Frame,
        pool: &Arc<Pool<T>>,
    ) -> Self {
        let facts = Facts {
            index: of.index(),
            pts: of.pts(),
            time: of.time(),
            duration: of.duration(),
            is_key: of.is_key(),
            is_corrupt: of.is_corrupt(),
        };
        Self { samples, size, channels, is_planar, facts, pool: Arc::clone(pool) }
    }

    /// All values: width × height × channels of them.
    #[must_use]
    pub fn samples(&self) -> &[T] {
        &self.samples
    }

    /// The same, to be changed.
    pub fn samples_mut(&mut self) -> &mut [T] {
        &mut self.samples
    }

    /// The values, without a copy; their memory is the caller's from then on.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<T> {
        std::mem::take(&mut self.samples)
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// How many values a pixel has: 3 for RGB and BGR, 4 for RGBA, 1 for grey.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels.count()
    }

    #[cfg(feature = "image")]
    pub(super) fn order(&self) -> Channels {
        self.channels
    }

    /// Whether each channel has a picture of its own, and the values of a pixel do not lie together.
    #[must_use]
    pub fn is_planar(&self) -> bool {
        self.is_planar
    }

    /// How many frames the same reading gave before its frame: [`Frame::index`].
    #[must_use]
    pub fn index(&self) -> u64 {
        self.facts.index
    }

    /// When its frame is shown: [`Frame::pts`].
    #[must_use]
    pub fn pts(&self) -> Ticks {
        self.facts.pts
    }

    /// When its frame is shown, counted from the beginning of the container: [`Frame::time`].
    #[must_use]
    pub fn time(&self) -> Option<Duration> {
        self.facts.time
    }

    /// How long its frame is shown: [`Frame::duration`].
    #[must_use]
    pub fn duration(&self) -> Ticks {
        self.facts.duration
    }

    /// Whether decoding may begin with its frame: [`Frame::is_key`].
    #[must_use]
    pub fn is_key(&self) -> bool {
        self.facts.is_key
    }

    /// Whether the decoder had to guess at parts of its frame: [`Frame::is_corrupt`].
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        self.facts.is_corrupt
    }
}

impl<T: Component> Drop for Image<T> {
    fn drop(&mut self) {
        self.pool.give_back(std::mem::take(&mut self.samples));
    }
}

impl<T: Component> std::fmt::Debug for Image<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Image")
            .field("index", &self.facts.index)
            .field("pts", &self.facts.pts)
            .field("size", &self.size)
            .field("channels", &self.channels)
            .field("is_planar", &self.is_planar)
            .finish_non_exhaustive()
    }
}
