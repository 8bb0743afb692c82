//! What is seen of decoded frames: counted for progress, and shown to the application's taps.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ez_ffmpeg::AVMediaType;
use ez_ffmpeg::filter::frame_filter::{FrameFilter, RequestFrameMode};
use ez_ffmpeg::filter::frame_filter_context::FrameFilterContext;
use ez_ffmpeg::filter::frame_pipeline::FramePipeline;
use ez_ffmpeg::filter::frame_pipeline_builder::FramePipelineBuilder;
use ffmpeg_next::Frame;

use crate::ffi::TapFrame;
use crate::logs::on_thread_of;
use crate::media::StreamKind;
use crate::run::{Run, words};

/// What an application's tap may return.
pub type TapResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// An application's look at each decoded frame.
pub(crate) type AppTap = Box<dyn FnMut(&mut TapFrame<'_>) -> TapResult + Send>;

/// Counts of one job, over all its taps. `None` is what no tap counts.
#[derive(Default)]
pub(crate) struct Counts {
    /// Whether there is a tap on pictures, and on sound.
    taps: [AtomicBool; 2],
    pictures: AtomicU64,
    frames: AtomicU64,
    corrupt: AtomicU64,
    micros: AtomicU64,
    failed: Mutex<Option<TapError>>,
}

impl Counts {
    pub(crate) fn pictures(&self) -> Option<u64> {
        self.taps[0].load(Ordering::Relaxed).then(|| self.pictures.load(Ordering::Relaxed))
    }

    /// Pictures and blocks of sound.
    pub(crate) fn frames(&self) -> Option<u64> {
        self.counted(&self.frames)
    }

    pub(crate) fn corrupt(&self) -> Option<u64> {
        self.counted(&self.corrupt)
    }

    pub(crate) fn decoded(&self) -> Option<Duration> {
        self.counted(&self.micros).map(Duration::from_micros)
    }

    fn counted(&self, count: &AtomicU64) -> Option<u64> {
        self.taps.iter().any(|it| it.load(Ordering::Relaxed)).then(|| count.load(Ordering::Relaxed))
    }

    /// The first failure of a tap of the application's, once. ez-ffmpeg reports whichever of its threads notices first that the
    /// frames have ended, and that may be an output's.
    pub(super) fn take_failure(&self) -> Option<TapError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn fail(&self, why: TapError) -> Box<dyn std::error::Error + Send + Sync> {
        let words = why.to_string();
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        words.into()
    }

    fn add(&self, frame: &TapFrame<'_>) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.pictures.fetch_add(u64::from(frame.size().is_some()), Ordering::Relaxed);
        self.corrupt.fetch_add(u64::from(frame.is_corrupt()), Ordering::Relaxed);
        if let Some(pts) = frame.pts() {
            self.micros.fetch_max(u64::try_from(pts.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }
}

/// A tap of the application's that did not go well; the job fails with it.
#[derive(Debug)]
pub(super) enum TapError {
    Failed(Box<dyn std::error::Error + Send + Sync>),
    Panicked(String),
}

impl fmt::Display for TapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) => why.fmt(f),
            Self::Panicked(words) => write!(f, "the tap panicked: {words}"),
        }
    }
}

impl std::error::Error for TapError {}

/// One stream's tap, as ez-ffmpeg runs it: on the input side, before any filter.
pub(super) fn pipeline(
    kind: StreamKind,
    stream: Option<usize>,
    counts: Arc<Counts>,
    apps: Vec<AppTap>,
    run: Arc<Run>,
) -> FramePipeline {
    let media_type = if kind == StreamKind::Video { AVMediaType::AVMEDIA_TYPE_VIDEO } else { AVMediaType::AVMEDIA_TYPE_AUDIO };
    counts.taps[usize::from(kind != StreamKind::Video)].store(true, Ordering::Relaxed);
    let mut builder =
        FramePipelineBuilder::new(media_type).filter("telecine", Box::new(Tap { kind, media_type, counts, apps, run }));
    if let Some(index) = stream {
        builder = builder.set_stream_index(index);
    }
    builder.build()
}

struct Tap {
    kind: StreamKind,
    media_type: AVMediaType,
    counts: Arc<Counts>,
    apps: Vec<AppTap>,
    run: Arc<Run>,
}

impl FrameFilter for Tap {
    fn media_type(&self) -> AVMediaType {
        self.media_type
    }

    fn filter_frame(
        &mut self,
        mut frame: Frame,
        _: &mut FrameFilterContext,
    ) -> Result<Option<Frame>, Box<dyn std::error::Error + Send + Sync>> {
        on_thread_of(&self.run);
        if let Some(mut shown) = TapFrame::new(&mut frame, self.kind) {
            self.counts.add(&shown);
            self.run.moved();
            for app in &mut self.apps {
                // Its state may be torn after a panic; it is not called again, for the job ends.
                match catch_unwind(AssertUnwindSafe(|| app(&mut shown))) {
                    Ok(Ok(())) => {}
                    Ok(Err(why)) => return Err(self.counts.fail(TapError::Failed(why))),
                    Err(panic) => return Err(self.counts.fail(TapError::Panicked(words(panic.as_ref())))),
                }
            }
        }
        Ok(Some(frame))
    }

    fn request_frame_mode(&self) -> RequestFrameMode {
        // Anything else has ez-ffmpeg ask every millisecond.
        RequestFrameMode::Never
    }
}
