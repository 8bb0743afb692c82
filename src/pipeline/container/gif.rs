use super::{AnyContainer, Container};
use crate::media::Location;
use crate::pipeline::Output;
use crate::pipeline::codec::{Gif, WebP};

/// How often a GIF is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
#[doc(alias = "loop")]
pub enum Loops {
    /// Again and again.
    #[default]
    Forever,
    /// Once.
    Once,
    /// Once, and so often again; 0 is once.
    Again(u16),
}

impl Gif {
    /// A GIF file at `location`. Nothing is in it yet: give it its picture.
    #[must_use = "an output does nothing until a pipeline has it"]
    pub fn file(location: impl Into<Location>) -> Output<Self> {
        Output::new(location.into(), AnyContainer::Gif(Loops::default()))
    }
}

impl Output<Gif> {
    /// How often it is played. Default: [`Loops::Forever`].
    #[doc(alias = "loop")]
    pub fn loops(self, loops: Loops) -> Self {
        self.configure(|container| {
            if let AnyContainer::Gif(it) = container {
                *it = loops;
            }
        })
    }
}

impl Loops {
    /// The muxer's number for it, in which 0 is for ever.
    pub(in crate::pipeline) fn number(self) -> i32 {
        match self {
            Self::Forever => 0,
            Self::Once | Self::Again(0) => -1,
            Self::Again(times) => times.into(),
        }
    }

    /// How often it is played in all, as far as 16 bits can say; 0 is for ever.
    pub(in crate::pipeline) fn count(self) -> i32 {
        match self {
            Self::Forever => 0,
            Self::Once => 1,
            Self::Again(times) => times.saturating_add(1).into(),
        }
    }
}

/// A container that holds pictures that follow each other, as [`Preview`](crate::Preview) makes them.
pub trait AnimationFormat: Container {}
impl AnimationFormat for Gif {}
impl AnimationFormat for WebP {}
