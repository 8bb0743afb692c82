//! Inputs that follow each other without being decoded: the command is true, and what comes of it is what was in the parts.

use std::path::{Path, PathBuf};

use telecine::{
    Aac, AnyAudio, AnyContainer, AnyOutput, AnyTrack, AnyVideo, Hls, M4a, Matroska, Mp4, MpegTs, Pipeline, Select, StreamCopy,
    Track, Wav,
};

use crate::judge::agree;
use crate::support::oracle::{ffmpeg, program_warnings};
use crate::support::{clips, outcome, within};

/// As many parts, coded alike, each of other colours and another length.
fn parts(extension: &str, count: usize) -> Vec<PathBuf> {
    let part = |nth: usize| {
        let end = 300 + 110 * nth;
        let (picture, sound) = (format!("hue=h={},trim=end={end}ms", 90 * nth), format!("atrim=end={}ms", end + 20));
        let codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "2", "-g", "6", "-c:a", "aac"];
        clips::tiny(&format!("part{nth}.{extension}"), &[&codecs[..], &["-vf", &picture, "-af", &sound]].concat())
    };
    (0..count).map(part).collect()
}

fn joined(parts: &[PathBuf]) -> Pipeline {
    parts[1..].iter().fold(Pipeline::read(&parts[0]), |pipeline, it| pipeline.then(it))
}

