use std::fmt;
use std::ops::RangeBounds;
use std::path::PathBuf;
use std::time::Duration;

use super::{Unjoinable, kinds, seconds};
use crate::media::{Device, Location, Select, StreamKind};

/// One thing that is wrong with a pipeline, found before anything runs: where, and what.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{place}{reason}")]
#[non_exhaustive]
pub struct Problem {
    /// Where in the pipeline.
    pub place: Place,
    /// What is wrong there, and what to do about it.
    pub reason: Reason,
}

impl Problem {
    pub(crate) fn at(place: Place, reason: Reason) -> Self {
        Self { place, reason }
    }
}

/// A part of a pipeline. Inputs, outputs, tracks and filters are counted from 0, in the order in which they were added.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// All of it.
    Pipeline,
    /// One of its inputs.
    #[non_exhaustive]
    Input {
        /// Which one.
        index: usize,
        /// Where it is.
        location: Location,
    },
    /// One of its outputs.
    #[non_exhaustive]
    Output {
        /// Which one.
        index: usize,
        /// Where it goes.
        location: Location,
    },
    /// One track of an output.
    #[non_exhaustive]
    Track {
        /// Which output.
        output: usize,
        /// Where that goes.
        location: Location,
        /// Which of its tracks.
        track: usize,
    },
    /// One filter of a track of an output.
    #[non_exhaustive]
    Filter {
        /// Which output.
        output: usize,
        /// Where that goes.
        location: Location,
        /// Which of its tracks.
        track: usize,
        /// Which of the track's filters.
        filter: usize,
    },
}

impl Place {
    pub(crate) fn input(index: usize, location: &Location) -> Self {
        Self::Input { index, location: location.clone() }
    }

    pub(crate) fn output(index: usize, location: &Location) -> Self {
        Self::Output { index, location: location.clone() }
    }
}

/// As the beginning of a sentence; nothing for the whole pipeline.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipeline => Ok(()),
            Self::Input { index, location } => write!(f, "input {index} ({location}): "),
            Self::Output { index, location } => write!(f, "output {index} ({location}): "),
            Self::Track { output, location, track } => write!(f, "output {output} ({location}), track {track}: "),
            Self::Filter { output, location, track, filter } => {
                write!(f, "output {output} ({location}), track {track}, filter {filter}: ")
            }
        }
    }
}

