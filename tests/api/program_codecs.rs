//! The `transcode` example's codecs and containers, and what it says before it does anything.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::oracle::ffmpeg;
use crate::support::{Media, clips, example, names, within};

/// Runs it to write `name` in that folder.
fn transcode(folder: &TempDir, arguments: &[&str], input: &Path, name: &str) -> Output {
    let mut command = Command::new(example("transcode"));
    command.args(arguments).arg(input).arg(folder.path().join(name)).stdin(Stdio::null());
    within(60, &format!("transcode {arguments:?} {name}"), move || command.output().unwrap())
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

fn codecs(path: &Path) -> Vec<String> {
    Media::at(path).streams().iter().map(|it| it["codec_name"].clone()).collect()
}

#[test]
fn the_extension_says_what_it_becomes() {
    let wanted: [(&str, &[&str]); 13] = [
        ("out.mp4", &["h264", "aac"]),
        ("out.MOV", &["h264", "aac"]),
        ("out.mkv", &["h264", "aac"]),
        ("out.webm", &["vp9", "opus"]),
        ("out.ts", &["h264", "aac"]),
        ("out.flv", &["h264", "aac"]),
        ("out.m4a", &["aac"]),
        ("out.mp3", &["mp3"]),
        ("out.flac", &["flac"]),
        ("out.wav", &["pcm_s16le"]),
        ("out.ogg", &["opus"]),
        ("out.gif", &["gif"]),
        ("out.png", &["png"]),
    ];
    for (name, wanted) in wanted {
        let folder = tempfile::tempdir().unwrap();
        let output = transcode(&folder, &["--duration", "0.4", "--width", "160"], &clips::film(), name);
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
        // A transport stream's streams are listed twice, once for their program.
        assert_eq!(codecs(&folder.path().join(name))[..wanted.len()], *wanted, "{name}");
    }
}

#[test]
fn a_playlist_is_a_directory() {
    let folder = tempfile::tempdir().unwrap();
    let output = transcode(&folder, &["--preset", "ultrafast"], &clips::film(), "film.m3u8");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // Listed twice, once for their program.
    assert_eq!(codecs(&folder.path().join("film.m3u8/index.m3u8"))[..2], ["h264", "aac"]);
}

#[test]
fn codecs_are_chosen_by_name() {
    let wanted = [
        ("h265", "opus", "mp4", ["hevc", "opus"]),
        ("x265", "mp3", "mkv", ["hevc", "mp3"]),
        ("av1", "flac", "mkv", ["av1", "flac"]),
        ("svtav1", "vorbis", "webm", ["av1", "vorbis"]),
        ("vpx", "libopus", "webm", ["vp9", "opus"]),
        ("prores", "pcm", "mov", ["prores", "pcm_s16le"]),
        ("ffv1", "copy", "mkv", ["ffv1", "aac"]),
        ("mjpeg", "mp3", "avi", ["mjpeg", "mp3"]),
        ("x264", "aac", "mp4", ["h264", "aac"]),
        ("copy", "flac", "mkv", ["h264", "flac"]),
    ];
    for (video, audio, extension, wanted) in wanted {
        let (folder, name) = (tempfile::tempdir().unwrap(), format!("out.{extension}"));
        let output = transcode(&folder, &["--video", video, "--audio", audio], &clips::short(), &name);
        assert_eq!(output.status.code(), Some(0), "{video}, {audio}: {output:?}");
        assert_eq!(codecs(&folder.path().join(name)), wanted, "{video}, {audio}");
    }
}

#[test]
fn subtitles_come_where_they_are_asked_for() {
    for (subtitles, name, wanted) in
        [("copy", "out.mkv", "subrip"), ("mov_text", "out.mp4", "mov_text"), ("ass", "out.mkv", "ass")]
    {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["--video", "copy", "--audio", "none", "--subtitles", subtitles];
        let output = transcode(&folder, &arguments, &clips::chaptered(), name);
        assert_eq!(output.status.code(), Some(0), "{subtitles}: {output:?}");
        assert_eq!(codecs(&folder.path().join(name))[1], wanted, "{subtitles}");
    }
}

#[test]
fn what_does_not_fit_is_named_a_problem_a_line() {
    let folder = tempfile::tempdir().unwrap();
    type Wrong<'a> = (&'a [&'a str], &'a str, &'a [[&'a str; 2]]);
    let wrong: [Wrong<'_>; 4] = [
        (&["--video", "vp9", "--audio", "flac"], "out.mov", &[["Vp9", "Mov"], ["Flac", "Mov"]]),
        (&["--audio", "none", "--video", "h264"], "out.webm", &[["H264", "WebM"]]),
        (&["--video", "none", "--audio", "aac", "--subtitles", "srt"], "out.mp4", &[["SubRip", "Mp4"]]),
        (&["--video", "copy", "--width", "100"], "out.mp4", &[["out.mp4", "track 0"]]),
    ];
    for (arguments, name, wanted) in wrong {
        for explain in [false, true] {
            let arguments = [arguments, if explain { &["--explain"] } else { &[] }].concat();
            let output = transcode(&folder, &arguments, &clips::short(), name);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
            let problems = lines(&output.stderr);
            assert_eq!(problems.len(), wanted.len(), "{arguments:?}: {problems:?}");
            for (problem, names) in problems.iter().zip(wanted) {
                assert!(names.iter().all(|it| problem.contains(it)), "{arguments:?}: {problem}");
            }
        }
    }
    assert!(names(folder.path()).is_empty());
}

#[test]
fn what_it_explains_is_what_it_does() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let arguments = ["--start", "1", "--duration", "2", "--width", "160", "--preset", "ultrafast"];
    let explained = transcode(&ours, &[&arguments[..], &["--explain"]].concat(), &clips::film(), "out.mkv");
    assert_eq!(explained.status.code(), Some(0), "{explained:?}");
    assert!(names(ours.path()).is_empty(), "explaining writes nothing");
    let plan = lines(&explained.stdout);
    assert!(plan.iter().any(|it| it.contains("written as output 0, track 0")), "{plan:?}");

    assert_eq!(transcode(&ours, &arguments, &clips::film(), "out.mkv").status.code(), Some(0));
    // What a shell makes of the last line, with the program's name and the folder exchanged.
    let command = plan.last().unwrap().strip_prefix("ffmpeg ").unwrap();
    let words = Command::new("sh").args(["-c", &format!("printf '%s\\0' {command}")]).output().unwrap().stdout;
    let words = String::from_utf8(words).unwrap().replace(ours.path().to_str().unwrap(), theirs.path().to_str().unwrap());
    ffmpeg(words.split_terminator('\0')).unwrap();
    let packets = |folder: &TempDir| Media::at(folder.path().join("out.mkv")).packets();
    assert!(packets(&ours) == packets(&theirs), "{command}");
    assert_eq!(Media::at(ours.path().join("out.mkv")).streams()[0]["width"], "160");
}

#[test]
fn an_extension_of_no_container_is_2() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, name) in [(&[][..], "out.exe"), (&["--crf", "20"], "out.webm"), (&["--video", "none"], "out.png")] {
        let output = transcode(&folder, arguments, &clips::short(), name);
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
    }
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}
