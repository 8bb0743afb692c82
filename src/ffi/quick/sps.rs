//! The sequence parameter set of H.264, as far as it tells what a decoder would tell of the first picture: ITU-T H.264, 7.3.2.1 and
//! annex E. Whatever is unusual in it is not known here, and left to the decoder.

use crate::ffi::bits::Bits;

/// What it says; the numbers of colours are those of ITU-T H.273, which FFmpeg has taken over.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sps {
    /// What is left of the picture once its edges are cut.
    pub(super) size: (u32, u32),
    pub(super) chroma: Chroma,
    /// Width and height of a pixel; `None` where it does not tell.
    pub(super) pixel_aspect: Option<(u16, u16)>,
    /// `None` where it does not tell.
    pub(super) full_range: Option<bool>,
    /// Primaries, transfer and matrix; `None` where it does not tell.
    pub(super) colors: Option<[u8; 3]>,
    /// Where chroma samples lie, counted from 0; `None` where it does not tell.
    pub(super) chroma_place: Option<u32>,
    /// How many frames may have to be put in order; `None` where it does not tell, and the decoder finds out picture by picture.
    pub(super) reordered: Option<u32>,
}

/// Samples of eight bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chroma {
    Half,
    HalfWidth,
    Full,
}

/// Reads it out of what MP4 keeps for a decoder (`avcC`), where there is one and no more. `None` where it does not tell all of the
/// above, or is not of the usual form.
pub(super) fn in_header(header: &[u8]) -> Option<Sps> {
    let (&[1, _, _, _, _, count], rest) = header.split_first_chunk::<6>()? else { return None };
    let (length, rest) = rest.split_first_chunk::<2>().filter(|_| count & 0x1f == 1)?;
    let unit = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
    let (kind, payload) = unit.split_first()?;
    if kind & 0x1f != 7 {
        return None;
    }
    parse(&unescaped(payload))
}

/// Without the bytes that keep a payload from looking like the start of a unit.
fn unescaped(payload: &[u8]) -> Vec<u8> {
    let mut zeros = 0;
    let keep = |byte: &u8| {
        let escape = zeros >= 2 && *byte == 3;
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        !escape
    };
    payload.iter().copied().filter(keep).collect()
}

fn parse(bytes: &[u8]) -> Option<Sps> {
    let mut bits = Bits::of(bytes);
    let profile = bits.take(8)?;
    bits.skip(16)?; // constraints and level
    bits.unsigned()?; // its own number
    let chroma =
        if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128) { chroma(&mut bits)? } else { Chroma::Half };
    bits.unsigned()?; // length of frame numbers
    let in_order = order(&mut bits)?;
    bits.unsigned()?; // frames that others refer to
    bits.skip(1)?; // gaps in frame numbers
    let (columns, rows) = (bits.unsigned()?.checked_add(1)?, bits.unsigned()?.checked_add(1)?);
    let whole_frames = bits.flag()?;
    if !whole_frames {
        bits.skip(1)?;
    }
    bits.skip(1)?; // how motion is derived
    let fields = if whole_frames { 1 } else { 2 };
    let coded = (columns.checked_mul(16)?, rows.checked_mul(16)?.checked_mul(fields)?);
    let size = cut(&mut bits, coded, chroma, fields)?;
    if !bits.flag()? {
        let reordered = in_order.then_some(0);
        return Some(Sps { size, chroma, pixel_aspect: None, full_range: None, colors: None, chroma_place: None, reordered });
    }
    let pixel_aspect = aspect(&mut bits)?;
    if bits.flag()? {
        bits.skip(1)?; // overscan
    }
    let (mut full_range, mut colors) = (None, None);
    if bits.flag()? {
        bits.skip(3)?; // PAL, NTSC and the like
        full_range = Some(bits.flag()?);
        if bits.flag()? {
            colors = Some([bits.take(8)? as u8, bits.take(8)? as u8, bits.take(8)? as u8]);
        }
    }
    let mut chroma_place = None;
    if bits.flag()? {
        chroma_place = Some(bits.unsigned()?);
        bits.unsigned()?;
    }
    let reordered = reordered(&mut bits)?.or(in_order.then_some(0));
    Some(Sps { size, chroma, pixel_aspect, full_range, colors, chroma_place, reordered })
}

fn chroma(bits: &mut Bits<'_>) -> Option<Chroma> {
    let chroma = match bits.unsigned()? {
        1 => Chroma::Half,
        2 => Chroma::HalfWidth,
        3 if !bits.flag()? => Chroma::Full,
        _ => return None,
    };
    let depths = (bits.unsigned()?, bits.unsigned()?);
    bits.skip(1)?; // lossless
    // More than eight bits may come with more to say of light than stands here; scaling matrices are long.
    let usual = depths == (0, 0) && !bits.flag()?;
    usual.then_some(chroma)
}

