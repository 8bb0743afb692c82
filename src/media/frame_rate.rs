use std::fmt;

/// Pictures a second, as an exact fraction: NTSC's 29.97 is 30000/1001. Always in lowest terms, so that equal rates are equal.
///
/// More than 0 and at most 1,000 a second, for whatever takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case", from = "Form", into = "Form")
)]
#[doc(alias = "AVRational")]
#[doc(alias = "r_frame_rate")]
pub struct FrameRate {
    numerator: u32,
    denominator: u32,
}

/// `n` pictures a second.
#[must_use]
pub const fn fps(n: u32) -> FrameRate {
    FrameRate::new(n, 1)
}

impl FrameRate {
    /// Film on NTSC's clock, 23.976 a second.
    pub const NTSC_FILM: Self = Self::new(24_000, 1_001);
    /// 29.97 a second.
    pub const NTSC: Self = Self::new(30_000, 1_001);
    /// 25 a second.
    pub const PAL: Self = Self::new(25, 1);

    /// `numerator` pictures in `denominator` seconds.
    #[must_use]
    pub const fn new(numerator: u32, denominator: u32) -> Self {
        let (mut divisor, mut rest) = (numerator, denominator);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        // Both are zero: no rate, which is refused where it is used.
        let divisor = if divisor == 0 { 1 } else { divisor };
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    /// The fraction's upper part.
    #[must_use]
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// The fraction's lower part.
    #[must_use]
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// As many times as fast; as fast as can be said where that is more.
    pub(crate) const fn times(self, n: u32) -> Self {
        Self::new(self.numerator.saturating_mul(n), self.denominator)
    }

    /// Whether it is within what is possible.
    pub(crate) const fn is_usable(self) -> bool {
        let most = self.denominator as u64 * 1_000;
        // Halves of FFmpeg's fractions are 31 bits.
        self.numerator > 0
            && self.numerator as u64 <= most
            && self.denominator <= i32::MAX as u32
            && self.numerator <= i32::MAX as u32
    }
}

/// `25 fps`, `30000/1001 fps`.
impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{} fps", self.numerator),
            denominator => write!(f, "{}/{denominator} fps", self.numerator),
        }
    }
}

/// As it is written; what is read may not be in lowest terms.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    numerator: u32,
    denominator: u32,
}

#[cfg(feature = "serde")]
impl From<Form> for FrameRate {
    fn from(form: Form) -> Self {
        Self::new(form.numerator, form.denominator)
    }
}

#[cfg(feature = "serde")]
impl From<FrameRate> for Form {
    fn from(rate: FrameRate) -> Self {
        Self { numerator: rate.numerator, denominator: rate.denominator }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rates_are_equal() {
        assert_eq!(FrameRate::new(50, 2), fps(25));
        assert_eq!(FrameRate::new(60_000, 2_002), FrameRate::NTSC);
        assert_eq!(fps(25).times(2), fps(50));
        assert_eq!(format!("{} {}", fps(25), FrameRate::NTSC), "25 fps 30000/1001 fps");
    }

    #[test]
    fn what_is_no_rate_is_known() {
        for rate in [fps(0), FrameRate::new(1, 0), FrameRate::new(0, 0), fps(1_001), FrameRate::new(1, u32::MAX)] {
            assert!(!rate.is_usable(), "{rate}");
        }
        for rate in [fps(1), fps(1_000), FrameRate::new(1, 3_600), FrameRate::NTSC] {
            assert!(rate.is_usable(), "{rate}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_is_read_is_in_lowest_terms() {
        let read = |text| serde_json::from_str::<FrameRate>(text);
        assert_eq!(read(r#"{"numerator":50,"denominator":2}"#).unwrap(), fps(25));
        assert!(read(r#"{"numerator":50,"denominator":2,"per":1}"#).is_err());
    }
}
