use std::sync::Arc;
use std::time::Duration;

use crate::ffi::{Picture, PixelFormat, RawFrame};
use crate::media::{
    ColorInfo, ContentLight, FieldOrder, MasteringDisplay, Orientation, PictureType, Plane, Rational, Ticks, Timestamp,
};

/// A decoded picture, as the decoder made it: in its own pixel format, size and colours, neither turned nor scaled.
///
/// Its planes lie in the decoder's own buffer; nothing was copied. A clone shares it, and costs next to nothing; it may be kept, and
/// looked at from any number of threads, for as long as one likes. What is kept is memory (a frame of 1080p takes 3 MB at 8 bit, twice
/// that at more), and nothing else: a decoder in software takes another buffer.
#[derive(Clone)]
#[doc(alias = "AVFrame")]
pub struct Frame(Arc<Shown>, Given);

pub(super) struct Shown {
    pub(super) picture: Picture,
    pub(super) pts: Ticks,
    pub(super) duration: Ticks,
    pub(super) is_estimated: bool,
    pub(super) pixel_aspect: Option<Rational>,
    /// Where the container begins, in microseconds.
    pub(super) start: i64,
}

/// What a frame is within its reading; the same picture may be given several times.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) index: u64,
    pub(super) is_changed: bool,
    /// For which moment it stands, in microseconds since the container's beginning.
    pub(super) instant: Option<i64>,
}

impl Shown {
    /// When it begins, in microseconds since the container's beginning.
    pub(super) fn at(&self) -> i64 {
        micros(self.pts).saturating_sub(self.start)
    }
}

impl Frame {
    pub(super) fn new(shown: Arc<Shown>, given: Given) -> Self {
        Self(shown, given)
    }

    /// Whether it is the same picture of the same moment, given once more.
    pub(crate) fn is_again(&self, before: &Self) -> bool {
        Arc::ptr_eq(&self.0, &before.0)
    }

    pub(crate) fn raw(&self) -> &RawFrame {
        self.0.picture.frame()
    }

    pub(super) fn picture(&self) -> &Picture {
        &self.0.picture
    }

