use super::StreamPlan;
use super::streams::Chosen;
use crate::pipeline::AnyAudio;

/// How one audio stream is encoded. FFmpeg's own encoders are part of every build that can write MP4.
pub(super) fn plan(encoding: &AnyAudio, stream: &Chosen) -> StreamPlan {
    match encoding {
        AnyAudio::Aac(aac) => {
            let options = vec![("b", aac.bitrate.as_bits_per_second().to_string())];
            StreamPlan { options, ..StreamPlan::by("aac", stream) }
        }
        AnyAudio::Copy => StreamPlan::copy(stream),
        // There is no way to hand sound on as it is; this is the cheapest, and what the `ffmpeg` program takes.
        AnyAudio::Decoded => StreamPlan::by("pcm_s16le", stream),
    }
}
