use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::filter::{AudioFilter, VideoFilter};
use super::{AnyOutput, Filters, Input, NETWORK_TIMEOUT, Pipeline};
use crate::media::{Hardware, Limits, Reach, Tolerance};

/// A pipeline as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    /// Of this form. What it means never changes; a form that means something else has another.
    version: u32,
    inputs: Vec<Input>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    video_filters: Vec<VideoFilter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    audio_filters: Vec<AudioFilter>,
    outputs: Vec<AnyOutput>,
    #[serde(default)]
    reach: Reach,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    tolerance: Tolerance,
    /// Not written where it is off, so that a telecine that does not know it reads the rest.
    #[serde(default, skip_serializing_if = "Hardware::is_off")]
    hardware: Hardware,
    #[serde(default = "network_timeout")]
    network_timeout: Duration,
}

const VERSION: u32 = 1;

fn network_timeout() -> Duration {
    NETWORK_TIMEOUT
}

impl From<Pipeline> for Form {
    fn from(it: Pipeline) -> Self {
        Self {
            version: VERSION,
            inputs: std::iter::once(it.input).chain(it.more_inputs).collect(),
            video_filters: it.filters.video,
            audio_filters: it.filters.audio,
            outputs: it.outputs,
            reach: it.reach,
            limits: it.limits,
            tolerance: it.tolerance,
            hardware: it.hardware,
            network_timeout: it.network_timeout,
        }
    }
}

impl TryFrom<Form> for Pipeline {
    type Error = String;

    fn try_from(form: Form) -> Result<Self, String> {
        if form.version != VERSION {
            return Err(format!("a pipeline of version {}; this telecine reads version {VERSION}", form.version));
        }
        let mut inputs = form.inputs.into_iter();
        Ok(Self {
            input: inputs.next().ok_or("a pipeline without an input")?,
            more_inputs: inputs.collect(),
            filters: Filters { video: form.video_filters, audio: form.audio_filters },
            outputs: form.outputs,
            reach: form.reach,
            limits: form.limits,
            tolerance: form.tolerance,
            hardware: form.hardware,
            network_timeout: form.network_timeout,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Accelerator, Secret, Select, kbps, secs};
    use crate::pipeline::filter::{RawVideoFilter, Scale};
    use crate::pipeline::{Aac, H264, Mp4, RawVideo, Track};

    fn pipeline() -> Pipeline {
        let track = Track::of(Select::language("eng"), Aac::bitrate(kbps(96))).title("English");
        Pipeline::read(Input::read("in.mov").trim(secs(1)..secs(3)))
            .then("more.mov")
            .video_filter(Scale::fit_width(1280))
            .output(Mp4::file("out.mp4").video(H264::default()).audio(track).metadata("title", "x"))
    }

    #[test]
    fn what_was_written_is_read() {
        let text = serde_json::to_string(&pipeline()).unwrap();
        assert_eq!(serde_json::from_str::<Pipeline>(&text).unwrap(), pipeline());
    }

    #[test]
    fn a_device_is_written_where_one_is_asked_for() {
        assert!(!serde_json::to_string(&pipeline()).unwrap().contains("hardware"));
        let asking = pipeline().hardware(Hardware::prefer([Accelerator::Cuda]));
        let text = serde_json::to_string(&asking).unwrap();
        assert!(text.contains(r#""hardware":{"prefer":["cuda"]}"#), "{text}");
        assert_eq!(serde_json::from_str::<Pipeline>(&text).unwrap(), asking);
        assert_ne!(asking, pipeline());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

        #[test]
        fn any_pipeline_that_was_written_is_read(pipeline in crate::pipeline::arbitrary::pipeline()) {
            // What looks like a secret by chance is written, too.
            let text = Secret::exposing(|| serde_json::to_string(&pipeline)).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<Pipeline>(&text).unwrap(), pipeline);
        }

        #[test]
        fn no_pipeline_makes_a_panic(pipeline in crate::pipeline::arbitrary::pipeline()) {
            let told = [pipeline.to_string(), format!("{pipeline:?}")];
            proptest::prop_assert!(told.iter().all(|it| !it.is_empty()));
            let _ = pipeline.validate();
            let clone = pipeline.clone();
            proptest::prop_assert_eq!(clone, pipeline);
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let text = serde_json::to_string(&pipeline()).unwrap();
        for (from, to, why) in [
            ("\"version\":1", "\"version\":2", "version 2"),
            ("\"outputs\"", "\"outputz\"", "outputz"),
            ("\"durability\"", "\"sync\"", "sync"),
            ("\"select\"", "\"selekt\"", "selekt"),
        ] {
            assert!(text.contains(from), "{from}: {text}");
            let refused = serde_json::from_str::<Pipeline>(&text.replace(from, to)).unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}");
        }
        assert!(serde_json::from_str::<Pipeline>("{\"version\":1,\"inputs\":[],\"outputs\":[]}").is_err());
    }

    #[test]
    fn secrets_are_not_written() {
        let literal = pipeline().header("Cookie", "s3cret");
        let named = pipeline().header("Cookie", Secret::named("COOKIE"));
        let text = serde_json::to_string(&named).unwrap();
        assert_eq!(serde_json::from_str::<Pipeline>(&text).unwrap(), named);
        let raw = |option: &str, value: &str| {
            let encoder = RawVideo::encoder("x").option(option, value);
            let filter = RawVideoFilter::new("x").option(option, value);
            [pipeline().output(Mp4::file("a.mp4").video(encoder)), pipeline().video_filter(filter)]
        };
        assert!(raw("b", "4M").iter().all(|it| serde_json::to_string(it).is_ok()));
        let secret = [raw("encryption_key", "s3cret"), raw("file", "https://me:s3cret@host/a")];
        for literal in secret.into_iter().flatten().chain([literal]) {
            assert!(!format!("{literal} {literal:?}").contains("s3cret"));
            assert_eq!(literal.secrets().redact("to s3cret"), "to ***");
            let why = serde_json::to_string(&literal).unwrap_err().to_string();
            assert!(!why.contains("s3cret"), "{why}");
            let text = Secret::exposing(|| serde_json::to_string(&literal).unwrap());
            assert_eq!(serde_json::from_str::<Pipeline>(&text).unwrap(), literal);
        }
    }
}
