//! Parts, sizes and turns: those that the program's filters make.

use std::path::Path;

use telecine::filter::{Crop, Scaler};
use telecine::{Frame, Pixels, Resize};

use crate::judge::{FLAGS, TOLERANCE, frames, images, problem, program, samples, scale, words};
use crate::support::clips::{self, make_with};
use crate::support::formats::clip;

#[track_caller]
fn same(clip: &Path, pixels: Pixels<u8>, filters: impl Fn(&Frame) -> String) {
    let frames = frames(clip, 2);
    let theirs = program(clip, frames.len(), &filters(&frames[0]), "rgb24");
    let ours = samples(pixels.clone(), &frames);
    assert_eq!(problem(&ours, &theirs), None, "{}, {pixels:?}", clip.display());
}

#[test]
fn every_way_to_resize() {
    let large = clips::large();
    let tall = clips::tall();
    let to = |size: &'static str| move |it: &Frame| format!("{},format=rgb24", scale(it, size));
    same(&large, Pixels::rgb8().resize(Resize::stretch(224, 224)), to("224:224:"));
    same(&large, Pixels::rgb8().resize(Resize::stretch(99, 301)), to("99:301:"));
    same(&large, Pixels::rgb8().resize(Resize::fit(224, 224)), to("224:126:"));
    same(&tall, Pixels::rgb8().resize(Resize::stretch(333, 401)), to("333:401:"));
    // Its pixels are four thirds as wide as they are high: it is shown as 160x200.
    same(&tall, Pixels::rgb8().resize(Resize::fit(100, 100)), to("80:100:"));
    same(&tall, Pixels::rgb8().resize(Resize::fit(1000, 1000)), to("160:200:"));
    same(&tall, Pixels::rgb8().resize(Resize::fit(1000, 1000).enlarge()), to("800:1000:"));
    for (pixels, codec, extension) in
        [("rgb24", "png", "mkv"), ("gbrp", "libx264rgb", "mp4"), ("pal8", "png", "mkv"), ("gray", "png", "mkv")]
    {
        let clip = clip(pixels, codec, extension, "176x144");
        let planar = |it: &Frame| format!("{},format=gbrp", scale(it, "50:70:"));
        same(&clip, Pixels::rgb8().resize(Resize::stretch(50, 70)), planar);
    }
    let filled = |it: &Frame| format!("{},format=rgb24,crop=224:224", scale(it, "398:224:"));
    same(&large, Pixels::rgb8().resize(Resize::fill(224, 224)), filled);
}

#[test]
fn every_scaler() {
    // Where two rows of chroma make one, packed RGB has less of an interpolation than planar.
    for scaler in [Scaler::Neighbor, Scaler::Bilinear, Scaler::Bicubic, Scaler::Area, Scaler::Lanczos] {
        let flags = FLAGS.replace("bicubic", scaler.name());
        let location = |it: &Frame| it.color().chroma_location.unwrap_or("unknown");
        for (resize, size) in
            [(Some(Resize::stretch(100, 70)), "100:70:"), (Some(Resize::stretch(401, 303)), "401:303:"), (None, "")]
        {
            let pixels = Pixels::rgb8().filter(scaler);
            let pixels = if let Some(resize) = resize { pixels.resize(resize) } else { pixels };
            same(&clips::film(), pixels, |it| format!("scale={size}flags={flags}:in_chroma_loc={},format=gbrp", location(it)));
        }
    }
}

#[test]
fn parts_to_the_pixel() {
    let parts = [
        (Crop::to(100, 60), "crop=100:60"),
        (Crop::to(101, 33).at(7, 5), "crop=101:33:7:5"),
        (Crop::edges(1, 2, 3, 5), "crop=iw-4:ih-7:1:2"),
        (Crop::to(1, 1).at(319, 239), "crop=1:1:319:239"),
    ];
    for (crop, filter) in parts {
        // Out of the converted picture: of chroma, too, there are no other values than in that, but next to edges.
        let filters = |it: &Frame| format!("{},format=rgb24,{filter}", scale(it, ""));
        let clip = clip("rgb24", "png", "mkv", "176x144");
        if !filter.contains("319") {
            same(&clip, Pixels::rgb8().crop(crop), filters);
        }
        let deep = clips::coded(
            "whole-chroma.mkv",
            &["-an", "-vf", "scale=320:240", "-c:v", "ffv1", "-pix_fmt", "yuv444p", "-frames:v", "2"],
        );
        same(&deep, Pixels::rgb8().crop(crop), filters);
    }
    let film = clips::film();
    same(&film, Pixels::rgb8().crop(Crop::to(100, 60).at(6, 4)), |it| format!("{},format=rgb24,crop=100:60:6:4", scale(it, "")));
    let resized = Pixels::rgb8().crop(Crop::to(100, 60).at(6, 4)).resize(Resize::stretch(50, 40));
    same(&film, resized, |it| format!("crop=100:60:6:4,{},format=rgb24", scale(it, "50:40:")));
}

/// One that chroma is too coarse for is cut out of the converted picture.
#[test]
fn odd_parts_of_coarse_chroma() {
    let film = clips::film();
    same(&film, Pixels::rgb8().crop(Crop::to(51, 41).at(33, 27)), |it| {
        format!("{},format=gbrp,crop=51:41:33:27:exact=1", scale(it, ""))
    });
    let resized = Pixels::rgb8().crop(Crop::to(51, 41).at(33, 27)).resize(Resize::stretch(20, 20));
    same(&film, resized, |it| format!("{},format=gbrp,crop=51:41:33:27,scale=20:20:flags={FLAGS},format=gbrp", scale(it, "")));
}

