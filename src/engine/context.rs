use std::time::Duration;

use ez_ffmpeg::{FfmpegContext, Input, Output};

use crate::error::Error;
use crate::media::Location;
use crate::plan::{Plan, StreamPlan};

use super::failure;

/// A plan in ez-ffmpeg's words. Opens the input, and blocks for as long as that takes.
///
/// # Errors
/// What went wrong with `input`, or with `output` as a description; the output is opened later.
pub(super) fn build(plan: &Plan, input: &Location, output: &Location, url: &str) -> Result<FfmpegContext, Error> {
    let source = trimmed(Input::new(input.ffmpeg_url().unwrap_or_default()), plan);
    let mut sink = Output::new(url).set_format(plan.muxer);
    for (key, value) in &plan.muxer_options {
        sink = sink.set_format_opt(*key, *value);
    }
    if let Some(video) = &plan.video {
        sink = with_video(sink, video);
    }
    if let Some(audio) = &plan.audio {
        sink = with_audio(sink, audio);
    }
    FfmpegContext::builder().input(source).output(sink).build().map_err(|why| failure::sort(why, input, output))
}

fn trimmed(mut input: Input, plan: &Plan) -> Input {
    if let Some(start) = plan.start {
        input = input.set_start_time_us(micros(start));
    }
    if let Some(length) = plan.length {
        input = input.set_recording_time_us(micros(length));
    }
    input
}

fn with_video(mut output: Output, video: &StreamPlan) -> Output {
    output = output.add_stream_map(video.map.as_str()).set_video_codec(video.encoder);
    for (key, value) in &video.options {
        output = output.set_video_codec_opt(*key, value.as_str());
    }
    if let Some(format) = video.pixel_format {
        output = output.set_pix_fmt(format);
    }
    match &video.filter {
        Some(filter) => output.set_video_filter(filter.as_str()),
        None => output,
    }
}

fn with_audio(mut output: Output, audio: &StreamPlan) -> Output {
    output = output.add_stream_map(audio.map.as_str()).set_audio_codec(audio.encoder);
    for (key, value) in &audio.options {
        output = output.set_audio_codec_opt(*key, value.as_str());
    }
    output
}

/// FFmpeg's unit of time. A length beyond 292,000 years is as good as none.
fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
