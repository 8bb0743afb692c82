use std::io::Read;
use std::ops::RangeBounds;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::Task;
use super::frames::reasons;
use super::looking::{Looking, looking_options};
use crate::error::{Error, Place, Problem, Reason};
use crate::frames::{Choice, Part, SeekIndex, Wanted};
use crate::media::{FrameRate, Hardware, Limits, Location, Reach, Secret, Select, Tolerance, fps};
use crate::pipeline::filter::{Scale, VideoFilter};
use crate::pipeline::{AnimationFormat, AnyContainer, AnyOutput, Loops, Output, bounds};
use crate::plan;
use crate::read::{AnyReader, countable};
use crate::run::Run;
use crate::stills::{self, Palette, PreviewOutcome, PreviewWanted, Spread};

/// A short animation of a film, as a GIF or an animated WebP: of a part of it, or of several.
///
/// No more is decoded than its pictures need, as for [`Frames::every`](crate::Frames::every) and
/// [`Frames::at_each`](crate::Frames::at_each). Each is turned the way in which it is to be shown, and made to fit.
///
/// ```no_run
/// use telecine::{Gif, Preview, WebP, fps, secs};
///
/// # async fn example() -> Result<(), telecine::Error> {
/// // Three seconds of it, ten pictures a second.
/// Preview::of("in.mp4").range(secs(10)..secs(13)).output(Gif::file("preview.gif")).start().await?;
///
/// // A second of five places.
/// let places = Preview::of("in.mp4").spread(5, secs(1)).fps(fps(12)).fit(480, 480);
/// places.output(WebP::file("preview.webp")).start().await?;
///
/// let bytes = Preview::of("in.mp4").start().await?.bytes; // of the first five seconds, a GIF in memory
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until it is started"]
#[doc(alias = "palettegen")]
#[doc(alias = "libwebp_anim")]
pub struct Preview {
    looking: Looking,
    frames: Wanted,
    /// As it was asked for.
    range: (Duration, Option<Duration>),
    spread: Option<Spread>,
    rate: FrameRate,
    fit: (u32, u32),
    palette: Palette,
    loops: Option<Loops>,
    filters: Vec<VideoFilter>,
    output: AnyOutput,
}

impl Preview {
    /// The first five seconds of an input's main video stream: a path, a URL, or a [`Location::stream`] with a
    /// [`reader`](Self::reader).
    pub fn of(location: impl Into<Location>) -> Self {
        Self {
            looking: Looking::at(location.into()),
            frames: Wanted::laid_out(),
            range: (Duration::ZERO, None),
            spread: None,
            rate: fps(10),
            fit: (320, 320),
            palette: Palette::default(),
            loops: None,
            filters: Vec::new(),
            output: AnyOutput::in_memory_as(AnyContainer::Gif(Loops::default())),
        }
    }

