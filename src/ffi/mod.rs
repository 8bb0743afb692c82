//! Owners of FFmpeg's objects, and every `unsafe` of the crate.
//!
//! One move-only owner per pointer, its free function beside it; a borrow carries the rule that C leaves to the manual. What
//! leaves this module is plain data: no pointer and no type of FFmpeg's.

#![allow(unsafe_code)] // This is the one place for it; `lib.rs` denies it everywhere else.

mod alike;
mod animation;
mod bits;
mod byte_io;
mod bytes;
mod canvas;
mod code;
mod codec;
mod codec_context;
mod decoder;
mod demux;
mod descriptor;
mod device;
mod dictionary;
mod dynamic;
pub(crate) mod filter;
mod graph;
mod input;
mod interrupt;
mod layout;
pub(crate) mod log;
mod muxer;
mod names;
mod option;
mod packet;
mod parameters;
mod picture;
mod picture_encoder;
mod pixel;
mod planes;
mod probe;
mod protocol;
mod quick;
mod raw_frame;
mod resampler;
mod rescaler;
mod sample;
mod side_data;
mod sound;
mod span;
mod still;
mod stream;
mod tap_frame;
mod undrained;
mod upload;
mod vector;
mod version;

pub(crate) use animation::{Animation, Making};
pub(crate) use bits::Bits;
pub(crate) use bytes::{Bytes, Said, seek_as_ffmpeg, whence};
pub(crate) use canvas::Canvas;
pub(crate) use code::Code;
pub(crate) use codec::Encoder;
pub(crate) use decoder::{Decoder, Received, Sent};
pub(crate) use descriptor::duplicate;
pub(crate) use device::{DevicePicture, HwDevice, SurfaceFormat};
pub(crate) use graph::{Feed, Graph, Stamp};
pub(crate) use input::{From, Input};
pub(crate) use interrupt::InterruptFlag;
pub(crate) use layout::Layout;
pub(crate) use muxer::MuxerInfo;
pub(crate) use packet::Packet;
pub(crate) use parameters::Parameters;
pub(crate) use picture::Picture;
pub(crate) use picture_encoder::{Coded, PictureEncoder, Pictures};
pub(crate) use pixel::Component;
pub use pixel::PixelFormat;
pub(crate) use probe::{Sure, probe_format};
pub(crate) use protocol::Protocol;
pub(crate) use raw_frame::RawFrame;
pub(crate) use resampler::Resampler;
pub(crate) use rescaler::{Colors, Rescaler, Task, is_usable_color, scaler_flags};
pub(crate) use sound::{Smooth, Sound, interleaved};
pub(crate) use span::Span;
pub(crate) use still::encode_still;
pub use tap_frame::TapFrame;
pub(crate) use upload::{Coming, Upload};
pub(crate) use vector::{Work, with_vectors};
pub(crate) use version::encoder_name;
pub use version::ffmpeg_version;
