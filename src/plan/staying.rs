use super::filter::{Step, known};
use super::told::{Decoder, Encoder};
use super::work::{TrackWork, Work};
use super::{Decodable, decodable};
use crate::media::{Accelerator, Device, StreamInfo, StreamKind};
use crate::pipeline::Pipeline;
use crate::read::Header;

/// Has the pictures of a stream stay on the CUDA device that decodes it, where that device encodes everything that is made of them and
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
        let device = decoder.and_then(|it| it.usage.used.as_ref()).filter(|it| it.accelerator == Accelerator::Cuda);
        if let Some(device) = device
            && all_stay(work, stream, (device, samples), encoders, has)
        {
            let is_scaled = takers(work, stream).any(|it| it.is_scaled_there());
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
        encoder.is_some_and(|it| it.usage.used.as_ref() == Some(device))
    };
    let tracks = work.outputs.iter().enumerate().flat_map(|(output, it)| {
        let tracks = it.tracks.iter().enumerate();
        tracks.map(move |(number, it)| (output, number, it))
    });
    let mut takers = tracks.filter(|it| takes(it.2, stream));
    takers.all(|(output, number, track)| is_its(output, number) && track.may_stay(samples, &has))
}

fn takers(work: &mut Work, stream: Stream) -> impl Iterator<Item = &mut TrackWork> {
    work.outputs.iter_mut().flat_map(|it| &mut it.tracks).filter(move |it| takes(it, stream))
}

fn takes(track: &TrackWork, stream: Stream) -> bool {
    track.kind == StreamKind::Video && !track.stream.copy && track.sources().any(|it| it == stream)
}

impl TrackWork {
    /// Whether the encoder is to get samples as the device has them, and the device does all that is done with them before.
    fn may_stay(&self, samples: &str, has: impl Fn(&Step) -> bool) -> bool {
        let wanted = self.stream.pixel_format.map(|it| if it == "yuv420p" { "nv12" } else { it });
        let is_done_there = || self.on_cuda.as_ref().is_some_and(|steps| steps.iter().all(has));
        wanted == Some(samples) && self.also.is_empty() && self.end.is_none() && is_done_there()
    }

    /// Whether a filter of the device's makes other pictures of them.
    fn is_scaled_there(&self) -> bool {
        self.on_cuda.iter().flatten().any(|it| it.name == "scale_cuda")
    }

    fn stay(&mut self, on_device: OnDevice) {
        let steps: Vec<_> = self.on_cuda.iter().flatten().map(Step::text).collect();
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
    use crate::plan::filter::{Facts, on_cuda};

    #[test]
    fn a_track_stays_only_where_this_ffmpeg_has_the_filters() {
        let facts = Facts { size: Some((640, 360)), sample_aspect: Some((1, 1)), ..Facts::default() };
        let mut track = TrackWork::copied(0, &StreamInfo::new(0, StreamKind::Video));
        track.stream.pixel_format = Some("yuv420p");
        track.on_cuda = on_cuda(&VideoFilter::from(Scale::fit_width(320)), &facts);
        assert!(track.is_scaled_there() && track.may_stay("nv12", |_| true));
        // An FFmpeg that was built without clang.
        assert!(!track.may_stay("nv12", |step| step.name != "scale_cuda"));
        assert!(!track.may_stay("p010le", |_| true), "it gets eight bits");
        track.on_cuda = Some(Vec::new());
        assert!(track.may_stay("nv12", |_| false), "it needs none");
        track.on_cuda = None;
        assert!(!track.may_stay("nv12", |_| true), "one is not to be had there");
    }
}
