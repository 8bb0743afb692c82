use std::ops::RangeBounds;
use std::time::Duration;

use super::filter::{AudioFilter, VideoFilter};
use super::{AnyOutput, AnyTrack, Filters, Input};
use crate::media::{Hardware, Limits, Reach, Secret, Tolerance};

/// What is to be done, as data: inputs, the parts of them that are wanted, and outputs.
///
/// A pipeline can be cloned, compared and printed, and started any number of times. [`start`](Self::start) runs it.
/// [`validate`](Self::validate) and [`plan`](Self::plan) say what is wrong with it, and what it would do.
///
/// With the feature `serde` it can be stored and sent: with a version, and with fields that are not known refused. Secrets in it refuse
/// to be serialised, unless they are [named](Secret::named) or [`Secret::exposing`] allows it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "super::serial::Form", into = "super::serial::Form")
)]
#[must_use = "a pipeline does nothing until it is started"]
pub struct Pipeline {
    /// The first input.
    pub(crate) input: Input,
    pub(crate) more_inputs: Vec<Input>,
    /// Before those of each track.
    pub(crate) filters: Filters,
    pub(crate) outputs: Vec<AnyOutput>,
    pub(crate) reach: Reach,
    pub(crate) limits: Limits,
    pub(crate) tolerance: Tolerance,
    pub(crate) hardware: Hardware,
    pub(crate) network_timeout: Duration,
}

/// How long one wait for the network may take, unless the pipeline says otherwise.
pub(crate) const NETWORK_TIMEOUT: Duration = Duration::from_secs(15);

impl Pipeline {
    /// Reads media from a file or URL, or an [`Input`]. Nothing is opened yet.
    pub fn read(input: impl Into<Input>) -> Self {
        Self {
            input: input.into(),
            more_inputs: Vec::new(),
            filters: Filters::default(),
            outputs: Vec::new(),
            reach: Reach::default(),
            limits: Limits::default(),
            tolerance: Tolerance::default(),
            hardware: Hardware::default(),
            network_timeout: NETWORK_TIMEOUT,
        }
    }

    /// Reads another input beside the first. Tracks select its streams by its number: [`Select::input`](crate::Select::input), counted
    /// from 0 in the order of adding.
    #[doc(alias = "i")]
    pub fn input(mut self, input: impl Into<Input>) -> Self {
        self.more_inputs.push(input.into());
        self
    }

    /// What the input may open besides itself, if it is a playlist or the like. Default: [`Reach::own`].
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// How much the input may cost before it is refused.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How much of the input may be missing or damaged.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// What decodes pictures, of all inputs. Default: [`Hardware::Off`]. Encoders and filters are what they are without it.
    ///
    /// A device that fails, at the beginning or in the middle, is left: the job begins anew, by the next device or by the
    /// processor, as its next [`attempt`](crate::Progress::attempt), and nothing of the one before is in any output. Where it cannot begin anew it ends with
    /// [`Error::Hardware`](crate::Error::Hardware), as it does where the device is required: where an output is written in place (a
    /// stream, a FIFO, a URL, a live playlist), where an input can be read but once (a stream, a FIFO, a URL without a known length),
    /// and where taps of the application have seen frames, unless they may see them again
    /// ([`Launch::taps_begin_anew`](crate::Launch::taps_begin_anew)).
    ///
    /// Devices are trusted with what is whole: the first damage to an input that a device decodes is taken for a failure
    /// ([`WhySoftware::Damaged`](crate::hardware::WhySoftware::Damaged)), for what a device loses could not be told from it. The
    /// processor tolerates it as always.
    ///
    /// Images (PNG, JPEG files) are the processor's in any case, and so are the pictures of an input of which several films are
    /// decoded, unless a device is required, which is an error then.
    ///
    /// ```
    /// # use telecine::{H264, Hardware, Mp4, Pipeline};
    /// let pipeline = Pipeline::read("in.mov")
    ///     .hardware(Hardware::Auto)
    ///     .output(Mp4::file("out.mp4").video(H264::default()));
    /// ```
    #[doc(alias = "hwaccel")]
    pub fn hardware(mut self, policy: Hardware) -> Self {
        self.hardware = policy;
        self
    }

    /// How long any one wait for the network may take: connecting, and then each read or write. It bounds what a job that was
    /// ended leaves behind. Default: 15 s; range: a millisecond to 2,000 s, to which it is cut.
    #[doc(alias = "rw_timeout")]
    pub fn network_timeout(mut self, timeout: Duration) -> Self {
        self.network_timeout = timeout;
        self
    }

    /// Sends this header with every request for the first input: [`Input::header`].
    pub fn header(self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        Self { input: self.input.header(name, value), ..self }
    }

    /// Takes only this part of the first input: [`Input::trim`].
    pub fn trim(self, range: impl RangeBounds<Duration>) -> Self {
        Self { input: self.input.trim(range), ..self }
    }

    /// Has another input follow the first, or the one that followed last: tracks of the first input go on with the same selection of
    /// this one. Where they are encoded, pictures of another size, shape or frame rate are fitted to the first, and where the
    /// sound of one ends before its pictures, silence follows, or the last picture stays.
    ///
    /// Where all tracks of an output that take from them are copied, so are the packets, one input's after the other's: that loses
    /// nothing, and is a [`Problem`](crate::Problem) where the inputs are not coded alike. What sound encoders put before the first
    /// sample (AAC: some 20 ms) is in the packets as well, and is heard at the beginning of each input.
    ///
    /// ```
    /// # use telecine::{Aac, H264, Input, Mp4, Pipeline, secs};
    /// let pipeline = Pipeline::read("intro.mp4")
    ///     .then(Input::read("film.mov").trim(secs(10)..secs(70)))
    ///     .output(Mp4::file("out.mp4").video(H264::default()).audio(Aac::default()));
    /// ```
    #[doc(alias = "concat")]
    pub fn then(self, input: impl Into<Input>) -> Self {
        self.input(Input { follows: true, ..input.into() })
    }

    /// What happens to the pictures of every video track before its own filters. A track that is copied has no pictures: then this
    /// is a [`Problem`](crate::Problem).
    #[doc(alias = "vf")]
    pub fn video_filter(mut self, filter: impl Into<VideoFilter>) -> Self {
        self.filters.video.push(filter.into());
        self
    }

    /// What happens to the sound of every audio track before its own filters. A track that is copied has no samples: then this is
    /// a [`Problem`](crate::Problem).
    #[doc(alias = "af")]
    pub fn audio_filter(mut self, filter: impl Into<AudioFilter>) -> Self {
        self.filters.audio.push(filter.into());
        self
    }

    /// Adds an output. All outputs share the inputs: what is read and decoded for one, is for all.
    pub fn output(mut self, output: impl Into<AnyOutput>) -> Self {
        self.outputs.push(output.into());
        self
    }

    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Input> {
        std::iter::once(&self.input).chain(&self.more_inputs)
    }

    /// The first input and those that follow it, by their numbers.
    pub(crate) fn joined(&self) -> impl Iterator<Item = usize> {
        self.inputs().enumerate().filter(|(index, it)| *index == 0 || it.follows).map(|(index, _)| index)
    }

    /// Whether some output copies what inputs that follow each other have.
    pub(crate) fn copies_joined(&self) -> bool {
        let is_copied = |it: &AnyTrack| it.select.input == 0 && it.is_copy();
        self.joined().count() > 1 && self.outputs.iter().any(|it| it.tracks.iter().any(is_copied))
    }
}
