//! Images as the program makes them, and how far ours are from those.

use std::fs;
use std::path::Path;

use telecine::{ColorInfo, Component, Converter, Error, Frame, Frames, Image, Pixels, Select, Tolerance};

use crate::support::oracle::ffmpeg;
use crate::support::within;

/// What every conversion is judged by: chroma interpolated, rounding exact.
pub(crate) const FLAGS: &str = "bicubic+accurate_rnd+full_chroma_int";

/// How far a value may be from the program's.
pub(crate) const TOLERANCE: u32 = 2;

/// The first frames of a clip, so many at most, of one size.
pub(crate) fn frames(clip: &Path, count: usize) -> Vec<Frame> {
    let frames = Frames::read(clip).select(Select::nth(0)).tolerance(Tolerance::default().truncated()).start();
    let taken = within(60, &clip.display().to_string(), move || frames.map_while(Result::ok).take(count).collect::<Vec<_>>());
    let first = taken.first().map(|it| (it.size(), it.format()));
    taken.into_iter().take_while(|it| Some((it.size(), it.format())) == first).collect()
}

/// The same as the program has them behind these filters, one after the other, in that format.
pub(crate) fn program(clip: &Path, count: usize, filters: &str, format: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let raw = folder.path().join("raw");
    let (url, count) = (format!("file:{}", clip.to_str().expect("its name is text")), count.to_string());
    let input = ["-noautorotate", "-i", &url, "-map", "0:v:0", "-frames:v", &count, "-noautoscale", "-fps_mode", "passthrough"];
    let output = ["-vf", filters, "-f", "rawvideo", "-pix_fmt", format, raw.to_str().expect("its name is text")];
    ffmpeg([&input[..], &output].concat()).unwrap_or_else(|why| panic!("{url}, {filters}: {why}"));
    fs::read(raw).expect("it was written")
}

/// The filter `scale` for a frame, told where its chroma lies: it does not look by itself.
pub(crate) fn scale(frame: &Frame, options: &str) -> String {
    format!("scale={options}flags={FLAGS}:in_chroma_loc={}", frame.color().chroma_location.unwrap_or("unknown"))
}

/// Taken for SDR, whatever the stream says.
pub(crate) fn sdr() -> ColorInfo {
    let mut color = ColorInfo::default();
    color.transfer = Some("bt709");
    color
}

pub(crate) fn images<T: Component>(pixels: Pixels<T>, frames: &[Frame]) -> Result<Vec<Image<T>>, Error> {
    let mut converter = Converter::new(pixels)?;
    frames.iter().map(|it| converter.convert(it)).collect()
}

/// All values of all images, one after the other.
pub(crate) fn samples<T: Component>(pixels: Pixels<T>, frames: &[Frame]) -> Vec<T> {
    let images = images(pixels, frames).unwrap_or_else(|why| panic!("{why}"));
    images.iter().flat_map(|it| it.samples().to_vec()).collect()
}

/// What is wrong with ours: the length, or the largest difference and where it is.
pub(crate) fn problem(ours: &[u8], theirs: &[u8]) -> Option<String> {
    if ours.len() != theirs.len() || ours.is_empty() {
        return Some(format!("{} values, and the program has {}", ours.len(), theirs.len()));
    }
    let differences = ours.iter().zip(theirs).map(far);
    let (at, most) = differences.enumerate().max_by_key(|it| it.1)?;
    (most > TOLERANCE).then(|| {
        let many = ours.iter().zip(theirs).filter(|it| far(*it) > TOLERANCE).count();
        format!("{} is {}, and {} with the program; {many} of {} are too far from it", at, ours[at], theirs[at], ours.len())
    })
}

/// Where a colour is brighter than white by much, libswscale's numbers overflow, and it becomes black: that is no measure.
fn far((ours, theirs): (&u8, &u8)) -> u32 {
    if (*ours, *theirs) == (255, 0) { 0 } else { u32::from(ours.abs_diff(*theirs)) }
}

/// Words of 16 bits, as the program writes them.
pub(crate) fn words(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().map(|it| u16::from_le_bytes(*it)).collect()
}
