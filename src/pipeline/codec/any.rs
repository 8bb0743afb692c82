//! Encodings as values, for what is chosen at run time.

use super::{
    Aac, Ass, Av1, Decoded, Ffv1, Flac, Gif, H264, H265, LibOpus, LibVpxVp9, Mjpeg, MovText, Mp3, NvencAv1, NvencH264, NvencH265,
    OfDevice, Opus, Pcm, Png, Portable, ProRes, QsvAv1, QsvH264, QsvH265, QsvVp9, RawAudio, RawVideo, StreamCopy, SubRip, SvtAv1,
    VaapiAv1, VaapiH264, VaapiH265, VaapiVp9, VideoToolboxH264, VideoToolboxH265, Vorbis, Vp9, WebP, WebVtt, X264, X265,
};
use crate::error::Reason;
use crate::media::Hardware;
use crate::pipeline::Options;
use crate::pipeline::container::sealed::Sealed;

/// Something that pictures can be encoded with.
pub trait VideoEncoding: Into<AnyVideo> + Sealed {}

/// Something that sound can be encoded with.
pub trait AudioEncoding: Into<AnyAudio> + Sealed {}

/// Something that subtitles can be encoded with.
pub trait SubtitleEncoding: Into<AnySubtitle> + Sealed {}

/// A video encoding, as a value. What goes into which container, [`fits`](Self::fits) says.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum AnyVideo {
    /// H.264 by whichever encoder this FFmpeg has for it.
    H264(H264),
    /// H.265 by whichever encoder this FFmpeg has for it.
    H265(H265),
    /// AV1 by whichever encoder this FFmpeg has for it.
    Av1(Av1),
    /// VP9 by whichever encoder this FFmpeg has for it.
    Vp9(Vp9),
    /// Motion JPEG.
    Mjpeg(Mjpeg),
    /// Apple ProRes.
    #[cfg_attr(feature = "serde", serde(rename = "prores"))]
    ProRes(ProRes),
    /// FFV1.
    Ffv1(Ffv1),
    /// GIF.
    Gif(Gif),
    /// PNG.
    Png(Png),
    /// WebP.
    #[cfg_attr(feature = "serde", serde(rename = "webp"))]
    WebP(WebP),
    /// H.264 by x264.
    X264(X264),
    /// H.265 by x265.
    X265(X265),
    /// AV1 by SVT-AV1.
    SvtAv1(SvtAv1),
    /// VP9 by libvpx.
    LibVpxVp9(LibVpxVp9),
    /// H.264 by NVIDIA's encoder.
    NvencH264(NvencH264),
    /// H.265 by NVIDIA's encoder.
    NvencH265(NvencH265),
    /// AV1 by NVIDIA's encoder.
    NvencAv1(NvencAv1),
    /// H.264 by Intel's encoder.
    QsvH264(QsvH264),
    /// H.265 by Intel's encoder.
    QsvH265(QsvH265),
    /// AV1 by Intel's encoder.
    QsvAv1(QsvAv1),
    /// VP9 by Intel's encoder.
    QsvVp9(QsvVp9),
    /// H.264 by VA-API.
    VaapiH264(VaapiH264),
    /// H.265 by VA-API.
    VaapiH265(VaapiH265),
    /// AV1 by VA-API.
    VaapiAv1(VaapiAv1),
    /// VP9 by VA-API.
    VaapiVp9(VaapiVp9),
    /// H.264 by Apple's encoder.
    #[cfg_attr(feature = "serde", serde(rename = "videotoolbox_h264"))]
    VideoToolboxH264(VideoToolboxH264),
    /// H.265 by Apple's encoder.
    #[cfg_attr(feature = "serde", serde(rename = "videotoolbox_h265"))]
    VideoToolboxH265(VideoToolboxH265),
    /// By any other encoder.
    Raw(RawVideo),
    /// As it is.
    Copy,
    /// As it was decoded.
    Decoded,
}

/// An audio encoding, as a value. What goes into which container, [`fits`](Self::fits) says.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum AnyAudio {
    /// AAC by FFmpeg's own encoder.
    Aac(Aac),
    /// Opus by whichever encoder this FFmpeg has for it.
    Opus(Opus),
    /// MP3 by whichever encoder this FFmpeg has for it.
    Mp3(Mp3),
    /// FLAC.
    Flac(Flac),
    /// Samples without compression.
    Pcm(Pcm),
    /// Vorbis by whichever encoder this FFmpeg has for it.
    Vorbis(Vorbis),
    /// Opus by libopus.
    LibOpus(LibOpus),
    /// By any other encoder.
    Raw(RawAudio),
    /// As it is.
    Copy,
    /// As it was decoded.
    Decoded,
}

