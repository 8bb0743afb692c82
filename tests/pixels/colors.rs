//! The values: within two of those that libswscale has with interpolated chroma and exact rounding, for every format of pixels, every
//! kind of colours, and whatever clips there are.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use telecine::{ColorInfo, Pixels};

use crate::judge::{FLAGS, frames, problem, program, samples, scale, sdr, words};
use crate::support::clips::coded;
use crate::support::formats::{FORMATS, clip};

/// Of the first frames of a clip, in colours and in grey.
fn problems(clip: &Path, count: usize) -> Vec<String> {
    let frames = frames(clip, count);
    let Some(first) = frames.first() else { return Vec::new() };
    let color = sdr();
    let kinds = [
        ("rgb24", samples(Pixels::rgb8().color(color), &frames)),
        ("bgr24", samples(Pixels::bgr8().color(color), &frames)),
        ("rgba", samples(Pixels::rgba8().color(color), &frames)),
        ("gray", samples(Pixels::gray8().color(color), &frames)),
    ];
    let name = clip.display();
    let judged = kinds.into_iter().filter_map(|(format, ours)| {
        // On its way from five bits to eight of grey, the program makes a darker white.
        let is_coarse = first.format().is_some_and(|it| it.is_rgb() && it.depth() < 8);
        let before = if is_coarse { "format=rgb24," } else { "" };
        let theirs = program(clip, frames.len(), &format!("{before}{},format={format}", scale(first, "")), format);
        problem(&ours, &theirs).map(|it| format!("{name} ({:?} {:?}) as {format}: {it}", first.format(), first.size()))
    });
    judged.collect()
}

#[test]
fn every_format_in_even_and_odd_sizes() {
    let mut wrong = Vec::new();
    for (pixels, codec, extension) in FORMATS {
        for size in ["176x144", "175x143", "33x17", "17x1", "1x1"] {
            let (is_odd, is_tiny) = (size != "176x144", ["17x1", "1x1"].contains(&size));
            if is_odd && (codec == "libx265" || codec == "libx264" && pixels != "gbrp") || is_tiny && codec != "rawvideo" {
                continue;
            }
            wrong.extend(problems(&clip(pixels, codec, extension, size), 2));
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_kind_of_colors() {
    let mut wrong = Vec::new();
    for pixels in ["yuv420p", "yuv422p", "yuv444p", "nv12", "yuv420p10le"] {
        for space in ["bt709", "bt470bg", "smpte170m", "smpte240m", "fcc", "bt2020nc", "unknown"] {
            for (range, siting) in
                [("tv", "left"), ("pc", "topleft"), ("tv", "center"), ("pc", "top"), ("tv", "bottomleft"), ("pc", "bottom")]
            {
                let filter = format!("noise=alls=40,setparams=colorspace={space}:range={range}:chroma_location={siting}");
                let options = ["-an", "-vf", &filter, "-c:v", "rawvideo", "-pix_fmt", pixels, "-frames:v", "1"];
                let options =
                    [&options[..], &["-colorspace", space, "-color_range", range, "-chroma_sample_location", siting]].concat();
                let clip = coded(&format!("{pixels}-{space}-{range}-{siting}.nut"), &options);
                wrong.extend(stated(&clip, space, range, siting));
            }
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

/// Raw pictures do not say what their numbers mean: they are stated, to us and to the program.
fn stated(clip: &Path, space: &'static str, range: &'static str, siting: &'static str) -> Option<String> {
    let mut color = ColorInfo::default();
    color.space = (space != "unknown").then_some(space);
    color.range = Some(range);
    color.chroma_location = Some(siting);
    let ours = samples(Pixels::rgb8().color(color), &frames(clip, 1));
    let matrix = if space == "unknown" { String::new() } else { format!("in_color_matrix={}:", matrix(space)) };
    let filters = format!("scale={matrix}in_range={range}:in_chroma_loc={siting}:flags={FLAGS},format=rgb24");
    problem(&ours, &program(clip, 1, &filters, "rgb24")).map(|it| format!("{}: {it}", clip.display()))
}

/// The filter's word for it.
fn matrix(space: &str) -> &str {
    match space {
        "bt2020nc" => "bt2020",
        "bt470bg" => "bt601",
        other => other,
    }
}

#[test]
fn sixteen_bits() {
    let mut wrong = Vec::new();
    // On its way from five bits to sixteen, the program makes a darker white.
    for (pixels, codec, extension) in FORMATS.into_iter().filter(|it| it.0 != "rgb565le") {
        let clip = clip(pixels, codec, extension, "176x144");
        let frames = frames(&clip, 2);
        let kinds = [
            ("rgb48le", samples(Pixels::rgb16(), &frames)),
            ("rgba64le", samples(Pixels::rgba16(), &frames)),
            ("gray16le", samples(Pixels::gray16(), &frames)),
        ];
        for (format, ours) in kinds {
            let theirs = words(&program(&clip, frames.len(), &format!("{},format={format}", scale(&frames[0], "")), format));
            // As near as in 8 bits.
            let most = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max();
            if ours.len() != theirs.len() || most.is_none_or(|it| it > 2 * 257) {
                wrong.push(format!("{pixels} as {format}: {most:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn clips_by_others() {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = "\n*** TELECINE_MEDIA is not set, so there is no corpus: whether pixels of clips made by others are those of the\n\
                     *** ffmpeg program was NOT TESTED. Set it to a folder with clips/ in it.\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    };
    let clips: Vec<_> = ["clips", "bench"].iter().flat_map(|it| files(&Path::new(&media).join(it))).collect();
    assert!(!clips.is_empty(), "no clips in {}", media.display());
    let wrong: Vec<_> = clips.iter().flat_map(|it| problems(it, 2)).collect();
    assert!(wrong.is_empty(), "{} problems with {} clips:\n{}", wrong.len(), clips.len(), wrong.join("\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut files: Vec<_> = entries.map(|it| it.unwrap().path()).filter(|it| it.is_file()).collect();
    files.sort();
    files
}
