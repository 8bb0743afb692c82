//! What sizes and lights of pictures may be, for filters and for conversions alike.

use super::Reason;
use crate::media::{Crop, Part, ToneMap};

/// Width or height of a picture, or a place in one. FFmpeg takes a zero for "as before".
pub(crate) fn side(what: &'static str, pixels: u32) -> Option<Reason> {
    let range = "1 to 65,535 pixels";
    (!(1..=LONGEST_SIDE).contains(&pixels)).then(|| Reason::OutOfRange { what, value: pixels.to_string(), range })
}

/// A whole picture, by FFmpeg's rule for the most that it makes room for.
#[doc(alias = "av_image_check_size2")]
pub(crate) fn picture(what: &'static str, (width, height): (u32, u32)) -> Option<Reason> {
    let sides = [width, height].into_iter().find_map(|it| side(what, it));
    let bytes = (u64::from(width) * 8 + 1_024).saturating_mul(u64::from(height) + 128);
    let range = "under 2^28 pixels, 128 added to each side";
    let too_much = (bytes >= i32::MAX as u64).then(|| Reason::OutOfRange { what, value: format!("{width}×{height}"), range });
    sides.or(too_much)
}

/// What a crop asks for, whatever the picture.
pub(crate) fn crop(crop: &Crop) -> Vec<Reason> {
    let place = |pixels: u32| if pixels == 0 { None } else { side("Crop's distance from an edge", pixels) };
    match crop.part {
        Part::Center { width, height } => picture("Crop's size", (width, height)).into_iter().collect(),
        Part::At { width, height, x, y } => {
            picture("Crop's size", (width, height)).into_iter().chain([x, y].into_iter().filter_map(place)).collect()
        }
        Part::Edges { left, top, right, bottom } => [left, top, right, bottom].into_iter().filter_map(place).collect(),
    }
}

/// How bright SDR's white may be.
pub(crate) fn tone_map(map: &ToneMap) -> Option<Reason> {
    Reason::outside("ToneMap's white", map.white_nits, 1.0..=10_000.0, "1 to 10,000 cd/m²")
}

const LONGEST_SIDE: u32 = 65_535;
