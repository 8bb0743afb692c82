//! What decodes the pictures of each input, in one attempt at a job: a device, by the policy, or the processor.
//!
//! The engine itself goes to the processor without a word where a device does not have a codec, and goes on where one fails. So it is
//! told to give the device's own pictures, which our taps fetch, refusing all others, and to end at the first error.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ez_ffmpeg::Input;
use tracing::Level;

use super::anew::{FailedDevice, Past};
use super::encoders::set_aside;
use super::failure::cannot_begin_anew;
use super::opened;
use super::surfaces::Pictures;
use super::tap::Change;
use crate::error::Error;
use crate::ffi::Code;
use crate::hardware::{self, Footage, Lent, Refusal, Turn, in_words, is_drivers, is_first, is_full, is_same, why_left};
use crate::media::{Accelerator, Device, Hardware, Location, LogLine, Role, Stage, StreamKind, Usage, WhySoftware};
use crate::pipeline::{AnyTrack, Content, Pipeline};
use crate::plan::{Decodable, Decoder, SCALERS, Work, decodable, fetched};
use crate::read::Header;
use crate::run::Run;

/// Who decodes what.
pub(super) struct Devices {
    decoders: Vec<Decoder>,
    attached: Vec<Attached>,
    /// The inputs whose device has been left, and that may have another one.
    vacant: Vec<usize>,
    /// How many lines had been logged when they were chosen.
    since: u64,
}

/// A device that decodes the one film of an input.
pub(super) struct Attached {
    input: usize,
    stream: usize,
    /// What its decoder is to give.
    pub(super) pictures: Pictures,
    accelerator: Accelerator,
    /// Which one, in FFmpeg's words, where it has some.
    place: Option<String>,
    /// The same in those that the engine is told.
    words: Option<String>,
    lent: Lent,
}

/// What a device, or what it was given, has come to.
pub(super) struct Fault {
    pub(super) input: usize,
    pub(super) why: WhySoftware,
    pub(super) code: Option<Code>,
    pub(super) said: String,
    /// How far its decoding was.
    pub(super) at: Option<Duration>,
}

impl Devices {
    pub(super) fn none() -> Self {
        Self { decoders: Vec::new(), attached: Vec::new(), vacant: Vec::new(), since: 0 }
    }

    /// By the pipeline's policy. What has a device keeps it, and what has none any more is given to one that was not asked before, and has
    /// not failed. Waits for a turn at a device that is required, where it has none yet.
    ///
    /// # Errors
    /// [`Error::Hardware`] where the required one cannot, [`Error::Cancelled`].
    pub(super) fn choose(
        &mut self,
        pipeline: &Pipeline,
        headers: &[Option<Header>],
        work: &Work,
        past: &Past,
        run: &Arc<Run>,
    ) -> Result<(), Error> {
        let before = std::mem::take(&mut self.decoders);
        for it in decodable(pipeline, headers, work) {
            let number = it.stream.map(|it| it.index);
            let known = before.iter().find(|known| (known.input, known.stream) == (it.input, number));
            let (location, mut usage) =
                (place(pipeline, it.input), known.map_or_else(|| requested(pipeline), |it| it.usage.clone()));
            let is_open = known.is_none() || self.vacant.contains(&it.input);
            match it.stream.filter(|_| is_open) {
                None if known.is_some() => {}
                None => pass_over(&mut usage, location)?,
                Some(stream) => {
                    let may = |device: &Device| past.check(device).and_then(|()| sayable(device));
                    let take = |lent: &Lent| usable(&it, lent);
                    let turn = if self.attached.is_empty() { Turn::Await } else { Turn::TakeOrFail };
                    let footage = Footage::whole(location, stream);
                    if let Some((lent, pictures)) = hardware::choose(&mut usage, footage, (turn, run), may, take)? {
                        self.attached.push(Attached {
                            input: it.input,
                            stream: stream.index,
                            pictures,
                            accelerator: lent.device.accelerator,
                            words: None,
                            place: in_words(&lent.device).ok().and_then(|it| it.device),
                            lent,
                        });
                    }
                }
            }
            self.decoders.push(decoder(&it, usage));
        }
        self.detach();
        self.vacant.clear();
        Ok(())
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, run: &Run) {
        self.since = run.journal.begin_attempt();
        for it in &mut self.attached {
            it.words = it.place.as_deref().map(|place| afresh(it.accelerator, place));
        }
        self.tell(run);
    }

