//! An output that is made in memory and written in one piece.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::context::lock;
use super::output::{Place, Replaced, Target, refused, shown};
use crate::error::{Error, Place as At, Reason};
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
    /// Looks at what has the outputs' names already.
    ///
    /// # Errors
    /// As those of a job's outputs: [`Error::OutputExists`], [`Error::SameFile`] and the like.
    pub(crate) fn find_all(outputs: Vec<&'a AnyOutput>, input: &Location) -> Result<Vec<Self>, Error> {
        let input = input.path().map(Path::to_owned).zip(check_input(input)?);
        let inputs: Vec<_> = input.into_iter().collect();
        let mut all: Vec<Self> = Vec::new();
        for (index, output) in outputs.into_iter().enumerate() {
            let target = Target::find(output, &inputs)?;
            if let Some(other) = all.iter().position(|it| it.target.is_same(&target)) {
                return Err(Error::invalid(At::output(index, &output.location), Reason::SameOutput { other }));
            }
            all.push(Self { output, target });
        }
        // What is written in place is seen before the others have their names, and cannot be taken back.
        let in_place = all.iter().position(|it| !matches!(it.target, Target::File { .. }));
        match in_place.filter(|_| all.len() > 1) {
            Some(index) => Err(Error::invalid(At::output(index, &all[index].output.location), Reason::NeedsFile)),
            None => Ok(all),
        }
    }

    /// Writes all of them, each with its own bytes, and gives them their names: all or none.
    ///
    /// # Errors
    /// What the system or the other side says; nothing has a name then. [`Error::Cancelled`] where the run was told to end before.
    pub(crate) fn write_all(all: Vec<Self>, bytes: &[&[u8]], timeout: Duration, run: &Arc<Run>) -> Result<Vec<Written>, Error> {
        let filled = all.into_iter().zip(bytes).map(|(it, bytes)| it.fill(bytes, timeout, run)).collect::<Result<Vec<_>, _>>()?;
        if !run.may_publish() {
            return Err(Error::Cancelled { detached: false });
        }
        let (mut written, mut named) = (Vec::new(), Vec::<Replaced>::new());
        let last = filled.len().saturating_sub(1);
        for (position, it) in filled.into_iter().enumerate() {
            match it.publish(position < last) {
                Ok((it, replaced)) => {
                    written.push(it);
                    named.extend(replaced);
                }
                Err(why) => {
                    named.into_iter().rev().for_each(Replaced::take_back);
                    return Err(why);
                }
            }
        }
        named.into_iter().for_each(Replaced::keep);
        Ok(written)
    }

    fn fill(self, bytes: &[u8], timeout: Duration, run: &Arc<Run>) -> Result<Filled<'a>, Error> {
        let Self { output, target } = self;
        let location = &output.location;
        let failed = |why| Error::writing(&shown(location), Stage::Mux, why);
        let place = Place::open(target, output, None, timeout, run)?;
        match &place {
            Place::Staged(staged) => {
                let mut file = OpenOptions::new().write(true).open(staged.path()).map_err(failed)?;
                file.write_all(bytes).map_err(failed)?;
            }
            Place::Sink(sink) => {
                let mut sink = lock(sink);
                let done = sink.write(bytes).and_then(|()| sink.finish());
                done.map_err(|code| refused(location, code, sink.said()))?;
            }
            Place::Set(_) | Place::Live(_) | Place::Nowhere => {}
        }
        Ok(Filled { output, place, count: bytes.len() as u64 })
    }
}

/// All of it has been written, and it has no name yet.
struct Filled<'a> {
    output: &'a AnyOutput,
    place: Place,
    count: u64,
}

impl Filled<'_> {
    fn publish(self, may_fail: bool) -> Result<(Written, Option<Replaced>), Error> {
        let Self { output, place, count } = self;
        let written = Written::in_place(output.location.clone(), Some(count));
        let Place::Staged(staged) = place else { return Ok((written, None)) };
        let named = staged.publish(output.overwrite, output.durability, may_fail);
        let named = named.map_err(|why| Error::writing(&shown(&output.location), Stage::Publish, why))?;
        let path = named.path().to_owned();
        let files = path.file_name().map(Into::into).into_iter().collect();
        Ok((Written { path: Some(path), files, ..written }, Some(named)))
    }
}
