//! What the driver decodes is what FFmpeg decodes without it: each codec and depth that FFmpeg can give to such a device.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{by_device, by_itself, by_itself_with, where_it_can_with};
use crate::support::driver::{Driver, Held};
use crate::support::oracle::{frames_by_ffprobe, packets};
use crate::support::{clips, corpus};

const UNTESTED: &str = "whether the scripted driver gives right pictures";

#[test]
fn h264() {
    decodes(&clips::film(), "h264", 8, "nv12");
}

#[test]
fn h264_with_pictures_out_of_order_and_padding() {
    // 1080 is no multiple of sixteen.
    let clip =
        clips::coded("crop.mp4", &["-an", "-s", "334x182", "-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p", "-t", "2"]);
    decodes(&clip, "h264", 8, "nv12");
}

#[test]
fn h264_interlaced() {
    let options = ["-an", "-c:v", "libx264", "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-pix_fmt", "yuv420p"];
    decodes(&clips::coded("interlaced.mp4", &options), "h264", 8, "nv12");
}

#[test]
fn hevc() {
    decodes(&hevc_of("yuv420p"), "hevc", 8, "nv12");
}

#[test]
fn hevc_of_ten_bits() {
    decodes(&hevc_of("yuv420p10le"), "hevc", 10, "p010le");
}

#[test]
fn hevc_of_twelve_bits() {
    decodes(&hevc_of("yuv420p12le"), "hevc", 12, "p016le");
}

#[test]
fn hevc_with_full_chroma() {
    decodes(&hevc_of("yuv444p"), "hevc", 8, "yuv444p");
}

#[test]
fn hevc_of_ten_bits_with_full_chroma() {
    decodes(&hevc_of("yuv444p10le"), "hevc", 10, "yuv444p16le");
}

#[test]
fn vp8() {
    let options = ["-an", "-c:v", "libvpx", "-deadline", "realtime", "-auto-alt-ref", "1", "-lag-in-frames", "10"];
    decodes(&clips::coded("vp8.webm", &options), "vp8", 8, "nv12");
}

#[test]
fn vp9() {
    decodes(&vp9_of("yuv420p"), "vp9", 8, "nv12");
}

#[test]
fn vp9_of_ten_bits() {
    decodes(&vp9_of("yuv420p10le"), "vp9", 10, "p010le");
}

#[test]
fn av1() {
    decodes(&av1_of("yuv420p"), "av1", 8, "nv12");
}

#[test]
fn av1_of_ten_bits() {
    decodes(&av1_of("yuv420p10le"), "av1", 10, "p010le");
}

#[test]
fn mpeg2() {
    decodes(&clips::coded("mpeg2.mpg", &["-an", "-c:v", "mpeg2video", "-bf", "2", "-q:v", "4"]), "mpeg2video", 8, "nv12");
}

#[test]
fn mpeg1() {
    decodes(&clips::coded("mpeg1.mpg", &["-an", "-c:v", "mpeg1video", "-bf", "2", "-q:v", "4"]), "mpeg1video", 8, "nv12");
}

#[test]
fn mpeg4() {
    decodes(&clips::coded("mpeg4.mp4", &["-an", "-c:v", "mpeg4", "-bf", "2", "-q:v", "4"]), "mpeg4", 8, "nv12");
}

