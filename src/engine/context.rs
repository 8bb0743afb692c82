use std::io::SeekFrom;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ez_ffmpeg::filter::frame_pipeline::FramePipeline;
use ez_ffmpeg::{FfmpegContext, Input, Output};

use super::failure;
use super::output::WatchedSink;
use crate::error::Error;
use crate::ffi::{Bytes, Code, seek_as_ffmpeg, whence};
use crate::media::{Location, Role};
use crate::plan::{Plan, StreamPlan};
use crate::read::{Source, Vitals, Watched};
use crate::run::Run;

/// Where the engine writes.
pub(super) enum Destination {
    /// FFmpeg opens it by this URL.
    ByName(String),
    /// Ours. Shared, for it is finished by whoever waits for the engine.
    Sink(Arc<Mutex<WatchedSink>>),
}

/// A plan in ez-ffmpeg's words. Opens the input, and blocks for as long as that takes.
///
/// # Errors
/// What went wrong with `input`, or with `output` as a description; the output is opened later.
pub(super) fn build(
    plan: &Plan,
    (input, source): (&Location, Source),
    (output, destination): (&Location, &Destination),
    taps: Vec<FramePipeline>,
    (run, vitals): (&Arc<Run>, &Vitals),
) -> Result<FfmpegContext, Error> {
    let source = trimmed(opened(source, run, vitals), plan)
        .set_video_codec_opt("max_pixels", plan.pixels.min(i32::MAX as u64).to_string());
    let mut source = signed_input(source, plan, run);
    if !taps.is_empty() {
        source = source.set_frame_pipelines(taps);
    }
    let mut sink = signed_output(destined(destination).set_format(plan.muxer), plan, run);
    for (key, value) in &plan.muxer_options {
        sink = sink.set_format_opt(*key, value.as_str());
    }
    if let Some(most) = plan.pictures {
        sink = sink.set_max_video_frames(i64::try_from(most).unwrap_or(i64::MAX));
    }
    if let Some(video) = &plan.video {
        sink = with_video(sink, video, run);
    }
    if let Some(audio) = &plan.audio {
        sink = with_audio(sink, audio, run);
    }
    FfmpegContext::builder().input(source).output(sink).build().map_err(|why| failure::sort(why, input, output))
}

/// FFmpeg uses it for dumps alone, and so it can say whose a context is: that is how a line that a thread of the decoder's own
/// logs finds its job.
const TAG: &str = "dump_separator";

fn signed_input(input: Input, plan: &Plan, run: &Run) -> Input {
    let index = |stream: &Option<StreamPlan>| stream.as_ref().and_then(|it| it.index);
    input
        .set_format_opt(TAG, run.journal.tag(Role::Demux, None))
        .set_video_codec_opt(TAG, run.journal.tag(Role::Decode, index(&plan.video)))
        .set_audio_codec_opt(TAG, run.journal.tag(Role::Decode, index(&plan.audio)))
}

fn signed_output(output: Output, plan: &Plan, run: &Run) -> Output {
    let mut output = output.set_format_opt(TAG, run.journal.tag(Role::Mux, None));
    let encoded = |stream: &Option<StreamPlan>| stream.as_ref().filter(|it| !it.copy).map(|it| it.index);
    if let Some(index) = encoded(&plan.video) {
        output = output.set_video_codec_opt(TAG, run.journal.tag(Role::Encode, index));
    }
    if let Some(index) = encoded(&plan.audio) {
        output = output.set_audio_codec_opt(TAG, run.journal.tag(Role::Encode, index));
    }
    output
}

