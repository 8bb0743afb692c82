//! Formats of pixels, of all families, and sizes that nothing divides: the planes have the bytes that the program has.

use std::fs;
use std::path::Path;

use telecine::{Frame, Frames};

use crate::judge::{lines, program, seen};
use crate::support::formats::{FORMATS, clip};
use crate::support::within;

#[test]
fn every_format_in_even_and_odd_sizes() {
    let mut problems = Vec::new();
    for (pixels, codec, extension) in FORMATS {
        for size in ["176x144", "175x143", "33x17", "17x1"] {
            // These encoders take no size that chroma does not divide, nor such a small one.
            let is_odd = size != "176x144";
            if is_odd && (codec == "libx265" || codec == "libx264" && pixels != "gbrp") || size == "17x1" && codec != "rawvideo" {
                continue;
            }
            problems.extend(problem(pixels, codec, &clip(pixels, codec, extension, size)));
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

fn problem(pixels: &str, codec: &str, clip: &Path) -> Option<String> {
    let (name, frames) = (clip.display().to_string(), Frames::read(clip));
    let (frames, failure) = within(60, &name, move || seen(frames));
    let (ours, theirs) = (lines(&frames), program(clip));
    if failure.is_some() || theirs.as_ref() != Ok(&ours) {
        return Some(format!("{name}: {failure:?}, {ours:?} is not {theirs:?}"));
    }
    // The encoders' own: x264 takes NV12 for planar, GIF is palette.
    let expected = match codec {
        "libx264" if pixels == "nv12" => "yuv420p",
        "gif" => "bgra",
        _ => pixels,
    };
    let first = first(clip);
    let format = first.format().map(|it| it.name());
    (format != Some(expected)).then(|| format!("{name}: {format:?}"))
}

fn first(clip: &Path) -> Frame {
    Frames::read(clip).start().next().expect("there is one").expect("it is whole")
}

/// Windows' own bitmaps in AVI: the last row comes first. FFmpeg writes none, but for the sign of their height they are.
#[test]
fn rows_that_are_stored_from_the_bottom_up_come_from_the_top() {
    const HEIGHT: i32 = 143;
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for pixels in ["bgr24", "rgb555le"] {
        let down = clip(pixels, "rawvideo", "avi", "176x143");
        let mut bytes = fs::read(&down).expect("it was made");
        let header = bytes.windows(4).position(|it| it == b"strf").expect("it describes a bitmap");
        let height = &mut bytes[header + 16..header + 20];
        assert_eq!(height, (-HEIGHT).to_le_bytes());
        height.copy_from_slice(&HEIGHT.to_le_bytes());
        let up = folder.path().join(format!("{pixels}.avi"));
        fs::write(&up, bytes).expect("there is room");
        assert_eq!(problem(pixels, "rawvideo", &up), None);

        let (down, up) = (first(&down), first(&up));
        let (down, up) = (down.plane(0).expect("it has pixels"), up.plane(0).expect("it has pixels"));
        assert!(up.stride() < 0 && down.stride() > 0, "{pixels}: {up:?}");
        assert!(up.rows().eq(down.rows().collect::<Vec<_>>().into_iter().rev()), "{pixels}");
        assert_eq!((up.row(0), up.row(up.height())), (down.row(down.height() - 1), None), "{pixels}");
    }
}

/// What is there of each plane, by the format's own numbers.
#[test]
fn planes_have_the_sizes_that_their_format_gives_them() {
    for (pixels, codec, extension) in FORMATS.into_iter().filter(|it| it.1 != "libx265" && it.1 != "gif") {
        let frame = first(&clip(pixels, codec, extension, "176x144"));
        let format = frame.format().expect("it is known");
        assert_eq!(frame.planes().count(), format.planes(), "{pixels}");
        assert!(frame.plane(format.planes()).is_none(), "{pixels}");
        for plane in frame.planes() {
            let spans = plane.stride().unsigned_abs() * (plane.height() - 1) + plane.width_bytes();
            assert_eq!((plane.bytes().len(), plane.rows().len()), (spans, plane.height()), "{pixels}");
            assert!(plane.rows().all(|it| it.len() == plane.width_bytes()), "{pixels}");
        }
    }
}
