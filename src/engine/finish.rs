//! Everything native has ended: what was written is looked at and, where all of it is what was asked for, published.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::context::lock;
use super::job::Job;
use super::output::{LiveSet, Place, Replaced, SetFile, StagedSet, refused, shown};
use super::prepare::request;
use crate::error::Error;
use crate::media::Stage;
use crate::pipeline::AnyOutput;
use crate::plan::{OutputWork, SetContent, SetWork};
use crate::read::{self, Header, slack};
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
        hardware: job.devices.usage(job.pipeline),
        encoders: job.encoders.told(job),
        warnings: Vec::new(), // The run's journal has them.
        elapsed: job.run.elapsed(),
        cpu: job.run.cpu(),
    })
}

/// Gives every output its name. Where one cannot have it, those that have theirs already lose it again, and what they replaced is
/// there again.
fn publish(ready: Vec<(OutputEnd<'_>, Place, Option<Header>)>) -> Result<Vec<Written>, Error> {
    let (mut written, mut named) = (Vec::new(), Vec::new());
    let mut ready: Vec<_> = ready.into_iter().enumerate().collect();
    // So the one that most jobs have at most replaces its file in the last step, and nothing has to be kept for it.
    ready.sort_by_key(|(_, (_, place, _))| matches!(place, Place::Staged(staged) if staged.replaces()));
    let last = ready.len().saturating_sub(1);
    for (position, (index, (end, place, header))) in ready.into_iter().enumerate() {
        match end.publish(place, header, position < last) {
            Ok((it, replaced)) => {
                written.push((index, it));
                named.extend(replaced);
            }
            Err(why) => {
                named.into_iter().rev().for_each(Replaced::take_back);
                return Err(why);
            }
        }
    }
    named.into_iter().for_each(Replaced::keep);
    written.sort_by_key(|(index, _)| *index);
    Ok(written.into_iter().map(|(_, it)| it).collect())
}

/// An input of which there is less than there should be.
struct Cut {
    input: usize,
    readable: Duration,
    promised: Duration,
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
        let (header, length) = match place {
            Place::Staged(staged) => {
                let header = Header::of_output(staged.path());
                // A picture has no length, and is written nevertheless.
                let length = header.as_ref().and_then(|it| it.duration.or(self.work.muxer.pictures.map(|_| Duration::ZERO)));
                (header, length)
            }
            Place::Set(staged) => self.look_at_set(staged)?,
            Place::Live(live) => self.look_at_live(live)?,
            // What was written in place cannot be read back.
            Place::Sink(_) | Place::Nowhere => (None, self.position),
        };
        let Some(length) = length else { return Err(self.nothing_written(stopped)) };
        let cut = if stopped { None } else { self.cut_off(length).or_else(|| self.not_joined(length)) };
        match cut {
            Some(Cut { input, readable, promised }) if !self.job.pipeline.tolerance.truncated => {
                let location = self.job.nth_input(input).clone();
                Err(Error::Truncated { location, readable, promised, log: Arc::default() })
            }
            cut => Ok((header, cut.is_some())),
        }
    }

    /// The same of a set. A film tells its length by its playlist; single pictures tell none, but there has to be one.
    fn look_at_set(&self, staged: &StagedSet) -> Result<(Option<Header>, Option<Duration>), Error> {
        let failed = |why| Error::writing(&shown(&self.output.location), Stage::Mux, why);
        let files = staged.files().map_err(failed)?;
        staged.check(&files).map_err(failed)?;
        match self.work.set.as_ref().map(|it| (&it.content, &it.index)) {
            Some((SetContent::Film, main)) => {
                let header = Header::of_output(&staged.path().join(main));
                Ok((header.clone(), header.and_then(|it| it.duration)))
            }
            Some((SetContent::Pictures, _)) | None => {
                let mut first = files.first().and_then(|it| Header::of_output(&staged.path().join(&it.name)));
                // FFmpeg gives a picture a length of its own making.
                first.iter_mut().for_each(|it| it.duration = None);
                let length = (!files.is_empty()).then(|| self.position.unwrap_or_default());
                Ok((first, length))
            }
        }
    }

    /// The same of a live one, of which only the newest part is there.
    fn look_at_live(&self, live: &LiveSet) -> Result<(Option<Header>, Option<Duration>), Error> {
        let failed = |why| Error::writing(&shown(&self.output.location), Stage::Mux, why);
        live.check(&live.files().map_err(failed)?).map_err(failed)?;
        let mut header = self.work.set.as_ref().and_then(|it| Header::of_output(&live.path().join(it.index)));
        header.iter_mut().for_each(|it| it.duration = self.position);
        let length = header.as_ref().and(self.position);
        Ok((header, length))
    }

    /// What was written, and what has a name now. Whether others `may_fail` after it, says whether that may be taken back.
    fn publish(&self, place: Place, header: Option<Header>, may_fail: bool) -> Result<(Written, Option<Replaced>), Error> {
        let location = self.output.location.clone();
        let failed = |why| Error::writing(&shown(&self.output.location), Stage::Publish, why);
        let (overwrite, durability) = (self.output.overwrite, self.output.durability);
        let (duration, streams) = header.map(|it| (it.duration, it.streams)).unwrap_or_default();
        match place {
            Place::Sink(sink) => Ok((Written::in_place(location, Some(lock(&sink).written())), None)),
            Place::Nowhere => Ok((Written::in_place(location, None), None)),
            Place::Staged(staged) => {
                let bytes = Some(std::fs::metadata(staged.path()).map_err(failed)?.len());
                let replaced = staged.publish(overwrite, durability, may_fail).map_err(failed)?;
                let path = replaced.path().to_owned();
                let files = path.file_name().map(PathBuf::from).into_iter().collect();
                Ok((Written { location, path: Some(path), files, bytes, duration, streams }, Some(replaced)))
            }
            Place::Set(staged) => {
                let (files, bytes) = named_and_counted(staged.files().map_err(failed)?);
                let replaced = staged.publish(overwrite, durability).map_err(failed)?;
                let path = Some(replaced.path().to_owned());
                Ok((Written { location, path, files, bytes, duration, streams }, Some(replaced)))
            }
            // It has been seen, so it is not taken back, whatever becomes of others.
            Place::Live(live) => {
                let (files, bytes) = named_and_counted(live.files().map_err(failed)?);
                let path = Some(live.path().to_owned());
                live.finish(durability).map_err(failed)?;
                Ok((Written { location, path, files, bytes, duration, streams }, None))
            }
        }
    }

    fn nothing_written(&self, stopped: bool) -> Error {
        let input = self.job.nth_input(self.work.tracks.first().map_or(0, |it| it.input)).clone();
        match self.work.promised {
            _ if stopped => Error::Cancelled { detached: false },
            Some(promised) if !promised.is_zero() && !self.is_only_shorter() => {
                Error::Truncated { location: input, readable: Duration::ZERO, promised, log: Arc::default() }
            }
            _ => Error::nothing_there(&input),
        }
    }

    /// ez-ffmpeg reports a source that ends too early as a regular end. What headers promised tells: the input that ended before
    /// that, and what it had promised.
    fn cut_off(&self, written: Duration) -> Option<Cut> {
        let (input, promised) = self.ends_early(written)?;
        Some(Cut { input, readable: written.min(promised), promised })
    }

    /// The first of several inputs that follow each other packet by packet of which not all was written.
    fn not_joined(&self, written: Duration) -> Option<Cut> {
        let are_pictures = self.work.muxer.pictures.is_some() || self.are_pictures();
        let joined = self.job.work.joined.as_ref().filter(|_| self.work.joins_packets() && !are_pictures)?;
        let (input, readable, promised) = joined.lacks(written, slack(written))?;
        Some(Cut { input, readable, promised })
    }

    fn are_pictures(&self) -> bool {
        matches!(self.work.set, Some(SetWork { content: SetContent::Pictures, .. }))
    }

    fn ends_early(&self, written: Duration) -> Option<(usize, Duration)> {
        let first = self.work.promises.first().copied()?;
        if self.work.vouches {
            return (!self.is_long_enough(written) && !self.is_only_shorter()).then_some(first);
        }
        // The length of the whole says too little of each of them, so they are asked themselves.
        let asked: Vec<_> = self.work.promises.iter().map(|it| (*it, self.reaches(it.0, it.1))).collect();
        if let Some((cut, _)) = asked.iter().find(|(_, reached)| *reached == Some(false)) {
            return Some(*cut);
        }
        // For one that cannot be read again it counts that it was not lost on the way, and what there is all in all; of single
        // pictures that says nothing, for they may be far apart.
        let is_told = asked.iter().all(|(_, reached)| reached.is_some());
        (!is_told && !self.are_pictures() && !self.is_long_enough(written)).then_some(first)
    }

    fn is_long_enough(&self, written: Duration) -> bool {
        self.work.promised.is_none_or(|promised| written + slack(promised) >= promised)
    }

    /// Whether the input itself is as long as it promised, and only the streams that were wanted of it end before the others: not
    /// every container tells each stream's length.
    fn is_only_shorter(&self) -> bool {
        let reaches = |it: &(usize, Duration)| self.reaches(it.0, it.1) == Some(true);
        !self.work.leaves_out.is_empty() && !self.work.promises.is_empty() && self.work.promises.iter().all(reaches)
    }

    /// Whether there is so much of the part that was wanted of that input; `None` for what cannot be read again.
    fn reaches(&self, index: usize, promised: Duration) -> Option<bool> {
        let input = self.job.pipeline.inputs().nth(index)?;
        let start = self.job.work.inputs.get(index)?.start.unwrap_or_default();
        let until = start + promised.saturating_sub(slack(promised));
        // A stop that comes now is too late to end what was read.
        let run = Arc::clone(self.job.run);
        let request = request(self.job.pipeline, input, self.job.run.output_flag());
        let can_be_read_again = !self.job.is_by_name(index) && input.location.path().is_some_and(Path::is_file);
        can_be_read_again.then(|| read::reaches(&request, until, move || run.moved()))
    }
}

fn named_and_counted(files: Vec<SetFile>) -> (Vec<PathBuf>, Option<u64>) {
    let bytes = files.iter().map(|it| it.bytes).sum();
    (files.into_iter().map(|it| it.name).collect(), Some(bytes))
}

fn check_corruption(job: &Job<'_>) -> Result<(), Error> {
    let limit = job.pipeline.tolerance.corrupt_percent;
    match limit.and_then(|percent| job.counts.beyond(percent)) {
        Some((input, corrupt, frames)) => {
            Err(Error::Corrupt { location: job.nth_input(input).clone(), corrupt, frames, log: Arc::default() })
        }
        None => Ok(()),
    }
}

fn check_warnings(job: &Job<'_>) -> Result<(), Error> {
    let warnings = job.run.journal.warning_count().saturating_sub(job.warned);
    match job.pipeline.tolerance.warnings {
        Some(most) if warnings > most => {
            let input = job.run.journal.most_warned().unwrap_or(0);
            Err(Error::TooManyWarnings { location: job.nth_input(input).clone(), warnings, log: Arc::default() })
        }
        _ => Ok(()),
    }
}
