use super::filter::{SCALERS, Step, known};
use super::told::{Decoder, Encoder};
use super::work::{TrackWork, Work};
use super::{Decodable, decodable};
use crate::hardware::is_same;
use crate::media::{Accelerator, Device, StreamInfo, StreamKind};
use crate::pipeline::Pipeline;
use crate::read::Header;

/// Has the pictures of a stream stay on the device that decodes it, of CUDA's or VA-API's, where that device encodes everything that is made of them and
/// does all that is done with them on the way. Who looks at pictures in memory does not ask for it.
pub(crate) fn stay(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    work: &mut Work,
    (decoders, encoders): (&[Decoder], &[Encoder]),
) {
    let has = |step: &Step| known(step).is_ok();
    for Decodable { input, stream, .. } in decodable(pipeline, headers, work) {
        let Some((info, samples)) = stream.and_then(|it| Some((it, samples(it)?))) else { continue };
        let stream = (input, Some(info.index));
        let decoder = decoders.iter().find(|it| (it.input, it.stream) == stream);
        if let Some(device) = decoder.and_then(|it| it.usage.used.as_ref())
            && all_stay(work, stream, (device, samples), encoders, has)
        {
            let is_scaled = takers(work, stream).any(|it| it.is_scaled_on(device.accelerator));
            let on_device = OnDevice { accelerator: device.accelerator, samples, is_scaled };
            takers(work, stream).for_each(|it| it.stay(on_device));
        }
    }
}

/// Pictures that do not leave the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OnDevice {
    pub(crate) accelerator: Accelerator,
    /// FFmpeg's name of the pixel format that they have there.
    pub(crate) samples: &'static str,
    /// Whether the device scales them for a track, which then has nothing for pictures in memory.
    pub(crate) is_scaled: bool,
}

impl OnDevice {
    /// Whether what comes behind takes pictures from memory as well, as NVIDIA's encoders do.
    pub(crate) fn may_come_from_memory(self) -> bool {
        self.accelerator == Accelerator::Cuda && !self.is_scaled
    }
}

/// A stream of an input.
type Stream = (usize, Option<usize>);

/// How the device has its pictures, where they are to be shown as they are: in memory they are turned upright before all filters.
fn samples(stream: &StreamInfo) -> Option<&'static str> {
    fetched(stream).filter(|_| stream.video.as_deref().is_some_and(|it| it.orientation.is_none()))
}

/// How they come into memory.
pub(crate) fn fetched(stream: &StreamInfo) -> Option<&'static str> {
    match stream.video.as_deref()?.pixel_format? {
        "yuv420p" | "nv12" => Some("nv12"),
        "yuv420p10le" | "p010le" => Some("p010le"),
        _ => None,
    }
}

/// `has` is whether this FFmpeg has that filter.
fn all_stay(
    work: &Work,
    stream: Stream,
    (device, samples): (&Device, &str),
    encoders: &[Encoder],
    has: impl Fn(&Step) -> bool,
) -> bool {
    let is_its = |output, track| {
        let encoder = encoders.iter().find(|it| (it.output, it.track) == (output, track));
        encoder.and_then(|it| it.usage.used.as_ref()).is_some_and(|it| is_same(it, device))
    };
    let tracks = work.outputs.iter().enumerate().flat_map(|(output, it)| {
        let tracks = it.tracks.iter().enumerate();
        tracks.map(move |(number, it)| (output, number, it))
    });
    let mut takers = tracks.filter(|it| takes(it.2, stream));
    takers.all(|(output, number, track)| is_its(output, number) && track.may_stay((device.accelerator, samples), &has))
}

fn takers(work: &mut Work, stream: Stream) -> impl Iterator<Item = &mut TrackWork> {
    work.outputs.iter_mut().flat_map(|it| &mut it.tracks).filter(move |it| takes(it, stream))
}

