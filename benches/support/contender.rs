//! Who decodes, and what is done with the pixels: for all of them the same.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ez_ffmpeg::frame_export::FrameExtractor;
use ez_ffmpeg::{FfmpegContext, Output};
use ffmpeg_sidecar::command::FfmpegCommand;
use telecine::{Frames, Select};

use crate::bare;
use crate::cost::Result;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// libavcodec alone: what the others are measured by.
    Bare,
    Telecine,
    /// An ez-ffmpeg job to the muxer `null`.
    EzNull,
    /// ez-ffmpeg's `FrameExtractor`, which gives RGB24: twice the bytes, and a conversion.
    Extractor,
    /// `ffmpeg -f null -`.
    Program,
    /// The crate `ffmpeg-sidecar`: native pixels out of `ffmpeg` through a pipe.
    Sidecar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pixels {
    /// Nobody looks at them.
    Left,
    /// Every byte of every row is added up.
    Summed,
}

impl Pixels {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Summed => "summed",
        }
    }
}

/// Who does the same, the bare loop first.
pub(crate) type Field = (Pixels, [Contender; 4]);

pub(crate) const FIELDS: [Field; 2] = [
    (Pixels::Left, [Contender::Bare, Contender::Telecine, Contender::EzNull, Contender::Program]),
    (Pixels::Summed, [Contender::Bare, Contender::Telecine, Contender::Extractor, Contender::Sidecar]),
];

/// What was done, in so far as the contender tells.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) frames: u64,
    /// Of all words of eight bytes, row by row; the same for the same pixels.
    pub(crate) sum: u64,
    /// From the call to the first frame in hand.
    pub(crate) first: Option<Duration>,
}

impl Contender {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare loop",
            Self::Telecine => "telecine",
            Self::EzNull => "ez-ffmpeg to null",
            Self::Extractor => "FrameExtractor, RGB24",
            Self::Program => "ffmpeg -f null",
            Self::Sidecar => "ffmpeg-sidecar",
        }
    }

    /// Whether it hands over frames in the stream's own format.
    pub(crate) fn is_native(self) -> bool {
        matches!(self, Self::Bare | Self::Telecine | Self::Sidecar)
    }

    /// ffmpeg-sidecar 2.7 takes a pixel of `yuv420p10le` for 15 bits, where it takes 24, and cuts frames in the wrong places.
    pub(crate) fn can(self, format: &str) -> bool {
        self != Self::Sidecar || format == "yuv420p"
    }

    /// In this process, as far as the contender is one for that.
    pub(crate) fn run(self, clip: &Path, format: &str, pixels: Pixels) -> Result<Done> {
        let mut tally = Tally { done: Done::default(), since: Instant::now(), pixels };
        match self {
            Self::Bare => bare::decode(clip, |picture| tally.add(picture.rows()))?,
            Self::Telecine => {
                for frame in Frames::read(clip).select(Select::nth(0)).start() {
                    let frame = frame?;
                    tally.add(frame.planes().flat_map(|plane| plane.rows()));
                }
            }
            Self::EzNull => {
                let output = Output::new("-").set_format("null").set_video_codec("wrapped_avframe").disable_audio();
                FfmpegContext::builder().input(text(clip)?).output(output).build()?.start()?.wait()?;
            }
            Self::Extractor => {
                for frame in FrameExtractor::new(text(clip)?).frames()? {
                    tally.add([frame?.as_bytes()].into_iter());
                }
            }
            Self::Program => {
                let (program, arguments) = program(clip);
                let status = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
                status.success().then_some(()).ok_or("ffmpeg failed")?;
            }
            Self::Sidecar => {
                let mut command = FfmpegCommand::new_with_path(program(clip).0);
                command.input(text(clip)?).map("0:v:0").fps_mode("passthrough").format("rawvideo").pix_fmt(format).output("-");
                let mut child = command.spawn()?;
                for frame in child.iter()?.filter_frames() {
                    tally.add([frame.data.as_slice()].into_iter());
                }
                // Waited for, so that what it cost is counted.
                child.wait()?;
            }
        }
        Ok(tally.done)
    }
}

struct Tally {
    done: Done,
    since: Instant,
    pixels: Pixels,
}

impl Tally {
    fn add<'a>(&mut self, rows: impl Iterator<Item = &'a [u8]>) {
        self.done.first.get_or_insert_with(|| self.since.elapsed());
        self.done.frames += 1;
        if self.pixels == Pixels::Summed {
            self.done.sum = rows.map(sum).fold(self.done.sum, u64::wrapping_add);
        }
    }
}

/// Fast enough that memory is what it waits for.
fn sum(row: &[u8]) -> u64 {
    let (words, rest) = row.as_chunks::<8>();
    let rest = rest.iter().copied().map(u64::from).sum::<u64>();
    words.iter().copied().map(u64::from_ne_bytes).fold(rest, u64::wrapping_add)
}

/// The `ffmpeg` program, told to decode the first video stream and write nothing.
pub(crate) fn program(clip: &Path) -> (PathBuf, Vec<OsString>) {
    let prefix = env::var_os("TELECINE_FFMPEG_PREFIX").expect("TELECINE_FFMPEG_PREFIX is set, by cargo after scripts/setup");
    let before = ["-nostdin", "-v", "error", "-nostats", "-i"].map(OsString::from);
    let after = ["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "null", "-"].map(OsString::from);
    let arguments = before.into_iter().chain([clip.as_os_str().to_owned()]).chain(after).collect();
    (PathBuf::from(prefix).join("bin/ffmpeg"), arguments)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| "ez-ffmpeg and ffmpeg-sidecar take paths as text".into())
}
