//! Clips out of FFmpeg's generators: a counting test picture and a tone. Each is made once and kept in cargo's folder for that.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::oracle::ffmpeg;

/// Six seconds of picture and sound in MP4, with several key frames.
pub(crate) fn film() -> PathBuf {
    make("film.mp4", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "6", "-g", "50"])
}

/// The same with its index in front, as for streaming: cut off, it can still be opened.
pub(crate) fn index_first() -> PathBuf {
    let options = ["-t", "6", "-g", "50", "-movflags", "+faststart"];
    make("index_first.mp4", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &options)
}

pub(crate) fn matroska() -> PathBuf {
    make("film.mkv", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "6", "-g", "50"])
}

/// A format whose header promises no length.
pub(crate) fn transport_stream() -> PathBuf {
    make("film.ts", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "6", "-g", "50"])
}

/// Picture and sound that last so many seconds each; `name` tells the container.
pub(crate) fn uneven(name: &str, (picture, sound): (f64, f64)) -> PathBuf {
    let (picture, sound) = (format!("{PICTURE}:duration={picture}"), format!("{TONE}:duration={sound}"));
    make(name, &["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound], &["-g", "25", "-movflags", "+faststart"])
}

/// Half a second.
pub(crate) fn short() -> PathBuf {
    make("short.mp4", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "0.5"])
}

/// Two seconds of pictures higher than they are wide, of pixels that are not square.
pub(crate) fn tall() -> PathBuf {
    make("tall.mp4", &["-f", "lavfi", "-i", "testsrc2=size=120x200:rate=30"], &["-t", "2", "-vf", "setsar=4/3"])
}

pub(crate) fn picture_only() -> PathBuf {
    make("picture.mp4", &["-f", "lavfi", "-i", PICTURE], &["-t", "3"])
}

pub(crate) fn sound_only() -> PathBuf {
    make("sound.m4a", &["-f", "lavfi", "-i", TONE], &["-t", "3"])
}

/// Noise, which takes up much room: its index is far from its beginning.
pub(crate) fn noise() -> PathBuf {
    let picture = "testsrc2=size=640x360:rate=25,noise=alls=100:allf=t";
    make("noise.mp4", &["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", TONE], &["-t", "2", "-qp", "4", "-g", "10"])
}

/// Two minutes: with a slow preset, more than any test waits for.
pub(crate) fn long() -> PathBuf {
    let picture = "testsrc2=size=640x360:rate=25";
    make("long.mp4", &["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", TONE], &["-t", "120", "-g", "250"])
}

/// Five seconds of small picture and sound in whatever the `ffmpeg` program is told to make: the name's extension, and options.
pub(crate) fn coded(name: &str, options: &[&str]) -> PathBuf {
    make_with(name, &["-f", "lavfi", "-i", SMALL, "-f", "lavfi", "-i", TONE], options, &["-t", "5"])
}

const SMALL: &str = "testsrc2=size=176x144:rate=25";
const PICTURE: &str = "testsrc2=size=320x240:rate=25";
const TONE: &str = "sine=frequency=440:sample_rate=48000";

fn make(name: &str, inputs: &[&str], options: &[&str]) -> PathBuf {
    let codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    make_with(name, inputs, &codecs, options)
}

fn make_with(name: &str, inputs: &[&str], codecs: &[&str], options: &[&str]) -> PathBuf {
    // One at a time: two tests that want the same clip share the work.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);

    let arguments = [inputs, codecs, options].concat();
    let clips = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clips");
    // Named after how it is made, so that a changed recipe or another FFmpeg is a clip of its own.
    let mut recipe = DefaultHasher::new();
    (&arguments, env::var_os("TELECINE_FFMPEG_PREFIX")).hash(&mut recipe);
    let clip = clips.join(format!("{:x}-{name}", recipe.finish()));
    if !clip.exists() {
        fs::create_dir_all(&clips).expect("cargo's folder can be written");
        // Written elsewhere and renamed, for another test process may want it too.
        let making = clips.join(format!("{}-{name}", std::process::id()));
        let path = making.to_str().expect("cargo's folder has a name in UTF-8");
        ffmpeg(arguments.iter().copied().chain(["-y", path])).expect("the clip can be made");
        fs::rename(&making, &clip).expect("the clip can be renamed");
    }
    clip
}