/// Whether pictures are always coded in the order in which they are shown.
fn order(bits: &mut Bits<'_>) -> Option<bool> {
    match bits.unsigned()? {
        0 => bits.unsigned().map(|_| false),
        2 => Some(true),
        _ => None,
    }
}

fn cut(bits: &mut Bits<'_>, (width, height): (u32, u32), chroma: Chroma, fields: u32) -> Option<(u32, u32)> {
    if !bits.flag()? {
        return Some((width, height));
    }
    let (left, right, top, bottom) = (bits.unsigned()?, bits.unsigned()?, bits.unsigned()?, bits.unsigned()?);
    let across = if chroma == Chroma::Full { 1 } else { 2 };
    let down = if chroma == Chroma::Half { 2 * fields } else { fields };
    let less = |whole: u32, one: u32, other: u32, step: u32| whole.checked_sub(one.checked_add(other)?.checked_mul(step)?);
    Some((less(width, left, right, across)?, less(height, top, bottom, down)?))
}

#[allow(clippy::option_option)] // It may not tell, or not be readable.
fn aspect(bits: &mut Bits<'_>) -> Option<Option<(u16, u16)>> {
    const KNOWN: [(u16, u16); 16] = [
        (1, 1),
        (12, 11),
        (10, 11),
        (16, 11),
        (40, 33),
        (24, 11),
        (20, 11),
        (32, 11),
        (80, 33),
        (18, 11),
        (15, 11),
        (64, 33),
        (160, 99),
        (4, 3),
        (3, 2),
        (2, 1),
    ];
    if !bits.flag()? {
        return Some(None);
    }
    match bits.take(8)? {
        0 => Some(None),
        255 => {
            let (width, height) = (bits.take(16)? as u16, bits.take(16)? as u16);
            (width > 0 && height > 0).then_some(Some((width, height)))
        }
        number => KNOWN.get(number as usize - 1).map(|it| Some(*it)),
    }
}

#[allow(clippy::option_option)] // It may not tell, or not be readable.
fn reordered(bits: &mut Bits<'_>) -> Option<Option<u32>> {
    if bits.flag()? {
        bits.skip(65)?; // how long a frame lasts
    }
    let buffers = (hrd(bits)?, hrd(bits)?);
    if buffers.0 || buffers.1 {
        bits.skip(1)?; // low delay
    }
    bits.skip(1)?; // timing of fields
    if !bits.flag()? {
        return Some(None);
    }
    bits.skip(1)?; // motion beyond the edges
    for _ in 0..4 {
        bits.unsigned()?; // sizes of what is coded
    }
    let reordered = bits.unsigned().filter(|it| *it <= 16)?;
    bits.unsigned()?; // frames in the buffer
    Some(Some(reordered))
}

/// What a buffer in the network has to bear, which nobody asks here; whether it is told.
fn hrd(bits: &mut Bits<'_>) -> Option<bool> {
    if !bits.flag()? {
        return Some(false);
    }
    let count = bits.unsigned().filter(|it| *it < 32)?;
    bits.skip(8)?;
    for _ in 0..=count {
        bits.unsigned()?;
        bits.unsigned()?;
        bits.skip(1)?;
    }
    bits.skip(20)?;
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What x264 writes for 1080x720, High, square pixels, two B-frames; with one picture parameter set behind it.
    const HEADER: [u8; 33] = [
        0x01, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0x00, 0x19, 0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40, 0x44, 0x05, 0xbe, 0x5f, 0x01,
        0x10, 0x00, 0x00, 0x3e, 0x90, 0x00, 0x0e, 0xa6, 0x00, 0xf1, 0x83, 0x19, 0x60,
    ];

    #[test]
    fn it_tells_what_a_decoder_would() {
        let told = in_header(&HEADER);
        let expected = Sps {
            size: (1080, 720),
            chroma: Chroma::Half,
            pixel_aspect: Some((1, 1)),
            full_range: None,
            colors: None,
            chroma_place: None,
            reordered: Some(2),
        };
        assert_eq!(told, Some(expected));
    }

    #[test]
    fn nothing_else_is_taken_for_one() {
        for length in 0..HEADER.len() {
            assert_eq!(in_header(&HEADER[..length]), None, "{length}");
        }
        let mut two = HEADER;
        two[5] = 0xe2;
        assert_eq!(in_header(&two), None);
        // Whatever it is, it ends.
        for at in 0..HEADER.len() {
            for byte in 0..=255 {
                let mut other = HEADER;
                other[at] = byte;
                let _ = in_header(&other);
            }
        }
    }

    #[test]
    fn escapes_are_taken_out() {
        assert_eq!(unescaped(&[1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3]), [1, 0, 0, 1, 0, 0, 0, 0, 3]);
    }
}
