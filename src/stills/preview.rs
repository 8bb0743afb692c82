use std::sync::Arc;
use std::time::Duration;

use super::animate::Animator;
use super::product::{Goal, product};
use crate::error::Error;
use crate::frames::{self, Wanted};
use crate::media::{FrameRate, Usage};
use crate::pipeline::{AnyOutput, Loops};
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Run, Warning, Written};

/// Which pictures, and what is made of them.
pub(crate) struct PreviewWanted {
    /// Those of a part, where they are not spread.
    pub(crate) frames: Wanted,
    pub(crate) spread: Option<Spread>,
    pub(crate) rate: FrameRate,
    pub(crate) palette: Palette,
    /// `None` is as the output has it.
    pub(crate) loops: Option<Loops>,
    /// One animation, where a [`Location::stream`](crate::Location::stream) stays in memory.
    pub(crate) output: AnyOutput,
}

/// So many parts of the film, each so long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) count: u32,
    pub(crate) each: Duration,
}

/// Which 256 colours a GIF has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "palettegen")]
pub enum Palette {
    /// The same for all pictures, by all of them: colours do not flicker, and the file is smaller. The pictures wait in memory until the
    /// last one is there.
    #[default]
    Whole,
    /// For each picture its own.
    #[doc(alias = "stats_mode")]
    EachPicture,
}

/// What a [`Preview`](crate::Preview) came to.
#[derive(Clone)]
#[non_exhaustive]
pub struct PreviewOutcome {
    /// Which one: the number in its log span and its thread's name.
    pub job: JobId,
    /// How many pictures it has.
    pub frames: u64,
    /// Width and height, in pixels.
    pub size: (u32, u32),
    /// The file itself, where it was to go nowhere else; else empty.
    pub bytes: Vec<u8>,
    /// The file that was written, where one was.
    pub written: Option<Written>,
    /// Of all frames decoded on the way, those that were damaged.
    pub corrupt: u64,
    /// Packets of which the decoder made nothing.
    pub undecodable: u64,
    /// What decoded them, and what was asked for.
    pub hardware: Usage,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that.
    pub truncated: bool,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

product!(PreviewOutcome: job frames size written corrupt undecodable hardware truncated warnings elapsed);

/// Reads the frames, makes the animation, and writes it.
///
/// # Errors
/// Whatever keeps it from that; nothing has the output's name then.
pub(crate) fn take_preview(
    request: Request<'_>,
    reader: Option<AnyReader>,
    wanted: &PreviewWanted,
    run: &Arc<Run>,
) -> Result<PreviewOutcome, Error> {
    let (input, goal) = (request.location, Goal::find(&wanted.output, &request)?);
    let mut animator = Animator::of(wanted);
    let read = frames::read(request, reader, &wanted.frames, &mut animator, run)?;
    let made = animator.finish(run)?.ok_or_else(|| Error::nothing_there(input))?;
    let (bytes, written) = goal.write(made.bytes, run)?;
    Ok(PreviewOutcome {
        job: run.id,
        frames: made.frames,
        size: made.size,
        bytes,
        written,
        corrupt: read.corrupt,
        undecodable: read.undecodable,
        hardware: read.hardware,
        truncated: read.truncated,
        warnings: Vec::new(), // The run's journal has them.
        elapsed: run.elapsed(),
    })
}
