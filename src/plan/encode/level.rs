//! The levels of H.264, for an encoder that is not told how many pictures come in a second, and would mark the stream by their size alone.

use super::{Encode, Source};

/// FFmpeg works the level out by how many pictures come in a second, which the engine does not tell an encoder. One of VA-API's is told the
/// level, unless somebody has named one. A variable rate may be twice what is wanted.
pub(super) fn with_level(encode: Encode, source: &Source<'_>) -> Encode {
    if encode.encoder != "h264_vaapi" || encode.option("level").is_some() {
        return encode;
    }
    let bits = encode.option("b").and_then(|it| it.parse::<u64>().ok()).unwrap_or_default();
    let bits = if encode.option("rc_mode") == Some("VBR") { bits.saturating_mul(2) } else { bits };
    let even = |(width, height): (u32, u32)| (width & !1, height & !1);
    let known = source.size.map(even).zip(source.frame_rate);
    encode.set_some("level", known.and_then(|(size, pictures)| h264(size, pictures, bits)))
}

/// Of these the lowest, by FFmpeg's number (31 is 3.1); `None` where it has none that is high enough.
fn h264((width, height): (u32, u32), (pictures, seconds): (u32, u32), bits: u64) -> Option<u32> {
    let (across, down) = (u64::from(width.div_ceil(16)), u64::from(height.div_ceil(16)));
    let blocks = across * down;
    let a_second = (blocks * u64::from(pictures)).div_ceil(u64::from(seconds.max(1)));
    let longest = across.max(down);
    // No side may be longer than the square root of eight times as many blocks as a picture may have.
    let fits = |it: &&Level| {
        blocks <= it.picture && a_second <= it.second && bits <= 1_000 * it.kilobits && longest * longest <= 8 * it.picture
    };
    LEVELS.iter().find(fits).map(|it| it.number)
}

/// A row of table A-1: blocks of 16 by 16 pixels in a second and in a picture, and bits a second.
struct Level {
    number: u32,
    second: u64,
    picture: u64,
    kilobits: u64,
}

const fn level(number: u32, second: u64, picture: u64, kilobits: u64) -> Level {
    Level { number, second, picture, kilobits }
}

const LEVELS: [Level; 19] = [
    level(10, 1_485, 99, 64),
    level(11, 3_000, 396, 192),
    level(12, 6_000, 396, 384),
    level(13, 11_880, 396, 768),
    level(20, 11_880, 396, 2_000),
    level(21, 19_800, 792, 4_000),
    level(22, 20_250, 1_620, 4_000),
    level(30, 40_500, 1_620, 10_000),
    level(31, 108_000, 3_600, 14_000),
    level(32, 216_000, 5_120, 20_000),
    level(40, 245_760, 8_192, 20_000),
    level(41, 245_760, 8_192, 50_000),
    level(42, 522_240, 8_704, 50_000),
    level(50, 589_824, 22_080, 135_000),
    level(51, 983_040, 36_864, 240_000),
    level(52, 2_073_600, 36_864, 240_000),
    level(60, 4_177_920, 139_264, 240_000),
    level(61, 8_355_840, 139_264, 480_000),
    level(62, 16_711_680, 139_264, 800_000),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_holds_pictures_their_rate_and_their_bits() {
        for (size, rate, bits, level) in [
            ((176, 144), (15, 1), 0, Some(10)),
            ((320, 240), (25, 1), 0, Some(13)),
            ((1280, 720), (30, 1), 0, Some(31)),
            ((1280, 720), (60, 1), 0, Some(32)),
            ((1920, 1080), (30_000, 1_001), 0, Some(40)),
            ((1920, 1080), (30, 1), 40_000_000, Some(41)),
            ((1920, 1080), (50, 1), 0, Some(42)),
            ((3840, 2160), (30, 1), 0, Some(51)),
            ((3840, 2160), (60, 1), 0, Some(52)),
            // Long and low.
            ((1600, 16), (1, 1), 0, Some(22)),
            ((16_384, 16_384), (1, 1), 0, None),
            ((64, 64), (1, 0), 0, Some(10)),
        ] {
            assert_eq!(h264(size, rate, bits), level, "{size:?} {rate:?} {bits}");
        }
    }
}
