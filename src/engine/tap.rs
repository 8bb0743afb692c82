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

use super::devices::Fault;
use super::surfaces::{Surfaces, Unfit};
use crate::ffi::TapFrame;
use crate::hardware::Refusal;
use crate::logs::on_thread_of;
use crate::media::StreamKind;
use crate::run::{Run, words};

/// What an application's tap may return.
pub type TapResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// An application's look at each decoded frame.
pub(crate) type AppTap = Box<dyn FnMut(&mut TapFrame<'_>) -> TapResult + Send>;

/// The application's taps of one kind: on one stream, one frame at a time.
pub(super) struct Apps {
    taps: Mutex<Vec<AppTap>>,
    /// Whether they have been shown a frame.
    have_seen: AtomicBool,
}

impl Apps {
    fn new(taps: Vec<AppTap>) -> Option<Arc<Self>> {
        (!taps.is_empty()).then(|| Arc::new(Self { taps: Mutex::new(taps), have_seen: AtomicBool::new(false) }))
    }
}

/// All of the application's taps, which outlive the attempts at a job.
pub(super) struct Taps {
    pub(super) video: Option<Arc<Apps>>,
    pub(super) audio: Option<Arc<Apps>>,
    /// Whether they may be shown frames again.
    begin_anew: bool,
}

impl Taps {
    pub(super) fn new(video: Vec<AppTap>, audio: Vec<AppTap>, begin_anew: bool) -> Self {
        Self { video: Apps::new(video), audio: Apps::new(audio), begin_anew }
    }

    /// Whether they have nothing against pictures that stay on a device: they look at none, and the job may begin anew whatever they
    /// have seen of sound.
    pub(super) fn may_stay(&self) -> bool {
        self.video.is_none() && (self.begin_anew || self.audio.is_none())
    }

    /// Whether they have been shown what they may not be shown again.
    pub(super) fn are_in_the_way(&self) -> bool {
        let mut all = [&self.video, &self.audio].into_iter().flatten();
        !self.begin_anew && all.any(|it| it.have_seen.load(Ordering::Acquire))
    }
}

/// Counts of one job, over all its taps. `None` is what no tap counts.
pub(crate) struct Counts {
    /// Whether there is a tap on pictures, and on sound.
    taps: [AtomicBool; 2],
    pictures: AtomicU64,
    /// Of each input.
    inputs: Vec<Share>,
    micros: AtomicU64,
    failed: Mutex<Option<(usize, TapError)>>,
    /// What kept the pictures of a device from being fetched.
    unfetched: Mutex<Option<Fault>>,
    /// What kept them from staying where they were.
    changed: Mutex<Option<Change>>,
}

/// Pictures of an input that stayed on a device, until there was one that cannot.
pub(super) struct Change {
    pub(super) input: usize,
    pub(super) said: &'static str,
    /// How far its decoding was.
    pub(super) at: Option<Duration>,
}

/// Pictures and blocks of sound of one input.
#[derive(Default)]
struct Share {
    frames: AtomicU64,
    corrupt: AtomicU64,
    /// Until when there have been pictures, in microseconds; none as long as it is zero.
    shown: AtomicU64,
    /// Whether its pictures are on a device behind the tap.
    stays: AtomicBool,
}

impl Counts {
    pub(super) fn of(inputs: usize) -> Self {
        Self {
            taps: Default::default(),
            pictures: AtomicU64::default(),
            inputs: (0..inputs).map(|_| Share::default()).collect(),
            micros: AtomicU64::default(),
            failed: Mutex::default(),
            unfetched: Mutex::default(),
            changed: Mutex::default(),
        }
    }

    pub(crate) fn pictures(&self) -> Option<u64> {
        self.taps[0].load(Ordering::Relaxed).then(|| self.pictures.load(Ordering::Relaxed))
    }

    /// The first input of which more than that share was damaged: how many of how many pictures and blocks of sound.
    pub(super) fn beyond(&self, percent: f64) -> Option<(usize, u64, u64)> {
        let counts = self.inputs.iter().map(|it| (it.corrupt.load(Ordering::Relaxed), it.frames.load(Ordering::Relaxed)));
        let mut beyond = counts.enumerate().filter(|(_, (corrupt, frames))| *corrupt as f64 * 100.0 > *frames as f64 * percent);
        beyond.next().map(|(input, (corrupt, frames))| (input, corrupt, frames))
    }

    pub(crate) fn corrupt(&self) -> Option<u64> {
        self.counts().then(|| self.inputs.iter().map(|it| it.corrupt.load(Ordering::Relaxed)).sum())
    }

    pub(crate) fn decoded(&self) -> Option<Duration> {
        self.counts().then(|| Duration::from_micros(self.micros.load(Ordering::Relaxed)))
    }

    fn counts(&self) -> bool {
        self.taps.iter().any(|it| it.load(Ordering::Relaxed))
    }

    /// The first failure of a tap of the application's, once, and the input that it looked at. ez-ffmpeg reports whichever of its threads notices first that the
    /// frames have ended, and that may be an output's.
    pub(super) fn take_failure(&self) -> Option<(usize, TapError)> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn has_failure(&self) -> bool {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// What kept the first picture of a device from being fetched, once.
    pub(super) fn take_unfetched(&self) -> Option<Fault> {
        self.unfetched.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What kept the pictures of a device from staying there, once.
    pub(super) fn take_change(&self) -> Option<Change> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// How far the pictures of an input are decoded.
    pub(super) fn shown(&self, input: usize) -> Option<Duration> {
        let micros = self.inputs.get(input)?.shown.load(Ordering::Relaxed);
        (micros > 0).then(|| Duration::from_micros(micros))
    }

    /// Whether the pictures of an input stay on the device.
    pub(super) fn stay(&self, input: usize) -> bool {
        self.inputs.get(input).is_some_and(|it| it.stays.load(Ordering::Relaxed))
    }

    fn fail(&self, input: usize, why: TapError) -> Box<dyn std::error::Error + Send + Sync> {
        let words = why.to_string();
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert((input, why));
        words.into()
    }

    fn add(&self, input: usize, frame: &TapFrame<'_>) {
        if let Some(share) = self.inputs.get(input) {
            share.frames.fetch_add(1, Ordering::Relaxed);
            share.corrupt.fetch_add(u64::from(frame.is_corrupt()), Ordering::Relaxed);
        }
        self.pictures.fetch_add(u64::from(frame.size().is_some()), Ordering::Relaxed);
        if let Some(pts) = frame.pts() {
            if let Some(share) = self.inputs.get(input).filter(|_| frame.size().is_some()) {
                share.shown.fetch_max(micros(pts).max(1), Ordering::Relaxed);
            }
            self.micros.fetch_max(micros(pts), Ordering::Relaxed);
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
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
    (input, stream): (usize, Option<usize>),
    surfaces: Option<Surfaces>,
    counts: Arc<Counts>,
    apps: Option<Arc<Apps>>,
    run: Arc<Run>,
) -> FramePipeline {
    let media_type = if kind == StreamKind::Video { AVMediaType::AVMEDIA_TYPE_VIDEO } else { AVMediaType::AVMEDIA_TYPE_AUDIO };
    counts.taps[usize::from(kind != StreamKind::Video)].store(true, Ordering::Relaxed);
    let mut builder = FramePipelineBuilder::new(media_type)
        .filter("telecine", Box::new(Tap { kind, input, media_type, surfaces, counts, apps, run }));
    if let Some(index) = stream {
        builder = builder.set_stream_index(index);
    }
    builder.build()
}

struct Tap {
    kind: StreamKind,
    input: usize,
    media_type: AVMediaType,
    /// What a device gives; nothing else may come then.
    surfaces: Option<Surfaces>,
    counts: Arc<Counts>,
    apps: Option<Arc<Apps>>,
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
        if TapFrame::new(&mut frame, self.kind).is_some() {
            self.take(&mut frame)?;
        }
        if let Some(mut shown) = TapFrame::new(&mut frame, self.kind) {
            self.counts.add(self.input, &shown);
            self.run.moved();
            let Some(apps) = &self.apps else { return Ok(Some(frame)) };
            apps.have_seen.store(true, Ordering::Release);
            // Nobody else has them as long as this attempt goes on, and a panic does not leave the lock behind.
            for app in apps.taps.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
                // Its state may be torn after a panic; it is not called again, for the job ends.
                match catch_unwind(AssertUnwindSafe(|| app(&mut shown))) {
                    Ok(Ok(())) => {}
                    Ok(Err(why)) => return Err(self.counts.fail(self.input, TapError::Failed(why))),
                    Err(panic) => return Err(self.counts.fail(self.input, TapError::Panicked(words(panic.as_ref())))),
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

impl Tap {
    /// Has a device's picture where it is to be.
    fn take(&mut self, frame: &mut Frame) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let Some(surfaces) = &mut self.surfaces else { return Ok(()) };
        let taken = surfaces.take(frame);
        if let Some(share) = self.counts.inputs.get(self.input) {
            share.stays.store(surfaces.stay(), Ordering::Relaxed);
        }
        let (input, at) = (self.input, self.counts.shown(self.input));
        match taken {
            Ok(()) => Ok(()),
            Err(Unfit::Left(Refusal { why, said, code })) => {
                let fault = Fault { input, why, code, said: said.clone(), at };
                self.counts.unfetched.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
                Err(said.into())
            }
            Err(Unfit::Changed(said)) => {
                self.counts.changed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(Change { input, said, at });
                Err(said.into())
            }
        }
    }
}
