use std::fmt;

/// A bit rate in bits per second; serialised as that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[doc(alias = "bit_rate")]
pub struct Bitrate(u64);

/// `n` thousand bits per second, as FFmpeg's suffix `k` has it.
#[must_use]
pub const fn kbps(n: u32) -> Bitrate {
    Bitrate(n as u64 * 1_000)
}

/// `n` million bits per second, as FFmpeg's suffix `M` has it.
#[must_use]
pub const fn mbps(n: u32) -> Bitrate {
    Bitrate(n as u64 * 1_000_000)
}

impl Bitrate {
    /// `n` bits per second.
    #[must_use]
    pub const fn bits_per_second(n: u64) -> Self {
        Self(n)
    }

    /// In bits per second.
    #[must_use]
    pub const fn as_bits_per_second(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Bitrate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kbit/s", self.0 as f64 / 1_000.0)
    }
}
