//! What the driver decodes is what FFmpeg decodes without it: each codec and depth that FFmpeg can give to such a device.

use std::ffi::OsString;
use std::path::Path;

use crate::support::clips;
use crate::support::driver::{Driver, Held};
use crate::support::oracle::ffmpeg_in;

const UNTESTED: &str = "whether the scripted driver gives right pictures";

#[test]
fn h264() {
    decodes(&clips::film(), "h264", 8, "nv12");
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
