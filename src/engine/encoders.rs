//! What encodes the tracks that a device is asked for, in one attempt at a job: a device, by the track's policy, or the processor.
//!
//! The engine opens an encoder with its first picture, so also what keeps one from being opened is known in the middle of the job.

use std::sync::Arc;
use std::time::Duration;

use tracing::Level;

use super::anew::{FailedDevice, Past};
use super::devices::{self, Devices};
use super::failure::of_encoding;
use super::job::Job;
use super::opened;
use super::uploads::Uploads;
use crate::error::Error;
use crate::ffi::Code;
use crate::hardware::{self, EncoderTurn, Encoding, Refusal, Turn, in_words, is_same};
use crate::logs;
use crate::media::{
    Accelerator, Device, DeviceAt, Hardware, LeftDevice, Location, LogLine, Role, Stage, StreamKind, Usage, WhySoftware,
};
use crate::pipeline::Pipeline;
use crate::plan::{ByDevice, Decoder, Encodable, Encode, Encoder, OutputWork, TrackWork, Work, decide_by};
use crate::read::Header;
use crate::run::{Run, TrackEncoder};

/// Who encodes what.
pub(super) struct Encoders {
    encoders: Vec<Encoder>,
    attached: Vec<Attached>,
    /// The tracks whose device has been left, and that may have another one: outputs, and their tracks.
    vacant: Vec<(usize, usize)>,
    /// How many lines had been logged when they were chosen.
    since: u64,
}

/// A device that encodes a track.
struct Attached {
    by: ByDevice,
    device: Device,
    encoding: Encoding,
    /// Which input its pictures come from.
    input: usize,
    /// Where they are brought before.
    uploads: Option<Uploads>,
    turn: EncoderTurn,
}

impl Attached {
    fn is_of(&self, output: usize, track: usize) -> bool {
        (self.by.output, self.by.track) == (output, track)
    }
}

/// What an encoder of a device has come to.
pub(super) struct EncoderFault {
    /// Which of those that are attached.
    nth: usize,
    /// Where that is known.
    why: Option<WhySoftware>,
    code: Option<Code>,
    said: String,
    /// How far the decoding of its pictures was.
    at: Option<Duration>,
}

impl Encoders {
    pub(super) fn none() -> Self {
        Self { encoders: Vec::new(), attached: Vec::new(), vacant: Vec::new(), since: 0 }
    }

    /// By each track's policy. What has a device keeps it, where the engine can still tell it from those that decode, and what has none any
    /// more is given to one that was not asked before, and has not failed. Waits for a turn at a device that is required, where the job
    /// has none.
    ///
    /// # Errors
    /// [`Error::Hardware`] where a required one cannot, [`Error::Cancelled`].
    pub(super) fn choose(
        &mut self,
        pipeline: &Pipeline,
        work: &Work,
        devices: &Devices,
        past: &Past,
        run: &Arc<Run>,
    ) -> Result<(), Error> {
        // First those that are required: what others have by then may keep a turn from them.
        let is_required = |it: &Asked<'_>| matches!(it.encodable.policy, Hardware::Require(_));
        let (required, wished): (Vec<_>, Vec<_>) = asked(work).partition(is_required);
        let opening: Vec<_> = devices.places(Accelerator::Cuda).map(str::to_owned).collect();
        for Asked { output, track, of, encodable } in required.into_iter().chain(wished) {
            let known = self.encoders.iter().position(|it| (it.output, it.track) == (output, track));
            let mut usage = known.map_or_else(|| requested(encodable), |nth| self.encoders.swap_remove(nth).usage);
            if let Some(device) = usage.used.clone()
                && let Err(refusal) = check_alone(&device, &opening)
            {
                refusal.note(Stage::Encode, &device, None, &mut usage, place(pipeline, output))?;
                self.attached.retain(|it| !it.is_of(output, track));
                self.vacant.push((output, track));
            }
            if known.is_some() && !self.vacant.contains(&(output, track)) {
                self.encoders.push(Encoder { output, track, usage });
                continue;
            }
            let has_one = devices.has_some() || !self.attached.is_empty();
            let turn = if has_one { Turn::TakeOrFail } else { Turn::Await };
            let mut encode = None;
            let wanted = |device: &Device| {
                // What is required has not failed, or there would be no other attempt.
                if !matches!(encodable.policy, Hardware::Require(_)) {
                    past.check(device)?;
                }
                let (told, encoding) = wanted((work, output), encodable, device, &opening)?;
                encode = Some(told);
                Ok(encoding)
            };
            let chosen = hardware::choose_encoder(&mut usage, place(pipeline, output), run, turn, wanted)?;
            // The last that was asked for is the one that was chosen.
            let chosen = chosen.zip(encode).zip(usage.used.clone());
            self.attached.extend(chosen.map(|(((turn, encoding), encode), device)| Attached {
                by: ByDevice { output, track, encode },
                device,
                uploads: turn.context.as_ref().map(|it| Uploads::new(it, &encoding)),
                encoding,
                input: of.input,
                turn,
            }));
            self.encoders.push(Encoder { output, track, usage });
        }
        self.vacant.clear();
        self.encoders.sort_by_key(|it| (it.output, it.track));
        Ok(())
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, run: &Run) {
        self.since = run.journal.begin_attempt();
        // What could not be brought in the attempt before, where something else was to blame for that.
        self.attached.iter().filter_map(|it| it.uploads.as_ref()).for_each(|it| drop(it.take_failure()));
        self.tell(run);
    }

