//! Everything native has ended: what was written is looked at and, where all of it is what was asked for, published.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::context::lock;
use super::job::Job;
use super::output::{Place, refused, shown};
use super::prepare::request;
use crate::error::Error;
use crate::media::Stage;
use crate::pipeline::AnyOutput;
use crate::plan::OutputWork;
use crate::read::{self, Header};
use crate::run::{Outcome, Verdict, Written};

/// # Errors
/// Whatever keeps an output from being whole. None is published then.
pub(super) fn finish(job: &Job<'_>, places: Vec<Place>, positions: Vec<Option<Duration>>) -> Result<Outcome, Error> {
    if let Some(why) = job.tapped() {
        return Err(why);
    }
    let stopped = job.run.verdict() == Verdict::Stop;
    let mut truncated = false;
    if let Some(why) = job.lost() {
        if !job.pipeline.tolerance.truncated {
            return Err(why);
        }
        truncated = true;
    }
    check_corruption(job)?;
    check_warnings(job)?;
    let mut ready = Vec::new();
    let outputs = job.pipeline.outputs.iter().zip(&job.work.outputs);
    for ((place, position), (output, work)) in places.into_iter().zip(positions).zip(outputs) {
        let end = OutputEnd { job, output, work, position };
        let (header, cut) = end.look(&place, stopped)?;
        truncated |= cut;
        ready.push((end, place, header));
    }
    // The last bytes of what is written in place may still be refused; it is asked before anything gets its name.
    for (end, place, _) in &ready {
        if let Place::Sink(sink) = place {
            let mut sink = lock(sink);
            sink.finish().map_err(|code| refused(&end.output.location, code, sink.said()))?;
        }
    }
    if !job.run.may_publish() {
        return Err(Error::Cancelled { detached: false });
    }
    let outputs = publish(ready)?;
    let has_video = job.work.outputs.iter().any(OutputWork::has_video);
    let snapshot = job.run.snapshot();
    Ok(Outcome {
        job: job.run.id,
        outputs,
        frames: snapshot.frames.filter(|_| has_video),
        stopped,
        truncated,
        corrupt: job.counts.corrupt(),
        warnings: Vec::new(), // The run's journal has them.
        elapsed: job.run.elapsed(),
        cpu: job.run.cpu(),
    })
}

/// Gives every output its name. Where one cannot have it, those that have theirs already lose it again, unless they replaced a
/// file: that one is gone.
fn publish(ready: Vec<(OutputEnd<'_>, Place, Option<Header>)>) -> Result<Vec<Written>, Error> {
    let mut written: Vec<Written> = Vec::new();
    let mut new = Vec::new();
    for (end, place, header) in ready {
        match end.publish(place, header) {
            Ok((it, is_new)) => {
                new.extend(it.path.clone().filter(|_| is_new));
                written.push(it);
            }
            Err(why) => {
                for path in new {
                    // What cannot be removed stays; the error says that the job failed.
                    let _ = std::fs::remove_file(path);
                }
                return Err(why);
            }
        }
    }
    Ok(written)
}

/// One output of a job that has run.
struct OutputEnd<'a> {
    job: &'a Job<'a>,
    output: &'a AnyOutput,
    work: &'a OutputWork,
    /// How far the muxer came.
    position: Option<Duration>,
}

