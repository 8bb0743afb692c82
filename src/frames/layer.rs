//! The header of an MPEG-4 film's layer, as far as it says whether its pictures are in two fields.

use super::entry::between_start_codes;
use crate::ffi::Bits;

/// Whether every header in it says that pictures are whole, and not in two fields; `None` where there is none.
#[doc(alias = "video_object_layer")]
pub(super) fn is_progressive(data: &[u8]) -> Option<bool> {
    let headers = between_start_codes(data).filter(|it| matches!(it.first(), Some(0x20..=0x2f)));
    headers.map(|it| is_interlaced(&it[1..]) == Some(false)).reduce(|all, it| all && it)
}

/// ISO 14496-2, 6.2.3; `None` for what is cut off, and for other than plain rectangles.
fn is_interlaced(header: &[u8]) -> Option<bool> {
    let mut bits = Bits::of(header);
    bits.skip(1)?;
    // Those of studios are written another way.
    if matches!(bits.take(8)?, 14 | 15) {
        return None;
    }
    // Version and priority.
    if bits.flag()? {
        bits.skip(7)?;
    }
    // A shape of pixels of its own.
    if bits.take(4)? == 15 {
        bits.skip(16)?;
    }
    // Chroma and delay, then the bounds of a buffer.
    if bits.flag()? {
        bits.skip(3)?;
        if bits.flag()? {
            bits.skip(79)?;
        }
    }
    let is_rectangular = bits.take(2)? == 0;
    bits.skip(1)?;
    let ticks = bits.take(16)?;
    bits.skip(1)?;
    // As many bits as the last tick of a second needs, at least one.
    let last = ticks.checked_sub(1).filter(|_| is_rectangular)?;
    if bits.flag()? {
        bits.take((32 - last.leading_zeros()).max(1))?;
    }
    // Width and height, each between markers.
    bits.skip(1 + 13 + 1 + 13 + 1)?;
    bits.flag()
}

/// Headers as FFmpeg's encoder writes them.
#[cfg(test)]
pub(super) mod samples {
    pub(in crate::frames) const WHOLE: [u8; 19] = with(0x14);
    pub(in crate::frames) const FIELDS: [u8; 19] = with(0x1c);

    const fn with(flags: u8) -> [u8; 19] {
        [0, 0, 1, 0x20, 0x08, 0xd4, 0x8d, 0x08, 0x00, 0xcd, 0x05, 0x84, 0x12, flags, 0x10, 0x3f, 0, 0, 1]
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{FIELDS, WHOLE};
    use super::*;

    #[test]
    fn headers_say_it_of_their_pictures() {
        assert_eq!((is_progressive(&WHOLE), is_progressive(&FIELDS)), (Some(true), Some(false)));
        assert_eq!(is_progressive(&[WHOLE, FIELDS].concat()), Some(false));
        assert_eq!((is_progressive(&[]), is_progressive(&[0, 0, 1, 0xb6, 0x10])), (None, None));
    }

    #[test]
    fn what_is_cut_or_not_plain_is_not_known() {
        for length in 4..=13 {
            assert_eq!(is_progressive(&WHOLE[..length]), Some(false), "{length}");
        }
        // Of a studio: kind 14, in the bits behind the first.
        let mut studio = WHOLE;
        (studio[4], studio[5]) = (14 >> 1, WHOLE[5] & 0x7f);
        assert_eq!(is_progressive(&studio), Some(false));
        // Not a rectangle.
        let mut shaped = WHOLE;
        shaped[7] |= 0x10;
        assert_eq!(is_progressive(&shaped), Some(false));
    }
}
