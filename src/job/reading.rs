use std::future::poll_fn;
use std::iter::FusedIterator;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::handed::Handed;
use super::{Control, Updates};
use crate::error::Error;
use crate::frames::{AnalysisOutcome, Block, Converter, Event, Frame, FramesOutcome, Image, SamplesOutcome};
use crate::media::{Component, Sample};
use crate::run::{JobId, block_on};

/// Both handles of a reading, an iterator and a stream: `[generics] [their names] item, outcome`, then each with its docs.
macro_rules! handles {
    (
        [$($generic:tt)*] [$($name:tt)*] $item:ty, $outcome:ty,
        $(#[$iter_doc:meta])* $iter:ident, $(#[$stream_doc:meta])* $stream:ident
    ) => {
        $(#[$iter_doc])*
        #[must_use = "dropping it cancels the reading"]
        pub struct $iter<$($generic)*>(Handed<$item, $outcome>);

        $(#[$stream_doc])*
        #[must_use = "dropping it cancels the reading"]
        pub struct $stream<$($generic)*>(Handed<$item, $outcome>);

        handles!(@both [$($generic)*] [$($name)*] $item, $outcome, $iter);
        handles!(@both [$($generic)*] [$($name)*] $item, $outcome, $stream);

        impl<$($generic)*> Iterator for $iter<$($name)*> {
            type Item = Result<$item, Error>;

            fn next(&mut self) -> Option<Self::Item> {
                block_on(poll_fn(|context| self.0.poll(context)))
            }
        }

        impl<$($generic)*> FusedIterator for $iter<$($name)*> {}

        impl<$($generic)*> $stream<$($name)*> {
            /// The next one; `None` after the last.
            pub async fn next(&mut self) -> Option<Result<$item, Error>> {
                poll_fn(|context| self.0.poll(context)).await
            }
        }

        impl<$($generic)*> Stream for $stream<$($name)*> {
            type Item = Result<$item, Error>;

            fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                self.0.poll(context)
            }
        }
    };

    (@both [$($generic:tt)*] [$($name:tt)*] $item:ty, $outcome:ty, $handle:ident) => {
        impl<$($generic)*> $handle<$($name)*> {
            pub(super) fn new(handed: Handed<$item, $outcome>) -> Self {
                Self(handed)
            }

            /// Which reading: the number in its log span and its thread's name. Readings and jobs share one count.
            #[must_use]
            pub fn id(&self) -> JobId {
                self.0.id()
            }

            /// A handle to end the reading with while it is waited for. After a stop, what was read before comes, and then the end.
            #[must_use]
            pub fn control(&self) -> Control {
                self.0.control()
            }

            /// Snapshots of how far it is, the newest only.
            pub fn progress(&self) -> Updates {
                self.0.progress()
            }

            /// What it came to. `None` before its end, and where that was an error.
            #[must_use]
            pub fn outcome(&self) -> Option<&$outcome> {
                self.0.outcome()
            }
        }

        impl<$($generic)*> std::fmt::Debug for $handle<$($name)*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($handle)).field("id", &self.id()).finish_non_exhaustive()
            }
        }
    };
}

handles!(
    [] [] Frame, FramesOutcome,
    /// Decoded frames, one by one: `next` blocks until there is one. What [`Frames::start`](crate::Frames::start) gives.
    ///
    /// An error comes once, behind the last frame, and then `None`; after the regular end, `None` at once, and
    /// [`outcome`](Self::outcome) says what it was. Dropping it at any time cancels the reading, and does not block.
    FrameIter,
    /// Decoded frames, one by one, for async code under any executor. What [`Frames::stream`](crate::Frames::stream) gives.
    ///
    /// It ends as [`FrameIter`] does. Dropping it at any time cancels the reading, and does not block.
    ///
    /// # Cancel safety
    /// Dropping a pending [`next`](Self::next), in a `select!` or for a timeout, loses no frame.
    FrameStream
);

handles!(
    [S: Sample] [S] Block<S>, SamplesOutcome,
    /// Blocks of sound, one by one: `next` blocks until there is one. What [`Samples::start`](crate::Samples::start) gives.
    ///
    /// An error comes once, behind the last block, and then `None`; after the regular end, `None` at once, and
    /// [`outcome`](Self::outcome) says what it was. Dropping it at any time cancels the reading, and does not block.
    BlockIter,
    /// Blocks of sound, one by one, for async code under any executor. What [`Samples::stream`](crate::Samples::stream) gives.
    ///
    /// It ends as [`BlockIter`] does. Dropping it at any time cancels the reading, and does not block.
    ///
    /// # Cancel safety
    /// Dropping a pending [`next`](Self::next), in a `select!` or for a timeout, loses no block.
    BlockStream
);

handles!(
    [] [] Event, AnalysisOutcome,
    /// What an analysis finds, one by one: `next` blocks until there is something. What [`Analysis::start`](crate::Analysis::start)
    /// gives.
    ///
    /// An error comes once, behind the last event, and then `None`; after the regular end, `None` at once, and
    /// [`outcome`](Self::outcome) says what it was. Dropping it at any time cancels the analysis, and does not block.
    EventIter,
    /// What an analysis finds, one by one, for async code under any executor. What [`Analysis::stream`](crate::Analysis::stream) gives.
    ///
    /// It ends as [`EventIter`] does. Dropping it at any time cancels the analysis, and does not block.
    ///
    /// # Cancel safety
    /// Dropping a pending [`next`](Self::next), in a `select!` or for a timeout, loses no event.
    EventStream
);

handles!(
    [T: Component] [T] Image<T>, FramesOutcome,
    /// Images of decoded frames, one by one: `next` blocks until there is one. What [`Images::start`](crate::Converted::start) gives.
    ///
    /// An error comes once, behind the last image, and then `None`; after the regular end, `None` at once, and
    /// [`outcome`](Self::outcome) says what it was. Dropping it at any time cancels the reading, and does not block.
    ImageIter,
    /// Images of decoded frames, one by one, for async code under any executor. What [`Images::stream`](crate::Converted::stream) gives.
    ///
    /// It ends as [`ImageIter`] does. Dropping it at any time cancels the reading, and does not block.
    ///
    /// # Cancel safety
    /// Dropping a pending [`next`](Self::next), in a `select!` or for a timeout, loses no image.
    ImageStream
);

// What the docs promise of the handles, checked where they are made.
const _: fn() = || {
    fn is<T: Unpin + Send + 'static>() {}
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    is::<(FrameIter, FrameStream)>();
    is::<(BlockIter<f32>, BlockStream<i16>)>();
    is::<(EventIter, EventStream)>();
    is::<(ImageIter<u8>, ImageStream<f32>, Image<u16>, Converter<f32>)>();
    is_shared::<(Frame, Block<f32>, Block<i16>)>();
};
