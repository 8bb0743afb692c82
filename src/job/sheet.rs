use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::Task;
use super::frames::reasons;
use super::looking::{Looking, looking_options};
use crate::error::{Error, Place, Problem, Reason};
use crate::frames::{Choice, SeekIndex, Wanted};
use crate::media::{Color, Hardware, Limits, Location, Reach, Secret, Select, Tolerance};
use crate::pipeline::filter::{Pad, Scale, VideoFilter};
use crate::pipeline::{AnyOutput, ImageFormat, Output};
use crate::read::{AnyReader, countable};
use crate::run::Run;
use crate::stills::{self, SheetOutcome, SheetWanted};

/// Many pictures of a film on one: a contact sheet, or the sprite sheet that players show previews of.
///
/// Of the film no more is decoded than the pictures need, as for [`Frames::spread`](crate::Frames::spread) and
/// [`Frames::every`](crate::Frames::every). Each is turned the way in which it is to be shown, and made to fit its cell. They stay in
/// memory until all are there: as many bytes as the sheet has, twice.
///
/// ```no_run
/// use telecine::{Jpeg, Sheet, secs};
///
/// # async fn example() -> Result<(), telecine::Error> {
/// // Nine pictures, from the beginning to the end.
/// Sheet::of("in.mp4").grid(3, 3).cell(320, 180).gap(4).output(Jpeg::file("contact.jpg")).start().await?;
///
/// // A preview for every ten seconds, and the cues that tell a player where it is.
/// let sprite = Sheet::of("in.mp4").every(secs(10)).columns(10).cell(160, 90);
/// sprite.output(Jpeg::file("sprite.jpg")).web_vtt("sprite.vtt").start().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until it is started"]
#[doc(alias = "tile")]
#[doc(alias = "sprite")]
pub struct Sheet {
    looking: Looking,
    wanted: Wanted,
    columns: u32,
    cell: (u32, u32),
    gap: u32,
    ground: Color,
    filters: Vec<VideoFilter>,
    output: AnyOutput,
    cues: Option<PathBuf>,
}

impl Sheet {
    /// Nine pictures of an input's main video stream, spread evenly, in three columns: a path, a URL, or a [`Location::stream`] with a
    /// [`reader`](Self::reader).
    pub fn of(location: impl Into<Location>) -> Self {
        Self {
            looking: Looking::at(location.into()),
            wanted: Wanted { choice: Choice::Spread(9), ..Wanted::laid_out() },
            columns: 3,
            cell: (320, 180),
            gap: 0,
            ground: Color::BLACK,
            filters: Vec::new(),
            output: AnyOutput::in_memory(),
            cues: None,
        }
    }

