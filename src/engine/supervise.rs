use std::sync::Arc;

use super::attempt::{Attempted, attempt};
use super::init;
use super::live::Live;
use crate::error::{Cause, Error};
use crate::media::Stage;
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
    let left = match attempt(pipeline, live, None, run)? {
        Attempted::Done(outcome) => return Ok(outcome),
        Attempted::DeviceLeft(left) => left,
    };
    begin_anew(run);
    match attempt(pipeline, Live::default(), Some(left), run)? {
        Attempted::Done(outcome) => Ok(outcome),
        // There was none to leave.
        Attempted::DeviceLeft(_) => {
            let cause = Cause::new(Stage::Decode, "a device failed where none was used");
            Err(Error::Failed { location: pipeline.input.location.clone(), cause })
        }
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
