use super::StreamPlan;
use super::streams::Chosen;
use crate::error::Reason;
use crate::ffi::has_encoder;
use crate::media::Quality;
use crate::pipeline::{AnyVideo, H264, X264};

/// How one video stream is encoded.
///
/// # Errors
/// [`Reason::EncoderMissing`].
pub(super) fn plan(encoding: &AnyVideo, stream: &Chosen) -> Result<StreamPlan, Reason> {
    match encoding {
        AnyVideo::H264(h264) => {
            let (options, pixel_format, filter) = (portable(h264), Some("yuv420p"), make_even(stream.size));
            Ok(StreamPlan { options, pixel_format, filter, ..by_x264(stream)? })
        }
        AnyVideo::X264(x264) => Ok(StreamPlan { options: own(x264), ..by_x264(stream)? }),
        AnyVideo::Mjpeg => Ok(StreamPlan { pixel_format: Some("yuvj420p"), ..StreamPlan::by("mjpeg", stream) }),
        AnyVideo::Copy => Ok(StreamPlan::copy(stream)),
        // FFmpeg's way of handing a picture to a muxer without a change.
        AnyVideo::Decoded => Ok(StreamPlan::by("wrapped_avframe", stream)),
    }
}

/// So far one encoder is known for H.264; FFmpeg's others (OpenH264, hardware) come with scales of their own.
fn by_x264(stream: &Chosen) -> Result<StreamPlan, Reason> {
    if !has_encoder(c"libx264") {
        return Err(Reason::EncoderMissing { codec: "h264", looked_for: vec!["libx264"] });
    }
    Ok(StreamPlan::by("libx264", stream))
}

fn portable(h264: &H264) -> Vec<(&'static str, String)> {
    use crate::pipeline::H264Rate::{Bitrate, Quality as ByQuality};
    vec![match h264.rate {
        Bitrate(bitrate) => ("b", bitrate.as_bits_per_second().to_string()),
        // x264's own default is 23; 6 of them double or halve the size.
        ByQuality(Quality::Low) => ("crf", "28".into()),
        ByQuality(Quality::Medium) => ("crf", "23".into()),
        ByQuality(Quality::High) => ("crf", "18".into()),
    }]
}

fn own(x264: &X264) -> Vec<(&'static str, String)> {
    vec![("crf", x264.crf.to_string()), ("preset", x264.preset.name().into())]
}

/// 4:2:0 has one chroma sample for two columns and rows, so an odd last one is cropped. Where the size is not known, the filter
/// works it out; where it is even, there is nothing to do.
fn make_even(size: Option<(u32, u32)>) -> Option<String> {
    let even = size.is_some_and(|(width, height)| width % 2 == 0 && height % 2 == 0);
    (!even).then(|| "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0".into())
}
