use std::sync::Arc;

use super::frames::Frames;
use super::handed::Handed;
use super::{ImageIter, ImageStream};
use crate::frames::{Converter, FramesOutcome, Image, Pixels, convert_beside, queue};
use crate::media::Component;
use crate::run::Run;

/// Decoded frames of an input as pixels, about to be read: [`Frames::pixels`].
///
/// Frames are decoded and converted ahead of whoever takes the images, on two threads, and a few at most: who takes none holds both up.
#[must_use = "nothing is read until it is started"]
pub struct Converted<T> {
    frames: Frames,
    pixels: Pixels<T>,
}

impl Frames {
    /// The same frames, made into pixels of an application's or a model's choice: on a thread of its own, beside the decoder. It ends as
    /// the frames do; where one cannot be converted, with [`Error::Unconvertible`](crate::Error::Unconvertible) behind the images of those
    /// before. To convert a frame yourself, there is a [`Converter`](crate::Converter).
    pub fn pixels<T: Component>(self, pixels: Pixels<T>) -> Converted<T> {
        Converted { frames: self, pixels }
    }
}

impl<T: Component> Converted<T> {
    /// Begins to read, as [`Frames::start`] does.
    pub fn start(self) -> ImageIter<T> {
        ImageIter::new(self.hand_over())
    }

    /// The same for async code, under any executor.
    pub fn stream(self) -> ImageStream<T> {
        ImageStream::new(self.hand_over())
    }

    fn hand_over(self) -> Handed<Image<T>, FramesOutcome> {
        let Self { frames, pixels } = self;
        let reasons = pixels.reasons();
        let (sender, images) = queue(2);
        let (run, (result, progress)) = frames.begin(reasons, move |run: &Arc<Run>, read| {
            let converter = Converter::new(pixels)?;
            convert_beside(converter, sender, run, read)
        });
        Handed::new(run, images, result, progress)
    }
}

impl<T: Component> std::fmt::Debug for Converted<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Converted").field("frames", &self.frames).field("pixels", &self.pixels).finish()
    }
}