fn opened(source: Source, run: &Arc<Run>, vitals: &Vitals) -> Input {
    let (bytes, format, options) = match source {
        Source::ByName { url, options } => return Input::new(url).set_format_opts(options),
        Source::Bytes { bytes, format, options } => (bytes, format, options),
    };
    let bytes = Arc::new(Mutex::new(Watched::new(bytes, Arc::clone(run), vitals.clone())));
    let reading = Arc::clone(&bytes);
    let mut input = Input::new_by_read_callback(move |buffer| match lock(&reading).read(buffer) {
        Ok(0) => Code::END.0,
        Ok(count) => i32::try_from(count).unwrap_or(i32::MAX),
        Err(code) => code.0,
    })
    // Always, also where the source cannot seek: ez-ffmpeg refuses formats that might want to otherwise.
    .set_seek_callback(move |offset, whence| match seek_as_ffmpeg(&mut *lock(&bytes), offset, whence) {
        Ok(position) => i64::try_from(position).unwrap_or(i64::MAX),
        Err(code) => code.0.into(),
    });
    input = input.set_format_opts(options);
    // FFmpeg lists all names of a demuxer, and finds it by any one of them.
    if let Some(name) = format.as_deref().and_then(|it| it.split(',').next()) {
        input = input.set_format(name);
    }
    input
}

fn destined(destination: &Destination) -> Output {
    let sink = match destination {
        Destination::ByName(url) => return Output::new(url.as_str()),
        Destination::Sink(sink) => sink,
    };
    let writing = Arc::clone(sink);
    let output = Output::new_by_write_callback(move |bytes| match lock(&writing).write(bytes) {
        Ok(()) => i32::try_from(bytes.len()).unwrap_or(i32::MAX),
        Err(code) => code.0,
    });
    // Always: ez-ffmpeg refuses containers that can make use of it otherwise. One that needs it has been refused before.
    let seeking = Arc::clone(sink);
    output.set_seek_callback(move |offset, how| {
        let to = match how {
            whence::SET => u64::try_from(offset).map(SeekFrom::Start).map_err(|_| Code::INVALID_ARGUMENT),
            whence::CUR => Ok(SeekFrom::Current(offset)),
            whence::END => Ok(SeekFrom::End(offset)),
            _ => Err(Code::NOT_SEEKABLE),
        };
        match to.and_then(|to| lock(&seeking).seek(to)) {
            Ok(position) => i64::try_from(position).unwrap_or(i64::MAX),
            Err(code) => code.0.into(),
        }
    })
}

/// A callback that has panicked is not called again by ez-ffmpeg; whoever finishes the sink may still look at it.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

fn with_video(mut output: Output, video: &StreamPlan, run: &Run) -> Output {
    if let Some(tag) = video.tag {
        output = output.set_video_codec_tag(tag);
    }
    if video.copy {
        return output.add_stream_map_with_copy(video.map.as_str());
    }
    output = output.add_stream_map(video.map.as_str()).set_video_codec(video.encoder.as_str());
    for (key, value) in &video.options {
        output = output.set_video_codec_opt(key.as_str(), value.as_str());
    }
    if let Some(format) = video.pixel_format {
        output = output.set_pix_fmt(format);
    }
    match naming_filter(video, "null", run) {
        Some(filter) => output.set_video_filter(filter),
        None => output,
    }
}

fn with_audio(mut output: Output, audio: &StreamPlan, run: &Run) -> Output {
    if audio.copy {
        return output.add_stream_map_with_copy(audio.map.as_str());
    }
    output = output.add_stream_map(audio.map.as_str()).set_audio_codec(audio.encoder.as_str());
    for (key, value) in &audio.options {
        output = output.set_audio_codec_opt(key.as_str(), value.as_str());
    }
    match naming_filter(audio, "anull", run) {
        Some(filter) => output.set_audio_filter(filter),
        None => output,
    }
}

/// The stream's filters, behind one that does nothing, as ez-ffmpeg takes where there is none; its name tells the graph's job.
/// A stream that may not be there gets none that it does not need: ez-ffmpeg refuses a filter that nothing goes through.
fn naming_filter(stream: &StreamPlan, nothing: &str, run: &Run) -> Option<String> {
    let name = run.journal.tag_filter(nothing);
    match &stream.filter {
        Some(filter) => Some(format!("{name},{filter}")),
        None => stream.index.map(|_| name),
    }
}

/// FFmpeg's unit of time. No media is 70,000 years long, and beyond that sums of two times would overflow.
fn micros(time: Duration) -> i64 {
    const LONGEST: i64 = i64::MAX / 4;
    i64::try_from(time.as_micros()).map_or(LONGEST, |micros| micros.min(LONGEST))
}
