use std::ffi::CString;

use ffmpeg_sys_next as sys;

/// How pixels lie in memory: as FFmpeg has them, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
#[doc(alias = "AVPixelFormat")]
#[doc(alias = "pix_fmt")]
pub struct PixelFormat(pub(super) sys::AVPixelFormat);

/// FFmpeg's name of it.
impl std::fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::fmt::Debug for PixelFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the samples of a component lie, of a format that has whole bytes for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) plane: usize,
    /// From a sample to the next, in bytes.
    step: usize,
    /// Before the first sample of a row, in bytes.
    offset: usize,
    /// Bits below the value.
    shift: u32,
    pub(crate) depth: u32,
    is_big_endian: bool,
}

impl Component {
    /// Whether the same bytes are the same samples.
    pub(crate) fn is_like(self, other: Self) -> bool {
        Self { plane: 0, ..self } == Self { plane: 0, ..other }
    }

    /// Puts the values in a row of its plane into `values`, in place of what was there. Plain loops, for this goes over all samples of
    /// pictures in programs that are not optimised, too.
    pub(crate) fn samples(self, row: &[u8], values: &mut Vec<u16>) {
        let size = if self.shift + self.depth > 8 { 2 } else { 1 };
        let mask = u16::MAX.checked_shr(16 - self.depth).unwrap_or_default();
        let (low, high) = if self.is_big_endian { (1, 0) } else { (0, 1) };
        let count = (row.len() + self.step).saturating_sub(self.offset + size) / self.step;
        values.clear();
        values.resize(count, 0);
        let (mut at, mut index) = (self.offset, 0);
        while index < count {
            let value = if size == 1 { u16::from(row[at]) } else { u16::from(row[at + low]) | u16::from(row[at + high]) << 8 };
            values[index] = value >> self.shift & mask;
            at += self.step;
            index += 1;
        }
    }

    /// Puts these values into a row of its plane, as [`samples`](Self::samples) takes them out; what else is in the row stays. Those
    /// that there is no room for are left out.
    pub(crate) fn put(self, row: &mut [u8], values: &[u16]) {
        let size = if self.shift + self.depth > 8 { 2 } else { 1 };
        for (index, value) in values.iter().enumerate() {
            let at = self.offset + index * self.step;
            let Some(room) = row.get_mut(at..at + size) else { return };
            let value = value << self.shift;
            let bytes = if self.is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
            if size == 2 {
                room.copy_from_slice(&bytes);
            } else {
                room[0] = value as u8;
            }
        }
    }
}

impl PixelFormat {
    /// A plane each of green, blue and red.
    pub(crate) const GBRP: Self = Self(sys::AVPixelFormat::AV_PIX_FMT_GBRP);
    /// The same with opacity.
    pub(crate) const GBRAP: Self = Self(sys::AVPixelFormat::AV_PIX_FMT_GBRAP);
    pub(crate) const RGB24: Self = Self(sys::AVPixelFormat::AV_PIX_FMT_RGB24);
    pub(crate) const GRAY8: Self = Self(sys::AVPixelFormat::AV_PIX_FMT_GRAY8);
    pub(crate) const YUV444P: Self = Self(sys::AVPixelFormat::AV_PIX_FMT_YUV444P);
    /// Those of 16 bits in the machine's own order.
    pub(crate) const GBRP16: Self = Self(NATIVE[0]);
    pub(crate) const GBRAP16: Self = Self(NATIVE[1]);
    pub(crate) const GRAY16: Self = Self(NATIVE[2]);
    pub(crate) const YUV444P16: Self = Self(NATIVE[3]);
    pub(crate) const YUVA444P16: Self = Self(NATIVE[4]);

    /// `None` for a number that the bindings do not have: the FFmpeg at run time may be newer than the one at build time.
    pub(super) fn numbered(number: i32) -> Option<Self> {
        let known = (0..sys::AVPixelFormat::AV_PIX_FMT_NB as i32).contains(&number);
        // SAFETY: of the enumeration's type, and within it: FFmpeg numbers it from 0 without gaps.
        known.then(|| Self(unsafe { std::mem::transmute::<i32, sys::AVPixelFormat>(number) }))
    }

    /// By FFmpeg's name; `None` where there is none of that name.
    #[doc(alias = "av_get_pix_fmt")]
    pub(crate) fn find(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        // SAFETY: the name ends with a NUL; the function only reads FFmpeg's constant table.
        let found = unsafe { sys::av_get_pix_fmt(name.as_ptr()) };
        (found != sys::AVPixelFormat::AV_PIX_FMT_NONE).then_some(Self(found))
    }

