//! The first bytes of a VP9 frame, as far as they tell what a decoder would tell of it: section 6.2 of its specification.

use crate::ffi::bits::Bits;

/// What a frame says that needs no other, is shown, and has chroma of half the width and half the height.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) size: (u32, u32),
    pub(super) depth: Depth,
    /// By its number in VP9.
    pub(super) matrix: u8,
    pub(super) full_range: bool,
}

/// Bits of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Eight,
    Ten,
    Twelve,
}

/// Reads it. `None` for any other frame, and for what is none.
pub(super) fn key(frame: &[u8]) -> Option<Key> {
    const SYNC: u32 = 0x49_8342;
    const RGB: u32 = 7;
    let mut bits = Bits::of(frame);
    let marker = bits.take(2)?;
    // Those of the other two profiles have chroma of other sizes.
    let (other, deep) = (bits.flag()?, bits.flag()?);
    let (repeats, depends, shown) = (bits.flag()?, bits.flag()?, bits.flag()?);
    bits.skip(1)?; // how errors are borne
    if marker != 2 || other || repeats || depends || !shown || bits.take(24)? != SYNC {
        return None;
    }
    let depth = match (deep, deep && bits.flag()?) {
        (false, _) => Depth::Eight,
        (true, false) => Depth::Ten,
        (true, true) => Depth::Twelve,
    };
    let matrix = bits.take(3).filter(|it| *it != RGB)? as u8;
    let full_range = bits.flag()?;
    let size = (bits.take(16)? + 1, bits.take(16)? + 1);
    Some(Key { size, depth, matrix, full_range })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a frame of 1920x1080 begins that libvpx made.
    const FRAME: [u8; 10] = [0x82, 0x49, 0x83, 0x42, 0x40, 0x77, 0xf0, 0x43, 0x76, 0x00];

    #[test]
    fn it_tells_what_a_decoder_would() {
        let expected = Key { size: (1920, 1080), depth: Depth::Eight, matrix: 2, full_range: false };
        assert_eq!(key(&FRAME), Some(expected));
    }

    #[test]
    fn nothing_else_is_taken_for_one() {
        for length in 0..FRAME.len() - 1 {
            assert_eq!(key(&FRAME[..length]), None, "{length}");
        }
        // One that repeats another, one that needs others, one that is not shown, one of another profile.
        for first in [0x8a, 0x86, 0x80, 0xa2] {
            let mut other = FRAME;
            other[0] = first;
            assert_eq!(key(&other), None, "{first:x}");
        }
    }
}
