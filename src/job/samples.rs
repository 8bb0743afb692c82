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
use super::{BlockIter, BlockStream};
use crate::error::Reason;
use crate::ffi::Layout;
use crate::frames::{self, Block, Part, SamplesOutcome, SoundWanted};
use crate::media::{ChannelLayout, Limits, Location, Reach, Sample, SampleRate, Secret, Select, Tolerance};
use crate::pipeline::bounds;
use crate::read::{AnyReader, countable};
use crate::run::Run;

/// Decoded sound of an input, about to be read: which stream, which part of it, as what samples, within what bounds.
///
/// Samples come as `f32`, interleaved, at the rate and with the channels that the sound itself begins with, in [`Block`]s as the decoder
/// gives them, unless asked otherwise. They are those that the `ffmpeg` program writes as raw PCM, bit by bit: what a codec puts before
/// and behind the sound is left out as the container says, and gaps are not filled. Where rate, channels or format change in the middle,
/// what follows is made into what was before. They are decoded ahead of whoever takes them, a few blocks at most.
///
/// [`start`](Self::start) gives an iterator, for code that may block, and [`stream`](Self::stream) the same for async code.
///
/// ```no_run
/// use telecine::{ChannelLayout, Samples, hz, secs};
///
/// // What a model of speech wants: 16 kHz, mono, in pieces of 30 ms.
/// let speech = Samples::read("talk.m4a").sample_rate(hz(16_000)).channels(ChannelLayout::Mono).block(480);
/// for block in speech.range(secs(10)..secs(20)).start() {
///     let block = block?;
///     let loudest = block.samples().iter().fold(0.0, |most: f32, it| most.max(it.abs()));
///     println!("{:>8} {:?} {loudest:.3}", block.position(), block.time());
/// }
///
/// // Two channels of 16 bits, each by itself.
/// for block in Samples::read("song.flac").format::<i16>().channels(ChannelLayout::Stereo).planar().start() {
///     let block = block?;
///     let (left, right) = (block.channel(0), block.channel(1));
/// #   drop((left, right));
/// }
/// # Ok::<(), telecine::Error>(())
/// ```
#[must_use = "nothing is read until it is started"]
#[doc(alias = "avcodec_receive_frame")]
#[doc(alias = "libswresample")]
pub struct Samples<S = f32> {
    looking: Looking,
    wanted: SoundWanted,
    format: PhantomData<fn() -> S>,
}

impl Samples<f32> {
    /// The sound of the main audio stream of an input, all of it: a path, a URL, or a [`Location::stream`] with a
    /// [`reader`](Self::reader).
    pub fn read(location: impl Into<Location>) -> Self {
        Self { looking: Looking::at(location.into()), wanted: SoundWanted::default(), format: PhantomData }
    }

    /// The sound of something that is in memory.
    pub fn bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::read(Location::stream("bytes")).seekable_reader(std::io::Cursor::new(bytes))
    }
}

impl<S: Sample> Samples<S> {
    /// As samples of this type: `f32` or `i16`. Default: `f32`.
    #[doc(alias = "sample_fmt")]
    pub fn format<T: Sample>(self) -> Samples<T> {
        Samples { looking: self.looking, wanted: self.wanted, format: PhantomData }
    }

    /// Which of its streams. Default: [`Select::main`].
    #[doc(alias = "map")]
    pub fn select(mut self, select: Select) -> Self {
        self.wanted.wanted.select = select;
        self
    }

    /// Only the samples that begin within this range, counted from the beginning of the container; `secs(10)..`, `..secs(70)` and
    /// `secs(10)..secs(70)` all work. It is exact to the sample: they are those that the whole has there, wherever in a packet it
    /// begins. Times finer than a microsecond are cut off, and a sample's own time is the nearest microsecond. It is cut before it is
    /// resampled, as by `ffmpeg -ss`. A range that reaches beyond the end, ends there; one that begins beyond it fails with
    /// [`Error::Seek`](crate::Error::Seek). Default: all of them, also those before the beginning.
    ///
    /// PCM, FLAC, ALAC, WavPack and MP3 are begun shortly before the range where the container's times are exact to the sample and
    /// never jump (WAV, MP4, MP3, FLAC). All else is decoded from the beginning, for only so is it exact.
    #[doc(alias = "ss")]
    #[doc(alias = "to")]
    #[doc(alias = "atrim")]
    pub fn range(mut self, range: impl RangeBounds<Duration>) -> Self {
        let (start, end) = bounds(&range);
        self.wanted.wanted.part = Part::Between(start.unwrap_or_default(), end);
        self
    }

