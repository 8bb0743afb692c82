use std::ops::RangeBounds;
use std::time::Duration;

use super::filter::{AudioFilter, VideoFilter};
use super::{AnyOutput, AnyTrack, Filters, Input};
use crate::error::{Error, Place, Problem, Reason};
use crate::media::{Limits, Location, Reach, Secret, Secrets, StreamKind, Tolerance};

/// What is to be done, as data: inputs, the parts of them that are wanted, and outputs.
///
/// A pipeline can be cloned, compared and printed, and started any number of times. [`start`](Self::start) runs it.
#[derive(Clone, Debug, PartialEq)]
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
    /// this one. What is joined so is encoded anew: pictures of another size, shape or frame rate are fitted to the first, and where the
    /// sound of one ends before its pictures, silence follows, or the last picture stays.
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
    /// is a [`Problem`].
    #[doc(alias = "vf")]
    pub fn video_filter(mut self, filter: impl Into<VideoFilter>) -> Self {
        self.filters.video.push(filter.into());
        self
    }

    /// What happens to the sound of every audio track before its own filters. A track that is copied has no samples: then this is
    /// a [`Problem`].
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

    /// Checks everything that can be checked without looking at files or at FFmpeg. Starting a pipeline does this first.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all problems at once.
    pub fn validate(&self) -> Result<(), Error> {
        let problems = self.problems();
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid { problems }) }
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        let none = self.outputs.is_empty().then_some(Reason::NoOutput);
        let percent = self.tolerance.corrupt_percent.filter(|it| !(0.0..=100.0).contains(it));
        let tolerance = percent.map(|percent| Reason::OutOfRange {
            what: "Tolerance's share of damaged frames",
            value: percent.to_string(),
            range: "0 to 100 percent",
        });
        let filters = self.filters.video.iter().flat_map(VideoFilter::reasons);
        let filters = filters.chain(self.filters.audio.iter().flat_map(AudioFilter::reasons));
        let whole = none.into_iter().chain(tolerance).chain(filters).map(|it| Problem::at(Place::Pipeline, it));
        let inputs = self.inputs().enumerate().flat_map(|(index, input)| {
            input.reasons().into_iter().map(move |it| Problem::at(Place::input(index, &input.location), it))
        });
        let outputs = self.outputs.iter().enumerate().flat_map(|(index, output)| output.problems(index));
        whole.chain(inputs).chain(outputs).chain(self.selections()).chain(self.copied()).collect()
    }

    /// The first input and those that follow it, by their numbers.
    pub(crate) fn joined(&self) -> impl Iterator<Item = usize> {
        self.inputs().enumerate().filter(|(index, it)| *index == 0 || it.follows).map(|(index, _)| index)
    }

    /// Tracks that are copied, although what the pipeline does with them needs decoding.
    fn copied(&self) -> impl Iterator<Item = Problem> {
        self.outputs.iter().enumerate().flat_map(move |(output, it)| {
            let filtered = |track: &AnyTrack| match track.kind() {
                StreamKind::Video => !self.filters.video.is_empty(),
                _ => track.kind() == StreamKind::Audio && !self.filters.audio.is_empty(),
            };
            let joined = |track: &AnyTrack| track.select.input == 0 && self.joined().count() > 1;
            let copied = it.tracks.iter().enumerate().filter(|(_, track)| track.is_copy());
            copied.flat_map(move |(track, copied)| {
                let filtered = filtered(copied).then_some(Reason::FilterOnCopy);
                let joined = joined(copied).then_some(Reason::CopyOfJoined);
                let place = Place::Track { output, location: it.location.clone(), track };
                filtered.into_iter().chain(joined).map(move |reason| Problem::at(place.clone(), reason))
            })
        })
    }

    /// Tracks that select from inputs which are not there.
    fn selections(&self) -> impl Iterator<Item = Problem> {
        self.outputs.iter().enumerate().flat_map(move |(output, it)| {
            let beyond = it.tracks.iter().enumerate().filter(|(_, track)| track.select.input >= self.inputs().count());
            beyond.map(move |(track, wrong)| {
                let place = Place::Track { output, location: it.location.clone(), track };
                Problem::at(place, Reason::NoSuchInput { input: wrong.select.input, inputs: self.inputs().count() })
            })
        })
    }

    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Input> {
        std::iter::once(&self.input).chain(&self.more_inputs)
    }

    fn locations(&self) -> impl Iterator<Item = &Location> {
        let inputs = self.inputs().map(|it| &it.location);
        inputs.chain(self.outputs.iter().map(|it| &it.location))
    }

    /// Finds the texts of named secrets, so that it can run.
    ///
    /// # Errors
    /// [`Error::Invalid`] with those that are missing, and with all other problems.
    pub(crate) fn resolve(&mut self, find: &mut dyn FnMut(&str) -> Option<Secret>) -> Result<(), Error> {
        let mut missing = Vec::new();
        for input in std::iter::once(&mut self.input).chain(&mut self.more_inputs) {
            missing.extend(input.location.resolve(find).err().into_iter().flatten());
            missing.extend(input.headers.resolve(find));
        }
        for output in &mut self.outputs {
            missing.extend(output.location.resolve(find).err().into_iter().flatten());
        }
        missing.sort();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.into_iter().map(|name| Problem::at(Place::Pipeline, Reason::SecretMissing { name }));
        Err(Error::Invalid { problems: self.problems().into_iter().chain(missing).collect() })
    }

    /// What none of its job's lines may show.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets::new(self.locations().flat_map(Location::secrets).chain(self.inputs().flat_map(|it| it.headers.secrets())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Bitrate, kbps, mbps, secs};
    use crate::pipeline::{Aac, H264, Mp4, X264};

    fn problems(pipeline: &Pipeline) -> Vec<Reason> {
        match pipeline.validate() {
            Err(Error::Invalid { problems }) => problems.into_iter().map(|it| it.reason).collect(),
            other => panic!("expected problems, not {other:?}"),
        }
    }

    #[test]
    fn all_problems_come_at_once() {
        let output = Mp4::file("out.mp4").video(X264::crf(52.0)).audio(Aac::bitrate(kbps(1)));
        let found = problems(&Pipeline::read("in\0.mp4").trim(secs(5)..secs(5)).output(output));
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(problems(&Pipeline::read("in.mp4")), [Reason::NoOutput]);
        let empty = Mp4::file("out.mp4");
        assert_eq!(problems(&Pipeline::read("in.mp4").output(empty)), [Reason::NoStreams]);
    }

    #[test]
    fn a_crf_that_is_no_number_is_refused() {
        let output = Mp4::file("out.mp4").video(X264::crf(f32::NAN));
        assert_eq!(problems(&Pipeline::read("in.mp4").output(output)).len(), 1);
    }

    #[test]
    fn a_bit_rate_that_no_encoder_takes_is_refused() {
        let found = |bitrate| problems(&Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(H264::bitrate(bitrate))));
        let no_problem = |bitrate| Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(H264::bitrate(bitrate))).validate();
        for bitrate in [kbps(0), Bitrate::bits_per_second(999), mbps(1_001), Bitrate::bits_per_second(u64::MAX)] {
            let found = found(bitrate);
            assert!(matches!(&found[..], [Reason::OutOfRange { what: "H264's bit rate", .. }]), "{bitrate}: {found:?}");
        }
        for bitrate in [kbps(1), mbps(8), mbps(1_000)] {
            assert!(no_problem(bitrate).is_ok(), "{bitrate}");
        }
    }

    #[test]
    fn secrets_without_a_place_and_headers_that_are_none_are_refused() {
        let to = || Mp4::file("out.mp4").audio(Aac::default());
        let read = |location: Location| Pipeline::read(location).output(to());
        let found = problems(&read(Location::from("https://host/{a}").secret("b", "s3cret")));
        assert!(matches!(&found[..], [Reason::NoPlaceForSecret { place, .. }] if place == "b"), "{found:?}");
        let found = problems(&read("in.mp4".into()).header("Cookie", "a=b"));
        assert!(matches!(&found[..], [Reason::UnusedHeaders]), "{found:?}");
        for (name, value) in
            [("a\r\nb", "c"), ("a:", "c"), ("", "c"), ("ä", "c"), ("a", "s3cret\r\nX: y"), ("a", "s3cret\n"), ("a", "s3cret\0")]
        {
            let pipeline = read("http://host/a".into()).header(name, value);
            let found = problems(&pipeline);
            assert_eq!(found, [Reason::UnusableHeader { name: name.into() }]);
            assert!(!format!("{pipeline:?} {found:?}").contains("s3cret"));
        }
        assert!(read("HTTPS://host/a".into()).header("Authorization", "Bearer x").validate().is_ok());
    }

    #[test]
    fn named_secrets_are_found_before_it_runs() {
        let mut pipeline = Pipeline::read("in.mp4")
            .output(Mp4::file(Location::from("rtmp://host/app/{key}").secret("key", Secret::named("KEY"))).audio(Aac::default()));
        let before = pipeline.clone();
        let missing = pipeline.clone().header("Cookie", Secret::named("COOKIE")).resolve(&mut |_| None);
        let Err(Error::Invalid { problems }) = missing else { panic!("nothing is missing") };
        let named = |name: &str| Problem::at(Place::Pipeline, Reason::SecretMissing { name: name.into() });
        assert_eq!(problems[1..], [named("COOKIE"), named("KEY")]);
        assert!(pipeline.resolve(&mut |name| (name == "KEY").then(|| "s3cret".into())).is_ok());
        assert_eq!(pipeline, before);
        assert_eq!(format!("{pipeline:?}"), format!("{before:?}"));
        assert_eq!(pipeline.secrets().redact("to s3cret"), "to ***");
    }

    #[test]
    fn a_pipeline_is_a_value() {
        let pipeline = Pipeline::read("in.mp4").trim(secs(1)..).output(Mp4::file("out.mp4").audio(Aac::default()));
        assert_eq!(pipeline, pipeline.clone());
        assert_ne!(pipeline, pipeline.clone().trim(..));
        assert!(pipeline.validate().is_ok());
    }
}
