use std::io::SeekFrom;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ez_ffmpeg::filter::frame_pipeline::FramePipeline;
use ez_ffmpeg::{FfmpegContext, Input, Output, StreamMap};

use super::job::Job;
use super::output::WatchedSink;
use crate::error::{Cause, Error};
use crate::ffi::{Bytes, Code, encoder_name, seek_as_ffmpeg, whence};
use crate::media::{Disposition, Role, Stage, StreamKind, Tag};
use crate::pipeline::Keep;
use crate::plan::{InputWork, OutputWork, TrackWork};
use crate::read::{Source, Vitals, Watched};
use crate::run::Run;

/// Where the engine writes.
pub(super) enum Destination {
    /// FFmpeg opens it by this URL, and what else it writes by these options of the muxer.
    ByName { url: String, options: Vec<(String, String)> },
    /// Ours. Shared, for it is finished by whoever waits for the engine.
    Sink(Arc<Mutex<WatchedSink>>),
}

impl Destination {
    pub(super) fn by_name(url: String) -> Self {
        Self::ByName { url, options: Vec::new() }
    }
}

/// One input, about to be opened by the engine.
pub(super) struct Opening<'a> {
    pub(super) source: Source,
    pub(super) taps: Vec<FramePipeline>,
    pub(super) vitals: &'a Vitals,
}

/// A plan in ez-ffmpeg's words. Opens the inputs, and blocks for as long as that takes.
///
/// # Errors
/// What went wrong with an input, or with an output as a description; outputs are opened later.
pub(super) fn build(job: &Job<'_>, inputs: Vec<Opening<'_>>, destinations: &[Destination]) -> Result<FfmpegContext, Error> {
    let Job { work, run, .. } = job;
    let unlabelled = |why: String| Error::Failed { location: job.input().clone(), cause: Cause::new(Stage::Plan, why) };
    let mut context = FfmpegContext::builder();
    for (index, (opening, part)) in inputs.into_iter().zip(&work.inputs).enumerate() {
        let source = trimmed(opened(opening.source, run, index, opening.vitals), part)
            .set_video_codec_opt("max_pixels", work.pixels.min(i32::MAX as u64).to_string());
        // What joins several inputs is none of them.
        let number = (index < job.pipeline.inputs().count()).then_some(index);
        let mut source = signed_input(source, number, &work.decoded(index), run);
        if let Some(device) = job.devices.of(index) {
            source = device.decode(source);
        }
        if !opening.taps.is_empty() {
            source = source.set_frame_pipelines(opening.taps);
        }
        context = context.input(source);
    }
    for (index, (destination, part)) in destinations.iter().zip(&work.outputs).enumerate() {
        let mut sink = labelled(destined(destination, part.muxer.name).set_format(part.muxer.name), part).map_err(unlabelled)?;
        sink = sink.set_format_opt(Tag::OPTION, run.journal.tag(Role::Mux, None, None)).set_format_opt("max_delay", MAX_DELAY);
        sink = sink.set_format_opts(part.muxer_options().collect());
        if let Some(pictures) = part.muxer.pictures {
            sink = sink.set_max_video_frames(i64::try_from(pictures).unwrap_or(i64::MAX));
            // That counts what is encoded. Of what is copied, every packet is dropped whose number is not 0.
            if part.tracks.iter().any(|it| it.stream.copy) {
                sink = sink.set_video_bsf("noise=drop=n");
            }
        }
        sink = unbounded(tagged(sink, part), &work.inputs);
        if let Some(uploads) = job.encoders.uploads(index, part) {
            // Else what the encoder takes is wanted of the filters, and these have no device.
            sink = sink.set_pix_fmt(uploads.samples()).set_frame_pipelines(vec![uploads.pipeline(run)]);
        }
        for graph in &part.graphs {
            context = context.filter_desc(named_graph(graph, run));
        }
        for (number, track) in part.tracks.iter().enumerate() {
            if track.stream.copy {
                sink = sink.add_stream_map_with_copy(track.stream.map.as_str());
                continue;
            }
            let map = match (&track.end, naming_filter(track, run)) {
                (Some(end), _) => end.clone(),
                (None, Some(filter)) if part.is_alone(track) => {
                    sink = with_filter(sink, track.kind, filter);
                    track.stream.map.clone()
                }
                // ez-ffmpeg's simple filters are for all streams of a kind.
                (None, Some(filter)) => {
                    let label = format!("[o{index}t{number}]");
                    context = context.filter_desc(format!("[{}]{filter}{label}", track.stream.map.trim_end_matches('?')));
                    label
                }
                (None, None) => track.stream.map.clone(),
            };
            sink = sink.add_stream_map(encoded(map, track, run));
        }
        context = context.output(sink);
    }
    context.build().map_err(|why| job.sort(why))
}

