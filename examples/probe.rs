//! Says what files are: container, streams, codecs, colours, chapters, tags.
//!
//! Shows: probes of several inputs at once, their values as JSON, errors sorted by kind.
//! Leaves out: what an input may open and how long it may take (`Probe::reach`, `Probe::open_timeout` and others); async, for a task
//! is a future as well.
//!
//! ```text
//! cargo run --release --example probe -- IN…
//! ```
//!
//! One line of JSON for each input, in order. One that cannot be probed has an object `error` in its line; then the exit code is 1,
//! after all of them. What is not known is not there. Exit codes: 0 done, 1 something failed, 2 usage.

use std::error::Error as _;
use std::process::ExitCode;

use serde_json::{Map, Value, json};
use telecine::{Error, MediaInfo, Rational, StreamInfo, Tags, probe};

fn main() -> ExitCode {
    let inputs: Vec<_> = std::env::args_os().skip(1).collect();
    if inputs.is_empty() {
        eprintln!("usage: probe IN…");
        return ExitCode::from(2);
    }
    // As many at a time as there are processors.
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let mut failed = false;
    for some in inputs.chunks(at_once) {
        let tasks: Vec<_> = some.iter().map(|input| probe(input.as_os_str()).start()).collect();
        for (input, task) in some.iter().zip(tasks) {
            let result = task.wait();
            failed |= result.is_err();
            let (name, value) = match &result {
                Ok(info) => ("media", media(info)),
                Err(why) => ("error", error(why)),
            };
            // An input's name may hold a password; a location shows none.
            println!("{}", json!({"input": telecine::Location::from(input.as_os_str()).to_string(), name: value}));
        }
    }
    ExitCode::from(u8::from(failed))
}

fn error(why: &Error) -> Value {
    let mut message = why.to_string();
    let mut source = why.source();
    while let Some(why) = source {
        message += &format!(": {why}");
        source = why.source();
    }
    known(json!({
        "message": message,
        "stage": why.stage().map(|it| it.to_string()),
        "ffmpeg_code": why.ffmpeg_code(),
        "can_retry": why.can_retry(),
    }))
}

fn media(info: &MediaInfo) -> Value {
    let chapters = info.chapters.iter().map(|it| {
        let (start, end) = (it.start.map(|it| it.as_secs_f64()), it.end.map(|it| it.as_secs_f64()));
        known(json!({"id": it.id, "start_s": start, "end_s": end, "tags": tags(&it.tags)}))
    });
    let programs = info
        .programs
        .iter()
        .map(|it| known(json!({"id": it.id, "number": it.number, "streams": it.streams, "tags": tags(&it.tags)})));
    known(json!({
        "container": info.container,
        "container_name": info.container_name,
        "start_s": info.start.map(|it| it.as_secs_f64()),
        "duration_s": info.duration.map(|it| it.as_secs_f64()),
        "bytes": info.bytes,
        "bit_rate": info.bitrate.map(|it| it.as_bits_per_second()),
        "tags": tags(&info.tags),
        "streams": info.streams.iter().map(stream).collect::<Vec<_>>(),
        "chapters": chapters.collect::<Vec<_>>(),
        "programs": programs.collect::<Vec<_>>(),
    }))
}

/// Times are in seconds, rates in bits a second or in frames as a fraction.
fn stream(stream: &StreamInfo) -> Value {
    let mut fields = json!({
        "index": stream.index,
        "id": stream.id,
        "kind": format!("{:?}", stream.kind).to_lowercase(),
        "codec": stream.codec,
        "codec_tag": stream.codec_tag,
        "profile": stream.profile,
        "width": stream.size.map(|(width, _)| width),
        "height": stream.size.map(|(_, height)| height),
        "channels": stream.channels,
        "time_base": stream.time_base.map(fraction),
        "start_s": stream.start.map(|it| it.as_secs_f64()),
        "duration_s": stream.duration.map(|it| it.as_secs_f64()),
        "bit_rate": stream.bitrate.map(|it| it.as_bits_per_second()),
        "frames": stream.frames,
        "language": stream.language,
        "disposition": stream.disposition.names().collect::<Vec<_>>(),
        "tags": tags(&stream.tags),
    });
    if let Some(video) = &stream.video {
        let (color, orientation) = (video.color, video.orientation);
        add(
            &mut fields,
            json!({
                "pixel_format": video.pixel_format,
                "level": video.level,
                "color_range": color.range,
                "color_space": color.space,
                "color_transfer": color.transfer,
                "color_primaries": color.primaries,
                "chroma_location": color.chroma_location,
                "hdr": color.is_hdr(),
                "pixel_aspect": video.pixel_aspect.map(fraction),
                "frame_rate": video.frame_rate.map(fraction),
                "base_frame_rate": video.base_frame_rate.map(fraction),
                "field_order": video.field_order,
                "reordered": video.reordered,
                "rotation": orientation.map(|it| it.rotation),
                "mirrored": orientation.map(|it| it.mirrored),
                "mastering_display": video.mastering.map(|it| known(json!({
                    "red": it.primaries.map(|it| point(it.red)),
                    "green": it.primaries.map(|it| point(it.green)),
                    "blue": it.primaries.map(|it| point(it.blue)),
                    "white": it.primaries.map(|it| point(it.white)),
                    "min_luminance": it.luminance.map(|(darkest, _)| fraction(darkest)),
                    "max_luminance": it.luminance.map(|(_, brightest)| fraction(brightest)),
                }))),
                "content_light": video.light.map(|it| json!({"max": it.max, "max_average": it.max_average})),
                "dolby_vision": video.dolby_vision.map(|it| json!({
                    "version": format!("{}.{}", it.version.0, it.version.1),
                    "profile": it.profile,
                    "level": it.level,
                    "rpu": it.rpu,
                    "enhancement_layer": it.enhancement_layer,
                    "base_layer": it.base_layer,
                    "compatibility": it.compatibility,
                })),
            }),
        );
    }
    if let Some(audio) = &stream.audio {
        add(
            &mut fields,
            json!({
                "sample_rate": audio.sample_rate_hz,
                "sample_format": audio.sample_format,
                "channel_layout": audio.layout,
            }),
        );
    }
    known(fields)
}

fn fraction(it: Rational) -> String {
    it.to_string()
}

fn point((x, y): (Rational, Rational)) -> [String; 2] {
    [x.to_string(), y.to_string()]
}

fn tags(tags: &Tags) -> Map<String, Value> {
    tags.iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

fn add(fields: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (fields, more) {
        fields.extend(more);
    }
}

/// Without what is not known.
fn known(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, it| !it.is_null());
    }
    value
}
