use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::anew::in_the_way;
use super::devices;
use super::encoders;
use super::init;
use super::live::{Handed, Live, hand_out};
use super::output::{AnyWriter, Target};
use crate::error::{Error, Place, Problem, Reason};
use crate::ffi::InterruptFlag;
use crate::pipeline::{Input, Pipeline};
use crate::plan::{Plan, Work, check_lengths, decide, stay};
use crate::read::{self, AnyReader, Header, Request, Source, check_input};
use crate::run::{Run, Verdict};

/// Looks at everything that running the pipeline would look at before it writes, and says what would be done.
///
/// # Errors
/// [`Error::Invalid`] with all problems, else whatever would keep it from starting.
pub(crate) fn plan(pipeline: &Pipeline, live: Live, run: &Arc<Run>) -> Result<Plan, Error> {
    init();
    let mut problems: Vec<Problem> = pipeline.problems();
    let (streams, taps) = live.apart();
    let is_given = !streams.are_none();
    let Handed { readers, writers } = match hand_out(streams.readers, streams.writers, pipeline) {
        Ok(handed) => handed,
        Err(Error::Invalid { problems: more }) => {
            return Err(Error::Invalid { problems: problems.into_iter().chain(more).collect() });
        }
        Err(why) => return Err(why),
    };
    let opened = open_all(pipeline, readers, devices::may_decode(pipeline), run);
    let decided = opened.map(|(_, headers)| (decide(pipeline, &headers), headers));
    // What is wrong with the pipeline itself is told also where an input cannot be read.
    match decided {
        Err(why) if problems.is_empty() => return Err(why),
        Err(_) => {}
        Ok((Ok(work), headers)) if problems.is_empty() => {
            check_lengths(pipeline, &headers, &work)?;
            let targets = targets(pipeline)?;
            check_targets(pipeline, &work, &targets, &writers)?;
            let decoders = devices::foresee(pipeline, &headers, &work, run)?;
            let (encoders, mut work) = encoders::foresee(pipeline, &headers, work, &decoders, run)?;
            if taps.may_stay() && in_the_way(pipeline, &targets, &headers, is_given).is_none() {
                stay(pipeline, &headers, &mut work, (&decoders, &encoders));
            }
            return Ok(Plan::new(pipeline, &headers, &work, (&decoders, &encoders)));
        }
        Ok((decided, _)) => {
            let more = decided.err().unwrap_or_default();
            problems.extend(more.into_iter().filter(|it| !problems.contains(it)).collect::<Vec<_>>());
        }
    }
    Err(Error::from_problems(problems))
}

pub(super) fn targets(pipeline: &Pipeline) -> Result<Vec<Target>, Error> {
    let mut inputs: Vec<(PathBuf, Metadata)> = Vec::new();
    for input in pipeline.inputs() {
        let path = input.location.path().map(Path::to_owned);
        inputs.extend(path.zip(check_input(&input.location)?));
    }
    let mut targets: Vec<Target> = Vec::new();
    for (index, output) in pipeline.outputs.iter().enumerate() {
        let target = Target::find(output, &inputs)?;
        if let Some(other) = targets.iter().position(|it| it.is_same(&target)) {
            return Err(Error::invalid(Place::output(index, &output.location), Reason::SameOutput { other }));
        }
        targets.push(target);
    }
    Ok(targets)
}

/// What can be told of outputs before any is opened, for opening alone may empty one.
///
/// # Errors
/// [`Reason::NeedsFragments`], [`Reason::PatternInDirectory`].
pub(super) fn check_targets(
    pipeline: &Pipeline,
    work: &Work,
    targets: &[Target],
    writers: &[Option<AnyWriter>],
) -> Result<(), Error> {
    for (index, (output, part)) in pipeline.outputs.iter().zip(&work.outputs).enumerate() {
        let invalid = |reason| Err(Error::invalid(Place::output(index, &output.location), reason));
        if output.container.needs_seek() && targets[index].cannot_seek(writers[index].as_ref()) {
            return invalid(Reason::NeedsFragments);
        }
        let place = targets[index].place_of_set(output.container.is_live());
        if place.is_some_and(|it| part.muxer.within(&it.to_string_lossy()).is_none()) {
            return invalid(Reason::PatternInDirectory);
        }
    }
    Ok(())
}

/// Opens the inputs one after the other; `is_for_device` is whether devices may decode them.
pub(super) fn open_all(
    pipeline: &Pipeline,
    readers: Vec<Option<AnyReader>>,
    is_for_device: bool,
    run: &Run,
) -> Result<(Vec<Source>, Vec<Option<Header>>), Error> {
    run.reads(pipeline.inputs().map(|it| it.location.clone()).collect());
    let opened = pipeline.inputs().zip(readers).enumerate().map(|(index, (input, reader))| {
        check(run)?;
        if input.location.is_stream() && reader.is_none() {
            return Err(Error::invalid(Place::input(index, &input.location), Reason::NoReader));
        }
        let is_part = pipeline.copies_joined() && (index == 0 || input.follows);
        run.reading(index, || {
            read::open(Request { is_part, is_for_device, ..request(pipeline, input, run.input_flag()) }, reader)
        })
    });
    opened.collect::<Result<Vec<_>, _>>().map(|it| it.into_iter().unzip())
}

pub(super) fn request<'a>(pipeline: &'a Pipeline, input: &'a Input, interrupt: InterruptFlag) -> Request<'a> {
    let Pipeline { network_timeout, reach, limits, .. } = pipeline;
    Request {
        location: &input.location,
        timeout: *network_timeout,
        headers: input.headers.lines(),
        reach,
        limits,
        interrupt,
        is_part: false,
        is_for_device: false,
    }
}

/// Between two native calls: whether to make the next one. An end that comes before anything is written leaves nothing to keep.
pub(super) fn check(run: &Run) -> Result<(), Error> {
    match run.verdict() {
        Verdict::GoOn | Verdict::Publish => Ok(()),
        Verdict::Stop | Verdict::Cancel(_) => Err(Error::Cancelled { detached: false }),
    }
}
