use std::ops::{Bound, RangeBounds};
use std::time::Duration;

use super::AnyOutput;
use super::headers::Headers;
use crate::error::{Error, Problem};
use crate::media::{Limits, Location, Reach, Secret, Secrets, Tolerance};

/// What is to be done, as data: an input, the part of it that is wanted, and outputs.
///
/// A pipeline can be cloned, compared and printed, and started any number of times. [`start`](Self::start) runs it.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a pipeline does nothing until it is started"]
pub struct Pipeline {
    pub(crate) input: Location,
    pub(crate) start: Option<Duration>,
    pub(crate) end: Option<Duration>,
    pub(crate) outputs: Vec<AnyOutput>,
    pub(crate) reach: Reach,
    pub(crate) limits: Limits,
    pub(crate) tolerance: Tolerance,
    pub(crate) network_timeout: Duration,
    pub(crate) headers: Headers,
}

/// How long one wait for the network may take, unless the pipeline says otherwise.
pub(crate) const NETWORK_TIMEOUT: Duration = Duration::from_secs(15);

impl Pipeline {
    /// Reads media from a file or URL. Nothing is opened yet.
    pub fn read(location: impl Into<Location>) -> Self {
        Self {
            input: location.into(),
            start: None,
            end: None,
            outputs: Vec::new(),
            reach: Reach::default(),
            limits: Limits::default(),
            tolerance: Tolerance::default(),
            network_timeout: NETWORK_TIMEOUT,
            headers: Headers::default(),
        }
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

    /// Sends this header with every request for the input: `Authorization`, `Cookie`, or any other. Its value is a secret, whatever
    /// the name; `Secret::named` keeps it out of the pipeline.
    ///
    /// Other servers do not get it by themselves: a redirect is not followed, and fails the job. Servers that a playlist names get
    /// it where [`reach`](Self::reach) allows them, and so does a server to which one of those redirects a request for a segment.
    ///
    /// Only for inputs read by HTTP. Default: none.
    #[doc(alias = "headers")]
    #[doc(alias = "cookies")]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.add(name.into(), value.into());
        self
    }

    /// Takes only this part of the input, counted from its beginning; `secs(10)..`, `..secs(70)` and `secs(10)..secs(70)` all
    /// work. Frames before it are decoded and dropped, so that it begins
    /// with the first frame in the range whatever the key frames are; one that begins between two frames may lose the range's last
    /// frame, by the engine's rounding. Times finer than a microsecond are cut off.
    ///
    /// A range that reaches beyond the input's end, ends there. The whole input is the default.
    #[doc(alias = "ss")]
    #[doc(alias = "to")]
    pub fn trim(mut self, range: impl RangeBounds<Duration>) -> Self {
        // Media has no last moment that an inclusive end could add, so both kinds of bound mean the same.
        let bound = |bound: Bound<&Duration>| match bound {
            Bound::Included(at) | Bound::Excluded(at) => Some(*at),
            Bound::Unbounded => None,
        };
        self.start = bound(range.start_bound());
        self.end = bound(range.end_bound());
        self
    }

    /// Adds an output. One is what a pipeline can have so far.
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

    fn problems(&self) -> Vec<Problem> {
        let count = match self.outputs.len() {
            0 => Some(Problem::NoOutput),
            1 => None,
            count => Some(Problem::SeveralOutputs { count }),
        };
        let input = self.input.is_unusable().then(|| Problem::UnusablePath { location: self.input.clone() });
        let range = match (self.start.unwrap_or_default(), self.end) {
            (start, Some(end)) if end <= start => Some(Problem::EmptyRange { start, end }),
            _ => None,
        };
        let percent = self.tolerance.corrupt_percent.filter(|it| !(0.0..=100.0).contains(it));
        let tolerance = percent.map(|percent| Problem::OutOfRange {
            what: "Tolerance's share of damaged frames",
            value: percent.to_string(),
            range: "0 to 100 percent",
        });
        let outputs = self.outputs.iter().flat_map(AnyOutput::problems);
        let places = self.locations().flat_map(no_place);
        let headers = self.headers.problems(&self.input);
        count.into_iter().chain(input).chain(range).chain(tolerance).chain(outputs).chain(places).chain(headers).collect()
    }

    fn locations(&self) -> impl Iterator<Item = &Location> {
        std::iter::once(&self.input).chain(self.outputs.iter().map(|it| &it.location))
    }

    /// Finds the texts of named secrets, so that it can run.
    ///
    /// # Errors
    /// [`Error::Invalid`] with those that are missing, and with all other problems.
    pub(crate) fn resolve(&mut self, find: &mut dyn FnMut(&str) -> Option<Secret>) -> Result<(), Error> {
        let locations = std::iter::once(&mut self.input).chain(self.outputs.iter_mut().map(|it| &mut it.location));
        let mut missing: Vec<String> = locations.filter_map(|it| it.resolve(find).err()).flatten().collect();
        missing.extend(self.headers.resolve(find));
        missing.sort();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.into_iter().map(|name| Problem::SecretMissing { name });
        Err(Error::Invalid { problems: self.problems().into_iter().chain(missing).collect() })
    }

    /// What none of its job's lines may show.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets::new(self.locations().flat_map(Location::secrets).chain(self.headers.secrets()))
    }
}

fn no_place(location: &Location) -> impl Iterator<Item = Problem> {
    let place = |place: &str| Problem::NoPlaceForSecret { location: location.clone(), place: place.to_owned() };
    location.unused_secrets().map(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Bitrate, kbps, mbps, secs};
    use crate::pipeline::{Aac, H264, Mp4, X264};

    fn problems(pipeline: &Pipeline) -> Vec<Problem> {
        match pipeline.validate() {
            Err(Error::Invalid { problems }) => problems,
            other => panic!("expected problems, not {other:?}"),
        }
    }

    #[test]
    fn all_problems_come_at_once() {
        let output = Mp4::file("out.mp4").video(X264::crf(52.0)).audio(Aac::bitrate(kbps(1)));
        let found = problems(&Pipeline::read("in\0.mp4").trim(secs(5)..secs(5)).output(output));
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(problems(&Pipeline::read("in.mp4")), [Problem::NoOutput]);
        let empty = Mp4::file("out.mp4");
        assert_eq!(problems(&Pipeline::read("in.mp4").output(empty)), [Problem::NoStreams { output: "out.mp4".into() }]);
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
            assert!(matches!(&found[..], [Problem::OutOfRange { what: "H264's bit rate", .. }]), "{bitrate}: {found:?}");
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
        assert!(matches!(&found[..], [Problem::NoPlaceForSecret { place, .. }] if place == "b"), "{found:?}");
        let found = problems(&read("in.mp4".into()).header("Cookie", "a=b"));
        assert!(matches!(&found[..], [Problem::UnusedHeaders { .. }]), "{found:?}");
        for (name, value) in
            [("a\r\nb", "c"), ("a:", "c"), ("", "c"), ("ä", "c"), ("a", "s3cret\r\nX: y"), ("a", "s3cret\n"), ("a", "s3cret\0")]
        {
            let pipeline = read("http://host/a".into()).header(name, value);
            let found = problems(&pipeline);
            assert_eq!(found, [Problem::UnusableHeader { name: name.into() }]);
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
        let named = |name: &str| Problem::SecretMissing { name: name.into() };
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
