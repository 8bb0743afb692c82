//! What is to be done, as plain data: no thread, no file, no FFmpeg. Builders store what they are told; [`Pipeline::validate`]
//! checks it all at once.

mod aac;
mod builder;
mod container;
mod copy;
mod decoded;
pub mod filter;
mod h264;
mod headers;
mod input;
mod mjpeg;
mod output;
mod track;
mod x264;

pub use aac::Aac;
pub(crate) use builder::NETWORK_TIMEOUT;
pub use builder::Pipeline;
pub use container::{
    AnyAudio, AnyContainer, AnyVideo, AudioEncoding, Container, Hls, In, Jpeg, Mp4, Null, Reencodes, VideoEncoding,
};
pub use copy::StreamCopy;
pub use decoded::Decoded;
pub use h264::H264;
pub(crate) use h264::H264Rate;
pub(crate) use headers::Headers;
pub use input::Input;
pub use mjpeg::Mjpeg;
pub use output::{AnyOutput, Durability, Output, Overwrite};
pub use track::{AnyTrack, Track};
pub(crate) use track::{Content, Filters, Label};
pub use x264::{Preset, X264};
