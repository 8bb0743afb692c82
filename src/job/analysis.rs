use std::io::Read;
use std::marker::PhantomData;
use std::ops::RangeBounds;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::handed::{Handed, unreadable};
use super::looking::{Looking, looking_options};
use super::start::begin;
use super::{EventIter, EventStream};
use crate::error::Reason;
use crate::frames::{self, AnalysisOutcome, Black, Crop, Event, Freeze, Loudness, Part, Scenes, Silence, Sought};
use crate::media::{Hardware, Limits, Location, Reach, Secret, Select, StreamKind, Tolerance};
use crate::pipeline::bounds;
use crate::read::{AnyReader, countable};
use crate::run::Run;

/// Something to be found in the pictures or in the sound of an input, about to be looked for: what, in which stream and part of it,
/// within what bounds.
///
/// Everything is looked for in one pass, by FFmpeg's own filters with their own defaults, and comes as an [`Event`] as soon as it is
/// known: what lasts, when it has ended. Each finds what it would find alone. Memory does not grow with the length of the input.
///
/// One analysis reads one stream, of [pictures](Self::pictures) or of [sound](Self::sound); for both, start two.
///
/// [`start`](Self::start) gives an iterator, for code that may block, and [`stream`](Self::stream) the same for async code.
///
/// ```no_run
/// use telecine::analysis::{Black, Crop, Loudness, Scenes, Silence};
/// use telecine::{Analysis, Event, db, secs};
///
/// let pictures = Analysis::pictures("in.mp4").scenes(Scenes::default()).black(Black::default().lasting(secs(1)));
/// for event in pictures.crop(Crop::default()).start() {
///     match event? {
///         Event::SceneChange { at, score, .. } => println!("{at:?}: another scene ({score})"),
///         Event::Black { from, to, .. } => println!("{from:?} to {to:?}: black"),
///         other => println!("{other:?}"),
///     }
/// }
///
/// let mut sound = Analysis::sound("in.mp4").silence(Silence::below(db(-50.0))).loudness(Loudness::default()).start();
/// for event in &mut sound {
///     if let Event::Silence { from, to, .. } = event? {
///         println!("{from:?} to {to:?}: silence");
///     }
/// }
/// let loudness = sound.outcome().and_then(|it| it.loudness?.integrated);
/// println!("{loudness:?} LUFS");
/// # Ok::<(), telecine::Error>(())
/// ```
#[must_use = "nothing is read until it is started"]
#[doc(alias = "scdet")]
#[doc(alias = "ebur128")]
pub struct Analysis<K> {
    looking: Looking,
    sought: Sought,
    kind: PhantomData<fn() -> K>,
}

/// In an [`Analysis`]: of pictures.
#[derive(Debug)]
pub enum Pictures {}

/// In an [`Analysis`]: of sound.
#[derive(Debug)]
pub enum Sound {}

impl Analysis<Pictures> {
    /// Of the main video stream of an input: a path, a URL, or a [`Location::stream`] with a [`reader`](Self::reader).
    pub fn pictures(location: impl Into<Location>) -> Self {
        Self::of(location.into(), StreamKind::Video)
    }

    /// Finds where another scene begins: [`Event::SceneChange`].
    #[doc(alias = "scdet")]
    pub fn scenes(mut self, scenes: Scenes) -> Self {
        self.sought.scenes = Some(scenes);
        self
    }

    /// Finds where the picture is black: [`Event::Black`].
    #[doc(alias = "blackdetect")]
    pub fn black(mut self, black: Black) -> Self {
        self.sought.black = Some(black);
        self
    }

    /// Finds where the picture stands still: [`Event::Freeze`].
    #[doc(alias = "freezedetect")]
    pub fn freeze(mut self, freeze: Freeze) -> Self {
        self.sought.freeze = Some(freeze);
        self
    }

    /// Finds what of the picture is not black border: [`Event::Crop`].
    #[doc(alias = "cropdetect")]
    pub fn crop(mut self, crop: Crop) -> Self {
        self.sought.crop = Some(crop);
        self
    }

    /// How many threads decode, from 1. More take more memory: each has a frame of its own. Default: FFmpeg's choice, one more than
    /// there are processors.
    #[doc(alias = "thread_count")]
    pub fn threads(mut self, count: u16) -> Self {
        self.sought.wanted.threads = Some(count);
        self
    }

