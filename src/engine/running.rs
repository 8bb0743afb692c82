//! The scheduler of ez-ffmpeg while media flows: asked how far it is, paused, told to end, waited for.

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
    /// How long the output should become.
    pub(super) expected: Option<Duration>,
    /// A source of ours ends by itself when the run is stopped, so that encoders drain; one of FFmpeg's has to be stopped.
    pub(super) source_stops: bool,
}

impl Watch<'_> {
    /// Waits for the scheduler to end, tells it to when the run is told to, and keeps progress up to date. When this returns,
    /// all of ez-ffmpeg's threads have ended.
    pub(super) fn wait(&self, mut scheduler: FfmpegScheduler<Running>) -> End {
        let waker = current_thread_waker();
        let mut context = Context::from_waker(&waker);
        let handle = scheduler.progress_handle();
        loop {
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
        let Some(output) = snapshot.outputs().first() else { return };
        self.run.report(|progress| {
            if output.out_time_us() > progress.position.and_then(|it| i64::try_from(it.as_micros()).ok())
                || output.total_size() > progress.bytes
            {
                self.run.moved();
            }
            progress.frames = output.video_packets();
            progress.fps = output.fps();
            progress.speed = output.speed();
            progress.bytes = output.total_size().or(progress.bytes);
            progress.bitrate = output.bitrate_kbps().map(|kbps| Bitrate::bits_per_second((kbps * 1_000.0) as u64));
            // The writer may take an interleaved step back; a reader of progress never sees one.
            let position = output.out_time_us().and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
            progress.position = position.max(progress.position);
            progress.decoded = self.counts.decoded();
            progress.frames_decoded = self.counts.pictures();
            progress.corrupt = self.counts.corrupt();
            progress.elapsed = self.run.elapsed();
            progress.idle = self.run.idle();
            self.estimate(progress);
        });
    }

    /// Percent and time left, from how far the output is.
    fn estimate(&self, progress: &mut Progress) {
        let known = progress.position.zip(self.expected).filter(|(_, expected)| !expected.is_zero());
        let Some((position, expected)) = known else { return };
        // 100 is said when it is over.
        let percent = (position.as_secs_f64() / expected.as_secs_f64() * 100.0).min(99.9);
        progress.percent = Some(percent.max(progress.percent.unwrap_or_default()));
        let left = expected.saturating_sub(position).as_secs_f64();
        progress.time_left =
            progress.speed.filter(|it| *it > 0.0).and_then(|speed| Duration::try_from_secs_f64(left / speed).ok());
    }
}
