use std::path::PathBuf;
use std::time::Duration;

use super::{JobId, Journal, Product};
use crate::media::{Location, StreamInfo, StreamKind, Usage};

/// What a job did: the value of its success.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// Which job.
    pub job: JobId,
    /// What it wrote, in the order in which the pipeline names its outputs.
    pub outputs: Vec<Written>,
    /// Pictures written to the first video stream; `None` without video.
    pub frames: Option<u64>,
    /// Ended early by [`Control::stop`](crate::Control::stop): the outputs are playable, and shorter than asked for.
    pub stopped: bool,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that.
    pub truncated: bool,
    /// Decoded frames, of pictures and sound, that were damaged; `None` where nothing was decoded.
    pub corrupt: Option<u64>,
    /// What decoded pictures: of several streams, the device of the first that had one, and all that were left.
    pub hardware: Usage,
    /// What encoded each track that was not copied, in the order of outputs and tracks.
    pub encoders: Vec<TrackEncoder>,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
    /// Processor time that this process used meanwhile, on all cores: that of this job where no other ran beside it.
    pub cpu: Duration,
}

impl Outcome {
    /// Seconds of media written per second of the wall clock: 2.0 is twice real time. `None` where the length is not known.
    #[must_use]
    pub fn speed(&self) -> Option<f64> {
        let media = self.outputs.first()?.duration?;
        Some(media.as_secs_f64() / self.elapsed.as_secs_f64()).filter(|it| it.is_finite())
    }
}

impl Product for Outcome {
    const HAS_PARTS: bool = true;

    fn is_whole(&self) -> bool {
        !self.stopped
    }

    fn with_log(self, journal: &Journal) -> Self {
        Self { warnings: journal.warnings(), ..self }
    }
}

/// What encoded a track.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrackEncoder {
    /// Which output, in the order in which the pipeline names them, counted from 0.
    pub output: usize,
    /// Which of its tracks, counted from 0.
    pub track: usize,
    /// What the track carries.
    pub kind: StreamKind,
    /// The encoder that made it, by FFmpeg's name.
    pub encoder: String,
    /// What it was told, by FFmpeg's names; secrets are masked.
    pub options: Vec<(String, String)>,
    /// The device that encoded, and those that were to and did not. Of sound, and of encoders that are called by FFmpeg's name
    /// ([`RawVideo`](crate::RawVideo)), it is that none was asked for.
    pub hardware: Usage,
    /// Whether the device that encoded had decoded the pictures as well, and they did not leave it: where they were scaled, it did that, too.
    #[doc(alias = "hwaccel_output_format")]
    pub stays_on_device: bool,
    /// Why they left it, where they were to stay and one of them could not: the job began anew then, on the same devices.
    pub why_fetched: Option<String>,
}

/// A kind of line that FFmpeg logged as a warning or as an error: those that differ in their numbers alone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// Warning or error.
    pub level: tracing::Level,
    /// Who wrote it, by FFmpeg's name: a codec, a format, a filter.
    pub context: String,
    /// What it says, with `#` for each number.
    pub message: String,
    /// How often.
    pub count: u64,
}

/// One output, as it was published.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Written {
    /// Where the pipeline said it was to go.
    pub location: Location,
    /// The file that has it, or the directory that has a set of files: through links, where the name was one. `None` for what is
    /// neither.
    pub path: Option<PathBuf>,
    /// The files that were written, sorted by name: those of a set as they are called within its directory, else the file's own name.
    /// Empty where the output is no file.
    pub files: Vec<PathBuf>,
    /// Size in bytes, of all files together; `None` where the output is no file.
    pub bytes: Option<u64>,
    /// Length of the media, read back from the written header or playlist. `None` where the output cannot be read back, and of single
    /// pictures.
    pub duration: Option<Duration>,
    /// Its streams, read back likewise, of single pictures from the first; empty where the output cannot be read back.
    pub streams: Vec<StreamInfo>,
}

impl Written {
    /// What is written in place, of which nothing is read back.
    pub(crate) fn in_place(location: Location, bytes: Option<u64>) -> Self {
        Self { location, path: None, files: Vec::new(), bytes, duration: None, streams: Vec::new() }
    }
}