/// Parts that end inside of a pixel of chroma, where libswscale converts: cut out of what the program makes of the whole.
#[test]
fn odd_parts_as_the_program_cuts() {
    let parts = [(31, 32, 0, 0), (9, 9, 40, 20), (32, 31, 3, 1), (5, 7, 1, 2), (33, 29, 62, 30), (1, 1, 95, 59)];
    for (width, height, x, y) in parts {
        let crop = Crop::to(width, height).at(x, y);
        let cut = |it: &Frame, format: &str| format!("{},format={format},crop={width}:{height}:{x}:{y}:exact=1", scale(it, ""));
        for (format, size) in [("uyvy422", "96x60"), ("yuv410p", "96x60"), ("yuv411p", "96x60"), ("yuv410p", "97x61")] {
            let clip = clip(format, "rawvideo", "nut", size);
            same(&clip, Pixels::rgb8().crop(crop), |it| cut(it, "gbrp"));
        }
        for (format, size) in [("yuv420p", "96x60"), ("yuv420p", "97x61"), ("yuv410p", "96x60")] {
            let clip = clip(format, "ffv1", "mkv", size);
            let frames = frames(&clip, 2);
            let theirs = words(&program(&clip, frames.len(), &cut(&frames[0], "gbrp16le"), "rgb48le"));
            let ours = samples(Pixels::rgb16().crop(crop), &frames);
            assert_eq!(ours.len(), theirs.len(), "{format}, {crop:?}");
            let most = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most.is_some_and(|it| u32::from(it) <= TOLERANCE * 257), "{format} of {size}, {crop:?}: {most:?}");
        }
    }
}

/// A clip, to be shown as these options tell.
fn turned(name: &str, options: &[&str]) -> std::path::PathBuf {
    let upright = clips::picture_only();
    let upright = upright.to_str().expect("cargo's folder has a name in UTF-8");
    make_with(name, &[options, &["-i", upright]].concat(), &["-c", "copy"], &[])
}

#[test]
fn upright_as_the_program_turns() {
    let turns: [(&str, &[&str], &str); 7] = [
        ("left.mp4", &["-display_rotation", "90"], "transpose=cclock"),
        ("right.mp4", &["-display_rotation", "-90"], "transpose=clock"),
        ("head.mp4", &["-display_rotation", "180"], "hflip,vflip"),
        ("mirror.mp4", &["-display_hflip"], "hflip"),
        ("water.mp4", &["-display_vflip"], "vflip"),
        ("left-mirror.mp4", &["-display_rotation", "90", "-display_hflip"], "null"),
        ("right-water.mp4", &["-display_rotation", "270", "-display_vflip"], "null"),
    ];
    for (name, options, filter) in turns {
        let clip = turned(name, options);
        let converted = format!("scale=flags={FLAGS}:in_chroma_loc=left,format=rgb24");
        let theirs = if filter == "null" {
            by_itself(&clip, &converted)
        } else {
            program(&clip, 1, &format!("{converted},{filter}"), "rgb24")
        };
        let frame = &frames(&clip, 1);
        for pixels in [Pixels::rgb8().upright(), Pixels::rgb8().upright().planar()] {
            let image = &images(pixels.clone(), frame).expect("it can be done")[0];
            let is_quarter = options[0] == "-display_rotation" && options[1] != "180";
            assert_eq!(image.size(), if is_quarter { (240, 320) } else { (320, 240) }, "{name}");
            let ours = if image.is_planar() { interleaved(image.samples()) } else { image.samples().to_vec() };
            assert_eq!(problem(&ours, &theirs).filter(|_| filter != "null"), None, "{name}");
            if filter == "null" {
                // Turned before it is converted, so that chroma lies elsewhere: near, and in the same places.
                let mean = ours.iter().zip(&theirs).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / ours.len() as f64;
                assert!(ours.len() == theirs.len() && mean < 4.0, "{name}: {mean}");
            }
        }
    }
    // A part counts in the upright picture.
    let clip = turned("left.mp4", &["-display_rotation", "90"]);
    let pixels = Pixels::rgb8().upright().crop(Crop::to(120, 50).at(10, 20)).resize(Resize::stretch(60, 100));
    let filters = format!(
        "scale=flags={FLAGS}:in_chroma_loc=left,format=gbrp,transpose=cclock,crop=120:50:10:20,scale=60:100:flags={FLAGS},format=rgb24"
    );
    let (ours, theirs) = (samples(pixels, &frames(&clip, 1)), program(&clip, 1, &filters, "rgb24"));
    let mean = ours.iter().zip(&theirs).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / ours.len() as f64;
    assert!(ours.len() == theirs.len() && mean < 2.0, "{mean}");
}

fn interleaved(planar: &[u8]) -> Vec<u8> {
    let size = planar.len() / 3;
    (0..size).flat_map(|at| [planar[at], planar[at + size], planar[at + 2 * size]]).collect()
}

/// Turned by the program itself.
fn by_itself(clip: &Path, filters: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let raw = folder.path().join("raw");
    let (url, raw) = (clip.to_str().expect("its name is text"), raw.to_str().expect("its name is text").to_owned());
    let arguments = ["-i", url, "-frames:v", "1", "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgb24", &raw];
    crate::support::oracle::ffmpeg(arguments).expect("it can be turned");
    std::fs::read(raw).expect("it was written")
}
