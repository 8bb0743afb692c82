use crate::media::Orientation;

/// Where pixels of a stored picture go so that it is upright: rows become columns or do not, then either may be mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) is_transposed: bool,
    pub(super) flips_x: bool,
    pub(super) flips_y: bool,
}

impl Turn {
    /// As the `ffmpeg` program turns it. `None` where that is by no quarter turn, to within a degree.
    pub(super) fn of(orientation: &Orientation) -> Option<Self> {
        let [a, b, _, c, d, ..] = orientation.matrix.map(f64::from);
        let angle = b.atan2(a).to_degrees();
        let quarters = (angle / 90.0).round();
        if (angle - quarters * 90.0).abs() > 1.0 {
            return None;
        }
        let is_transposed = quarters as i32 % 2 != 0;
        let (across, down) = if is_transposed { (c, b) } else { (a, d) };
        Some(Self { is_transposed, flips_x: across < 0.0, flips_y: down < 0.0 })
    }

    /// The size of a stored picture upright, and the other way round.
    pub(super) fn size<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.is_transposed { (height, width) } else { (width, height) }
    }

    /// Where a part of an upright picture of that size lies in the stored one; with it, the part's size there.
    pub(super) fn back(self, at: (u32, u32), part: (u32, u32), size: (u32, u32)) -> ((u32, u32), (u32, u32)) {
        let x = if self.flips_x { size.0 - at.0 - part.0 } else { at.0 };
        let y = if self.flips_y { size.1 - at.1 - part.1 } else { at.1 };
        (self.size((x, y)), self.size(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(matrix: [i32; 4]) -> Option<Turn> {
        let [a, b, c, d] = matrix.map(|it| it << 16);
        Turn::of(&Orientation { rotation: 0, mirrored: false, matrix: [a, b, 0, c, d, 0, 0, 0, 1 << 30] })
    }

    #[test]
    fn quarter_turns_and_mirrors() {
        let of = |is_transposed, flips_x, flips_y| Some(Turn { is_transposed, flips_x, flips_y });
        assert_eq!(turn([1, 0, 0, 1]), of(false, false, false));
        assert_eq!(turn([0, 1, -1, 0]), of(true, true, false), "clockwise");
        assert_eq!(turn([-1, 0, 0, -1]), of(false, true, true));
        assert_eq!(turn([0, -1, 1, 0]), of(true, false, true), "counter-clockwise");
        assert_eq!(turn([-1, 0, 0, 1]), of(false, true, false), "mirrored");
        assert_eq!(turn([0, 1, 1, 0]), of(true, false, false));
        assert_eq!(turn([1, 1, -1, 1]), None);
    }

    #[test]
    fn parts_are_found_again() {
        // Of a stored picture of 10 by 6, turned clockwise: 6 by 10. Its top left corner came from the bottom left.
        let clockwise = turn([0, 1, -1, 0]).unwrap();
        assert_eq!(clockwise.size((10, 6)), (6, 10));
        assert_eq!(clockwise.back((0, 0), (2, 3), (6, 10)), ((0, 4), (3, 2)));
    }
}
