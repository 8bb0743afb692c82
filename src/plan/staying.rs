use super::told::{Decoder, Encoder};
use super::work::{TrackWork, Work};
use super::{Decodable, decodable};
use crate::media::{Accelerator, Device, StreamInfo, StreamKind};
use crate::pipeline::Pipeline;
use crate::read::Header;

/// Has the pictures of a stream stay on the CUDA device that decodes it, where that device encodes everything that is made of them and
/// nothing is done with them on the way. Who looks at pictures in memory does not ask for it.
pub(crate) fn stay(
    pipeline: &Pipeline,
    headers: &[Option<Header>],
    work: &mut Work,
    (decoders, encoders): (&[Decoder], &[Encoder]),
) {
    for Decodable { input, stream, .. } in decodable(pipeline, headers, work) {
        let Some((info, samples)) = stream.and_then(|it| Some((it, samples(it)?))) else { continue };
        let stream = (input, Some(info.index));
        let decoder = decoders.iter().find(|it| (it.input, it.stream) == stream);
        let device = decoder.and_then(|it| it.usage.used.as_ref()).filter(|it| it.accelerator == Accelerator::Cuda);
        if let Some(device) = device
            && all_stay(work, stream, (device, samples), encoders)
        {
            takers(work, stream).for_each(|it| it.stay_on(device, samples));
        }
    }
}

/// Pictures that do not leave the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OnDevice {
    pub(crate) accelerator: Accelerator,
    /// FFmpeg's name of the pixel format that they have there.
    pub(crate) samples: &'static str,
}

/// A stream of an input.
type Stream = (usize, Option<usize>);

/// How the device has its pictures, where they are to be shown as they are: in memory they are turned upright before all filters.
fn samples(stream: &StreamInfo) -> Option<&'static str> {
    let video = stream.video.as_deref().filter(|it| it.orientation.is_none())?;
    match video.pixel_format? {
        "yuv420p" | "nv12" => Some("nv12"),
        "yuv420p10le" | "p010le" => Some("p010le"),
        _ => None,
    }
}

fn all_stay(work: &Work, stream: Stream, (device, samples): (&Device, &str), encoders: &[Encoder]) -> bool {
    let is_its = |output, track| {
        let encoder = encoders.iter().find(|it| (it.output, it.track) == (output, track));
        encoder.is_some_and(|it| it.usage.used.as_ref() == Some(device))
    };
    let tracks = work.outputs.iter().enumerate().flat_map(|(output, it)| {
        let tracks = it.tracks.iter().enumerate();
        tracks.map(move |(number, it)| (output, number, it))
    });
    let mut takers = tracks.filter(|it| takes(it.2, stream));
    takers.all(|(output, number, track)| is_its(output, number) && track.is_direct(samples))
}

fn takers(work: &mut Work, stream: Stream) -> impl Iterator<Item = &mut TrackWork> {
    work.outputs.iter_mut().flat_map(|it| &mut it.tracks).filter(move |it| takes(it, stream))
}

fn takes(track: &TrackWork, stream: Stream) -> bool {
    track.kind == StreamKind::Video && !track.stream.copy && track.sources().any(|it| it == stream)
}

impl TrackWork {
    /// Whether the encoder is to get the very same samples, and nothing is done with them before.
    fn is_direct(&self, samples: &str) -> bool {
        let wanted = self.stream.pixel_format.map(|it| if it == "yuv420p" { "nv12" } else { it });
        wanted == Some(samples) && self.also.is_empty() && self.end.is_none() && self.stream.filter.is_none()
    }

    fn stay_on(&mut self, device: &Device, samples: &'static str) {
        self.on_device = Some(OnDevice { accelerator: device.accelerator, samples });
        // A filter that chooses a format would have it in memory.
        self.stream.pixel_format = None;
        self.stream.upload = None;
    }
}
