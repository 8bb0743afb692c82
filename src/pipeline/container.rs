use super::{Aac, H264, Output, StreamCopy, X264};
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
        Output::new(location.into())
    }
}

impl Container for Mp4 {}
impl In<Mp4> for H264 {}
impl In<Mp4> for X264 {}
impl In<Mp4> for Aac {}
impl<C: Container> In<C> for StreamCopy {}

impl VideoEncoding for H264 {}
impl VideoEncoding for X264 {}
impl VideoEncoding for StreamCopy {}
impl AudioEncoding for Aac {}
impl AudioEncoding for StreamCopy {}

/// A video encoding, as a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyVideo {
    /// H.264 by whichever encoder this FFmpeg has for it.
    H264(H264),
    /// H.264 by x264.
    X264(X264),
    /// As it is.
    Copy,
}

/// An audio encoding, as a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyAudio {
    /// AAC by FFmpeg's own encoder.
    Aac(Aac),
    /// As it is.
    Copy,
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

impl From<Aac> for AnyAudio {
    fn from(it: Aac) -> Self {
        Self::Aac(it)
    }
}

mod sealed {
    /// Containers and codecs are telecine's to define: each needs an entry in its tables.
    pub trait Sealed {}
    impl Sealed for super::Mp4 {}
    impl Sealed for super::H264 {}
    impl Sealed for super::X264 {}
    impl Sealed for super::Aac {}
    impl Sealed for super::StreamCopy {}
}
