//! What the driver remembers of a clip: the picture for the bytes that each is coded in.
//!
//! Which bytes those are only FFmpeg's code for the device knows, which cuts them out of the packets. So the `ffmpeg` program
//! decodes the clip twice. The driver records what it is given, and shows pictures with nothing but the number of the call in them: that is
//! how the order of the calls and the order of the pictures are told. Then the program decodes by itself: those are the pictures,
//! with what is around the part that is to be shown.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::super::oracle::{ffmpeg_in, whole_frames_by_ffprobe};
use super::library;

/// A driver that records what it is given.
pub(crate) trait Recording {
    /// The program's, before the input, which make it decode by the driver and leave pictures there.
    const OPTIONS: &'static [&'static str];

    /// Changes with every change of the part that decodes.
    fn version() -> u64;

    /// One that works, and records into that file.
    fn recording(file: &Path) -> Self;

    /// For a process that is to find it.
    fn variables(&self) -> Vec<(&'static str, OsString)>;
}

/// The folder with what is known of the first video stream of a clip. Made once and kept.
pub(crate) fn of<D: Recording>(clip: &Path) -> PathBuf {
    // One at a time: two tests that want the same clip share the work.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);

    let about = fs::metadata(clip).unwrap_or_else(|why| panic!("{}: {why}", clip.display()));
    let mut name = DefaultHasher::new();
    let time = about.modified().expect("files have times");
    (clip, about.len(), time, D::version(), env::var_os("TELECINE_FFMPEG_PREFIX")).hash(&mut name);
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("driver");
    let folder = all.join(format!("pictures-{:x}", name.finish()));
    if !folder.exists() {
        // Made elsewhere and renamed, for another test process may want it too.
        let making = all.join(format!("making-pictures-{}", std::process::id()));
        fs::create_dir_all(&making).expect("cargo's folder can be written");
        write::<D>(&making, clip);
        library::put(&making, &folder);
    }
    folder
}

fn write<D: Recording>(folder: &Path, clip: &Path) {
    let shapes = Shape::all(clip);
    let (calls, shown) = recorded::<D>(folder, clip, &shapes);
    let decoded = raw(&[], &[], clip, &[]);
    let sizes: usize = shapes.iter().map(Shape::bytes).sum();
    assert_eq!(decoded.len(), sizes, "{}: ffmpeg and ffprobe decode alike", clip.display());

    let (mut pictures, mut index) = (Vec::new(), BTreeMap::new());
    let mut rest = &decoded[..];
    for (shape, number) in shapes.iter().zip(shown) {
        let (samples, after) = rest.split_at(shape.bytes());
        rest = after;
        let hash = calls.get(&number).unwrap_or_else(|| panic!("{}: no call has the number {number}", clip.display()));
        let (layout, width, height) = (shape.layout(), shape.width, shape.height);
        // A picture that is shown twice was decoded once.
        if let Entry::Vacant(entry) = index.entry(number) {
            entry.insert(format!("{hash} {layout} {width} {height} {}\n", pictures.len()));
            pictures.extend(shape.as_by_device(samples));
        }
    }
    let index: String = index.into_values().collect();
    fs::write(folder.join("index"), index).expect("cargo's folder can be written");
    fs::write(folder.join("pictures"), pictures).expect("cargo's folder can be written");
}

/// The hash of what each decode call was given, by its number; and the number that each picture shows.
fn recorded<D: Recording>(folder: &Path, clip: &Path, shapes: &[Shape]) -> (HashMap<u32, String>, Vec<u32>) {
    let record = folder.join("record");
    let driver = D::recording(&record);
    let download = format!("hwdownload,format={}", shapes.first().map_or("nv12", Shape::pixels));
    let frames = raw(&driver.variables(), D::OPTIONS, clip, &["-vf", &download]);
    let text = fs::read_to_string(&record).expect("the driver has recorded");
    let call =
        |line: &str| line.split_once(' ').map(|(number, hash)| (number.parse().expect("calls are counted"), hash.to_owned()));
    let calls = text.lines().filter_map(call).collect();
    fs::remove_file(&record).expect("cargo's folder can be written");

    // Of most codecs FFmpeg makes odd sizes even where a device decodes.
    let sizes = [Shape::bytes, Shape::even_bytes].map(|it| shapes.iter().map(it).collect::<Vec<_>>());
    let sizes = sizes.into_iter().find(|it| it.iter().sum::<usize>() == frames.len());
    let sizes = sizes.unwrap_or_else(|| panic!("{}: the device gives other pictures, or not {}", clip.display(), shapes.len()));
    let mut rest = &frames[..];
    let number = |size| {
        let (frame, after) = rest.split_at(size);
        rest = after;
        u32::from_le_bytes(*frame.first_chunk().expect("a picture has four bytes"))
    };
    (calls, sizes.into_iter().map(number).collect())
}

