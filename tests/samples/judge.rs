//! What is heard, and what the `ffmpeg` program hears.

use std::fs;
use std::path::Path;

use telecine::{Block, BlockIter, Sample, Tolerance};

use crate::support::Media;
use crate::support::oracle::ffmpeg;

/// One block after the other; what is wrong with one, or with where it stands.
pub(crate) fn heard<S: Sample + Raw>(blocks: BlockIter<S>) -> Result<Vec<u8>, String> {
    let (mut bytes, mut next) = (Vec::new(), 0);
    for block in blocks {
        let block = block.map_err(|why| format!("{why}: {:?}", std::error::Error::source(&why)))?;
        if block.position() != next {
            return Err(format!("a block at {} where {next} comes next", block.position()));
        }
        next += block.frames() as u64;
        put(&block, &mut bytes);
    }
    Ok(bytes)
}

/// Interleaved, as the program writes them.
fn put<S: Sample + Raw>(block: &Block<S>, bytes: &mut Vec<u8>) {
    let channels: Option<Vec<_>> = (0..block.channels()).map(|index| block.channel(index)).collect();
    match channels {
        Some(channels) => (0..block.frames()).for_each(|at| channels.iter().for_each(|it| it[at].put(bytes))),
        None => block.samples().iter().for_each(|it| it.put(bytes)),
    }
}

pub(crate) trait Raw {
    const MUXER: &str;
    fn put(self, bytes: &mut Vec<u8>);
}

impl Raw for f32 {
    const MUXER: &str = "f32le";
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Raw for i16 {
    const MUXER: &str = "s16le";
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

/// What the program writes of a clip's first sound, with these options for the output.
pub(crate) fn program<S: Raw>(clip: &Path, options: &[&str]) -> Result<Vec<u8>, String> {
    let dir = tempfile::tempdir().unwrap();
    let raw = dir.path().join("raw");
    let url = format!("file:{}", clip.to_str().unwrap());
    ffmpeg([&["-i", &url, "-map", "0:a:0"], options, &["-f", S::MUXER, raw.to_str().unwrap()]].concat())?;
    Ok(fs::read(raw).unwrap())
}

/// When each frame of that sound begins for the program, on the container's clock, and how long it is: both in samples.
pub(crate) fn program_times(clip: &Path) -> Vec<(i64, u64)> {
    let url = format!("file:{}", clip.to_str().unwrap());
    let lines = ffmpeg(["-copyts", "-i", &url, "-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "framemd5", "-"]).unwrap();
    let frames = lines.lines().filter(|it| !it.starts_with('#')).map(|line| {
        let fields: Vec<_> = line.split(',').map(str::trim).collect();
        (fields[2].parse().unwrap(), fields[3].parse().unwrap())
    });
    frames.collect()
}

/// When each sample of a clip's first sound is heard, by the program's times: to the nearest microsecond, counted from the beginning of
/// the container.
pub(crate) fn sample_times(clip: &Path, rate: i64) -> Vec<i64> {
    let start: f64 = Media::at(clip).format("start_time").parse().unwrap_or_default();
    let start = (start * 1e6).round() as i64;
    let samples = program_times(clip).into_iter().flat_map(|(pts, count)| pts..pts + count as i64);
    samples.map(|it| (it * 2_000_000 + rate).div_euclid(2 * rate) - start).collect()
}

/// Which of them is the first at that time or later.
pub(crate) fn first_at(times: &[i64], millis: u64) -> usize {
    times.iter().take_while(|it| **it < millis as i64 * 1_000).count()
}

/// As the program is.
pub(crate) fn lenient() -> Tolerance {
    Tolerance::default().truncated()
}

pub(crate) fn same(ours: Result<Vec<u8>, String>, theirs: &[u8]) -> Result<(), String> {
    let ours = match ours {
        Err(_) if theirs.is_empty() => return Ok(()),
        ours => ours?,
    };
    match ours.iter().zip(theirs).position(|(a, b)| a != b) {
        None if ours.len() == theirs.len() => Ok(()),
        place => Err(format!("{} bytes, the program {}, other from byte {place:?}", ours.len(), theirs.len())),
    }
}
