//! What went wrong, split by what the caller can do next.

mod cause;
mod made;
mod problem;
mod sizes;
mod unconvertible;
mod unjoinable;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::ffi::Code;
use crate::media::{LeftDevice, Location, LogLine, Stage, StreamKind, WhySoftware};

pub use cause::{Access, Cause};
pub use problem::{Place, Problem, Reason};
pub(crate) use sizes::{crop, picture, side, tone_map};
pub use unconvertible::Unconvertible;
pub use unjoinable::Unjoinable;

/// Why a job has no [`Outcome`](crate::Outcome).
///
/// Each variant is one thing that a caller can do something about; the rest is [`Failed`](Self::Failed). `Display` says what
/// happened and to what; [`source`](std::error::Error::source) continues with the stage and FFmpeg's or the system's words, and
/// does not repeat them.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The pipeline asks for something that cannot be. Mend the listed problems: they are all there are.
    #[error("the pipeline cannot work: {}", list(problems))]
    Invalid {
        /// At least one.
        problems: Vec<Problem>,
    },
    /// There is no such input. Check its name.
    #[error("{location}: there is no such input; check its name")]
    NotFound {
        /// The input.
        location: Location,
        /// What the system said.
        #[source]
        cause: Cause,
    },
    /// This process may not read the input, or may not write where the output is to be. Check owner and mode.
    #[error("{location}: this process is not allowed to {access} it; check owner and mode")]
    PermissionDenied {
        /// The input, the output or its directory.
        location: Location,
        /// What was tried.
        access: Access,
        /// What the system said.
        #[source]
        cause: Cause,
    },
    /// The input is not media, is damaged beyond reading, or is of a format that this FFmpeg does not know.
    #[error("{location}: not media that this FFmpeg can read")]
    NotMedia {
        /// The input.
        location: Location,
        /// What FFmpeg said.
        #[source]
        cause: Cause,
    },
    /// The input ends before its header says it does: an upload cut off, a recording not closed. Get the whole of it.
    #[error("{location}: cut off: {} of the {} that its header promises can be read", seconds(*readable), seconds(*promised))]
    Truncated {
        /// The input.
        location: Location,
        /// How much of it can be read, from its start.
        readable: Duration,
        /// Its length by the header.
        promised: Duration,
        /// See [`Error::log_lines`].
        log: Arc<[LogLine]>,
    },
    /// The input has none of the streams that the output asks for.
    #[error("{location}: no {} in it, and nothing else was asked for", kinds(wanted))]
    NoSuchStream {
        /// The input.
        location: Location,
        /// What was asked for.
        wanted: Vec<StreamKind>,
    },
    /// The linked FFmpeg was built without an encoder that can do this. Link another FFmpeg, or choose another codec.
    #[error("this FFmpeg has no encoder for {codec} (looked for: {}){}", looked_for.join(", "), devices(left))]
    EncoderMissing {
        /// The codec, by FFmpeg's name; of an encoder that was asked for by name, that name.
        codec: String,
        /// The encoders that would have done.
        looked_for: Vec<String>,
        /// The devices that were asked to encode it, and why none of them does; empty where none was asked.
        left: Vec<LeftDevice>,
    },
    /// Something has the output's name already. Choose another, or allow [`Overwrite::Replace`](crate::Overwrite::Replace).
    #[error("{}: exists already; choose another name or allow Overwrite::Replace", path.display())]
    OutputExists {
        /// The output.
        path: PathBuf,
    },
    /// What has the output's name is a directory where the output is a file, or the other way round. Neither replaces the other, whatever
    /// [`Overwrite`](crate::Overwrite) says. Choose another name, or remove it.
    #[error("{}: {}; choose another name, or remove it", path.display(), other_kind(*is_directory))]
    OtherKind {
        /// The output.
        path: PathBuf,
        /// Whether it is a directory that is there.
        is_directory: bool,
    },
    /// The output's directory does not exist, or is not a directory. Create it.
    #[error("{}: there is no such directory to write to; create it first", directory.display())]
    DirectoryMissing {
        /// The directory.
        directory: PathBuf,
    },
    /// The output is the input, by name or through links, or a directory that the input lies in. Write elsewhere.
    #[error("{}: is the input itself, or holds it; write elsewhere", path.display())]
    SameFile {
        /// The output.
        path: PathBuf,
    },
    /// The output's file system is full, or a quota is used up. Free space and try again.
    #[error("{location}: no space left to write it; free some and try again")]
    StorageFull {
        /// The output.
        location: Location,
        /// What the system said.
        #[source]
        cause: Cause,
    },
    /// The input, or something that it names, is not allowed or too much. Change [`Reach`](crate::Reach) or
    /// [`Limits`](crate::Limits), if you trust it.
    #[error("{location}: refused: {why}")]
    Refused {
        /// The input.
        location: Location,
        /// What was found.
        why: String,
    },
    /// The input stopped in the middle: a server that closed, a camera that went away. Whether it comes back is for a retry to
    /// find out.
    #[error("{location}: the source was lost{}", at_byte(*at))]
    SourceLost {
        /// The input.
        location: Location,
        /// The byte at which it ended, where it had announced how many there would be.
        at: Option<u64>,
        /// What FFmpeg or the system said.
        #[source]
        cause: Cause,
    },
    /// More of the input was damaged than [`Tolerance`](crate::Tolerance) allows.
    #[error("{location}: {corrupt} damaged frames of {frames}, more than its Tolerance allows")]
    Corrupt {
        /// The input; of several, the first of which so much was damaged.
        location: Location,
        /// Its frames that the decoders marked as damaged.
        corrupt: u64,
        /// Its frames that were decoded.
        frames: u64,
        /// See [`Error::log_lines`].
        log: Arc<[LogLine]>,
    },
    /// FFmpeg warned more often than [`Tolerance`](crate::Tolerance) allows.
    #[error("{location}: {warnings} warnings, more than its Tolerance allows")]
    TooManyWarnings {
        /// The input; of several, the one that most of them concern, and the first where they do not tell.
        location: Location,
        /// Warnings and errors that FFmpeg logged for the job.
        warnings: u64,
        /// See [`Error::log_lines`].
        log: Arc<[LogLine]>,
    },
    /// Frames cannot be read from there: beyond the end, or nowhere near a key frame. Ask for another time.
    #[error("{location}: cannot be read from {}: {why}", seconds(*at))]
    Seek {
        /// The input.
        location: Location,
        /// The wanted time, counted from the beginning of the container.
        at: Duration,
        /// What keeps it from that.
        why: String,
    },
    /// A device was to decode or to encode this and does not, and the processor may not take its place: the device was required, or had begun with a
    /// job that cannot begin anew ([`Pipeline::hardware`](crate::Pipeline::hardware)). [`Hardware::Prefer`](crate::Hardware::Prefer) it, so
    /// that the processor does what it cannot; where the job cannot begin anew, do without.
    #[error(
        "{location}: {} does not {} it: {}; where it is required, prefer it, and the processor does what it cannot",
        left.device,
        work(cause.stage),
        left.why
    )]
    Hardware {
        /// The input that it was to decode, or the output that it was to encode.
        location: Location,
        /// The device, and what keeps it from that.
        left: Box<LeftDevice>,
        /// What FFmpeg said.
        #[source]
        cause: Cause,
    },
    /// A decoded frame cannot be made into the pixels that were asked for, or not into that room. Ask for others, as `why` tells; frames as
    /// they are can still be had.
    #[error("the frame cannot be made into these pixels: {why}")]
    Unconvertible {
        /// What keeps it from that.
        why: Unconvertible,
    },
    /// An application's tap failed or panicked.
    #[error("a tap on {location} failed")]
    Tap {
        /// The input whose frames it looked at.
        location: Location,
        /// What it said.
        #[source]
        cause: Cause,
    },
    /// Cancelled, or stopped before anything worth keeping was written. No output is left.
    #[error("cancelled; no output is left")]
    Cancelled {
        /// Native work was still going on when the handle resolved; see [`detached_jobs`](crate::detached_jobs).
        detached: bool,
    },
    /// The job took longer than it was given. No output is left.
    #[error("not done within {}; no output is left", seconds(*limit))]
    DeadlineExceeded {
        /// What it was given.
        limit: Duration,
        /// As in [`Cancelled`](Self::Cancelled).
        detached: bool,
        /// See [`Error::log_lines`].
        log: Arc<[LogLine]>,
    },
    /// The input did not open in time. Check that it is reachable, or allow more with
    /// [`Launch::open_timeout`](crate::Launch::open_timeout).
    #[error("{location}: not open within {}", seconds(*limit))]
    OpenTimeout {
        /// The input; of several, the one that was being opened.
        location: Location,
        /// How long that may take.
        limit: Duration,
        /// As in [`Cancelled`](Self::Cancelled).
        detached: bool,
        /// See [`Error::log_lines`].
        log: Arc<[LogLine]>,
    },
    /// Nothing moved for too long: no bytes, no frames, no output. Check the source and the reader of the output.
    #[error("{location}: nothing moved for {}; no output is left", seconds(*limit))]
    Stalled {
        /// The input; of several, the first whose bytes were waited for, or the first of all where that was none, or FFmpeg reads them by
        /// itself.
        location: Location,
        /// How long nothing may move.
        limit: Duration,
        /// As in [`Cancelled`](Self::Cancelled).
        detached: bool,
        /// See [`Error::log_lines`].
        log: Arc<[LogLine]>,
    },
    /// Too many ended jobs of this process still have native work that cannot be cut. Try again when it has ended.
    #[error("{detached} ended jobs still hold native threads, as many as are allowed; try again later")]
    Busy {
        /// How many.
        detached: usize,
    },
    /// Anything else.
    #[error("{location}: the job failed")]
    Failed {
        /// The input or output at which it happened; of several, the one that FFmpeg's last words were about, or the first where they
        /// do not tell.
        location: Location,
        /// Where, and what FFmpeg or the system said.
        #[source]
        cause: Cause,
    },
}