    /// Leaves that one where it may be left, though it has not failed at that, and its turns.
    pub(super) fn set_aside(&mut self, device: &Device, why: WhySoftware, said: &str) {
        self.decoders.iter_mut().for_each(|it| set_aside(&mut it.usage, device, why, said));
        self.detach();
    }

    /// The turns of those that are not used any more are given back.
    fn detach(&mut self) {
        let is_used = |it: &Attached| self.decoders.iter().any(|of| of.input == it.input && of.usage.used.is_some());
        let (used, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.attached).into_iter().partition(is_used);
        self.attached = used;
        self.vacant.extend(left.iter().map(|it| it.input));
    }

    /// How many turns it has at a device, where it may be left.
    pub(super) fn turns(&self, device: &Device) -> usize {
        let may_be_left = |it: &&Decoder| !matches!(it.usage.requested, Hardware::Require(_));
        let used = self.decoders.iter().filter(may_be_left).filter_map(|it| it.usage.used.as_ref());
        used.filter(|it| is_same(it, device)).count()
    }

    /// Whether the job has its turn at a device.
    pub(super) fn has_some(&self) -> bool {
        !self.attached.is_empty()
    }

    /// What decodes each stream that a device is asked for.
    pub(super) fn decoders(&self) -> &[Decoder] {
        &self.decoders
    }

    /// Those of an accelerator that the engine is going to open, in the words that it is told.
    pub(super) fn places(&self, accelerator: Accelerator) -> impl Iterator<Item = &str> {
        self.attached.iter().filter(move |it| it.accelerator == accelerator).filter_map(|it| it.place.as_deref())
    }

    /// The device of an input.
    pub(super) fn of(&self, input: usize) -> Option<&Attached> {
        self.attached.iter().find(|it| it.input == input)
    }

    /// The device of a stream.
    pub(super) fn of_stream(&self, input: usize, stream: Option<usize>) -> Option<&Attached> {
        self.of(input).filter(|it| stream == Some(it.stream))
    }

    /// The input that a failed decoder belongs to, as far as anybody can tell.
    pub(super) fn blamed(&self, run: &Run) -> Option<usize> {
        let named = run.journal.failing().filter(|input| self.of(*input).is_some());
        named.or_else(|| self.attached.first().map(|it| it.input))
    }

    /// Whether it was a device's scaler, of all filters, that failed, as far as FFmpeg's lines tell. Where there are none, it is taken for that.
    pub(super) fn may_have_failed_to_scale(&self, run: &Run) -> bool {
        let lines = run.journal.warned_since(self.since);
        let is_filters = |it: &&LogLine| it.role == Some(Role::Filter) && it.level == Level::ERROR;
        let mut filters = lines.iter().filter(is_filters).map(|it| it.context.as_str()).peekable();
        filters.peek().is_none() || filters.any(|it| SCALERS.iter().any(|name| it.contains(name)))
    }

    /// Of all streams together.
    pub(super) fn usage(&self, pipeline: &Pipeline) -> Usage {
        let used = self.decoders.iter().find_map(|it| it.usage.used.clone());
        let left = self.decoders.iter().flat_map(|it| it.usage.left.iter().cloned()).collect();
        Usage { used, left, ..requested(pipeline) }
    }

    /// Whether pictures that cannot stay can be fetched in another attempt.
    ///
    /// # Errors
    /// [`Error::Hardware`] where there is something that keeps the job from beginning anew.
    pub(super) fn check_fetchable(&self, change: &Change, obstacle: Option<String>, pipeline: &Pipeline) -> Result<(), Error> {
        let Change { input, said, at } = *change;
        let device = self.decoders.iter().filter(|it| it.input == input).find_map(|it| it.usage.used.as_ref());
        let Some((obstacle, device)) = obstacle.as_deref().zip(device) else { return Ok(()) };
        let refusal = Refusal::new(WhySoftware::Unsupported, said);
        Err(cannot_begin_anew(Stage::Decode, refusal, device, at, (place(pipeline, input), obstacle)))
    }

