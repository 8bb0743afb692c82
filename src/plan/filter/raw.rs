use super::{Branch, Facts, Lowered, Step, known};
use crate::error::Reason;
use crate::ffi::filter::{self, Shape};
use crate::media::Location;
use crate::pipeline::Options;
use crate::pipeline::filter::{RawAudioFilter, RawVideoFilter, Taken};

pub(super) fn video(raw: &RawVideoFilter, facts: &Facts, inputs: &[Location]) -> Result<Step, Reason> {
    let step = step(&raw.name, &raw.options, (Shape::Video, 1 + raw.takes.len()), "pictures")?;
    with_others(step, &raw.takes, facts, |it, facts| super::video(it, facts, inputs))
}

pub(super) fn audio(raw: &RawAudioFilter, facts: &Facts) -> Result<Step, Reason> {
    let step = step(&raw.name, &raw.options, (Shape::Audio, 1 + raw.takes.len()), "sound")?;
    with_others(step, &raw.takes, facts, super::audio)
}

fn step(
    name: &str,
    options: &Options,
    (wanted, streams): (fn(usize) -> Shape, usize),
    kind: &'static str,
) -> Result<Step, Reason> {
    let found = filter::shape(name, &options.0).ok_or_else(|| known::missing(name))?;
    if found != wanted(streams) {
        return Err(Reason::FilterShape { filter: name.to_owned(), kind, streams });
    }
    let step = Step::new(name.to_owned());
    Ok(options.0.iter().fold(step, |step, (option, value)| step.option(option.clone(), value)))
}

fn with_others<F>(
    step: Step,
    others: &[Taken<F>],
    facts: &Facts,
    lower: impl Fn(&F, &Facts) -> Result<Lowered, Reason>,
) -> Result<Step, Reason> {
    others.iter().try_fold(step, |step, it| Ok(step.takes(Branch::of(&it.of, &it.filters, facts, &lower)?)))
}
