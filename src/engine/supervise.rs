use std::sync::Arc;

use super::attempt::{Attempted, attempt};
use super::init;
use super::live::{Live, Streams};
use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::run::{Outcome, Progress, Run};

/// Runs a pipeline from the first look at its inputs to the published outputs. Blocks until everything native has ended, also
/// where the handle was resolved long before.
///
/// # Errors
/// Whatever keeps the outputs from being whole.
pub(crate) fn run(pipeline: &Pipeline, live: Live, run: &Arc<Run>) -> Result<Outcome, Error> {
    pipeline.validate()?;
    init();
    let (mut streams, taps) = live.apart();
    let mut before = None;
    // Each attempt that does not end the job leaves the next one less to fail: a device, or pictures that stay on one.
    loop {
        match attempt(pipeline, streams, &taps, before, run)? {
            Attempted::Done(outcome) => return Ok(outcome),
            Attempted::Anew(anew) => before = Some(anew),
        }
        streams = Streams::none();
        begin_anew(run);
    }
}

/// Nothing of what was counted holds any more, but for what never falls.
fn begin_anew(run: &Run) {
    run.moved();
    run.report(|progress| {
        let Progress { phase, paused, percent, elapsed, attempt, .. } = *progress;
        *progress = Progress { phase, paused, percent, elapsed, attempt: attempt.saturating_add(1), ..Progress::default() };
    });
}
