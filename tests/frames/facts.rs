//! What a frame says of itself: what `ffprobe` says of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use telecine::{FieldOrder, Frame, Frames, PictureType, Rational, Select};

use crate::judge::{Line, line, program};
use crate::shapes;
use crate::support::clips::{self, coded};
use crate::support::oracle::frames_by_ffprobe;
use crate::support::within;

/// Every frame of every clip, each of its facts. Gives how many were compared.
fn compare(clips: &[PathBuf]) -> usize {
    let mut count = 0;
    for clip in clips {
        let name = clip.display().to_string();
        let theirs = frames_by_ffprobe(clip);
        let frames = Frames::read(clip.as_path()).select(Select::nth(0)).start();
        let ours: Vec<_> = within(60, &name, move || frames.map(|it| it.expect("it is whole")).collect());
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            let ours = facts(ours);
            let theirs: Vec<_> = ours.iter().map(|(fact, _)| (*fact, told(theirs, fact))).collect();
            assert_eq!(ours, theirs, "{name}");
        }
        count += ours.len();
    }
    count
}

/// Ours by ffprobe's names, in its words.
fn facts(frame: &Frame) -> Vec<(&'static str, Option<String>)> {
    let number = |it: bool| Some(u8::from(it).to_string());
    let text = |it: Option<&str>| it.map(str::to_owned);
    let color = frame.color();
    let mut facts = vec![
        ("best_effort_timestamp", (!frame.pts_is_estimated()).then(|| frame.pts().count().to_string())),
        ("key_frame", number(frame.is_key())),
        ("pict_type", frame.picture_type().map(letter)),
        ("interlaced_frame", number(frame.interlaced().is_some())),
        ("top_field_first", number(frame.interlaced() == Some(FieldOrder::TopFirst))),
        ("width", Some(frame.size().0.to_string())),
        ("height", Some(frame.size().1.to_string())),
        ("pix_fmt", frame.format().map(|it| it.name().to_owned())),
        ("sample_aspect_ratio", frame.pixel_aspect().map(|it| format!("{}:{}", it.num(), it.den()))),
        ("color_range", text(color.range)),
        ("color_space", text(color.space)),
        ("color_primaries", text(color.primaries)),
        ("color_transfer", text(color.transfer)),
        ("chroma_location", text(color.chroma_location)),
        ("rotation", frame.orientation().map(|it| it.rotation.to_string())),
        ("max_content", frame.light().map(|it| it.max.to_string())),
        ("max_average", frame.light().map(|it| it.max_average.to_string())),
    ];
    let primaries = frame.mastering().and_then(|it| it.primaries);
    let luminance = frame.mastering().and_then(|it| it.luminance);
    let places = [
        ("red_x", primaries.map(|it| it.red.0)),
        ("red_y", primaries.map(|it| it.red.1)),
        ("green_x", primaries.map(|it| it.green.0)),
        ("green_y", primaries.map(|it| it.green.1)),
        ("blue_x", primaries.map(|it| it.blue.0)),
        ("blue_y", primaries.map(|it| it.blue.1)),
        ("white_point_x", primaries.map(|it| it.white.0)),
        ("white_point_y", primaries.map(|it| it.white.1)),
        ("min_luminance", luminance.map(|it| it.0)),
        ("max_luminance", luminance.map(|it| it.1)),
    ];
    facts.extend(places.map(|(name, it): (_, Option<Rational>)| (name, it.map(|it| it.to_string()))));
    facts
}

fn letter(kind: PictureType) -> String {
    match kind {
        PictureType::Si => "SI".to_owned(),
        PictureType::Sp => "SP".to_owned(),
        PictureType::Bi => "BI".to_owned(),
        kind => format!("{kind:?}"),
    }
}

/// Theirs: of the frame, or of what comes beside it.
fn told(frame: &Value, fact: &str) -> Option<String> {
    let beside = frame["side_data_list"].as_array().into_iter().flatten();
    let value = std::iter::once(frame).chain(beside).find_map(|it| it.get(fact))?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // What nobody tells has words, too.
    (!matches!(text.as_str(), "unknown" | "unspecified" | "?" | "N/A" | "0:1")).then_some(text)
}