    /// How many turns at that device are still required.
    pub(super) fn missing_turns(&self, work: &Work, device: &Device) -> usize {
        let is_its = |it: &Asked<'_>| matches!(&it.encodable.policy, Hardware::Require(required) if is_same(required, device));
        let has_one = |it: &Asked<'_>| self.attached.iter().any(|attached| attached.is_of(it.output, it.track));
        asked(work).filter(|it| is_its(it) && !has_one(it)).count()
    }

    fn is_required(&self, attached: &Attached) -> bool {
        let ByDevice { output, track, .. } = attached.by;
        let encoder = self.encoders.iter().find(|it| (it.output, it.track) == (output, track));
        encoder.is_some_and(|it| matches!(it.usage.requested, Hardware::Require(_)))
    }

    /// What was decided, with what the devices do.
    ///
    /// # Errors
    /// As those of [`decide`](crate::plan::decide).
    pub(super) fn work(&self, pipeline: &Pipeline, headers: &[Option<Header>], work: Work) -> Result<Work, Error> {
        let by: Vec<_> = self.attached.iter().map(|it| it.by.clone()).collect();
        decided(pipeline, headers, (&by, &self.encoders), work)
    }

    /// Where the pictures of the one film that is encoded in an output are brought before, unless they are there already.
    pub(super) fn uploads(&self, output: usize, work: &OutputWork) -> Option<&Uploads> {
        let is_brought = |it: &&Attached| work.tracks.get(it.by.track).is_some_and(|it| it.stream.upload.is_some());
        self.attached.iter().filter(|it| it.by.output == output).find(is_brought)?.uploads.as_ref()
    }

    /// What encodes each track that a device is asked for.
    pub(super) fn encoders(&self) -> &[Encoder] {
        &self.encoders
    }

    /// What encoded each track, options as they may be shown.
    pub(super) fn told(&self, job: &Job<'_>) -> Vec<TrackEncoder> {
        let Job { pipeline, work, counts, past, .. } = job;
        let secrets = pipeline.secrets();
        let usage = |output, track| {
            let encoder = self.encoders.iter().find(|it| (it.output, it.track) == (output, track));
            encoder.map(|it| it.usage.clone()).unwrap_or_default()
        };
        let tracks = work.outputs.iter().enumerate().flat_map(|(output, it)| {
            it.tracks.iter().enumerate().filter(|it| !it.1.stream.copy).map(move |(number, it)| (output, number, it))
        });
        let told = tracks.map(|(output, number, track)| TrackEncoder {
            output,
            track: number,
            kind: track.kind,
            encoder: track.stream.encoder.clone(),
            options: track.stream.shown_options(&secrets),
            hardware: usage(output, number),
            stays_on_device: track.on_device.is_some() && counts.stay(track.input),
            why_fetched: past.why_fetched((output, number)).map(str::to_owned),
        });
        told.collect()
    }

    /// Which of the devices an error of the engine's is about, if it is about one. The engine does not say which encoder it was; FFmpeg's
    /// lines do. Where there are none, it is taken for a device's. Where a picture could not be brought to a device, we know it ourselves.
    pub(super) fn fault(
        &self,
        why: &ez_ffmpeg::error::Error,
        run: &Run,
        at: impl Fn(usize) -> Option<Duration>,
    ) -> Option<EncoderFault> {
        let mut uploads = self.attached.iter().map(|it| it.uploads.as_ref().and_then(Uploads::take_failure)).enumerate();
        if let Some((nth, Refusal { why, said, code, .. })) = uploads.find_map(|(nth, it)| Some((nth, it?))) {
            return Some(EncoderFault { nth, why: Some(why), code, said, at: at(self.attached[nth].input) });
        }
        let code = of_encoding(why)?;
        let lines = run.journal.warned_since(self.since);
        let is_encoders = |it: &&LogLine| it.role == Some(Role::Encode) && it.level == Level::ERROR;
        let names: Vec<_> = lines.iter().filter(is_encoders).map(|it| it.context.as_str()).collect();
        let may_be = |it: &(usize, &Attached)| names.is_empty() || names.contains(&it.1.encoding.encoder);
        // Of several it is one that may be left: had it been another, that fails in the next attempt.
        let (nth, _) = self.attached.iter().enumerate().filter(may_be).min_by_key(|it| self.is_required(it.1))?;
        Some(EncoderFault { nth, why: None, code, said: why.to_string(), at: at(self.attached[nth].input) })
    }

