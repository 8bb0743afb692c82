use super::{Aac, Decoded, H264, Mjpeg, Output, StreamCopy, X264};
use crate::media::Location;

/// A container format, as a type: which codecs it can hold is checked by the compiler.
pub trait Container: sealed::Sealed {}

/// Says that a codec can be stored in container `C`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in `{C}`",
    label = "this codec does not go into this container",
    note = "choose another container, or a codec that implements `In<{C}>`"
)]
pub trait In<C: Container> {}

/// Something that takes decoded pictures or sound, so that filters can come before it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not decode, so nothing can be filtered before it",
    label = "a copied stream has no pictures and no samples to work on",
    note = "name an encoder instead"
)]
pub trait Reencodes: sealed::Sealed {}

/// Something that pictures can be encoded with.
pub trait VideoEncoding: Into<AnyVideo> + sealed::Sealed {}

/// Something that sound can be encoded with.
pub trait AudioEncoding: Into<AnyAudio> + sealed::Sealed {}

/// The MP4 container (ISO/IEC 14496-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Mp4;

impl Mp4 {
    /// An MP4 file at `location`. Nothing is in it yet: give it [`video`](Output::video) and [`audio`](Output::audio).
    ///
    /// A device, a FIFO, a socket or `pipe:1` works too and is written in place; as those cannot seek, they need
    /// [`fragmented`](Output::fragmented).
    #[must_use = "an output does nothing until a pipeline has it"]
    pub fn file(location: impl Into<Location>) -> Output<Self> {
        Output::new(location.into(), AnyContainer::Mp4)
    }
}

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

/// HTTP Live Streaming on demand: a playlist, and segments of six seconds in MPEG transport streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Hls;

impl Hls {
    /// A set of files in that directory: `index.m3u8`, `segment_00000.ts` and so on.
    ///
    /// All of it appears at once, when it is whole: the directory is written beside its final name and renamed. A directory of that
    /// name is replaced as a whole, with **everything** that is in it, where [`Overwrite::Replace`](super::Overwrite::Replace) allows
    /// that; an empty one gives way in any case. It cannot be a mount point.
    #[must_use = "an output does nothing until a pipeline has it"]
    pub fn directory(path: impl Into<Location>) -> Output<Self> {
        Output::new(path.into(), AnyContainer::Hls)
    }
}

/// A JPEG for each picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Jpeg;

impl Jpeg {
    /// A set of files in that directory, named by `pattern`: `frame_%04d.jpg`. What holds for [`Hls::directory`] holds here.
    #[must_use = "an output does nothing until a pipeline has it"]
    pub fn sequence(directory: impl Into<Location>, pattern: &'static str) -> Output<Self> {
        Output::new(directory.into(), AnyContainer::JpegSequence { pattern })
    }
}

impl Container for Hls {}
impl Container for Jpeg {}
impl In<Hls> for H264 {}
impl In<Hls> for X264 {}
impl In<Hls> for Aac {}
impl In<Jpeg> for Mjpeg {}
impl Reencodes for Mjpeg {}
impl VideoEncoding for Mjpeg {}

impl From<Mjpeg> for AnyVideo {
    fn from(_: Mjpeg) -> Self {
        Self::Mjpeg
    }
}

impl Container for Mp4 {}
impl Container for Null {}
impl In<Mp4> for H264 {}
impl In<Mp4> for X264 {}
impl In<Mp4> for Aac {}
impl In<Null> for H264 {}
impl In<Null> for X264 {}
impl In<Null> for Aac {}
impl In<Null> for Decoded {}
impl<C: Container> In<C> for StreamCopy {}

impl Reencodes for H264 {}
impl Reencodes for X264 {}
impl Reencodes for Aac {}
impl Reencodes for Decoded {}
impl Reencodes for AnyVideo {}
impl Reencodes for AnyAudio {}

impl VideoEncoding for AnyVideo {}
impl AudioEncoding for AnyAudio {}
impl VideoEncoding for H264 {}
impl VideoEncoding for X264 {}
impl VideoEncoding for StreamCopy {}
impl VideoEncoding for Decoded {}
impl AudioEncoding for Aac {}
impl AudioEncoding for StreamCopy {}
impl AudioEncoding for Decoded {}

/// A container, as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnyContainer {
    /// [`Mp4`].
    Mp4,
    /// [`Null`].
    Null,
    /// [`Hls`].
    Hls,
    /// [`Jpeg`].
    JpegSequence {
        /// How the files are named.
        pattern: &'static str,
    },
}

impl AnyContainer {
    /// Whether it is a set of files, which goes into a directory of its own.
    #[must_use]
    pub fn is_set(self) -> bool {
        matches!(self, Self::Hls | Self::JpegSequence { .. })
    }
}

/// A video encoding, as a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyVideo {
    /// H.264 by whichever encoder this FFmpeg has for it.
    H264(H264),
    /// H.264 by x264.
    X264(X264),
    /// Motion JPEG.
    Mjpeg,
    /// As it is.
    Copy,
    /// As it was decoded.
    Decoded,
}

/// An audio encoding, as a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyAudio {
    /// AAC by FFmpeg's own encoder.
    Aac(Aac),
    /// As it is.
    Copy,
    /// As it was decoded.
    Decoded,
}

impl From<H264> for AnyVideo {
    fn from(it: H264) -> Self {
        Self::H264(it)
    }
}

impl From<X264> for AnyVideo {
    fn from(it: X264) -> Self {
        Self::X264(it)
    }
}

impl From<StreamCopy> for AnyVideo {
    fn from(_: StreamCopy) -> Self {
        Self::Copy
    }
}

impl From<StreamCopy> for AnyAudio {
    fn from(_: StreamCopy) -> Self {
        Self::Copy
    }
}

impl From<Decoded> for AnyVideo {
    fn from(_: Decoded) -> Self {
        Self::Decoded
    }
}

impl From<Decoded> for AnyAudio {
    fn from(_: Decoded) -> Self {
        Self::Decoded
    }
}

impl From<Aac> for AnyAudio {
    fn from(it: Aac) -> Self {
        Self::Aac(it)
    }
}

pub(super) mod sealed {
    /// Containers and codecs are telecine's to define: each needs an entry in its tables.
    pub trait Sealed {}
    impl Sealed for super::Mp4 {}
    impl Sealed for super::Null {}
    impl Sealed for super::Hls {}
    impl Sealed for super::Jpeg {}
    impl Sealed for super::Mjpeg {}
    impl Sealed for super::H264 {}
    impl Sealed for super::X264 {}
    impl Sealed for super::Aac {}
    impl Sealed for super::StreamCopy {}
    impl Sealed for super::Decoded {}
    impl Sealed for super::AnyVideo {}
    impl Sealed for super::AnyAudio {}
}
