use std::fmt;
use std::ops::RangeBounds;
use std::time::Duration;

use super::window::Window;
use super::{Anchor, Position, VideoFilter, check};
use crate::error::Reason;
use crate::media::Select;

/// Another stream's picture on top of this one: a logo, a second camera.
///
/// Both run by the track's time. Where the other one ends first, its last picture stays: one that is a single picture is there all the
/// time. What is transparent in it stays so.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
pub struct Overlay {
    pub(crate) of: Select,
    pub(crate) filters: Vec<VideoFilter>,
    pub(crate) position: Position,
    pub(crate) opacity: f32,
    pub(crate) window: Window,
}

impl Overlay {
    /// The picture of this stream, which is one: not [`Select::all`].
    pub fn of(select: Select) -> Self {
        let position = Anchor::TopLeft.into();
        Self { of: select, filters: Vec::new(), position, opacity: 1.0, window: Window::default() }
    }

    /// What happens to it before it is laid on top, in this order: [`Scale`](super::Scale), most often. Default: nothing.
    pub fn filter(mut self, filter: impl Into<VideoFilter>) -> Self {
        self.filters.push(filter.into());
        self
    }

    /// Where it lies. Default: [`Anchor::TopLeft`].
    pub fn at(mut self, position: impl Into<Position>) -> Self {
        self.position = position.into();
        self
    }

    /// How opaque it is, from 0, which is not there at all, to 1, the default.
    pub fn opacity(mut self, opacity: f32) -> Self {
        self.opacity = opacity;
        self
    }

    /// When it is shown, by the track's time. Default: always.
    #[doc(alias = "enable")]
    pub fn during(mut self, range: impl RangeBounds<Duration>) -> Self {
        self.window = Window::new(range);
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let own =
            [check::one("Overlay's stream", &self.of), check::number("Overlay's opacity", self.opacity, 0.0..=1.0, "0 to 1")];
        let inner = self.filters.iter().flat_map(VideoFilter::reasons);
        own.into_iter().flatten().chain(self.window.reasons("Overlay's time")).chain(inner).collect()
    }
}

impl fmt::Display for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "overlay {}", self.of)?;
        self.filters.iter().try_for_each(|it| write!(f, ", {it}"))?;
        write!(f, ", {}", self.position)?;
        if self.opacity < 1.0 {
            write!(f, ", opacity {}", self.opacity)?;
        }
        self.window.fmt(f)
    }
}
