//! Times are [`std::time::Duration`]s; FFmpeg counts them in whole microseconds, so finer parts are cut off.

use std::time::Duration;

/// `n` seconds.
#[must_use]
pub const fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// `n` minutes, or as many whole seconds as there can be where that is more.
#[must_use]
pub const fn mins(n: u64) -> Duration {
    Duration::from_secs(n.saturating_mul(60))
}

/// A text that is not a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a time: give seconds (12.5), a unit (1500ms, 200us, 3s) or clock form (1:02:03.5)")]
pub struct TimeError {
    text: String,
}

/// Reads a time as `ffmpeg` does: seconds with an optional unit (`12.5`, `1500ms`, `200us`, `3s`), or `[HH:]MM:SS[.m...]`.
///
/// # Errors
/// [`TimeError`] for anything else, negative times among it: a position or a length in telecine is never negative.
///
/// ```
/// use std::time::Duration;
/// assert_eq!(telecine::parse_time("1:02.5")?, Duration::from_millis(62_500));
/// assert_eq!(telecine::parse_time("1500ms")?, Duration::from_millis(1_500));
/// assert!(telecine::parse_time("soon").is_err());
/// # Ok::<(), telecine::TimeError>(())
/// ```
#[doc(alias = "av_parse_time")]
pub fn parse_time(text: &str) -> Result<Duration, TimeError> {
    let wrong = || TimeError { text: text.to_owned() };
    let micros = if text.contains(':') { clock(text) } else { with_unit(text) };
    micros.map(Duration::from_micros).ok_or_else(wrong)
}

/// `[HH:]MM:SS[.m...]`; minutes and seconds stay under 60 wherever something larger stands before them.
fn clock(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    let (seconds, larger) = parts.split_last()?;
    let (minutes, hours) = match larger {
        [minutes] => (whole(minutes)?, 0),
        [hours, minutes] => (whole(minutes).filter(|it| *it < 60)?, whole(hours)?),
        _ => return None,
    };
    let seconds = decimal(seconds, 1_000_000).filter(|it| *it < 60_000_000)?;
    hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60_000_000)?.checked_add(seconds)
}

fn with_unit(text: &str) -> Option<u64> {
    // "ms" and "us" end in "s" too, so they are looked for first.
    [("ms", 1_000), ("us", 1), ("s", 1_000_000)]
        .into_iter()
        .find_map(|(suffix, scale)| Some(decimal(text.strip_suffix(suffix)?, scale)))
        .unwrap_or_else(|| decimal(text, 1_000_000))
}

/// Digits with an optional fraction, in units of `scale`; digits finer than a microsecond are dropped, as FFmpeg does.
fn decimal(text: &str, scale: u64) -> Option<u64> {
    let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let mut sum = whole(integer)?.checked_mul(scale)?;
    let mut weight = scale;
    for digit in fraction.bytes() {
        weight /= 10;
        sum = sum.checked_add(u64::from(digit - b'0') * weight)?;
    }
    Some(sum)
}

fn whole(text: &str) -> Option<u64> {
    if text.bytes().all(|it| it.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_ffmpeg_reads_them() {
        for (text, micros) in [
            ("0", 0),
            ("12", 12_000_000),
            ("12.5", 12_500_000),
            ("12.", 12_000_000),
            ("0.0000019", 1),
            ("1500ms", 1_500_000),
            ("1.5ms", 1_500),
            ("200us", 200),
            ("3s", 3_000_000),
            ("1:02", 62_000_000),
            ("90:00", 5_400_000_000),
            ("01:02:03.25", 3_723_250_000),
            ("100:00:00", 360_000_000_000),
        ] {
            assert_eq!(parse_time(text), Ok(Duration::from_micros(micros)), "{text}");
        }
    }

    #[test]
    fn more_minutes_than_there_can_be_are_the_most() {
        assert_eq!(mins(2), secs(120));
        assert_eq!(mins(u64::MAX), secs(u64::MAX));
        assert_eq!(mins(u64::MAX / 60), secs(u64::MAX / 60 * 60));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in
            ["", " 1", "-1", "+1", "1:60", "1:60:00", "1:2:3:4", ":", "1:", "s", "1e3", "1.2.3", "99999999999999999999", "١"]
        {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