    /// Leaves the one that has failed, and says which one it is.
    ///
    /// # Errors
    /// [`Error::Hardware`] where it was required, or where there is something that keeps the job from beginning anew.
    pub(super) fn leave(
        &mut self,
        fault: EncoderFault,
        obstacle: Option<String>,
        pipeline: &Pipeline,
        run: &Run,
    ) -> Result<FailedDevice, Error> {
        let EncoderFault { nth, why, code, said, at } = fault;
        // What others have said meanwhile is no reason of the encoder's.
        let lines = run.journal.warned_since(self.since);
        let lines: Vec<_> = lines.iter().filter(|it| it.role == Some(Role::Encode)).map(ToString::to_string).collect();
        let said = if lines.is_empty() || why.is_some() { said } else { lines.join("; ") };
        let Attached { by, device, encoding, turn, .. } = &self.attached[nth];
        // The engine has no code for one that does not open, and FFmpeg's usual one says nothing: its lines do.
        let unopened = || hardware::why_encoder_failed(Code::EXTERNAL, &said);
        let why = why.unwrap_or_else(|| code.map_or_else(unopened, |_| WhySoftware::Failed));
        // One that has no room has nothing wrong with it.
        if why != WhySoftware::Busy {
            hardware::doubt_encoder(device, encoding);
        }
        if why == WhySoftware::Failed {
            devices::doubt(device);
            turn.leave();
        }
        let (device, location) = (device.clone(), place(pipeline, by.output).clone());
        let failed = FailedDevice { device, stage: Stage::Encode, refusal: Refusal::with_code(why, said, code), at, location };
        let mut all = self.encoders.iter_mut();
        if let Some(left) = all.find(|it| (it.output, it.track) == (by.output, by.track)) {
            failed.leave(&mut left.usage, obstacle.as_deref())?;
        }
        self.detach();
        Ok(failed)
    }

    /// Leaves that device where it may be left, though it has not failed at that, and its turns.
    pub(super) fn set_aside(&mut self, device: &Device, why: WhySoftware, said: &str) {
        self.encoders.iter_mut().for_each(|it| set_aside(&mut it.usage, device, why, said));
        self.detach();
    }

    /// The turns of those that are not used any more are given back.
    fn detach(&mut self) {
        let is_used = |it: &Attached| self.encoders.iter().any(|of| it.is_of(of.output, of.track) && of.usage.used.is_some());
        let (used, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.attached).into_iter().partition(is_used);
        self.attached = used;
        self.vacant.extend(left.iter().map(|it| (it.by.output, it.by.track)));
    }

    fn tell(&self, run: &Run) {
        let mut usages = self.encoders.iter().map(|it| &it.usage);
        let used = usages.clone().find_map(|it| it.used.as_ref()).map(Device::accelerator);
        let why = usages.find_map(|it| it.left.last()).map(|it| it.why).filter(|_| used.is_none());
        run.report(|progress| (progress.encoding_hardware, progress.why_software_encoding) = (used, why));
    }
}

/// What would encode the tracks that a device is asked for, beside these that decode, and what all comes to then.
///
/// # Errors
/// [`Error::Hardware`] where a required one cannot.
pub(super) fn foresee(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    work: Work,
    decoders: &[Decoder],
    run: &Arc<Run>,
) -> Result<(Vec<Encoder>, Work), Error> {
    let (mut encoders, mut by) = (Vec::new(), Vec::new());
    let used = decoders.iter().filter_map(|it| it.usage.used.as_ref()).filter(|it| it.accelerator == Accelerator::Cuda);
    let opening: Vec<_> = used.filter_map(|it| in_words(it).ok()?.device).collect();
    for Asked { output, track, encodable, .. } in asked(&work) {
        let mut usage = requested(encodable);
        let mut encode = None;
        let wanted = |device: &Device| {
            let (told, encoding) = wanted((&work, output), encodable, device, &opening)?;
            encode = Some(told);
            Ok(encoding)
        };
        let found = hardware::foresee_encoder(&mut usage, place(pipeline, output), run, wanted)?;
        by.extend(found.and(encode).map(|encode| ByDevice { output, track, encode }));
        encoders.push(Encoder { output, track, usage });
    }
    let work = decided(pipeline, headers, (&by, &encoders), work)?;
    Ok((encoders, work))
}

