use std::time::Duration;

use super::outline::{Outline, has, indexes};
use super::{ByDevice, InputWork, JoinedWork, OutputWork, Work, decodable, told};
use crate::error::{Error, Place, Problem, Reason};
use crate::ffi::Encoder;
use crate::media::Hardware;
use crate::pipeline::{Input, Pipeline};
use crate::read::Header;

/// What the pipeline means for these inputs, all of it encoded by the processor, but for what is a device's in any case. A header is
/// `None` for an input that cannot be opened twice; then FFmpeg's own first choice of streams is taken, and nothing is known of its
/// length. Where a device may encode, this FFmpeg may be without the processor's encoder: [`Work::settled`] tells of it.
///
/// # Errors
/// All problems.
pub(crate) fn decide(pipeline: &Pipeline, headers: &[Option<Header>]) -> Result<Work, Vec<Problem>> {
    worked_out(pipeline, headers, &[], is_built)
}

/// The same where devices encode some tracks of what was decided without them.
///
/// # Errors
/// As [`decide`] and [`Work::settled`].
pub(crate) fn decide_by(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    by_device: &[ByDevice],
    told: &[told::Encoder],
) -> Result<Work, Vec<Problem>> {
    worked_out(pipeline, headers, by_device, is_built)?.settled(told)
}

fn is_built(encoder: &str) -> bool {
    Encoder::find(encoder).is_some()
}

fn worked_out(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    by_device: &[ByDevice],
    is_built: fn(&str) -> bool,
) -> Result<Work, Vec<Problem>> {
    let inputs = known(pipeline, headers);
    let (mut outputs, mut problems) = (Vec::new(), Vec::new());
    for (index, output) in pipeline.outputs.iter().enumerate() {
        outputs.push(Outline { pipeline, output, index, inputs: &inputs, by_device, is_built }.work(&mut problems));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // A seek to the very beginning is not nothing: it would skip what lies before time zero, such as the packet that AAC decoders
    // warm up with.
    let start = |it: &Input| it.start.filter(|it| !it.is_zero());
    let mut parts: Vec<_> = pipeline.inputs().map(|it| InputWork { start: start(it), length: it.length() }).collect();
    let files = pipeline.joined().filter_map(|input| Some((input, headers[input].as_ref()?.part.as_ref()?)));
    let joined = JoinedWork::of(&files.collect::<Vec<_>>(), &outputs);
    parts.extend(joined.iter().map(|_| InputWork { start: None, length: None }));
    let work = Work { inputs: parts, joined, outputs, pixels: pipeline.limits.pixels };
    match &pipeline.hardware {
        Hardware::Require(device) if decodable(pipeline, headers, &work).is_empty() => {
            Err(vec![Problem::at(Place::Pipeline, Reason::NothingForDevice { device: device.clone() })])
        }
        _ => Ok(work),
    }
}

/// Whether the inputs have the parts that are wanted of them.
///
/// # Errors
/// [`Error::Truncated`] where a part reaches beyond what the file holds, and [`Error::Failed`] where it lies beyond the end of what
/// there is.
pub(crate) fn check_lengths(pipeline: &Pipeline, headers: &[Option<Header>], work: &Work) -> Result<(), Error> {
    let used = |index| work.outputs.iter().any(|it| has(it, index));
    let mut inputs = known(pipeline, headers).into_iter().enumerate().filter(|(index, _)| used(*index));
    inputs.try_for_each(|(index, known)| known.check(pipeline.tolerance.truncated, &work.outputs, index))
}

fn known<'a>(pipeline: &'a Pipeline, headers: &'a [Option<Header>]) -> Vec<Known<'a>> {
    pipeline.inputs().zip(headers).map(|(input, header)| Known { input, header: header.as_ref() }).collect()
}

/// An input, and what its header says.
pub(super) struct Known<'a> {
    pub(super) input: &'a Input,
    pub(super) header: Option<&'a Header>,
}

