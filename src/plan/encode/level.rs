//! The levels of H.264, for an encoder that is not told how many pictures come in a second, and would mark the stream by their size alone.

use super::{Encode, Source};

/// FFmpeg works the level out by how many pictures come in a second, which the engine does not tell an encoder. One of VA-API's is told the
/// level, unless somebody has named one, or has said bits or pictures in a way that is not understood here.
pub(super) fn with_level(encode: Encode, source: &Source<'_>) -> Encode {
    if encode.encoder != "h264_vaapi" || encode.option("level").is_some() {
        return encode;
    }
    let even = |(width, height): (u32, u32)| (width & !1, height & !1);
    let level = || h264(source.size.map(even)?, source.frame_rate?, kilobits(&encode)?, kept(&encode)?);
    let level = level();
    encode.set_some("level", level)
}

/// The bits that may come in a second, in the unit of the table, rounded up.
fn kilobits(encode: &Encode) -> Option<u64> {
    let wanted = bits(encode.option("b"))?;
    let most = match (encode.option("rc_mode"), bits(encode.option("maxrate"))?) {
        // FFmpeg takes that for the most, where nobody says.
        (Some("VBR" | "QVBR"), 0) => wanted.saturating_mul(2),
        (Some("VBR" | "QVBR"), most) => most,
        _ => wanted,
    };
    // High has more, and is what FFmpeg takes by itself; these are the bits with all that stands around them.
    let factor = if matches!(encode.option("profile"), Some("constrained_baseline" | "main")) { 1_200 } else { 1_500 };
    Some(most.div_ceil(factor))
}

