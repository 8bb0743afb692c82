use super::{Images, Index, Loops, Playlist};
use crate::error::Reason;
use crate::pipeline::codec::{
    Aac, AnyAudio, AnySubtitle, AnyVideo, Flac, Gif, H264, Mjpeg, MovText, Mp3, Opus, Pcm, Png, SubRip, Vp9, WebP, WebVtt,
};

/// A container, as a value, with its options.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum AnyContainer {
    /// [`Mp4`](super::Mp4).
    Mp4(Index),
    /// [`Mov`](super::Mov).
    Mov(Index),
    /// [`M4a`](super::M4a).
    M4a(Index),
    /// [`Matroska`](super::Matroska).
    Matroska,
    /// [`WebM`](super::WebM).
    #[cfg_attr(feature = "serde", serde(rename = "webm"))]
    WebM,
    /// [`MpegTs`](super::MpegTs).
    MpegTs,
    /// [`Flv`](super::Flv).
    Flv,
    /// [`Avi`](super::Avi).
    Avi,
    /// [`Wav`](super::Wav).
    Wav,
    /// [`Mp3`].
    Mp3,
    /// [`Flac`].
    Flac,
    /// [`Ogg`](super::Ogg).
    Ogg,
    /// [`Gif`].
    Gif(Loops),
    /// [`Jpeg`](super::Jpeg).
    Jpeg(Images),
    /// [`Png`].
    Png(Images),
    /// [`WebP`].
    #[cfg_attr(feature = "serde", serde(rename = "webp"))]
    WebP(Images),
    /// [`Hls`](super::Hls).
    Hls(Playlist),
    /// [`HlsTs`](super::HlsTs).
    HlsTs(Playlist),
    /// [`Null`](super::Null).
    Null,
}

impl AnyContainer {
    /// The container that files of this extension mostly are, as it is by default; in capitals or not, without the dot. `m3u8` is HLS,
    /// whose location is a directory.
    #[must_use]
    #[doc(alias = "av_guess_format")]
    pub fn from_extension(extension: &str) -> Option<Self> {
        let extension = extension.to_ascii_lowercase();
        Self::every().into_iter().find(|it| it.extensions().contains(&extension.as_str()))
    }

    /// The container that this muxer of FFmpeg's writes, as it is by default. `None` for those that telecine has no container for, and for
    /// `image2` and `image2pipe`, which write images of any kind.
    #[must_use]
    #[doc(alias = "-f")]
    pub fn from_muxer(muxer: &str) -> Option<Self> {
        Self::every().into_iter().find(|it| it.muxer_name() == muxer && !muxer.starts_with("image2"))
    }

