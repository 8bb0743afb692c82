use std::marker::PhantomData;

use super::resize::Resize;
use crate::error::{Reason, crop, tone_map};
use crate::ffi::is_usable_color;
use crate::media::{ColorInfo, Component, Crop, Line, Scaler, ToneMap};

/// Which pixels decoded frames are to be made into: channels and type, layout, size, part, colours.
///
/// Values are of full range, of the frame's own red, green and blue (its primaries and its transfer stay, but for what
/// [`tone_map`](Self::tone_map) changes), and chroma is interpolated from where the stream says that it lies. What happens, happens in this
/// order: [`upright`](Self::upright), [`crop`](Self::crop), [`resize`](Self::resize), [`tone_map`](Self::tone_map),
/// [`normalize`](Self::normalize).
///
/// It is data: clone it, compare it, print it. What cannot be is told when it is used, all at once.
///
/// ```no_run
/// use telecine::{Frames, Pixels, Resize};
///
/// // What many models of pictures were trained with: 3 × 224 × 224, planar.
/// let wanted = Pixels::rgb_f32()
///     .resize(Resize::fill(224, 224))
///     .upright()
///     .normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
/// for image in Frames::read("in.mp4").pixels(wanted).start() {
///     let image = image?;
///     println!("{:?}: {} values", image.time(), image.samples().len());
/// }
/// # Ok::<(), telecine::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it is only a description; give it to Frames::pixels or a Converter"]
#[doc(alias = "pix_fmt")]
pub struct Pixels<T> {
    pub(super) channels: Channels,
    pub(super) is_planar: bool,
    pub(super) resize: Option<Resize>,
    pub(super) scaler: Scaler,
    pub(super) crop: Option<Crop>,
    pub(super) is_upright: bool,
    pub(super) color: ColorInfo,
    pub(super) tone_map: Option<ToneMap>,
    normal: Option<([f32; 3], [f32; 3])>,
    made: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    Rgb,
    Bgr,
    Rgba,
    Gray,
}

impl Channels {
    pub(super) fn count(self) -> usize {
        match self {
            Self::Rgb | Self::Bgr => 3,
            Self::Rgba => 4,
            Self::Gray => 1,
        }
    }
}

impl Pixels<u8> {
    /// Red, green and blue, a byte each.
    #[doc(alias = "rgb24")]
    pub fn rgb8() -> Self {
        Self::new(Channels::Rgb, false)
    }

    /// Blue, green and red, a byte each, as OpenCV has it.
    #[doc(alias = "bgr24")]
    pub fn bgr8() -> Self {
        Self::new(Channels::Bgr, false)
    }

    /// Red, green, blue and how opaque it is, a byte each, the colours not multiplied by it; 255 where the frame has no transparency.
    #[doc(alias = "rgba")]
    pub fn rgba8() -> Self {
        Self::new(Channels::Rgba, false)
    }

    /// Luma, a byte: 0 is black and 255 white, also of films of limited range.
    #[doc(alias = "gray")]
    pub fn gray8() -> Self {
        Self::new(Channels::Gray, false)
    }
}

impl Pixels<u16> {
    /// Red, green and blue, from 0 to 65,535 each, in the machine's byte order.
    #[doc(alias = "rgb48")]
    pub fn rgb16() -> Self {
        Self::new(Channels::Rgb, false)
    }

    /// The same with how opaque it is.
    #[doc(alias = "rgba64")]
    pub fn rgba16() -> Self {
        Self::new(Channels::Rgba, false)
    }

    /// Luma, from 0 to 65,535.
    #[doc(alias = "gray16le")]
    pub fn gray16() -> Self {
        Self::new(Channels::Gray, false)
    }
}

impl Pixels<f32> {
    /// Red, green and blue, from 0 to 1, each channel a picture of its own (NCHW); [`interleaved`](Self::interleaved) makes it NHWC. Of
    /// frames with more than 8 bits, all of their bits count.
    #[doc(alias = "gbrpf32")]
    pub fn rgb_f32() -> Self {
        Self::new(Channels::Rgb, true)
    }

    /// Luma, from 0 to 1.
    #[doc(alias = "grayf32")]
    pub fn gray_f32() -> Self {
        Self::new(Channels::Gray, true)
    }

    /// Each value less the mean, and that by the standard deviation, of its channel: red, green, blue, on the scale of 0 to 1. Of grey the
    /// first counts. No deviation may be 0. Default: 0 and 1.
    pub fn normalize(mut self, mean: [f32; 3], deviation: [f32; 3]) -> Self {
        self.normal = Some((mean, deviation));
        self
    }
}

