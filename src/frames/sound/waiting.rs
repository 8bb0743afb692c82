use std::collections::VecDeque;

/// Samples that wait until there are enough for a block. A sample is counted once for all channels.
pub(super) struct Waiting<S> {
    /// One for each channel, or one for all.
    pub(super) planes: Vec<Vec<S>>,
    /// Values of a sample in a plane.
    together: usize,
    /// How many have been given out before those that wait.
    position: u64,
    /// How many wait, and behind how many in the planes that do not any more.
    count: usize,
    given: usize,
    /// From which position on times are counted from which: where that is not just what comes after the time before.
    marks: VecDeque<(u64, i64)>,
}

/// A part of them.
pub(super) struct Cut<S> {
    pub(super) position: u64,
    /// In samples.
    pub(super) pts: i64,
    pub(super) samples: Vec<S>,
}

impl<S: Copy> Waiting<S> {
    pub(super) fn new(channels: usize, is_planar: bool) -> Self {
        let (planes, together) = if is_planar { (channels, 1) } else { (1, channels) };
        let planes = std::iter::repeat_with(Vec::new).take(planes).collect();
        Self { planes, together, position: 0, count: 0, given: 0, marks: VecDeque::new() }
    }

    /// What comes next has this time.
    pub(super) fn mark(&mut self, pts: i64) {
        let end = self.position + self.count as u64;
        if self.marks.back().is_none_or(|mark| after(*mark, end) != pts) {
            self.marks.push_back((end, pts));
        }
    }

    /// So many have been put behind the planes.
    pub(super) fn put(&mut self, count: usize) {
        self.count += count;
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The first `count`, or as many as there are; `None` where there are none.
    pub(super) fn cut(&mut self, count: usize) -> Option<Cut<S>> {
        let count = count.min(self.count);
        if count == 0 {
            return None;
        }
        while self.marks.get(1).is_some_and(|mark| mark.0 <= self.position) {
            self.marks.pop_front();
        }
        let pts = self.marks.front().map_or(0, |mark| after(*mark, self.position));
        let part = self.given * self.together..(self.given + count) * self.together;
        let mut samples = Vec::with_capacity(part.len() * self.planes.len());
        self.planes.iter().for_each(|plane| samples.extend_from_slice(&plane[part.clone()]));
        let cut = Cut { position: self.position, pts, samples };
        self.position += count as u64;
        self.count -= count;
        self.given += count;
        Some(cut)
    }

    /// Makes room. Not with every cut, or many small ones would move the rest each time.
    pub(super) fn tidy(&mut self) {
        let given = std::mem::take(&mut self.given) * self.together;
        self.planes.iter_mut().for_each(|plane| drop(plane.drain(..given)));
    }
}

fn after((position, pts): (u64, i64), at: u64) -> i64 {
    pts.saturating_add_unsigned(at - position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(waiting: &mut Waiting<i16>, pts: i64, samples: &[i16]) {
        waiting.mark(pts);
        waiting.planes.iter_mut().for_each(|plane| plane.extend_from_slice(samples));
        waiting.put(samples.len());
    }

    #[test]
    fn blocks_are_cut_across_what_came_and_know_their_times() {
        let mut waiting = Waiting::new(2, true);
        put(&mut waiting, 100, &[1, 2, 3]);
        put(&mut waiting, 103, &[4, 5]);
        // A gap of 5.
        put(&mut waiting, 110, &[6, 7, 8]);
        let cuts: Vec<_> = std::iter::from_fn(|| waiting.cut(2)).map(|it| (it.position, it.pts, it.samples)).collect();
        let expected =
            [(0, 100, vec![1, 2, 1, 2]), (2, 102, vec![3, 4, 3, 4]), (4, 104, vec![5, 6, 5, 6]), (6, 111, vec![7, 8, 7, 8])];
        assert_eq!(cuts, expected);
        waiting.tidy();
        put(&mut waiting, 113, &[9]);
        let last = waiting.cut(2).map(|it| (it.position, it.pts, it.samples));
        assert_eq!((last, waiting.count()), (Some((8, 113, vec![9, 9])), 0));
        assert!(waiting.cut(2).is_none());
    }
}
