//! The jobs that most tests start, and what they look at afterwards.

use std::error::Error as _;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use telecine::{Aac, Error, Job, Launch, Location, Mp4, Outcome, Output, Pipeline, Preset, StreamCopy, X264};

use super::within;

/// Picture and sound, at x264's fastest.
pub(crate) fn quick(output: impl Into<Location>) -> Output<Mp4> {
    Mp4::file(output).video(X264::crf(23.0).preset(Preset::Ultrafast)).audio(Aac::default())
}

/// The same, slow enough that a test can step in before it ends.
pub(crate) fn slow(output: impl Into<Location>) -> Output<Mp4> {
    Mp4::file(output).video(X264::crf(23.0).preset(Preset::Veryslow)).audio(Aac::default())
}

/// Starts a job that is going to be stopped: the end of it is as long as what its encoders hold takes, on a busy machine as well.
pub(crate) fn to_be_stopped(pipeline: Pipeline) -> Job {
    pipeline.run().stop_limit(Duration::from_secs(600)).start()
}

/// Picture and sound as they are: what comes out is the same every time.
pub(crate) fn copy(output: impl Into<Location>) -> Output<Mp4> {
    Mp4::file(output).video(StreamCopy).audio(StreamCopy)
}

fn run(scenario: &str, pipeline: Pipeline) -> Result<Outcome, Error> {
    within(60, scenario, || pipeline.start().wait())
}

/// Runs to the end, which is to be a good one.
pub(crate) fn outcome(scenario: &str, pipeline: Pipeline) -> Outcome {
    run(scenario, pipeline).unwrap_or_else(|why| panic!("{scenario}: {why}: {:?}", why.source()))
}

/// Runs to the end, which is not to be a good one.
pub(crate) fn error(scenario: &str, pipeline: Pipeline) -> Error {
    match run(scenario, pipeline) {
        Err(why) => why,
        Ok(outcome) => panic!("{scenario}: succeeded: {outcome:?}"),
    }
}

/// The same as [`outcome`], with live things handed over.
pub(crate) fn finish(scenario: &str, launch: Launch) -> Outcome {
    let result = within(60, scenario, || launch.start().wait());
    result.unwrap_or_else(|why| panic!("{scenario}: {why}: {:?}", why.source()))
}

/// The same as [`error`], with live things handed over.
pub(crate) fn launch_error(scenario: &str, launch: Launch) -> Error {
    match within(60, scenario, || launch.start().wait()) {
        Err(why) => why,
        Ok(outcome) => panic!("{scenario}: succeeded: {outcome:?}"),
    }
}

#[allow(clippy::unneeded_struct_pattern)] // so that the variant may get fields
pub(crate) fn cancelled<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Cancelled { .. }))
}

/// What is in a directory, hidden files too.
pub(crate) fn names(directory: &Path) -> Vec<OsString> {
    let entries = fs::read_dir(directory).expect("the directory can be read");
    let mut names: Vec<_> = entries.map(|entry| entry.expect("its entries too").file_name()).collect();
    names.sort();
    names
}

/// What is wrong, wherever.
pub(crate) fn reasons(problems: &[telecine::Problem]) -> Vec<telecine::Reason> {
    problems.iter().map(|it| it.reason.clone()).collect()
}
