use std::fmt;
use std::time::Duration;

/// How far apart key frames are at most: a viewer can begin, seek and switch streams at key frames alone. An encoder may put in more
/// of them, where the picture changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[doc(alias = "g")]
#[doc(alias = "keyint")]
pub enum KeyframeInterval {
    /// So many frames, 1 (every frame is one) to 100,000.
    Frames(u32),
    /// So much time, above zero and up to an hour, in whole frames of the stream's rate. Where the input does not tell its rate, this is
    /// a problem of the plan.
    Time(Duration),
}

impl KeyframeInterval {
    pub(crate) const RANGE: &'static str = "1 to 100000 frames, or up to an hour";

    pub(crate) fn is_possible(self) -> bool {
        match self {
            Self::Frames(frames) => (1..=100_000).contains(&frames),
            Self::Time(time) => !time.is_zero() && time <= Duration::from_secs(3_600),
        }
    }

    /// In frames of this rate, at least one.
    pub(crate) fn frames(self, (frames, seconds): (u32, u32)) -> u32 {
        match self {
            Self::Frames(frames) => frames,
            Self::Time(time) => {
                let rate = f64::from(frames) / f64::from(seconds.max(1));
                // Casts of floats stop at the type's ends.
                ((time.as_secs_f64() * rate).round() as u32).max(1)
            }
        }
    }
}

impl From<Duration> for KeyframeInterval {
    fn from(time: Duration) -> Self {
        Self::Time(time)
    }
}

impl fmt::Display for KeyframeInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frames(frames) => write!(f, "{frames} frames"),
            Self::Time(time) => write!(f, "{} s", time.as_secs_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::KeyframeInterval;
    use crate::media::secs;

    #[test]
    fn times_are_whole_frames_of_the_rate() {
        for (rate, frames) in
            [((25, 1), 50), ((30_000, 1_001), 60), ((24_000, 1_001), 48), ((1, 10), 1), ((0, 1), 1), ((25, 0), 50)]
        {
            assert_eq!(KeyframeInterval::from(secs(2)).frames(rate), frames, "{rate:?}");
        }
        assert_eq!(KeyframeInterval::Frames(7).frames((25, 1)), 7);
    }
}
