use std::sync::Arc;
use std::time::Duration;

use super::animate::Animator;
use crate::engine::Whole;
use crate::error::Error;
use crate::frames::{self, Wanted};
use crate::media::FrameRate;
use crate::pipeline::{AnyOutput, Loops};
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Journal, Product, Run, Warning, Written};

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
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that.
    pub truncated: bool,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

/// Of the bytes, how many there are.
impl std::fmt::Debug for PreviewOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut all = f.debug_struct("PreviewOutcome");
        all.field("job", &self.job).field("frames", &self.frames).field("size", &self.size);
        all.field("bytes", &self.bytes.len()).field("written", &self.written).field("corrupt", &self.corrupt);
        all.field("undecodable", &self.undecodable).field("truncated", &self.truncated).field("warnings", &self.warnings);
        all.field("elapsed", &self.elapsed).finish()
    }
}

impl Product for PreviewOutcome {
    fn with_log(self, journal: &Journal) -> Self {
        Self { warnings: journal.warnings(), ..self }
    }
}

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
    let (input, timeout, output) = (request.location, request.timeout, &wanted.output);
    let whole = (!output.location.is_stream()).then_some(output);
    let wholes = Whole::find_all(whole.into_iter().collect(), input)?;
    let mut animator = Animator::of(wanted);
    let read = frames::read(request, reader, &wanted.frames, &mut animator, run)?;
    let made = animator.finish(run)?.ok_or_else(|| Error::nothing_there(input))?;
    let written = Whole::write_all(wholes, &[&made.bytes], timeout, run)?.pop();
    Ok(PreviewOutcome {
        job: run.id,
        frames: made.frames,
        size: made.size,
        bytes: if written.is_some() { Vec::new() } else { made.bytes },
        written,
        corrupt: read.corrupt,
        undecodable: read.undecodable,
        truncated: read.truncated,
        warnings: Vec::new(), // The run's journal has them.
        elapsed: run.elapsed(),
    })
}