    /// FFmpeg's name, such as `yuv420p10le`.
    #[must_use]
    #[doc(alias = "av_get_pix_fmt_name")]
    pub fn name(self) -> &'static str {
        super::names::pixel_format(self.0 as i32).unwrap_or("none")
    }

    /// Bits of its deepest component: 8, 10, 12, 16. Components of more than 8 take two bytes each, in the order that the name tells
    /// (`le`, `be`), mostly in the lower bits; of `p010` and its like in the upper ones.
    #[must_use]
    pub fn depth(self) -> u32 {
        self.description().map_or(0, |it| {
            let components = it.comp.iter().take(it.nb_components.into());
            components.map(|it| u32::try_from(it.depth).unwrap_or(0)).max().unwrap_or(0)
        })
    }

    /// How many planes it has, a palette among them.
    #[must_use]
    #[doc(alias = "av_pix_fmt_count_planes")]
    pub fn planes(self) -> usize {
        let palette = self.has(sys::AV_PIX_FMT_FLAG_PAL);
        // SAFETY: one of the enumeration; the function looks into a table.
        usize::try_from(unsafe { sys::av_pix_fmt_count_planes(self.0) }).unwrap_or_default() + usize::from(palette)
    }

    /// How many pixels share one of chroma, across and down: `(2, 2)` for `yuv420p` and `nv12`, `(1, 1)` for RGB and grey.
    #[must_use]
    #[doc(alias = "log2_chroma_w")]
    #[doc(alias = "av_pix_fmt_get_chroma_sub_sample")]
    pub fn chroma_sharing(self) -> (u32, u32) {
        self.description().map_or((1, 1), |it| (1 << it.log2_chroma_w, 1 << it.log2_chroma_h))
    }

    /// Whether its components are red, green and blue, and not luma and chroma or luma alone. A palette's are.
    #[must_use]
    #[doc(alias = "AV_PIX_FMT_FLAG_RGB")]
    pub fn is_rgb(self) -> bool {
        self.has(sys::AV_PIX_FMT_FLAG_RGB) || self.has(sys::AV_PIX_FMT_FLAG_PAL)
    }

    /// Whether it has transparency.
    #[must_use]
    #[doc(alias = "AV_PIX_FMT_FLAG_ALPHA")]
    pub fn has_alpha(self) -> bool {
        self.has(sys::AV_PIX_FMT_FLAG_ALPHA)
    }

    /// Where a part of a picture may begin: at multiples of this, across and down. What is finer lies within a sample of chroma or within a
    /// byte.
    pub(crate) fn grid(self) -> (u32, u32) {
        let (across, down) = self.chroma_sharing();
        match (self.has(sys::AV_PIX_FMT_FLAG_BITSTREAM), self.has(sys::AV_PIX_FMT_FLAG_BAYER)) {
            (true, _) => (across.max(8), down),
            (_, true) => (across.max(2), down.max(2)),
            _ => (across, down),
        }
    }

    /// Whether it has luma and chroma.
    pub(crate) fn has_chroma(self) -> bool {
        !self.is_rgb() && self.description().is_some_and(|it| it.nb_components >= 3)
    }

    /// Luma and both chromas, or whatever it has, in FFmpeg's order; none of a format that packs them closer, or has a palette.
    #[doc(alias = "AVComponentDescriptor")]
    pub(crate) fn components(self) -> Vec<Component> {
        let flags =
            [sys::AV_PIX_FMT_FLAG_BITSTREAM, sys::AV_PIX_FMT_FLAG_PAL, sys::AV_PIX_FMT_FLAG_HWACCEL, sys::AV_PIX_FMT_FLAG_FLOAT];
        let Some(description) = self.description().filter(|_| !flags.into_iter().any(|it| self.has(it))) else {
            return Vec::new();
        };
        let is_big_endian = self.has(sys::AV_PIX_FMT_FLAG_BE);
        let component = |it: &sys::AVComponentDescriptor| {
            let (plane, step) = (usize::try_from(it.plane).ok()?, usize::try_from(it.step).ok().filter(|it| *it > 0)?);
            let (offset, shift) = (usize::try_from(it.offset).ok()?, u32::try_from(it.shift).ok()?);
            let depth = u32::try_from(it.depth).ok().filter(|it| (1..=16).contains(&(it + shift)))?;
            Some(Component { plane, step, offset, shift, depth, is_big_endian })
        };
        let count = usize::from(description.nb_components).min(description.comp.len());
        description.comp[..count].iter().map(component).collect::<Option<_>>().unwrap_or_default()
    }

    fn has(self, flag: i32) -> bool {
        self.description().is_some_and(|it| it.flags & flag as u64 != 0)
    }

    /// Bytes of a row of a plane so wide that are picture: pixels of less than a byte are rounded up to whole bytes.
    #[doc(alias = "av_image_get_linesize")]
    pub(super) fn row(self, width: u32, plane: usize) -> Option<usize> {
        // FFmpeg describes four planes.
        let plane = i32::try_from(plane).ok().filter(|it| *it < 4)?;
        // SAFETY: the format is one of the enumeration, and the plane one of the four that its description has room for.
        let row = unsafe { sys::av_image_get_linesize(self.0, i32::try_from(width).ok()?, plane) };
        usize::try_from(row).ok().filter(|it| *it > 0)
    }

    pub(super) fn description(self) -> Option<&'static sys::AVPixFmtDescriptor> {
        // SAFETY: the descriptor is one of FFmpeg's constants, or null.
        unsafe { sys::av_pix_fmt_desc_get(self.0).as_ref() }
    }
}

