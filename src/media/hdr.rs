use super::Rational;

/// The screen that a film was graded on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "AVMasteringDisplayMetadata")]
pub struct MasteringDisplay {
    /// Red, green and blue, each as x and y of CIE 1931, and the white point likewise; `None` where they are not told.
    pub primaries: Option<Primaries>,
    /// Darkest and brightest, in candela per square metre; `None` where they are not told.
    pub luminance: Option<(Rational, Rational)>,
}

/// Places in CIE 1931's diagram, each as x and y.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[allow(missing_docs)]
pub struct Primaries {
    pub red: (Rational, Rational),
    pub green: (Rational, Rational),
    pub blue: (Rational, Rational),
    pub white: (Rational, Rational),
}

/// How bright a film gets, in candela per square metre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "AVContentLightMetadata")]
pub struct ContentLight {
    /// Its brightest pixel.
    #[doc(alias = "MaxCLL")]
    pub max: u32,
    /// The average of its brightest frame.
    #[doc(alias = "MaxFALL")]
    pub max_average: u32,
}

/// How Dolby Vision is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "AVDOVIDecoderConfigurationRecord")]
pub struct DolbyVision {
    /// Version of the specification: major and minor.
    pub version: (u8, u8),
    /// The profile, such as 5, 7 or 8.
    pub profile: u8,
    /// The level.
    pub level: u8,
    /// Whether the stream has the metadata for each picture.
    pub rpu: bool,
    /// Whether it has an enhancement layer.
    pub enhancement_layer: bool,
    /// Whether it has a base layer.
    pub base_layer: bool,
    /// What else the base layer can be shown as: 1 HDR10, 2 SDR, 4 HLG, 0 nothing.
    pub compatibility: u8,
}