    /// Leaves the one that has failed, and says which one it is; `None` where what it was given is damaged.
    ///
    /// # Errors
    /// [`Error::Hardware`] where it was required, or where there is something that keeps the job from beginning anew.
    pub(super) fn leave(
        &mut self,
        fault: Fault,
        obstacle: Option<String>,
        pipeline: &Pipeline,
        run: &Run,
    ) -> Result<Option<FailedDevice>, Error> {
        let Fault { input, why, code, said, at } = fault;
        let location = place(pipeline, input);
        let lines: Vec<_> = run.journal.warned_since(self.since).iter().map(ToString::to_string).collect();
        let said = if lines.is_empty() { said } else { lines.join("; ") };
        if why != WhySoftware::NoDevice {
            self.of(input).iter().for_each(|it| it.opened()());
        }
        let why = match why {
            WhySoftware::Unsupported => why_left(true, &said),
            WhySoftware::Failed => why_left(false, &said),
            // FFmpeg may tell of a device that has no room left as of anything else.
            _ if is_full(&said) => WhySoftware::Busy,
            // It tells of some failures of devices as of invalid data; drivers' lines do not come with damage.
            WhySoftware::Damaged if is_drivers(&said) => WhySoftware::Failed,
            why => why,
        };
        if why == WhySoftware::Failed {
            self.of(input).iter().for_each(|it| {
                it.lent.leave(why);
                it.renew();
            });
        }
        let mut failed = None;
        for it in self.decoders.iter_mut().filter(|it| it.input == input) {
            let Some(device) = it.usage.used.clone() else { continue };
            let refusal = Refusal::with_code(why, &*said, code);
            let left = FailedDevice { device, stage: Stage::Decode, refusal, at, location: location.clone() };
            left.leave(&mut it.usage, obstacle.as_deref())?;
            failed = Some(left);
        }
        self.detach();
        if why == WhySoftware::Damaged {
            // Any other would come upon it as well.
            self.vacant.retain(|it| *it != input);
            return Ok(None);
        }
        Ok(failed)
    }

    fn tell(&self, run: &Run) {
        let mut usages = self.decoders.iter().map(|it| &it.usage);
        let used = usages.clone().find_map(|it| it.used.as_ref()).map(Device::accelerator);
        let why = usages.find_map(|it| it.left.last()).map(|it| it.why).filter(|_| used.is_none());
        run.report(|progress| (progress.hardware, progress.why_software) = (used, why));
    }
}

impl Attached {
    /// Has the engine decode that input by the device, and end at the first error.
    pub(super) fn decode(&self, input: Input) -> Input {
        // With threads, a decoder needs a surface for each, and devices have few.
        let input = input.set_video_codec_opt("threads", "1").set_exit_on_error(true);
        let surfaces = match self.pictures {
            // FFmpeg opens the first device for it.
            Pictures::InMemory(decoder) => return input.set_video_codec(decoder),
            Pictures::OnDevice(format) => format,
        };
        let input = input.set_hwaccel(self.accelerator.name()).set_hwaccel_output_format(surfaces.name().unwrap_or_default());
        match &self.words {
            Some(words) => input.set_hwaccel_device(words.clone()),
            None => input,
        }
    }

    /// The engine has opened it.
    pub(super) fn opened(&self) -> impl FnOnce() + Send + use<> {
        let (accelerator, words) = (self.accelerator, self.words.clone());
        move || words.iter().for_each(|it| opened::note(accelerator, it))
    }

    /// The engine keeps the devices that it has opened by their words, and one that has failed may be of no use any more: from now on it
    /// is another one to the engine.
    fn renew(&self) {
        renew(self.accelerator, self.place.clone());
    }
}

/// The place in words that the engine has not opened it by, where it has failed: a number with spaces before it, and a path with more
/// slashes. Others' cannot be said in several ways.
fn afresh(accelerator: Accelerator, place: &str) -> String {
    // The engine remembers 32.
    const WAYS: usize = 64;
    let key = (accelerator, Some(place.to_owned()));
    let count = failures().get_or_insert_default().get(&key).copied().unwrap_or_default();
    let more = match accelerator {
        Accelerator::Cuda => " ",
        Accelerator::Vaapi if place.starts_with('/') => "/",
        _ => "",
    };
    format!("{}{place}", more.repeat(count % WAYS))
}

/// An encoder has failed on that device, which decoders may have shared with it.
pub(super) fn doubt(device: &Device) {
    if let Ok(words) = in_words(device) {
        renew(device.accelerator, words.device);
    }
}

fn renew(accelerator: Accelerator, place: Option<String>) {
    *failures().get_or_insert_default().entry((accelerator, place)).or_default() += 1;
}

/// How often each device has failed in the middle.
type Failures = Option<HashMap<(Accelerator, Option<String>), usize>>;