#[test]
fn mjpeg() {
    decodes(&clips::coded("mjpeg.mkv", &["-an", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"]), "mjpeg", 8, "nv12");
}

fn hevc_of(pixels: &str) -> PathBuf {
    let x265 = ["-x265-params", "log-level=error:keyint=20:bframes=3"];
    let options =
        [&["-an", "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", pixels, "-frames:v", "40"], &x265[..]].concat();
    clips::coded(&format!("hevc-{pixels}.mp4"), &options)
}

fn vp9_of(pixels: &str) -> PathBuf {
    let options =
        ["-an", "-c:v", "libvpx-vp9", "-deadline", "good", "-cpu-used", "8", "-auto-alt-ref", "1", "-lag-in-frames", "16"];
    clips::coded(&format!("vp9-device-{pixels}.webm"), &[&options[..], &["-pix_fmt", pixels, "-frames:v", "60"]].concat())
}

fn av1_of(pixels: &str) -> PathBuf {
    let options = ["-an", "-c:v", "libsvtav1", "-preset", "10", "-g", "30", "-pix_fmt", pixels, "-frames:v", "60"];
    clips::coded(&format!("av1-device-{pixels}.mp4"), &options)
}

#[test]
fn from_the_middle_on() {
    for (clip, pixels) in [(clips::film(), "nv12"), (hevc_of("yuv420p10le"), "p010le"), (vp9_of("yuv420p"), "nv12")] {
        let Some(driver) = Driver::new(UNTESTED) else { return };
        let driver = driver.knows(&clip);
        let late = ["-ss", "0.9"];
        let run = where_it_can_with(&driver, &late, &clip, pixels);
        assert!(run.succeeded, "{}: {}", clip.display(), run.said);
        assert_eq!(run.frames, by_itself_with(&late, &clip, pixels), "{}", clip.display());
        assert_eq!((driver.log().shown() > 0, driver.log().unknown()), (true, 0));
    }
}

#[test]
fn what_others_have_made() {
    let clips = corpus::clips(UNTESTED);
    let mut decoded = 0;
    for clip in &clips {
        let Some((codec, depth, pixels)) = for_devices(clip) else { continue };
        decodes(clip, &codec, depth, pixels);
        decoded += 1;
    }
    assert!(decoded > 15 || clips.is_empty(), "of {} clips only {decoded} are for devices", clips.len());
}

/// The codec of a clip, its depth and what a device gives for it; `None` for what no device decodes, and for what FFmpeg's code for
/// devices does not get right with any driver.
fn for_devices(clip: &Path) -> Option<(String, u32, &'static str)> {
    /// Of all pictures together. Those of all clips would be many gigabytes.
    const MOST_SAMPLES: u64 = 20_000_000;

    let packets = packets(clip);
    let codec = packets["streams"][0]["codec_name"].as_str()?.to_owned();
    let frames = frames_by_ffprobe(clip);
    let format = frames.first()?["pix_fmt"].as_str()?.to_owned();
    let (depth, pixels) = match (codec.as_str(), format.as_str()) {
        ("h264" | "hevc" | "vp8" | "vp9" | "av1" | "mpeg2video" | "mpeg4", "yuv420p") => (8, "nv12"),
        ("hevc" | "vp9" | "av1", "yuv420p10le") => (10, "p010le"),
        _ => return None,
    };
    let size = |it: &Value| Some((it["width"].as_u64()?, it["height"].as_u64()?));
    let (width, height) = size(frames.first()?)?;
    // It makes odd sizes even, and leaves out the last row of their chroma; with VP8 it keeps the first size.
    let as_it_can = width % 2 == 0 && height % 2 == 0 && frames.iter().all(|it| size(it) == Some((width, height)));
    let short = width * height * u64::try_from(frames.len()).ok()? < MOST_SAMPLES;
    (as_it_can && short).then_some((codec, depth, pixels))
}

/// Times, sizes and hashes of all frames agree, in the device's own formats, and nothing stays behind.
#[track_caller]
fn decodes(clip: &Path, codec: &str, depth: u32, pixels: &str) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(clip);
    let (run, right) = (by_device(&driver, clip, pixels), by_itself(clip, pixels));
    assert!(run.succeeded && !right.is_empty(), "{}: {}", clip.display(), run.said);
    assert_eq!(run.frames, right, "{}", clip.display());

    let log = driver.log();
    assert_eq!(log.held(), Held::default());
    assert_eq!((log.refused(), log.unknown()), (vec![], 0), "{}", clip.display());
    let made = log.decoders();
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!((made[0].codec.as_str(), made[0].depth), (codec, depth));
}
