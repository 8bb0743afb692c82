use std::fmt;

use super::check;
use crate::error::Reason;

/// HDR (PQ or HLG) to SDR: BT.709, 8 bit, 4:2:0, by zimg. SDR stays as it is.
///
/// Where the input could not be looked at, it is taken for HDR, and the job fails where it says that it is not, or says nothing.
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

    pub(super) fn reasons(&self) -> Vec<Reason> {
        check::number("ToneMap's white", self.white_nits, 1.0..=10_000.0, "1 to 10,000 cd/m²").into_iter().collect()
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
