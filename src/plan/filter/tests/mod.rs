//! What filters become, judged by what FFmpeg does with it: by sizes, times and levels, and by frames that another description of
//! the same gives.

mod escaping;
mod fitting;
mod on_cuda;
mod pictures;
mod ranges;
mod sound;
mod words;

use super::{Facts, Step, audio, graph, video};
use crate::error::Reason;
use crate::ffi::filter::testing::{self, Seen};
use crate::media::Location;
use crate::pipeline::filter::{AudioFilter, VideoFilter};

/// The steps of several filters, one behind the other, and what is known behind the last one.
fn lowered(filters: &[VideoFilter], facts: &Facts, inputs: &[Location]) -> Result<(Vec<Step>, Facts), Reason> {
    let mut steps = Vec::new();
    let mut facts = facts.clone();
    for filter in filters {
        let lowered = video(filter, &facts, inputs)?;
        steps.extend(lowered.steps);
        facts = lowered.facts;
    }
    Ok((steps, facts))
}

/// What comes out where `source`, another description, goes through these steps, and then through `after`. Other streams are taken from
/// the pad `other`, which the source has to have where one is.
fn through(source: &str, steps: &[Step], after: &str) -> Result<Vec<Seen>, String> {
    let own = graph(steps, ("in", "mid"), "f", &mut |_| "other".to_owned()).unwrap_or_else(|| "[in]null[mid]".to_owned());
    testing::run(&format!("{source}[in];{own};[mid]{after}[out]"))
}

/// Pictures of a source through one filter, and then in this pixel format.
#[track_caller]
fn pictures(source: &str, filter: impl Into<VideoFilter>, format: &str) -> Vec<Seen> {
    let (steps, _) = lowered(&[filter.into()], &Facts::default(), &[]).expect("it can be done");
    through(source, &steps, &format!("format={format}")).expect("FFmpeg does it")
}

/// Pictures by FFmpeg's own words.
#[track_caller]
fn by_ffmpeg(description: &str, format: &str) -> Vec<Seen> {
    testing::run(&format!("{description},format={format}[out]")).expect("FFmpeg does it")
}

/// Sound of a source through one filter.
#[track_caller]
fn sound(source: &str, filter: impl Into<AudioFilter>, facts: &Facts) -> Vec<Seen> {
    let lowered = audio(&filter.into(), facts).expect("it can be done");
    through(source, &lowered.steps, "aformat=sample_fmts=flt").expect("FFmpeg does it")
}

fn samples(seen: &[Seen]) -> Vec<f32> {
    seen.iter().flat_map(|it| it.samples.iter().copied()).collect()
}

/// The loudest sample.
fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, it| peak.max(it.abs()))
}
