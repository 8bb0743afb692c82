use super::StreamPlan;
use super::streams::Chosen;
use crate::pipeline::AnyAudio;

/// How one audio stream is encoded. FFmpeg's own AAC encoder is part of every build that can write MP4.
pub(super) fn plan(encoding: &AnyAudio, stream: &Chosen) -> StreamPlan {
    let AnyAudio::Aac(aac) = encoding else { return StreamPlan::copy(stream) };
    StreamPlan {
        map: stream.map.clone(),
        index: stream.index,
        encoder: "aac",
        options: vec![("b", aac.bitrate.as_bits_per_second().to_string())],
        pixel_format: None,
        filter: None,
        copy: false,
    }
}
