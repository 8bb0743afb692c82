//! Whether two pictures are the same: every sample, wherever each of them has it.

use crate::ffi::{Component, Picture};

/// How far samples may be apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tolerance {
    /// In the first picture; the next one may be as far again from its own, on top of those it is built on, and so on.
    step: u16,
}

impl Tolerance {
    /// H.264, HEVC, VP8, VP9 and AV1 say what comes out to the bit.
    ///
    /// MPEG-2, MPEG-4 and JPEG do not: an inverse cosine transform of theirs may be one off the exact value in each sample (IEEE 1180, and
    /// ISO/IEC 23002-1 after it), so that of two decoders both may be right and two apart. Pictures that are built on such ones begin with
    /// their distance.
    pub(super) fn of(codec: &str) -> Self {
        Self { step: if matches!(codec, "mpeg2video" | "mpeg4" | "mjpeg") { 2 } else { 0 } }
    }

    /// In the picture of that number, counted from 0.
    fn at(self, number: usize) -> u16 {
        let pictures = u16::try_from(number.saturating_add(1)).unwrap_or(u16::MAX);
        self.step.saturating_mul(pictures)
    }
}

/// # Errors
/// How they differ, in words.
pub(super) fn same(number: usize, device: &Picture, own: &Picture, tolerance: Tolerance) -> Result<(), String> {
    let (size, own_size) = (device.size(), own.size());
    if size != own_size {
        return Err(format!("picture {number} is {}x{}, and {}x{} by the processor", size.0, size.1, own_size.0, own_size.1));
    }
    let (is, should) = (components(device), components(own));
    if is.len() != should.len() || is.iter().zip(&should).any(|(is, should)| is.depth != should.depth) || is.is_empty() {
        let name = |it: &Picture| it.format().map_or("of no known format", |it| it.name());
        return Err(format!("picture {number} is {}, and {} by the processor", name(device), name(own)));
    }
    let most = tolerance.at(number);
    for (index, (is, should)) in is.into_iter().zip(should).enumerate() {
        let found = differences((device, is), (own, should), most).ok_or_else(|| format!("picture {number} lacks samples"))?;
        if let Some(first) = found.first {
            let part = ["luma", "the first chroma", "the second chroma"].get(index).copied().unwrap_or("a component");
            let Differences { count, of, furthest, .. } = found;
            let (x, y) = first;
            return Err(format!(
                "picture {number}: {count} of {of} samples of {part} differ, by up to {furthest}, the first at {x},{y}"
            ));
        }
    }
    Ok(())
}

fn components(picture: &Picture) -> Vec<Component> {
    picture.format().map(|it| it.components()).unwrap_or_default()
}

#[derive(Default)]
struct Differences {
    of: u64,
    count: u64,
    furthest: u16,
    first: Option<(usize, usize)>,
}

/// `None` where one has other samples than the other.
fn differences(device: (&Picture, Component), own: (&Picture, Component), most: u16) -> Option<Differences> {
    let (is, should) = (device.0.plane(device.1.plane)?, own.0.plane(own.1.plane)?);
    if is.height() != should.height() {
        return None;
    }
    let mut found = Differences::default();
    let is_alike = device.1.is_like(own.1);
    let (mut are, mut wanted) = (Vec::new(), Vec::new());
    for (y, (is, should)) in is.rows().zip(should.rows()).enumerate() {
        own.1.samples(should, &mut wanted);
        found.of += wanted.len() as u64;
        if is_alike && is == should {
            continue;
        }
        device.1.samples(is, &mut are);
        if are.len() != wanted.len() {
            return None;
        }
        if are == wanted {
            continue;
        }
        for (x, (is, should)) in are.iter().zip(&wanted).enumerate() {
            let apart = is.abs_diff(*should);
            if apart > most {
                found.count += 1;
                found.furthest = found.furthest.max(apart);
                found.first.get_or_insert((x, y));
            }
        }
    }
    Some(found)
}