    /// The same of something that is in memory.
    pub fn bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::of(Location::stream("bytes")).seekable_reader(std::io::Cursor::new(bytes))
    }

    /// Which of its streams. Default: [`Select::main`].
    #[doc(alias = "map")]
    pub fn select(mut self, select: Select) -> Self {
        self.frames.select = select;
        self
    }

    /// This part of it, of a minute at most; one without an end is five seconds long, and one that reaches beyond the film's end, ends
    /// there. Default: the first five seconds. Of `range` and [`spread`](Self::spread), the last one counts.
    #[doc(alias = "ss")]
    #[doc(alias = "t")]
    pub fn range(mut self, range: impl RangeBounds<Duration>) -> Self {
        let (start, end) = bounds(&range);
        (self.range, self.spread) = ((start.unwrap_or_default(), end), None);
        self
    }

    /// So many parts of it, each so long, one after the other: those in the middle of as many parts of the film. From 1 to 100, and a
    /// minute in all at most; of a film that is no longer, all of it. How long it is, has to be known, as for
    /// [`Frames::spread`](crate::Frames::spread).
    pub fn spread(mut self, count: u32, each: Duration) -> Self {
        self.spread = Some(Spread { count, each });
        self
    }

    /// Pictures a second, more than 0 and at most 50. Default: 10. A GIF counts hundredths of a second.
    #[doc(alias = "r")]
    pub fn fps(mut self, rate: FrameRate) -> Self {
        self.rate = rate;
        self
    }

    /// How large it may be, in pixels, from 2 to 4,096: as large as fits into this, and not larger than the film. Default: 320 by 320.
    /// All pictures together have up to 2^27 pixels.
    #[doc(alias = "s")]
    pub fn fit(mut self, width: u32, height: u32) -> Self {
        self.fit = (width, height);
        self
    }

    /// Which colours a GIF has. Default: [`Palette::Whole`]. A WebP has all of them.
    #[doc(alias = "paletteuse")]
    pub fn palette(mut self, palette: Palette) -> Self {
        self.palette = palette;
        self
    }

    /// How often it is played. Default: as the output of a GIF says, and that is [`Loops::Forever`] where it says nothing.
    #[doc(alias = "loop")]
    pub fn loops(mut self, loops: Loops) -> Self {
        self.loops = Some(loops);
        self
    }

    /// What happens to the pictures before they are made to fit, after what was added before. They are upright by then, and times are
    /// those of the preview. One that takes another stream, as an overlay does, is a problem.
    #[doc(alias = "vf")]
    pub fn filter(mut self, filter: impl Into<VideoFilter>) -> Self {
        self.filters.push(filter.into());
        self
    }

    /// Where it goes, and as what; whole or not at all. A WebP is animated. Without a track it is encoded as the file's format has it, by
    /// the defaults. Default: GIF, in memory ([`PreviewOutcome::bytes`]), which is also where a [`Location::stream`] goes.
    pub fn output<C: AnimationFormat>(mut self, output: Output<C>) -> Self {
        self.output = output.into();
        self
    }

    /// What an earlier reading of the same file has found out of where decoding may begin.
    pub fn index(mut self, index: &SeekIndex) -> Self {
        self.frames.index = Some(index.clone());
        self
    }

    /// Whether a device of the machine decodes, and which, as for [`Still::hardware`](crate::Still::hardware): the file is the
    /// same. [`Hardware::Auto`] counts the pictures of the part, or for each picture of several parts the 50 that lie between two key
    /// frames. [`PreviewOutcome::hardware`] tells what decoded. Default: [`Hardware::Off`].
    #[doc(alias = "hwaccel")]
    pub fn hardware(mut self, policy: Hardware) -> Self {
        self.frames.hardware = policy;
        self
    }

    /// How much of it may be missing or damaged. By default any number of frames may be damaged, and nothing missing.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.frames.tolerance = tolerance;
        self
    }

    looking_options!();

    /// Begins, on a thread of its own, and returns at once. Whatever is wrong is the task's result, and nothing has the output's name
    /// then.
    pub fn start(self) -> Task<PreviewOutcome> {
        let own = self.reasons();
        let Self { mut looking, frames, range: (start, end), spread, rate, fit, palette, loops, filters, output } = self;
        let frames = match spread {
            Some(_) => frames,
            None => {
                let part = Part::Between(start, Some(end.unwrap_or(start.saturating_add(LENGTH))));
                Wanted { part, choice: Choice::Every(stills::step(rate)), ..frames }
            }
        };
        let output = output.or_picture().between(filters, [Scale::fit(fit.0, fit.1).into()]);
        let not_one = output.animation().is_none().then_some(Reason::NotOneAnimation);
        let is_gif = matches!(output.container, AnyContainer::Gif(_));
        let missing = ["palettegen", "paletteuse"].into_iter().filter(|_| is_gif).filter_map(plan::missing_filter);
        let of_output =
            own.into_iter().chain(not_one).chain(missing).map(|it| Problem::at(Place::output(0, &output.location), it));
        let reading = reasons(&frames).into_iter().map(|it| Problem::at(Place::Pipeline, it));
        let ready = looking.resolve_with(output.problems(0).into_iter().chain(of_output).chain(reading));
        let ready = ready.and_then(|()| countable(&frames.tolerance, &looking.input));
        let terms = std::mem::take(&mut looking.terms);
        let wanted = PreviewWanted { frames, spread, rate, palette, loops, output };
        Task::start(terms, looking.what(), ready, move |run: &Arc<Run>| {
            let reader = looking.reader.take();
            stills::take_preview(looking.request(run), reader, &wanted, run)
        })
    }

    /// Begins and blocks until it is over. For async code, await what [`start`](Self::start) gives.
    ///
    /// # Errors
    /// As the task's result.
    pub fn wait(self) -> Result<PreviewOutcome, Error> {
        self.start().wait()
    }

    /// What can be told beforehand to be wrong with its own options.
    fn reasons(&self) -> Vec<Reason> {
        let outside = |what, value, range| Reason::OutOfRange { what, value, range };
        let beyond = u64::from(self.rate.numerator()) > 50 * u64::from(self.rate.denominator());
        let rate = (beyond || !self.rate.is_usable())
            .then(|| outside("Preview's fps", self.rate.to_string(), "more than 0 and at most 50 a second"));
        let side = |pixels| Reason::outside("Preview's width or height", pixels, 2..=4_096, "2 to 4,096 pixels");
        let count = self.spread.and_then(|it| Reason::outside("the number of a Preview's parts", it.count, 1..=100, "1 to 100"));
        let (length, range) = (self.length(), "1 ms to 1 minute");
        let fits = length.is_none_or(|it| (Duration::from_millis(1)..=LONGEST).contains(&it));
        let long = (!fits).then(|| outside("Preview's length", format!("{:?}", length.unwrap_or_default()), range));
        let own = [rate, side(self.fit.0), side(self.fit.1), count, long].into_iter().flatten().collect::<Vec<_>>();
        if own.is_empty() { self.too_many().into_iter().collect() } else { own }
    }

    /// How long it is going to be at most; `None` of a range that is none.
    fn length(&self) -> Option<Duration> {
        match (self.spread, self.range) {
            (Some(it), _) => Some(it.each.saturating_mul(it.count)),
            (None, (_, None)) => Some(LENGTH),
            (None, (start, Some(end))) => end.checked_sub(start).filter(|it| !it.is_zero()),
        }
    }

    /// They may have to wait for the last of them, all in memory.
    fn too_many(&self) -> Option<Reason> {
        let seconds = self.length()?.as_secs_f64();
        let count = (seconds * f64::from(self.rate.numerator()) / f64::from(self.rate.denominator())).ceil();
        let (width, height) = self.fit;
        let is_too_much = count * f64::from(width) * f64::from(height) > MOST_PIXELS;
        let value = || format!("{count} of {width}×{height}");
        let range = "2^27 pixels in all";
        is_too_much.then(|| Reason::OutOfRange { what: "the number of a Preview's pictures", value: value(), range })
    }
}

/// Where nobody says.
const LENGTH: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(60);
/// Half a gigabyte in memory.
const MOST_PIXELS: f64 = 134_217_728.0;

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { looking, range, spread, rate, fit, .. } = self;
        let mut all = f.debug_struct("Preview");
        all.field("input", &looking.input).field("range", range).field("spread", spread).field("rate", rate).field("fit", fit);
        all.field("filters", &self.filters).field("output", &self.output).finish_non_exhaustive()
    }
}
