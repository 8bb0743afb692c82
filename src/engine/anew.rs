//! What an attempt leaves to the next one: who decodes and encodes then, what has been seen, and what keeps a job from beginning anew.

use std::time::Duration;

use super::devices::{Devices, Fault};
use super::encoders::{EncoderFault, Encoders};
use super::failure::cannot_begin_anew;
use super::job::Job;
use super::output::Target;
use super::tap::{Change, Taps};
use crate::error::Error;
use crate::hardware::{Refusal, is_same};
use crate::media::{Device, Hardware, Location, Stage, Usage, WhySoftware};
use crate::pipeline::Pipeline;
use crate::read::Header;
use crate::run::Verdict;

/// What the next attempt begins with. What did nothing wrong keeps its turn at its device.
pub(super) struct Anew {
    pub(super) devices: Devices,
    pub(super) encoders: Encoders,
    pub(super) past: Past,
}

/// What attempts before have shown.
#[derive(Default)]
pub(super) struct Past {
    failed: Vec<FailedDevice>,
    pub(super) fetched: Option<Fetched>,
}

/// A device that has failed the job: it is asked for no more than is required of it.
pub(super) struct FailedDevice {
    pub(super) device: Device,
    pub(super) stage: Stage,
    pub(super) refusal: Refusal,
    pub(super) at: Option<Duration>,
    /// What it was to read or to write.
    pub(super) location: Location,
}

impl FailedDevice {
    /// It is left by what it did.
    ///
    /// # Errors
    /// [`Error::Hardware`] where it was required, or where there is something that keeps the job from beginning anew.
    pub(super) fn leave(&self, usage: &mut Usage, obstacle: Option<&str>) -> Result<(), Error> {
        match obstacle.filter(|_| !matches!(usage.requested, Hardware::Require(_))) {
            Some(obstacle) => Err(self.stuck(obstacle)),
            None => self.refusal.clone().note(self.stage, &self.device, self.at, usage, &self.location),
        }
    }

    /// The job's error, where that keeps it from beginning anew.
    fn stuck(&self, obstacle: &str) -> Error {
        cannot_begin_anew(self.stage, self.refusal.clone(), &self.device, self.at, (&self.location, obstacle))
    }
}

/// Pictures that could stay on a device, and are fetched.
pub(super) struct Fetched {
    said: &'static str,
    /// Outputs, and their tracks.
    tracks: Vec<(usize, usize)>,
}

impl Past {
    /// Whether the device has not failed the job.
    pub(super) fn check(&self, device: &Device) -> Result<(), Refusal> {
        let failed = self.failed.iter().find(|it| is_same(&it.device, device));
        failed.map_or(Ok(()), |it| Err(Refusal::new(WhySoftware::OtherFailed, &*it.refusal.said)))
    }

    /// What the job ends with where nothing encodes its tracks: by a device that has failed, and by the processor for that reason.
    pub(super) fn unencoded(&self, irreplaceable: Option<String>, why: Error) -> Error {
        self.failed.last().zip(irreplaceable).map_or(why, |(failed, obstacle)| failed.stuck(&obstacle))
    }

    /// Why the pictures of a track are fetched, where they could stay.
    pub(super) fn why_fetched(&self, track: (usize, usize)) -> Option<&'static str> {
        self.fetched.as_ref().filter(|it| it.tracks.contains(&track)).map(|it| it.said)
    }
}

/// What keeps an attempt from its end, and may not keep the next one.
pub(super) enum Failed {
    Decoder(Fault),
    Encoder(EncoderFault),
    /// No device has, but its pictures have to be fetched.
    Staying(Change),
}

/// What keeps a job from beginning anew.
pub(super) struct Obstacle<'a> {
    /// From the beginning.
    pub(super) known: Option<String>,
    pub(super) taps: &'a Taps,
}

impl Obstacle<'_> {
    /// In words. To be asked when nothing is shown to taps any more.
    fn said(self) -> Option<String> {
        self.known.or_else(|| self.taps.are_in_the_way().then(|| "the application's taps have seen frames".to_owned()))
    }
}

/// What keeps the job from beginning anew whatever comes, in words: what has been written is seen by others already, or what was read is
/// gone. `is_given` is whether the application reads or writes some of it.
pub(super) fn in_the_way(pipeline: &Pipeline, targets: &[Target], headers: &[Option<Header>], is_given: bool) -> Option<String> {
    if is_given {
        return Some("a reader or a writer is the application's".to_owned());
    }
    let mut outputs = pipeline.outputs.iter().zip(targets);
    let written = outputs.find(|(output, target)| target.is_written_in_place(output.container.is_live()));
    let written = written.map(|(output, _)| format!("{} is written in place", output.location));
    let is_gone = |location: &Location, header: &Option<Header>| match location.path() {
        Some(path) => !path.is_file(),
        // A file has a length; what is live has none.
        None => location.descriptor(0).is_some() || header.as_ref().is_none_or(|it| it.duration.is_none()),
    };
    written.or_else(|| {
        let mut inputs = pipeline.inputs().zip(headers);
        let gone = inputs.find(|(input, header)| is_gone(&input.location, header));
        gone.map(|(input, _)| format!("{} can be read but once", input.location))
    })
}

/// Leaves what has failed, and with a device all that may be left of what else it does.
///
/// # Errors
/// [`Error::Hardware`] where it was required, or where there is something that keeps the job from beginning anew; [`Error::Cancelled`].
pub(super) fn leave(job: Job<'_>, failed: Failed, obstacle: Obstacle<'_>) -> Result<Anew, Error> {
    let Job { pipeline, work, run, mut devices, mut encoders, mut past, .. } = job;
    let told = match run.verdict() {
        Verdict::GoOn | Verdict::Publish => None,
        Verdict::Stop => Some("it was told to stop".to_owned()),
        Verdict::Cancel(_) => return Err(Error::Cancelled { detached: false }),
    };
    let obstacle = told.or_else(|| obstacle.said());
    let failed = match failed {
        Failed::Decoder(fault) => devices.leave(fault, obstacle, pipeline, run)?,
        Failed::Encoder(fault) => Some(encoders.leave(fault, obstacle, pipeline, run)?),
        Failed::Staying(change) => {
            devices.check_fetchable(&change, obstacle, pipeline)?;
            let Change { input, said, at } = change;
            tracing::warn!(
                input,
                ?at,
                said,
                "pictures that stayed on their device are fetched from now on, and the job begins anew"
            );
            past.fetched = Some(Fetched { said, tracks: work.staying().collect() });
            None
        }
    };
    if let Some(FailedDevice { device, refusal, .. }) = &failed {
        devices.set_aside(device, WhySoftware::OtherFailed, &refusal.said);
        encoders.set_aside(device, WhySoftware::OtherFailed, &refusal.said);
    }
    past.failed.extend(failed);
    Ok(Anew { devices, encoders, past })
}