/// Microseconds that a muxer may hold back, as the `ffmpeg` program has it; with none, a transport stream has a header for every
/// packet of sound.
const MAX_DELAY: &str = "700000";

fn signed_input(input: Input, number: Option<usize>, decoded: &[(StreamKind, Option<usize>)], run: &Run) -> Input {
    // One tag for all decoders of a kind: it names the stream where there is one.
    let tag = |kind| {
        let mut indexes = decoded.iter().filter(|it| it.0 == kind).map(|it| it.1);
        let only = indexes.next().flatten().filter(|_| indexes.next().is_none());
        run.journal.tag(Role::Decode, number, only)
    };
    input
        .set_format_opt(Tag::OPTION, run.journal.tag(Role::Demux, number, None))
        .set_video_codec_opt(Tag::OPTION, tag(StreamKind::Video))
        .set_audio_codec_opt(Tag::OPTION, tag(StreamKind::Audio))
}

fn encoded(map: String, track: &TrackWork, run: &Run) -> StreamMap {
    let stream = &track.stream;
    let tag = run.journal.tag(Role::Encode, Some(track.input), stream.index);
    let map = StreamMap::new(map).codec(stream.encoder.as_str()).codec_opt(Tag::OPTION, tag);
    stream.options.iter().fold(map, |map, (key, value)| map.codec_opt(key.as_str(), value.as_str()))
}

fn with_filter(output: Output, kind: StreamKind, filter: String) -> Output {
    if kind == StreamKind::Video { output.set_video_filter(filter) } else { output.set_audio_filter(filter) }
}

/// ez-ffmpeg has one mark for all pictures of an output: the plan sees to it that they agree.
fn tagged(output: Output, work: &OutputWork) -> Output {
    match work.tracks.iter().find_map(|it| it.stream.tag) {
        Some(tag) => output.set_video_codec_tag(tag),
        None => output,
    }
}

/// Where an input is taken in part, ez-ffmpeg has the output end when that is as long as the part, which is wrong of what filters make
/// longer, and of a stream that begins after the others. The inputs' ends are enough; an output with one of its own keeps that.
fn unbounded(output: Output, inputs: &[InputWork]) -> Output {
    // Near a hundred years: no media is so long, and FFmpeg's trim filter can still count it in any time base.
    const NEVER: i64 = 3_000_000_000_000_000;
    if inputs.iter().any(|it| it.length.is_some()) { output.set_recording_time_us(NEVER) } else { output }
}

/// What the output and its streams say of themselves.
fn labelled(mut output: Output, work: &OutputWork) -> Result<Output, String> {
    let Keep { tags, chapters, .. } = work.keep;
    // ez-ffmpeg leaves out all or nothing, so what is to stay is said again.
    if !tags || !chapters {
        output = output.disable_auto_copy_metadata();
    }
    if tags && !chapters {
        // What FFmpeg does not pass on, for it would no longer be true.
        let untrue = ["creation_time", "company_name", "product_name", "product_version", "duration"];
        for (key, value) in work.tags.iter().filter(|(key, _)| untrue.iter().all(|it| !it.eq_ignore_ascii_case(key))) {
            output = output.add_metadata(key, value);
        }
    }
    for (key, value) in &work.metadata {
        output = output.add_metadata(key, value);
    }
    for (index, track) in work.tracks.iter().enumerate() {
        let is_alone = work.is_alone(track);
        let is_told = tags && chapters && is_alone;
        let label = if is_told || !tags { track.label.clone() } else { track.inherited() };
        // As the `ffmpeg` program does; ez-ffmpeg leaves the source's.
        let encoder = (!track.stream.copy).then(|| ("encoder".to_owned(), encoder_name(&track.stream.encoder)));
        for (key, value) in encoder.into_iter().chain(label.metadata) {
            output = output.add_stream_metadata(index.to_string(), key, value)?;
        }
        let default = if is_default(work, index) { Disposition::DEFAULT } else { Disposition::default() };
        if let Some(disposition) = label.disposition.map(|it| it | default) {
            output = output.set_disposition(index.to_string(), disposition.option())?;
        }
    }
    Ok(output)
}