    /// One frame after the other, each with a sample of every channel. The default.
    pub fn interleaved(mut self) -> Self {
        self.wanted.is_planar = false;
        self
    }

    /// The samples of each channel together: see [`Block::channel`]. Default: [`interleaved`](Self::interleaved).
    pub fn planar(mut self) -> Self {
        self.wanted.is_planar = true;
        self
    }

    /// Resampled to this rate, as FFmpeg does it by default. Default: the sound's own.
    #[doc(alias = "ar")]
    #[doc(alias = "aresample")]
    pub fn sample_rate(mut self, rate: SampleRate) -> Self {
        self.wanted.rate = Some(rate);
        self
    }

    /// Mixed into these channels, by FFmpeg's default matrix. Default: the sound's own.
    #[doc(alias = "ac")]
    #[doc(alias = "channel_layouts")]
    pub fn channels(mut self, layout: ChannelLayout) -> Self {
        self.wanted.layout = Some(layout);
        self
    }

    /// In blocks of so many frames (samples of each channel), from 1; the last may be shorter. Default: as many as come at once.
    #[doc(alias = "asetnsamples")]
    pub fn block(mut self, frames: usize) -> Self {
        self.wanted.block = Some(frames);
        self
    }

    /// How much of it may be missing or damaged. Whatever can be decoded is handed over first; where there was more damage than this,
    /// the error comes behind the last block. By default any amount may be damaged, and nothing missing.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.wanted.wanted.tolerance = tolerance;
        self
    }

    /// It ends with [`Error::Stalled`](crate::Error::Stalled) when the source and the decoder give nothing for so long. Time that the
    /// application takes for the blocks it has, does not count. `None` waits for ever. Default: 15 s.
    pub fn stall(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.looking.terms.bounds.stall = limit.into();
        self
    }

    looking_options!();

    /// Begins to read, on a thread of its own, and returns at once. Opening happens there, too, and what is wrong is the iterator's
    /// first item.
    pub fn start(self) -> BlockIter<S> {
        BlockIter::new(self.hand_over())
    }

    /// The same for async code, under any executor.
    pub fn stream(self) -> BlockStream<S> {
        BlockStream::new(self.hand_over())
    }

    fn hand_over(self) -> Handed<Block<S>, SamplesOutcome> {
        let Self { mut looking, wanted, .. } = self;
        let ready = looking.resolve(reasons(&wanted)).and_then(|()| countable(&wanted.wanted.tolerance, &looking.input));
        let terms = std::mem::take(&mut looking.terms);
        // Blocks are small, and a thread that is woken for each costs more than they do.
        let (mut sender, blocks) = frames::queue(16);
        let (run, (result, progress)) = begin(terms, looking.what(), ready, move |run: &Arc<Run>| {
            let reader = looking.reader.take();
            frames::read_sound(looking.request(run), reader, &wanted, &mut sender, run)
        });
        Handed::new(run, blocks, result, progress)
    }
}

/// What can be told beforehand to be wrong with the sound that is wanted.
pub(super) fn reasons(wanted: &SoundWanted) -> Vec<Reason> {
    let outside = |what, value, range| Reason::OutOfRange { what, value, range };
    let rate = wanted.rate.filter(|it| !it.is_possible());
    let rate = rate.map(|it| outside("Samples' rate", it.to_string(), SampleRate::RANGE));
    let layout = wanted.layout.as_ref().filter(|it| Layout::named(it.name()).is_none());
    let layout = layout.map(|it| outside("Samples' channels", it.to_string(), "the layouts that FFmpeg knows"));
    let block = wanted.block.filter(|it| *it == 0);
    let block = block.map(|it| outside("Samples' frames in a block", it.to_string(), "1 or more"));
    unreadable(&wanted.wanted).chain(rate).chain(layout).chain(block).collect()
}

impl<S> std::fmt::Debug for Samples<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Samples").field("input", &self.looking.input).field("wanted", &self.wanted).finish_non_exhaustive()
    }
}