impl Error {
    /// Where in the work it happened; `None` where the job was told to end.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Self::Invalid { .. } | Self::NoSuchStream { .. } | Self::EncoderMissing { .. } | Self::SameFile { .. } => {
                Some(Stage::Plan)
            }
            Self::Truncated { .. } | Self::Seek { .. } => Some(Stage::Demux),
            Self::OutputExists { .. } | Self::OtherKind { .. } | Self::DirectoryMissing { .. } => Some(Stage::Mux),
            Self::Cancelled { .. } | Self::DeadlineExceeded { .. } | Self::Stalled { .. } | Self::Busy { .. } => None,
            Self::OpenTimeout { .. } | Self::Refused { .. } => Some(Stage::Open),
            Self::Unconvertible { .. } => Some(Stage::Filter),
            Self::Corrupt { .. } | Self::TooManyWarnings { .. } => Some(Stage::Decode),
            Self::NotFound { cause, .. }
            | Self::PermissionDenied { cause, .. }
            | Self::NotMedia { cause, .. }
            | Self::StorageFull { cause, .. }
            | Self::SourceLost { cause, .. }
            | Self::Tap { cause, .. }
            | Self::Hardware { cause, .. }
            | Self::Failed { cause, .. } => Some(cause.stage),
        }
    }

    /// FFmpeg's error code, where FFmpeg reported it.
    #[must_use]
    #[doc(alias = "AVERROR")]
    pub fn ffmpeg_code(&self) -> Option<i32> {
        self.cause()?.code.map(|it| it.0)
    }

    fn cause(&self) -> Option<&Cause> {
        match self {
            Self::NotFound { cause, .. }
            | Self::PermissionDenied { cause, .. }
            | Self::NotMedia { cause, .. }
            | Self::StorageFull { cause, .. }
            | Self::SourceLost { cause, .. }
            | Self::Tap { cause, .. }
            | Self::Hardware { cause, .. }
            | Self::Failed { cause, .. } => Some(cause),
            _ => None,
        }
    }

    /// The last lines that FFmpeg logged for this job, in order, with secrets masked: warnings and errors first of all, then as
    /// many others as there is room for. Empty without [`logs::install`](crate::logs::install), and where the fault is not
    /// FFmpeg's to know of. `Display` does not show them; `Debug` does.
    #[must_use]
    #[doc(alias = "av_log")]
    pub fn log_lines(&self) -> &[LogLine] {
        match self {
            Self::Truncated { log, .. }
            | Self::Corrupt { log, .. }
            | Self::TooManyWarnings { log, .. }
            | Self::DeadlineExceeded { log, .. }
            | Self::OpenTimeout { log, .. }
            | Self::Stalled { log, .. } => log,
            _ => self.cause().map_or(&[], |it| &it.log),
        }
    }

    pub(crate) fn with_log(mut self, lines: Arc<[LogLine]>) -> Self {
        match &mut self {
            Self::NotFound { cause, .. }
            | Self::PermissionDenied { cause, .. }
            | Self::NotMedia { cause, .. }
            | Self::StorageFull { cause, .. }
            | Self::SourceLost { cause, .. }
            | Self::Tap { cause, .. }
            | Self::Hardware { cause, .. }
            | Self::Failed { cause, .. } => cause.log = lines,
            Self::Truncated { log, .. }
            | Self::Corrupt { log, .. }
            | Self::TooManyWarnings { log, .. }
            | Self::DeadlineExceeded { log, .. }
            | Self::OpenTimeout { log, .. }
            | Self::Stalled { log, .. } => *log = lines,
            _ => {}
        }
        self
    }

    /// Whether the same job, unchanged, may succeed later without anybody mending anything in it.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        match self {
            Self::StorageFull { .. }
            | Self::SourceLost { .. }
            | Self::OpenTimeout { .. }
            | Self::Stalled { .. }
            | Self::Busy { .. } => true,
            Self::Hardware { left, .. } => matches!(left.why, WhySoftware::Failed | WhySoftware::Busy),
            Self::Failed { cause, .. } => {
                let passing = [Code::NO_MEMORY, Code::IO, Code::TIMED_OUT, Code::AGAIN, Code::PIPE, Code::REFUSED, Code::RESET];
                let of_servers = [Code::HTTP_SERVER_ERROR, Code::HTTP_TOO_MANY_REQUESTS];
                cause.code.is_some_and(|code| passing.contains(&code) || of_servers.contains(&code))
            }
            _ => false,
        }
    }
}

fn work(stage: Stage) -> &'static str {
    if stage == Stage::Encode { "encode" } else { "decode" }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn kinds(wanted: &[StreamKind]) -> String {
    wanted.iter().map(|kind| format!("{kind:?}").to_lowercase()).collect::<Vec<_>>().join(" or ")
}

/// Why devices do not do it either.
fn devices(left: &[LeftDevice]) -> String {
    left.iter().map(|LeftDevice { device, why, said, .. }| format!("; nor does {device} encode it: {why}: {said}")).collect()
}

fn other_kind(is_directory: bool) -> &'static str {
    if is_directory { "is a directory, which a file does not replace" } else { "is no directory, which a set of files needs" }
}

fn at_byte(at: Option<u64>) -> String {
    at.map(|at| format!(" at byte {at}")).unwrap_or_default()
}

fn seconds(length: Duration) -> String {
    format!("{:.3} s", length.as_secs_f64())
}
