use std::sync::Arc;
use std::time::Duration;

use super::output::{Staged, Target};
use super::running::{self, End};
use super::{context, failure, init};
use crate::error::{Cause, Error};
use crate::media::{Location, Phase, Stage};
use crate::pipeline::{AnyOutput, Pipeline};
use crate::plan::Plan;
use crate::read::{Header, check_input};
use crate::run::{Outcome, Run, Verdict, Written};

/// Runs a pipeline from the first look at its input to the published output. Blocks until everything native has ended, also
/// where the handle was resolved long before.
///
/// # Errors
/// Whatever keeps the output from being whole.
pub(crate) fn run(pipeline: &Pipeline, run: &Arc<Run>) -> Result<Outcome, Error> {
    pipeline.validate()?;
    let [output] = pipeline.outputs.as_slice() else {
        return Err(Error::Invalid { problems: Vec::new() });
    };
    init();

    let input = check_input(&pipeline.input)?;
    let target = Target::find(output, input.as_ref())?;
    let header = Header::read(&pipeline.input, &run.interrupt())?;
    let plan = Plan::new(pipeline, output, header.as_ref())?;
    let place = Place::prepare(target, output, run)?;
    check(run)?;

    let context = context::build(&plan, &pipeline.input, &output.location, place.url())?;
    check(run)?;
    let scheduler = context.start().map_err(|why| failure::sort(why, &pipeline.input, &output.location))?;
    run.report(|progress| progress.phase = Phase::Running);
    match running::wait(scheduler, run, plan.expected) {
        End::Cancelled => return Err(Error::Cancelled),
        End::Ended(Err(why)) => return Err(failure::sort(why, &pipeline.input, &output.location)),
        End::Ended(Ok(())) => run.report(|progress| progress.phase = Phase::Finishing),
    }

    let stopped = run.verdict() == Verdict::Stop;
    let written = place.finish(pipeline, output, &plan, run, stopped)?;
    let frames = plan.video.is_some().then(|| run.frames()).flatten();
    Ok(Outcome { job: run.id, outputs: vec![written], frames, stopped, elapsed: run.elapsed(), cpu: run.cpu() })
}

/// Between two native calls: whether to make the next one. An end that comes before anything is written leaves nothing to keep.
fn check(run: &Run) -> Result<(), Error> {
    match run.verdict() {
        Verdict::GoOn | Verdict::Publish => Ok(()),
        Verdict::Stop | Verdict::Cancel => Err(Error::Cancelled),
    }
}

/// Where the engine writes.
enum Place {
    Staged { staged: Staged, url: String },
    InPlace { url: String },
}

impl Place {
    fn prepare(target: Target, output: &AnyOutput, run: &Run) -> Result<Self, Error> {
        let (path, replaces) = match target {
            Target::File { path, replaces } => (path, replaces),
            Target::InPlace { url } => return Ok(Self::InPlace { url }),
        };
        let staged = Staged::create(path.clone(), replaces.as_ref()).map_err(|why| Error::writing(&path, Stage::Mux, why))?;
        run.add_temporary(staged.path().to_owned());
        let url = Location::file(staged.path()).ffmpeg_url().unwrap_or_default();
        debug_assert!(output.location.path().is_some(), "only paths are staged");
        Ok(Self::Staged { staged, url })
    }

    fn url(&self) -> &str {
        match self {
            Self::Staged { url, .. } | Self::InPlace { url } => url,
        }
    }

    /// Looks at what was written and, where it is what was asked for, publishes it.
    fn finish(self, pipeline: &Pipeline, output: &AnyOutput, plan: &Plan, run: &Run, stopped: bool) -> Result<Written, Error> {
        let location = output.location.clone();
        let staged = match self {
            Self::InPlace { .. } => {
                return if run.may_publish() {
                    Ok(Written { location, path: None, bytes: run.bytes(), duration: None, streams: Vec::new() })
                } else {
                    Err(Error::Cancelled)
                };
            }
            Self::Staged { staged, .. } => staged,
        };
        let failed = |why| Error::writing(location.path().unwrap_or_else(|| staged.path()), Stage::Publish, why);
        let header = Header::of_output(staged.path()).filter(|it| it.duration.is_some());
        let Some(header) = header else {
            return Err(if stopped { Error::Cancelled } else { nothing_written(pipeline, plan, &location) });
        };
        if !stopped {
            check_length(pipeline, plan, header.duration.unwrap_or_default())?;
        }
        let bytes = std::fs::metadata(staged.path()).map_err(failed)?.len();
        if !run.may_publish() {
            return Err(Error::Cancelled);
        }
        let named = location.path().unwrap_or_else(|| staged.path()).to_owned();
        let path =
            staged.publish(output.overwrite, output.durability).map_err(|why| Error::writing(&named, Stage::Publish, why))?;
        Ok(Written { location, path: Some(path), bytes: Some(bytes), duration: header.duration, streams: header.streams })
    }
}

fn nothing_written(pipeline: &Pipeline, plan: &Plan, output: &Location) -> Error {
    match plan.promised {
        // The part that was asked for lies beyond the end of what there is.
        Some(promised) if !promised.is_zero() => {
            Error::Truncated { location: pipeline.input.clone(), readable: Duration::ZERO, promised }
        }
        _ => Error::Failed {
            location: output.clone(),
            cause: Cause::new(Stage::Mux, "the input has no media in the part that was asked for, so the output is empty"),
        },
    }
}

/// ez-ffmpeg reports a source that ends too early as a regular end. What its header promised tells.
fn check_length(pipeline: &Pipeline, plan: &Plan, written: Duration) -> Result<(), Error> {
    let Some(promised) = plan.promised else { return Ok(()) };
    // Containers state lengths with errors of their own: a frame, a packet of audio, a rounded rate. This is well above those.
    let slack = (promised / 50).max(Duration::from_millis(500));
    if written + slack >= promised {
        return Ok(());
    }
    Err(Error::Truncated { location: pipeline.input.clone(), readable: written, promised })
}