fn takes(track: &TrackWork, stream: Stream) -> bool {
    track.kind == StreamKind::Video && !track.stream.copy && track.sources().any(|it| it == stream)
}

impl TrackWork {
    /// Whether the encoder is to get samples as the device has them, and the device does all that is done with them before.
    fn may_stay(&self, (accelerator, samples): (Accelerator, &str), has: impl Fn(&Step) -> bool) -> bool {
        let wanted = self.stream.pixel_format.map(|it| if it == "yuv420p" { "nv12" } else { it });
        let is_done_there = || self.steps_on(accelerator).is_some_and(|steps| steps.iter().all(has));
        // Nobody has seen VA-API scale those of ten bits.
        let is_scalable = accelerator != Accelerator::Vaapi || samples == "nv12" || !self.is_scaled_on(accelerator);
        wanted == Some(samples) && self.also.is_empty() && self.end.is_none() && is_scalable && is_done_there()
    }

    /// Whether a filter of the device's makes other pictures of them.
    fn is_scaled_on(&self, accelerator: Accelerator) -> bool {
        self.steps_on(accelerator).into_iter().flatten().any(|it| SCALERS.contains(&&*it.name))
    }

    /// What is done there in the place of its filters, where all is.
    fn steps_on(&self, accelerator: Accelerator) -> Option<&[Step]> {
        self.on_devices.iter().find(|it| it.0 == accelerator).map(|it| &*it.1)
    }

    fn stay(&mut self, on_device: OnDevice) {
        let steps: Vec<_> = self.steps_on(on_device.accelerator).into_iter().flatten().map(Step::text).collect();
        self.stream.filter = (!steps.is_empty()).then(|| steps.join(","));
        self.on_device = Some(on_device);
        // A filter that chooses a format would have it in memory.
        self.stream.pixel_format = None;
        self.stream.upload = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::StreamInfo;
    use crate::pipeline::filter::{Scale, VideoFilter};
    use crate::plan::filter::{Facts, on_device};

    #[test]
    fn a_track_stays_only_where_this_ffmpeg_has_the_filters() {
        let facts = Facts { size: Some((640, 360)), sample_aspect: Some((1, 1)), ..Facts::default() };
        let mut track = TrackWork::copied(0, &StreamInfo::new(0, StreamKind::Video));
        track.stream.pixel_format = Some("yuv420p");
        let (nv12, p010) = ((Accelerator::Cuda, "nv12"), (Accelerator::Cuda, "p010le"));
        let steps = on_device(Accelerator::Cuda, &VideoFilter::from(Scale::fit_width(320)), &facts);
        track.on_devices = vec![(Accelerator::Cuda, steps.expect("it scales"))];
        assert!(track.is_scaled_on(Accelerator::Cuda) && track.may_stay(nv12, |_| true));
        // An FFmpeg that was built without clang.
        assert!(!track.may_stay(nv12, |step| step.name != "scale_cuda"));
        assert!(!track.may_stay(p010, |_| true), "it gets eight bits");
        let (vaapi, deep) = ((Accelerator::Vaapi, "nv12"), (Accelerator::Vaapi, "p010le"));
        let facts = Facts { transfer: Some("bt709"), ..facts };
        let steps = on_device(Accelerator::Vaapi, &VideoFilter::from(Scale::fit_width(320)), &facts);
        track.on_devices.push((Accelerator::Vaapi, steps.expect("it scales")));
        assert!(track.may_stay(vaapi, |_| true));
        track.stream.pixel_format = Some("p010le");
        assert!(track.may_stay(p010, |_| true) && !track.may_stay(deep, |_| true), "ten bits are CUDA's to scale alone");
        track.stream.pixel_format = Some("yuv420p");
        track.on_devices[0].1.clear();
        assert!(track.may_stay(nv12, |_| false), "it needs none");
        track.on_devices.clear();
        assert!(!track.may_stay(nv12, |_| true), "one is not to be had there");
    }
}
