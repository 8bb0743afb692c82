use super::filter::VideoFilter;
use super::track::Content;
use super::{AnyContainer, AnyOutput, AnyTrack, AnyVideo, Gif, Images, Loops, Mjpeg, Png, Track, WebP};
use crate::media::Location;

/// An output that is a single picture, or one that moves.
impl AnyOutput {
    /// A JPEG that goes nowhere.
    pub(crate) fn in_memory() -> Self {
        Self::in_memory_as(AnyContainer::Jpeg(Images::Single))
    }

    /// The same of that kind.
    pub(crate) fn in_memory_as(container: AnyContainer) -> Self {
        Self::new(container, Location::stream("still"))
    }

    /// The same with a track, where it has none: of the codec that the file is named after, by the defaults.
    pub(crate) fn or_picture(self) -> Self {
        let encoding: AnyVideo = match &self.container {
            AnyContainer::Png(_) => Png::default().into(),
            AnyContainer::WebP(_) => WebP::default().into(),
            AnyContainer::Gif(_) => Gif::default().into(),
            _ => Mjpeg::default().into(),
        };
        if self.tracks.is_empty() { self.track(AnyTrack::video(Track::from(encoding))) } else { self }
    }

    /// The same with some filters before its own, and some behind them.
    pub(crate) fn between(mut self, before: Vec<VideoFilter>, behind: impl IntoIterator<Item = VideoFilter>) -> Self {
        if let Some(AnyTrack { content: Content::Video { filters, .. }, .. }) = self.tracks.first_mut() {
            filters.splice(..0, before);
            filters.extend(behind);
        }
        self
    }

    /// How its picture is encoded, and what happens to it before. `None` where it is more than a picture, or none.
    pub(crate) fn picture(&self) -> Option<(&AnyVideo, &[VideoFilter])> {
        use AnyContainer::{Jpeg, Png, WebP};
        let is_single = matches!(self.container, Jpeg(Images::Single) | Png(Images::Single) | WebP(Images::Single));
        self.only_track().filter(|_| is_single)
    }

    /// The same of pictures that follow each other in one file.
    pub(crate) fn animation(&self) -> Option<(&AnyVideo, &[VideoFilter])> {
        let is_single = matches!(self.container, AnyContainer::Gif(_) | AnyContainer::WebP(Images::Single));
        self.only_track().filter(|_| is_single)
    }

    /// What FFmpeg's muxer for an animation is called, and its number for how often it is played. `None` where it is none.
    #[doc(alias = "loop")]
    pub(crate) fn animated(&self, loops: Option<Loops>) -> Option<(&'static str, i32)> {
        match &self.container {
            AnyContainer::Gif(own) => Some(("gif", loops.unwrap_or(*own).number())),
            AnyContainer::WebP(Images::Single) => Some(("webp", loops.unwrap_or_default().count())),
            _ => None,
        }
    }

    fn only_track(&self) -> Option<(&AnyVideo, &[VideoFilter])> {
        match &self.tracks[..] {
            [track] if !track.is_copy() => match &track.content {
                Content::Video { encoding, filters } => Some((encoding, filters)),
                _ => None,
            },
            _ => None,
        }
    }
}
