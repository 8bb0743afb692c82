//! The scheduler of ez-ffmpeg while media flows: asked how far it is, told to end, waited for.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use ez_ffmpeg::core::scheduler::ffmpeg_scheduler::{FfmpegScheduler, Running};

use crate::media::Phase;
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

/// Waits for the scheduler to end, tells it to when the run is told to, and keeps progress up to date. When this returns, all of
/// ez-ffmpeg's threads have ended.
pub(super) fn wait(mut scheduler: FfmpegScheduler<Running>, run: &Run, expected: Option<Duration>) -> End {
    let waker = current_thread_waker();
    let mut context = Context::from_waker(&waker);
    let handle = scheduler.progress_handle();
    loop {
        match run.verdict() {
            Verdict::Cancel => {
                // The reaper resolves the handle; this waits for encoders that nothing can cut short.
                scheduler.abort();
                return End::Cancelled;
            }
            Verdict::Stop => {
                run.report(|progress| progress.phase = Phase::Finishing);
                let result = scheduler.stop();
                run.report(|progress| update(progress, &handle.snapshot(), expected, run.elapsed()));
                return if run.verdict() == Verdict::Cancel { End::Cancelled } else { End::Ended(result) };
            }
            Verdict::GoOn | Verdict::Publish => {}
        }
        let ended = Pin::new(&mut scheduler).poll(&mut context);
        run.report(|progress| update(progress, &handle.snapshot(), expected, run.elapsed()));
        if let Poll::Ready(result) = ended {
            return End::Ended(result);
        }
        thread::park_timeout(TICK);
    }
}

fn update(
    progress: &mut Progress,
    snapshot: &ez_ffmpeg::core::scheduler::progress::Progress,
    expected: Option<Duration>,
    elapsed: Duration,
) {
    progress.elapsed = elapsed;
    let Some(output) = snapshot.outputs().first() else { return };
    progress.frames = output.video_packets();
    progress.fps = output.fps();
    progress.speed = output.speed();
    progress.bytes = output.total_size();
    // The writer may take an interleaved step back; a reader of progress never sees one.
    let position = output.out_time_us().and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
    progress.position = position.max(progress.position);
    let Some((position, expected)) = progress.position.zip(expected).filter(|(_, expected)| !expected.is_zero()) else { return };
    // 100 is said when it is over.
    let percent = (position.as_secs_f64() / expected.as_secs_f64() * 100.0).min(99.9);
    progress.percent = Some(percent.max(progress.percent.unwrap_or_default()));
    progress.time_left = progress
        .speed
        .filter(|it| *it > 0.0)
        .and_then(|speed| Duration::try_from_secs_f64(expected.saturating_sub(position).as_secs_f64() / speed).ok());
}
