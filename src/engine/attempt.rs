//! One attempt at a job, from the first look at its inputs to the published outputs.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use super::anew::{Anew, Failed, Obstacle, Past, in_the_way, leave};
use super::context::{self, Destination, Opening, lock};
use super::devices::{self, Devices};
use super::encoders::Encoders;
use super::finish::finish;
use super::job::Job;
use super::live::{Handed, Streams, hand_out};
use super::output::{AnyWriter, Place, Target};
use super::prepare::{check, check_targets, open_all, targets};
use super::running::{End, Watch};
use super::tap::{Counts, Taps};
use crate::error::{Error, Place as At, Reason};
use crate::media::{Hardware, Location, Phase, Role, WhySoftware};
use crate::pipeline::Pipeline;
use crate::plan::{OutputWork, Work, check_lengths, decide, stay};
use crate::read::{Header, Part, Source, Vitals};
use crate::run::{Outcome, Run, Verdict};

/// What an attempt came to.
pub(super) enum Attempted {
    Done(Outcome),
    /// Nothing that could not be better, and all may begin anew.
    Anew(Anew),
}

/// Blocks until everything native has ended, also where the handle was resolved long before. Devices decode and encode by their
/// policies, and by what an attempt `before` has left.
///
/// # Errors
/// Whatever keeps the outputs from being whole.
pub(super) fn attempt(
    pipeline: &Pipeline,
    streams: Streams,
    taps: &Taps,
    before: Option<Anew>,
    run: &Arc<Run>,
) -> Result<Attempted, Error> {
    let is_given = !streams.are_none();
    let Streams { readers, writers } = streams;
    let Handed { readers, writers } = hand_out(readers, writers, pipeline)?;

    let targets = targets(pipeline)?;
    let (mut sources, headers) = open_all(pipeline, readers, devices::may_decode(pipeline), run)?;
    let work = decide(pipeline, &headers).map_err(Error::from_problems)?;
    check_lengths(pipeline, &headers, &work)?;
    check(run)?;
    enter(run, Phase::Probing);
    check_targets(pipeline, &work, &targets, &writers)?;
    let warned = before.as_ref().map_or(0, |_| run.journal.warning_count());
    let Anew { devices, encoders, past } = choose(pipeline, &headers, &work, before, run)?;
    let known = in_the_way(pipeline, &targets, &headers, is_given);
    let obstacle = Obstacle { known, taps };
    let irreplaceable = work.irreplaceable();
    let work = encoders.work(pipeline, &headers, work);
    let mut work = work.map_err(|why| past.unencoded(irreplaceable, why))?;
    // Where they cannot stay to the end, the job has to begin anew.
    if past.fetched.is_none() && taps.may_stay() && obstacle.known.is_none() {
        stay(pipeline, &headers, &mut work, (devices.decoders(), encoders.encoders()));
    }
    let places = places(pipeline, targets, writers, run)?;

    sources.extend(joined(&work, &headers, run));
    let by_name = sources.iter().map(|it| matches!(it, Source::ByName { .. })).collect();
    let vitals: Vec<_> = sources.iter().map(|_| Vitals::default()).collect();
    let sinks = places.iter().map(Place::sink).collect();
    let counts = Arc::new(Counts::of(pipeline.inputs().count()));
    let job = Job { pipeline, work: &work, run, vitals, sinks, counts, devices, encoders, past, warned, by_name };
    let mut pipelines = job.taps(taps);
    job.check_countable(&pipelines)?;
    let openings = sources.into_iter().zip(&job.vitals).enumerate();
    let openings =
        openings.map(|(index, (source, vitals))| Opening { source, vitals, taps: std::mem::take(&mut pipelines[index]) });
    let destinations = destinations(&places, &job)?;
    let context = context::build(&job, openings.collect(), &destinations).map_err(|why| job.sharpen(why))?;
    check(run)?;
    let scheduler = match context.start() {
        Ok(scheduler) => scheduler,
        Err(why) => return failed(job, why, obstacle),
    };
    run.enter(Phase::Running);
    let expected: Vec<_> = work.outputs.iter().map(|it| it.expected).collect();
    let positions = RefCell::new(vec![None; expected.len()]);
    let pictures = work.outputs.iter().position(OutputWork::has_video);
    let source_stops = job.source_stops();
    let remember = || places.iter().for_each(Place::remember);
    let watch = Watch { run, counts: &job.counts, expected: &expected, positions, pictures, source_stops, remember: &remember };
    let ended = watch.wait(scheduler);
    let positions = watch.positions.into_inner();
    match ended {
        End::Cancelled => return Err(Error::Cancelled { detached: false }),
        // What was being read when it was told to stop is not whole, and a device is strict.
        End::Ended(Err(why)) if run.verdict() == Verdict::Stop && job.takes_for_damage(&why) => {}
        End::Ended(Err(why)) => return failed(job, why, obstacle),
        End::Ended(Ok(())) => {}
    }
    if let Some(fault) = job.fault(None) {
        return leave(job, Failed::Decoder(fault), obstacle).map(Attempted::Anew);
    }
    run.enter(Phase::Finishing);
    finish(&job, places, positions).map(Attempted::Done)
}

