use std::sync::Arc;
use std::time::Duration;

use super::cells::{Cells, Made};
use super::develop::{encoded, filtered};
use super::product::product;
use super::vtt::web_vtt;
use crate::engine::Whole;
use crate::error::{self, Error, Reason};
use crate::frames::{self, Choice, Wanted};
use crate::media::{Color, Ticks, Usage};
use crate::pipeline::{AnyContainer, AnyOutput};
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Run, Warning, Written};

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
#[derive(Clone)]
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
    /// Packets of which the decoder made nothing.
    pub undecodable: u64,
    /// What decoded them, and what was asked for.
    pub hardware: Usage,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that: what lies behind is shown by its last
    /// picture.
    pub truncated: bool,
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

product!(SheetOutcome: job cells size written corrupt undecodable hardware truncated warnings elapsed);

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
    let picture = Some(&wanted.output).filter(|it| !it.location.is_stream());
    let outputs: Vec<_> = picture.into_iter().chain(&wanted.cues).collect();
    let wholes = Whole::find_all(outputs, input)?;
    let mut cells = Cells::of(&wanted.output, wanted.room());
    let read = frames::read(request, reader, &wanted.frames, &mut cells, run)?;
    let work = cells.work.take().ok_or_else(|| Error::nothing_there(input))?;
    let pictures: Vec<_> = cells.all.iter().map(|it| &it.picture).collect();
    let pixel_aspect = pictures.first().and_then(|it| it.pixel_aspect());
    let sheet = filtered(&pictures, pixel_aspect, &format!("{},{}", wanted.tiles(pictures.len()), work.format), run)?;
    let bytes = encoded(&sheet, &work, run)?;
    let cells = wanted.cells(&cells.all, read.stream.duration);
    let name = wanted.output.location.path().and_then(|it| it.file_name()).map(|it| it.to_string_lossy().into_owned());
    let cues = web_vtt(&cells, &name.unwrap_or_default());
    let texts = [picture.map(|_| &bytes[..]), wanted.cues.as_ref().map(|_| cues.as_bytes())];
    let written = Whole::write_all(wholes, &texts.into_iter().flatten().collect::<Vec<_>>(), timeout, run)?;
    Ok(SheetOutcome {
        job: run.id,
        cells,
        size: sheet.size(),
        bytes: if wanted.output.location.is_stream() { bytes } else { Vec::new() },
        written,
        corrupt: read.corrupt,
        undecodable: read.undecodable,
        hardware: read.hardware,
        truncated: read.truncated,
        warnings: Vec::new(), // The run's journal has them.
        elapsed: run.elapsed(),
    })
}

impl SheetWanted {
    /// What is known beforehand to have no room: its width, and its height where it is known how many there are going to be.
    pub(crate) fn too_large(&self) -> Option<Reason> {
        let rows = match self.frames.choice {
            Choice::Spread(count) => count.div_ceil(self.columns.max(1)),
            _ => 1,
        };
        let size = self.size(rows);
        let beyond = size.0.max(size.1) > self.longest();
        let value = || format!("{}×{}", size.0, size.1);
        let range = "16,383 pixels in either direction, as WebP";
        let webp = beyond.then(|| Reason::OutOfRange { what: "Sheet's size", value: value(), range });
        error::picture("Sheet's size", size).or(webp)
    }

    /// How many pictures it has room for.
    fn room(&self) -> u64 {
        let fits = |rows: &u32| {
            let size = self.size(*rows);
            size.1 <= self.longest() && error::picture("Sheet's size", size).is_none()
        };
        let rows = (1..=self.longest()).take_while(fits).count() as u64;
        rows * u64::from(self.columns)
    }

    /// Width and height of so many rows, in pixels.
    fn size(&self, rows: u32) -> (u32, u32) {
        let length = |count: u32, side: u32| count.saturating_mul(side.saturating_add(self.gap)).saturating_add(self.gap);
        (length(self.columns, self.cell.0), length(rows, self.cell.1))
    }

    /// As many pixels as the encoder takes in either direction.
    fn longest(&self) -> u32 {
        if matches!(self.output.container, AnyContainer::WebP(_)) { 16_383 } else { 65_535 }
    }

    /// FFmpeg's filter that lays so many on a sheet.
    #[doc(alias = "tile")]
    fn tiles(&self, count: usize) -> String {
        let Self { columns, gap, ground, .. } = self;
        let rows = count.div_ceil(*columns as usize);
        format!("tile=layout={columns}x{rows}:nb_frames={count}:margin={gap}:padding={gap}:color={}", ground.ffmpeg())
    }

    fn cells(&self, made: &[Made], length: Option<Duration>) -> Vec<Cell> {
        let (width, height) = self.cell;
        let parts = self.parts(made);
        let at = |index: u32, side: u32| index * (side + self.gap) + self.gap;
        let cells = made.iter().zip(parts).zip(0..);
        let cell = |((made, (from, to)), index): ((&Made, (Duration, Duration)), u32)| {
            let (x, y) = (at(index % self.columns, width), at(index / self.columns, height));
            // The last part of a film may be shorter than the others.
            let to = length.map_or(to, |length| to.min(length.max(from)));
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
            Choice::Every(step) => instants().map(|it| (it, it.saturating_add(*step))).collect(),
            _ => instants().map(|it| (it, it)).collect(),
        }
    }
}
