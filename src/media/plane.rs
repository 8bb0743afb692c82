use std::fmt;

/// A plane of a picture: the rows of one of its parts (luma, chroma, all of RGB), lent from where the decoder put them.
///
/// A row is [`width_bytes`](Self::width_bytes) long, and the next begins [`stride`](Self::stride) bytes further on; what lies between
/// is no picture. [`rows`](Self::rows) goes through them from the top, whichever way they are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
#[doc(alias = "AVFrame.data")]
pub struct Plane<'a> {
    bytes: &'a [u8],
    stride: isize,
    row: usize,
    rows: usize,
}

impl<'a> Plane<'a> {
    /// `bytes` begin with the row that comes first in memory, and end with the last byte of that which comes last.
    pub(crate) fn new(bytes: &'a [u8], stride: isize, row: usize, rows: usize) -> Self {
        Self { bytes, stride, row, rows }
    }

    /// All of it, from the lowest address to the highest: the rows and what lies between them. It ends with the last row's last pixel.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// From the beginning of a row to that of the row below it, in bytes. Negative where the rows are stored from the bottom up: the
    /// top row is the last in [`bytes`](Self::bytes) then.
    #[must_use]
    #[doc(alias = "linesize")]
    pub fn stride(&self) -> isize {
        self.stride
    }

    /// Bytes of a row that are picture. Where pixels have less than a byte each, they are rounded up to whole bytes.
    #[must_use]
    pub fn width_bytes(&self) -> usize {
        self.row
    }

    /// How many rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.rows
    }

    /// A row, counted from the top, without what follows it. `None` where there is none.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<&'a [u8]> {
        let last = self.rows.checked_sub(1)?;
        let place = if self.stride < 0 { last.checked_sub(index)? } else { index };
        let start = place.checked_mul(self.stride.unsigned_abs()).filter(|_| index <= last)?;
        self.bytes.get(start..start + self.row)
    }

    /// The rows from the top, each without what follows it.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let plane = *self;
        (0..self.rows).map(move |index| plane.row(index).unwrap_or_default())
    }
}

impl fmt::Debug for Plane<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stride, row, rows, .. } = self;
        f.debug_struct("Plane").field("stride", stride).field("width_bytes", row).field("height", rows).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Plane;

    #[test]
    fn rows_go_from_the_top_whichever_way_they_are_stored() {
        let bytes = [1, 2, 0, 3, 4, 0, 5, 6];
        let down = Plane::new(&bytes, 3, 2, 3);
        assert_eq!(down.rows().collect::<Vec<_>>(), [[1, 2], [3, 4], [5, 6]]);
        let up = Plane::new(&bytes, -3, 2, 3);
        assert_eq!(up.rows().collect::<Vec<_>>(), [[5, 6], [3, 4], [1, 2]]);
        assert_eq!((up.row(0), up.row(3), down.row(3)), (Some(&[5, 6][..]), None, None));
        assert_eq!(Plane::new(&[], 0, 0, 0).rows().len(), 0);
    }
}
