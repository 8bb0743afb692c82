use super::filter::{AudioFilter, VideoFilter};
use super::{AnyOutput, AnyTrack, Pipeline};
use crate::error::{Error, Place, Problem, Reason, Unjoinable};
use crate::media::{StreamKind, Tolerance};

impl Pipeline {
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
        let tolerance = intolerable(&self.tolerance);
        let filters = self.filters.video.iter().flat_map(VideoFilter::reasons);
        let filters = filters.chain(self.filters.audio.iter().flat_map(AudioFilter::reasons));
        let whole = none.into_iter().chain(tolerance).chain(filters).map(|it| Problem::at(Place::Pipeline, it));
        let inputs = self.inputs().enumerate().flat_map(|(index, input)| {
            input.reasons().into_iter().map(move |it| Problem::at(Place::input(index, &input.location), it))
        });
        let outputs = self.outputs.iter().enumerate().flat_map(|(index, output)| output.problems(index));
        whole.chain(inputs).chain(outputs).chain(self.selections()).chain(self.copied()).collect()
    }

    /// Tracks that are copied, although what the pipeline does with them needs decoding.
    fn copied(&self) -> impl Iterator<Item = Problem> {
        self.outputs.iter().enumerate().flat_map(move |(output, it)| {
            let filtered = |track: &AnyTrack| match track.kind() {
                StreamKind::Video => !self.filters.video.is_empty(),
                _ => track.kind() == StreamKind::Audio && !self.filters.audio.is_empty(),
            };
            let unjoinable = self.unjoinable(it);
            let copied = it.tracks.iter().enumerate().filter(|(_, track)| track.is_copy());
            copied.flat_map(move |(track, copied)| {
                let filtered = filtered(copied).then_some(Reason::FilterOnCopy);
                let joined = unjoinable.clone().filter(|_| copied.select.input == 0);
                let place = Place::Track { output, location: it.location.clone(), track };
                filtered.into_iter().chain(joined).map(move |reason| Problem::at(place.clone(), reason))
            })
        })
    }

    /// What keeps inputs that follow each other from being joined packet by packet, as far as they need not be looked at for that.
    fn unjoinable(&self, output: &AnyOutput) -> Option<Reason> {
        let because = |input, why| Some(Reason::CopyOfJoined { input, why });
        let second = self.joined().nth(1)?;
        if output.tracks.iter().any(|it| it.select.input == 0 && !it.is_copy()) {
            return because(second, Unjoinable::Mixed);
        }
        self.inputs().enumerate().filter(|(index, it)| *index == 0 || it.follows).find_map(|(index, it)| {
            if it.start.is_some_and(|it| !it.is_zero()) || it.end.is_some() {
                because(index, Unjoinable::Trimmed)
            } else {
                it.location.path().is_none().then_some(Reason::CopyOfJoined { input: index, why: Unjoinable::NoFile })
            }
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
}

pub(crate) fn intolerable(tolerance: &Tolerance) -> Option<Reason> {
    let percent = tolerance.corrupt_percent.filter(|it| !(0.0..=100.0).contains(it))?;
    let what = "Tolerance's share of damaged frames";
    Some(Reason::OutOfRange { what, value: percent.to_string(), range: "0 to 100 percent" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Bitrate, Location, Secret, kbps, mbps, secs};
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
