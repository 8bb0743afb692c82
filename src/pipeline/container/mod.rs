//! Containers, as types and as values; which codec goes into which is one table, for the compiler and for the run time.

mod any;
mod files;
mod gif;
mod hls;
mod image;
mod index;
mod muxer;
mod table;

use super::codec::{Decoded, RawAudio, RawVideo, StreamCopy};

pub use any::AnyContainer;
pub use files::{Avi, Flv, M4a, Matroska, Mov, Mp4, MpegTs, Null, Ogg, Wav, WebM};
pub use gif::{AnimationFormat, Loops};
pub use hls::{Hls, HlsTs, Playlist};
pub use image::{ImageFormat, Images, Jpeg};
pub use index::Index;
pub(crate) use muxer::Muxer;
pub(crate) use muxer::{INDEX, Tracks};

/// A container format, as a type: which codecs it can hold is checked by the compiler.
pub trait Container: sealed::Sealed {}

/// Says that a codec can be stored in container `C`.
///
/// What implements it is what the linked FFmpeg's muxers take and its demuxers then recognise, less what no player plays; a test
/// muxes every codec into every container to see that it is so. [`StreamCopy`] goes everywhere as far as the compiler is concerned:
/// what it copies is known when the input is. So do [`RawVideo`] and [`RawAudio`].
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

impl<C: Container> In<C> for StreamCopy {}
impl<C: Container> In<C> for RawVideo {}
impl<C: Container> In<C> for RawAudio {}
impl In<Null> for Decoded {}

pub(super) mod sealed {
    /// Containers and codecs are telecine's to define: each needs an entry in its tables.
    pub trait Sealed {}

    macro_rules! seal {
        ($($module:ident: $($name:ident)*;)*) => { $($(impl Sealed for crate::pipeline::$module::$name {})*)* };
    }
    seal! {
        container: Mp4 Mov M4a Matroska WebM MpegTs Flv Avi Wav Ogg Hls HlsTs Jpeg Null;
        codec: Gif Mp3 Flac Png WebP;
        codec: H264 H265 Av1 Vp9 Mjpeg ProRes Ffv1 X264 X265 SvtAv1 LibVpxVp9 NvencH264 NvencH265 NvencAv1 RawVideo;
        codec: QsvH264 QsvH265 QsvAv1 QsvVp9 VaapiH264 VaapiH265 VaapiAv1 VaapiVp9;
        codec: VideoToolboxH264 VideoToolboxH265;
        codec: Aac Opus Pcm Vorbis LibOpus RawAudio;
        codec: MovText SubRip WebVtt Ass;
        codec: StreamCopy Decoded AnyVideo AnyAudio AnySubtitle;
    }

    macro_rules! reencode {
        ($($name:ident)*) => { $(impl super::Reencodes for crate::pipeline::codec::$name {})* };
    }
    reencode! {
        Gif Mp3 Flac Png WebP H264 H265 Av1 Vp9 Mjpeg ProRes Ffv1 X264 X265 SvtAv1 LibVpxVp9 RawVideo
        NvencH264 NvencH265 NvencAv1 QsvH264 QsvH265 QsvAv1 QsvVp9 VaapiH264 VaapiH265 VaapiAv1 VaapiVp9
        VideoToolboxH264 VideoToolboxH265
        Aac Opus Pcm Vorbis LibOpus RawAudio Decoded AnyVideo AnyAudio
    }
}
