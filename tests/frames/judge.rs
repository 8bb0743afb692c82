//! Frames as lines of FFmpeg's `framemd5`: what the program prints, and what ours come to.

use std::path::Path;
use std::time::Duration;

use md5::{Digest, Md5};
use telecine::{Error, Frame, Frames};

use crate::support::oracle::ffmpeg;

/// What of a frame is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) pts: i64,
    pub(crate) size: usize,
    pub(crate) hash: String,
    /// Ours alone: microseconds since the container's beginning.
    pub(crate) time: Option<Duration>,
}

/// A line of the program's: time, size and hash.
pub(crate) type Line = (i64, usize, String);

/// The same of ours.
pub(crate) fn lines(seen: &[Seen]) -> Vec<Line> {
    seen.iter().map(|it| (it.pts, it.size, it.hash.clone())).collect()
}

/// The same of one.
pub(crate) fn line(frame: &Frame) -> Line {
    let Seen { pts, size, hash, .. } = Seen::of(frame);
    (pts, size, hash)
}

/// What the program's muxing makes of times that go back: it repeats the latest.
pub(crate) fn muxed(seen: &[Seen]) -> Vec<Line> {
    let mut latest = i64::MIN;
    let line = |it: &Seen| {
        latest = latest.max(it.pts);
        (latest, it.size, it.hash.clone())
    };
    seen.iter().map(line).collect()
}

impl Seen {
    pub(crate) fn of(frame: &Frame) -> Self {
        let mut hash = Md5::new();
        let mut size = 0;
        for row in frame.planes().flat_map(|plane| plane.rows()) {
            hash.update(row);
            size += row.len();
        }
        let hash = hash.finalize().iter().map(|it| format!("{it:02x}")).collect();
        Self { pts: frame.pts().count(), size, hash, time: frame.time() }
    }
}

/// All frames of the first video stream, by the program.
pub(crate) fn program(clip: &Path) -> Result<Vec<Line>, String> {
    program_with(clip, &[])
}

/// The same, with options for its decoder.
pub(crate) fn program_with(clip: &Path, options: &[&str]) -> Result<Vec<Line>, String> {
    let url = format!("file:{}", clip.to_str().ok_or("its name is no text")?);
    let input = [&["-noautorotate", "-copyts"], options, &["-i", &url]].concat();
    let stream = ["-map", "0:v:0", "-noautoscale"];
    let output = ["-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", "framemd5", "-"];
    parsed(&ffmpeg([&input[..], &stream, &output].concat())?)
}

/// What `framemd5` has written.
pub(crate) fn parsed(text: &str) -> Result<Vec<Line>, String> {
    let line = |line: &str| {
        let fields: Vec<_> = line.split(',').map(str::trim).collect();
        Some((fields.get(2)?.parse().ok()?, fields.get(4)?.parse().ok()?, (*fields.get(5)?).to_owned()))
    };
    let lines = text.lines().filter(|it| !it.starts_with('#'));
    lines.map(|it| line(it).ok_or_else(|| format!("not a line of framemd5: {it}"))).collect()
}

/// What a reading gives, and what it ends with.
pub(crate) fn seen(frames: Frames) -> (Vec<Seen>, Option<Error>) {
    let (mut seen, mut failure) = (Vec::new(), None);
    for frame in frames.start() {
        match frame {
            Ok(frame) => seen.push(Seen::of(&frame)),
            Err(why) => failure = Some(why),
        }
    }
    (seen, failure)
}

/// Which frame is on the screen at `time`, out of all of them: the last before the first that begins later.
pub(crate) fn on_screen(all: &[Seen], time: Duration) -> usize {
    let later = all.iter().position(|it| it.time.is_some_and(|it| it > time));
    later.unwrap_or(all.len()).saturating_sub(1)
}
