use std::fmt;

/// HDR (PQ or HLG) to SDR: BT.709, by zimg. SDR stays as it is.
///
/// How bright the film gets is taken from what its frames say of it: the brightest pixel (MaxCLL), else the screen that it was graded on.
/// Of those that say neither, 1,000 cd/m² is taken for granted.
///
/// In a pipeline it becomes 8 bit, 4:2:0. Where the input could not be looked at, it is taken for HDR there, and the job fails where it
/// says that it is not, or says nothing. Of [`Pixels`](crate::Pixels), every frame is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "zscale")]
pub struct ToneMap {
    pub(crate) curve: ToneCurve,
    pub(crate) white_nits: f32,
}

/// What becomes of lights that SDR has no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum ToneCurve {
    /// Keeps detail in dark and bright parts, and darkens all a little.
    #[default]
    Hable,
    /// As it is up to near white, and bent from there.
    Mobius,
    /// A simple curve for the whole range.
    Reinhard,
    /// Cut off.
    Clip,
}

impl ToneMap {
    /// By this curve.
    #[must_use]
    #[doc(alias = "tonemap")]
    pub const fn by(curve: ToneCurve) -> Self {
        Self { curve, white_nits: 100.0 }
    }

    /// How bright SDR's white is, in candelas for each square metre, 1 to 10,000. Default: 100. More makes the picture darker.
    #[must_use]
    #[doc(alias = "npl")]
    pub const fn white(mut self, nits: f32) -> Self {
        self.white_nits = nits;
        self
    }

    /// What leads from HDR to the light of SDR: FFmpeg's filters, with their options. By way of linear light in floating point, in planes
    /// of that format, for zimg has the curves of HDR, and FFmpeg's `tonemap` those that lead out of it.
    pub(crate) fn to_sdr_light(self, planes: &str) -> [(&'static str, Vec<(&'static str, String)>); 4] {
        let text = |it: &str| it.to_owned();
        [
            ("zscale", vec![("transfer", text("linear")), ("npl", self.white_nits.to_string())]),
            ("format", vec![("pix_fmts", text(planes))]),
            ("zscale", vec![("primaries", text("bt709"))]),
            ("tonemap", vec![("tonemap", text(self.curve.name())), ("desat", text("0"))]),
        ]
    }
}

impl Default for ToneMap {
    /// By [`ToneCurve::Hable`].
    fn default() -> Self {
        Self::by(ToneCurve::default())
    }
}

impl ToneCurve {
    /// FFmpeg's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hable => "hable",
            Self::Mobius => "mobius",
            Self::Reinhard => "reinhard",
            Self::Clip => "clip",
        }
    }
}

impl fmt::Display for ToneMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HDR to SDR by {}, white at {} cd/m²", self.curve.name(), self.white_nits)
    }
}
