use std::fmt;

use super::{Anchor, check};
use crate::error::Reason;
use crate::media::Color;

/// The picture on a larger ground.
///
/// A ground that is smaller than the picture is a problem of the plan where the picture's size is known, and fails the job where it is
/// not; put [`Scale::fit`](super::Scale::fit) before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub struct Pad {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) color: Color,
    pub(crate) anchor: Anchor,
}

impl Pad {
    /// A ground of this size, 1 to 65,535 pixels.
    #[must_use]
    pub const fn to(width: u32, height: u32) -> Self {
        Self { width, height, color: Color::BLACK, anchor: Anchor::Center }
    }

    /// The ground's colour. Default: black.
    #[must_use]
    pub const fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// Where on the ground the picture is, to within a pixel of chroma. Default: its centre.
    #[must_use]
    pub const fn at(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        check::picture("Pad's size", (self.width, self.height)).into_iter().collect()
    }
}

impl fmt::Display for Pad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pad to {}×{} with {}, picture at the {}", self.width, self.height, self.color, self.anchor)
    }
}
