//! What cannot be made is a typed error that says what to do, and nothing is mangled.

use telecine::filter::Crop;
use telecine::{ColorInfo, Converter, Error, Frames, Pixels, Reason, Resize, Unconvertible};

use crate::judge::{frames, images, samples, sdr};
use crate::support::clips::{self, coded};
use crate::support::{reasons, within};

fn why<T: telecine::Component>(pixels: Pixels<T>, clip: &std::path::Path) -> Unconvertible {
    match images(pixels, &frames(clip, 1)) {
        Err(Error::Unconvertible { why }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_meant() {
    let color = |change: fn(&mut ColorInfo)| {
        let mut color = ColorInfo::default();
        change(&mut color);
        Pixels::rgb8().color(color)
    };
    let wrong = [
        Pixels::rgb8().resize(Resize::fit(0, 10)),
        Pixels::rgb8().resize(Resize::stretch(10, 0)),
        Pixels::rgb8().resize(Resize::fill(65_536, 1)),
        Pixels::rgb8().resize(Resize::fill(60_000, 60_000)),
        Pixels::rgb8().crop(Crop::to(0, 1)),
        color(|it| it.space = Some("bt710")),
        color(|it| it.space = Some("ycgco")),
        color(|it| it.range = Some("limited")),
        color(|it| it.transfer = Some("no such transfer")),
        color(|it| it.chroma_location = Some("right\0")),
    ];
    for pixels in wrong {
        let shown = format!("{pixels:?}");
        let Err(Error::Invalid { problems }) = Converter::new(pixels.clone()) else { panic!("{shown}") };
        assert!(matches!(&reasons(&problems)[..], [Reason::OutOfRange { .. }]), "{shown}: {problems:?}");
        // And before anything is opened.
        let first = within(60, "a reading", move || Frames::read("there is no such film.mp4").pixels(pixels).start().next());
        assert!(matches!(&first, Some(Err(Error::Invalid { .. }))), "{shown}: {first:?}");
    }
    for deviation in [0.0, f32::NAN, f32::INFINITY] {
        let pixels = Pixels::rgb_f32().normalize([0.0; 3], [1.0, deviation, 1.0]);
        assert!(matches!(Converter::new(pixels), Err(Error::Invalid { .. })), "{deviation}");
    }
    // All that is wrong, at once.
    let several = Pixels::rgb8().resize(Resize::fit(0, 10)).crop(Crop::to(0, 1));
    let Err(Error::Invalid { problems }) = Converter::new(several) else { panic!("it is content") };
    assert_eq!(problems.len(), 2);
}

#[test]
fn hdr_is_not_taken_for_what_it_is_not() {
    assert!(matches!(why(Pixels::rgb8(), &clips::hdr10()), Unconvertible::Hdr { transfer: "smpte2084", .. }));
    assert!(matches!(why(Pixels::gray16(), &clips::hdr10()), Unconvertible::Hdr { .. }));
    assert!(!samples(Pixels::rgb8().color(sdr()), &frames(&clips::hdr10(), 1)).is_empty());
    // Stated, it counts as well.
    let mut color = ColorInfo::default();
    color.transfer = Some("arib-std-b67");
    assert!(matches!(why(Pixels::rgb8().color(color), &clips::film()), Unconvertible::Hdr { transfer: "arib-std-b67", .. }));
}

#[test]
fn colors_that_the_scaler_does_not_know() {
    let clip =
        coded("ycgco.mkv", &["-an", "-vf", "format=yuv444p,setparams=colorspace=ycgco", "-c:v", "libx264", "-frames:v", "2"]);
    let Unconvertible::Color { space, .. } = why(Pixels::rgb8(), &clip) else { panic!("another error") };
    assert_eq!(space, "ycgco");
    let mut color = ColorInfo::default();
    color.space = Some("bt709");
    assert!(!samples(Pixels::rgb8().color(color), &frames(&clip, 1)).is_empty());
}

#[test]
fn parts_that_are_not_there() {
    let film = clips::film();
    for crop in [Crop::to(321, 1), Crop::to(320, 240).at(1, 0), Crop::edges(160, 0, 160, 0), Crop::edges(0, 0, 0, 65_535)] {
        let Unconvertible::Crop { size, .. } = why(Pixels::rgb8().crop(crop), &film) else { panic!("{crop}: another error") };
        assert_eq!(size, (320, 240));
    }
    assert_eq!(samples(Pixels::rgb8().crop(Crop::edges(319, 239, 0, 0)), &frames(&film, 1)).len(), 3);
}

#[test]
fn an_angle_that_is_no_quarter() {
    let upright = clips::picture_only();
    let upright = upright.to_str().expect("cargo's folder has a name in UTF-8");
    let clip = clips::make_with("slanted.mp4", &["-display_rotation", "30", "-i", upright], &["-c", "copy"], &[]);
    assert!(matches!(why(Pixels::rgb8().upright(), &clip), Unconvertible::Angle { degrees: 29..=30, .. }));
    assert!(!samples(Pixels::rgb8(), &frames(&clip, 1)).is_empty());
}

#[test]
fn buffers_of_another_length() {
    let film = frames(&clips::film(), 2);
    let mut converter = Converter::new(Pixels::rgb8()).expect("it can be done");
    for length in [0, 1, 320 * 240 * 3 - 1, 320 * 240 * 3 + 1] {
        let mut buffer = vec![7; length];
        let Err(Error::Unconvertible { why: Unconvertible::Room { given, needed, .. } }) =
            converter.convert_into(&film[0], &mut buffer)
        else {
            panic!("{length}: content")
        };
        assert_eq!((given, needed), (length, 320 * 240 * 3));
        assert!(buffer.iter().all(|it| *it == 7), "it was written to");
    }
    let batch = converter.convert_batch(&film, &mut vec![0; 320 * 240 * 3]);
    assert!(matches!(batch, Err(Error::Unconvertible { why: Unconvertible::Room { needed: 460_800, .. } })), "{batch:?}");
    // Of two sizes, there is no batch.
    let others = [film[0].clone(), frames(&clips::tall(), 1)[0].clone()];
    let batch = converter.convert_batch(&others, &mut vec![0; 460_800]);
    assert!(matches!(batch, Err(Error::Unconvertible { why: Unconvertible::Uneven { size: (120, 200), .. } })), "{batch:?}");
    let mut even = Converter::new(Pixels::rgb8().resize(Resize::fill(8, 8))).expect("it can be done");
    assert_eq!(even.convert_batch(&others, &mut vec![0; 8 * 8 * 3 * 2]).expect("they are even"), (8, 8));
}

/// As large as FFmpeg makes pictures, and as small.
#[test]
fn sides_of_16384_pixels_and_of_one() {
    let film = frames(&clips::film(), 1);
    for (width, height) in [(16_384, 3), (3, 16_384), (1, 1), (16_384, 1_024)] {
        let image = &images(Pixels::gray8().resize(Resize::stretch(width, height)), &film).expect("it can be made")[0];
        assert_eq!((image.size(), image.samples().len()), ((width, height), (width * height) as usize));
    }
    let wide = coded("wide.nut", &["-an", "-vf", "scale=16384:16", "-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-frames:v", "1"]);
    let image = &images(Pixels::rgb8(), &frames(&wide, 1)).expect("it can be made")[0];
    assert_eq!(image.size(), (16_384, 16));
}