/// That device is left, though it has not failed at this, unless it is required.
pub(super) fn set_aside(usage: &mut Usage, device: &Device, why: WhySoftware, said: &str) {
    let is_used = usage.used.as_ref().is_some_and(|it| is_same(it, device));
    if !is_used || matches!(usage.requested, Hardware::Require(_)) {
        return;
    }
    let left = usage.used.take().map(|device| LeftDevice { device, why, said: said.to_owned(), at: None });
    usage.left.extend(left);
}

/// A track that a device is asked for.
struct Asked<'a> {
    output: usize,
    track: usize,
    of: &'a TrackWork,
    encodable: &'a Encodable,
}

fn asked(work: &Work) -> impl Iterator<Item = Asked<'_>> {
    work.outputs.iter().enumerate().flat_map(|(output, it)| {
        let tracks = it.tracks.iter().enumerate();
        tracks.filter_map(move |(track, of)| of.encodable.as_ref().map(|encodable| Asked { output, track, of, encodable }))
    })
}

fn requested(encodable: &Encodable) -> Usage {
    Usage { requested: encodable.policy.clone(), ..Usage::default() }
}

fn place(pipeline: &Pipeline, output: usize) -> &Location {
    pipeline.outputs.get(output).map_or(&pipeline.input.location, |it| &it.location)
}

fn decided(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    (by, told): (&[ByDevice], &[Encoder]),
    work: Work,
) -> Result<Work, Error> {
    if by.is_empty() {
        return work.settled(told).map_err(Error::from_problems);
    }
    decide_by(pipeline, headers, by, told).map_err(Error::from_problems)
}

/// What that device is to do in that output, where the engine is to open these of CUDA's for decoders.
fn wanted(
    (work, output): (&Work, usize),
    encodable: &Encodable,
    device: &Device,
    opening: &[String],
) -> Result<(Encode, Encoding), Refusal> {
    let (encode, encoder) = encodable.by(device)?;
    check_alone(device, opening)?;
    if hardware::takes_uploads(device) {
        check_named(device, &encodable.policy)?;
        check_only_film(device, &work.outputs[output])?;
        check_heard(device)?;
    }
    let encoding = Encoding {
        codec: encodable.codec,
        encoder,
        options: encode.options.clone(),
        pixel_format: encode.pixel_format.unwrap_or("yuv420p"),
        // What is odd is cropped.
        size: encodable.source.size.map(|(width, height)| (width & !1, height & !1)),
        frame_rate: encodable.source.frame_rate,
    };
    Ok((encode, encoding))
}

/// The engine has an encoder use the device that it has opened for decoders, where that is one alone, whatever the encoder is told.
fn check_alone(device: &Device, opening: &[String]) -> Result<(), Refusal> {
    let DeviceAt::Nth(wanted) = device.at else { return Ok(()) };
    if device.accelerator != Accelerator::Cuda {
        return Ok(());
    }
    match opened::alone(Accelerator::Cuda, opening.iter().map(String::as_str)) {
        Some(place) if place.trim() != wanted.to_string() => {
            let why = format!("the engine has cuda:{} open, for decoders, and would encode there", place.trim());
            let refusal = Refusal::new(WhySoftware::Unsupported, why);
            // Behind the one that is open there is none that would do.
            let may_come = place.trim().parse::<u32>().is_ok_and(|open| wanted < open);
            Err(if may_come { refusal } else { refusal.of_all() })
        }
        _ => Ok(()),
    }
}

/// FFmpeg 7.1's encoders of VA-API keep surfaces of the device for good, and end the process where it has none left: that is for who asks
/// for it.
fn check_named(device: &Device, policy: &Hardware) -> Result<(), Refusal> {
    if *policy != Hardware::Auto {
        return Ok(());
    }
    let accelerator = device.accelerator;
    let why = format!(
        "FFmpeg's encoders of {accelerator} leave surfaces in the device's memory, so they are used only where {accelerator} is named"
    );
    Err(Refusal::new(WhySoftware::Unsupported, why).of_all())
}

/// What is brought to a device is to have one pixel format behind all filters, of which the engine has one for all films of an output.
fn check_only_film(device: &Device, output: &OutputWork) -> Result<(), Refusal> {
    let films = output.tracks.iter().filter(|it| it.kind == StreamKind::Video && !it.stream.copy);
    if films.count() > 1 {
        let why = format!("several films are encoded in this output, and {} takes the only one alone", device.accelerator);
        return Err(Refusal::new(WhySoftware::Unsupported, why));
    }
    Ok(())
}

/// The engine drains an encoder that has failed, and FFmpeg's own check ends the process then: only its line tells of the failure in time.
fn check_heard(device: &Device) -> Result<(), Refusal> {
    if logs::is_heard() {
        return Ok(());
    }
    let why = format!(
        "without logs::install(), or where somebody has set a log callback after it, the process would end where an encoder of {} fails in \
         the middle",
        device.accelerator
    );
    Err(Refusal::new(WhySoftware::Unsupported, why))
}
