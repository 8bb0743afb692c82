//! What is to be done, as plain data: no thread, no file, no FFmpeg. Builders store what they are told; [`Pipeline::validate`]
//! checks it all at once.

#[cfg(test)]
mod arbitrary;
mod builder;
pub(crate) mod codec;
pub(crate) mod container;
pub mod filter;
mod headers;
mod input;
mod keep;
mod options;
mod output;
mod parse;
mod picture;
mod secrets;
#[cfg(feature = "serde")]
mod serial;
mod shown;
mod track;
mod validate;

pub(crate) use builder::NETWORK_TIMEOUT;
pub use builder::Pipeline;
pub use codec::{
    Aac, AnyAudio, AnySubtitle, AnyVideo, Ass, AudioEncoding, Av1, Deadline, Decoded, Ffv1, Flac, Gif, H264, H264Profile, H265,
    LibOpus, LibVpxVp9, Mjpeg, MovText, Mp3, NvencAv1, NvencH264, NvencH265, NvencPreset, NvencTune, Opus, OpusApplication, Pcm,
    Png, Preset, ProRes, ProResProfile, QsvAv1, QsvH264, QsvH265, QsvPreset, QsvVp9, RawAudio, RawVideo, StreamCopy, SubRip,
    SubtitleEncoding, SvtAv1, VaapiAv1, VaapiH264, VaapiH265, VaapiProfile, VaapiVp9, VideoEncoding, VideoToolboxH264,
    VideoToolboxH265, Vorbis, Vp9, WebP, WebVtt, X264, X264Profile, X264Tune, X265, X265Tune,
};
pub use container::{
    AnimationFormat, AnyContainer, Avi, Container, Flv, Hls, HlsTs, ImageFormat, Images, In, Index, Jpeg, Loops, M4a, Matroska,
    Mov, Mp4, MpegTs, Null, Ogg, Playlist, Reencodes, Wav, WebM,
};
pub(crate) use headers::Headers;
pub use input::Input;
pub(crate) use input::bounds;
pub use keep::{HoldsCoverArt, HoldsData, Keep};
pub(crate) use options::Options;
pub use output::{AnyOutput, Durability, Output, Overwrite};
pub use parse::{CommandError, Unsupported, WhyNot};
use track::unusable_tags;
pub use track::{AnyTrack, Track};
pub(crate) use track::{Content, Filters, Label};
pub(crate) use validate::intolerable;