    /// The extensions of its files, the usual one first. HLS has its playlists'.
    #[must_use]
    pub fn extensions(&self) -> &'static [&'static str] {
        match self {
            Self::Mp4(_) => &["mp4", "m4v"],
            Self::Mov(_) => &["mov", "qt"],
            Self::M4a(_) => &["m4a"],
            Self::Matroska => &["mkv", "mka", "mks"],
            Self::WebM => &["webm"],
            Self::MpegTs => &["ts", "m2ts", "mts"],
            Self::Flv => &["flv"],
            Self::Avi => &["avi"],
            Self::Wav => &["wav"],
            Self::Mp3 => &["mp3"],
            Self::Flac => &["flac"],
            Self::Ogg => &["ogg", "oga", "opus"],
            Self::Gif(_) => &["gif"],
            Self::Jpeg(_) => &["jpg", "jpeg"],
            Self::Png(_) => &["png"],
            Self::WebP(_) => &["webp"],
            Self::Hls(_) | Self::HlsTs(_) => &["m3u8"],
            Self::Null => &[],
        }
    }

    /// Whether it is a directory of files, which appear together.
    #[must_use]
    pub fn is_set(&self) -> bool {
        match self {
            Self::Hls(_) | Self::HlsTs(_) => true,
            Self::Jpeg(images) | Self::Png(images) | Self::WebP(images) => matches!(images, Images::Sequence { .. }),
            _ => false,
        }
    }

    /// Whether it is read while it is written.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self, Self::Hls(playlist) | Self::HlsTs(playlist) if playlist.live.is_some())
    }

    /// Whether it cannot be written without going back in what is written already. Others may be better for it: a Matroska gets
    /// an index.
    pub(crate) fn needs_seek(&self) -> bool {
        match self {
            Self::Mp4(index) | Self::Mov(index) | Self::M4a(index) => *index != Index::Fragments,
            // The engine gives their muxers a way to seek, and where that fails they put at the end what belongs in front.
            Self::Avi | Self::Flac => true,
            _ => false,
        }
    }

    /// What a picture becomes in it where nobody says; `None` where it holds none.
    #[must_use]
    pub fn default_video(&self) -> Option<AnyVideo> {
        match self {
            Self::Mp4(_)
            | Self::Mov(_)
            | Self::Matroska
            | Self::MpegTs
            | Self::Flv
            | Self::Avi
            | Self::Hls(_)
            | Self::HlsTs(_) => Some(H264::default().into()),
            Self::WebM => Some(Vp9::default().into()),
            Self::Gif(_) => Some(Gif::default().into()),
            Self::Jpeg(_) => Some(Mjpeg::default().into()),
            Self::Png(_) => Some(Png::default().into()),
            Self::WebP(_) => Some(WebP::default().into()),
            Self::Null => Some(AnyVideo::Decoded),
            Self::M4a(_) | Self::Wav | Self::Mp3 | Self::Flac | Self::Ogg => None,
        }
    }

    /// What sound becomes in it where nobody says; `None` where it holds none.
    #[must_use]
    pub fn default_audio(&self) -> Option<AnyAudio> {
        match self {
            Self::Mp4(_)
            | Self::Mov(_)
            | Self::M4a(_)
            | Self::Matroska
            | Self::MpegTs
            | Self::Flv
            | Self::Avi
            | Self::Hls(_)
            | Self::HlsTs(_) => Some(Aac::default().into()),
            Self::WebM | Self::Ogg => Some(Opus::default().into()),
            Self::Wav => Some(Pcm::s16().into()),
            Self::Mp3 => Some(Mp3::default().into()),
            Self::Flac => Some(Flac::default().into()),
            Self::Null => Some(AnyAudio::Decoded),
            Self::Gif(_) | Self::Jpeg(_) | Self::Png(_) | Self::WebP(_) => None,
        }
    }

    /// What subtitles become in it where nobody says; `None` where it holds none.
    #[must_use]
    pub fn default_subtitle(&self) -> Option<AnySubtitle> {
        match self {
            Self::Mp4(_) | Self::Mov(_) => Some(MovText::default().into()),
            Self::Matroska => Some(SubRip::default().into()),
            Self::WebM => Some(WebVtt::default().into()),
            _ => None,
        }
    }

    /// What is wrong with it by itself.
    pub(crate) fn problems(&self) -> Vec<Reason> {
        match self {
            Self::Jpeg(images) | Self::Png(images) | Self::WebP(images) => images.problems().collect(),
            Self::Hls(playlist) | Self::HlsTs(playlist) => playlist.problems().collect(),
            _ => Vec::new(),
        }
    }

    /// One of each, as it is by default.
    pub(crate) fn every() -> Vec<Self> {
        vec![
            Self::Mp4(Index::default()),
            Self::Mov(Index::default()),
            Self::M4a(Index::default()),
            Self::Matroska,
            Self::WebM,
            Self::MpegTs,
            Self::Flv,
            Self::Avi,
            Self::Wav,
            Self::Mp3,
            Self::Flac,
            Self::Ogg,
            Self::Gif(Loops::default()),
            Self::Jpeg(Images::default()),
            Self::Png(Images::default()),
            Self::WebP(Images::default()),
            Self::Hls(Playlist::default()),
            Self::HlsTs(Playlist::default()),
            Self::Null,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_default_fits() {
        for container in AnyContainer::every() {
            assert!(container.problems().is_empty(), "{container:?}");
            assert!(container.default_video().is_none_or(|it| it.fits(&container)), "{container:?}");
            assert!(container.default_audio().is_none_or(|it| it.fits(&container)), "{container:?}");
            assert!(container.default_subtitle().is_none_or(|it| it.fits(&container)), "{container:?}");
        }
    }

    #[test]
    fn muxers_find_their_containers() {
        for container in AnyContainer::every() {
            let found = AnyContainer::from_muxer(container.muxer_name());
            let is_image = container.muxer_name().starts_with("image2");
            assert!(
                found.as_ref() == Some(&container) || is_image || container.muxer_name() == "hls",
                "{container:?}: {found:?}"
            );
        }
        assert_eq!(AnyContainer::from_muxer("image2"), None);
    }

    #[test]
    fn extensions_find_their_containers() {
        for container in AnyContainer::every() {
            for extension in container.extensions() {
                let found = AnyContainer::from_extension(&extension.to_uppercase());
                // Both kinds of HLS have playlists of one extension.
                assert!(found.as_ref() == Some(&container) || *extension == "m3u8", "{extension}: {found:?}");
            }
        }
        assert_eq!(AnyContainer::from_extension("exe"), None);
    }
}
