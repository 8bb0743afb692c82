//! Codecs, as types: one file each. Those named after a codec ([`H264`]) have portable options and leave the encoder to the plan;
//! those named after an encoder ([`X264`]) have its own.
//!
//! Nothing is checked when a value is built; `problems` gives what is wrong with one.

mod any;
#[cfg(test)]
pub(crate) mod arbitrary;
mod common;
mod portable;

mod av1;
mod ffv1;
mod gif;
mod h264;
mod h264_profile;
mod h265;
mod lib_vpx_vp9;
mod mjpeg;
mod nvenc;
mod of_device;
mod png;
mod prores;
mod qsv;
mod svt_av1;
mod vaapi;
mod video_toolbox;
mod vp9;
mod webp;
mod x264;
mod x265;

mod aac;
mod flac;
mod lib_opus;
mod mp3;
mod opus;
mod pcm;
mod vorbis;

mod subtitle;

mod copy;
mod decoded;
mod raw;

pub use aac::Aac;
pub use any::{AnyAudio, AnySubtitle, AnyVideo, AudioEncoding, SubtitleEncoding, VideoEncoding};
pub use av1::Av1;
pub(crate) use common::{OwnRate, Rate};
pub use copy::StreamCopy;
pub use decoded::Decoded;
pub use ffv1::Ffv1;
pub use flac::Flac;
pub use gif::Gif;
pub use h264::H264;
pub use h264_profile::H264Profile;
pub use h265::H265;
pub use lib_opus::{LibOpus, OpusApplication};
pub use lib_vpx_vp9::{Deadline, LibVpxVp9};
pub use mjpeg::Mjpeg;
pub use mp3::Mp3;
pub(crate) use nvenc::{Nvenc, NvencRate};
pub use nvenc::{NvencAv1, NvencH264, NvencH265, NvencPreset, NvencTune};
pub(crate) use of_device::{DEVICES_HEVC, LAMBDA, OfDevice, Said};
pub use opus::Opus;
pub use pcm::Pcm;
pub(crate) use pcm::Sample;
pub use png::Png;
pub(crate) use portable::Portable;
pub use prores::{ProRes, ProResProfile};
#[cfg(test)]
pub(crate) use qsv::QsvRate;
pub use qsv::{QsvAv1, QsvH264, QsvH265, QsvPreset, QsvVp9};
pub use raw::{RawAudio, RawVideo};
pub use subtitle::{Ass, MovText, SubRip, WebVtt};
pub use svt_av1::SvtAv1;
#[cfg(test)]
pub(crate) use vaapi::VaapiRate;
pub use vaapi::{VaapiAv1, VaapiH264, VaapiH265, VaapiProfile, VaapiVp9};
#[cfg(test)]
pub(crate) use video_toolbox::VideoToolboxRate;
pub use video_toolbox::{VideoToolboxH264, VideoToolboxH265};
pub use vorbis::Vorbis;
pub use vp9::Vp9;
pub use webp::WebP;
pub use x264::{Preset, X264, X264Profile, X264Tune};
pub use x265::{X265, X265Tune};
