//! What an input is, compared value by value with `ffprobe`; and probes that end, whatever they are given.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use telecine::{
    Chapter, Disposition, Error, Limits, Location, MediaInfo, Phase, Program, StreamInfo, StreamKind, Tags, Task, probe, secs,
};

use crate::support::oracle::ffprobe;
use crate::support::{cancelled, clips, until, within};

/// Values by `ffprobe`'s names; those that are not known are not there.
type Fields = BTreeMap<String, String>;

#[test]
fn clips_by_others_are_what_ffprobe_says() {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = "\n*** TELECINE_MEDIA is not set, so there is no corpus: whether probes find what ffprobe finds in clips made by\n\
                     *** others was NOT TESTED. Set it to a folder with clips/ in it.\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    };
    let mut clips = files(&Path::new(&media).join("clips"));
    clips.extend(files(&Path::new(&media).join("bench")));
    assert!(!clips.is_empty(), "no clips in {}", media.display());
    let problems: Vec<_> = clips.iter().flat_map(|clip| compare(clip)).collect();
    assert!(problems.is_empty(), "{} clips:\n{}", clips.len(), problems.join("\n"));
}

#[test]
fn made_clips_are_what_ffprobe_says() {
    let problems: Vec<_> = clips::for_probes().iter().flat_map(|clip| compare(clip)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_clip_with_everything_tells_it() {
    let info = found(&clips::chaptered());
    assert_eq!(info.container, "matroska,webm");
    let titles: Vec<_> = info.chapters.iter().filter_map(|it| it.tags.get("title")).collect();
    assert_eq!(titles, ["Beginning", "End"]);
    assert_eq!(info.chapters[1].start.map(|it| it.as_micros()), Some(1_000_000));
    let languages: Vec<_> =
        info.streams.iter().filter(|it| it.kind != StreamKind::Video).map(|it| it.language.as_deref()).collect();
    assert_eq!(languages, [Some("eng"), Some("fra"), Some("deu")]);
    assert!(info.streams.last().is_some_and(|it| it.disposition.contains(Disposition::FORCED)));
    assert_eq!(info.streams[1].title(), Some("Director"));

    let turned = found(&clips::turned());
    let orientation = turned.streams[0].video.as_ref().and_then(|it| it.orientation).expect("it is turned");
    assert_eq!((orientation.rotation, orientation.mirrored), (90, false));

    let covered = found(&clips::with_cover());
    assert!(covered.streams.iter().any(|it| it.cover_art && it.disposition.contains(Disposition::ATTACHED_PIC)));

    let programs = found(&clips::two_programs()).programs;
    let names: Vec<_> = programs.iter().filter_map(|it| it.tags.get("service_name")).collect();
    assert_eq!(names, ["One", "Two"]);
    assert_eq!(programs.iter().map(|it| it.streams.len()).collect::<Vec<_>>(), [2, 1]);

    let hdr = found(&clips::hdr10());
    let video = hdr.streams[0].video.as_ref().expect("it has pictures");
    assert!(video.color.is_hdr());
    assert_eq!(video.light.map(|it| (it.max, it.max_average)), Some((1_000, 400)));
    let luminance = video.mastering.and_then(|it| it.luminance).expect("it says how bright it gets");
    assert_eq!((luminance.0.as_f64(), luminance.1.as_f64()), (0.005, 1_000.0));
    assert_eq!(video.pixel_format, Some("yuv420p10le"));
}

#[test]
fn a_reader_is_probed_like_a_file() {
    let clip = clips::index_first();
    let file = || fs::File::open(&clip).unwrap();
    let by_name = found(&clip);
    let sought = probe(Location::stream("film.mp4")).seekable_reader(file()).wait().unwrap();
    assert_eq!(sought, by_name);
    let forward = probe(Location::stream("film.mp4")).reader(file()).wait().unwrap();
    // Without an end there is no size, and no bit rate of the whole.
    assert_eq!((forward.bytes, &forward.streams), (None, &by_name.streams));
}

#[test]
fn what_is_wrong_says_what() {
    assert!(matches!(probe("there is no such film.mp4").wait(), Err(Error::NotFound { .. })));
    assert!(matches!(probe(env!("CARGO_MANIFEST_DIR")).wait(), Err(Error::NotMedia { .. })));
    let text = tempfile::NamedTempFile::new().unwrap();
    fs::write(text.path(), "no media at all\n".repeat(100)).unwrap();
    let why = probe(text.path()).wait();
    assert!(matches!(why, Err(Error::NotMedia { .. })), "{why:?}");
    assert!(matches!(probe(Location::stream("x")).wait(), Err(Error::Invalid { .. })));
    assert!(matches!(probe("in.mp4").header("Cookie", "a=b").wait(), Err(Error::Invalid { .. })));
    let limits = Limits { pixels: 100, ..Limits::default() };
    assert!(matches!(probe(clips::short()).limits(limits).wait(), Err(Error::Refused { .. })));
}

#[test]
fn a_silent_server_holds_nobody_up() {
    let (server, url) = silent();
    let task = probe(url.as_str()).open_timeout(None).start();
    let control = task.control();
    let (_peer, _) = server.accept().unwrap();
    control.cancel();
    let result = within(10, "a cancelled probe", move || task.wait());
    assert!(cancelled(&result), "{result:?}");

    let why = within(10, "a probe with a timeout", move || probe(url).open_timeout(Duration::from_millis(200)).wait());
    assert!(matches!(why, Err(Error::OpenTimeout { .. })), "{why:?}");

    let (server, url) = silent();
    let task = probe(url).start();
    let (_peer, _) = server.accept().unwrap();
    let control = task.control();
    drop(task);
    // The server is still silent.
    until("the end of a dropped probe", || control.progress().phase == Phase::Ended);
}

#[test]
fn it_is_a_future_for_any_executor() {
    let clip = clips::short();
    let by_waiting = found(&clip);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (path, other) = (clip.clone(), clip.clone());
    let awaited = runtime.block_on(async move {
        let (one, two) = tokio::join!(probe(path).start(), tokio::spawn(probe(other).start()));
        assert_eq!(two.unwrap().unwrap().streams.len(), 2);
        one.unwrap()
    });
    assert_eq!(awaited, by_waiting);
    assert_eq!(futures_executor::block_on(probe(clip).start()).unwrap(), by_waiting);
}

static_assertions::assert_impl_all!(Task<MediaInfo>: Send, Unpin);
static_assertions::assert_impl_all!(telecine::Probe: Send);

/// Accepts, and says nothing.
fn silent() -> (TcpListener, String) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/film.mp4", server.local_addr().unwrap());
    (server, url)
}

fn found(clip: &Path) -> MediaInfo {
    let path = clip.to_owned();
    let result = within(60, "a probe", move || probe(path).wait());
    result.unwrap_or_else(|why| panic!("{}: {why}", clip.display()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|it| it.is_file()).collect();
    files.sort();
    files
}

/// A line for each value that is another than `ffprobe`'s.
fn compare(clip: &Path) -> Vec<String> {
    let path = clip.to_owned();
    let ours = within(60, &clip.display().to_string(), move || probe(path).open_timeout(secs(50)).wait());
    let name = clip.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let info = match (ours, ffprobe(clip)) {
        (Ok(info), Some(theirs)) => (info, theirs),
        (Err(_), None) => return Vec::new(),
        (Err(why), Some(_)) => return vec![format!("{name}: {why}")],
        (Ok(_), None) => return vec![format!("{name}: found, and ffprobe finds nothing")],
    };
    let (ours, theirs) = (in_their_words(&info.0), theirs(&info.1));
    let keys = ours.keys().chain(theirs.keys().filter(|it| !ours.contains_key(*it)));
    keys.filter(|key| !same(ours.get(*key), theirs.get(*key)))
        .map(|key| format!("{name}: {key}: {:?}, ffprobe {:?}", ours.get(key), theirs.get(key)))
        .collect()
}

/// Numbers in decimals may differ in the last digit that `ffprobe` prints; nothing else may.
fn same(ours: Option<&String>, theirs: Option<&String>) -> bool {
    let number = |it: Option<&String>| it.filter(|it| it.contains('.')).and_then(|it| it.parse::<f64>().ok());
    match (number(ours), number(theirs)) {
        (Some(ours), Some(theirs)) => (ours - theirs).abs() < 1.5e-6,
        _ => ours == theirs,
    }
}

/// What `ffprobe` shows and a [`MediaInfo`] does not: names of names, what its decoders say besides, times as ticks, and what side
/// data of other kinds has.
const BEYOND: [&str; 23] = [
    "codec_long_name",
    "codec_tag",
    "coded_width",
    "coded_height",
    "closed_captions",
    "film_grain",
    "display_aspect_ratio",
    "refs",
    "is_avc",
    "nal_length_size",
    "start_pts",
    "duration_ts",
    "bits_per_raw_sample",
    "bits_per_sample",
    "initial_padding",
    "extradata_size",
    "max_bit_rate",
    "view_ids_available",
    "view_pos_available",
    "ts_id",
    "ts_packetsize",
    "mime_codec_string",
    "dmix_mode",
];

fn theirs(all: &Value) -> Fields {
    let mut fields = Fields::new();
    let list = |name: &str| all[name].as_array().cloned().unwrap_or_default();
    let mut put = |key: String, value: &Value| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // A length of nothing is one that is not known.
        if !matches!(value.as_str(), "unknown" | "N/A" | "0/0" | "1/0" | "reserved") {
            fields.insert(key, value);
        }
    };
    for key in ["format_name", "format_long_name", "start_time", "duration", "size", "bit_rate"] {
        if !all["format"][key].is_null() {
            put(format!("format.{key}"), &all["format"][key]);
        }
    }
    for (name, value) in all["format"]["tags"].as_object().into_iter().flatten() {
        put(format!("format.tag.{name}"), value);
    }
    for (at, stream) in list("streams").iter().enumerate() {
        for (key, value) in stream.as_object().into_iter().flatten() {
            match key.as_str() {
                "tags" => {
                    value.as_object().into_iter().flatten().for_each(|(name, value)| put(format!("{at}.tag.{name}"), value))
                }
                "disposition" => {
                    let marks =
                        value.as_object().into_iter().flatten().filter(|(_, set)| *set == 1).map(|(mark, _)| mark.as_str());
                    put(format!("{at}.disposition"), &sorted(marks).into());
                }
                "side_data_list" => {
                    for (key, value) in value.as_array().into_iter().flatten().flat_map(side_data) {
                        put(format!("{at}.{key}"), &value);
                    }
                }
                key if BEYOND.contains(&key) => {}
                // Data has no frames.
                "avg_frame_rate" if stream["codec_type"] == "data" => {}
                _ => put(format!("{at}.{key}"), value),
            }
        }
    }
    for (at, chapter) in list("chapters").iter().enumerate() {
        for key in ["id", "start_time", "end_time"] {
            put(format!("chapter {at}.{key}"), &chapter[key]);
        }
        for (name, value) in chapter["tags"].as_object().into_iter().flatten() {
            put(format!("chapter {at}.tag.{name}"), value);
        }
    }
    for (at, program) in list("programs").iter().enumerate() {
        put(format!("program {at}.program_id"), &program["program_id"]);
        if program["program_num"] != 0 {
            put(format!("program {at}.program_num"), &program["program_num"]);
        }
        let streams = program["streams"].as_array().into_iter().flatten().map(|it| it["index"].to_string()).collect::<Vec<_>>();
        put(format!("program {at}.streams"), &streams.join(" ").into());
        for (name, value) in program["tags"].as_object().into_iter().flatten() {
            put(format!("program {at}.tag.{name}"), value);
        }
    }
    fields.retain(|key, value| !(key.ends_with("duration") && value.parse() == Ok(0.0)));
    fields
}

/// Those kinds that a [`MediaInfo`] has.
fn side_data(data: &Value) -> Vec<(String, Value)> {
    let kind = data["side_data_type"].as_str().unwrap_or_default();
    if !matches!(
        kind,
        "Display Matrix" | "Mastering display metadata" | "Content light level metadata" | "DOVI configuration record"
    ) {
        return Vec::new();
    }
    let known = |key: &str| !matches!(key, "side_data_type" | "displaymatrix" | "dv_md_compression");
    data.as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| known(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn sorted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<_> = words.collect();
    words.sort_unstable();
    words.join(" ")
}

fn in_their_words(info: &MediaInfo) -> Fields {
    let mut fields = Fields::new();
    let mut put = |key: &str, value: Option<String>| {
        fields.extend(value.map(|value| (format!("format.{key}"), value)));
    };
    put("format_name", Some(info.container.clone()));
    put("format_long_name", info.container_name.map(str::to_owned));
    put("start_time", info.start.map(|it| it.to_string()));
    put("duration", info.duration.map(seconds));
    put("size", info.bytes.map(|it| it.to_string()));
    put("bit_rate", info.bitrate.map(|it| it.as_bits_per_second().to_string()));
    fields.extend(tags("format", &info.tags));
    fields.extend(info.streams.iter().flat_map(stream));
    for (at, Chapter { id, start, end, tags: words, .. }) in info.chapters.iter().enumerate() {
        fields.insert(format!("chapter {at}.id"), id.to_string());
        fields.extend(start.map(|it| (format!("chapter {at}.start_time"), it.to_string())));
        fields.extend(end.map(|it| (format!("chapter {at}.end_time"), it.to_string())));
        fields.extend(tags(&format!("chapter {at}"), words));
    }
    for (at, Program { id, number, streams, tags: words, .. }) in info.programs.iter().enumerate() {
        fields.insert(format!("program {at}.program_id"), id.to_string());
        fields.extend(number.map(|it| (format!("program {at}.program_num"), it.to_string())));
        let streams = streams.iter().map(usize::to_string).collect::<Vec<_>>();
        fields.insert(format!("program {at}.streams"), streams.join(" "));
        fields.extend(tags(&format!("program {at}"), words));
    }
    fields
}

fn tags<'a>(of: &'a str, tags: &'a Tags) -> impl Iterator<Item = (String, String)> + 'a {
    tags.iter().map(move |(name, value)| (format!("{of}.tag.{name}"), value.to_owned()))
}

fn seconds(length: Duration) -> String {
    format!("{:.6}", length.as_secs_f64())
}

fn stream(stream: &StreamInfo) -> Fields {
    let mut fields = Fields::new();
    let mut put = |key: &str, value: Option<String>| {
        fields.extend(value.map(|value| (format!("{}.{key}", stream.index), value)));
    };
    let text = |it: Option<&str>| it.map(str::to_owned);
    put("index", Some(stream.index.to_string()));
    put("id", stream.id.map(|it| format!("0x{it:x}")));
    put("codec_name", text(stream.codec));
    put("codec_tag_string", Some(stream.codec_tag.clone().unwrap_or_else(|| "[0][0][0][0]".into())));
    put("profile", stream.profile.clone());
    put("time_base", stream.time_base.map(|it| it.to_string()));
    put("start_time", stream.start.map(|it| it.to_string()));
    put("duration", stream.duration.map(seconds));
    put("bit_rate", stream.bitrate.map(|it| it.as_bits_per_second().to_string()));
    put("nb_frames", stream.frames.map(|it| it.to_string()));
    put("disposition", Some(sorted(stream.disposition.names())));
    match stream.kind {
        StreamKind::Video => put("codec_type", Some("video".into())),
        StreamKind::Audio => put("codec_type", Some("audio".into())),
        StreamKind::Subtitle => put("codec_type", Some("subtitle".into())),
        StreamKind::Data => put("codec_type", Some("data".into())),
        StreamKind::Attachment => put("codec_type", Some("attachment".into())),
        _ => {}
    }
    if matches!(stream.kind, StreamKind::Video | StreamKind::Subtitle) {
        put("width", stream.size.map(|(width, _)| width.to_string()));
        put("height", stream.size.map(|(_, height)| height.to_string()));
    }
    if let Some(video) = &stream.video {
        put("pix_fmt", text(video.pixel_format));
        put("level", Some(video.level.map_or_else(|| "-99".into(), |it| it.to_string())));
        put("color_range", text(video.color.range));
        put("color_space", text(video.color.space));
        put("color_transfer", text(video.color.transfer));
        put("color_primaries", text(video.color.primaries));
        put("chroma_location", text(video.color.chroma_location));
        put("sample_aspect_ratio", video.pixel_aspect.map(|it| format!("{}:{}", it.num(), it.den())));
        put("avg_frame_rate", video.frame_rate.map(|it| it.to_string()));
        put("r_frame_rate", video.base_frame_rate.map(|it| it.to_string()));
        put("field_order", text(video.field_order));
        put("has_b_frames", video.reordered.map(|it| it.to_string()));
        put("rotation", video.orientation.map(|it| it.rotation.to_string()));
        put("max_content", video.light.map(|it| it.max.to_string()));
        put("max_average", video.light.map(|it| it.max_average.to_string()));
        if let Some(primaries) = video.mastering.and_then(|it| it.primaries) {
            let points =
                [("red", primaries.red), ("green", primaries.green), ("blue", primaries.blue), ("white_point", primaries.white)];
            for (name, (x, y)) in points {
                put(&format!("{name}_x"), Some(x.to_string()));
                put(&format!("{name}_y"), Some(y.to_string()));
            }
        }
        if let Some((darkest, brightest)) = video.mastering.and_then(|it| it.luminance) {
            put("min_luminance", Some(darkest.to_string()));
            put("max_luminance", Some(brightest.to_string()));
        }
        if let Some(dolby) = video.dolby_vision {
            let flag = |it: bool| u8::from(it);
            let numbers = [
                ("dv_version_major", dolby.version.0),
                ("dv_version_minor", dolby.version.1),
                ("dv_profile", dolby.profile),
                ("dv_level", dolby.level),
                ("rpu_present_flag", flag(dolby.rpu)),
                ("el_present_flag", flag(dolby.enhancement_layer)),
                ("bl_present_flag", flag(dolby.base_layer)),
                ("dv_bl_signal_compatibility_id", dolby.compatibility),
            ];
            for (name, number) in numbers {
                put(name, Some(number.to_string()));
            }
        }
    }
    if let Some(audio) = &stream.audio {
        put("sample_fmt", text(audio.sample_format));
        put("sample_rate", audio.sample_rate_hz.map(|it| it.to_string()));
        put("channels", stream.channels.map(|it| it.to_string()));
        put("channel_layout", audio.layout.clone());
    }
    fields.extend(tags(&stream.index.to_string(), &stream.tags));
    fields
}

#[test]
#[cfg(feature = "serde")]
fn it_is_serialised_in_units_that_read_well() {
    let value = serde_json::to_value(found(&clips::chaptered())).unwrap();
    assert_eq!(value["container"], "matroska,webm");
    assert!(value["duration"].as_f64().is_some_and(|it| (1.9..2.2).contains(&it)), "{}", value["duration"]);
    assert_eq!(value["chapters"][1]["start"], 1.0);
    assert_eq!(value["tags"]["title"], "All of it");
    let picture = &value["streams"][0];
    assert_eq!((&picture["kind"], &picture["video"]["frame_rate"]), (&"video".into(), &"25/1".into()));
    assert_eq!(value["streams"][3]["disposition"], serde_json::json!(["forced"]));
}
