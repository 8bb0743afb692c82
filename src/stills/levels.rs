/// How loud sound is, part by part, whatever its length: the parts are samples as long as there is room for so many, and then as many
/// together as there is room for.
pub(super) struct Levels {
    by: By,
    channels: usize,
    /// Samples of each channel in a part.
    length: u64,
    /// The levels of whole parts, of all channels one after the other.
    parts: Vec<u32>,
    /// The part that is not whole yet, and how much of it there is.
    last: Vec<u32>,
    count: u64,
    room: usize,
}

/// What the level of several samples is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Their mean. Kept are sums.
    Average,
    /// The greatest.
    Peak,
}

/// Levels in memory at most: 64 MiB of them.
const ROOM: usize = 1 << 24;

impl Levels {
    pub(super) fn new(by: By, channels: usize) -> Self {
        Self::with_room(by, channels, ROOM)
    }

    fn with_room(by: By, channels: usize, room: usize) -> Self {
        let channels = channels.max(1);
        // An even number of parts, at least two.
        let room = (room / channels / 2).max(1) * 2 * channels;
        Self { by, channels, length: 1, parts: Vec::new(), last: vec![0; channels], count: 0, room }
    }

    /// Samples of all channels, one after the other.
    pub(super) fn add(&mut self, samples: &[i16]) {
        for sample in samples.chunks_exact(self.channels) {
            for (level, sample) in self.last.iter_mut().zip(sample) {
                *level = self.by.both(*level, sample.unsigned_abs().into());
            }
            self.count += 1;
            if self.count == self.length {
                self.put();
            }
        }
    }

    fn put(&mut self) {
        self.parts.extend_from_slice(&self.last);
        self.last.fill(0);
        self.count = 0;
        if self.parts.len() >= self.room {
            self.join();
        }
    }

    /// Two parts become one.
    fn join(&mut self) {
        let (by, channels) = (self.by, self.channels);
        for at in 0..self.parts.len() / 2 {
            let (part, channel) = (at / channels, at % channels);
            let first = part * 2 * channels + channel;
            self.parts[at] = by.both(self.parts[first], self.parts[first + channels]);
        }
        self.parts.truncate(self.parts.len() / 2);
        self.length *= 2;
    }

    /// Samples of each channel so far.
    pub(super) fn samples(&self) -> u64 {
        (self.parts.len() / self.channels) as u64 * self.length + self.count
    }

    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// The levels of so many columns, all but the last of the same length, of all channels one after the other. Where there are fewer
    /// samples than columns, each lasts for several.
    #[doc(alias = "showwavespic")]
    pub(super) fn columns(&self, count: u32) -> Vec<i16> {
        let (all, count) = (self.samples(), u64::from(count.max(1)));
        let column = |nth: u64| match all / count {
            0 => (nth * all / count, nth * all / count + 1),
            length if nth + 1 == count => (nth * length, all),
            length => (nth * length, (nth + 1) * length),
        };
        (0..count).map(column).flat_map(|it| (0..self.channels).map(move |channel| self.level(channel, it))).collect()
    }

    /// Of a channel, from one sample to another. Of a part that lies in it half, half of the sum is taken.
    fn level(&self, channel: usize, (from, to): (u64, u64)) -> i16 {
        let whole = (self.parts.len() / self.channels) as u64;
        let part = |nth: u64| {
            let begins = nth * self.length;
            let (level, length) = match self.parts.get(nth as usize * self.channels + channel) {
                Some(level) if nth < whole => (*level, self.length),
                _ => (self.last[channel], self.count.max(1)),
            };
            (level, length, to.min(begins + length).saturating_sub(from.max(begins)))
        };
        let parts = (from / self.length..to.div_ceil(self.length)).map(part);
        let level = match self.by {
            By::Peak => parts.map(|it| u64::from(it.0)).max().unwrap_or_default(),
            By::Average => {
                let sum: u128 =
                    parts.map(|(level, length, taken)| u128::from(level) * u128::from(taken) / u128::from(length)).sum();
                (sum / u128::from((to - from).max(1))) as u64
            }
        };
        // There is one that has no opposite.
        i16::try_from(level).unwrap_or(i16::MAX)
    }
}

impl By {
    fn both(self, one: u32, other: u32) -> u32 {
        match self {
            // Sums of half a year.
            Self::Average => one.saturating_add(other),
            Self::Peak => one.max(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As FFmpeg's filter has it, of samples of one channel: sums and counts, the last column with what is left.
    fn plain(by: By, samples: &[i16], count: usize) -> Vec<i16> {
        let length = samples.len() / count;
        let column = |nth: usize| {
            let end = if nth + 1 == count { samples.len() } else { (nth + 1) * length };
            let levels = samples[nth * length..end].iter().map(|it| i64::from(*it).abs());
            let level = if by == By::Peak { levels.max() } else { Some(levels.sum::<i64>() / (end - nth * length) as i64) };
            level.unwrap_or_default().min(32_767) as i16
        };
        (0..count).map(column).collect()
    }

    fn sound(count: u32) -> Vec<i16> {
        (0..count).map(|it| (it.wrapping_mul(2_654_435_761) >> 16) as i16).collect()
    }

    #[test]
    fn as_long_as_there_is_room_columns_are_exact() {
        for by in [By::Average, By::Peak] {
            for (samples, columns) in [(1_000, 7), (999, 999), (64, 3)] {
                let samples = sound(samples);
                let mut levels = Levels::new(by, 1);
                samples.chunks(13).for_each(|it| levels.add(it));
                assert_eq!(levels.columns(columns), plain(by, &samples, columns as usize), "{by:?}, {columns} columns");
            }
        }
    }

    #[test]
    fn without_room_they_are_nearly_so() {
        let samples = sound(100_000);
        let mut levels = Levels::with_room(By::Average, 1, 4_096);
        levels.add(&samples);
        assert!(levels.length > 1 && levels.parts.len() < 4_096 && levels.samples() == 100_000);
        for (near, exact) in levels.columns(10).into_iter().zip(plain(By::Average, &samples, 10)) {
            assert!((i32::from(near) - i32::from(exact)).abs() <= 64, "{near}, {exact}");
        }
        // Of 2 to the power of anything, parts end where columns do.
        let mut levels = Levels::with_room(By::Peak, 1, 4_096);
        levels.add(&samples[..65_536]);
        assert_eq!(levels.columns(16), plain(By::Peak, &samples[..65_536], 16));
    }

    #[test]
    fn channels_keep_apart() {
        let mut levels = Levels::with_room(By::Peak, 3, 12);
        for it in 1..=9 {
            levels.add(&[it, -10 * it, 0]);
        }
        assert_eq!(levels.columns(1), [9, 90, 0]);
        assert_eq!(levels.samples(), 9);
    }

    #[test]
    fn fewer_samples_than_columns_last_for_several() {
        let mut levels = Levels::new(By::Average, 1);
        levels.add(&[1, -2, i16::MIN]);
        assert_eq!(levels.columns(6), [1, 1, 2, 2, 32_767, 32_767]);
        assert_eq!(levels.columns(3), [1, 2, 32_767]);
    }
}
