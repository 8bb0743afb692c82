use super::{Step, known};
use crate::error::Reason;
use crate::ffi::filter::{self, Shape};
use crate::pipeline::Options;
use crate::pipeline::filter::{RawAudioFilter, RawVideoFilter};

pub(super) fn video(raw: &RawVideoFilter) -> Result<Step, Reason> {
    step(&raw.name, &raw.options, Shape::Video, "pictures")
}

pub(super) fn audio(raw: &RawAudioFilter) -> Result<Step, Reason> {
    step(&raw.name, &raw.options, Shape::Audio, "sound")
}

fn step(name: &str, options: &Options, shape: Shape, kind: &'static str) -> Result<Step, Reason> {
    let found = filter::shape(name).ok_or_else(|| known::missing(name))?;
    if found != shape {
        return Err(Reason::FilterShape { filter: name.to_owned(), kind });
    }
    let step = Step::new(name.to_owned());
    Ok(options.0.iter().fold(step, |step, (option, value)| step.option(option.clone(), value)))
}
