//! What is decoded, and by which device. So small that no trial is like it: a device that is preferred is used, and what goes wrong goes
//! wrong with these.

use std::fs;
use std::path::{Path, PathBuf};

use telecine::hardware::{Accelerator, Device};

use crate::support::{Media, clips};

pub(crate) const UNTESTED: &str = "whether frames of a device are those of the processor";

/// Several key frames, pictures out of order, and before each key frame pictures that need the one before.
pub(crate) fn open_gops() -> PathBuf {
    let options = ["-an", "-s", "250x130", "-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p"];
    clips::coded("hw_open_small.mp4", &[&options[..], &["-x264-params", "keyint=30:min-keyint=30:bframes=3:open-gop=1"]].concat())
}

pub(crate) fn ten_bits() -> PathBuf {
    let options = ["-an", "-s", "250x130", "-c:v", "libx265", "-preset", "superfast", "-pix_fmt", "yuv420p10le"];
    clips::coded("hw_ten_small.mp4", &[&options[..], &["-x265-params", "log-level=error:keyint=30:bframes=3"]].concat())
}

pub(crate) fn vp9() -> PathBuf {
    let quick = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "30", "-pix_fmt", "yuv420p"];
    let options = [&["-an", "-s", "250x130"][..], &quick].concat();
    clips::coded("hw_vp9_small.webm", &options)
}

/// The stream cuts off columns on the left that are no multiple of what pointers are aligned to.
pub(crate) fn cropped() -> PathBuf {
    let cut = ["-bsf:v", "h264_metadata=crop_left=18:crop_top=4"];
    clips::coded("hw_cropped.mp4", &[&["-an", "-s", "250x130", "-c:v", "libx264", "-pix_fmt", "yuv420p"][..], &cut].concat())
}

/// Seven seconds with something to be found: two of a moving picture with black borders, from 2.0 to 4.4 black, and then one that stands
/// still.
pub(crate) fn parts() -> PathBuf {
    let parts = "testsrc2=s=250x98:r=25:d=2,pad=250:130:0:16[a];color=black:s=250x130:r=25:d=2.4[b];\
                 smptebars=s=250x130:r=25:d=2.6[c];[a][b][c]concat=n=3";
    let coded = ["-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "3"];
    clips::make_with("hw_parts_small.mp4", &["-f", "lavfi", "-i", parts], &coded, &[])
}

/// The clip with a picture that no decoder can read.
pub(crate) fn damaged(clip: &Path, dir: &Path) -> PathBuf {
    let (position, size) = Media::at(clip).packet_places("v:0")[60];
    let mut bytes = fs::read(clip).unwrap();
    bytes[position as usize..][..size as usize].fill(0xff);
    let damaged = dir.join("damaged.mp4");
    fs::write(&damaged, bytes).unwrap();
    damaged
}

pub(crate) fn cuda() -> Device {
    Device::of(Accelerator::Cuda)
}

/// Fourteen seconds: more pictures than a decoder, an encoder and all between them have room for.
pub(crate) fn many() -> PathBuf {
    let picture = "testsrc2=s=250x130:r=25:d=14";
    let coded = ["-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p", "-g", "60", "-bf", "3"];
    clips::make_with("hw_many_small.mp4", &["-f", "lavfi", "-i", picture], &coded, &[])
}

/// Ten seconds that change their size after five.
pub(crate) fn changing() -> PathBuf {
    joined("hw_changing_small.ts", [("hw_wide_small.ts", ["-s", "250x130"]), ("hw_high_small.ts", ["-s", "192x160"])])
}

/// Ten seconds whose pixels have another shape after five.
pub(crate) fn reshaped() -> PathBuf {
    let (square, oblong) = (["-vf", "scale=250:130,setsar=1"], ["-vf", "scale=250:130,setsar=4/3"]);
    joined("hw_reshaped_small.ts", [("hw_square_small.ts", square), ("hw_oblong_small.ts", oblong)])
}

/// Pixels that are wider than they are high.
pub(crate) fn oblong() -> PathBuf {
    let coded = ["-an", "-vf", "scale=250:130,setsar=4/3", "-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p"];
    clips::coded("hw_oblong_small.mp4", &coded)
}

fn joined(name: &str, parts: [(&str, [&str; 2]); 2]) -> PathBuf {
    let part = |(name, change): (&str, [&str; 2])| {
        let coded = ["-an", change[0], change[1], "-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p"];
        let part = clips::coded(name, &coded);
        part.to_str().expect("cargo's folder has a name in UTF-8").to_owned()
    };
    let both = format!("concat:{}", parts.map(part).join("|"));
    clips::make_with(name, &["-i", &both], &["-c", "copy"], &[])
}
