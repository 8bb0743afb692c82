use std::sync::Arc;
use std::time::Duration;

use super::candidates::{Candidates, Gathered};
use super::develop::{encoded, filtered};
use super::product::{Goal, product};
use crate::error::{Error, Place, Problem};
use crate::frames::{self, Wanted};
use crate::media::{Location, Ticks, Usage};
use crate::pipeline::AnyOutput;
use crate::plan;
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Run, Warning, Written};

/// Which picture, and what is made of it.
pub(crate) struct StillWanted {
    pub(crate) frame: Wanted,
    /// Where one of several is wanted.
    pub(crate) among: Option<Candidates>,
    /// One picture, where a [`Location::stream`] stays in memory.
    pub(crate) output: AnyOutput,
}

/// What a [`Still`](crate::Still) came to.
#[derive(Clone)]
#[non_exhaustive]
pub struct StillOutcome {
    /// Which one: the number in its log span and its thread's name.
    pub job: JobId,
    /// When the frame that it shows begins, exactly, on the container's own clock.
    pub pts: Ticks,
    /// The same since the container's beginning; `None` where it lies before that.
    pub time: Option<Duration>,
    /// Whether the decoder had to guess at parts of it.
    pub is_corrupt: bool,
    /// Width and height of what was made, in pixels.
    pub size: (u32, u32),
    /// The file itself, where it was to go nowhere else; else empty.
    pub bytes: Vec<u8>,
    /// The file that was written, where one was.
    pub written: Option<Written>,
    /// What decoded it, and what was asked for.
    pub hardware: Usage,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that: what lies behind was not looked at.
    pub truncated: bool,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

product!(StillOutcome: job pts time is_corrupt size written hardware truncated warnings elapsed);

/// Reads the frame, makes the picture, and writes it.
///
/// # Errors
/// Whatever keeps it from that; nothing has the output's name then.
pub(crate) fn take(
    request: Request<'_>,
    reader: Option<AnyReader>,
    wanted: &StillWanted,
    run: &Arc<Run>,
) -> Result<StillOutcome, Error> {
    let StillWanted { frame: wanted, among, output } = wanted;
    let (input, goal) = (request.location, Goal::find(output, &request)?);
    let mut gathered = among.as_ref().map_or_else(Gathered::one, Gathered::of);
    let read = frames::read(request, reader, wanted, &mut gathered, run)?;
    let frame = gathered.best(run)?.ok_or_else(|| Error::nothing_there(input))?;
    let orientation = frame.orientation();
    let work = plan::still(output, &read.stream, orientation.as_ref()).map_err(|wrong| impossible(wrong, &output.location))?;
    let picture = filtered(&[frame.raw()], frame.pixel_aspect(), &format!("{},{}", work.chain, work.format), run)?;
    let (bytes, written) = goal.write(encoded(&picture, &work, run)?, run)?;
    Ok(StillOutcome {
        job: run.id,
        pts: frame.pts(),
        time: frame.time(),
        is_corrupt: frame.is_corrupt(),
        size: picture.size(),
        bytes,
        written,
        hardware: read.hardware,
        truncated: read.truncated,
        warnings: Vec::new(), // The run's journal has them.
        elapsed: run.elapsed(),
    })
}

/// What a plan that cannot be is told as.
pub(super) fn impossible(wrong: Vec<plan::Wrong>, location: &Location) -> Error {
    let place = |filter| match filter {
        Some(filter) => Place::Filter { output: 0, location: location.clone(), track: 0, filter },
        None => Place::Track { output: 0, location: location.clone(), track: 0 },
    };
    Error::from_problems(wrong.into_iter().map(|(filter, reason)| Problem::at(place(filter), reason)).collect())
}
