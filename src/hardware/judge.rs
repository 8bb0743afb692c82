//! Whether a picture that was encoded and decoded is about the one that was given.

use super::synthetic::Scene;
use crate::ffi::Picture;

/// How far samples may be off on average, of 255, in any part of a picture.
///
/// What is lost by encoding is less: at their coarsest quantizers x264, x265, SVT-AV1, libvpx and MPEG-4 come to 13, and x264 with 0.015
/// bits a pixel at 1280x720 to 6. What is wrong is more: any two pictures of a [`Scene`] are 24 apart or more in luma and in each chroma,
/// the two chromas of one 40, luma from grey 40, from black or green 100.
const MOST: f64 = 16.0;

/// Parts on each side of a picture, each of some size: a part that was lost is not to hide among those that are right.
fn parts(side: u32) -> usize {
    (side / 64).clamp(1, 8) as usize
}

/// # Errors
/// How it is not, in words.
pub(super) fn alike(scene: &Scene, number: usize, picture: &Picture) -> Result<(), String> {
    let (size, wanted) = (picture.size(), scene.size);
    if size != wanted {
        return Err(format!("picture {number} is {}x{}, and should be {}x{}", size.0, size.1, wanted.0, wanted.1));
    }
    let format = picture.format();
    let components = format.map(|it| it.components()).unwrap_or_default();
    let sharing = format.map(|it| it.chroma_sharing());
    let depths = |all: &[crate::ffi::Component]| all.iter().map(|it| it.depth).collect::<Vec<_>>();
    if sharing != Some(scene.format.chroma_sharing()) || depths(&components) != depths(&scene.components) {
        let name = format.map_or("of no known format", |it| it.name());
        return Err(format!("picture {number} is {name}, and was given as {}", scene.format.name()));
    }
    for (index, component) in components.into_iter().enumerate() {
        let part = ["luma", "the first chroma", "the second chroma"][index];
        let off = furthest(scene, (index, number), picture, component)
            .ok_or_else(|| format!("picture {number} lacks samples of {part}"))?;
        if off > MOST {
            return Err(format!("picture {number}: {part} is off by {off:.0} of 255 on average, where it is off most"));
        }
    }
    Ok(())
}

