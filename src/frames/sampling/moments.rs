use std::sync::Arc;
use std::time::Duration;

/// Moments that frames are wanted for, in microseconds since the container's beginning, in their order; a moment may come several times.
#[derive(Clone, Debug)]
pub(in crate::frames) enum Moments {
    /// From the first on, before the other.
    Every {
        from: i64,
        step: Duration,
        to: Option<i64>,
    },
    /// In the middle of so many parts of that length, together.
    Spread {
        count: u32,
        from: i64,
        length: i64,
    },
    List(Arc<[i64]>),
}

impl Moments {
    /// The one of that number, from 0.
    pub(in crate::frames) fn nth(&self, index: u64) -> Option<i64> {
        match self {
            Self::Every { from, step, to } => {
                // Times of frames are rounded to the nearest microsecond as well.
                let since = u128::from(index).checked_mul(step.as_nanos())?.saturating_add(500) / 1_000;
                let at = from.checked_add(i64::try_from(since).ok()?)?;
                to.is_none_or(|to| at < to).then_some(at)
            }
            Self::Spread { count, from, length } => {
                let (index, count) = (i128::from(index), i128::from(*count));
                let since = || i64::try_from(i128::from(*length) * (2 * index + 1) / (2 * count)).ok();
                if index < count { from.checked_add(since()?) } else { None }
            }
            Self::List(list) => list.get(usize::try_from(index).ok()?).copied(),
        }
    }

    /// The first one at that time or later.
    pub(in crate::frames) fn first_from(&self, at: i64) -> Option<i64> {
        match self {
            Self::Every { from, step, .. } => {
                let since = u128::try_from(i128::from(at) - i128::from(*from)).unwrap_or_default();
                // Rounding may make it one less.
                let index = u64::try_from((since * 1_000 / step.as_nanos().max(1)).saturating_sub(1)).ok()?;
                (index..index.saturating_add(4)).map_while(|it| self.nth(it)).find(|it| *it >= at)
            }
            Self::Spread { count, from, length } => {
                let since = (i128::from(at) - i128::from(*from)).max(0);
                // Rounding may make it one less or more.
                let index = u64::try_from(since * i128::from(*count) / i128::from((*length).max(1))).ok()?.saturating_sub(2);
                (index..u64::from(*count)).map_while(|it| self.nth(it)).find(|it| *it >= at)
            }
            Self::List(list) => list.get(list.partition_point(|it| *it < at)).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_from_a_time_is_the_first_of_all(
            from in -5_000_i64..5_000, nanos in 1_000_u64..900_000, at in -10_000_i64..40_000, to in prop::option::of(0_i64..30_000),
        ) {
            let every = Moments::Every { from, step: Duration::from_nanos(nanos), to };
            let all = (0..).map_while(|it| every.nth(it)).take(60_000);
            prop_assert_eq!(every.first_from(at), all.into_iter().find(|it| *it >= at));
        }
    }

    proptest! {
        #[test]
        fn the_first_middle_from_a_time_is_the_first_of_all(
            from in -5_000_i64..5_000, count in 1_u32..3_000, length in 0_i64..5_000, at in -10_000_i64..12_000,
        ) {
            let spread = Moments::Spread { count, from, length };
            let first = (0..).map_while(|it| spread.nth(it)).find(|it| *it >= at);
            prop_assert_eq!(spread.first_from(at), first);
        }
    }

    #[test]
    fn every_frame_of_a_rate_that_is_no_number_of_microseconds_is_met() {
        let every = Moments::Every { from: 0, step: Duration::from_nanos(33_333_333), to: None };
        assert_eq!((1..4).map(|it| every.nth(it)).collect::<Vec<_>>(), [Some(33_333), Some(66_667), Some(100_000)]);
    }

    #[test]
    fn middles_of_parts() {
        let spread = Moments::Spread { count: 3, from: 600, length: 600 };
        assert_eq!((0..4).map(|it| spread.nth(it)).collect::<Vec<_>>(), [Some(700), Some(900), Some(1_100), None]);
        assert_eq!(spread.first_from(701), Some(900));
        // As many as there can be take no memory.
        let most = Moments::Spread { count: u32::MAX, from: 0, length: 10_000_000 };
        assert_eq!(
            (most.nth(0), most.nth(u64::from(u32::MAX) - 1), most.nth(u64::from(u32::MAX))),
            (Some(0), Some(9_999_999), None)
        );
    }

    #[test]
    fn times_that_nothing_lasts_overflow_nowhere() {
        let every = Moments::Every { from: i64::MAX - 5, step: Duration::MAX, to: None };
        assert_eq!((every.nth(u64::MAX), every.first_from(i64::MAX)), (None, None));
    }
}
