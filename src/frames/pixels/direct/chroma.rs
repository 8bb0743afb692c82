//! Chroma for every pixel, interpolated between samples that are farther apart, by the cubic of libswscale's default.

#![allow(clippy::needless_range_loop)] // Iterators over so many slices are not made into vectors.

use super::{Lift, times};
use crate::media::Plane;

/// A row of chroma for every pixel, and what it is made out of. Both chromas lie one behind the other.
///
/// First across, then down: libswscale cuts off what goes beyond the largest number between the two.
pub(super) struct Chroma {
    /// `q7`, around 0.
    made: Vec<i16>,
    width: usize,
    /// Rows of the planes with a sample for every pixel, `q7`, each where its number tells.
    lines: [Vec<i16>; LINES],
    /// Which those are.
    numbers: [Option<usize>; LINES],
    /// A row of samples, `q7`, with two more at either end.
    samples: Vec<i16>,
    /// A row of samples on their way.
    spare: Vec<i16>,
}

/// As many rows as are mixed.
const LINES: usize = 4;

/// Where samples lie between pixels.
#[derive(Clone, Copy)]
pub(super) struct Siting {
    /// For each of two pixels that share one, from the first sample that counts on: which, and how much of four. `None` of what is not
    /// shared.
    across: Option<[Taps; 2]>,
    down: Option<[Taps; 2]>,
}

/// Four samples in a row, from so many before the pixel's own on.
#[derive(Clone, Copy)]
struct Taps {
    first: isize,
    /// `q15`; `None` where the second of them is all that counts.
    parts: Option<[i16; 4]>,
    /// Where the first of them lies before all there are: libswscale rounds to zero there, and leaves it out where it lies by a part of a
    /// sample beyond.
    early: Option<[i16; 4]>,
}

impl Siting {
    /// `places` in 1/256 of a pixel, behind the first of those that share a sample.
    pub(super) fn of(places: (i32, i32), sharing: (u32, u32)) -> Self {
        let taps = |place: i32, sharing: u32| {
            // In samples: the first pixel lies that far behind the sample, the second half a sample further.
            let first = -f64::from(place) / 512.0;
            (sharing == 2).then(|| [first, first + 0.5].map(Taps::at))
        };
        Self { across: taps(places.0, sharing.0), down: taps(places.1, sharing.1) }
    }
}

impl Taps {
    fn at(place: f64) -> Self {
        let before = place.floor();
        let rest = place - before;
        let parts = [1.0 + rest, rest, 1.0 - rest, 2.0 - rest].map(cubic);
        let others: f64 = parts[1..].iter().sum();
        let early = [0.0, parts[1] / others, parts[2] / others, parts[3] / others];
        let q15 = |it: f64| (it * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
        let (is_exact, is_left_out) = (rest == 0.0, rest > 0.5);
        Self {
            first: before as isize - 1,
            parts: (!is_exact).then_some(parts.map(q15)),
            early: is_left_out.then_some(early.map(q15)),
        }
    }

    /// For a pixel, counted from the edge: those of the first two samples begin before all there are.
    #[inline(always)]
    fn parts(&self, pixel: usize) -> Option<[i16; 4]> {
        self.early.filter(|_| pixel < 4).or(self.parts)
    }
}

/// How much a sample counts at that distance: the cubic with B = 0 and C = 0.6.
fn cubic(distance: f64) -> f64 {
    let (d, d2, d3) = (distance, distance * distance, distance * distance * distance);
    if d < 1.0 { 1.4 * d3 - 2.4 * d2 + 1.0 } else { -0.6 * d3 + 3.0 * d2 - 4.8 * d + 2.4 }
}

impl Chroma {
    /// For rows so wide, of which so many pixels share a sample.
    pub(super) fn new(width: usize, sharing: usize) -> Self {
        let row = || vec![0; width * 2];
        let lines = std::array::from_fn(|_| row());
        Self {
            made: row(),
            width,
            lines,
            numbers: [None; LINES],
            samples: vec![0; width / sharing + 4],
            spare: vec![0; width / sharing],
        }
    }

    /// Another picture.
    pub(super) fn begin(&mut self) {
        self.numbers = [None; LINES];
    }

    /// U and V of a row of pixels.
    #[inline(always)]
    pub(super) fn row<S: Lift>(
        &mut self,
        planes: &Planes<'_, impl Fn(&[u8]) -> &[S] + Copy>,
        y: usize,
        siting: &Siting,
    ) -> (&[i16], &[i16]) {
        let last = planes.planes[0].height().saturating_sub(1) as isize;
        let Some(taps) = siting.down.map(|it| it[y % 2]) else {
            let line = self.line(planes, y, siting);
            return self.lines[line].split_at(self.width);
        };
        let number = |offset: isize| ((y / 2) as isize + taps.first + offset).clamp(0, last) as usize;
        let Some(parts) = taps.parts(y) else {
            let line = self.line(planes, number(1), siting);
            return self.lines[line].split_at(self.width);
        };
        // Not by way of a closure, which need not be compiled with the same vectors.
        let mut places = [0; LINES];
        for (place, offset) in places.iter_mut().zip(0..) {
            *place = self.line(planes, number(offset), siting);
        }
        let [a, b, c, d] = places;
        let lines = &self.lines;
        mixed([&lines[a], &lines[b], &lines[c], &lines[d]], parts, &mut self.made);
        self.made.split_at(self.width)
    }

