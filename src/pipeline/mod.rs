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
mod output;
mod select;
mod x264;

pub use aac::Aac;
pub use builder::Pipeline;
pub use container::{AnyAudio, AnyContainer, AnyVideo, AudioEncoding, Container, In, Mp4, Null, VideoEncoding};
pub use copy::StreamCopy;
pub use decoded::Decoded;
pub use h264::H264;
pub(crate) use h264::H264Rate;
pub use output::{AnyOutput, Durability, Output, Overwrite};
pub use select::{Disposition, Select};
pub use x264::{Preset, X264};