#[test]
fn of_films() {
    let interlaced = |name: &str, codec: &[&str], first: &str| {
        let filter = format!("interlace=scan={first}");
        coded(name, &[&["-vf", filter.as_str(), "-flags", "+ildct+ilme"], codec].concat())
    };
    let x264: &[&str] = &["-c:v", "libx264", "-x264-params", "tff=1"];
    let clips = [
        interlaced("interlaced.mpg", &["-c:v", "mpeg2video", "-c:a", "mp2"], "tff"),
        interlaced("interlaced.ts", &["-c:v", "mpeg2video", "-c:a", "mp2", "-field_order", "bb"], "bff"),
        interlaced("interlaced.mp4", x264, "tff"),
        interlaced("interlaced.mkv", &["-c:v", "libx264", "-x264-params", "bff=1"], "bff"),
        clips::tall(),
        clips::turned(),
        clips::hdr10(),
        coded("tagged.mp4", &["-c:v", "libx264", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]),
        coded("full.mp4", &["-c:v", "libx264", "-pix_fmt", "yuvj420p", "-chroma_sample_location", "topleft"]),
        coded(
            "hlg.mkv",
            &["-c:v", "libx264", "-pix_fmt", "yuv422p10le", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"],
        ),
        // What the container says counts more than what the codec says.
        coded(
            "wide.webm",
            &["-vf", "setsar=4/3", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"],
        ),
        coded("contrary.mp4", &["-c:v", "libx264", "-aspect", "2:1", "-bsf:v", "h264_metadata=sample_aspect_ratio=3/2"]),
        shapes::named("open.mp4"),
        shapes::named("open.ts"),
        shapes::named("hevc.mkv"),
        shapes::named("av1.mkv"),
        shapes::named("vp9.webm"),
        shapes::named("mpeg4.avi"),
        shapes::named("mjpeg.avi"),
        shapes::named("mpeg2.ts"),
    ];
    assert!(compare(&clips) > 1_000);
}

/// What the comparison above would not notice if neither had it.
#[test]
fn of_what_is_special_about_them() {
    let first = |clip: PathBuf| Frames::read(clip).start().next().expect("there is one").expect("it is whole");
    let frame = first(clips::hdr10());
    assert!(frame.mastering().is_some() && frame.light().is_some() && frame.color().is_hdr());
    assert!(first(clips::turned()).orientation().is_some_and(|it| it.rotation == 90 && !it.mirrored));
    assert_eq!(first(clips::tall()).pixel_aspect().map(|it| (it.num(), it.den())), Some((4, 3)));
    assert!(first(clips::film()).orientation().is_none() && first(clips::film()).interlaced().is_none());
}

/// As long as ffprobe says, where the container says how long.
#[test]
fn how_long_they_are() {
    for name in ["closed.mp4", "closed.mkv", "uneven.mp4", "vp9.webm", "hevc.mp4", "closed.ts"] {
        let clip = shapes::named(name);
        let theirs = frames_by_ffprobe(&clip).into_iter().map(|it| it["duration"].as_i64());
        let ours = Frames::read(clip.as_path()).start().map(|it| Some(it.expect("it is whole").duration().count()));
        assert_eq!(ours.collect::<Vec<_>>(), theirs.collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn a_change_of_size_or_format_is_told() {
    let part = |name: &str, size: &str, pixels: &str| {
        coded(name, &["-an", "-vf", &format!("scale={size}"), "-pix_fmt", pixels, "-c:v", "libx264", "-bf", "2", "-r", "10"])
    };
    let [first, second, third] = [("160x120", "yuv420p"), ("96x64", "yuv420p"), ("96x64", "yuv444p")];
    for container in ["ts", "h264"] {
        let parts = [first, second, third].map(|(size, pixels)| part(&format!("{size}-{pixels}.{container}"), size, pixels));
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let clip = folder.path().join(format!("changing.{container}"));
        fs::write(&clip, parts.each_ref().map(|it| fs::read(it).expect("it was made")).concat()).expect("there is room");
        changes(&clip, &parts);
    }
}

/// The frames of `clip` are those of its parts. (The program has them of one format.)
fn changes(clip: &Path, parts: &[PathBuf]) {
    let name = clip.display().to_string();
    let frames: Vec<_> = {
        let frames = Frames::read(clip).start();
        within(60, &name, move || frames.map(|it| it.expect("it is whole")).collect())
    };
    let shape = |it: &Frame| (it.size(), it.format().map(|it| it.name()));
    let mut told = Vec::new();
    for pair in frames.windows(2) {
        assert_eq!(pair[1].is_changed(), shape(&pair[0]) != shape(&pair[1]), "{name}");
        told.extend(pair[1].is_changed().then(|| shape(&pair[1])));
    }
    assert!(!frames[0].is_changed(), "{name}");
    assert_eq!(told, [((96, 64), Some("yuv420p")), ((96, 64), Some("yuv444p"))], "{name}");
    let pixels = |it: Line| (it.1, it.2);
    let theirs = parts.iter().flat_map(|it| program(it).expect("it is whole")).map(pixels);
    assert_eq!(frames.iter().map(line).map(pixels).collect::<Vec<_>>(), theirs.collect::<Vec<_>>(), "{name}");
}
