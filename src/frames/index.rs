use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where decoding of a stream may begin, as earlier readings have found on their way: given to the next reading of the same file, it
/// need not be found again. A clone is the same index, and readings that were given it add to it.
///
/// It is kept for one stream of one file. A file of another size, or another stream, is another: the index is emptied then, and begins
/// anew.
#[derive(Clone, Debug, Default)]
pub struct SeekIndex(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    /// What it is of.
    of: Option<Of>,
    /// Timestamps of entries, by their places in the file in bytes.
    entries: BTreeMap<u64, i64>,
    /// Up to which byte no entry is missing.
    whole_until: u64,
    /// Whether there was no room for one.
    is_full: bool,
}

/// As many are kept: of a film with a key frame every second, eighteen hours. What lies beyond is looked for anew each time.
const ROOM: usize = 1 << 16;

/// A stream of a file, as far as it can be told from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Of {
    pub(super) stream: usize,
    pub(super) bytes: u64,
}

impl SeekIndex {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many places it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known().entries.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// From now on it is of that; what it knew of something else is forgotten.
    pub(super) fn is_of(&self, of: Of) {
        let mut known = self.known();
        if known.of.as_ref() != Some(&of) {
            *known = Known { of: Some(of), ..Known::default() };
        }
    }

    pub(super) fn add(&self, position: u64, pts: i64) {
        let mut known = self.known();
        if known.entries.len() < ROOM {
            known.entries.insert(position, pts);
        } else {
            known.is_full = true;
        }
    }

    /// Everything from the beginning of the file up to there has been looked at.
    pub(super) fn is_whole_until(&self, position: u64) {
        let mut known = self.known();
        if !known.is_full {
            known.whole_until = known.whole_until.max(position);
        }
    }

    /// The entry that a stream with a steady clock is best begun with to show `pts`: its timestamp.
    pub(super) fn before(&self, pts: i64) -> Option<i64> {
        self.known().entries.values().copied().filter(|it| *it <= pts).max()
    }

    /// The same where the clock may jump: of the places that no entry is missing before, the last one before a later time comes, with
    /// its timestamp.
    pub(super) fn first_place(&self, pts: i64) -> Option<(u64, i64)> {
        let known = self.known();
        let whole = known.entries.range(..=known.whole_until).map(|(at, pts)| (*at, *pts));
        whole.take_while(|it| it.1 <= pts).last()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing that runs under it can panic half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_place_before_a_time() {
        let index = SeekIndex::new();
        index.is_of(Of { stream: 0, bytes: 1_000 });
        for (position, pts) in [(0, 0), (100, 50), (200, 100), (300, 20), (400, 60)] {
            index.add(position, pts);
        }
        assert_eq!((index.before(70), index.before(-1)), (Some(60), None));
        assert_eq!(index.first_place(70), Some((0, 0)));
        index.is_whole_until(250);
        // The clock jumps back at 300, which nobody has come to yet.
        assert_eq!((index.first_place(70), index.first_place(100)), (Some((100, 50)), Some((200, 100))));
        index.is_whole_until(400);
        assert_eq!(index.first_place(100), Some((400, 60)));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let index = SeekIndex::new();
        index.is_of(Of { stream: 0, bytes: 1_000 });
        for place in 0..ROOM as u64 + 10 {
            index.add(place, place as i64);
            index.is_whole_until(place);
        }
        let last = ROOM as u64 - 1;
        assert_eq!((index.len(), index.first_place(i64::MAX)), (ROOM, Some((last, last as i64))));
    }

    #[test]
    fn another_file_begins_it_anew() {
        let index = SeekIndex::new();
        index.is_of(Of { stream: 0, bytes: 1_000 });
        index.add(0, 0);
        index.is_of(Of { stream: 0, bytes: 1_000 });
        assert_eq!(index.len(), 1);
        index.is_of(Of { stream: 1, bytes: 1_000 });
        assert!(index.is_empty());
    }
}
