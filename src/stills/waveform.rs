use std::sync::Arc;
use std::time::Duration;

use super::develop::{encoded, received};
use super::levels::{By, Levels};
use super::product::{Goal, product};
use super::still::impossible;
use crate::error::{self, Error, Reason};
use crate::ffi::{Feed, Graph, RawFrame, Stamp, interleaved};
use crate::frames::{self, Block, Give, SoundWanted};
use crate::media::{Color, Rational, Stage, StreamKind};
use crate::pipeline::{AnyContainer, AnyOutput};
use crate::plan::{self, StillWork};
use crate::read::{AnyReader, Request};
use crate::run::{JobId, Run, Verdict, Warning, Written};

/// Of what sound, and what the picture is like.
pub(crate) struct WaveformWanted {
    pub(crate) sound: SoundWanted,
    pub(crate) look: WaveformLook,
    /// One picture, where a [`Location::stream`](crate::Location::stream) stays in memory.
    pub(crate) output: AnyOutput,
}

/// What the picture is like.
#[derive(Clone, Debug)]
pub(crate) struct WaveformLook {
    /// Width and height, in pixels.
    pub(crate) size: (u32, u32),
    /// Of the channels in their order; none for FFmpeg's own.
    pub(crate) colors: Option<Vec<Color>>,
    pub(crate) is_split: bool,
    pub(crate) scale: WaveformScale,
    pub(crate) is_full: bool,
    pub(crate) by: By,
    /// What is behind it; nothing where there is none.
    pub(crate) ground: Option<Color>,
}

/// How high a level is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaveformScale {
    /// As it is.
    #[default]
    Lin,
    /// By its logarithm: what is soft is seen.
    Log,
    /// By its square root.
    Sqrt,
    /// By its cubic root.
    Cbrt,
}

/// What a [`Waveform`](crate::Waveform) came to.
#[derive(Clone)]
#[non_exhaustive]
pub struct WaveformOutcome {
    /// Which one: the number in its log span and its thread's name.
    pub job: JobId,
    /// How much sound it shows.
    pub length: Duration,
    /// Of how many channels.
    pub channels: usize,
    /// Width and height of the picture, in pixels.
    pub size: (u32, u32),
    /// The file itself, where it was to go nowhere else; else empty.
    pub bytes: Vec<u8>,
    /// The file that was written, where one was.
    pub written: Option<Written>,
    /// Of all that was decoded on the way, packets' worth that was damaged.
    pub corrupt: u64,
    /// Packets of which the decoder made nothing.
    pub undecodable: u64,
    /// The input ended before it should have, and [`Tolerance`](crate::Tolerance) allowed that: what is missing is not in the picture.
    pub truncated: bool,
    /// What FFmpeg warned of, counted by kind, the commonest first. Empty without [`logs::install`](crate::logs::install).
    pub warnings: Vec<Warning>,
    /// From `start()` to the end, by the wall clock.
    pub elapsed: Duration,
}

product!(WaveformOutcome: job length channels size written corrupt undecodable truncated warnings elapsed);

/// Reads the sound, draws the picture, and writes it.
///
/// # Errors
/// Whatever keeps it from that; nothing has the output's name then.
pub(crate) fn take_waveform(
    request: Request<'_>,
    reader: Option<AnyReader>,
    wanted: &WaveformWanted,
    run: &Arc<Run>,
) -> Result<WaveformOutcome, Error> {
    let WaveformWanted { sound, look, output } = wanted;
    let (input, goal) = (request.location, Goal::find(output, &request)?);
    let work = plan::drawing(output, look.size).map_err(|wrong| impossible(wrong, &output.location))?;
    let mut heard = Heard { by: look.by, rate: 0, levels: None };
    let read = frames::read_sound(request, reader, sound, &mut heard, run)?;
    let Heard { rate, levels: Some(levels), .. } = heard else { return Err(Error::nothing_there(input)) };
    let picture = look.drawn(&levels, &work, run)?;
    let (bytes, written) = goal.write(encoded(&picture, &work, run)?, run)?;
    Ok(WaveformOutcome {
        job: run.id,
        length: Duration::from_secs_f64(levels.samples() as f64 / f64::from(rate.max(1))),
        channels: levels.channels(),
        size: picture.size(),
        bytes,
        written,
        corrupt: read.corrupt,
        undecodable: read.undecodable,
        truncated: read.truncated,
        warnings: Vec::new(), // The run's journal has them.
        elapsed: run.elapsed(),
    })
}

