//! Media work inside an application, in process, through FFmpeg.

#![deny(unsafe_code)]
#![warn(missing_docs)]

mod media;
mod ffi;
mod error;
mod run;
mod read;
mod pipeline;
mod plan;
mod engine;
mod job;

pub use engine::init;
pub use error::{Access, Cause, Error, Problem};
pub use ffi::ffmpeg_version;
pub use job::{BlockingUpdates, Control, Job, Updates};
pub use media::{Bitrate, Location, Phase, Quality, Stage, StreamInfo, StreamKind, TimeError, kbps, mbps, mins, parse_time, secs};
pub use pipeline::{
    Aac, AnyAudio, AnyOutput, AnyVideo, AudioEncoding, Container, Durability, H264, In, Mp4, Output, Overwrite, Pipeline, Preset,
    VideoEncoding, X264,
};
pub use run::{JobId, Outcome, Progress, Written};
