//! Images as the crates `image` and `ndarray` have them.

use crate::judge::{frames, images};
use crate::support::clips;
use telecine::Pixels;

#[test]
#[cfg(feature = "image")]
fn as_dynamic_images() {
    use image::{DynamicImage, GenericImageView};
    let frames = frames(&clips::film(), 1);
    let image = |pixels| DynamicImage::from(images(pixels, &frames).expect("it can be done").remove(0));
    let rgb = image(Pixels::rgb8());
    assert!(rgb.dimensions() == (320, 240) && rgb.as_rgb8().is_some());
    assert!(image(Pixels::bgr8()) == rgb && image(Pixels::rgb8().planar()) == rgb && image(Pixels::bgr8().planar()) == rgb);
    assert!(image(Pixels::rgba8()).to_rgb8() == rgb.to_rgb8() && image(Pixels::gray8()).as_luma8().is_some());
    let deep = DynamicImage::from(images(Pixels::rgb16(), &frames).expect("it can be done").remove(0));
    let near = |(a, b): (&u8, &u16)| (i32::from(*a) * 257).abs_diff(i32::from(*b)) <= 2 * 257;
    assert!(rgb.as_bytes().iter().zip(deep.as_rgb16().expect("it is such").as_raw()).all(near));
}

#[test]
#[cfg(feature = "ndarray")]
fn as_arrays() {
    use ndarray::{Array3, ArrayView3};
    let frames = frames(&clips::film(), 1);
    let image = |pixels| images(pixels, &frames).expect("it can be done").remove(0);
    let (together, apart) = (image(Pixels::rgb8()), image(Pixels::rgb8().planar()));
    let (rows_first, channels_first) = (ArrayView3::try_from(&together), ArrayView3::try_from(&apart));
    let (rows_first, channels_first) = (rows_first.expect("it has a shape"), channels_first.expect("it has a shape"));
    assert_eq!((rows_first.dim(), channels_first.dim()), ((240, 320, 3), (3, 240, 320)));
    assert_eq!(rows_first, channels_first.permuted_axes([1, 2, 0]));
    assert_eq!(Array3::try_from(image(Pixels::rgb8())).expect("it has a shape"), rows_first);
    assert_eq!(ArrayView3::try_from(&image(Pixels::gray8())).expect("it has a shape").dim(), (240, 320, 1));
}
