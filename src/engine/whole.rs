//! An output that is made in memory and written in one piece.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use super::context::lock;
use super::output::{Place, Target, refused, shown};
use crate::error::Error;
use crate::media::{Location, Stage};
use crate::pipeline::AnyOutput;
use crate::read::check_input;
use crate::run::{Run, Written};

/// Where it is going to be.
pub(crate) struct Whole<'a> {
    output: &'a AnyOutput,
    target: Target,
}

impl<'a> Whole<'a> {
    /// Looks at what has the output's name already.
    ///
    /// # Errors
    /// As those of a job's outputs: [`Error::OutputExists`], [`Error::SameFile`] and the like.
    pub(crate) fn find(output: &'a AnyOutput, input: &Location) -> Result<Self, Error> {
        let input = input.path().map(|it| it.to_owned()).zip(check_input(input)?);
        Ok(Self { output, target: Target::find(output, &input.into_iter().collect::<Vec<_>>())? })
    }

    /// Writes all of it, and gives it its name.
    ///
    /// # Errors
    /// What the system or the other side says; nothing has the name then. [`Error::Cancelled`] where the run was told to end before.
    pub(crate) fn write(self, bytes: &[u8], timeout: Duration, run: &Arc<Run>) -> Result<Written, Error> {
        let Self { output, target } = self;
        let location = &output.location;
        let failed = |stage| move |why| Error::writing(&shown(location), stage, why);
        let count = bytes.len() as u64;
        match Place::open(target, output, None, timeout, run)? {
            Place::Staged(staged) => {
                let mut file = OpenOptions::new().write(true).open(staged.path()).map_err(failed(Stage::Mux))?;
                file.write_all(bytes).map_err(failed(Stage::Mux))?;
                drop(file);
                if !run.may_publish() {
                    return Err(Error::Cancelled { detached: false });
                }
                let named = staged.publish(output.overwrite, output.durability, false).map_err(failed(Stage::Publish))?;
                let path = named.path().to_owned();
                named.keep();
                let files = path.file_name().map(Into::into).into_iter().collect();
                Ok(Written { path: Some(path), files, ..Written::in_place(location.clone(), Some(count)) })
            }
            Place::Sink(sink) => {
                let mut sink = lock(&sink);
                let done = sink.write(bytes).and_then(|()| sink.finish());
                done.map_err(|code| refused(location, code, sink.said()))?;
                Ok(Written::in_place(location.clone(), Some(count)))
            }
            Place::Set(_) | Place::Live(_) | Place::Nowhere => Ok(Written::in_place(location.clone(), None)),
        }
    }
}
