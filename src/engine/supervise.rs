use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ez_ffmpeg::filter::frame_pipeline::FramePipeline;

use super::context::{self, Destination, lock};
use super::output::{AnyWriter, Place, Target, WatchedSink, refused, shown};
use super::running::{End, Watch};
use super::tap::{self, AppTap, Counts};
use super::{failure, init};
use crate::error::{Cause, Error, Place as At, Reason};
use crate::ffi::{Code, InterruptFlag};
use crate::logs;
use crate::media::{Location, Phase, Stage, StreamKind};
use crate::pipeline::{AnyOutput, Pipeline};
use crate::plan::Plan;
use crate::read::{self, AnyReader, Header, Request, Source, SourceEnd, Vitals, check_input};
use crate::run::{Outcome, Run, Verdict, Written};

/// What an application hands over with a pipeline: live things, which are no data.
#[derive(Default)]
pub(crate) struct Live {
    pub(crate) reader: Option<AnyReader>,
    pub(crate) writer: Option<AnyWriter>,
    pub(crate) video_taps: Vec<AppTap>,
    pub(crate) audio_taps: Vec<AppTap>,
}

/// Runs a pipeline from the first look at its input to the published output. Blocks until everything native has ended, also
/// where the handle was resolved long before.
///
/// # Errors
/// Whatever keeps the output from being whole.
pub(crate) fn run(pipeline: &Pipeline, live: Live, run: &Arc<Run>) -> Result<Outcome, Error> {
    pipeline.validate()?;
    let [output] = pipeline.outputs.as_slice() else {
        return Err(Error::Invalid { problems: Vec::new() });
    };
    init();
    let Live { reader, writer, video_taps, audio_taps } = live;

    let (input, to) = (&pipeline.input, &output.location);
    let unused = [(reader.is_some(), input, At::input(0, input)), (writer.is_some(), to, At::output(0, to))];
    if let Some((.., place)) = unused.into_iter().find(|(given, location, _)| *given && !location.is_stream()) {
        return Err(Error::invalid(place, Reason::UnusedStream));
    }

    let target = Target::find(output, check_input(&pipeline.input)?.as_ref())?;
    let (source, header) = read::open(request(pipeline, run.input_flag()), reader)?;
    let plan = Plan::new(pipeline, output, header.as_ref())?;
    check(run)?;
    run.enter(Phase::Probing);
    let needs_fragments = || Error::invalid(At::output(0, &output.location), Reason::NeedsFragments);
    // Asked before it is opened, for opening alone may empty it.
    if output.container.needs_seek() && target.cannot_seek(writer.as_ref()) {
        return Err(needs_fragments());
    }
    let place = Place::open(target, output, writer, pipeline.network_timeout, run)?;
    check(run)?;
    if output.container.needs_seek() && matches!(&place, Place::Sink(sink) if !lock(sink).is_seekable()) {
        return Err(needs_fragments());
    }

    let sink = match &place {
        Place::Staged(_) | Place::Nowhere => None,
        Place::Sink(sink) => Some(Arc::clone(sink)),
    };
    let source_stops = matches!(source, Source::Bytes { .. });
    let (vitals, counts) = (Vitals::default(), Arc::default());
    let job = Job { pipeline, output, plan: &plan, run, vitals, sink, counts, source_stops };
    let destination = destination(&place);
    let taps = job.taps(video_taps, audio_taps);
    job.check_countable()?;
    let context = context::build(&plan, (&pipeline.input, source), (&output.location, &destination), taps, (run, &job.vitals))
        .map_err(|why| job.sharpen(why))?;
    check(run)?;
    let scheduler = context.start().map_err(|why| job.sort(why))?;
    run.enter(Phase::Running);
    let watch = Watch { run, counts: &job.counts, expected: plan.expected, source_stops };
    match watch.wait(scheduler) {
        End::Cancelled => return Err(Error::Cancelled { detached: false }),
        End::Ended(Err(why)) => return Err(job.sort(why)),
        End::Ended(Ok(())) => run.enter(Phase::Finishing),
    }
    job.finish(place)
}

fn request(pipeline: &Pipeline, interrupt: InterruptFlag) -> Request<'_> {
    let Pipeline { input, network_timeout, headers, reach, limits, .. } = pipeline;
    Request { location: input, timeout: *network_timeout, headers: headers.lines(), reach, limits, interrupt }
}

/// Between two native calls: whether to make the next one. An end that comes before anything is written leaves nothing to keep.
fn check(run: &Run) -> Result<(), Error> {
    match run.verdict() {
        Verdict::GoOn | Verdict::Publish => Ok(()),
        Verdict::Stop | Verdict::Cancel(_) => Err(Error::Cancelled { detached: false }),
    }
}

