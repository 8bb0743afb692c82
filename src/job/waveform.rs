use std::io::Read;
use std::ops::RangeBounds;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::Task;
use super::looking::{Looking, looking_options};
use super::samples;
use crate::error::{Error, Place, Problem, Reason};
use crate::frames::{Part, SoundWanted};
use crate::media::{ChannelLayout, Color, Limits, Location, Reach, Secret, Select, Tolerance};
use crate::pipeline::{AnyContainer, AnyOutput, ImageFormat, Images, Output, bounds};
use crate::read::{AnyReader, countable};
use crate::run::Run;
use crate::stills::{self, By, WaveformLook, WaveformOutcome, WaveformScale, WaveformWanted};

/// A picture of sound: how loud it is, from the left to the right.
///
/// It is what FFmpeg's filter `showwavespic` draws, with its options and its defaults, of all the sound or of a part of it. The filter
/// would keep all of it in memory; here, it is given the level of each column, which is worked out as sound is decoded. So memory does not
/// grow with its length: up to 64 MiB are used. As long as that is enough for every sample (nearly three minutes of two channels at
/// 48 kHz), the picture is pixel by pixel what the filter draws of all of it; where it is longer, samples are taken together by two, four
/// and so on, and where a column ends is exact to those.
///
/// ```no_run
/// use telecine::{Color, Png, Waveform, WaveformScale};
///
/// # async fn example() -> Result<(), telecine::Error> {
/// let wave = Waveform::of("song.mp3").size(1200, 200).colors([Color::rgb(64, 96, 160)]).mono();
/// wave.output(Png::file("song.png")).start().await?;
///
/// let bytes = Waveform::of("talk.m4a").scale(WaveformScale::Sqrt).split_channels().start().await?.bytes; // a PNG, in memory
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until it is started"]
#[doc(alias = "showwavespic")]
pub struct Waveform {
    looking: Looking,
    sound: SoundWanted,
    look: WaveformLook,
    output: AnyOutput,
}

impl Waveform {
    /// The sound of an input's main audio stream, all of it: a path, a URL, or a [`Location::stream`] with a [`reader`](Self::reader).
    pub fn of(location: impl Into<Location>) -> Self {
        let look = WaveformLook {
            size: (600, 240),
            colors: None,
            is_split: false,
            scale: WaveformScale::default(),
            is_full: false,
            by: By::Average,
            ground: None,
        };
        let output = AnyOutput::in_memory_as(AnyContainer::Png(Images::Single));
        Self { looking: Looking::at(location.into()), sound: SoundWanted::default(), look, output }
    }

    /// The sound of something that is in memory.
    pub fn bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::of(Location::stream("bytes")).seekable_reader(std::io::Cursor::new(bytes))
    }

    /// Which of its streams. Default: [`Select::main`].
    #[doc(alias = "map")]
    pub fn select(mut self, select: Select) -> Self {
        self.sound.wanted.select = select;
        self
    }

    /// Only this part, counted from the beginning of the container, exact to the sample: as [`Samples::range`](crate::Samples::range) has
    /// it. Default: all of it.
    #[doc(alias = "ss")]
    #[doc(alias = "to")]
    pub fn range(mut self, range: impl RangeBounds<Duration>) -> Self {
        let (start, end) = bounds(&range);
        self.sound.wanted.part = Part::Between(start.unwrap_or_default(), end);
        self
    }

    /// All channels mixed into one before they are drawn, by FFmpeg's default matrix. Default: each is drawn.
    #[doc(alias = "ac")]
    pub fn mono(mut self) -> Self {
        self.sound.layout = Some(ChannelLayout::Mono);
        self
    }

    /// Width and height of the picture, in pixels. Default: 600 by 240, FFmpeg's. Where there are fewer samples than columns, each is drawn
    /// as wide as it takes.
    #[doc(alias = "s")]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.look.size = (width, height);
        self
    }

    /// The colours of the channels, in their order, at least one; those that have none have the last one's. Default: FFmpeg's, which begin
    /// with red and green.
    pub fn colors(mut self, colors: impl IntoIterator<Item = Color>) -> Self {
        self.look.colors = Some(colors.into_iter().collect());
        self
    }

    /// Each channel in a part of its own, one below the other. Default: one over the other.
    pub fn split_channels(mut self) -> Self {
        self.look.is_split = true;
        self
    }

    /// How high a level is drawn. Default: [`WaveformScale::Lin`].
    pub fn scale(mut self, scale: WaveformScale) -> Self {
        self.look.scale = scale;
        self
    }

    /// Each column as high as its loudest sample. Default: as the mean of all of them, whatever their sign.
    #[doc(alias = "filter")]
    pub fn peaks(mut self) -> Self {
        self.look.by = By::Peak;
        self
    }

    /// Every channel in its full colour, the later ones over those before. Default: where channels are drawn one over the other, each adds
    /// its part of colour and opacity.
    #[doc(alias = "draw")]
    pub fn full(mut self) -> Self {
        self.look.is_full = true;
        self
    }

    /// What is behind it. Default: nothing, which is transparent in PNG and WebP, and black in JPEG.
    pub fn ground(mut self, color: Color) -> Self {
        self.look.ground = Some(color);
        self
    }

    /// Where it goes, and as what; whole or not at all. Without a track the picture is encoded as the file's format has it, by the
    /// defaults; filters of a track are those of the picture. Default: PNG, in memory ([`WaveformOutcome::bytes`]), which is also where a
    /// [`Location::stream`] goes.
    pub fn output<C: ImageFormat>(mut self, output: Output<C>) -> Self {
        self.output = output.into();
        self
    }

    /// How much of it may be missing or damaged. By default any amount may be damaged, and nothing missing.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.sound.wanted.tolerance = tolerance;
        self
    }

    looking_options!();

    /// Begins, on a thread of its own, and returns at once. Whatever is wrong is the task's result, and nothing has the output's name
    /// then: [`Error::NoSuchStream`](crate::Error::NoSuchStream) where there is no sound.
    pub fn start(self) -> Task<WaveformOutcome> {
        let Self { mut looking, sound, look, output } = self;
        let output = output.or_picture();
        let place = Place::output(0, &output.location);
        let not_one = output.picture().is_none().then_some(Reason::NotOnePicture);
        let own = look.reasons(&output).into_iter().chain(not_one).map(|it| Problem::at(place.clone(), it));
        let reading = samples::reasons(&sound).into_iter().map(|it| Problem::at(Place::Pipeline, it));
        let ready = looking.resolve_with(output.problems(0).into_iter().chain(own).chain(reading));
        let ready = ready.and_then(|()| countable(&sound.wanted.tolerance, &looking.input));
        let terms = std::mem::take(&mut looking.terms);
        Task::start(terms, looking.what(), ready, move |run: &Arc<Run>| {
            let reader = looking.reader.take();
            stills::take_waveform(looking.request(run), reader, &WaveformWanted { sound, look, output }, run)
        })
    }

    /// Begins and blocks until it is over. For async code, await what [`start`](Self::start) gives.
    ///
    /// # Errors
    /// As the task's result.
    pub fn wait(self) -> Result<WaveformOutcome, Error> {
        self.start().wait()
    }
}

impl std::fmt::Debug for Waveform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { looking, sound, look, output } = self;
        let mut all = f.debug_struct("Waveform");
        all.field("input", &looking.input).field("sound", sound).field("look", look).field("output", output);
        all.finish_non_exhaustive()
    }
}
