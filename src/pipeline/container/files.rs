use super::{AnyContainer, Index};
use crate::media::Location;
use crate::pipeline::Output;
use crate::pipeline::codec::{Flac, Mp3};

/// A container that is one file.
macro_rules! file {
    ($($(#[$about:meta])* $name:ident => $any:expr;)*) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub struct $name;
            file!(@constructor $name $any);
        )*
    };
    (@constructor $name:ident $any:expr) => {
        impl $name {
            /// Such a file at `location`. Nothing is in it yet: give it its streams.
            ///
            /// A device, a FIFO, a socket or `pipe:1` works too and is written in place; so does an application's
            /// [`writer`](crate::Launch::writer). What of these cannot seek does not do for a container with one index, unless
            /// that is [`fragmented`](Output::fragmented).
            #[must_use = "an output does nothing until a pipeline has it"]
            pub fn file(location: impl Into<Location>) -> Output<Self> {
                Output::new(location.into(), $any)
            }
        }
    };
}

file! {
    /// The MP4 container (ISO/IEC 14496-14).
    Mp4 => AnyContainer::Mp4(Index::default());
    /// The QuickTime container, which MP4 comes from, for editing.
    Mov => AnyContainer::Mov(Index::default());
    /// MP4 for sound alone.
    #[doc(alias = "ipod")]
    M4a => AnyContainer::M4a(Index::default());
    /// The Matroska container (RFC 9559), which holds nearly everything.
    #[doc(alias = "mkv")]
    Matroska => AnyContainer::Matroska;
    /// The part of Matroska that browsers play.
    WebM => AnyContainer::WebM;
    /// The MPEG transport stream (ISO/IEC 13818-1), for broadcast and for what may lose parts.
    #[doc(alias = "ts")]
    MpegTs => AnyContainer::MpegTs;
    /// Flash video, which RTMP carries. H.265, AV1 and VP9 are in it by its later extension, Enhanced RTMP.
    Flv => AnyContainer::Flv;
    /// Audio Video Interleave, for old programs.
    Avi => AnyContainer::Avi;
    /// RIFF WAVE, for sound, mostly without compression.
    Wav => AnyContainer::Wav;
    /// The Ogg container (RFC 3533), for Opus, Vorbis and FLAC.
    Ogg => AnyContainer::Ogg;
}
file!(@constructor Mp3 AnyContainer::Mp3);
file!(@constructor Flac AnyContainer::Flac);

/// No container: everything is read, decoded (and encoded, where that is asked for) as for a file, and dropped. For what a job
/// finds out on its way: damage, warnings, what taps are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Null;

impl Null {
    /// Writes nowhere, and opens nothing. Say what is to be read: `.video(Decoded)`, `.audio(Decoded)`.
    ///
    /// ```no_run
    /// use telecine::{Decoded, Null, Pipeline};
    ///
    /// let everything = Null::output().video(Decoded).audio(Decoded);
    /// let outcome = Pipeline::read("in.mov").output(everything).start().wait()?;
    /// println!("{:?} frames, {:?} of them damaged", outcome.frames, outcome.corrupt);
    /// # Ok::<(), telecine::Error>(())
    /// ```
    #[must_use = "an output does nothing until a pipeline has it"]
    #[doc(alias = "-f null -")]
    pub fn output() -> Output<Self> {
        // A name for messages, which everybody knows; nothing opens it.
        Output::new(Location::file("/dev/null"), AnyContainer::Null)
    }
}