/// Who decodes and who encodes. A device that is preferred to decode gives its turn up where that keeps the job from having one that is
/// required.
///
/// # Errors
/// [`Error::Hardware`] where a required device cannot, [`Error::Cancelled`].
fn choose(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    work: &Work,
    before: Option<Anew>,
    run: &Arc<Run>,
) -> Result<Anew, Error> {
    let mut all = before.unwrap_or_else(|| Anew { devices: Devices::none(), encoders: Encoders::none(), past: Past::default() });
    let Anew { devices, encoders, past } = &mut all;
    devices.choose(pipeline, headers, work, past, run)?;
    let is_required = matches!(pipeline.hardware, Hardware::Require(_));
    match encoders.choose(pipeline, work, devices, past, run) {
        Err(Error::Hardware { left, .. }) if left.why == WhySoftware::Busy && devices.has_some() && !is_required => {
            devices.set_aside(&left.device, WhySoftware::Busy, "an encoder that is required takes its turn");
            encoders.choose(pipeline, work, devices, past, run)?;
        }
        chosen => chosen?,
    }
    devices.begin(run);
    encoders.begin(run);
    Ok(all)
}

/// A later attempt is in no phase that comes before: what may be stopped, may be stopped to the end.
fn enter(run: &Arc<Run>, phase: Phase) {
    run.enter(phase.max(run.snapshot().phase));
}

fn failed(job: Job<'_>, why: ez_ffmpeg::error::Error, obstacle: Obstacle<'_>) -> Result<Attempted, Error> {
    let staying = job.change(&why).map(Failed::Staying);
    let decoder = || job.fault(Some(&why)).map(Failed::Decoder);
    match staying.or_else(decoder).or_else(|| job.encoder_fault(&why).map(Failed::Encoder)) {
        Some(failed) => leave(job, failed, obstacle).map(Attempted::Anew),
        None => Err(job.sort(why)),
    }
}

/// What joins inputs packet by packet: FFmpeg opens it, and reads the files that were looked at.
fn joined(work: &Work, headers: &[Option<Header>], run: &Run) -> Option<Source> {
    let joined = work.joined.as_ref()?;
    let url = joined.url(|part| {
        let tag = run.journal.tag(Role::Demux, Some(part.input), None);
        let part = headers.get(part.input).and_then(|it| it.as_ref()?.part.as_ref());
        format!("'fd:'\noption fd {}\noption dump_separator {tag}", part.map_or(-1, Part::descriptor))
    });
    let options = joined.options("fd").map(|(key, value)| (key.to_owned(), value));
    Some(Source::ByName { url, options: options.into() })
}

fn places(
    pipeline: &Pipeline,
    targets: Vec<Target>,
    writers: Vec<Option<AnyWriter>>,
    run: &Arc<Run>,
) -> Result<Vec<Place>, Error> {
    let mut places = Vec::new();
    for (index, ((target, writer), output)) in targets.into_iter().zip(writers).zip(&pipeline.outputs).enumerate() {
        let needs_fragments = || Error::invalid(At::output(index, &output.location), Reason::NeedsFragments);
        if output.location.is_stream() && writer.is_none() {
            return Err(Error::invalid(At::output(index, &output.location), Reason::NoReader));
        }
        let place = Place::open(target, output, writer, pipeline.network_timeout, run)?;
        check(run)?;
        if output.container.needs_seek() && matches!(&place, Place::Sink(sink) if !lock(sink).is_seekable()) {
            return Err(needs_fragments());
        }
        places.push(place);
    }
    Ok(places)
}

fn destinations(places: &[Place], job: &Job<'_>) -> Result<Vec<Destination>, Error> {
    let parts = places.iter().zip(&job.work.outputs).enumerate();
    let within = |directory: &Path, index: usize, work: &OutputWork| {
        // Without a protocol: the HLS muxer hands the names of old segments to the system as they are. Behind a dot or a slash,
        // no colon makes one.
        let directory = Path::new(".").join(directory);
        let directory = directory.to_str().unwrap_or_default();
        let (url, options) = work.muxer.within(directory).ok_or_else(|| {
            let location = &job.pipeline.outputs[index].location;
            Error::invalid(At::output(index, location), Reason::PatternInDirectory)
        })?;
        Ok(Destination::ByName { url, options })
    };
    let destination = |(index, (place, work)): (usize, (&Place, &OutputWork))| match place {
        Place::Staged(staged) => Ok(Destination::by_name(Location::file(staged.path()).ffmpeg_url().unwrap_or_default())),
        Place::Set(staged) => within(staged.path(), index, work),
        Place::Live(live) => within(live.path(), index, work),
        Place::Sink(sink) => Ok(Destination::Sink(Arc::clone(sink))),
        // What the `ffmpeg` program is told; the null muxer opens nothing.
        Place::Nowhere => Ok(Destination::by_name("-".into())),
    };
    parts.map(destination).collect()
}
