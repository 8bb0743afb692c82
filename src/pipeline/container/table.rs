use super::{AnyContainer, Container, In};
use super::{Avi, Flv, Hls, HlsTs, Jpeg, M4a, Matroska, Mov, Mp4, MpegTs, Null, Ogg, Wav, WebM};
use crate::error::Reason;
use crate::pipeline::codec::{
    Aac, AnyAudio, AnySubtitle, AnyVideo, Ass, Av1, Ffv1, Flac, Gif, H264, H265, LibOpus, LibVpxVp9, Mjpeg, MovText, Mp3,
    NvencAv1, NvencH264, NvencH265, Opus, Pcm, Png, ProRes, QsvAv1, QsvH264, QsvH265, QsvVp9, SubRip, SvtAv1, VaapiAv1,
    VaapiH264, VaapiH265, VaapiVp9, VideoToolboxH264, VideoToolboxH265, Vorbis, Vp9, WebP, WebVtt, X264, X265,
};

/// Which codec goes into which container: the only place where it is written. From it come `In<C>` for the compiler, and `fits` for
/// what is chosen at run time. `Null` takes everything.
///
/// `tests/table` holds it against what FFmpeg does, and lists where it is stricter, and why.
macro_rules! table {
    (
        containers: $($container:ident)*;
        $($any:ident { $($($codec:ident)+ => $homes:tt;)* })*
    ) => {
        $(impl Container for $container {})*

        impl AnyContainer {
            /// The name of its type.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$container { .. } => stringify!($container),)*
                }
            }
        }

        $($($(table!(@homes $codec $homes);)+)*)*

        $(
            impl $any {
                /// Whether this container holds what it makes, as far as that is known before anything runs.
                #[must_use]
                pub fn fits(&self, container: &AnyContainer) -> bool {
                    match self {
                        $($(Self::$codec(_))|+ => table!(@holds container $homes),)*
                        // The rest is for `beyond` to say.
                        #[allow(unreachable_patterns)] // No subtitle is left but one.
                        _ => self.fits_beyond(container),
                    }
                }

                /// The name of its type.
                #[must_use]
                pub fn name(&self) -> &'static str {
                    match self {
                        $($(Self::$codec(_) => stringify!($codec),)+)*
                        _ => self.name_beyond(),
                    }
                }

                /// What is wrong with it in this container.
                pub(crate) fn misfit(&self, container: &AnyContainer) -> Option<Reason> {
                    let (codec, container_name) = (self.name(), container.name());
                    match codec {
                        _ if self.fits(container) => None,
                        "Decoded" => Some(Reason::NotEncoded),
                        _ => Some(Reason::CodecNotInContainer { codec, container: container_name }),
                    }
                }
            }
        )*
    };
    (@homes $codec:ident [$($home:ident)*]) => {
        $(impl In<$home> for $codec {})*
        impl In<Null> for $codec {}
    };
    (@holds $container:ident [$($home:ident)*]) => {
        matches!($container, $(AnyContainer::$home { .. } |)* AnyContainer::Null)
    };
}

table! {
    containers: Mp4 Mov M4a Matroska WebM MpegTs Flv Avi Wav Mp3 Flac Ogg Gif Jpeg Png WebP Hls HlsTs Null;

    AnyVideo {
        H264 X264 NvencH264 QsvH264 VaapiH264 VideoToolboxH264 => [Mp4 Mov Matroska MpegTs Flv Avi Hls HlsTs];
        H265 X265 NvencH265 QsvH265 VaapiH265 VideoToolboxH265 => [Mp4 Mov Matroska MpegTs Flv Hls HlsTs];
        Av1 SvtAv1 NvencAv1 QsvAv1 VaapiAv1 => [Mp4 Matroska WebM Flv Avi Hls];
        Vp9 LibVpxVp9 QsvVp9 VaapiVp9 => [Mp4 Matroska WebM Flv Avi Hls];
        Mjpeg            => [Mp4 Mov Matroska Avi Jpeg];
        ProRes           => [Mov Matroska Avi];
        Ffv1             => [Mov Matroska Avi];
        Gif              => [Mov Gif];
        Png              => [Mp4 Mov Matroska Avi Png];
        WebP             => [WebP];
    }

    AnyAudio {
        Aac              => [Mp4 Mov M4a Matroska MpegTs Flv Avi Hls HlsTs];
        Opus LibOpus     => [Mp4 Matroska WebM MpegTs Ogg Hls HlsTs];
        Mp3              => [Mp4 Mov Matroska MpegTs Flv Avi Wav Mp3 Hls HlsTs];
        Flac             => [Mp4 Matroska Avi Wav Flac Ogg Hls];
        Pcm              => [Mp4 Mov Matroska Avi Wav];
        Vorbis           => [Mp4 Matroska WebM Avi Ogg];
    }

    AnySubtitle {
        MovText          => [Mp4 Mov];
        SubRip           => [Matroska];
        WebVtt           => [Matroska WebM];
        Ass              => [Matroska];
    }
}

impl AnyVideo {
    fn fits_beyond(&self, container: &AnyContainer) -> bool {
        !matches!(self, Self::Decoded) || *container == AnyContainer::Null
    }

    fn name_beyond(&self) -> &'static str {
        match self {
            Self::Raw(_) => "RawVideo",
            Self::Decoded => "Decoded",
            _ => "StreamCopy",
        }
    }
}

impl AnyAudio {
    fn fits_beyond(&self, container: &AnyContainer) -> bool {
        !matches!(self, Self::Decoded) || *container == AnyContainer::Null
    }

    fn name_beyond(&self) -> &'static str {
        match self {
            Self::Raw(_) => "RawAudio",
            Self::Decoded => "Decoded",
            _ => "StreamCopy",
        }
    }
}

impl AnySubtitle {
    fn fits_beyond(&self, _: &AnyContainer) -> bool {
        true
    }

    fn name_beyond(&self) -> &'static str {
        "StreamCopy"
    }
}
