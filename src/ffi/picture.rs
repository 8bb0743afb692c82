//! A decoded picture, as the decoder left it.

use ffmpeg_sys_next as sys;
use sys::AVFrameSideDataType::{
    AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_DISPLAYMATRIX, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
};

use super::dynamic;
use super::names::{self, as_number};
use super::pixel::PixelFormat;
use super::planes::Span;
use super::raw_frame::RawFrame;
use super::side_data;
use crate::media::{
    ColorInfo, ContentLight, FieldOrder, MasteringDisplay, Orientation, PictureType, Plane, Rational, StreamKind, Ticks,
};

/// A decoded frame that is a picture.
pub(crate) struct Picture(RawFrame);

impl Picture {
    pub(crate) fn new(frame: RawFrame) -> Self {
        Self(frame)
    }

    pub(crate) fn frame(&self) -> &RawFrame {
        &self.0
    }

    pub(super) fn as_ptr(&self) -> *const sys::AVFrame {
        self.0.get()
    }

    pub(crate) fn raw(&self) -> &RawFrame {
        &self.0
    }

    /// When it is shown, by its packet's times as far as those can be trusted.
    #[doc(alias = "best_effort_timestamp")]
    pub(crate) fn timestamp(&self) -> Option<i64> {
        let at = self.get().best_effort_timestamp;
        (at != sys::AV_NOPTS_VALUE).then_some(at)
    }

    /// How long, where the container or FFmpeg's parsers tell.
    pub(crate) fn length(&self) -> Option<i64> {
        Some(self.get().duration).filter(|it| *it > 0)
    }

    /// How many fields it is shown for beyond two.
    #[doc(alias = "repeat_pict")]
    pub(crate) fn extra_fields(&self) -> i32 {
        self.get().repeat_pict
    }

    /// What its times count.
    pub(crate) fn ticks(&self, count: i64) -> Ticks {
        let base = self.get().time_base;
        Ticks::new(count, Rational::new(base.num, base.den).unwrap_or(Rational::MICROS))
    }

    #[doc(alias = "AV_FRAME_FLAG_KEY")]
    pub(crate) fn is_key(&self) -> bool {
        self.has(sys::AV_FRAME_FLAG_KEY)
    }

    /// Whether the decoder had to guess at parts of it.
    #[doc(alias = "AV_FRAME_FLAG_CORRUPT")]
    pub(crate) fn is_corrupt(&self) -> bool {
        self.0.is_corrupt()
    }

    /// `None` where the decoder does not tell.
    #[doc(alias = "AVPictureType")]
    pub(crate) fn kind(&self) -> Option<PictureType> {
        use sys::AVPictureType::*;
        // By number, for the decoder may be newer than the bindings.
        let kinds = [
            (AV_PICTURE_TYPE_I, PictureType::I),
            (AV_PICTURE_TYPE_P, PictureType::P),
            (AV_PICTURE_TYPE_B, PictureType::B),
            (AV_PICTURE_TYPE_S, PictureType::S),
            (AV_PICTURE_TYPE_SI, PictureType::Si),
            (AV_PICTURE_TYPE_SP, PictureType::Sp),
            (AV_PICTURE_TYPE_BI, PictureType::Bi),
        ];
        let number = as_number(&self.get().pict_type);
        kinds.into_iter().find(|it| it.0 as i32 == number).map(|it| it.1)
    }

    /// `None` for a progressive picture.
    #[doc(alias = "AV_FRAME_FLAG_INTERLACED")]
    #[doc(alias = "AV_FRAME_FLAG_TOP_FIELD_FIRST")]
    pub(crate) fn interlaced(&self) -> Option<FieldOrder> {
        let first = if self.has(sys::AV_FRAME_FLAG_TOP_FIELD_FIRST) { FieldOrder::TopFirst } else { FieldOrder::BottomFirst };
        self.has(sys::AV_FRAME_FLAG_INTERLACED).then_some(first)
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        self.0.size()
    }

    /// `None` for one that the bindings do not have.
    pub(crate) fn format(&self) -> Option<PixelFormat> {
        PixelFormat::numbered(self.get().format)
    }

    pub(crate) fn color(&self) -> ColorInfo {
        let frame = self.get();
        ColorInfo {
            range: names::color_range(as_number(&frame.color_range)),
            space: names::color_space(as_number(&frame.colorspace)),
            transfer: names::color_transfer(as_number(&frame.color_trc)),
            primaries: names::color_primaries(as_number(&frame.color_primaries)),
            chroma_location: names::chroma_location(as_number(&frame.chroma_location)),
        }
    }

    pub(crate) fn orientation(&self) -> Option<Orientation> {
        self.side_data(AV_FRAME_DATA_DISPLAYMATRIX).map(side_data::turned)
    }

    pub(crate) fn mastering(&self) -> Option<MasteringDisplay> {
        self.side_data(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA).map(side_data::graded)
    }

    pub(crate) fn light(&self) -> Option<ContentLight> {
        self.side_data(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL).map(side_data::lit)
    }

    #[doc(alias = "AV_FRAME_DATA_DYNAMIC_HDR_PLUS")]
    pub(crate) fn hdr10_plus(&self) -> Option<Vec<u8>> {
        dynamic::hdr10_plus(self.get())
    }

    #[doc(alias = "AV_FRAME_DATA_DOVI_RPU_BUFFER")]
    pub(crate) fn dolby_vision_rpu(&self) -> Option<&[u8]> {
        dynamic::dolby_vision(self.get())
    }

    pub(crate) fn plane(&self, index: usize) -> Option<Plane<'_>> {
        // SAFETY: the decoder filled it, and nobody changes it. The buffers live, and are not written, as long as this does.
        let (span, bytes) = unsafe {
            let span = Span::of(self.get(), StreamKind::Video, index)?;
            let bytes = span.bytes();
            (span, bytes)
        };
        Some(Plane::new(bytes, span.stride, span.row, span.rows))
    }

    /// A copy, one byte of which is another one: these bits of it.
    #[cfg(test)]
    pub(crate) fn spoiled(&self, plane: usize, at: usize, bits: u8) -> Self {
        let mut own = self.0.shared().expect("there is memory");
        // SAFETY: the frame is ours alone; FFmpeg copies its buffers where they are shared, so that nobody else refers to what is
        // written to.
        unsafe {
            assert_eq!(sys::av_frame_make_writable(own.as_mut_ptr()), 0);
            let span = Span::of(own.get(), StreamKind::Video, plane).expect("it has that plane");
            span.bytes_mut()[at] ^= bits;
        }
        Self(own)
    }

    /// The side data of that kind.
    #[doc(alias = "av_frame_get_side_data")]
    fn side_data<T: side_data::Plain>(&self, kind: sys::AVFrameSideDataType) -> Option<T> {
        // SAFETY: the frame is live; an entry has as many bytes as it says, and `T` may lie in them at any address.
        unsafe {
            let entry = sys::av_frame_get_side_data(self.get(), kind).as_ref()?;
            (!entry.data.is_null() && entry.size >= size_of::<T>()).then(|| entry.data.cast::<T>().read_unaligned())
        }
    }

    fn has(&self, flag: i32) -> bool {
        self.get().flags & flag != 0
    }

    fn get(&self) -> &sys::AVFrame {
        self.0.get()
    }
}
