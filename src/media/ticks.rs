use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use super::{Rational, Timestamp};

/// A time as a container has it: a number of ticks of its stream's clock, exact. It may be below zero.
///
/// Two of them are compared as times, whatever their clocks count.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "pts")]
#[doc(alias = "time_base")]
pub struct Ticks {
    count: i64,
    time_base: Rational,
}

impl Ticks {
    /// So many ticks of `time_base` seconds each.
    #[must_use]
    pub const fn new(count: i64, time_base: Rational) -> Self {
        Self { count, time_base }
    }

    /// How many.
    #[must_use]
    pub const fn count(self) -> i64 {
        self.count
    }

    /// Of how many seconds each.
    #[must_use]
    pub const fn time_base(self) -> Rational {
        self.time_base
    }

    /// The nearest number of seconds there is.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.count as f64 * self.time_base.as_f64()
    }

    /// The nearest nanosecond. `None` below zero, and where it is longer than can be.
    #[must_use]
    pub fn as_duration(self) -> Option<Duration> {
        const NANOS: i128 = 1_000_000_000;
        let nanos = u128::try_from(self.scaled(NANOS)).ok()?;
        let seconds = u64::try_from(nanos / NANOS as u128).ok()?;
        Some(Duration::new(seconds, u32::try_from(nanos % NANOS as u128).ok()?))
    }

    /// The nearest microsecond, as FFmpeg counts where clocks differ.
    #[must_use]
    #[doc(alias = "av_rescale_q")]
    pub fn as_timestamp(self) -> Timestamp {
        let micros = self.scaled(1_000_000);
        Timestamp::micros(i64::try_from(micros).unwrap_or(if micros < 0 { i64::MIN } else { i64::MAX }))
    }

    /// The nearest number of ticks of another clock; `None` where that cannot be counted.
    #[must_use]
    #[doc(alias = "av_rescale_q")]
    pub fn rescaled(self, time_base: Rational) -> Option<i64> {
        let (num, den) = self.fraction();
        let (by, of) = (i128::from(time_base.num()), i128::from(time_base.den()));
        let (whole, parts) = (num.checked_mul(of * by.signum())?, den * by.abs());
        if parts == 0 {
            return None;
        }
        let rounded = if whole < 0 { (whole - parts / 2) / parts } else { (whole + parts / 2) / parts };
        i64::try_from(rounded).ok()
    }

    /// In parts of a second, of which there are so many: the nearest, halves away from zero.
    fn scaled(self, parts: i128) -> i128 {
        let (num, den) = self.fraction();
        // 64 bits by 31 by 30 at most: no overflow.
        let (whole, half) = (num * parts, den / 2);
        if whole < 0 { (whole - half) / den } else { (whole + half) / den }
    }

    /// In seconds; the denominator is above zero.
    fn fraction(self) -> (i128, i128) {
        let (num, den) = (i128::from(self.time_base.num()), i128::from(self.time_base.den()));
        (i128::from(self.count) * num * den.signum(), den.abs())
    }
}

impl PartialEq for Ticks {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ticks {}

impl PartialOrd for Ticks {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ticks {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((a, b), (c, d)) = (self.fraction(), other.fraction());
        // 95 bits by 31: no overflow.
        (a * d).cmp(&(c * b))
    }
}

/// `1024*1/12800`
impl fmt::Display for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}*{}", self.count, self.time_base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(count: i64, num: i32, den: i32) -> Ticks {
        Ticks::new(count, Rational::new(num, den).unwrap())
    }

    #[test]
    fn they_are_the_nearest_of_what_they_become() {
        assert_eq!(ticks(1, 1, 3).as_duration(), Some(Duration::from_nanos(333_333_333)));
        assert_eq!(ticks(2, 1, 3).as_timestamp(), Timestamp::micros(666_667));
        assert_eq!(ticks(-2, 1, 3).as_timestamp(), Timestamp::micros(-666_667));
        assert_eq!(ticks(-1, 1, 90_000).as_duration(), None);
        assert_eq!(ticks(i64::MAX, 1, 1).as_duration(), Some(Duration::from_secs(i64::MAX as u64)));
        assert_eq!(ticks(i64::MIN, i32::MAX, 1).as_timestamp(), Timestamp::micros(i64::MIN));
        assert_eq!(ticks(7, 1_001, 30_000).to_string(), "7*1001/30000");
    }

    #[test]
    fn clocks_that_count_otherwise_agree() {
        assert_eq!(ticks(3_003, 1, 90_000), ticks(1, 1_001, 30_000));
        assert!(ticks(3_004, 1, 90_000) > ticks(1, 1_001, 30_000));
        assert!(ticks(i64::MIN, i32::MAX, 1) < ticks(i64::MAX, i32::MAX, 1));
        assert_eq!(ticks(1, 1, -2), ticks(-1, 1, 2));
    }
}
