use std::sync::Arc;
use std::time::Duration;

use super::cells::{Cells, Made};
use super::develop::{encoded, filtered};
use super::vtt::web_vtt;
use crate::engine::Whole;
use crate::error::Error;
use crate::frames::{self, Choice, FramesOutcome, Wanted};
use crate::media::{Color, Ticks};
use crate::pipeline::AnyOutput;
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Journal, Product, Run, Warning, Written};

/// Which pictures, and how they lie.
pub(crate) struct SheetWanted {
    pub(crate) frames: Wanted,
    pub(crate) columns: u32,
    /// Width and height of each, in pixels.
    pub(crate) cell: (u32, u32),
    /// Around each, in pixels.
    pub(crate) gap: u32,
    pub(crate) ground: Color,
    /// One picture, where a stream stays in memory; its filters are those of each cell.
    pub(crate) output: AnyOutput,
    /// Where the cues go, where they are wanted.
    pub(crate) cues: Option<AnyOutput>,
}

/// What a [`Sheet`](crate::Sheet) came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SheetOutcome {
    /// Which one: the number in its log span and its thread's name.
    pub job: JobId,
    /// What is on it, from the left to the right and from the top to the bottom.
    pub cells: Vec<Cell>,
    /// Width and height of the sheet, in pixels.
    pub size: (u32, u32),
    /// The file itself, where it was to go nowhere else; else empty.
    pub bytes: Vec<u8>,
    /// The files that were written: the picture, and the cues.
    pub written: Vec<Written>,
    /// Of all frames decoded on the way, those that were damaged.
    pub corrupt: u64,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

/// One picture of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cell {
    /// The part of the film that it stands for, counted from the beginning of the container: from here,
    pub from: Duration,
    /// to here.
    pub to: Duration,
    /// When its frame begins, exactly, on the container's own clock.
    pub pts: Ticks,
    /// Where it lies: pixels from the left.
    pub x: u32,
    /// Pixels from the top.
    pub y: u32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl SheetOutcome {
    /// WebVTT cues, by which players show previews on their time bar, for a sheet that they find under that name: a path or a URL's, beside
    /// the cues' own.
    #[must_use]
    pub fn web_vtt(&self, name: &str) -> String {
        web_vtt(&self.cells, name)
    }
}

impl Product for SheetOutcome {
    fn with_log(self, journal: &Journal) -> Self {
        Self { warnings: journal.warnings(), ..self }
    }
}

/// Reads the frames, makes the sheet, and writes it.
///
/// # Errors
/// Whatever keeps it from that; nothing has an output's name then.
pub(crate) fn take_sheet(
    request: Request<'_>,
    reader: Option<AnyReader>,
    wanted: &SheetWanted,
    run: &Arc<Run>,
) -> Result<SheetOutcome, Error> {
    let (input, timeout) = (request.location, request.timeout);
    let outputs = [Some(&wanted.output), wanted.cues.as_ref()].into_iter().flatten().filter(|it| !it.location.is_stream());
    let wholes = outputs.map(|it| Whole::find(it, input)).collect::<Result<Vec<_>, _>>()?;
    let mut cells = Cells::of(&wanted.output, wanted.room());
    let FramesOutcome { corrupt, .. } = frames::read(request, reader, &wanted.frames, &mut cells, run)?;
    let work = cells.work.take().ok_or_else(|| Error::nothing_there(input))?;
    let pictures: Vec<_> = cells.all.iter().map(|it| &it.picture).collect();
    let pixel_aspect = pictures.first().and_then(|it| it.pixel_aspect());
    let sheet = filtered(&pictures, pixel_aspect, &wanted.tiles(pictures.len()), run)?;
    let bytes = encoded(&sheet, &work, run)?;
    let cells = wanted.cells(&cells.all);
    let name = wanted.output.location.path().and_then(|it| it.file_name()).map(|it| it.to_string_lossy().into_owned());
    let cues = web_vtt(&cells, &name.unwrap_or_default());
    let written = Whole::write_all(wholes, &[&bytes, cues.as_bytes()], timeout, run)?;
    Ok(SheetOutcome {
        job: run.id,
        cells,
        size: sheet.size(),
        bytes: if wanted.output.location.is_stream() { bytes } else { Vec::new() },
        written,
        corrupt,
        warnings: Vec::new(), // The run's journal has them.
        elapsed: run.elapsed(),
    })
}

/// As many pixels as FFmpeg's encoders of pictures take in one direction.
const MOST_PIXELS: u32 = 65_535;

impl SheetWanted {
    /// How many pictures it has room for.
    fn room(&self) -> u64 {
        let rows = MOST_PIXELS.saturating_sub(self.gap) / self.cell.1.saturating_add(self.gap).max(1);
        u64::from(rows) * u64::from(self.columns)
    }

    /// FFmpeg's filter that lays so many on a sheet.
    #[doc(alias = "tile")]
    fn tiles(&self, count: usize) -> String {
        let Self { columns, gap, ground, .. } = self;
        let rows = count.div_ceil(*columns as usize);
        format!("tile=layout={columns}x{rows}:nb_frames={count}:margin={gap}:padding={gap}:color={}", ground.ffmpeg())
    }

    fn cells(&self, made: &[Made]) -> Vec<Cell> {
        let (width, height) = self.cell;
        let parts = self.parts(made);
        let at = |index: u32, side: u32| index * (side + self.gap) + self.gap;
        let cells = made.iter().zip(parts).zip(0..);
        let cell = |((made, (from, to)), index): ((&Made, _), u32)| {
            let (x, y) = (at(index % self.columns, width), at(index / self.columns, height));
            Cell { from, to, pts: made.pts, x, y, width, height }
        };
        cells.map(cell).collect()
    }

    /// The part of the film that each stands for.
    fn parts(&self, made: &[Made]) -> Vec<(Duration, Duration)> {
        let instants = || made.iter().map(|it| it.instant);
        match &self.frames.choice {
            // In the middle of parts of the same length.
            Choice::Spread(_) => {
                let half = match made {
                    [first, second, ..] => second.instant.saturating_sub(first.instant) / 2,
                    _ => instants().next().unwrap_or_default(),
                };
                instants().map(|it| (it.saturating_sub(half), it + half)).collect()
            }
            Choice::Every(step) => instants().map(|it| (it, it + *step)).collect(),
            _ => instants().map(|it| (it, it)).collect(),
        }
    }
}
