use super::{Tags, Timestamp};

/// A named part of the time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "AVChapter")]
pub struct Chapter {
    /// The container's own number of it.
    pub id: i64,
    /// Where it begins; `None` where that is not told.
    pub start: Option<Timestamp>,
    /// Where it ends; `None` where that is not told.
    pub end: Option<Timestamp>,
    /// Its name, the tag `title`, among others.
    pub tags: Tags,
}

/// Streams that belong together, one of several such groups: a channel of a broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "AVProgram")]
pub struct Program {
    /// FFmpeg's number of it.
    pub id: i32,
    /// The container's own number of it; `None` where it has none.
    #[doc(alias = "program_num")]
    pub number: Option<u32>,
    /// Its streams, by index.
    pub streams: Vec<usize>,
    /// Its name, the tag `service_name`, among others.
    pub tags: Tags,
}