/// As the `ffmpeg` program does where nobody says how any stream is marked: of several of a kind of which none is the default one, the
/// first becomes it.
fn is_default(work: &OutputWork, index: usize) -> bool {
    let of_kind = || work.tracks.iter().enumerate().filter(|(_, it)| it.kind == work.tracks[index].kind);
    let marked = |it: &TrackWork| it.info.as_ref().is_none_or(|it| it.disposition.contains(Disposition::DEFAULT));
    let is_said = work.tracks.iter().any(|it| it.label.disposition.is_some());
    !is_said && of_kind().count() > 1 && of_kind().next().is_some_and(|it| it.0 == index) && !of_kind().any(|it| marked(it.1))
}

fn opened(source: Source, run: &Arc<Run>, input: usize, vitals: &Vitals) -> Input {
    let (bytes, format, options) = match source {
        Source::ByName { url, options } => return Input::new(url).set_format_opts(options),
        Source::Bytes { bytes, format, options } => (bytes, format, options),
    };
    let bytes = Arc::new(Mutex::new(Watched::new(bytes, Arc::clone(run), input, vitals.clone())));
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

fn destined(destination: &Destination, muxer: &str) -> Output {
    let sink = match destination {
        Destination::ByName { url, options } => return Output::new(url.as_str()).set_format_opts(options.clone()),
        Destination::Sink(sink) => sink,
    };
    let writing = Arc::clone(sink);
    let output = Output::new_by_write_callback(move |bytes| match lock(&writing).write(bytes) {
        Ok(()) => i32::try_from(bytes.len()).unwrap_or(i32::MAX),
        Err(code) => code.0,
    });
    // A muxer takes it for granted that it can go back, where it may ask for it.
    let is_seekable = lock(sink).is_seekable();
    if !is_seekable && !WANT_SEEKING.contains(&muxer) {
        return output;
    }
    // What goes on and on never goes back.
    let output = if !is_seekable && matches!(muxer, "matroska" | "webm") { output.set_format_opt("live", "1") } else { output };
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

/// Muxers that ez-ffmpeg refuses without a way to seek, although some of them do without: fragmented MP4, live Matroska, Ogg. Those that
/// do not are refused before, where the output cannot seek.
const WANT_SEEKING: [&str; 8] = ["mp4", "mov", "ipod", "avi", "flac", "ogg", "matroska", "webm"];

/// A callback that has panicked is not called again by ez-ffmpeg; whoever finishes the sink may still look at it.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn trimmed(mut input: Input, work: &InputWork) -> Input {
    if let Some(start) = work.start {
        input = input.set_start_time_us(micros(start));
    }
    if let Some(length) = work.length {
        input = input.set_recording_time_us(micros(length));
    }
    input
}

/// The stream's filters, behind one that does nothing, as ez-ffmpeg takes where there is none; its name tells the graph's job.
/// A stream that may not be there gets none that it does not need: ez-ffmpeg refuses a filter that nothing goes through.
fn naming_filter(track: &TrackWork, run: &Run) -> Option<String> {
    let nothing = match track.kind {
        StreamKind::Video => "null",
        StreamKind::Audio => "anull",
        // Subtitles go through no graph.
        _ => return None,
    };
    let name = run.journal.tag_filter(nothing);
    match track.stream.chain() {
        Some(chain) => Some(format!("{name},{chain}")),
        None => track.stream.index.map(|_| name),
    }
}

/// A graph whose first filter tells the graph's job by its name.
fn named_graph(text: &str, run: &Run) -> String {
    // Labels stand before it, each in brackets.
    let mut start = 0;
    while let Some(end) = text[start..].strip_prefix('[').and_then(|rest| rest.find(']')) {
        start += end + 2;
    }
    let end = text[start..].find(['=', ',', ';', '[']).map_or(text.len(), |length| start + length);
    format!("{}{}{}", &text[..start], run.journal.tag_filter(&text[start..end]), &text[end..])
}

/// FFmpeg's unit of time. No media is 70,000 years long, and beyond that sums of two times would overflow.
fn micros(time: Duration) -> i64 {
    const LONGEST: i64 = i64::MAX / 4;
    i64::try_from(time.as_micros()).map_or(LONGEST, |micros| micros.min(LONGEST))
}