impl OutputEnd<'_> {
    /// Reads back what was written, where that can be, and whether it is shorter than it should be.
    fn look(&self, place: &Place, stopped: bool) -> Result<(Option<Header>, bool), Error> {
        let header = match place {
            Place::Staged(staged) => Header::of_output(staged.path()),
            Place::Sink(_) | Place::Nowhere => None,
        };
        // What was written in place cannot be read back.
        let length = match place {
            // A picture has no length, and is written nevertheless.
            Place::Staged(_) => header.as_ref().and_then(|it| it.duration.or(self.work.muxer.pictures.map(|_| Duration::ZERO))),
            Place::Sink(_) | Place::Nowhere => self.position,
        };
        let Some(length) = length else { return Err(self.nothing_written(stopped)) };
        if stopped || self.is_long_enough(length) || self.is_only_shorter() {
            return Ok((header, false));
        }
        if !self.job.pipeline.tolerance.truncated {
            let (location, promised) = (self.job.input().clone(), self.work.promised.unwrap_or_default());
            return Err(Error::Truncated { location, readable: length, promised, log: Arc::default() });
        }
        Ok((header, true))
    }

    /// What was written, and whether there is a file now that was not there before.
    fn publish(&self, place: Place, header: Option<Header>) -> Result<(Written, bool), Error> {
        let location = self.output.location.clone();
        let staged = match place {
            Place::Staged(staged) => staged,
            Place::Sink(sink) => {
                let bytes = Some(lock(&sink).written());
                return Ok((Written { location, path: None, bytes, duration: None, streams: Vec::new() }, false));
            }
            Place::Nowhere => {
                return Ok((Written { location, path: None, bytes: None, duration: None, streams: Vec::new() }, false));
            }
        };
        let failed = |why| Error::writing(&shown(&self.output.location), Stage::Publish, why);
        let bytes = std::fs::metadata(staged.path()).map_err(failed)?.len();
        let is_new = !staged.replaces();
        let path = staged.publish(self.output.overwrite, self.output.durability).map_err(failed)?;
        let (duration, streams) = header.map(|it| (it.duration, it.streams)).unwrap_or_default();
        Ok((Written { location, path: Some(path), bytes: Some(bytes), duration, streams }, is_new))
    }

    fn nothing_written(&self, stopped: bool) -> Error {
        let input = self.job.input().clone();
        match self.work.promised {
            _ if stopped => Error::Cancelled { detached: false },
            Some(promised) if !promised.is_zero() && !self.is_only_shorter() => {
                Error::Truncated { location: input, readable: Duration::ZERO, promised, log: Arc::default() }
            }
            _ => Error::nothing_there(&input),
        }
    }

    /// ez-ffmpeg reports a source that ends too early as a regular end. What its header promised tells.
    fn is_long_enough(&self, written: Duration) -> bool {
        self.work.promised.is_none_or(|promised| written + slack(promised) >= promised)
    }

    /// Whether the inputs themselves are as long as they promised, and only the streams that were wanted of them end before the
    /// others: not every container tells each stream's length. What cannot be read again is not asked.
    fn is_only_shorter(&self) -> bool {
        let Some(promised) = self.work.promised.filter(|_| self.job.source_stops && !self.work.leaves_out.is_empty()) else {
            return false;
        };
        let inputs = self.job.pipeline.inputs().zip(&self.job.work.inputs).enumerate();
        let mut left_out = inputs.filter(|(index, _)| self.work.leaves_out.contains(index));
        left_out.all(|(_, (input, part))| {
            let until = part.start.unwrap_or_default() + (promised - slack(promised));
            // A stop that comes now is too late to end what was read.
            let run = Arc::clone(self.job.run);
            let request = request(self.job.pipeline, input, self.job.run.output_flag());
            input.location.path().is_some_and(Path::is_file) && read::reaches(&request, until, move || run.moved())
        })
    }
}

fn check_corruption(job: &Job<'_>) -> Result<(), Error> {
    let limit = job.pipeline.tolerance.corrupt_percent;
    let Some(((corrupt, frames), percent)) = job.counts.corrupt().zip(job.counts.frames()).zip(limit) else {
        return Ok(());
    };
    if corrupt as f64 * 100.0 > frames as f64 * percent {
        return Err(Error::Corrupt { location: job.input().clone(), corrupt, frames, log: Arc::default() });
    }
    Ok(())
}

fn check_warnings(job: &Job<'_>) -> Result<(), Error> {
    let warnings = job.run.journal.warning_count();
    match job.pipeline.tolerance.warnings {
        Some(most) if warnings > most => {
            Err(Error::TooManyWarnings { location: job.input().clone(), warnings, log: Arc::default() })
        }
        _ => Ok(()),
    }
}

/// Containers state lengths with errors of their own: a frame, a packet of audio, a rounded rate. This is well above.
fn slack(promised: Duration) -> Duration {
    (promised / 50).max(Duration::from_millis(500)).min(promised)
}