    /// Where the row of that number lies, with a sample for every pixel.
    #[inline(always)]
    fn line<S: Lift>(&mut self, planes: &Planes<'_, impl Fn(&[u8]) -> &[S] + Copy>, number: usize, siting: &Siting) -> usize {
        let place = number % LINES;
        if self.numbers[place] == Some(number) {
            return place;
        }
        self.numbers[place] = Some(number);
        let (u, v) = self.lines[place].split_at_mut(self.width);
        for (index, into) in [u, v].into_iter().enumerate() {
            let plane = if planes.is_paired { 0 } else { index };
            let row = (planes.values)(planes.planes[plane].row(number).unwrap_or_default());
            let count = self.samples.len() - 4;
            let samples = &mut self.samples[2..][..count];
            if planes.is_paired {
                let pairs = row.as_chunks::<2>().0;
                let length = samples.len().min(pairs.len());
                for x in 0..length {
                    samples[x] = lifted(pairs[x][index], planes.shift);
                }
            } else {
                let length = samples.len().min(row.len());
                for x in 0..length {
                    samples[x] = lifted(row[x], planes.shift);
                }
            }
            spread(&mut self.samples, &mut self.spare, siting.across, into);
        }
        place
    }
}

/// Where chroma comes from.
pub(super) struct Planes<'a, F> {
    pub(super) planes: [Plane<'a>; 2],
    /// Both by turns, in the first.
    pub(super) is_paired: bool,
    pub(super) shift: u32,
    /// Out of the bytes of a row.
    pub(super) values: F,
}

/// `q7`, around 0.
#[inline(always)]
fn lifted<S: Lift>(value: S, shift: u32) -> i16 {
    value.lift(shift) - (1 << 14)
}

/// Four rows into one.
#[inline(always)]
fn mixed(rows: [&[i16]; 4], [p, q, r, s]: [i16; 4], into: &mut [i16]) {
    let length = into.len();
    let [a, b, c, d] = rows.map(|it| &it[..length]);
    for x in 0..length {
        into[x] = (times(a[x], p) + times(b[x], q) + times(c[x], r) + times(d[x], s) + LOST) << 1;
    }
}

/// A sample for every pixel. `samples` has two more at either end, which become those next to them.
#[inline(always)]
fn spread(samples: &mut [i16], spare: &mut [i16], taps: Option<[Taps; 2]>, into: &mut [i16]) {
    let count = samples.len() - 4;
    let Some(taps) = taps else {
        into.copy_from_slice(&samples[2..][..count]);
        return;
    };
    let (first, last) = (samples[2], samples[count + 1]);
    (samples[0], samples[1]) = (first, first);
    (samples[count + 2], samples[count + 3]) = (last, last);
    let from = |taps: &Taps| {
        let start = (2 + taps.first).clamp(0, 1) as usize;
        [0, 1, 2, 3].map(|offset| &samples[start + offset..][..count])
    };
    let (even, odd) = (from(&taps[0]), from(&taps[1]));
    let pairs = &mut into.as_chunks_mut::<2>().0[..count];
    for (it, rows) in [even, odd].into_iter().enumerate() {
        let Some([p, q, r, s]) = taps[it].parts else {
            for (pair, value) in pairs.iter_mut().zip(rows[1]) {
                pair[it] = *value;
            }
            continue;
        };
        let values = rows[0].iter().zip(rows[1]).zip(rows[2].iter().zip(rows[3]));
        for (to, ((a, b), (c, d))) in spare.iter_mut().zip(values) {
            *to = (times(*a, p) + times(*b, q) + times(*c, r) + times(*d, s) + LOST).min(MOST) << 1;
        }
        for (pair, value) in pairs.iter_mut().zip(&*spare) {
            pair[it] = *value;
        }
    }
    for (x, pair) in pairs.iter_mut().enumerate().take(2) {
        *pair = [0, 1].map(|it| tapped([even, odd][it], x, taps[it].parts(x * 2 + it)));
    }
}

#[inline(always)]
fn tapped(rows: [&[i16]; 4], x: usize, parts: Option<[i16; 4]>) -> i16 {
    match parts {
        None => rows[1][x],
        Some([p, q, r, s]) => {
            let [a, b, c, d] = rows.map(|it| it[x]);
            (times(a, p) + times(b, q) + times(c, r) + times(d, s) + LOST).min(MOST) << 1
        }
    }
}

/// What four products lose, half a bit each.
const LOST: i16 = 2;
/// The largest that libswscale has room for, of `q6` around 0.
const MOST: i16 = (1 << 13) - 1;
