use std::fmt;

/// A fraction, as containers have frame rates, time bases and aspect ratios: exact where a number in decimals is not.
///
/// The denominator is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "AVRational")]
pub struct Rational {
    num: i32,
    den: i32,
}

impl Rational {
    /// Of a second, as FFmpeg counts where nothing else is said.
    pub(crate) const MICROS: Self = Self { num: 1, den: 1_000_000 };

    /// `None` where the denominator is zero.
    #[must_use]
    pub const fn new(num: i32, den: i32) -> Option<Self> {
        if den == 0 { None } else { Some(Self { num, den }) }
    }

    /// The numerator.
    #[must_use]
    pub const fn num(self) -> i32 {
        self.num
    }

    /// The denominator.
    #[must_use]
    pub const fn den(self) -> i32 {
        self.den
    }

    /// The nearest number there is.
    #[must_use]
    #[doc(alias = "av_q2d")]
    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }
}

/// `30000/1001`
impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

/// As it is displayed.
#[cfg(feature = "serde")]
impl serde::Serialize for Rational {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
