use std::fmt;

/// Where in the work something went wrong, in the order in which the data passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Opening the input and reading its header.
    Open,
    /// Learning what the streams are.
    #[doc(alias = "avformat_find_stream_info")]
    Probe,
    /// Deciding what becomes of each stream.
    Plan,
    /// Reading packets.
    #[doc(alias = "av_read_frame")]
    Demux,
    /// Packets to frames.
    Decode,
    /// Frames to frames.
    Filter,
    /// Frames to packets.
    Encode,
    /// Opening the output, writing header, packets and trailer.
    #[doc(alias = "av_interleaved_write_frame")]
    Mux,
    /// Giving a finished file its final name.
    Publish,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "opening the input",
            Self::Probe => "probing the input",
            Self::Plan => "planning",
            Self::Demux => "reading the input",
            Self::Decode => "decoding",
            Self::Filter => "filtering",
            Self::Encode => "encoding",
            Self::Mux => "writing the output",
            Self::Publish => "publishing the output",
        })
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Opening input and output.
    #[default]
    Opening,
    /// Learning what the streams are, opening decoders, encoders and the output.
    Probing,
    /// Media flows.
    Running,
    /// The last packets and the trailer are written, the file is published.
    Finishing,
    /// The outcome is there.
    Ended,
}