fn destination(place: &Place) -> Destination {
    match place {
        Place::Staged(staged) => Destination::ByName(Location::file(staged.path()).ffmpeg_url().unwrap_or_default()),
        Place::Sink(sink) => Destination::Sink(Arc::clone(sink)),
        // What the `ffmpeg` program is told; the null muxer opens nothing.
        Place::Nowhere => Destination::ByName("-".into()),
    }
}

/// What the steps after opening share.
struct Job<'a> {
    pipeline: &'a Pipeline,
    output: &'a AnyOutput,
    plan: &'a Plan,
    run: &'a Arc<Run>,
    vitals: Vitals,
    /// Where the output is written in place.
    sink: Option<Arc<Mutex<WatchedSink>>>,
    counts: Arc<Counts>,
    /// A source of ours ends by itself when the run is stopped; one of FFmpeg's has to be stopped.
    source_stops: bool,
}

impl Job<'_> {
    /// One tap for each decoded stream whose index is known, and for each kind that the application taps.
    fn taps(&self, video: Vec<AppTap>, audio: Vec<AppTap>) -> Vec<FramePipeline> {
        let streams = [(StreamKind::Video, &self.plan.video, video), (StreamKind::Audio, &self.plan.audio, audio)];
        let decoded = streams.into_iter().filter_map(|(kind, stream, apps)| {
            let stream = stream.as_ref().filter(|it| !it.copy)?;
            (stream.index.is_some() || !apps.is_empty()).then_some((kind, stream.index, apps))
        });
        decoded
            .map(|(kind, index, apps)| tap::pipeline(kind, index, Arc::clone(&self.counts), apps, Arc::clone(self.run)))
            .collect()
    }

    /// A limit on what cannot be counted would hold for nothing.
    fn check_countable(&self) -> Result<(), Error> {
        let tolerance = &self.pipeline.tolerance;
        let why = if tolerance.corrupt_percent.is_some() && self.plan.decodes() && self.counts.corrupt().is_none() {
            "FFmpeg opens this input itself, so damage to it cannot be counted; do without Tolerance::corrupt_percent"
        } else if tolerance.warnings.is_some() && !logs::is_installed() {
            "without logs::install() nobody counts warnings; call it, or do without Tolerance::warnings"
        } else {
            return Ok(());
        };
        Err(Error::Refused { location: self.pipeline.input.clone(), why: why.into() })
    }

    /// An error of the engine's, with what our own ends of the job know of its cause.
    fn sort(&self, why: ez_ffmpeg::error::Error) -> Error {
        self.sharpen(failure::sort(why, &self.pipeline.input, &self.output.location))
    }

    fn sharpen(&self, why: Error) -> Error {
        if let Some(why) = self.tapped() {
            return why;
        }
        match self.vitals.end() {
            Some(end) if matches!(why, Error::Failed { .. } | Error::NotMedia { .. }) => self.lost(end),
            _ => self.unwritten().unwrap_or(why),
        }
    }

    fn tapped(&self) -> Option<Error> {
        let why = self.counts.take_failure()?;
        Some(Error::Tap { location: self.pipeline.input.clone(), cause: Cause::new(Stage::Filter, why) })
    }

    /// What the output's own end said, where it refused to be written.
    fn unwritten(&self) -> Option<Error> {
        let sink = lock(self.sink.as_ref()?);
        sink.failure().map(|code| refused(&self.output.location, code, sink.said()))
    }

    fn lost(&self, end: SourceEnd) -> Error {
        let location = self.pipeline.input.clone();
        match end {
            // It is all there, in an order that it cannot be read in: trying again does not help.
            SourceEnd::Failed(code @ Code::NOT_SEEKABLE, _) => Error::Failed { location, cause: Cause::code(Stage::Demux, code) },
            SourceEnd::Failed(code, said) => {
                Error::SourceLost { location, at: None, cause: Cause::said(Stage::Demux, code, said) }
            }
            SourceEnd::Early { at, of } => {
                let why = format!("the source had announced {of} bytes");
                Error::SourceLost { location, at: Some(at), cause: Cause::new(Stage::Demux, why) }
            }
        }
    }

    /// Everything native has ended: looks at what was written and, where it is what was asked for, publishes it.
    fn finish(&self, place: Place) -> Result<Outcome, Error> {
        if let Some(why) = self.tapped() {
            return Err(why);
        }
        let stopped = self.run.verdict() == Verdict::Stop;
        let mut truncated = false;
        if let Some(end) = self.vitals.end() {
            if !self.pipeline.tolerance.truncated {
                return Err(self.lost(end));
            }
            truncated = true;
        }
        self.check_corruption()?;
        self.check_warnings()?;
        let header = match &place {
            Place::Staged(staged) => Header::of_output(staged.path()),
            Place::Sink(_) | Place::Nowhere => None,
        };
        // What was written in place cannot be read back; the muxer says how far it came.
        let length = match &place {
            // A picture has no length, and is written nevertheless.
            Place::Staged(_) => header.as_ref().and_then(|it| it.duration.or(self.plan.pictures.map(|_| Duration::ZERO))),
            Place::Sink(_) | Place::Nowhere => self.run.snapshot().position,
        };
        let Some(length) = length else { return Err(self.nothing_written(stopped)) };
        if !stopped && !self.is_long_enough(length) && !self.is_only_shorter() {
            if !self.pipeline.tolerance.truncated {
                let (location, promised) = (self.pipeline.input.clone(), self.plan.promised.unwrap_or_default());
                return Err(Error::Truncated { location, readable: length, promised, log: Arc::default() });
            }
            truncated = true;
        }
        let written = match (place, header) {
            (Place::Staged(staged), Some(header)) => self.publish(staged, header)?,
            (Place::Staged(_), None) => return Err(self.nothing_written(stopped)),
            (Place::Sink(sink), _) => self.close(Some(&mut lock(&sink)))?,
            (Place::Nowhere, _) => self.close(None)?,
        };
        let snapshot = self.run.snapshot();
        Ok(Outcome {
            job: self.run.id,
            outputs: vec![written],
            frames: snapshot.frames.filter(|_| self.plan.video.is_some()),
            stopped,
            truncated,
            corrupt: self.counts.corrupt(),
            warnings: Vec::new(), // The run's journal has them.
            elapsed: self.run.elapsed(),
            cpu: self.run.cpu(),
        })
    }

    fn publish(&self, staged: super::output::Staged, header: Header) -> Result<Written, Error> {
        let location = self.output.location.clone();
        let failed = |why| Error::writing(&shown(&self.output.location), Stage::Publish, why);
        let bytes = std::fs::metadata(staged.path()).map_err(failed)?.len();
        if !self.run.may_publish() {
            return Err(Error::Cancelled { detached: false });
        }
        let path = staged.publish(self.output.overwrite, self.output.durability).map_err(failed)?;
        Ok(Written { location, path: Some(path), bytes: Some(bytes), duration: header.duration, streams: header.streams })
    }

    /// What was written in place: the last bytes, and whether they arrived. Nothing, where it was written nowhere.
    fn close(&self, mut sink: Option<&mut WatchedSink>) -> Result<Written, Error> {
        if let Some(sink) = &mut sink {
            sink.finish().map_err(|code| refused(&self.output.location, code, sink.said()))?;
        }
        if !self.run.may_publish() {
            return Err(Error::Cancelled { detached: false });
        }
        let (location, bytes) = (self.output.location.clone(), sink.map(|it| it.written()));
        Ok(Written { location, path: None, bytes, duration: None, streams: Vec::new() })
    }

    fn check_corruption(&self) -> Result<(), Error> {
        let limit = self.pipeline.tolerance.corrupt_percent;
        let Some(((corrupt, frames), percent)) = self.counts.corrupt().zip(self.counts.frames()).zip(limit) else {
            return Ok(());
        };
        if corrupt as f64 * 100.0 > frames as f64 * percent {
            return Err(Error::Corrupt { location: self.pipeline.input.clone(), corrupt, frames, log: Arc::default() });
        }
        Ok(())
    }

    fn check_warnings(&self) -> Result<(), Error> {
        let warnings = self.run.journal.warning_count();
        match self.pipeline.tolerance.warnings {
            Some(most) if warnings > most => {
                Err(Error::TooManyWarnings { location: self.pipeline.input.clone(), warnings, log: Arc::default() })
            }
            _ => Ok(()),
        }
    }

    fn nothing_written(&self, stopped: bool) -> Error {
        let input = self.pipeline.input.clone();
        match self.plan.promised {
            _ if stopped => Error::Cancelled { detached: false },
            Some(promised) if !promised.is_zero() && !self.is_only_shorter() => {
                Error::Truncated { location: input, readable: Duration::ZERO, promised, log: Arc::default() }
            }
            _ => Error::nothing_there(&input),
        }
    }

    /// ez-ffmpeg reports a source that ends too early as a regular end. What its header promised tells.
    fn is_long_enough(&self, written: Duration) -> bool {
        self.plan.promised.is_none_or(|promised| written + slack(promised) >= promised)
    }

    /// Whether the input itself is as long as it promised, and only the streams that were wanted of it end before the others:
    /// not every container tells each stream's length. What cannot be read again is not asked.
    fn is_only_shorter(&self) -> bool {
        let is_file = self.source_stops && self.pipeline.input.path().is_some_and(Path::is_file);
        let (Some(promised), true) = (self.plan.promised, is_file && self.plan.leaves_out) else { return false };
        let until = self.plan.start.unwrap_or_default() + (promised - slack(promised));
        // A stop that comes now is too late to end what was read.
        let run = Arc::clone(self.run);
        read::reaches(&request(self.pipeline, self.run.output_flag()), until, move || run.moved())
    }
}

/// Containers state lengths with errors of their own: a frame, a packet of audio, a rounded rate. This is well above.
fn slack(promised: Duration) -> Duration {
    (promised / 50).max(Duration::from_millis(500)).min(promised)
}
