use std::fmt;

/// A point on a container's own clock, which need not begin at zero and may be below it. Whole microseconds, as FFmpeg counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[doc(alias = "AV_TIME_BASE")]
pub struct Timestamp(i64);

impl Timestamp {
    /// So many microseconds after the clock's zero, or before it.
    #[must_use]
    pub const fn micros(n: i64) -> Self {
        Self(n)
    }

    /// In microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// In seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

/// Seconds with six digits, as `ffprobe` prints them.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, micros) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }
}

/// In seconds.
#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn it_reads_as_seconds() {
        assert_eq!(Timestamp::micros(53_236_552_822).to_string(), "53236.552822");
        assert_eq!(Timestamp::micros(-23_000).to_string(), "-0.023000");
    }
}