impl Known<'_> {
    /// How much is taken of what is `whole` long.
    fn wanted(&self, whole: Duration) -> Duration {
        let available = whole.saturating_sub(self.input.start.unwrap_or_default());
        self.input.length().map_or(available, |length| length.min(available))
    }

    pub(super) fn expected(&self, indexes: &[usize]) -> Option<Duration> {
        self.header.and_then(|it| it.length(indexes)).map(|whole| self.wanted(whole))
    }

    pub(super) fn shown(&self, indexes: &[usize]) -> Option<Duration> {
        self.header.and_then(|it| it.shown(indexes)).map(|whole| self.wanted(whole))
    }

    pub(super) fn promised(&self, indexes: &[usize]) -> Option<Duration> {
        self.header.and_then(|it| it.promised(indexes)).map(|whole| self.wanted(whole))
    }

    /// Whether there is what is wanted of it.
    fn check(&self, may_be_truncated: bool, outputs: &[OutputWork], index: usize) -> Result<(), Error> {
        let Some(header) = self.header else { return Ok(()) };
        if !may_be_truncated {
            self.check_whole(header)?;
        }
        let beyond = |start| outputs.iter().any(|it| has(it, index) && header.ends_before(start, &indexes(it, index)));
        if self.input.start.is_some_and(beyond) { Err(Error::nothing_there(&self.input.location)) } else { Ok(()) }
    }

    /// The index says where each sample lies: a file that ends before a wanted one is cut off, and reading it would end like a
    /// whole one.
    fn check_whole(&self, header: &Header) -> Result<(), Error> {
        let Some(readable) = header.readable else { return Ok(()) };
        if self.input.end.is_some_and(|end| end <= readable) {
            return Ok(());
        }
        let promised = header.duration.unwrap_or(readable);
        Err(Error::Truncated { location: self.input.location.clone(), readable, promised, log: Default::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::encode::Encode;
    use super::*;
    use crate::media::{Accelerator, Device, LeftDevice, Usage, WhySoftware};
    use crate::pipeline::{H264, Mp4, NvencH264};

    fn pipeline(hardware: Hardware) -> Pipeline {
        Pipeline::read("a.mp4").output(Mp4::file("b.mp4").video(H264::default().hardware(hardware)))
    }

    /// By an FFmpeg without any encoder of the processor's.
    fn without(pipeline: &Pipeline, by_device: &[ByDevice]) -> Result<Work, Vec<Problem>> {
        worked_out(pipeline, &[None], by_device, |_| false)
    }

    #[test]
    fn what_a_device_may_encode_needs_no_encoder_of_the_processors() {
        let device = Device::of(Accelerator::Cuda);
        for policy in [Hardware::Auto, Hardware::prefer([device.clone()]), Hardware::require(device.clone())] {
            let pipeline = pipeline(policy.clone());
            let work = without(&pipeline, &[]).unwrap_or_else(|why| panic!("{policy}: {why:?}"));
            assert!(work.outputs[0].tracks[0].encodable.is_some(), "{policy}: a device can be asked");
            // A device encodes it: here, in the words of an encoder that every FFmpeg has.
            let of_device = ByDevice { output: 0, track: 0, encode: encode_by("mpeg4") };
            let work = without(&pipeline, &[of_device]).and_then(|it| it.settled(&[]));
            assert_eq!(work.unwrap().outputs[0].tracks[0].stream.encoder, "mpeg4", "{policy}");
        }
    }

    #[test]
    fn what_is_left_to_the_processor_needs_its_encoder() {
        let pipeline = pipeline(Hardware::Auto);
        // Of two devices, each has said why.
        let left = [WhySoftware::Wrong, WhySoftware::Busy].into_iter().zip(0..).map(|(why, nth)| LeftDevice {
            device: Device::of(Accelerator::Cuda).nth(nth),
            why,
            said: format!("no, says {nth}"),
            at: None,
        });
        let usage = Usage { requested: Hardware::Auto, used: None, left: left.collect() };
        let left = usage.left.clone();
        let told = [told::Encoder { output: 0, track: 0, usage }];
        let work = without(&pipeline, &[]).unwrap();
        assert!(work.irreplaceable().is_some_and(|it| it.contains("no encoder for h264")), "the processor takes nothing over");
        let problems = work.settled(&told).unwrap_err();
        let said = Error::from_problems(problems.clone()).to_string();
        assert!(said.contains("nor does cuda encode it") && said.contains("no, says 0"), "{said}");
        assert!(said.contains("nor does cuda:1 encode it") && said.contains("no, says 1"), "{said}");
        let reason = Reason::EncoderMissing { codec: "h264".into(), looked_for: vec!["libx264".into()], left };
        let location = pipeline.outputs[0].location.clone();
        assert_eq!(problems, [Problem::at(Place::Track { output: 0, location, track: 0 }, reason)]);
        // Where it is built, nothing is wrong.
        let work = worked_out(&pipeline, &[None], &[], |_| true).unwrap();
        assert_eq!(work.irreplaceable(), None);
        assert!(work.settled(&told).is_ok());
    }

    #[test]
    fn what_is_a_devices_in_any_case_has_no_other_encoder() {
        let pipeline = Pipeline::read("a.mp4").output(Mp4::file("b.mp4").video(NvencH264::constant_quality(23.0)));
        match Encoder::find("h264_nvenc") {
            Some(_) => assert!(without(&pipeline, &[]).and_then(|it| it.settled(&[])).is_ok()),
            None => assert!(without(&pipeline, &[]).is_err()),
        }
    }

    fn encode_by(encoder: &str) -> Encode {
        Encode { encoder: encoder.into(), options: Vec::new(), pixel_format: None, filters: Vec::new(), tag: None, upload: None }
    }
}
