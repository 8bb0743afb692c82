//! What a plan says, held against what the job then does.

use std::path::Path;

use telecine::filter::{Fps, Tempo};
use telecine::{
    Aac, Fate, H264, Jpeg, LeftOut, Matroska, Mjpeg, Mp4, Output, Pipeline, Plan, Preset, Reason, Select, StreamCopy, SubRip,
    Track, X264, fps, secs,
};

use crate::support::{Media, Server, clips, names, outcome, reasons, within};

fn plan(name: &str, pipeline: &Pipeline) -> Plan {
    let task = pipeline.plan();
    within(30, name, move || task.wait()).unwrap_or_else(|why| panic!("{name}: {why}"))
}

fn quick() -> X264 {
    X264::crf(30.0).preset(Preset::Ultrafast)
}

#[test]
fn every_stream_of_an_input_has_a_fate() {
    let dir = tempfile::tempdir().unwrap();
    let output = Matroska::file(dir.path().join("out.mkv")).video(quick()).audio(Track::of(Select::language("fra"), StreamCopy));
    let plan = plan("fates", &Pipeline::read(clips::book_in_matroska()).output(output));
    let fates: Vec<_> = plan.inputs[0].streams.iter().map(|it| it.fate.clone()).collect();
    assert_eq!(
        fates,
        [
            Fate::Written(vec![(0, 0)]),
            Fate::LeftOut(LeftOut::NotSelected),
            Fate::Written(vec![(0, 1)]),
            Fate::LeftOut(LeftOut::KindNotAskedFor),
            Fate::LeftOut(LeftOut::CoverArt),
            Fate::LeftOut(LeftOut::KindNotAskedFor),
        ],
        "{plan}"
    );
    assert!(plan.to_string().contains("left out: others of its kind are selected"), "{plan}");
    assert_eq!(names(dir.path()), Vec::<&str>::new(), "a plan writes nothing");
}

#[test]
fn what_goes_along_has_a_fate_too() {
    let all = Matroska::file("/nowhere/is/this.mkv").subtitles(SubRip::default()).with_attachments();
    let pipeline = Pipeline::read(clips::book_in_matroska()).output(all);
    // There is no such directory, which only matters once it is to be written.
    let task = pipeline.plan();
    let why = within(30, "no directory", move || task.wait()).unwrap_err();
    assert!(matches!(why, telecine::Error::DirectoryMissing { .. }), "{why:?}");

    let dir = tempfile::tempdir().unwrap();
    let all = Matroska::file(dir.path().join("all.mkv")).subtitles(SubRip::default()).with_attachments();
    let plan = plan("kept", &Pipeline::read(clips::book_in_matroska()).output(all));
    let written = plan.inputs[0].streams.iter().filter(|it| matches!(it.fate, Fate::Written(_))).map(|it| it.stream.index);
    assert_eq!(written.collect::<Vec<_>>(), [3, 5], "{plan}");
}

/// Runs it, and compares what was planned with what the judges find.
fn comes_true(name: &str, pipeline: &Pipeline, path: &Path, slack: f64) {
    let planned = plan(name, pipeline).outputs.remove(0);
    outcome(name, pipeline.clone());
    let media = Media::at(path);
    let (duration, frames) = (planned.duration.unwrap().as_secs_f64(), planned.frames.unwrap());
    assert!((duration - media.seconds()).abs() <= slack, "{name}: planned {duration} s, written {} s", media.seconds());
    assert_eq!(frames, media.frames(), "{name}: frames");
}

#[test]
fn lengths_and_frames_come_true() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let to = |name: &str| -> Output<Mp4> { Mp4::file(path(name)).video(quick()) };
    let film = || Pipeline::read(clips::film());
    comes_true("all of it", &film().output(to("a.mp4")), &path("a.mp4"), 0.05);
    comes_true("a part", &film().trim(secs(1)..secs(3)).output(to("b.mp4")), &path("b.mp4"), 0.05);
    comes_true("two", &film().then(clips::film()).output(to("c.mp4")), &path("c.mp4"), 0.1);
    for name in ["b-frames.mp4", "b-frames.mov", "b-frames.mkv"] {
        let options = ["-c:v", "libx264", "-bf", "5", "-x264-params", "b-adapt=0:b-pyramid=normal", "-c:a", "aac"];
        let clip = clips::coded(name, &[&options[..], &["-af", "atrim=end=4"]].concat());
        comes_true(name, &Pipeline::read(&clip).output(to(&format!("{name}.mp4"))), &path(&format!("{name}.mp4")), 0.3);
    }
    comes_true("slower pictures", &film().video_filter(Fps::new(fps(5))).output(to("d.mp4")), &path("d.mp4"), 0.25);
    let faster = film().audio_filter(Tempo::new(2.0)).output(Mp4::file(path("e.mp4")).audio(Aac::default()));
    let planned = plan("faster sound", &faster).outputs.remove(0);
    outcome("faster sound", faster);
    assert!((planned.duration.unwrap().as_secs_f64() - Media::at(path("e.mp4")).seconds()).abs() < 0.1, "{planned:?}");
    let still = film().output(Jpeg::file(path("f.jpg")).video(Mjpeg::default()));
    assert_eq!(plan("a still", &still).outputs[0].frames, Some(1));
}