/// All pictures as the program writes them, whole blocks and in their own format; by the device where there is an `environment`
/// with a driver, and its options.
fn raw(environment: &[(&'static str, OsString)], device: &[&str], clip: &Path, options: &[&str]) -> Vec<u8> {
    let url = format!("file:{}", clip.to_str().expect("the judges are given text"));
    let before =
        ["-noautorotate", "-apply_cropping", "none", "-i", &url, "-map", "0:v:0", "-noautoscale", "-fps_mode", "passthrough"];
    let output = ffmpeg_in(environment, "error", &[device, &before, options, &["-f", "rawvideo", "-"]].concat());
    assert!(output.status.success(), "{}: {}", clip.display(), String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// How the samples of a picture lie.
struct Shape {
    width: usize,
    height: usize,
    /// Bits of a sample.
    depth: u32,
    /// Chroma has as many samples as luma; else a fourth.
    full_chroma: bool,
}

impl Shape {
    /// Those of all pictures of a clip, as `ffprobe` tells them.
    fn all(clip: &Path) -> Vec<Self> {
        let shape = |it: &serde_json::Value| {
            let format = it["pix_fmt"].as_str().expect("a picture has a format");
            let (chroma, depth) = match format {
                "yuv420p" | "yuvj420p" => ("420", 8),
                "yuv420p10le" => ("420", 10),
                "yuv420p12le" => ("420", 12),
                "yuv444p" | "yuvj444p" => ("444", 8),
                "yuv444p10le" => ("444", 10),
                "yuv444p12le" => ("444", 12),
                other => panic!("{}: no device decodes {other}", clip.display()),
            };
            let number =
                |it: &serde_json::Value| it.as_u64().and_then(|it| usize::try_from(it).ok()).expect("a picture has a size");
            Self { width: number(&it["width"]), height: number(&it["height"]), depth, full_chroma: chroma == "444" }
        };
        whole_frames_by_ffprobe(clip).iter().map(shape).collect()
    }

    /// By NVIDIA's number.
    fn layout(&self) -> u32 {
        match (self.full_chroma, self.depth) {
            (false, 8) => 0,
            (false, _) => 1,
            (true, 8) => 2,
            (true, _) => 3,
        }
    }

    /// FFmpeg's name for what a device gives. The filter that downloads it takes no other, and no list.
    fn pixels(&self) -> &'static str {
        match (self.full_chroma, self.depth) {
            (false, 8) => "nv12",
            (false, 10) => "p010le",
            (false, _) => "p016le",
            (true, 8) => "yuv444p",
            (true, _) => "yuv444p16le",
        }
    }

    fn sample(&self) -> usize {
        if self.depth > 8 { 2 } else { 1 }
    }

    fn luma(&self) -> usize {
        self.width * self.height * self.sample()
    }

    /// Of one of the two planes of chroma.
    fn chroma(&self) -> usize {
        let half = |it: usize| if self.full_chroma { it } else { it.div_ceil(2) };
        half(self.width) * half(self.height) * self.sample()
    }

    fn bytes(&self) -> usize {
        self.luma() + 2 * self.chroma()
    }

    fn even_bytes(&self) -> usize {
        Self { width: self.width.next_multiple_of(2), height: self.height.next_multiple_of(2), ..*self }.bytes()
    }

    /// The same picture as a device writes it: the two planes of chroma as one, sample by sample, where there is little of it, and
    /// samples of more than eight bits in the upper bits of sixteen.
    fn as_by_device(&self, picture: &[u8]) -> Vec<u8> {
        let (luma, chroma) = picture.split_at(self.luma());
        let (first, second) = chroma.split_at(self.chroma());
        let mut bytes = luma.to_vec();
        if self.full_chroma {
            bytes.extend_from_slice(chroma);
        } else {
            let size = self.sample();
            bytes.extend(first.chunks(size).zip(second.chunks(size)).flat_map(|(u, v)| [u, v].concat()));
        }
        if self.depth > 8 {
            for sample in bytes.chunks_exact_mut(2) {
                let raised = u16::from_le_bytes([sample[0], sample[1]]) << (16 - self.depth);
                sample.copy_from_slice(&raised.to_le_bytes());
            }
        }
        bytes
    }
}
