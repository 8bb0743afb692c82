use super::{AnyContainer, Container, M4a, Mov, Mp4};
use crate::pipeline::Output;

/// Where the index of an MP4, MOV or M4A is. Without it nothing of the file can be played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
#[doc(alias = "movflags")]
#[doc(alias = "moov")]
pub enum Index {
    /// At the end, where the muxer has it first.
    #[default]
    End,
    /// At the front, where a player that downloads the file finds it at once. The file is written, then written again.
    #[doc(alias = "faststart")]
    Front,
    /// In self-contained fragments, one for each key frame: for what cannot seek, and for players that begin before the end is there.
    #[doc(alias = "frag_keyframe")]
    Fragments,
}

/// A container with an [`Index`].
pub trait Indexed: Container {}

impl Indexed for Mp4 {}
impl Indexed for Mov {}
impl Indexed for M4a {}

impl<C: Indexed> Output<C> {
    /// Writes self-contained fragments, one for each key frame, instead of one index at the end: for pipes, sockets and
    /// players that begin before the end is there. See [`Index::Fragments`].
    #[doc(alias = "movflags")]
    #[doc(alias = "frag_keyframe")]
    pub fn fragmented(self) -> Self {
        self.indexed(Index::Fragments)
    }

    /// Puts the index in front of the media, for players that download the file. See [`Index::Front`].
    #[doc(alias = "movflags")]
    pub fn faststart(self) -> Self {
        self.indexed(Index::Front)
    }

    fn indexed(self, index: Index) -> Self {
        self.configure(|container| match container {
            AnyContainer::Mp4(it) | AnyContainer::Mov(it) | AnyContainer::M4a(it) => *it = index,
            _ => {}
        })
    }
}

impl Index {
    /// The muxer's flags for it.
    pub(super) fn flags(self) -> Option<&'static str> {
        match self {
            Self::End => None,
            Self::Front => Some("+faststart"),
            Self::Fragments => Some("+frag_keyframe+empty_moov+default_base_moof"),
        }
    }
}
