use std::time::Duration;

use super::seconds;
use crate::media::Location;

/// One thing that is wrong with a pipeline, found before anything runs.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The pipeline has no output. Add one with [`Pipeline::output`](crate::Pipeline::output).
    #[error("there is no output; add one with Pipeline::output")]
    NoOutput,
    /// More than one output was given; one is what can be done so far.
    #[error("there are {count} outputs; a pipeline has one")]
    SeveralOutputs {
        /// How many.
        count: usize,
    },
    /// What is decoded and not encoded goes into [`Null`](crate::Null) and nowhere else. Name an encoder, or
    /// [`StreamCopy`](crate::StreamCopy).
    #[error("{output}: what is not encoded goes nowhere but into Null; name an encoder")]
    NotEncoded {
        /// The output.
        output: Location,
    },
    /// The output asks for neither video nor audio.
    #[error("{output}: asks for no stream; give it .video(…) or .audio(…)")]
    NoStreams {
        /// The output.
        output: Location,
    },
    /// A value outside its range.
    #[error("{what} is {value}, outside {range}")]
    OutOfRange {
        /// Which value.
        what: &'static str,
        /// What was given.
        value: String,
        /// What is possible.
        range: &'static str,
    },
    /// The part of the input that was asked for has no length.
    #[error("the range {} to {} is empty", seconds(*start), seconds(*end))]
    EmptyRange {
        /// Where it begins.
        start: Duration,
        /// Where it ends.
        end: Duration,
    },
    /// The pipeline names a stream of the application's, and it was started without one of that name. Give it with
    /// [`Launch::reader`](crate::Launch::reader) or [`Launch::writer`](crate::Launch::writer).
    #[error("{location}: no reader or writer of that name was handed over")]
    NoReader {
        /// The stream.
        location: Location,
    },
    /// A reader or a writer was handed over, and nothing in the pipeline uses it: its input or output is no
    /// [`Location::stream`](crate::Location::stream).
    #[error("{location}: is no stream, but a reader or a writer was handed over for it")]
    UnusedStream {
        /// The input or output.
        location: Location,
    },
    /// The output cannot go back in what it has written, and its container would have to, to complete an index. Write
    /// [`fragmented`](crate::Output::fragmented), or to what can seek.
    #[error("{output}: cannot seek, which this container needs; make it .fragmented()")]
    NeedsFragments {
        /// The output.
        output: Location,
    },
    /// A place that cannot be handed to FFmpeg: a path that is not UTF-8 or has a NUL in it, a URL with a control character such as a
    /// line break (percent-encode it), or a `file:` URL with a host in it. A local one has three slashes: `file:///tmp/a.mp4`.
    #[error(
        "{location}: FFmpeg cannot be given this path, for it is not UTF-8 or has a NUL in it; or this URL, for it has a control \
         character in it, or is a file: URL that names a host"
    )]
    UnusablePath {
        /// The path.
        location: Location,
    },
    /// A [`Secret::named`](crate::Secret::named) has no text: the pipeline was started without one of that name. Give it with
    /// [`Launch::secret`](crate::Launch::secret) or [`Launch::secrets`](crate::Launch::secrets).
    #[error("there is no secret of the name {name:?}; give it to the launch")]
    SecretMissing {
        /// Its name.
        name: String,
    },
    /// A secret was given for a place that the location does not have; see [`Location::secret`](crate::Location::secret).
    #[error("{location}: has no {{{place}}} in it for a secret to stand at")]
    NoPlaceForSecret {
        /// The input or output.
        location: Location,
        /// The place's name.
        place: String,
    },
    /// A request header that cannot be sent: its name is not one, or its value has a line break or a NUL in it.
    #[error("the header {name:?} cannot be sent, for its name or its value is not one of a header")]
    UnusableHeader {
        /// Its name.
        name: String,
    },
    /// Request headers were given, and the input is not read by HTTP.
    #[error("{location}: has no use for headers, which only http:// and https:// have")]
    UnusedHeaders {
        /// The input.
        location: Location,
    },
}