/// What sound comes to, as it comes.
struct Heard {
    by: By,
    /// Samples of each channel a second.
    rate: u32,
    levels: Option<Levels>,
}

impl Give<Block<i16>> for Heard {
    fn give(&mut self, block: Block<i16>, run: &Arc<Run>) -> Result<(), Error> {
        if run.verdict() != Verdict::GoOn {
            return Err(Error::Cancelled { detached: false });
        }
        run.moved();
        self.rate = block.sample_rate().as_hz();
        self.levels.get_or_insert_with(|| Levels::new(self.by, block.channels())).add(block.samples());
        Ok(())
    }
}

impl WaveformLook {
    /// What can be told beforehand to be wrong with it.
    pub(crate) fn reasons(&self, output: &AnyOutput) -> Vec<Reason> {
        let (width, height) = self.size;
        let none = self.colors.as_ref().is_some_and(Vec::is_empty);
        let none =
            none.then(|| Reason::OutOfRange { what: "the number of a Waveform's colors", value: "0".into(), range: "1 or more" });
        let is_webp = matches!(output.container, AnyContainer::WebP(_));
        let beyond = (is_webp && width.max(height) > MOST_OF_WEBP).then(|| Reason::OutOfRange {
            what: "Waveform's size",
            value: format!("{width}×{height}"),
            range: "16,383 pixels in either direction, as WebP",
        });
        let size = error::picture("Waveform's size", self.size).or(beyond);
        let filters = ["showwavespic"].into_iter().chain(self.ground.map(|_| "overlay"));
        size.into_iter().chain(none).chain(filters.filter_map(plan::missing_filter)).collect()
    }

    /// FFmpeg's filter draws it: of each column it is given the level as a single sample, which it draws as high as it is.
    ///
    /// # Errors
    /// What filters fail with.
    #[doc(alias = "showwavespic")]
    fn drawn(&self, levels: &Levels, work: &StillWork, run: &Arc<Run>) -> Result<RawFrame, Error> {
        let (width, name) = (self.size.0, run.journal.tag_filter("in"));
        let filters = format!("{},{},{}", self.filters(), work.chain, work.format);
        let feed = Feed {
            kind: StreamKind::Audio,
            gives: StreamKind::Video,
            filters: &filters,
            name: &name,
            threads: 1,
            time_base: Rational::MICROS,
            frame_rate: None,
            pixel_aspect: None,
        };
        let draw = || {
            let sound = interleaved(&levels.columns(width), levels.channels(), RATE)?;
            let mut graph = Graph::new(&sound, &feed)?;
            graph.send(&sound, Stamp { pts: 0, length: width.into() })?;
            graph.send_end()?;
            received(&mut graph)
        };
        run.unhurried(draw).map_err(|code| Error::reading(run.location(), Stage::Filter, code))
    }

    /// As the `ffmpeg` program takes them.
    fn filters(&self) -> String {
        let Self { size: (width, height), is_split, is_full, .. } = *self;
        let split = u8::from(is_split);
        let draw = if is_full { "full" } else { "scale" };
        let filter = if self.by == By::Peak { "peak" } else { "average" };
        let colors = self.colors.iter().map(|it| it.iter().map(|it| it.ffmpeg()).collect::<Vec<_>>().join("|"));
        let colors: String = colors.map(|it| format!(":colors={it}")).collect();
        let scale = self.scale.name();
        let wave =
            format!("showwavespic=s={width}x{height}:split_channels={split}:scale={scale}:draw={draw}:filter={filter}{colors}");
        match self.ground {
            None => wave,
            Some(ground) => {
                let ground = ground.ffmpeg();
                format!("color=c={ground}:s={width}x{height}:r=1:d=1[ground];{wave}[wave];[ground][wave]overlay=format=rgb")
            }
        }
    }
}

/// What is drawn lasts for no time that anybody sees.
const RATE: u32 = 48_000;
const MOST_OF_WEBP: u32 = 16_383;

impl WaveformScale {
    /// FFmpeg's.
    fn name(self) -> &'static str {
        match self {
            Self::Lin => "lin",
            Self::Log => "log",
            Self::Sqrt => "sqrt",
            Self::Cbrt => "cbrt",
        }
    }
}
