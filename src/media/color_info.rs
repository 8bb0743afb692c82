/// What the numbers of a picture mean as colours, by FFmpeg's names; `None` where nobody says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ColorInfo {
    /// `tv` (limited) or `pc` (full).
    #[doc(alias = "color_range")]
    pub range: Option<&'static str>,
    /// The matrix between RGB and YUV, such as `bt709`; `gbr` where there is none.
    #[doc(alias = "color_space")]
    #[doc(alias = "colorspace")]
    pub space: Option<&'static str>,
    /// From numbers to light, such as `bt709`; `smpte2084` is PQ, `arib-std-b67` is HLG.
    #[doc(alias = "color_trc")]
    pub transfer: Option<&'static str>,
    /// Which red, green and blue, such as `bt709`.
    #[doc(alias = "color_primaries")]
    pub primaries: Option<&'static str>,
    /// Where chroma samples lie between those of luma, such as `left`.
    #[doc(alias = "chroma_sample_location")]
    pub chroma_location: Option<&'static str>,
}

impl ColorInfo {
    /// Whether the light goes beyond what an ordinary screen shows: PQ or HLG.
    #[must_use]
    pub fn is_hdr(&self) -> bool {
        matches!(self.transfer, Some("smpte2084" | "arib-std-b67"))
    }
}
