//! Media work inside an application, in process, through FFmpeg: read, decode, filter, encode, write.
//!
//! ```text
//!  Pipeline ──start()──▶ Job ──await──▶ Outcome │ Error
//!  plain data             │
//!                         ├─ control()   cancel, stop, from anywhere
//!                         └─ progress()  the newest snapshot, for any number of readers
//!
//!  on a thread of the job's own:
//!
//!  open ─▶ plan ─▶ demux ─▶ decode ─▶ filter ─▶ encode ─▶ mux ─▶ publish
//!  header  streams └────────── ez-ffmpeg, FFmpeg ──────────┘      rename, when whole
//! ```
//!
//! A [`Pipeline`] says what is to be done and does nothing. [`Pipeline::start`] returns at once; a [`Job`] is the running work.
//! What holds for every job:
//!
//! - **Nothing blocks the caller.** Opening, too, happens on the job's thread. A job is a `Future` for any executor, and can be
//!   waited for without one. Dropping it cancels and does not block.
//! - **An output is whole or absent.** A file is written beside its final name and renamed when whole. Cancelled, failed or
//!   killed: nothing under the final name.
//! - **A failure says why**, sorted by what the caller can do next: [`Error`].
//! - **Secrets stay secret**, in everything that is shown: [`Secret`].
//!
//! ```no_run
//! use telecine::{Aac, H264, Mp4, Pipeline, Quality, kbps, secs};
//!
//! # async fn example() -> Result<(), telecine::Error> {
//! let job = Pipeline::read("in.mov")
//!     .trim(secs(10)..secs(70))
//!     .output(Mp4::file("out.mp4").video(H264::quality(Quality::High)).audio(Aac::bitrate(kbps(128))))
//!     .start();
//!
//! let mut progress = job.progress();
//! while let Some(snapshot) = progress.next().await {
//!     println!("{snapshot}"); // 42 %  1:03 left  118 fps  4.9x
//! }
//! let outcome = job.await?;
//! println!("{} bytes", outcome.outputs[0].bytes.unwrap_or(0));
//! # Ok(())
//! # }
//! ```
//!
//! An application that wants the decoded frames themselves reads [`Frames`] and [`Samples`], as iterators or async streams; frames as
//! [`Pixels`] of its choice, too. One that wants pictures of a film takes a [`Still`] or a [`Sheet`]; one that wants to know where scenes
//! change, where it is black, frozen or silent, and how loud, has an [`Analysis`] look.
//!
//! What does not fit does not compile: a codec goes into a container only where it implements [`In`] for it.
//!
//! ```compile_fail
//! # use telecine::{Aac, Mp4};
//! Mp4::file("out.mp4").video(Aac::default()); // sound is no picture
//! ```
//!
//! | feature | adds | default |
//! |---|---|---|
//! | `serde` | [`Pipeline`], [`Secret`] and [`Location`] to and from serde's formats, [`MediaInfo`] to them | off |
//! | `image` | [`Image`] to `image::DynamicImage` | off |
//! | `ndarray` | [`Image`] to `ndarray::Array3`, or as an `ArrayView3` | off |
//!
//! Linux and macOS, FFmpeg 7.1 to 8.x. How to link it, and what its licence and FFmpeg's mean together, is in the README; how it
//! is built, in `docs/architecture.md`.

mod media;

mod ffi;

mod error;

mod run;

pub mod logs;

mod read;

mod probe;

pub mod hardware;

mod frames;

mod pipeline;

mod plan;

mod engine;

mod stills;

mod job;

/// What an [`Analysis`] looks for, and what it says of it.
pub mod analysis {
    pub use crate::frames::{Black, Crop, Freeze, Loudness, LoudnessLevels, LoudnessSummary, Scenes, Silence};
    pub use crate::job::{Pictures, Sound};
}

/// The application's own program, started again for what may crash or hang.
pub mod child {
    pub use crate::hardware::child::run_if_asked;
}

/// Options that only some encoders have.
pub mod codec {
    pub use crate::pipeline::{
        Deadline, H264Profile, NvencPreset, NvencTune, OpusApplication, ProResProfile, QsvPreset, VaapiProfile, X264Profile,
        X264Tune, X265Tune,
    };
}

pub use engine::{TapResult, init};
pub use error::{Access, Cause, Error, Place, Problem, Reason, Unconvertible, Unjoinable};
pub use ffi::{PixelFormat, TapFrame, ffmpeg_version};
pub use frames::{
    AnalysisOutcome, Block, Converter, Event, Frame, FramesOutcome, Image, Pixels, Resize, SamplesOutcome, Seek, SeekIndex,
};
pub use job::{
    Analysis, BlockIter, BlockStream, BlockingUpdates, Control, Converted, EventIter, EventStream, FrameIter, FrameStream,
    Frames, ImageIter, ImageStream, Job, Launch, Preview, Probe, Samples, Sheet, Still, Task, Updates, Waveform, probe,
};
pub use media::{
    AudioInfo, Bitrate, ChannelLayout, Chapter, Color, ColorError, ColorInfo, Component, ContentLight, Disposition, DolbyVision,
    FieldOrder, FrameRate, Gain, Hardware, KeyframeInterval, Limits, Location, LogLine, MasteringDisplay, Orientation, Phase,
    PictureType, Plane, Primaries, Program, Quality, Rational, Reach, Role, Sample, SampleRate, Secret, Select, Speed, Stage,
    StreamInfo, StreamKind, Tags, Ticks, TimeError, Timestamp, Tolerance, VideoInfo, db, fps, hz, kbps, mbps, mins, parse_time,
    secs,
};
pub use pipeline::filter;
pub use pipeline::{
    Aac, AnyAudio, AnySubtitle, AnyVideo, Ass, AudioEncoding, Av1, Decoded, Ffv1, Flac, H264, H265, LibOpus, LibVpxVp9, Mjpeg,
    MovText, Mp3, NvencAv1, NvencH264, NvencH265, Opus, Pcm, Png, Preset, ProRes, QsvAv1, QsvH264, QsvH265, QsvVp9, RawAudio,
    RawVideo, StreamCopy, SubRip, SubtitleEncoding, SvtAv1, VaapiAv1, VaapiH264, VaapiH265, VaapiVp9, VideoEncoding,
    VideoToolboxH264, VideoToolboxH265, Vorbis, Vp9, WebP, WebVtt, X264, X265,
};
pub use pipeline::{
    AnimationFormat, AnyContainer, Avi, Container, Flv, Gif, Hls, HlsTs, ImageFormat, Images, In, Index, Jpeg, Loops, M4a,
    Matroska, Mov, Mp4, MpegTs, Null, Ogg, Playlist, Wav, WebM,
};
pub use pipeline::{
    AnyOutput, AnyTrack, Durability, HoldsCoverArt, HoldsData, Input, Keep, Output, Overwrite, Pipeline, Reencodes, Track,
};
pub use pipeline::{CommandError, Unsupported, WhyNot};
pub use plan::{Command, Fate, LeftOut, Plan, PlannedInput, PlannedOutput, PlannedStream, PlannedTrack};
pub use probe::MediaInfo;
pub use run::{JobId, Outcome, Progress, TrackEncoder, Warning, Written, detached_jobs, set_detached_limit};
pub use stills::{Candidates, Cell, Palette, PreviewOutcome, SheetOutcome, StillOutcome, WaveformOutcome, WaveformScale};

/// Compiles the recipes of the cookbook, and does nothing else.
#[cfg(all(doctest, feature = "serde"))]
#[doc = include_str!("../docs/cookbook.md")]
struct Cookbook;