/// A subtitle encoding, as a value. What goes into which container, [`fits`](Self::fits) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum AnySubtitle {
    /// The subtitles of MP4 and MOV.
    MovText(MovText),
    /// SubRip.
    #[cfg_attr(feature = "serde", serde(rename = "subrip"))]
    SubRip(SubRip),
    /// WebVTT.
    #[cfg_attr(feature = "serde", serde(rename = "webvtt"))]
    WebVtt(WebVtt),
    /// Advanced SubStation Alpha.
    Ass(Ass),
    /// As they are.
    Copy,
}

impl AnyVideo {
    /// What is wrong with it by itself.
    pub(crate) fn problems(&self) -> Vec<Reason> {
        match self {
            Self::H264(it) => it.problems().collect(),
            Self::H265(it) => it.problems().collect(),
            Self::Av1(it) => it.problems().collect(),
            Self::Vp9(it) => it.problems().collect(),
            Self::Png(it) => it.problems().into_iter().collect(),
            Self::X264(it) => it.problems().collect(),
            Self::X265(it) => it.problems().collect(),
            Self::SvtAv1(it) => it.problems().collect(),
            Self::LibVpxVp9(it) => it.problems().collect(),
            Self::NvencH264(it) => it.problems().collect(),
            Self::NvencH265(it) => it.problems().collect(),
            Self::NvencAv1(it) => it.problems().collect(),
            Self::QsvH264(it) => it.problems().collect(),
            Self::QsvH265(it) => it.problems().collect(),
            Self::QsvAv1(it) => it.problems().collect(),
            Self::QsvVp9(it) => it.problems().collect(),
            Self::VaapiH264(it) => it.problems().collect(),
            Self::VaapiH265(it) => it.problems().collect(),
            Self::VaapiAv1(it) => it.problems().collect(),
            Self::VaapiVp9(it) => it.problems().collect(),
            Self::VideoToolboxH264(it) => it.problems().collect(),
            Self::VideoToolboxH265(it) => it.problems().collect(),
            Self::Mjpeg(_)
            | Self::ProRes(_)
            | Self::Ffv1(_)
            | Self::Gif(_)
            | Self::WebP(_)
            | Self::Raw(_)
            | Self::Copy
            | Self::Decoded => Vec::new(),
        }
    }

    /// FFmpeg's own options, of those encodings that can have some.
    pub(crate) fn options(&self) -> Option<&Options> {
        match self {
            Self::X264(it) => Some(&it.options),
            Self::X265(it) => Some(&it.options),
            Self::SvtAv1(it) => Some(&it.options),
            Self::LibVpxVp9(it) => Some(&it.options),
            Self::NvencH264(it) => Some(&it.0.options),
            Self::NvencH265(it) => Some(&it.0.options),
            Self::NvencAv1(it) => Some(&it.0.options),
            Self::QsvH264(it) => Some(&it.options),
            Self::QsvH265(it) => Some(&it.options),
            Self::QsvAv1(it) => Some(&it.options),
            Self::QsvVp9(it) => Some(&it.options),
            Self::VaapiH264(it) => Some(&it.options),
            Self::VaapiH265(it) => Some(&it.options),
            Self::VaapiAv1(it) => Some(&it.options),
            Self::VaapiVp9(it) => Some(&it.options),
            Self::VideoToolboxH264(it) => Some(&it.options),
            Self::VideoToolboxH265(it) => Some(&it.options),
            Self::Raw(it) => Some(&it.options),
            Self::H264(_)
            | Self::H265(_)
            | Self::Av1(_)
            | Self::Vp9(_)
            | Self::Png(_)
            | Self::Mjpeg(_)
            | Self::ProRes(_)
            | Self::Ffv1(_)
            | Self::Gif(_)
            | Self::WebP(_)
            | Self::Copy
            | Self::Decoded => None,
        }
    }
}

impl AnyVideo {
    /// What is wanted of any encoder, of those that are named after a codec, by FFmpeg's name of that.
    pub(crate) fn portable(&self) -> Option<(&'static str, Portable<'_>)> {
        match self {
            Self::H264(it) => Some(("h264", it.parts())),
            Self::H265(it) => Some(("hevc", it.parts())),
            Self::Av1(it) => Some(("av1", it.parts())),
            Self::Vp9(it) => Some(("vp9", it.parts())),
            _ => None,
        }
    }

    /// Whether a device is to encode.
    pub(crate) fn hardware(&self) -> Hardware {
        match self {
            Self::NvencH264(NvencH264(it)) | Self::NvencH265(NvencH265(it)) | Self::NvencAv1(NvencAv1(it)) => it.hardware(),
            _ => match self.of_device() {
                Some(it) => Hardware::require(it.device),
                None => self.portable().map(|it| it.1.hardware.clone()).unwrap_or_default(),
            },
        }
    }

