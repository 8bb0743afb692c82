use std::sync::{Arc, Mutex};
use std::time::Duration;

use ez_ffmpeg::filter::frame_pipeline::FramePipeline;

use super::anew::Past;
use super::context::lock;
use super::devices::{Devices, Fault};
use super::encoders::{EncoderFault, Encoders};
use super::failure;
use super::output::{WatchedSink, refused};
use super::surfaces::Surfaces;
use super::tap::{self, Change, Counts, Taps};
use crate::error::{Cause, Error};
use crate::media::{Location, Stage, StreamKind, WhySoftware};
use crate::pipeline::Pipeline;
use crate::plan::Work;
use crate::read::{Vitals, countable};
use crate::run::Run;

/// What the steps after opening share.
pub(super) struct Job<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) work: &'a Work,
    pub(super) run: &'a Arc<Run>,
    /// Of each input.
    pub(super) vitals: Vec<Vitals>,
    /// Of each output, where it is written in place.
    pub(super) sinks: Vec<Option<Arc<Mutex<WatchedSink>>>>,
    pub(super) counts: Arc<Counts>,
    pub(super) devices: Devices,
    pub(super) encoders: Encoders,
    pub(super) past: Past,
    /// How often FFmpeg had warned in attempts before this one.
    pub(super) warned: u64,
    /// Of each input, whether FFmpeg opens it itself. Sources of ours end by themselves when the run is stopped; one of FFmpeg's has to
    /// be stopped.
    pub(super) by_name: Vec<bool>,
}

