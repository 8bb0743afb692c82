//! Small clips, each with something that makes its frames hard to find: where its key frames are, what its container says of times.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::clips::{coded, make_with, side_file};

/// One of each.
pub(crate) fn all() -> Vec<PathBuf> {
    let mut clips: Vec<_> = SHAPES.iter().map(|(name, options)| coded(name, options)).collect();
    clips.extend([joined(), started_twice(), set_anew("mkv"), set_anew("mp4"), two_headers(), palette()]);
    clips
}

/// The one of that name.
pub(crate) fn named(name: &str) -> PathBuf {
    let (name, options) = SHAPES.iter().find(|it| it.0 == name).expect("there is such a clip");
    coded(name, options)
}

/// The name, whose extension is the container, and how it is made.
const SHAPES: [(&str, &[&str]); 33] = [
    ("closed.mp4", &["-c:v", "libx264", "-g", "20", "-bf", "3"]),
    ("closed.mkv", &["-c:v", "libx264", "-g", "20", "-bf", "3"]),
    ("closed.ts", &["-c:v", "libx264", "-g", "20", "-bf", "3"]),
    ("closed.mov", &["-c:v", "libx264", "-g", "20", "-bf", "3", "-c:a", "pcm_s16le"]),
    ("closed.flv", &["-c:v", "libx264", "-g", "20", "-bf", "3"]),
    ("open.mp4", &["-c:v", "libx264", "-g", "20", "-bf", "3", "-x264-params", "open-gop=1"]),
    ("open.mkv", &["-c:v", "libx264", "-g", "20", "-bf", "3", "-x264-params", "open-gop=1"]),
    ("open.ts", &["-c:v", "libx264", "-g", "20", "-bf", "3", "-x264-params", "open-gop=1"]),
    ("refreshed.mp4", &["-c:v", "libx264", "-g", "20", "-x264-params", "intra-refresh=1"]),
    ("refreshed.ts", &["-c:v", "libx264", "-g", "20", "-x264-params", "intra-refresh=1"]),
    ("one-key.mp4", &["-c:v", "libx264", "-g", "9999", "-sc_threshold", "0"]),
    ("one-key.mkv", &["-c:v", "libx264", "-g", "9999", "-sc_threshold", "0"]),
    ("fragmented.mp4", &["-c:v", "libx264", "-g", "20", "-bf", "2", "-movflags", "frag_keyframe+empty_moov+default_base_moof"]),
    ("live.mkv", &["-c:v", "libx264", "-g", "20", "-bf", "2", "-live", "1"]),
    ("late.mp4", &["-c:v", "libx264", "-g", "20", "-bf", "2", "-output_ts_offset", "3600"]),
    ("late.mkv", &["-c:v", "libx264", "-g", "20", "-bf", "2", "-output_ts_offset", "3600"]),
    ("wrapping.ts", &["-c:v", "libx264", "-g", "20", "-bf", "2", "-output_ts_offset", "95441.2"]),
    ("uneven.mkv", &["-vf", "select='not(mod(n\\,3))+lt(mod(n\\,40)\\,9)'", "-fps_mode", "vfr", "-c:v", "libx264", "-g", "12"]),
    ("uneven.mp4", &["-vf", "select='not(mod(n\\,3))+lt(mod(n\\,40)\\,9)'", "-fps_mode", "vfr", "-c:v", "libx264", "-g", "12"]),
    (
        "hevc.mp4",
        &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=20:min-keyint=20:open-gop=1:bframes=4:log-level=1"],
    ),
    ("hevc.mkv", &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=20:min-keyint=20:open-gop=0:log-level=1"]),
    (
        "hevc.ts",
        &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=20:min-keyint=20:open-gop=1:bframes=4:log-level=1"],
    ),
    ("mpeg2.ts", &["-c:v", "mpeg2video", "-g", "15", "-bf", "2", "-c:a", "mp2"]),
    ("mpeg2.mpg", &["-c:v", "mpeg2video", "-g", "15", "-bf", "2", "-c:a", "mp2"]),
    ("mpeg4.avi", &["-c:v", "mpeg4", "-g", "15", "-bf", "2", "-c:a", "mp2"]),
    ("mpeg4.mp4", &["-c:v", "mpeg4", "-g", "15", "-bf", "2"]),
    ("mpeg4-fields.mp4", &["-c:v", "mpeg4", "-g", "25", "-bf", "2", "-flags", "+ildct+ilme"]),
    ("mpeg4-fields.mkv", &["-c:v", "mpeg4", "-g", "25", "-bf", "2", "-flags", "+ildct+ilme"]),
    ("vp9.webm", &["-c:v", "libvpx-vp9", "-g", "20", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]),
    ("vp8.webm", &["-c:v", "libvpx", "-g", "20", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]),
    ("av1.mkv", &["-c:v", "libsvtav1", "-preset", "12", "-g", "20", "-c:a", "libopus"]),
    ("mjpeg.avi", &["-c:v", "mjpeg", "-c:a", "mp2"]),
    ("bare.h264", &["-map", "0:v", "-c:v", "libx264", "-g", "20", "-bf", "2"]),
];

/// Two broadcasts one behind the other: the clock begins anew in the middle.
fn joined() -> PathBuf {
    let [first, second] = broadcasts(["first.ts", "second.ts"], "0");
    join("joined.ts", &first, &second, 0)
}

/// The same, of which the second begins where the first already was.
fn started_twice() -> PathBuf {
    let [first, second] = broadcasts(["third.ts", "fourth.ts"], "2.5");
    join("started-twice.ts", &first, &second, 0)
}

/// The first begins at ten seconds.
fn broadcasts(names: [&str; 2], second: &str) -> [PathBuf; 2] {
    let options = |offset| ["-c:v", "libx264", "-g", "20", "-bf", "2", "-output_ts_offset", offset];
    [coded(names[0], &options("10")), coded(names[1], &options(second))]
}

/// Two films by encoders with other settings, one behind the other: the second one's parameter sets are within the stream.
fn set_anew(container: &str) -> PathBuf {
    let options = |more| ["-c:v", "libx264", "-g", "20", "-bf", "3", "-an", "-x264-params", more];
    let first = coded("open-a.mp4", &options("open-gop=1:ref=1:cabac=0:weightp=0"));
    let second = coded("open-b.mp4", &options("open-gop=1:ref=4:8x8dct=1:qp=20"));
    let list = side_file("anew.txt", &format!("file '{}'\nfile '{}'\n", first.display(), second.display()));
    make_with(&format!("anew.{container}"), &["-f", "concat", "-safe", "0", "-i", &list], &["-c", "copy"], &[])
}

/// An encoder that was restarted: its header is said once, in the middle.
fn two_headers() -> PathBuf {
    let options = |size| ["-vf", size, "-c:v", "libx264", "-g", "25", "-bf", "0", "-an"];
    let (first, second) = (coded("small.flv", &options("scale=96:64")), coded("large.flv", &options("scale=128:96")));
    // Without the second one's signature and first size.
    join("two-headers.flv", &first, &second, 13)
}

/// Pictures whose colours are said once, at the beginning.
fn palette() -> PathBuf {
    coded("palette.avi", &["-vf", "format=pal8", "-c:v", "rawvideo", "-pix_fmt", "pal8", "-an"])
}

/// One behind the other, of the second without so many bytes in front.
fn join(name: &str, first: &Path, second: &Path, without: usize) -> PathBuf {
    let whole = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clips").join(name);
    let read = |it: &Path| fs::read(it).expect("it was made");
    let bytes = [&read(first)[..], &read(second)[without..]].concat();
    if fs::read(&whole).ok().as_ref() != Some(&bytes) {
        fs::write(&whole, bytes).expect("cargo's folder can be written");
    }
    whole
}