    /// Which device an encoder of VA-API is on, where it is one.
    pub(crate) fn vaapi_path(&mut self) -> Option<&mut Option<String>> {
        match self {
            Self::VaapiH264(it) => Some(&mut it.device),
            Self::VaapiH265(it) => Some(&mut it.device),
            Self::VaapiAv1(it) => Some(&mut it.device),
            Self::VaapiVp9(it) => Some(&mut it.device),
            _ => None,
        }
    }

    /// What a device's own encoder is told; NVIDIA's are apart.
    pub(crate) fn of_device(&self) -> Option<OfDevice<'_>> {
        match self {
            Self::QsvH264(it) => Some(it.of_device()),
            Self::QsvH265(it) => Some(it.of_device()),
            Self::QsvAv1(it) => Some(it.of_device()),
            Self::QsvVp9(it) => Some(it.of_device()),
            Self::VaapiH264(it) => Some(it.of_device()),
            Self::VaapiH265(it) => Some(it.of_device()),
            Self::VaapiAv1(it) => Some(it.of_device()),
            Self::VaapiVp9(it) => Some(it.of_device()),
            Self::VideoToolboxH264(it) => Some(it.of_device()),
            Self::VideoToolboxH265(it) => Some(it.of_device()),
            _ => None,
        }
    }
}

impl AnyAudio {
    /// FFmpeg's own options, of those encodings that can have some.
    pub(crate) fn options(&self) -> Option<&Options> {
        match self {
            Self::LibOpus(it) => Some(&it.options),
            Self::Raw(it) => Some(&it.options),
            Self::Aac(_)
            | Self::Opus(_)
            | Self::Mp3(_)
            | Self::Flac(_)
            | Self::Pcm(_)
            | Self::Vorbis(_)
            | Self::Copy
            | Self::Decoded => None,
        }
    }

    /// What is wrong with it by itself.
    pub(crate) fn problems(&self) -> Vec<Reason> {
        match self {
            Self::Aac(it) => it.problems().into_iter().collect(),
            Self::Opus(it) => it.problems().into_iter().collect(),
            Self::Mp3(it) => it.problems().into_iter().collect(),
            Self::Flac(it) => it.problems().into_iter().collect(),
            Self::LibOpus(it) => it.problems().collect(),
            Self::Pcm(_) | Self::Vorbis(_) | Self::Raw(_) | Self::Copy | Self::Decoded => Vec::new(),
        }
    }
}

/// For each type: it is an encoding of that kind, and becomes the variant.
macro_rules! encodings {
    ($any:ident, $encoding:ident: $($codec:ident => $variant:ident $(($value:ident))?),* $(,)?) => {
        $(
            impl $encoding for $codec {}
            impl From<$codec> for $any {
                fn from(_it: $codec) -> Self {
                    Self::$variant $((encodings!(@ $value _it)))?
                }
            }
        )*
    };
    (@ it $value:ident) => { $value };
}

// A track that is chosen at run time has filters, too.
impl VideoEncoding for AnyVideo {}
impl AudioEncoding for AnyAudio {}
impl SubtitleEncoding for AnySubtitle {}

encodings!(
    AnyVideo, VideoEncoding:
    H264 => H264(it), H265 => H265(it), Av1 => Av1(it), Vp9 => Vp9(it), Mjpeg => Mjpeg(it), ProRes => ProRes(it), Ffv1 => Ffv1(it),
    Gif => Gif(it), Png => Png(it), WebP => WebP(it), X264 => X264(it), X265 => X265(it), SvtAv1 => SvtAv1(it),
    LibVpxVp9 => LibVpxVp9(it), NvencH264 => NvencH264(it), NvencH265 => NvencH265(it), NvencAv1 => NvencAv1(it), QsvH264 => QsvH264(it), QsvH265 => QsvH265(it), QsvAv1 => QsvAv1(it), QsvVp9 => QsvVp9(it), VaapiH264 => VaapiH264(it), VaapiH265 => VaapiH265(it), VaapiAv1 => VaapiAv1(it), VaapiVp9 => VaapiVp9(it), VideoToolboxH264 => VideoToolboxH264(it), VideoToolboxH265 => VideoToolboxH265(it),
    RawVideo => Raw(it), StreamCopy => Copy, Decoded => Decoded,
);
encodings!(
    AnyAudio, AudioEncoding:
    Aac => Aac(it), Opus => Opus(it), Mp3 => Mp3(it), Flac => Flac(it), Pcm => Pcm(it), Vorbis => Vorbis(it), LibOpus => LibOpus(it),
    RawAudio => Raw(it), StreamCopy => Copy, Decoded => Decoded,
);
encodings!(
    AnySubtitle, SubtitleEncoding:
    MovText => MovText(it), SubRip => SubRip(it), WebVtt => WebVtt(it), Ass => Ass(it), StreamCopy => Copy,
);