#[tokio::test]
async fn it_can_be_awaited() {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(clips::film()).output(Mp4::file(dir.path().join("out.mp4")).video(H264::default()));
    let plan = pipeline.plan().await.unwrap();
    assert_eq!(plan.outputs[0].tracks[0].encoder.as_deref(), Some("libx264"));
    assert_eq!(plan, pipeline.plan().await.unwrap());
}

#[test]
fn a_secret_in_an_option_is_masked() {
    let dir = tempfile::tempdir().unwrap();
    let key = "correct-horse-battery";
    let film = clips::film();
    let server = Server::of(film.parent().unwrap());
    let encoder = quick().option("x264-params", format!("stats={key}"));
    let output = Mp4::file(dir.path().join("out.mp4")).video(encoder).metadata("comment", key);
    let pipeline = Pipeline::read(server.url(film.file_name().unwrap().to_str().unwrap())).header("Cookie", key).output(output);
    let plan = plan("a secret", &pipeline);
    assert!(plan.command.to_string().contains("***"), "{plan}");
    for told in [plan.to_string(), format!("{plan:?}"), format!("{:?}", plan.command.arguments()), pipeline.to_string()] {
        assert!(!told.contains(key), "{told}");
    }
}

#[test]
fn what_cannot_be_planned_does_not_panic() {
    use telecine::filter::BurnSubtitles;
    let pipeline = |factors: &[f32]| {
        let all = factors.iter().fold(Pipeline::read(clips::film()), |it, factor| it.audio_filter(Tempo::new(*factor)));
        all.output(Mp4::file("out.mp4").audio(Aac::default()))
    };
    for factor in [0.0, -1.0, f32::NAN] {
        let task = pipeline(&[factor]).plan();
        let why = within(30, "a factor", move || task.wait()).unwrap_err();
        assert!(matches!(&why, telecine::Error::Invalid { problems } if problems.len() == 1), "{factor}: {why:?}");
    }
    plan("slower than any clock", &pipeline(&[0.5; 64]));

    // What FFmpeg would open by itself, and wait for.
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("words.srt");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let output = Mp4::file(dir.path().join("out.mp4")).video(quick());
    let task = Pipeline::read(clips::film()).video_filter(BurnSubtitles::file(&fifo)).output(output).plan();
    let why = within(30, "a FIFO", move || task.wait()).unwrap_err();
    let telecine::Error::Invalid { problems } = &why else { panic!("{why:?}") };
    assert_eq!(reasons(problems), [Reason::NoSuchFile { path: fifo }]);
}

#[test]
fn tags_and_languages_that_ffmpeg_would_misread_are_refused() {
    let found = |output: Output<Mp4>| match Pipeline::read("in.mp4").output(output).validate() {
        Err(telecine::Error::Invalid { problems }) => reasons(&problems),
        other => panic!("{other:?}"),
    };
    for (key, value) in [("a=b", "c"), ("", "c"), ("a\0", "c"), ("a", "b\0c")] {
        let expected = [Reason::UnusableTag { key: key.into() }];
        assert_eq!(found(Mp4::file("o.mp4").video(quick()).metadata(key, value)), expected);
        assert_eq!(found(Mp4::file("o.mp4").video(Track::of(Select::main(), quick()).metadata(key, value))), expected);
    }
    let select = Select::language("eng]nullsink;movie=/etc/passwd[x");
    let expected = [Reason::UnusableLanguage { select: select.clone() }];
    assert_eq!(found(Mp4::file("o.mp4").video(Track::of(select, quick()))), expected);
}

#[test]
fn options_that_are_secrets_are_masked() {
    let key = "00112233445566778899aabbccddeeff";
    let dir = tempfile::tempdir().unwrap();
    let output = Mp4::file(dir.path().join("out.mp4")).video(quick()).option("encryption_key", key);
    let pipeline = Pipeline::read(clips::film()).output(output);
    let plan = plan("a key", &pipeline);
    for told in [plan.to_string(), format!("{plan:?}"), pipeline.to_string(), format!("{pipeline:?}")] {
        assert!(!told.contains(key), "{told}");
    }
    #[cfg(feature = "serde")]
    {
        assert!(serde_json::to_string(&pipeline).is_err());
        assert!(telecine::Secret::exposing(|| serde_json::to_string(&pipeline)).unwrap().contains(key));
    }
}
