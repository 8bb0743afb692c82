use std::time::Duration;

use super::ahead::{Ahead, Aim};
use super::chooser::OnScreen;
use super::counted::Counted;
use super::{Chooser, Keys, Moments, SceneStarts, Sieve};
use crate::error::Error;
use crate::frames::source::Source;
use crate::frames::wanted::{Choice, Part, Wanted};

/// How a choice is carried out.
pub(in crate::frames) struct Plan {
    decoded: Decoded,
    /// What is picked out of the decoded frames; `None` for all of them.
    pub(in crate::frames) chooser: Option<Chooser>,
    /// Where reading begins, where that is not the beginning.
    pub(in crate::frames) from: Option<Duration>,
    /// Whether what is missing at the end is to be told.
    pub(in crate::frames) at_end: AtEnd,
}

/// What is given to the decoder.
enum Decoded {
    All,
    Keys {
        /// Where they end, in microseconds since the container's beginning.
        until: Option<i64>,
    },
    /// What frames that are known by that need.
    For(Aim),
}

/// What becomes of moments behind the last frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::frames) enum AtEnd {
    /// There are no more of them.
    Over,
    /// They lie beyond the end.
    Beyond,
    /// The last frame is the nearest that there is.
    Last,
}

/// What `wanted` comes to for that source. `None` where all frames of a part are wanted.
///
/// # Errors
/// [`Error::Seek`] where frames are to be spread over something of which nobody knows how long it is.
pub(in crate::frames) fn plan(wanted: &Wanted, source: &mut Source<'_>) -> Result<Option<Plan>, Error> {
    let (from, to) = match wanted.part {
        Part::Between(from, to) => (Some(from), to),
        Part::All | Part::At(_) => (None, None),
    };
    let moments = |moments: Moments, at_end| {
        let first = moments.nth(0).and_then(|it| u64::try_from(it).ok()).filter(|it| *it > 0);
        Plan {
            decoded: Decoded::For(Aim::Moments(moments.clone())),
            chooser: Some(Chooser::OnScreen(OnScreen::new(moments))),
            from: first.map(Duration::from_micros),
            at_end,
        }
    };
    let (start, end) = (micros(from.unwrap_or_default()), to.map(micros));
    Ok(Some(match &wanted.choice {
        Choice::All => return Ok(None),
        Choice::Every(step) => moments(Moments::Every { from: start, step: *step, to: end }, AtEnd::Over),
        Choice::Spread(count) => {
            let measured = source.measured()?;
            let length = micros(measured);
            if start >= length {
                return Err(source.unreachable(start, &format!("it ends at {} s", measured.as_secs_f64())));
            }
            let to = end.map_or(length, |it| it.min(length));
            moments(Moments::Spread { count: *count, from: start, length: to.saturating_sub(start) }, AtEnd::Last)
        }
        Choice::AtEach(times) => {
            let mut times: Vec<_> = times.iter().copied().map(micros).collect();
            times.sort_unstable();
            moments(Moments::List(times.into()), AtEnd::Beyond)
        }
        Choice::Nth(step) => Plan {
            decoded: Decoded::For(Aim::Counted(Counted::new(*step, from.map_or(i64::MIN, micros), end))),
            chooser: Some(Chooser::Counted { step: *step, count: 0 }),
            from,
            at_end: AtEnd::Over,
        },
        Choice::KeyFrames => Plan { decoded: Decoded::Keys { until: end }, chooser: None, from, at_end: AtEnd::Over },
        Choice::Scenes(scenes) => {
            let chooser = Some(Chooser::Scenes(Box::new(SceneStarts::new(*scenes, source))));
            Plan { decoded: Decoded::All, chooser, from, at_end: AtEnd::Over }
        }
    }))
}

impl Plan {
    /// What stands before the decoder, where it is not given everything. `begun` is the time that is shown first, where reading does not begin at the beginning: that of a
    /// key frame may stand for the wanted one.
    pub(in crate::frames) fn sieve(&mut self, begun: Option<i64>, source: &Source<'_>) -> Option<Sieve> {
        let is_whole = begun.is_none();
        match std::mem::replace(&mut self.decoded, Decoded::All) {
            Decoded::All => None,
            Decoded::Keys { until } => Some(Sieve::Keys(Keys::new(is_whole, until, source))),
            Decoded::For(mut aim) => {
                if let (Aim::Counted(counted), Some(begun)) = (&mut aim, begun) {
                    counted.begin_at(begun);
                }
                Some(Sieve::Ahead(Box::new(Ahead::new(aim, is_whole, source))))
            }
        }
    }
}

/// As FFmpeg counts; no media is so long that it would matter.
fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
}