    /// How many frames the same reading gave before it.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.1.index
    }

    /// When it is shown, exactly, on the container's own clock, which need not begin at zero: the value that `ffmpeg` has for it with
    /// `-copyts`. Where the container has none, it is worked out from the frames before, as `ffmpeg` does.
    #[must_use]
    #[doc(alias = "best_effort_timestamp")]
    pub fn pts(&self) -> Ticks {
        self.0.pts
    }

    /// Whether [`pts`](Self::pts) was worked out, for the container has none for it.
    #[must_use]
    pub fn pts_is_estimated(&self) -> bool {
        self.0.is_estimated
    }

    /// When it is shown, counted from the beginning of the container: what [`Frames::at`](crate::Frames::at) takes to find it again.
    /// The nearest microsecond, as FFmpeg counts. `None` where it lies before that beginning.
    #[must_use]
    pub fn time(&self) -> Option<Duration> {
        u64::try_from(self.0.at()).ok().map(Duration::from_micros)
    }

    /// The moment that it was chosen for, counted from the beginning of the container: it is the one on the screen then. `None` where
    /// frames were not asked for by moments ([`Frames::every`](crate::Frames::every), [`spread`](crate::Frames::spread),
    /// [`at_each`](crate::Frames::at_each)).
    #[must_use]
    pub fn instant(&self) -> Option<Duration> {
        self.1.instant.and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros)
    }

    /// How long it is shown: as the container or the codec tell, else as long as the frame before it in the stream was. A stream may count
    /// it wrong; what the next frame's time says is certain.
    #[must_use]
    pub fn duration(&self) -> Ticks {
        self.0.duration
    }

    /// Whether its size or pixel format is another than that of the frame before it, in the same reading. The first is no change.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.1.is_changed
    }

    /// Whether decoding may begin with it.
    #[must_use]
    #[doc(alias = "AV_FRAME_FLAG_KEY")]
    pub fn is_key(&self) -> bool {
        self.0.picture.is_key()
    }

    /// Whether the decoder had to guess at parts of it.
    #[must_use]
    #[doc(alias = "AV_FRAME_FLAG_CORRUPT")]
    pub fn is_corrupt(&self) -> bool {
        self.0.picture.is_corrupt()
    }

    /// How it was coded; `None` where the decoder does not tell.
    #[must_use]
    #[doc(alias = "pict_type")]
    pub fn picture_type(&self) -> Option<PictureType> {
        self.0.picture.kind()
    }

    /// For an interlaced picture, whose rows are of two moments by turns, which moment is the first; `None` for a progressive one.
    #[must_use]
    #[doc(alias = "AV_FRAME_FLAG_INTERLACED")]
    pub fn interlaced(&self) -> Option<FieldOrder> {
        self.0.picture.interlaced()
    }

    /// Width and height in pixels, as stored: before it is turned, and with pixels that may not be square.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        self.0.picture.size()
    }

    /// Width of a pixel by its height, as the container says, or else the codec; `None` where neither tells, and then they are taken for
    /// square.
    #[must_use]
    #[doc(alias = "sample_aspect_ratio")]
    #[doc(alias = "sar")]
    pub fn pixel_aspect(&self) -> Option<Rational> {
        self.0.pixel_aspect
    }

    /// How it is to be turned before it is shown; `None` where it is shown as it is.
    #[must_use]
    #[doc(alias = "displaymatrix")]
    pub fn orientation(&self) -> Option<Orientation> {
        self.0.picture.orientation()
    }

    /// How its pixels lie in memory. `None` for a format that the FFmpeg this was built with does not have.
    #[must_use]
    #[doc(alias = "AVPixelFormat")]
    pub fn format(&self) -> Option<PixelFormat> {
        self.0.picture.format()
    }

    /// What its numbers mean as colours.
    #[must_use]
    pub fn color(&self) -> ColorInfo {
        self.0.picture.color()
    }

    /// The screen that it was graded on.
    #[must_use]
    #[doc(alias = "AV_FRAME_DATA_MASTERING_DISPLAY_METADATA")]
    pub fn mastering(&self) -> Option<MasteringDisplay> {
        self.0.picture.mastering()
    }

    /// How bright its film gets.
    #[must_use]
    #[doc(alias = "AV_FRAME_DATA_CONTENT_LIGHT_LEVEL")]
    pub fn light(&self) -> Option<ContentLight> {
        self.0.picture.light()
    }

    /// What HDR10+ (SMPTE ST 2094-40) says of this picture, for tone mapping: a whole message of ITU-T T.35, from its country code on, as
    /// HEVC has it in an SEI message, AV1 in a metadata OBU and Matroska beside a block. `None` where there is none.
    ///
    /// FFmpeg parses it, and this is written anew from that: of what FFmpeg's parser leaves out, there is nothing.
    #[must_use]
    #[doc(alias = "AV_FRAME_DATA_DYNAMIC_HDR_PLUS")]
    #[doc(alias = "av_dynamic_hdr_plus_to_t35")]
    pub fn hdr10_plus(&self) -> Option<Vec<u8>> {
        self.0.picture.hdr10_plus()
    }

    /// What Dolby Vision says of this picture: its reference processing unit, byte by byte as it stands in the stream. Of HEVC that is what
    /// follows the header of the NAL unit, with the bytes that prevent start codes still in it. `None` where there is none.
    ///
    /// What it is made for (the profile, and what else the picture can be shown as) says
    /// [`VideoInfo::dolby_vision`](crate::VideoInfo).
    #[must_use]
    #[doc(alias = "AV_FRAME_DATA_DOVI_RPU_BUFFER")]
    #[doc(alias = "AV_FRAME_DATA_DOVI_METADATA")]
    pub fn dolby_vision_rpu(&self) -> Option<&[u8]> {
        self.0.picture.dolby_vision_rpu()
    }

    /// A plane, from 0: luma, then chroma, then transparency; green, blue and red for planar RGB; everything where it is not planar. The
    /// palette of a format that has one is plane 1: a row of 256 entries of 4 bytes. `None` where there is no such plane, and where the
    /// format is not known.
    #[must_use]
    pub fn plane(&self, index: usize) -> Option<Plane<'_>> {
        self.0.picture.plane(index)
    }

    /// All of its planes, in their order.
    pub fn planes(&self) -> impl Iterator<Item = Plane<'_>> {
        (0..self.format().map_or(0, PixelFormat::planes)).map_while(|index| self.plane(index))
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (index, pts, size, format) = (self.index(), self.pts(), self.size(), self.format());
        f.debug_struct("Frame")
            .field("index", &index)
            .field("pts", &pts)
            .field("size", &size)
            .field("format", &format)
            .finish_non_exhaustive()
    }
}

pub(super) fn micros(pts: Ticks) -> i64 {
    Timestamp::as_micros(pts.as_timestamp())
}