    /// The same of something that is in memory.
    pub fn bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::of(Location::stream("bytes")).seekable_reader(std::io::Cursor::new(bytes))
    }

    /// Which of its streams. Default: [`Select::main`].
    #[doc(alias = "map")]
    pub fn select(mut self, select: Select) -> Self {
        self.wanted.select = select;
        self
    }

    /// So many columns and rows, each at least 1, of pictures spread evenly over the film: those in the middle of as many parts of the same
    /// length. Default: 3 by 3.
    pub fn grid(mut self, columns: u32, rows: u32) -> Self {
        self.columns = columns;
        self.wanted.choice = Choice::Spread(columns.saturating_mul(rows));
        self
    }

    /// The pictures on the screen at the beginning, and so long after, and again; as many rows as that takes, and what is left of the last
    /// one is empty. A sheet has 65,535 pixels in either direction at most, and 16,383 as WebP.
    pub fn every(mut self, step: Duration) -> Self {
        self.wanted.choice = Choice::Every(step);
        self
    }

    /// How many columns, from 1. To be said after [`grid`](Self::grid), which says it, too. Default: 3.
    pub fn columns(mut self, columns: u32) -> Self {
        self.columns = columns;
        self
    }

    /// Width and height of each picture, in pixels. What does not fill it stands on the [`ground`](Self::ground). Default: 320 by 180.
    pub fn cell(mut self, width: u32, height: u32) -> Self {
        self.cell = (width, height);
        self
    }

    /// So many pixels between pictures, and around them, to 1,024. Default: 0.
    pub fn gap(mut self, pixels: u32) -> Self {
        self.gap = pixels;
        self
    }

    /// What is between pictures and beside them. Default: black.
    pub fn ground(mut self, color: Color) -> Self {
        self.ground = color;
        self
    }

    /// What happens to each picture before it is made to fit its cell, after what was added before. It is upright by then. One that takes
    /// another stream, as an overlay does, is a problem.
    #[doc(alias = "vf")]
    pub fn filter(mut self, filter: impl Into<VideoFilter>) -> Self {
        self.filters.push(filter.into());
        self
    }

    /// Where it goes, and as what; whole or not at all. Without a track it is encoded as the file's format has it, by the defaults; filters
    /// of a track are those of each picture, too, behind those of the sheet. Default: JPEG, in memory ([`SheetOutcome::bytes`]), which is also
    /// what a [`Location::stream`] means.
    pub fn output<C: ImageFormat>(mut self, output: Output<C>) -> Self {
        self.output = output.into();
        self
    }

    /// Writes the cues, too: WebVTT, which says which part of the sheet stands for which part of the film, and calls the sheet by the name of
    /// its file, which it has to have. Both files appear, or none. Default: no file; [`SheetOutcome::web_vtt`] has the text.
    #[doc(alias = "sprite")]
    pub fn web_vtt(mut self, path: impl Into<PathBuf>) -> Self {
        self.cues = Some(path.into());
        self
    }

    /// What an earlier reading of the same file has found out of where decoding may begin.
    pub fn index(mut self, index: &SeekIndex) -> Self {
        self.wanted.index = Some(index.clone());
        self
    }

    /// Whether a device of the machine decodes, and which, as for [`Still::hardware`](crate::Still::hardware): the file is the
    /// same. [`Hardware::Auto`] counts each picture as the 50 that lie between two key frames, as long as that is not more than
    /// there are. [`SheetOutcome::hardware`] tells what decoded. Default: [`Hardware::Off`].
    #[doc(alias = "hwaccel")]
    pub fn hardware(mut self, policy: Hardware) -> Self {
        self.wanted.hardware = policy;
        self
    }

    /// How much of it may be missing or damaged. By default any number of frames may be damaged, and nothing missing.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.wanted.tolerance = tolerance;
        self
    }

    looking_options!();

    /// Begins, on a thread of its own, and returns at once. Whatever is wrong is the task's result, and nothing has an output's name then.
    pub fn start(self) -> Task<SheetOutcome> {
        let Self { mut looking, wanted, columns, cell, gap, ground, filters, output, cues } = self;
        let fitted = [Scale::fit(cell.0, cell.1).enlarge().into(), Pad::to(cell.0, cell.1).color(ground).into()];
        let output = output.or_picture().between(filters, fitted);
        let (overwrite, durability) = (output.overwrite, output.durability);
        let cues =
            cues.map(|path| AnyOutput { location: path.into(), overwrite, durability, ..AnyOutput::in_memory() }.or_picture());
        let wanted = SheetWanted { frames: wanted, columns, cell, gap, ground, output, cues };
        let output = &wanted.output;
        let not_one = output.picture().is_none().then_some(Reason::NotOnePicture);
        let outside = [
            Reason::outside("Sheet's columns", columns, 1..=MOST_COLUMNS, "1 to 65,535"),
            Reason::outside("Sheet's gap", gap, 0..=MOST_GAP, "0 to 1,024 pixels"),
        ];
        let nameless = (wanted.cues.is_some() && output.location.path().is_none()).then_some(Reason::NoNameForCues);
        let own = not_one.into_iter().chain(nameless).chain(outside.into_iter().flatten());
        let own: Vec<_> = own.map(|it| Problem::at(Place::output(0, &output.location), it)).collect();
        let own = if own.is_empty() {
            wanted.too_large().map(|it| Problem::at(Place::output(0, &output.location), it)).into_iter().collect()
        } else {
            own
        };
        let cues = wanted.cues.iter().flat_map(|it| it.problems(1));
        let reading = reasons(&wanted.frames).into_iter().map(|it| Problem::at(Place::Pipeline, it));
        let problems: Vec<_> = output.problems(0).into_iter().chain(own).chain(cues).chain(reading).collect();
        let ready = looking.resolve_with(problems);
        let ready = ready.and_then(|()| countable(&wanted.frames.tolerance, &looking.input));
        let terms = std::mem::take(&mut looking.terms);
        Task::start(terms, looking.what(), ready, move |run: &Arc<Run>| {
            let reader = looking.reader.take();
            stills::take_sheet(looking.request(run), reader, &wanted, run)
        })
    }

    /// Begins and blocks until it is over. For async code, await what [`start`](Self::start) gives.
    ///
    /// # Errors
    /// As the task's result.
    pub fn wait(self) -> Result<SheetOutcome, Error> {
        self.start().wait()
    }
}

/// As many pixels as a picture may be wide.
const MOST_COLUMNS: u32 = 65_535;
const MOST_GAP: u32 = 1_024;

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { looking, wanted, columns, cell, .. } = self;
        let mut all = f.debug_struct("Sheet");
        all.field("input", &looking.input).field("wanted", wanted).field("columns", columns).field("cell", cell);
        all.field("output", &self.output).finish_non_exhaustive()
    }
}