/// When each packet is shown, of pictures and of sound.
fn times(file: &Path) -> [Vec<f64>; 2] {
    let url = format!("file:{}", file.to_str().unwrap());
    let maps = ["-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "framemd5", "-"];
    let text = ffmpeg(["-i", url.as_str()].into_iter().chain(maps)).unwrap();
    let mut times = [Vec::new(), Vec::new()];
    let mut units = [0.0, 0.0];
    for line in text.lines() {
        if let Some(unit) = line.strip_prefix("#tb ") {
            let (stream, unit) = unit.split_once(": ").unwrap();
            let (numerator, denominator) = unit.split_once('/').unwrap();
            units[stream.parse::<usize>().unwrap()] = numerator.parse::<f64>().unwrap() / denominator.parse::<f64>().unwrap();
        } else if !line.starts_with('#') {
            let fields: Vec<_> = line.split(',').map(str::trim).collect();
            let stream: usize = fields[0].parse().unwrap();
            times[stream].push(fields[2].parse::<f64>().unwrap() * units[stream]);
        }
    }
    times
}

/// Each decoded picture, by its hash.
fn pictures(file: &Path) -> Vec<String> {
    hashes(file, &["-map", "0:v", "-fps_mode", "passthrough"])
}

/// Each packet of a kind, by its hash.
fn packets(file: &Path, kind: &str) -> Vec<String> {
    hashes(file, &["-map", kind, "-c", "copy"])
}

fn hashes(file: &Path, what: &[&str]) -> Vec<String> {
    let url = format!("file:{}", file.to_str().unwrap());
    let text = ffmpeg([&["-i", url.as_str()], what, &["-f", "framemd5", "-"]].concat()).unwrap();
    let lines = text.lines().filter(|it| !it.starts_with('#'));
    lines.map(|it| it.split(',').nth(5).unwrap().trim().to_owned()).collect()
}

fn assert_has_all(name: &str, file: &Path, parts: &[PathBuf]) {
    let pictures_of_parts: Vec<_> = parts.iter().flat_map(|it| pictures(it)).collect();
    assert!(pictures_of_parts.len() > 15, "{name}: {pictures_of_parts:?}");
    assert_eq!(pictures(file), pictures_of_parts, "{name}: pictures");
    let sound: Vec<_> = parts.iter().flat_map(|it| packets(it, "0:a")).collect();
    assert_eq!(packets(file, "0:a"), sound, "{name}: sound");
}

#[test]
fn nothing_is_lost_and_the_command_is_true() {
    let containers =
        [("mp4", AnyContainer::Mp4(Default::default())), ("mkv", AnyContainer::Matroska), ("ts", AnyContainer::MpegTs)];
    for (extension, container) in containers {
        for count in [2, 3] {
            let parts = parts(extension, count);
            let name = format!("{count} of {extension}");
            let pipeline = |to: &Path| {
                let (video, audio) = (AnyTrack::video(AnyVideo::Copy), AnyTrack::audio(AnyAudio::Copy));
                let output = AnyOutput::new(container.clone(), to.join(format!("out.{extension}")));
                joined(&parts).output(output.track(video).track(audio))
            };
            agree(&name, pipeline);
            let to = tempfile::tempdir().unwrap();
            outcome(&name, pipeline(to.path()));
            assert_has_all(&name, &to.path().join(format!("out.{extension}")), &parts);
        }
    }
}

#[test]
fn any_name_of_a_file_will_do() {
    let parts = parts("mp4", 2);
    let folder = tempfile::tempdir().unwrap();
    for name in ["it's a b.mp4", "'.mp4", "100% %d %20.mp4", "-i.mp4", "a:b,c.mp4", "#a\\b.mp4", " ä \t .mp4", "a\nfile 'b'.mp4"]
    {
        let path = folder.path().join(name);
        std::fs::copy(&parts[1], &path).unwrap();
        let files = [parts[0].clone(), path];
        let pipeline = |to: &Path| joined(&files).output(Mp4::file(to.join("out.mp4")).video(StreamCopy).audio(StreamCopy));
        if !name.contains('\n') {
            agree(name, pipeline);
        }
        let to = tempfile::tempdir().unwrap();
        let planned = pipeline(to.path());
        let plan = within(60, name, move || planned.plan().wait()).unwrap();
        assert_eq!(plan.command.to_string().contains("\nfile pipe:0'"), name.contains('\n'), "{}", plan.command);
        outcome(name, pipeline(to.path()));
        assert_has_all(name, &to.path().join("out.mp4"), &files);
    }
}

/// Pictures and sound of each part are as far from each other as they were in it, and nothing comes before the end of what was
/// before it.
#[test]
fn each_part_keeps_its_times() {
    for extension in ["mp4", "mkv", "ts"] {
        let parts = parts(extension, 3);
        let to = tempfile::tempdir().unwrap();
        let path = to.path().join(format!("out.{extension}"));
        let container = AnyContainer::from_extension(extension).unwrap();
        let output = AnyOutput::new(container, &path);
        let pipeline =
            joined(&parts).output(output.track(AnyTrack::video(AnyVideo::Copy)).track(AnyTrack::audio(AnyAudio::Copy)));
        let planned = pipeline.clone();
        let plan = within(60, extension, move || planned.plan().wait()).unwrap();
        outcome(extension, pipeline);
        let ours = times(&path);
        let mut seen = [0, 0];
        for part in &parts {
            let own = times(part);
            let shift: Vec<f64> =
                (0..2).flat_map(|it| own[it].iter().zip(&ours[it][seen[it]..]).map(|(own, ours)| ours - own)).collect();
            let (least, most) = shift.iter().fold((f64::MAX, f64::MIN), |it, shift| (it.0.min(*shift), it.1.max(*shift)));
            // Matroska counts milliseconds.
            assert!(most - least < 0.0021, "{extension}: {least} to {most}");
            (0..2).for_each(|it| seen[it] += own[it].len());
        }
        let again = plan.command.arguments().iter().map(|it| if it == "-n" { "-y" } else { it });
        assert_eq!(program_warnings(again), Ok(String::new()), "{extension}");
    }
}

#[test]
fn whatever_a_container_holds() {
    let all = || Track::of(Select::all(), StreamCopy);
    let words = clips::chaptered();
    agree("words, two sounds and chapters", |to| {
        let output = Matroska::file(to.join("out.mkv")).video(all()).audio(all()).subtitles(all()).metadata("title", "both");
        Pipeline::read(&words).then(&words).output(output)
    });
    let films = parts("mp4", 2);
    agree("into another container, in part, and as a set", |to| {
        let sound = Track::of(Select::main(), StreamCopy).language("deu");
        joined(&films)
            .output(Matroska::file(to.join("out.mkv")).video(StreamCopy).audio(sound))
            .output(MpegTs::file(to.join("out.ts")).audio(StreamCopy).video(StreamCopy))
            .output(M4a::file(to.join("out.m4a")).audio(StreamCopy).without_tags())
            .output(Hls::directory(to.join("set")).video(StreamCopy).audio(StreamCopy))
    });
    let plain = clips::tiny("plain.wav", &["-vn", "-c:a", "pcm_s16le"]);
    agree("samples", |to| Pipeline::read(&plain).then(&plain).output(Wav::file(to.join("out.wav")).audio(StreamCopy)));
    agree("beside an input of its own", |to| {
        let beside = Track::of(Select::main().input(2), Aac::default());
        let output = Mp4::file(to.join("out.mp4")).video(StreamCopy).audio(beside);
        joined(&films).input(clips::film()).output(output)
    });
}
