//! The scheduler of ez-ffmpeg while media flows: asked how far it is, paused, told to end, waited for.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use ez_ffmpeg::core::scheduler::ffmpeg_scheduler::{FfmpegScheduler, Paused, Running};
use ez_ffmpeg::core::scheduler::progress::ProgressHandle;

use super::tap::Counts;
use crate::media::{Bitrate, Phase};
use crate::run::{Progress, Run, Verdict, current_thread_waker};

/// How often progress is looked at, in between events.
const TICK: Duration = Duration::from_millis(100);

/// How native work ended, once all of it has.
pub(super) enum End {
    /// By itself, or because it was stopped.
    Ended(Result<(), ez_ffmpeg::error::Error>),
    /// Cancelled: the result is of no interest.
    Cancelled,
}

/// What the wait needs to know of the job.
pub(super) struct Watch<'a> {
    pub(super) run: &'a Arc<Run>,
    pub(super) counts: &'a Counts,
    /// How long each output should become.
    pub(super) expected: &'a [Option<Duration>],
    /// The first output with pictures.
    pub(super) pictures: Option<usize>,
    /// How far each output has come.
    pub(super) positions: RefCell<Vec<Option<Duration>>>,
    /// Sources of ours end by themselves when the run is stopped, so that encoders drain; one of FFmpeg's has to be stopped.
    pub(super) source_stops: bool,
    /// Called as long as native work goes on, for outputs to remember what a cut would lose. The engine cuts them itself where the source
    /// fails, which it does when the run is cancelled.
    pub(super) remember: &'a dyn Fn(),
}

impl Watch<'_> {
    /// Waits for the scheduler to end, tells it to when the run is told to, and keeps progress up to date. When this returns,
    /// all of ez-ffmpeg's threads have ended.
    pub(super) fn wait(&self, mut scheduler: FfmpegScheduler<Running>) -> End {
        let waker = current_thread_waker();
        let mut context = Context::from_waker(&waker);
        let handle = scheduler.progress_handle();
        loop {
            (self.remember)();
            match self.run.verdict() {
                Verdict::Cancel(_) => {
                    // The reaper resolves the handle; this waits for encoders that nothing can cut short.
                    scheduler.abort();
                    return End::Cancelled;
                }
                Verdict::Stop if !self.source_stops => {
                    self.run.enter(Phase::Finishing);
                    let result = scheduler.stop();
                    self.report(&handle);
                    return End::Ended(result);
                }
                Verdict::Stop => self.run.report(|progress| progress.phase = Phase::Finishing),
                Verdict::GoOn if self.run.is_paused() => match self.pause(scheduler) {
                    Some(resumed) => scheduler = resumed,
                    None => return End::Cancelled,
                },
                Verdict::GoOn | Verdict::Publish => {}
            }
            let ended = Pin::new(&mut scheduler).poll(&mut context);
            self.report(&handle);
            if let Poll::Ready(result) = ended {
                return End::Ended(result);
            }
            thread::park_timeout(TICK);
        }
    }

    /// Holds everything up until the run goes on or ends; `None` where it was cancelled, and all threads have ended.
    fn pause(&self, scheduler: FfmpegScheduler<Running>) -> Option<FfmpegScheduler<Running>> {
        let scheduler: FfmpegScheduler<Paused> = scheduler.pause();
        self.run.report(|progress| progress.paused = true);
        while self.run.is_paused() && self.run.verdict() == Verdict::GoOn {
            thread::park_timeout(TICK);
        }
        self.run.report(|progress| progress.paused = false);
        if matches!(self.run.verdict(), Verdict::Cancel(_)) {
            scheduler.abort();
            return None;
        }
        Some(scheduler.resume())
    }

    fn report(&self, handle: &ProgressHandle) {
        let snapshot = handle.snapshot();
        let outputs = snapshot.outputs();
        let micros = |it: Option<i64>| it.and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
        for (position, output) in self.positions.borrow_mut().iter_mut().zip(outputs) {
            // The writer may take an interleaved step back; a reader of progress never sees one.
            *position = micros(output.out_time_us()).max(*position);
        }
        // The slowest one is how far the job is.
        let position = self.positions.borrow().iter().copied().min().flatten();
        let sizes: Option<Vec<u64>> = outputs.iter().map(|it| it.total_size()).collect();
        let pictures = self.pictures.and_then(|index| outputs.get(index));
        self.run.report(|progress| {
            let bytes = sizes.map(|it| it.iter().sum()).or(progress.bytes);
            if position > progress.position || bytes > progress.bytes {
                self.run.moved();
            }
            progress.frames = pictures.and_then(|it| it.video_packets());
            progress.fps = pictures.and_then(|it| it.fps());
            progress.speed = outputs.iter().filter_map(|it| it.speed()).reduce(f64::min);
            progress.bytes = bytes;
            let rates: Option<Vec<f64>> = outputs.iter().map(|it| it.bitrate_kbps()).collect();
            progress.bitrate = rates.map(|it| Bitrate::bits_per_second((it.iter().sum::<f64>() * 1_000.0) as u64));
            progress.position = position.max(progress.position);
            progress.decoded = self.counts.decoded();
            progress.frames_decoded = self.counts.pictures();
            progress.corrupt = self.counts.corrupt();
            progress.elapsed = self.run.elapsed();
            progress.idle = self.run.idle();
            self.estimate(progress);
        });
    }

    /// Percent and time left, from how far the output is that has most before it.
    fn estimate(&self, progress: &mut Progress) {
        let positions = self.positions.borrow();
        let parts = positions.iter().zip(self.expected).map(|(position, it)| Progress::part(*position, *it));
        let parts: Option<Vec<_>> = parts.collect();
        progress.estimate(parts.and_then(|it| it.into_iter().min_by(|a, b| a.0.total_cmp(&b.0))));
    }
}