impl<T: Component> Pixels<T> {
    fn new(channels: Channels, is_planar: bool) -> Self {
        Self {
            channels,
            is_planar,
            resize: None,
            scaler: Scaler::default(),
            crop: None,
            is_upright: false,
            color: ColorInfo::default(),
            tone_map: None,
            normal: None,
            made: PhantomData,
        }
    }

    /// The values of a pixel together, pixel after pixel (NHWC). The default of `u8` and `u16`.
    #[doc(alias = "packed")]
    pub fn interleaved(mut self) -> Self {
        self.is_planar = false;
        self
    }

    /// Each channel a picture of its own (NCHW). The default of `f32`.
    pub fn planar(mut self) -> Self {
        self.is_planar = true;
        self
    }

    /// In another size. Default: that of the frame, and pixels that are not square stay so.
    #[doc(alias = "scale")]
    pub fn resize(mut self, resize: Resize) -> Self {
        self.resize = Some(resize);
        self
    }

    /// How new pixels are made out of old ones where the size changes, and chroma for each pixel where it is coarser. Default:
    /// [`Scaler::Bicubic`](crate::filter::Scaler::Bicubic).
    #[doc(alias = "sws_flags")]
    pub fn filter(mut self, scaler: Scaler) -> Self {
        self.scaler = scaler;
        self
    }

    /// Only a part of the picture, to the pixel. It counts in the frame's own pixels, before they are resized, and in the upright picture
    /// where [`upright`](Self::upright) is asked for. Default: all of it.
    pub fn crop(mut self, crop: Crop) -> Self {
        self.crop = Some(crop);
        self
    }

    /// Turned and mirrored as it is to be shown ([`Frame::orientation`](crate::Frame::orientation)). Default: as it is stored.
    #[doc(alias = "autorotate")]
    #[doc(alias = "transpose")]
    pub fn upright(mut self) -> Self {
        self.is_upright = true;
        self
    }

    /// States what the frame's numbers mean, by FFmpeg's names: what is `Some` here counts more than what the stream says. Default: as the
    /// stream says. Where it says nothing, FFmpeg's own guess counts: BT.601, limited range, chroma in the middle.
    #[doc(alias = "in_color_matrix")]
    #[doc(alias = "in_range")]
    #[doc(alias = "in_chroma_loc")]
    pub fn color(mut self, color: ColorInfo) -> Self {
        self.color = color;
        self
    }

    /// HDR (PQ and HLG) as SDR: red, green and blue of BT.709. Frames that are SDR stay as they are, also where the one before was HDR.
    /// Default: HDR is [`Unconvertible::Hdr`](crate::Unconvertible::Hdr).
    ///
    /// It is done with the picture as large as it is to be: to resize costs less than to map. What nobody says of HDR's colours is taken to
    /// be as in BT.2020.
    ///
    /// ```no_run
    /// use telecine::filter::ToneMap;
    /// use telecine::{Frames, Pixels, Resize};
    ///
    /// let wanted = Pixels::rgb8().resize(Resize::fit(1280, 720)).tone_map(ToneMap::default());
    /// for image in Frames::read("hdr-or-not.mp4").pixels(wanted).start() {
    ///     println!("{:?}", image?.size());
    /// }
    /// # Ok::<(), telecine::Error>(())
    /// ```
    #[doc(alias = "hdr_to_sdr")]
    #[doc(alias = "zscale")]
    pub fn tone_map(mut self, map: ToneMap) -> Self {
        self.tone_map = Some(map);
        self
    }

    /// What in it cannot work, whatever the frame.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        let outside = |what, value, range| Reason::OutOfRange { what, value, range };
        let color = (!is_usable_color(&self.color)).then(|| {
            outside(
                "Pixels' color",
                format!("{:?}", self.color),
                "names that FFmpeg has for what it can convert, such as bt709 and pc",
            )
        });
        let deviation = self.normal.filter(|(mean, by)| by.contains(&0.0) || mean.iter().chain(by).any(|it| !it.is_finite()));
        let deviation =
            deviation.map(|it| outside("Pixels' mean and deviation", format!("{it:?}"), "numbers, the deviations not 0"));
        let resize = self.resize.and_then(|it| it.reasons());
        let white = self.tone_map.as_ref().and_then(tone_map);
        self.crop.iter().flat_map(crop).chain(resize).chain(color).chain(white).chain(deviation).collect()
    }

    /// What makes a value of each channel, in the image's order, out of numbers up to `most`.
    pub(super) fn lines(&self, most: f32) -> [Line; 4] {
        let line = |channel: usize| {
            let (mean, by) = self.normal.map_or((0.0, 1.0), |(mean, by)| (mean[channel.min(2)], by[channel.min(2)]));
            Line { factor: 1.0 / (most * by), offset: -mean / by }
        };
        std::array::from_fn(line)
    }
}
