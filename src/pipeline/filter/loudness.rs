use std::fmt;

use super::check;
use crate::error::Reason;

/// As loud as this by EBU R 128, whatever it was: in one pass, so that it adapts as it goes, and three seconds of sound are looked at
/// ahead of what is written. The sample rate stays, or becomes 48,000 Hz where it is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "loudnorm")]
pub struct Loudness {
    pub(crate) lufs: f32,
    pub(crate) true_peak_dbtp: f32,
    pub(crate) range_lu: f32,
}

impl Loudness {
    /// This loud all in all, -70 to -5 LUFS: broadcasters ask for -23, streaming services for about -14 to -16.
    #[must_use]
    #[doc(alias = "I")]
    pub const fn lufs(lufs: f32) -> Self {
        Self { lufs, true_peak_dbtp: -2.0, range_lu: 7.0 }
    }

    /// No peak above this, -9 to 0 dB of full scale, between the samples too. Default: -2, FFmpeg's.
    #[must_use]
    #[doc(alias = "TP")]
    pub const fn true_peak(mut self, dbtp: f32) -> Self {
        self.true_peak_dbtp = dbtp;
        self
    }

    /// How far soft and loud parts may be from each other, 1 to 50 LU. Default: 7, FFmpeg's.
    #[must_use]
    #[doc(alias = "LRA")]
    pub const fn range(mut self, lu: f32) -> Self {
        self.range_lu = lu;
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        [
            check::number("Loudness", self.lufs, -70.0..=-5.0, "-70 to -5 LUFS"),
            check::number("Loudness' true peak", self.true_peak_dbtp, -9.0..=0.0, "-9 to 0 dBTP"),
            check::number("Loudness' range", self.range_lu, 1.0..=50.0, "1 to 50 LU"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl fmt::Display for Loudness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lufs, true_peak_dbtp, range_lu } = self;
        write!(f, "loudness {lufs} LUFS, peaks to {true_peak_dbtp} dBTP, a range of {range_lu} LU")
    }
}