    /// Whether a device of the machine decodes, and which, as for [`Frames::hardware`](crate::Frames::hardware). Filters are
    /// given what the processor gives, so that they find the same, also where a device fails in the middle. Of sound nothing is
    /// decoded by devices. [`AnalysisOutcome::hardware`] tells what decoded. Default: [`Hardware::Off`].
    #[doc(alias = "hwaccel")]
    pub fn hardware(mut self, policy: Hardware) -> Self {
        self.sought.wanted.hardware = policy;
        self
    }
}

impl Analysis<Sound> {
    /// Of the main audio stream of an input: a path, a URL, or a [`Location::stream`] with a [`reader`](Self::reader). Where rate,
    /// channels or format change in the middle, what follows is made into what was before.
    pub fn sound(location: impl Into<Location>) -> Self {
        Self::of(location.into(), StreamKind::Audio)
    }

    /// Finds where nothing is heard: [`Event::Silence`].
    #[doc(alias = "silencedetect")]
    pub fn silence(mut self, silence: Silence) -> Self {
        self.sought.silence = Some(silence);
        self
    }

    /// Measures how loud it is: [`Event::Loudness`] ten times a second, and [`AnalysisOutcome::loudness`] at the end.
    #[doc(alias = "ebur128")]
    pub fn loudness(mut self, loudness: Loudness) -> Self {
        self.sought.loudness = Some(loudness);
        self
    }
}

impl<K> Analysis<K> {
    fn of(location: Location, kind: StreamKind) -> Self {
        Self { looking: Looking::at(location), sought: Sought::nothing(kind), kind: PhantomData }
    }

    /// Which of its streams. Default: [`Select::main`].
    #[doc(alias = "map")]
    pub fn select(mut self, select: Select) -> Self {
        self.sought.wanted.select = select;
        self
    }

    /// Only within this range, counted from the beginning of the container: frames that begin in it, and sound by the sample. Nothing is
    /// known there of what was before, and what lasts beyond it ends with it. Times finer than a microsecond are cut off. A range that
    /// reaches beyond the end, ends there; one that begins beyond it fails with [`Error::Seek`](crate::Error::Seek). Default: all of
    /// it.
    #[doc(alias = "ss")]
    #[doc(alias = "to")]
    pub fn range(mut self, range: impl RangeBounds<Duration>) -> Self {
        let (start, end) = bounds(&range);
        self.sought.wanted.part = Part::Between(start.unwrap_or_default(), end);
        self
    }

    /// How much of it may be missing or damaged. Whatever can be decoded is looked at first; where there was more damage than this, the
    /// error comes behind the last event. By default any amount may be damaged, and nothing missing.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.sought.wanted.tolerance = tolerance;
        self
    }

    /// It ends with [`Error::Stalled`](crate::Error::Stalled) when the source and the decoder give nothing for so long. Time that the
    /// application takes for the events it has, does not count. `None` waits for ever. Default: 15 s.
    pub fn stall(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.looking.terms.bounds.stall = limit.into();
        self
    }

    looking_options!();

    /// Begins to read, on a thread of its own, and returns at once. Opening happens there, too, and what is wrong is the iterator's
    /// first item.
    pub fn start(self) -> EventIter {
        EventIter::new(self.hand_over())
    }

    /// The same for async code, under any executor.
    pub fn stream(self) -> EventStream {
        EventStream::new(self.hand_over())
    }

    fn hand_over(self) -> Handed<Event, AnalysisOutcome> {
        let Self { mut looking, sought, .. } = self;
        let ready = looking.resolve(reasons(&sought)).and_then(|()| countable(&sought.wanted.tolerance, &looking.input));
        let terms = std::mem::take(&mut looking.terms);
        // Events are small, and a thread that is woken for each costs more than they do.
        let (sender, events) = frames::queue(64);
        let (run, (result, progress)) = begin(terms, looking.what(), ready, move |run: &Arc<Run>| {
            let reader = looking.reader.take();
            frames::analyze(looking.request(run), reader, &sought, sender, run)
        });
        Handed::new(run, events, result, progress)
    }
}

fn reasons(sought: &Sought) -> Vec<Reason> {
    let threads = sought.wanted.threads.and_then(|it| Reason::outside("Analysis' number of threads", it, 1.., "1 or more"));
    unreadable(&sought.wanted).chain(threads).chain(sought.reasons()).collect()
}

impl<K> std::fmt::Debug for Analysis<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analysis").field("input", &self.looking.input).field("sought", &self.sought).finish_non_exhaustive()
    }
}
