//! The `ffmpeg` program with and without the driver, and what it prints.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::Media;
use crate::support::driver::Driver;
use crate::support::oracle::ffmpeg_in;

/// What the program made of a clip.
pub(crate) struct Run {
    pub(crate) succeeded: bool,
    /// Errors and warnings.
    pub(crate) said: String,
    /// A line of `framemd5` for each frame: its times, size and hash.
    pub(crate) frames: Vec<String>,
}

/// Pictures stay with the device, and are downloaded by a filter: without a device that decodes there are none.
pub(crate) fn by_device(driver: &Driver, clip: &Path, pixels: &str) -> Run {
    let download = format!("hwdownload,format={pixels}");
    run(&driver.environment(), &["-hwaccel", "cuda", "-hwaccel_output_format", "cuda"], clip, &["-vf", &download])
}

/// Pictures come from the device where it decodes them, and from the program's own decoder where it does not.
pub(crate) fn where_it_can(driver: &Driver, clip: &Path, pixels: &str) -> Run {
    where_it_can_with(driver, &[], clip, pixels)
}

/// The same, with options for the decoder.
pub(crate) fn where_it_can_with(driver: &Driver, options: &[&str], clip: &Path, pixels: &str) -> Run {
    run(&driver.environment(), &[&["-hwaccel", "cuda"], options].concat(), clip, &["-pix_fmt", pixels])
}

/// What is right.
pub(crate) fn by_itself(clip: &Path, pixels: &str) -> Vec<String> {
    by_itself_with(&[], clip, pixels)
}

/// The same, with options for the decoder.
pub(crate) fn by_itself_with(options: &[&str], clip: &Path, pixels: &str) -> Vec<String> {
    run(&[], options, clip, &["-pix_fmt", pixels]).frames
}

/// The program in that environment, with what is before the clip and after it.
pub(crate) fn run(environment: &[(&str, OsString)], before: &[&str], clip: &Path, after: &[&str]) -> Run {
    let clip = format!("file:{}", clip.to_str().expect("clips have names in UTF-8"));
    let (input, output) = (["-noautorotate", "-i", &clip, "-map", "0:v:0"], ["-fps_mode", "passthrough", "-f", "framemd5", "-"]);
    let output = ffmpeg_in(environment, "warning", &[before, &input, after, &output].concat());
    let frames = String::from_utf8_lossy(&output.stdout);
    Run {
        succeeded: output.status.success(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
        frames: frames.lines().filter(|it| !it.starts_with('#')).map(str::to_owned).collect(),
    }
}

/// What the program wrote with one of the device's encoders.
pub(crate) struct Encoding {
    pub(crate) succeeded: bool,
    /// Errors and warnings.
    pub(crate) said: String,
    pub(crate) file: PathBuf,
    _folder: TempDir,
}

impl Encoding {
    pub(crate) fn media(&self) -> Media {
        Media::at(&self.file)
    }

    /// How near its pictures are to those of that clip, in decibels.
    pub(crate) fn likeness(&self, clip: &Path) -> f64 {
        self.media().likeness(clip)
    }
}

/// Encodes the pictures of a clip: `options` have the encoder. `name` decides about the container.
pub(crate) fn encode(driver: &Driver, clip: &Path, options: &[&str], name: &str) -> Encoding {
    encode_with(driver, &[], clip, options, name)
}

/// The same, with options for the decoder.
pub(crate) fn encode_with(driver: &Driver, before: &[&str], clip: &Path, options: &[&str], name: &str) -> Encoding {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = folder.path().join(name);
    let [clip, output] = [clip, &file].map(|it| format!("file:{}", it.to_str().expect("the program is given text")));
    let input = ["-noautorotate", "-i", &clip, "-map", "0:v:0", "-fps_mode", "passthrough"];
    let output = ffmpeg_in(&driver.environment(), "warning", &[before, &input, options, &[&output]].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Encoding { succeeded: output.status.success(), said, file, _folder: folder }
}
