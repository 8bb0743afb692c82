use std::fmt;

use super::check;
use crate::error::Reason;

/// Brightness, contrast, saturation and gamma, of 8-bit pictures: others become such.
///
/// FFmpeg's filter for it is licensed under the GPL; builds without `--enable-gpl` do not have it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "eq")]
pub struct ColorAdjust {
    pub(crate) brightness: f32,
    pub(crate) contrast: f32,
    pub(crate) saturation: f32,
    pub(crate) gamma: f32,
}

impl ColorAdjust {
    /// Changes nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { brightness: 0.0, contrast: 1.0, saturation: 1.0, gamma: 1.0 }
    }

    /// Added to every pixel, as a share of the whole range: -1 (black) to 1 (white). Default: 0.
    #[must_use]
    pub const fn brightness(mut self, brightness: f32) -> Self {
        self.brightness = brightness;
        self
    }

    /// Distance from middle grey, times this: -1,000 to 1,000; less than 0 is a negative. Default: 1.
    #[must_use]
    pub const fn contrast(mut self, contrast: f32) -> Self {
        self.contrast = contrast;
        self
    }

    /// From 0, which is without colour, to 3. Default: 1.
    #[must_use]
    pub const fn saturation(mut self, saturation: f32) -> Self {
        self.saturation = saturation;
        self
    }

    /// From 0.1 (dark) to 10 (bright). Default: 1.
    #[must_use]
    pub const fn gamma(mut self, gamma: f32) -> Self {
        self.gamma = gamma;
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        [
            check::number("ColorAdjust's brightness", self.brightness, -1.0..=1.0, "-1 to 1"),
            check::number("ColorAdjust's contrast", self.contrast, -1_000.0..=1_000.0, "-1,000 to 1,000"),
            check::number("ColorAdjust's saturation", self.saturation, 0.0..=3.0, "0 to 3"),
            check::number("ColorAdjust's gamma", self.gamma, 0.1..=10.0, "0.1 to 10"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Default for ColorAdjust {
    /// Changes nothing.
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for ColorAdjust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { brightness, contrast, saturation, gamma } = self;
        write!(f, "brightness {brightness:+}, contrast × {contrast}, saturation × {saturation}, gamma {gamma}")
    }
}
