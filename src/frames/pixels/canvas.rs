use super::turn::Turn;
use crate::media::{Component, Line};

/// An image that is being made: rows of planes go in as they are stored, and lie there as they are wanted.
pub(super) struct Canvas<'a, T> {
    pub(super) into: &'a mut [T],
    /// Of the image.
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) is_planar: bool,
    pub(super) turn: Turn,
    /// For each channel.
    pub(super) lines: [Line; 4],
}

/// A value of a plane: of 8 bits, or of 16 in the machine's own order.
pub(super) trait Value: Copy {
    fn make<T: Component>(self, line: Line) -> T;
}

impl Value for u8 {
    #[inline(always)]
    fn make<T: Component>(self, line: Line) -> T {
        T::narrow(self, line)
    }
}

impl Value for [u8; 2] {
    #[inline(always)]
    fn make<T: Component>(self, line: Line) -> T {
        T::wide(u16::from_ne_bytes(self), line)
    }
}

impl<T: Component> Canvas<'_, T> {
    /// A stored row, one slice for each channel in the image's order.
    #[inline(always)]
    pub(super) fn put<S: Value>(&mut self, y: usize, planes: &[&[S]]) {
        match planes {
            [a] => self.row(y, [*a]),
            [a, b, c] => self.row(y, [*a, *b, *c]),
            [a, b, c, d] => self.row(y, [*a, *b, *c, *d]),
            _ => {}
        }
    }

    #[inline(always)]
    #[allow(clippy::needless_range_loop)] // Iterators over so many slices are not made into vectors.
    fn row<S: Value, const N: usize>(&mut self, y: usize, planes: [&[S]; N]) {
        if self.turn.is_transposed {
            return self.column(y, planes);
        }
        let y = if self.turn.flips_y { self.height - 1 - y } else { y };
        let (width, lines, flips) = (self.width, self.lines, self.turn.flips_x);
        let planes = planes.map(|it| &it[..width]);
        if self.is_planar || N == 1 {
            let size = width * self.height;
            for (channel, plane) in planes.iter().enumerate() {
                let row = &mut self.into[channel * size + y * width..][..width];
                let line = lines[channel];
                for (to, from) in row.iter_mut().zip(*plane) {
                    *to = from.make(line);
                }
                if flips {
                    row.reverse();
                }
            }
            return;
        }
        let row = self.into[y * width * N..][..width * N].as_chunks_mut::<N>().0;
        let row = &mut row[..width];
        for x in 0..width {
            let mut pixel = [T::default(); N];
            for channel in 0..N {
                pixel[channel] = planes[channel][x].make(lines[channel]);
            }
            row[x] = pixel;
        }
        if flips {
            row.reverse();
        }
    }

    /// A stored row that becomes a column.
    fn column<S: Value, const N: usize>(&mut self, y: usize, planes: [&[S]; N]) {
        let (width, height) = (self.width, self.height);
        let x = if self.turn.flips_x { width - 1 - y } else { y };
        for (channel, plane) in planes.iter().enumerate() {
            let line = self.lines[channel];
            let (first, step) = if self.is_planar { (channel * width * height + x, width) } else { (x * N + channel, width * N) };
            let places = self.into[first..].iter_mut().step_by(step).take(height);
            let values = plane[..height].iter().map(|it| it.make(line));
            if self.turn.flips_y {
                places.zip(values.rev()).for_each(|(to, value)| *to = value);
            } else {
                places.zip(values).for_each(|(to, value)| *to = value);
            }
        }
    }
}
