//! HEVC in MP4 that says of itself, before its first picture, what others say beside the media (`hev1`): moved there, its decoder
//! tells all once it is opened.

/// The header of a stream (`hvcC`) with what stands before the picture in its first sample; `None` where it is not alone there, or
/// not of the usual form.
pub(super) fn completed(header: &[u8], sample: &[u8]) -> Option<Vec<u8>> {
    const VIDEO: u8 = 32;
    const SEQUENCE: u8 = 33;
    const PICTURE: u8 = 34;
    const MESSAGE: u8 = 39;
    let (&[1, .., lengths, 0], []) = header.split_first_chunk::<23>()? else { return None };
    let mut whole = header.to_vec();
    let mut kinds = Vec::new();
    let mut rest = sample;
    loop {
        let (kind, unit) = unit(&mut rest, usize::from(lengths & 3) + 1)?;
        match kind {
            // A picture that needs no other.
            16..=23 => break,
            VIDEO | SEQUENCE | PICTURE | MESSAGE => {
                let size = u16::try_from(unit.len()).ok()?;
                whole.extend([kind, 0, 1]);
                whole.extend(size.to_be_bytes());
                whole.extend(unit);
                kinds.push(kind);
            }
            0..32 => return None,
            _ => {}
        }
    }
    let count = |kind| kinds.iter().filter(|it| **it == kind).count();
    whole[22] = u8::try_from(kinds.len()).ok()?;
    (count(VIDEO) == 1 && count(SEQUENCE) == 1 && count(PICTURE) > 0).then_some(whole)
}

/// The next unit and its kind. `None` where there is none, or it belongs to another layer than the first.
fn unit<'a>(rest: &mut &'a [u8], length_size: usize) -> Option<(u8, &'a [u8])> {
    let (length, behind) = rest.split_at_checked(length_size)?;
    let length = length.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    // Of a picture no more than its kind is needed, and no more may be there.
    let (unit, behind) = behind.split_at(length.min(behind.len()));
    let &[first, second] = unit.first_chunk()?;
    let kind = first >> 1 & 0x3f;
    let whole = unit.len() == length || kind < 32;
    *rest = behind;
    (whole && first & 1 == 0 && second >> 3 == 0).then_some((kind, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: [u8; 23] = {
        let mut header = [0; 23];
        header[0] = 1;
        header[21] = 3;
        header
    };

    fn sample(kinds: &[u8]) -> Vec<u8> {
        kinds.iter().flat_map(|kind| [0, 0, 0, 3, kind << 1, 1, *kind]).collect()
    }

    #[test]
    fn what_stands_before_the_picture_goes_beside() {
        let mut expected = HEADER.to_vec();
        expected[22] = 4;
        for kind in [32, 33, 34, 39] {
            expected.extend([kind, 0, 1, 0, 3, kind << 1, 1, kind]);
        }
        assert_eq!(completed(&HEADER, &sample(&[35, 32, 33, 34, 39, 19, 40])), Some(expected));
    }

    #[test]
    fn what_is_unusual_is_left_to_the_decoder() {
        for kinds in [&[][..], &[32, 33, 34], &[33, 34, 19], &[32, 33, 33, 34, 19], &[32, 33, 19], &[32, 33, 34, 1, 19]] {
            assert_eq!(completed(&HEADER, &sample(kinds)), None, "{kinds:?}");
        }
        let usual = sample(&[32, 33, 34, 19]);
        let mut layered = usual.clone();
        layered[12] |= 8;
        assert_eq!(completed(&HEADER, &layered), None);
        let mut told = HEADER;
        told[22] = 1;
        assert_eq!(completed(&told, &usual), None);
        for length in 0..26 {
            assert_eq!(completed(&HEADER, &usual[..length]), None, "{length}");
        }
    }
}
