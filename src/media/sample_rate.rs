use std::fmt;

/// Samples of sound a second, for each channel.
///
/// 1,000 to 768,000, for whatever takes one; which of them a codec takes is the codec's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[doc(alias = "ar")]
pub struct SampleRate(u32);

/// `n` samples a second.
#[must_use]
pub const fn hz(n: u32) -> SampleRate {
    SampleRate(n)
}

impl SampleRate {
    /// What is possible, in words.
    pub(crate) const RANGE: &str = "1,000 to 768,000 Hz";

    /// Whether it is.
    pub(crate) fn is_possible(self) -> bool {
        (1_000..=768_000).contains(&self.0)
    }

    /// In samples a second.
    #[must_use]
    pub const fn as_hz(self) -> u32 {
        self.0
    }
}

impl fmt::Display for SampleRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Hz", self.0)
    }
}
