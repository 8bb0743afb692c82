use proptest::prelude::*;

use super::{Facts, Seen, by_ffmpeg, lowered, pictures, through};
use crate::pipeline::filter::{Crop, Pad, Rotate, Scale, Scaler, VideoFilter};

const WIDE: &str = "testsrc2=size=640x360:rate=5:duration=0.4";

/// One picture of that size and those pixels through the filters: what came out, and what is known of it.
fn fitted(size: (u32, u32), aspect: (u32, u32), filters: &[VideoFilter]) -> (Seen, Facts) {
    let facts = Facts { size: Some(size), sample_aspect: Some(aspect), ..Facts::default() };
    let (steps, facts) = lowered(filters, &facts, &[]).expect("it can be done");
    let ((width, height), (across, down)) = (size, aspect);
    let source = format!("color=size={width}x{height}:rate=1:duration=1,setsar={across}/{down}");
    let mut seen = through(&source, &steps, "null").expect("FFmpeg does it");
    (seen.remove(0), facts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_fits_is_in_its_box_and_has_its_shape(
        size in (2..700_u32, 2..700_u32),
        aspect in prop_oneof![Just((1, 1)), Just((16, 11)), Just((8, 9))],
        bounds in (prop::option::of(2..700_u32), prop::option::of(2..700_u32)),
        enlarge in any::<bool>(),
    ) {
        let scale = match bounds {
            (Some(width), Some(height)) => Scale::fit(width, height),
            (Some(width), None) => Scale::fit_width(width),
            (None, Some(height)) => Scale::fit_height(height),
            (None, None) => Scale::fit(700, 700),
        };
        let scale = if enlarge { scale.enlarge() } else { scale };
        let (seen, facts) = fitted(size, aspect, &[scale.into()]);
        let (width, height) = (seen.size.0 as f64, seen.size.1 as f64);
        prop_assert_eq!(facts.size, Some((seen.size.0 as u32, seen.size.1 as u32)));
        prop_assert_eq!((facts.sample_aspect, seen.sample_aspect), (Some((1, 1)), (1, 1)));
        prop_assert!(seen.size.0 % 2 == 0 && seen.size.1 % 2 == 0);
        let within = |side: f64, most: Option<u32>| most.is_none_or(|most| side <= f64::from(most).max(2.0));
        prop_assert!(within(width, bounds.0) && within(height, bounds.1));
        let shown = (f64::from(size.0) * f64::from(aspect.0) / f64::from(aspect.1), f64::from(size.1));
        prop_assert!(enlarge || (width <= shown.0 + 1.0 && height <= shown.1 + 1.0));
        // Both sides are the nearest even number, so each is off by a pixel at most, where they are not the least there is.
        let factor = width / shown.0;
        prop_assert!(height == 2.0 || width == 2.0 || (height - shown.1 * factor).abs() <= 1.0 + shown.1 / shown.0 + 1e-6);
    }
}

#[test]
fn sizes_are_as_asked_for() {
    for (scale, size) in [
        (Scale::fit_width(1280), (640, 360)),
        (Scale::fit_width(1280).enlarge(), (1280, 720)),
        (Scale::fit_height(180), (320, 180)),
        (Scale::fit(320, 320), (320, 180)),
        (Scale::fit(321, 181), (320, 180)),
        (Scale::fit(2, 2), (2, 2)),
        (Scale::to(101, 33), (101, 33)),
        (Scale::fill(101, 333), (101, 333)),
        (Scale::fill(1000, 1000), (1000, 1000)),
    ] {
        let (seen, facts) = fitted((640, 360), (1, 1), &[scale.into()]);
        assert_eq!(seen.size, size, "{scale}");
        assert_eq!(facts.size, Some((size.0 as u32, size.1 as u32)), "{scale}");
        assert_eq!(seen.sample_aspect, (1, 1), "{scale}");
    }
    // Half of an even number is rounded alike by FFmpeg and by us.
    let (seen, facts) = fitted((13, 403), (16, 11), &[Scale::fit_width(272).enlarge().into()]);
    assert_eq!((seen.size, facts.size), ((272, 5796), Some((272, 5796))));
    // As PAL's wide pictures are coded.
    assert_eq!(fitted((720, 576), (64, 45), &[Scale::fit_height(576).into()]).0.size, (1024, 576));
}

#[test]
fn scaled_pictures_are_those_of_ffmpegs_own_ways() {
    for (scale, own) in [
        (Scale::to(100, 100), "scale=100:100,setsar=1"),
        (Scale::to(100, 100).with(Scaler::Lanczos), "scale=100:100:flags=lanczos,setsar=1"),
        (Scale::fit(300, 300), "scale=300:300:force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1"),
        (Scale::fill(100, 100), "scale=100:100:force_original_aspect_ratio=increase,crop=100:100,setsar=1"),
    ] {
        assert_eq!(pictures(WIDE, scale, "yuv420p"), by_ffmpeg(&format!("{WIDE},{own}"), "yuv420p"), "{scale}");
    }
    assert_ne!(pictures(WIDE, Scale::to(99, 99), "gray"), pictures(WIDE, Scale::to(99, 99).with(Scaler::Neighbor), "gray"));
}

/// Luma alone, where chroma is not to the pixel.
fn part(seen: &Seen, (x, y): (usize, usize), (width, height): (usize, usize)) -> Vec<u8> {
    (y..y + height).flat_map(|row| &seen.bytes[row * seen.size.0 + x..][..width]).copied().collect()
}

#[test]
fn crops_are_to_the_pixel() {
    let whole = &by_ffmpeg(WIDE, "gray")[0];
    for (crop, at, size) in [
        (Crop::to(101, 33).at(7, 5), (7, 5), (101, 33)),
        (Crop::to(100, 60), (270, 150), (100, 60)),
        (Crop::edges(1, 2, 3, 5), (1, 2), (636, 353)),
    ] {
        let cropped = &pictures(WIDE, crop, "gray")[0];
        assert_eq!(cropped.size, size, "{crop}");
        assert!(cropped.bytes == part(whole, at, size), "{crop}");
        let (_, facts) = fitted((640, 360), (1, 1), &[crop.into()]);
        assert_eq!(facts.size, Some((size.0 as u32, size.1 as u32)));
    }
}

#[test]
fn what_is_not_within_a_known_picture_is_refused() {
    let facts = Facts { size: Some((64, 48)), ..Facts::default() };
    let refused = |filter: VideoFilter| lowered(&[filter], &facts, &[]).err().map(|it| it.to_string());
    for crop in [Crop::to(65, 1), Crop::to(1, 49), Crop::to(64, 48).at(1, 0), Crop::edges(32, 0, 32, 0), Crop::edges(0, 0, 0, 49)]
    {
        assert!(refused(crop.into()).is_some_and(|it| it.contains("of 64×48, outside the picture")), "{crop}");
    }
    assert_eq!(refused(Crop::to(64, 48).into()), None);
    assert_eq!(refused(Crop::edges(63, 47, 0, 0).into()), None);
    assert!(refused(Pad::to(63, 48).into()).is_some_and(|it| it.starts_with("Pad's size is 63×48, outside as large as")));
    assert_eq!(refused(Pad::to(64, 48).into()), None);
    // What a filter makes of the size is known to the next one.
    let filters = [Rotate::Clockwise.into(), Crop::to(48, 64).into(), Scale::fit_width(24).into(), Crop::to(24, 32).into()];
    let square = Facts { sample_aspect: Some((1, 1)), ..facts };
    assert_eq!(lowered(&filters, &square, &[]).unwrap().1.size, Some((24, 32)));
    assert!(lowered(&[Rotate::Clockwise.into(), Crop::to(64, 48).into()], &square, &[]).is_err());
}

#[test]
fn a_ground_is_around_the_picture() {
    use crate::media::Color;
    use crate::pipeline::filter::Anchor;

    let pad = Pad::to(16, 12).color(Color::BLUE);
    for (anchor, at) in
        [(Anchor::Center, (4, 2)), (Anchor::TopLeft, (0, 0)), (Anchor::BottomRight, (8, 4)), (Anchor::Left, (0, 2))]
    {
        let seen = &pictures("color=red:size=8x8:duration=0.04,format=rgb24", pad.at(anchor), "rgb24")[0];
        assert_eq!(seen.size, (16, 12));
        for (number, pixel) in seen.bytes.chunks(3).enumerate() {
            let (x, y) = (number % 16, number / 16);
            let inside = (at.0..at.0 + 8).contains(&x) && (at.1..at.1 + 8).contains(&y);
            // `color` is YUV inside, so that red is not to the bit.
            let is_red = pixel[0] > 250 && pixel[2] < 5;
            assert!(if inside { is_red } else { pixel == [0, 0, 255] }, "{anchor}: {pixel:?} at {x}, {y}");
        }
    }
}