impl Job<'_> {
    /// For each input, one tap for each decoded stream whose index is known, and one for the first of each kind that the
    /// application taps.
    pub(super) fn taps(&self, taps: &Taps) -> Vec<Vec<FramePipeline>> {
        let (mut video, mut audio) = (taps.video.clone(), taps.audio.clone());
        let inputs = (0..self.work.inputs.len()).map(|input| {
            let decoded = self.work.decoded(input).into_iter().filter_map(|(kind, index)| {
                let apps = match kind {
                    StreamKind::Video => video.take(),
                    StreamKind::Audio => audio.take(),
                    _ => return None,
                };
                let device = self.devices.of_stream(input, index).filter(|_| kind == StreamKind::Video);
                let stay = || self.work.on_device((input, index));
                let surfaces = device.map(|it| Surfaces::new(it.pictures, stay(), Box::new(it.opened())));
                let is_needed = index.is_some() || apps.is_some();
                is_needed
                    .then(|| tap::pipeline(kind, (input, index), surfaces, Arc::clone(&self.counts), apps, Arc::clone(self.run)))
            });
            decoded.collect()
        });
        inputs.collect()
    }

    pub(super) fn is_by_name(&self, input: usize) -> bool {
        self.by_name.get(input).copied().unwrap_or_default()
    }

    pub(super) fn source_stops(&self) -> bool {
        !self.by_name.contains(&true)
    }

    /// Whether there is a tap on everything that is decoded, pictures and sound.
    fn counts_all(&self, taps: &[Vec<FramePipeline>]) -> bool {
        let is_counted = |(input, taps): (usize, &Vec<FramePipeline>)| {
            let decoded = self.work.decoded(input).into_iter();
            decoded.filter(|it| matches!(it.0, StreamKind::Video | StreamKind::Audio)).count() <= taps.len()
        };
        taps.iter().enumerate().all(is_counted)
    }

    /// A limit on what cannot be counted would hold for nothing.
    pub(super) fn check_countable(&self, taps: &[Vec<FramePipeline>]) -> Result<(), Error> {
        let tolerance = &self.pipeline.tolerance;
        if tolerance.corrupt_percent.is_some() && !self.counts_all(taps) {
            let why = "FFmpeg opens an input itself, so damage to it cannot be counted; do without Tolerance::corrupt_percent";
            return Err(Error::Refused { location: self.input().clone(), why: why.into() });
        }
        countable(tolerance, self.input())
    }

    /// The first input, which stands for all where nobody knows which one it was.
    pub(super) fn input(&self) -> &Location {
        &self.pipeline.input.location
    }

    pub(super) fn nth_input(&self, index: usize) -> &Location {
        self.pipeline.inputs().nth(index).map_or(self.input(), |it| &it.location)
    }

    /// Why a device is to be left, where one is to blame for how the engine has ended, or what it was given.
    pub(super) fn fault(&self, ended: Option<&ez_ffmpeg::error::Error>) -> Option<Fault> {
        if self.counts.has_failure() {
            return None;
        }
        let found = self.counts.take_unfetched().or_else(|| self.scaling_fault(ended?)).or_else(|| {
            let input = self.devices.blamed(self.run)?;
            // It fails by itself, and not because the device is strict.
            let is_lost = self.lost().is_some() && !self.pipeline.tolerance.truncated;
            let (why, code) = failure::of_decoding(ended?).filter(|_| !is_lost)?;
            let said = ended.map(ToString::to_string).unwrap_or_default();
            Some(Fault { input, why, code, said, at: self.counts.shown(input) })
        })?;
        Some(Fault { at: self.in_container(found.input, found.at), ..found })
    }

    /// The same of a device that was to scale the pictures that it has decoded.
    fn scaling_fault(&self, ended: &ez_ffmpeg::error::Error) -> Option<Fault> {
        let code = failure::of_filtering(ended)?;
        let input = self.unscaled()?;
        Some(Fault { input, why: WhySoftware::Failed, code, said: ended.to_string(), at: self.counts.shown(input) })
    }

    /// What kept the pictures of a device from staying there, where that is what the engine has ended for.
    pub(super) fn change(&self, ended: &ez_ffmpeg::error::Error) -> Option<Change> {
        let found = self.counts.take_change().or_else(|| {
            let input = self.unscaled().filter(|_| failure::is_of_a_graph(ended))?;
            Some(Change { input, said: "the device does not take the filter that scales pictures there", at: None })
        });
        let found = found.filter(|_| !self.counts.has_failure())?;
        Some(Change { at: self.in_container(found.input, found.at), ..found })
    }

    /// The input whose pictures a device was to scale, where it may be that which has failed.
    fn unscaled(&self) -> Option<usize> {
        self.work.scaled_on_device().filter(|_| self.devices.may_have_failed_to_scale(self.run))
    }

    /// The same of a device that encodes.
    pub(super) fn encoder_fault(&self, ended: &ez_ffmpeg::error::Error) -> Option<EncoderFault> {
        if self.counts.has_failure() {
            return None;
        }
        self.encoders.fault(ended, self.run, |input| self.in_container(input, self.counts.shown(input)))
    }

    /// Counted from the beginning of the container.
    fn in_container(&self, input: usize, at: Option<Duration>) -> Option<Duration> {
        let start = self.work.inputs.get(input).and_then(|it| it.start).unwrap_or_default();
        at.map(|it| it + start)
    }

    /// Whether a device has come upon damage, which the processor would have gone on with.
    pub(super) fn takes_for_damage(&self, why: &ez_ffmpeg::error::Error) -> bool {
        let is_strict = self.devices.blamed(self.run).is_some();
        is_strict && failure::of_decoding(why).is_some_and(|it| it.0 == WhySoftware::Damaged)
    }

    /// An error of the engine's, with what our own ends of the job know of its cause.
    pub(super) fn sort(&self, why: ez_ffmpeg::error::Error) -> Error {
        // There is an output, or nothing would have been built.
        let output = self.pipeline.outputs.first().map_or(self.input(), |it| &it.location);
        // FFmpeg may have said which one. What we open ourselves is open already: what fails to open now is FFmpeg's.
        let by_name = || self.by_name.iter().position(|it| *it);
        let input = self.nth_input(self.run.journal.failing().or_else(by_name).unwrap_or(0));
        self.sharpen(failure::sort(why, input, output))
    }

    pub(super) fn sharpen(&self, why: Error) -> Error {
        if let Some(why) = self.tapped() {
            return why;
        }
        match self.lost() {
            Some(lost) if matches!(why, Error::Failed { .. } | Error::NotMedia { .. }) => lost,
            _ => self.unwritten().unwrap_or(why),
        }
    }

    pub(super) fn tapped(&self) -> Option<Error> {
        let (input, why) = self.counts.take_failure()?;
        Some(Error::Tap { location: self.nth_input(input).clone(), cause: Cause::new(Stage::Filter, why) })
    }

    /// What an output's own end said, where it refused to be written.
    fn unwritten(&self) -> Option<Error> {
        self.pipeline.outputs.iter().zip(&self.sinks).find_map(|(output, sink)| {
            let sink = lock(sink.as_ref()?);
            sink.failure().map(|code| refused(&output.location, code, sink.said()))
        })
    }

    /// The first source that ended before it should have.
    pub(super) fn lost(&self) -> Option<Error> {
        let mut ends = self.pipeline.inputs().zip(&self.vitals).filter_map(|(input, vitals)| Some((input, vitals.end()?)));
        ends.next().map(|(input, end)| end.error(&input.location))
    }
}
