/// What keeps an input from being joined to those before it without being decoded: the first thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unjoinable {
    /// Another track of the output that takes from them is encoded, and then all of them have to be, or they would drift apart.
    #[error("another track of this output that takes from them is encoded")]
    Mixed,
    /// Only a part of it is wanted, and a copy can begin at key frames alone.
    #[error("only a part of it is wanted, and a copy begins at key frames alone")]
    Trimmed,
    /// It is no regular file with the media in it: a URL, a stream, a pipe, or a playlist.
    #[error("it is no regular file with the media in it")]
    NoFile,
    /// Its packets have no times, so nobody knows where the next input would begin.
    #[error("its packets have no times")]
    Untimed,
    /// It is another container than the first input.
    #[error("it is {other}, and the first is {first}")]
    #[non_exhaustive]
    Container {
        /// The first input's, by FFmpeg's name.
        first: String,
        /// Its own.
        other: String,
    },
    /// The same selection finds streams of other indexes than in the first input, or another number of them.
    #[error("the selection finds its streams {other:?}, and {first:?} of the first")]
    #[non_exhaustive]
    Streams {
        /// The first input's, by their indexes.
        first: Vec<usize>,
        /// Its own.
        other: Vec<usize>,
    },
    /// A stream is not coded as the same one of the first input.
    #[error("the {what} of its stream {stream} is {other}, and {first} in the first")]
    #[non_exhaustive]
    Stream {
        /// The stream's index.
        stream: usize,
        /// What differs: its codec, its size, its time base.
        what: &'static str,
        /// The first input's.
        first: String,
        /// Its own.
        other: String,
    },
}
