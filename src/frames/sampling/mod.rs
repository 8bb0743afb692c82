//! Frames of which only some are wanted, with only what they need decoded.
//!
//! ```text
//!  Choice ─▶ Moments ─┬▶ Ahead: packets ─▶ to be decoded, left out, or passed over ─▶ Decoder
//!                     └▶ Chooser: frames ─▶ the wanted ones                          ◀─┘
//! ```
//!
//! 1. What is wanted is decided by what is shown, as if everything were decoded: [`Chooser`] picks out of what the decoder gives, by
//!    rules that would be the same without any of the rest.
//! 2. [`Ahead`] looks at packets before they are decoded. It leaves one out where it is certain that nobody wants the picture in it, and
//!    that nothing refers to it ([`Pictures`]); and it passes over packets where a later one begins exactly
//!    ([`Entry::Exact`](super::entry::Entry)) and nothing wanted is shown before that one.
//! 3. Where packets do not say enough to be certain (no times, times that go back, new headers, damage), nothing is left out from there
//!    on: all is decoded, and chosen from.
//! 4. Before decoding begins elsewhere, the decoder is drained and flushed.
//! 5. Where scenes change, only pictures say: all are decoded, and [`SceneStarts`] has FFmpeg's filter look at each.

mod ahead;
mod chooser;
mod choosing;
mod counted;
mod keys;
mod leap;
mod left_out;
mod moments;
mod pictures;
mod plan;
mod scenes;

use ahead::Ahead;
pub(super) use chooser::Chooser;
use keys::Keys;
use left_out::LeftOut;
use moments::Moments;
use pictures::Pictures;
pub(super) use plan::{AtEnd, plan};
use scenes::SceneStarts;

use super::begin::Begun;
use super::source::Source;
use crate::error::Error;
use crate::ffi::Packet;

/// Which packets are decoded, where that is not all of them.
pub(super) enum Sieve {
    Ahead(Box<Ahead>),
    Keys(Keys),
}

/// What the decoder is to be given.
pub(super) enum Next {
    Send(Packet),
    /// Nothing, until it has given all that it has; then it is flushed, and goes on.
    Drain,
    /// Nothing more: nothing that is still to come is wanted.
    Enough,
    /// Nothing more: the source has ended.
    End,
}

impl Sieve {
    pub(super) fn next(&mut self, source: &mut Source<'_>, begun: &mut Begun) -> Result<Next, Error> {
        match self {
            Self::Ahead(it) => it.next(source, begun),
            Self::Keys(it) => it.next(source, begun),
        }
    }

    /// Packets that were not decoded.
    pub(super) fn skipped(&self) -> u64 {
        match self {
            Self::Ahead(it) => it.skipped,
            Self::Keys(it) => it.skipped,
        }
    }

    /// How far packets go, in microseconds since the container's beginning.
    pub(super) fn end(&self) -> Option<i64> {
        match self {
            Self::Ahead(it) => it.end,
            Self::Keys(it) => it.end,
        }
    }

    /// See the third rule.
    pub(super) fn be_plain(&mut self) {
        if let Self::Ahead(it) = self {
            it.be_plain();
        }
    }

    /// The decoder has been flushed; the time at which frames are what the whole would give.
    pub(super) fn restart(&mut self) -> i64 {
        match self {
            Self::Ahead(it) => it.restart(),
            Self::Keys(_) => i64::MIN,
        }
    }

    /// Whether that frame is none of those that the whole would give, for it comes before what decoding began with after a jump.
    pub(super) fn is_before_front(&mut self, at: i64) -> bool {
        match self {
            Self::Ahead(it) => it.is_before_front(at),
            Self::Keys(_) => false,
        }
    }

    /// How many frames would have been counted before that one that were not asked for yet.
    pub(super) fn uncounted_before(&mut self, at: i64) -> u64 {
        self.left_out().counted_before(at)
    }

    /// The timestamp of the last picture that was not decoded before that one, where there is one since the frame before.
    pub(super) fn left_out_before(&mut self, at: i64) -> Option<i64> {
        self.left_out().last_before(at)
    }

    fn left_out(&mut self) -> &mut LeftOut {
        match self {
            Self::Ahead(it) => &mut it.left_out,
            Self::Keys(it) => &mut it.left_out,
        }
    }

    /// Whether nothing is known of the pictures between the frame before and the next one.
    pub(super) fn has_leapt(&mut self) -> bool {
        self.left_out().was_unknown()
    }
}