#[cfg(target_endian = "little")]
const NATIVE: [sys::AVPixelFormat; 5] = [
    sys::AVPixelFormat::AV_PIX_FMT_GBRP16LE,
    sys::AVPixelFormat::AV_PIX_FMT_GBRAP16LE,
    sys::AVPixelFormat::AV_PIX_FMT_GRAY16LE,
    sys::AVPixelFormat::AV_PIX_FMT_YUV444P16LE,
    sys::AVPixelFormat::AV_PIX_FMT_YUVA444P16LE,
];
#[cfg(target_endian = "big")]
const NATIVE: [sys::AVPixelFormat; 5] = [
    sys::AVPixelFormat::AV_PIX_FMT_GBRP16BE,
    sys::AVPixelFormat::AV_PIX_FMT_GBRAP16BE,
    sys::AVPixelFormat::AV_PIX_FMT_GRAY16BE,
    sys::AVPixelFormat::AV_PIX_FMT_YUV444P16BE,
    sys::AVPixelFormat::AV_PIX_FMT_YUVA444P16BE,
];

#[cfg(test)]
mod tests {
    use super::{Component, PixelFormat};

    #[test]
    fn samples_are_found_wherever_they_lie() {
        let of = |name: &str, row: &[u8]| {
            let format = PixelFormat::find(name).unwrap();
            let mut values = Vec::new();
            let mut of = |it: Component| {
                it.samples(row, &mut values);
                (it.plane, values.clone())
            };
            format.components().into_iter().map(&mut of).collect::<Vec<(usize, Vec<u16>)>>()
        };
        let row = [1, 2, 3, 4];
        assert_eq!(of("yuv420p", &row), [0, 1, 2].map(|plane| (plane, vec![1, 2, 3, 4])));
        assert_eq!(of("nv12", &row), [(0, vec![1, 2, 3, 4]), (1, vec![1, 3]), (1, vec![2, 4])]);
        let ten = [0x40, 0x00, 0xc0, 0xff];
        assert_eq!(of("p010le", &ten), [(0, vec![1, 0x3ff]), (1, vec![1]), (1, vec![0x3ff])]);
        assert_eq!(of("yuv420p10le", &[0xff, 0x03, 0x01, 0x00])[0], (0, vec![0x3ff, 1]));
        assert_eq!((of("p010le", &[0; 3])[0].1.len(), of("nv12", &[])[2].1.len()), (1, 0));
        assert_eq!(of("gray16be", &row), [(0, vec![0x0102, 0x0304])]);
        assert!(of("pal8", &row).is_empty() && of("monow", &row).is_empty() && of("cuda", &row).is_empty());
    }

    #[test]
    fn samples_are_put_where_they_are_found() {
        for name in ["yuv420p", "nv12", "p010le", "p010be", "yuv420p10le", "yuv420p10be", "yuyv422"] {
            let format = PixelFormat::find(name).unwrap();
            let components = format.components();
            let mut planes = vec![vec![0; 16]; format.planes()];
            let values = |index: usize| [1, 2, 3].map(|it| it + 10 * index as u16);
            components.iter().enumerate().for_each(|(index, it)| it.put(&mut planes[it.plane], &values(index)));
            for (index, it) in components.iter().enumerate() {
                let mut found = Vec::new();
                it.samples(&planes[it.plane], &mut found);
                assert_eq!(found[..3], values(index), "{name} {index}");
            }
            // What has no room is left out.
            components[0].put(&mut [0; 1], &[1; 100]);
        }
    }

    #[test]
    fn formats_say_what_they_are() {
        for (name, depth, alpha) in
            [("yuv420p", 8, false), ("yuv420p10le", 10, false), ("p010le", 10, false), ("rgba", 8, true), ("gbrap12le", 12, true)]
        {
            let format = PixelFormat::find(name).unwrap();
            assert_eq!((format.name(), format.depth(), format.has_alpha()), (name, depth, alpha));
        }
        assert_eq!(PixelFormat::find("no-such-format"), None);
        let shape = |name| PixelFormat::find(name).map(|it| (it.planes(), it.chroma_sharing(), it.is_rgb()));
        assert_eq!(shape("nv12"), Some((2, (2, 2), false)));
        assert_eq!(shape("yuv422p"), Some((3, (2, 1), false)));
        assert_eq!(shape("gray"), Some((1, (1, 1), false)));
        assert_eq!(shape("pal8"), Some((2, (1, 1), true)));
        assert_eq!(shape("rgb24"), Some((1, (1, 1), true)));
    }
}
