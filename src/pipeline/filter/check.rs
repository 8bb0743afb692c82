//! What values may be, for all filters alike.

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use crate::error::Reason;
pub(super) use crate::error::{crop, picture, side, tone_map};
use crate::media::Select;

/// As [`Reason::outside`].
pub(super) fn number(what: &'static str, value: f32, range: RangeInclusive<f32>, words: &'static str) -> Option<Reason> {
    Reason::outside(what, value, range, words)
}

/// A time on a track. FFmpeg counts microseconds in 64 bits, signed, and adds such times.
pub(super) fn time(what: &'static str, time: Duration) -> Option<Reason> {
    let range = "up to a million hours";
    (time > MOST_TIME).then(|| Reason::OutOfRange { what, value: format!("{time:?}"), range })
}

/// How long something takes; no time at all means something else to FFmpeg.
pub(super) fn length(what: &'static str, length: Duration) -> Option<Reason> {
    let range = "a microsecond to a million hours";
    let fits = (Duration::from_micros(1)..=MOST_TIME).contains(&length);
    (!fits).then(|| Reason::OutOfRange { what, value: format!("{length:?}"), range })
}

/// A text that C can hold.
pub(super) fn text(what: &'static str, text: &str) -> Option<Reason> {
    text.contains('\0').then(|| Reason::OutOfRange { what, value: format!("{text:?}"), range: "text without a NUL" })
}

/// A path that FFmpeg can be given.
pub(super) fn path(path: &Path) -> Option<Reason> {
    path.to_str().is_none_or(|it| it.is_empty() || it.contains('\0')).then_some(Reason::UnusablePath)
}

/// A filter's second input is one stream.
pub(super) fn one(what: &'static str, select: &Select) -> Option<Reason> {
    select.is_all().then(|| Reason::OutOfRange { what, value: select.to_string(), range: "one stream" })
}

const MOST_TIME: Duration = Duration::from_secs(3_600 * 1_000_000);