/// As FFmpeg reads numbers; `None` for other ways than the usual ones.
fn bits(text: Option<&str>) -> Option<u64> {
    let Some(text) = text else { return Some(0) };
    let (number, unit) = match text.strip_suffix(['k', 'K']) {
        Some(number) => (number, 1_000),
        None => text.strip_suffix('M').map_or((text, 1), |it| (it, 1_000_000)),
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// How many pictures a decoder has to keep: one, and one for each layer of B pictures, of which there is one unless told.
fn kept(encode: &Encode) -> Option<u64> {
    let layers = encode.option("b_depth").map_or(Some(1), |it| it.parse::<u64>().ok())?;
    Some(if encode.option("bf") == Some("0") { 1 } else { layers.saturating_add(1) })
}

/// Of these the lowest, by FFmpeg's number (31 is 3.1); `None` where it has none that is high enough.
fn h264((width, height): (u32, u32), (pictures, seconds): (u32, u32), kilobits: u64, kept: u64) -> Option<u32> {
    let (across, down) = (u64::from(width.div_ceil(16)), u64::from(height.div_ceil(16)));
    let blocks = across * down;
    let a_second = (blocks * u64::from(pictures)).div_ceil(u64::from(seconds.max(1)));
    let longest = across.max(down);
    // No side may be longer than the square root of eight times as many blocks as a picture may have.
    let fits = |it: &&Level| {
        let is_held = kept.saturating_mul(blocks) <= it.kept;
        let is_large = blocks > it.picture || longest * longest > 8 * it.picture;
        is_held && !is_large && a_second <= it.second && kilobits <= it.kilobits
    };
    LEVELS.iter().find(fits).map(|it| it.number)
}

/// A row of table A-1: blocks of 16 by 16 pixels in a second, in a picture and in all that are kept, and bits a second.
struct Level {
    number: u32,
    second: u64,
    picture: u64,
    kept: u64,
    kilobits: u64,
}

const fn level(number: u32, second: u64, picture: u64, kept: u64, kilobits: u64) -> Level {
    Level { number, second, picture, kept, kilobits }
}

const LEVELS: [Level; 19] = [
    level(10, 1_485, 99, 396, 64),
    level(11, 3_000, 396, 900, 192),
    level(12, 6_000, 396, 2_376, 384),
    level(13, 11_880, 396, 2_376, 768),
    level(20, 11_880, 396, 2_376, 2_000),
    level(21, 19_800, 792, 4_752, 4_000),
    level(22, 20_250, 1_620, 8_100, 4_000),
    level(30, 40_500, 1_620, 8_100, 10_000),
    level(31, 108_000, 3_600, 18_000, 14_000),
    level(32, 216_000, 5_120, 20_480, 20_000),
    level(40, 245_760, 8_192, 32_768, 20_000),
    level(41, 245_760, 8_192, 32_768, 50_000),
    level(42, 522_240, 8_704, 34_816, 50_000),
    level(50, 589_824, 22_080, 110_400, 135_000),
    level(51, 983_040, 36_864, 184_320, 240_000),
    level(52, 2_073_600, 36_864, 184_320, 240_000),
    level(60, 4_177_920, 139_264, 696_320, 240_000),
    level(61, 8_355_840, 139_264, 696_320, 480_000),
    level(62, 16_711_680, 139_264, 696_320, 800_000),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_holds_pictures_their_rate_and_their_bits() {
        for (size, rate, kilobits, level) in [
            ((176, 144), (15, 1), 0, Some(10)),
            ((320, 240), (25, 1), 0, Some(13)),
            ((1280, 720), (30, 1), 0, Some(31)),
            ((1280, 720), (60, 1), 0, Some(32)),
            ((1920, 1080), (30_000, 1_001), 0, Some(40)),
            ((1920, 1080), (30, 1), 40_000, Some(41)),
            ((1920, 1080), (50, 1), 0, Some(42)),
            ((3840, 2160), (30, 1), 0, Some(51)),
            ((3840, 2160), (60, 1), 0, Some(52)),
            // Long and low.
            ((1600, 16), (1, 1), 0, Some(22)),
            ((16_384, 16_384), (1, 1), 0, None),
            ((64, 64), (1, 0), 0, Some(10)),
        ] {
            assert_eq!(h264(size, rate, kilobits, 2), level, "{size:?} {rate:?} {kilobits}");
        }
        assert_eq!(h264((1920, 1080), (30, 1), 0, 4), Some(40));
        assert_eq!(h264((1920, 1080), (30, 1), 0, 5), Some(50), "a decoder of level 4 keeps four of that size");
    }

    /// The numbers are those of FFmpeg's own `ff_h264_guess_level`, of 720p with 30 pictures a second.
    #[test]
    fn bits_are_counted_as_the_encoder_counts_them() {
        let source = Source { size: Some((1280, 720)), frame_rate: Some((30, 1)), ..Source::default() };
        let level = |options: &[(&str, &str)]| {
            let encode = options.iter().fold(Encode::by("h264_vaapi"), |it, (key, value)| it.set(key, value));
            with_level(encode, &source).option("level").map(str::to_owned)
        };
        for (options, number) in [
            (&[("rc_mode", "CQP"), ("global_quality", "20")][..], Some("31")),
            (&[("rc_mode", "VBR"), ("b", "10500000")], Some("31")),
            (&[("rc_mode", "VBR"), ("b", "10500001")], Some("32")),
            (&[("rc_mode", "CBR"), ("b", "21000000")], Some("31")),
            (&[("rc_mode", "CBR"), ("b", "21000001")], Some("32")),
            (&[("rc_mode", "CBR"), ("b", "17M"), ("profile", "main")], Some("32")),
            (&[("rc_mode", "CBR"), ("b", "17M"), ("profile", "high")], Some("31")),
            // The most is what somebody says it is.
            (&[("rc_mode", "VBR"), ("b", "12000000"), ("maxrate", "13000k")], Some("31")),
            (&[("rc_mode", "VBR"), ("b", "1000000"), ("maxrate", "40M")], Some("41")),
            (&[("rc_mode", "VBR"), ("b", "1e6")], None),
            (&[("rc_mode", "CQP"), ("b_depth", "5")], Some("40")),
            (&[("rc_mode", "CQP"), ("b_depth", "5"), ("bf", "0")], Some("31")),
            (&[("rc_mode", "CQP"), ("level", "4")], Some("4")),
        ] {
            assert_eq!(level(options).as_deref(), number, "{options:?}");
        }
    }
}