fn failures() -> MutexGuard<'static, Failures> {
    static FAILURES: Mutex<Failures> = Mutex::new(None);
    // Nothing that runs under it can panic half-way.
    FAILURES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether more is to be known of pictures than a header tells: which device decodes them, and whether they can stay there.
pub(super) fn may_decode(pipeline: &Pipeline) -> bool {
    let mut tracks = pipeline.outputs.iter().flat_map(|it| &it.tracks);
    let is_decoded = |it: &AnyTrack| it.kind() == StreamKind::Video && !it.is_copy();
    let by_device = |it: &AnyTrack| matches!(&it.content, Content::Video { encoding, .. } if !encoding.hardware().is_off());
    match &pipeline.hardware {
        Hardware::Off => false,
        Hardware::Auto | Hardware::Prefer(_) => tracks.any(is_decoded) && hardware::may_be_used(&pipeline.hardware),
        // Of Quick Sync Video the program has to be told how pictures come into memory.
        Hardware::Require(device) if device.accelerator == Accelerator::Qsv => tracks.any(is_decoded),
        Hardware::Require(_) => tracks.any(by_device),
    }
}

/// What would decode the pictures that the pipeline decodes.
///
/// # Errors
/// [`Error::Hardware`] where the required one cannot.
pub(super) fn foresee(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    work: &Work,
    run: &Arc<Run>,
) -> Result<Vec<Decoder>, Error> {
    let all = decodable(pipeline, headers, work).into_iter().map(|it| {
        let (location, mut usage) = (place(pipeline, it.input), requested(pipeline));
        match it.stream {
            None => pass_over(&mut usage, location)?,
            Some(stream) => {
                hardware::foresee(&mut usage, Footage::whole(location, stream), run, sayable, |lent| {
                    usable(&it, lent).map(drop)
                })?;
            }
        }
        Ok(decoder(&it, usage))
    });
    all.collect()
}

fn place(pipeline: &Pipeline, input: usize) -> &Location {
    pipeline.inputs().nth(input).map_or(&pipeline.input.location, |it| &it.location)
}

fn requested(pipeline: &Pipeline) -> Usage {
    Usage { requested: pipeline.hardware.clone(), ..Usage::default() }
}

/// An input of which nobody knows what is in it before it is decoded.
fn pass_over(usage: &mut Usage, location: &Location) -> Result<(), Error> {
    let devices = match &usage.requested {
        Hardware::Off | Hardware::Auto => Vec::new(),
        Hardware::Prefer(devices) => devices.clone(),
        Hardware::Require(device) => vec![device.clone()],
    };
    let unknown =
        || Refusal::new(WhySoftware::Untried, "FFmpeg opens the input by itself, and what is in it is not known before");
    devices.iter().try_for_each(|it| unknown().note(Stage::Decode, it, None, usage, location))
}

fn decoder(it: &Decodable<'_>, usage: Usage) -> Decoder {
    let fetched = it.stream.and_then(fetched);
    Decoder { input: it.input, stream: it.stream.map(|it| it.index), fetched, usage }
}

/// What the device gives of that stream.
///
/// FFmpeg 7.1's decoders of Quick Sync Video lose a pool of surfaces with each stream whose pictures are to be on the device. So theirs
/// come into memory, where they are told to the engine by name: that goes for all pictures of an input.
fn usable(it: &Decodable<'_>, lent: &Lent) -> Result<Pictures, Refusal> {
    let refused = |said: &str| Refusal::new(WhySoftware::Unsupported, said).of_all();
    if !it.is_alone {
        return Err(refused("several films of one input are decoded, which is for the processor"));
    }
    let codec = it.stream.and_then(|it| it.codec).ok_or_else(|| refused("FFmpeg does not know the codec"))?;
    let own = lent.context.own_decoder(codec).filter(|_| it.is_only).map(Pictures::InMemory);
    let pictures = lent.context.pictures(codec).filter(|it| it.name().is_some()).map(Pictures::OnDevice);
    own.or(pictures).ok_or_else(|| refused(&format!("FFmpeg has no decoder of {codec} that uses it")))
}

/// Whether the engine has words for it, which are fewer than FFmpeg's: it has none for options.
fn sayable(device: &Device) -> Result<(), Refusal> {
    let has_options = in_words(device).is_ok_and(|it| !it.options.is_empty());
    if !has_options || is_first(device) {
        return Ok(());
    }
    let said = format!("pipelines use the first device of {} alone", device.accelerator);
    Err(Refusal::new(WhySoftware::NoDevice, said).of_all())
}