/// By how much samples are off on average, of 255, in the part that is off most. `None` where there are not as many as there should be.
fn furthest(scene: &Scene, (index, number): (usize, usize), picture: &Picture, component: crate::ffi::Component) -> Option<f64> {
    let plane = picture.plane(component.plane)?;
    let samples = scene.samples(index, number);
    let (mut are, mut should) = (Vec::new(), Vec::new());
    let (across, down) = (parts(scene.size.0), parts(scene.size.1));
    let mut sums = vec![vec![(0_u64, 0_u64); across]; down];
    let height = plane.height().div_ceil(down).max(1);
    for (y, row) in plane.rows().enumerate() {
        samples.row(y, &mut should);
        component.samples(row, &mut are);
        if are.len() != should.len() {
            return None;
        }
        let width = are.len().div_ceil(across).max(1);
        let parts = sums.get_mut(y / height)?;
        for ((are, should), sum) in are.chunks(width).zip(should.chunks(width)).zip(parts) {
            sum.0 += are.iter().zip(should).map(|(is, should)| u64::from(is.abs_diff(*should))).sum::<u64>();
            sum.1 += are.len() as u64;
        }
    }
    let unit = f64::from(u16::MAX >> (16 - component.depth)) / 255.0;
    let means = sums.iter().flatten().filter(|it| it.1 > 0).map(|(sum, count)| *sum as f64 / *count as f64 / unit);
    means.max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::super::synthetic::PICTURES;
    use super::*;
    use crate::ffi::{Canvas, PixelFormat};

    fn scene(format: &str, size: (u32, u32)) -> Scene {
        Scene::new(PixelFormat::find(format).unwrap(), size).unwrap()
    }

    fn right(format: &str, number: usize) -> Picture {
        let format = PixelFormat::find(format).unwrap();
        match Scene::new(format, SIZE) {
            Some(scene) => Picture::new(scene.picture(number).unwrap()),
            None => Picture::new(Canvas::new(format, SIZE).unwrap().finish(0)),
        }
    }

    /// A picture with other samples: by the component, by the row, and those that should be there.
    fn changed(scene: &Scene, number: usize, change: impl Fn(usize, usize, &mut Vec<u16>)) -> Picture {
        let mut canvas = Canvas::new(scene.format, scene.size).unwrap();
        let mut values = Vec::new();
        for (index, component) in scene.components.into_iter().enumerate() {
            let samples = scene.samples(index, number);
            for (y, row) in canvas.rows(component.plane).enumerate() {
                samples.row(y, &mut values);
                change(index, y, &mut values);
                component.put(row, &values);
            }
        }
        Picture::new(canvas.finish(0))
    }

    const SIZE: (u32, u32) = (318, 178);

    #[test]
    fn what_was_given_is_right_wherever_its_samples_lie() {
        for (given, decoded) in [
            ("yuv420p", "yuv420p"),
            ("nv12", "yuv420p"),
            ("yuv420p10le", "yuv420p10le"),
            ("p010le", "yuv420p10le"),
            ("yuv422p", "yuv422p"),
            ("yuv444p", "yuv444p"),
        ] {
            for number in 0..PICTURES {
                assert_eq!(alike(&scene(given, SIZE), number, &right(decoded, number)), Ok(()), "{given} {decoded}");
            }
        }
    }

    #[test]
    fn of_all_pictures_none_is_another() {
        for size in [(64, 64), (160, 90), SIZE, (1_280, 720)] {
            let scene = scene("nv12", size);
            let pictures: Vec<_> = (0..PICTURES).map(|it| Picture::new(scene.picture(it).unwrap())).collect();
            for (number, other) in (0..PICTURES).flat_map(|it| (0..PICTURES).map(move |other| (it, other))) {
                assert_eq!(alike(&scene, number, &pictures[other]).is_ok(), number == other, "{size:?} {number} {other}");
            }
        }
    }

    #[test]
    fn wrong_pictures_are_wrong() {
        for format in ["yuv420p", "p010le"] {
            let scene = scene(format, SIZE);
            let most = if format == "p010le" { 1_023 } else { 255 };
            let says = |words: &str, change: &dyn Fn(usize, usize, &mut Vec<u16>)| {
                let how = alike(&scene, 3, &changed(&scene, 3, change)).expect_err(words);
                assert!(how.contains(words), "{format}: {words}: {how}");
            };
            let all = |value: u16| move |_: usize, _: usize, values: &mut Vec<u16>| values.fill(value);
            says("picture 3: luma", &all(0));
            says("picture 3: luma", &all(most / 2 + 1));
            says("picture 3: luma", &|_, _, values| values.iter_mut().for_each(|it| *it = most - *it));
            // Of a semi-planar format taken for the other one.
            says("the first chroma", &|index, y, values| {
                if index > 0 {
                    scene.samples(3 - index, 3).row(y, values);
                }
            });
            says("the second chroma", &|index, _, values| {
                if index == 2 {
                    values.fill(most / 2 + 1);
                }
            });
            // A slice, a tile.
            says("picture 3: luma", &|index, y, values| {
                if index == 0 && y >= 150 {
                    values.fill(0);
                }
            });
            says("picture 3: luma", &|index, y, values| {
                if index == 0 && y < 89 {
                    values[254..].fill(0);
                }
            });
            // Half a row too far, as with another stride.
            says("picture 3: luma", &|_, y, values| values.rotate_left(y % 159));
            // What is lost by coarse steps is not wrong.
            let coarse = changed(&scene, 3, |_, _, values| {
                values.iter_mut().for_each(|it| *it -= *it % (most / 12));
            });
            assert_eq!(alike(&scene, 3, &coarse), Ok(()), "{format}");
        }
    }

    #[test]
    fn pictures_of_another_shape_are_wrong() {
        let scene = scene("p010le", SIZE);
        let how = alike(&scene, 0, &right("yuv420p", 0)).expect_err("8 bits");
        assert_eq!(how, "picture 0 is yuv420p, and was given as p010le");
        assert!(alike(&scene, 0, &right("yuv422p10le", 0)).is_err());
        assert!(alike(&scene, 0, &right("gray10le", 0)).is_err());
        let other = Picture::new(self::scene("p010le", (320, 192)).picture(0).unwrap());
        assert_eq!(alike(&scene, 0, &other), Err("picture 0 is 320x192, and should be 318x178".to_owned()));
    }
}
