//! What values may be, for all filters alike.

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use crate::error::Reason;
use crate::media::Select;

/// As [`Reason::outside`].
pub(super) fn number(what: &'static str, value: f32, range: RangeInclusive<f32>, words: &'static str) -> Option<Reason> {
    Reason::outside(what, value, range, words)
}

/// Width or height of a picture, or a place in one. FFmpeg takes a zero for "as before".
pub(super) fn side(what: &'static str, pixels: u32) -> Option<Reason> {
    let range = "1 to 65,535 pixels";
    (!(1..=LONGEST_SIDE).contains(&pixels)).then(|| Reason::OutOfRange { what, value: pixels.to_string(), range })
}

/// A whole picture, by FFmpeg's rule for the most that it makes room for.
#[doc(alias = "av_image_check_size2")]
pub(super) fn picture(what: &'static str, (width, height): (u32, u32)) -> Option<Reason> {
    let sides = [width, height].into_iter().find_map(|it| side(what, it));
    let bytes = (u64::from(width) * 8 + 1_024) * (u64::from(height) + 128);
    let range = "under 2^28 pixels, 128 added to each side";
    let too_much = (bytes >= i32::MAX as u64).then(|| Reason::OutOfRange { what, value: format!("{width}×{height}"), range });
    sides.or(too_much)
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

const LONGEST_SIDE: u32 = 65_535;
const MOST_TIME: Duration = Duration::from_secs(3_600 * 1_000_000);