/// What is wrong with a part of a pipeline.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The pipeline has no output. Add one with [`Pipeline::output`](crate::Pipeline::output).
    #[error("there is no output; add one with Pipeline::output")]
    NoOutput,
    /// A track selects from an input that the pipeline does not have. Inputs are counted from 0; add one with
    /// [`Pipeline::input`](crate::Pipeline::input).
    #[error("selects from input {input}, and there are {inputs}, counted from 0")]
    NoSuchInput {
        /// The number that was given.
        input: usize,
        /// How many inputs there are.
        inputs: usize,
    },
    /// The input has no stream that fits the selection. Look at its streams with [`probe`](crate::probe()), and select another.
    #[error("{select}: there is none in {location}")]
    NoSuchStream {
        /// What was asked for.
        select: Select,
        /// The input.
        location: Location,
    },
    /// A selection by what is no language: letters, digits and hyphens, as containers have it.
    #[error("{select}: is no language that a container could have; give letters, digits and hyphens")]
    UnusableLanguage {
        /// What was asked for.
        select: Select,
    },
    /// A tag that cannot be written: its name is empty or has `=` in it, or it or its value has a NUL.
    #[error("the tag {key:?} cannot be written, for its name is empty or has a = in it, or there is a NUL")]
    UnusableTag {
        /// Its name.
        key: String,
    },
    /// A file that a filter is to open is not there, or is no regular file. Check its name.
    #[error("{}: there is no such file for the filter to open; check its name", path.display())]
    NoSuchFile {
        /// The file.
        path: PathBuf,
    },
    /// Filters on a stream that is copied, which is not decoded. Name an encoder, or filter only the other tracks.
    #[error("is copied, so nothing can be filtered; name an encoder")]
    FilterOnCopy,
    /// Inputs that follow each other are to be copied, and that would not be without loss. Name an encoder for all tracks of the
    /// output that take from them.
    #[error("is copied, and input {input} cannot be joined to those before it without being decoded: {why}; name an encoder")]
    CopyOfJoined {
        /// Which input does not fit.
        input: usize,
        /// What keeps it from it.
        why: Unjoinable,
    },
    /// The inputs have none of the streams that the output asks for.
    #[error("no {} in {location}, and nothing else was asked for", kinds(wanted))]
    NothingToWrite {
        /// The first input.
        location: Location,
        /// What was asked for.
        wanted: Vec<StreamKind>,
    },
    /// Another output of the pipeline goes to the same place, or one of the two into the other's directory.
    #[error("goes where output {other} goes already")]
    SameOutput {
        /// The other one.
        other: usize,
    },
    /// What is decoded and not encoded goes into [`Null`](crate::Null) and nowhere else. Name an encoder, or
    /// [`StreamCopy`](crate::StreamCopy).
    #[error("what is not encoded goes nowhere but into Null; name an encoder")]
    NotEncoded,
    /// The output asks for neither video nor audio.
    #[error("asks for no stream; give it .video(…) or .audio(…)")]
    NoStreams,
    /// An analysis looks for nothing. Say for what, as with [`Analysis::scenes`](crate::Analysis::scenes).
    #[error("looks for nothing; say for what, as with .scenes(…) or .silence(…)")]
    NothingSought,
    /// A still is one picture in one file: what it is written as has at most one track, which is pictures and encodes them, and is no
    /// sequence.
    #[error("is more than one picture; a still has one track of pictures at most, which encodes them, and is a single file")]
    NotOnePicture,
    /// A preview is one animation in one file: what it is written as has at most one track, which is pictures and encodes them, and is no
    /// sequence.
    #[error("is more than one animation; a preview has one track of pictures at most, which encodes them, and is a single file")]
    NotOneAnimation,
    /// Cues say the name of the sheet's file, and it goes where it has none. Write it to a file, or take
    /// [`SheetOutcome::web_vtt`](crate::SheetOutcome::web_vtt), which is told a name.
    #[error("has no file's name for cues to say; write it to a file, or take SheetOutcome::web_vtt")]
    NoNameForCues,
    /// Of two files that appear together, such as a sheet and its cues, neither can be what is written in place: a device, a FIFO, a
    /// descriptor, a URL.
    #[error("is no file, and what appears together with another one can only be that; write it to a file")]
    NeedsFile,
    /// A codec that this container does not hold. Choose another container, or another codec.
    #[error("{codec} cannot be stored in {container}")]
    CodecNotInContainer {
        /// The codec, by its type's name.
        codec: &'static str,
        /// The container, by its type's name.
        container: &'static str,
    },
    /// The linked FFmpeg was built without an encoder that can do this. Link another FFmpeg, or choose another codec.
    #[error("this FFmpeg has no encoder for {codec} (looked for: {})", looked_for.join(", "))]
    EncoderMissing {
        /// The codec, by FFmpeg's name; of an encoder that was asked for by name, that name.
        codec: String,
        /// The encoders that would have done.
        looked_for: Vec<String>,
    },
    /// The linked FFmpeg was built without this muxer. Link another FFmpeg, or choose another container.
    #[error("this FFmpeg has no muxer {muxer}")]
    MuxerMissing {
        /// FFmpeg's name for it.
        muxer: String,
    },
    /// A raw option that this encoder or muxer of the linked FFmpeg does not have.
    #[error("{of} has no option {option:?}")]
    UnknownOption {
        /// The encoder or muxer, by FFmpeg's name.
        of: String,
        /// What was given.
        option: String,
    },
    /// A raw option whose value the encoding has a method for, and has to know. Use that.
    #[error("{of} is not to be given the option {option:?} itself; use {method}")]
    NotRaw {
        /// The encoding, by its type's name.
        of: &'static str,
        /// The option, by FFmpeg's name.
        option: &'static str,
        /// The method.
        method: &'static str,
    },
    /// A time between key frames was asked for, and the input does not tell how many frames a second has. Ask for
    /// [`KeyframeInterval::Frames`](crate::KeyframeInterval::Frames).
    #[error("does not tell its frame rate, and key frames were asked for by time; ask for them by frames")]
    NoFrameRate,
    /// A pattern for the names of an image sequence that is none: it has one `%d` or `%04d` in it, and no `/`.
    #[error("{pattern:?} is no pattern of file names; frame_%04d.jpg is one")]
    UnusablePattern {
        /// What was given.
        pattern: String,
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
    /// Two things that an encoder does not do together. Leave out one of them.
    #[error("{of} has no {one} with {other}")]
    NotTogether {
        /// The encoding, by its type's name.
        of: &'static str,
        /// The one.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// The part of the input that was asked for has no length.
    #[error("the range {} to {} is empty", seconds(*start), seconds(*end))]
    EmptyRange {
        /// Where it begins.
        start: Duration,
        /// Where it ends.
        end: Duration,
    },
    /// A device is required, and the pipeline decodes no film: all pictures are copied, or are images, or there are none. Name an encoder,
    /// or do without [`Hardware::Require`](crate::Hardware::Require).
    #[error("{device} is required, and there is no film to decode; name an encoder for its pictures, or do not require a device")]
    NothingForDevice {
        /// The device.
        device: Device,
    },
    /// A device is required to encode, and there is no encoder of that codec for it, or pipelines cannot use it. Name another device, or
    /// have the processor encode.
    #[error("{device} is required to encode {codec}, and cannot: {why}; name another device, or have the processor encode")]
    NoDeviceEncoder {
        /// The device.
        device: Device,
        /// The codec, by FFmpeg's name.
        codec: String,
        /// What is in the way.
        why: String,
    },
    /// The pipeline names a stream of the application's, and it was started without one of that name. Give it with
    /// [`Launch::reader`](crate::Launch::reader) or [`Launch::writer`](crate::Launch::writer).
    #[error("no reader or writer of that name was handed over")]
    NoReader,
    /// A reader or a writer was handed over, and nothing in the pipeline uses it: its input or output is no
    /// [`Location::stream`](crate::Location::stream).
    #[error("is no stream, but a reader or a writer was handed over for it")]
    UnusedStream,
    /// The output cannot go back in what it has written, and its container would have to, to complete an index. Write
    /// [`fragmented`](crate::Output::fragmented), or to what can seek.
    #[error("cannot seek, which this container needs; write to what can, or make it .fragmented() where there is that")]
    NeedsFragments,
    /// A set of files goes into a directory of this machine that has a name of its own to be replaced by: not a URL or a stream, nor
    /// `.`, `..` or `/`.
    #[error("is a set of files, which needs a directory of this machine with a name of its own, not \".\", \"..\" or \"/\"")]
    NeedsDirectory,
    /// The set's directory lies in one whose name has something like `%d` or `%03d` in it, and FFmpeg would put a number there. Write
    /// elsewhere, and move it.
    #[error("lies in a directory whose name FFmpeg would take for a pattern such as %d; write elsewhere, and move it")]
    PatternInDirectory,
    /// A place that cannot be handed to FFmpeg: a path that is not UTF-8 or has a NUL in it, a URL with a control character such as a
    /// line break (percent-encode it), or a `file:` URL with a host in it. A local one has three slashes: `file:///tmp/a.mp4`.
    #[error(
        "FFmpeg cannot be given this path, for it is not UTF-8 or has a NUL in it; or this URL, for it has a control \
         character in it, or is a file: URL that names a host"
    )]
    UnusablePath,
    /// A [`Secret::named`](crate::Secret::named) has no text: the pipeline was started without one of that name. Give it with
    /// [`Launch::secret`](crate::Launch::secret) or [`Launch::secrets`](crate::Launch::secrets).
    #[error("there is no secret of the name {name:?}; give it to the launch")]
    SecretMissing {
        /// Its name.
        name: String,
    },
    /// A secret was given for a place that the location does not have; see [`Location::secret`](crate::Location::secret).
    #[error("has no {{{place}}} in it for a secret to stand at")]
    NoPlaceForSecret {
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
    #[error("has no use for headers, which only http:// and https:// have")]
    UnusedHeaders,
    /// The linked FFmpeg has no such filter. Link one that was built with what it needs, or do without.
    #[error("this FFmpeg has no filter {filter:?}{}", needs.map(|it| format!(", which needs {it}")).unwrap_or_default())]
    FilterMissing {
        /// The filter, by FFmpeg's name.
        filter: String,
        /// What FFmpeg would have to be built with; `None` where that is not known.
        needs: Option<&'static str>,
    },
    /// FFmpeg's filter has no such option.
    #[error("FFmpeg's filter {filter:?} has no option {option:?}")]
    UnknownFilterOption {
        /// The filter, by FFmpeg's name.
        filter: String,
        /// The option that it does not have.
        option: String,
    },
    /// FFmpeg's filter has such an option, and does not take this value for it.
    #[error("FFmpeg's filter {filter:?} does not take {value:?} for its option {option:?}")]
    FilterOptionRefused {
        /// The filter, by FFmpeg's name.
        filter: String,
        /// One of its options.
        option: String,
        /// What was given for it.
        value: String,
    },
    /// A raw filter takes the streams that it is given, and gives one, all of them pictures or all sound, as the track it is in; this
    /// one does not.
    #[error("FFmpeg's filter {filter:?} is not one that takes {} of {kind} and gives one", many(*.streams))]
    FilterShape {
        /// The filter, by FFmpeg's name.
        filter: String,
        /// What it would have to take and give.
        kind: &'static str,
        /// How many it would have to take.
        streams: usize,
    },
}

impl Reason {
    /// `range` in words is `words`. What is no number is in no range.
    pub(crate) fn outside<T>(what: &'static str, value: T, range: impl RangeBounds<T>, words: &'static str) -> Option<Self>
    where
        T: PartialOrd + fmt::Display,
    {
        (!range.contains(&value)).then(|| Self::OutOfRange { what, value: value.to_string(), range: words })
    }
}

fn many(streams: usize) -> String {
    if streams == 1 { "one stream".into() } else { format!("{streams} streams") }
}
