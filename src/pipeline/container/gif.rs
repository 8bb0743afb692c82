use super::AnyContainer;
use crate::media::Location;
use crate::pipeline::Output;
use crate::pipeline::codec::Gif;

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
    pub(super) fn number(self) -> i32 {
        match self {
            Self::Forever => 0,
            Self::Once | Self::Again(0) => -1,
            Self::Again(times) => times.into(),
        }
    }
}
