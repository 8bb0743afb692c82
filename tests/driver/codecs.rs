//! What the driver decodes is what FFmpeg decodes without it: each codec and depth that FFmpeg can give to such a device.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::support::clips;
use crate::support::driver::{Driver, Held};
use crate::support::oracle::ffmpeg_in;

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
fn h264_in_two_fields() {
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

/// Times, sizes and hashes of all frames agree, in the device's own formats, and nothing stays behind.
#[track_caller]
fn decodes(clip: &Path, codec: &str, depth: u32, pixels: &str) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(clip);
    let download = format!("hwdownload,format={pixels}");
    let device = ["-hwaccel", "cuda", "-hwaccel_output_format", "cuda"];
    let by_device = framemd5(&driver.environment(), &device, clip, &["-vf", &download]);
    let by_itself = framemd5(&[], &[], clip, &["-pix_fmt", pixels]);
    assert_eq!(by_device, by_itself);

    let log = driver.log();
    assert_eq!(log.held(), Held::default());
    assert_eq!((log.refused(), log.unknown()), (vec![], 0));
    let made = log.decoders();
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!((made[0].codec.as_str(), made[0].depth), (codec, depth));
}

fn framemd5(environment: &[(&str, OsString)], before: &[&str], clip: &Path, after: &[&str]) -> String {
    let clip = clip.to_str().expect("clips have names in UTF-8");
    let (input, output) = (["-i", clip, "-map", "0:v:0"], ["-fps_mode", "passthrough", "-f", "framemd5", "-"]);
    let output = ffmpeg_in(environment, "error", &[before, &input, after, &output].concat());
    let (said, lines) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success() && said.is_empty(), "{clip}: {said}");
    assert!(lines.lines().any(|it| !it.starts_with('#')), "{clip}: {lines}");
    lines.into_owned()
}
