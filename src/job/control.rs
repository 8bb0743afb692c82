use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::token;
use crate::run::{JobId, Progress, Run, Why};

/// Ends a job from anywhere: cheap to clone, usable while another task awaits the job, harmless after the end.
///
/// Dropping it does nothing.
#[derive(Clone)]
pub struct Control {
    run: Arc<Run>,
}

impl Control {
    pub(super) fn new(run: Arc<Run>) -> Self {
        Self { run }
    }

    /// Which job.
    #[must_use]
    pub fn id(&self) -> JobId {
        self.run.id
    }

    /// Ends the job now: nothing is left under the output's name or beside it, and the job resolves to
    /// [`Error::Cancelled`](crate::Error::Cancelled) at once. FFmpeg's threads end soon after; a slow encoder may take seconds.
    ///
    /// Never blocks. Once the output is being published it is too late, and the job ends as it would have.
    pub fn cancel(&self) {
        self.run.cancel(Why::Asked);
    }

    /// Ends the job early and keeps what there is: the output is finished, published and playable, and the job resolves to an
    /// [`Outcome`](crate::Outcome) that says `stopped`. Where nothing was written yet, this is a cancel; of a [`Task`](crate::Task) it is
    /// one at any time.
    ///
    /// Reading ends at once, and what was read is still encoded and written, which takes as long as the encoder needs
    /// ([`Launch::stop_limit`](crate::Launch::stop_limit) bounds it). Where FFmpeg opens the source itself (playlists, RTSP), and where a
    /// device decodes ([`Pipeline::hardware`](crate::Pipeline::hardware)), what is on its way to the encoder is lost.
    ///
    /// Never blocks. A [`cancel`](Self::cancel) after it still cancels.
    pub fn stop(&self) {
        self.run.stop();
    }

    /// Holds the job up: nothing more is read, decoded or written until [`resume`](Self::resume). What is on its way between two
    /// stages still arrives. The stall watchdog stands still meanwhile, a deadline does not. Whether the source bears the wait is
    /// for the caller to know: a server may hang up, a live one goes on without the job.
    ///
    /// Never blocks; pausing twice, or after the end, does nothing.
    pub fn pause(&self) {
        self.run.pause(true);
    }

    /// Lets a paused job go on. Never blocks.
    pub fn resume(&self) {
        self.run.pause(false);
    }

    /// A token of this job's: cancelling it cancels the job, and it is cancelled itself once the job has ended, in whatever way.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        token::of(&self.run)
    }

    /// How far the job is, now.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.run.snapshot()
    }
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("job", &self.run.id).finish_non_exhaustive()
    }
}
