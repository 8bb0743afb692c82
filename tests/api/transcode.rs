//! What comes out is what the `ffmpeg` program makes with the same options, packet by packet.

use std::fs;
use std::path::Path;
use std::time::Duration;

use telecine::{Aac, H264, Mp4, Outcome, Pipeline, Preset, Quality, StreamKind, X264, kbps, secs};
use tempfile::TempDir;

use crate::support::alone::on_one_processor;
use crate::support::oracle::ffmpeg;
use crate::support::{Media, clips, outcome, quick};

/// Runs `pipeline`, which is to write `out.mp4` into `dir`, and `ffmpeg` with `options`, and compares what they wrote.
fn same(scenario: &str, dir: &TempDir, pipeline: Pipeline, input: &Path, options: (&[&str], &[&str])) -> Outcome {
    let theirs = dir.path().join("reference.mp4");
    let outcome = outcome(scenario, pipeline);
    let (input, to) = (input.to_str().unwrap(), theirs.to_str().unwrap());
    ffmpeg([options.0, &["-i", input], options.1, &[to]].concat()).expect(scenario);
    let (ours, theirs) = (Media::at(dir.path().join("out.mp4")).packets(), Media::at(&theirs).packets());
    assert!(ours == theirs, "{scenario}: {}", first_difference(&ours, &theirs));
    outcome
}

fn first_difference(ours: &str, theirs: &str) -> String {
    let (ours, theirs): (Vec<_>, Vec<_>) = (ours.lines().collect(), theirs.lines().collect());
    let first = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    format!("{} and {} lines, first differing: {first:?}", ours.len(), theirs.len())
}

#[test]
fn a_whole_film_equals_the_programs() {
    on_one_processor("transcode::a_whole_film_equals_the_programs", |_| {
        let (dir, input) = (tempfile::tempdir().unwrap(), clips::film());
        let output = Mp4::file(dir.path().join("out.mp4")).video(H264::quality(Quality::High)).audio(Aac::bitrate(kbps(96)));
        let options = ["-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k"];
        same("a whole film", &dir, Pipeline::read(&input).output(output), &input, (&[], &options));
    });
}

#[test]
fn an_average_bit_rate_equals_the_programs() {
    on_one_processor("transcode::an_average_bit_rate_equals_the_programs", |_| {
        let (dir, input) = (tempfile::tempdir().unwrap(), clips::film());
        let output = Mp4::file(dir.path().join("out.mp4")).video(H264::bitrate(kbps(300))).audio(Aac::default());
        let options = ["-c:v", "libx264", "-b:v", "300k", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k"];
        same("a bit rate", &dir, Pipeline::read(&input).output(output), &input, (&[], &options));
    });
}

/// Beginnings and ends on and off key frames, and beyond the end. (Of ends between two frames the program's own count may be one
/// too high: see the next test.)
#[test]
fn a_trimmed_film_equals_the_programs() {
    on_one_processor("transcode::a_trimmed_film_equals_the_programs", |_| {
        let input = clips::film();
        let ms = Duration::from_millis;
        let all = |path: &Path| Pipeline::read(path);
        let cases: [(&str, Pipeline, &[&str]); 6] = [
            ("from and to", all(&input).trim(ms(1_160)..ms(3_360)), &["-ss", "1.16", "-t", "2.2"]),
            ("from a key frame", all(&input).trim(secs(2)..secs(4)), &["-ss", "2", "-t", "2"]),
            ("from", all(&input).trim(ms(4_500)..), &["-ss", "4.5"]),
            ("to", all(&input).trim(..ms(1_500)), &["-t", "1.5"]),
            ("from the very beginning", all(&input).trim(secs(0)..secs(1)), &["-t", "1"]),
            ("to beyond the end", all(&input).trim(secs(5)..secs(60)), &["-ss", "5", "-t", "55"]),
        ];
        for (scenario, pipeline, before) in cases {
            let dir = tempfile::tempdir().unwrap();
            let video = X264::crf(23.0).preset(Preset::Veryfast);
            let output = Mp4::file(dir.path().join("out.mp4")).video(video).audio(Aac::default());
            let after = ["-c:v", "libx264", "-crf", "23", "-preset", "veryfast", "-c:a", "aac", "-b:a", "128k"];
            same(scenario, &dir, pipeline.output(output), &input, (before, &after));
        }
    });
}

/// A frame is in the part that was asked for where its time is: counted from the source's own times.
#[test]
fn a_cut_between_frames_takes_the_frames_between() {
    let input = clips::film();
    // Where a cut begins between two frames, FFmpeg's `trim` and demuxer round its length: the `ffmpeg` program may take one frame
    // more than there are, and ez-ffmpeg one less.
    const ROUNDING: u64 = 1;
    let times = Media::at(&input).frame_times();
    for (start, end) in [(1_100, 3_350), (10, 2_990), (2_970, 4_010), (5_030, 5_990)] {
        let (start, end) = (Duration::from_millis(start), Duration::from_millis(end));
        let inside = times.iter().filter(|it| (start.as_secs_f64()..end.as_secs_f64()).contains(it)).count();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.mp4");
        outcome("a cut between frames", Pipeline::read(&input).trim(start..end).output(quick(&path)));
        let frames = Media::at(&path).frames();
        assert!(frames.abs_diff(inside as u64) <= ROUNDING, "{start:?} to {end:?}: {frames} of {inside} frames");
    }
}

#[test]
fn one_kind_of_stream_alone_equals_the_programs() {
    on_one_processor("transcode::one_kind_of_stream_alone_equals_the_programs", |_| {
        let video: &[&str] = &["-an", "-c:v", "libx264", "-crf", "23", "-preset", "veryfast"];
        let audio: &[&str] = &["-vn", "-c:a", "aac", "-b:a", "128k"];
        for input in [clips::film(), clips::picture_only()] {
            let dir = tempfile::tempdir().unwrap();
            let output = Mp4::file(dir.path().join("out.mp4")).video(X264::crf(23.0).preset(Preset::Veryfast));
            let outcome = same("picture alone", &dir, Pipeline::read(&input).output(output), &input, (&[], video));
            assert_eq!(outcome.outputs[0].streams.iter().map(|it| it.kind).collect::<Vec<_>>(), [StreamKind::Video]);
        }
        for input in [clips::film(), clips::sound_only()] {
            let dir = tempfile::tempdir().unwrap();
            let output = Mp4::file(dir.path().join("out.mp4")).audio(Aac::default());
            let outcome = same("sound alone", &dir, Pipeline::read(&input).output(output), &input, (&[], audio));
            assert_eq!(outcome.frames, None);
            assert_eq!(outcome.outputs[0].streams.iter().map(|it| it.kind).collect::<Vec<_>>(), [StreamKind::Audio]);
        }
    });
}

/// Both kinds are asked for, one is there: what is there is written.
#[test]
fn a_kind_of_stream_that_is_not_there_is_left_out() {
    on_one_processor("transcode::a_kind_of_stream_that_is_not_there_is_left_out", |_| {
        let (dir, input) = (tempfile::tempdir().unwrap(), clips::sound_only());
        let output = Mp4::file(dir.path().join("out.mp4")).video(H264::default()).audio(Aac::default());
        same("sound where both were asked for", &dir, Pipeline::read(&input).output(output), &input, (&[], &["-b:a", "128k"]));
    });
}

#[test]
fn the_outcome_is_what_ffprobe_says() {
    let (dir, input) = (tempfile::tempdir().unwrap(), clips::film());
    let path = dir.path().join("out.mp4");
    let output = Mp4::file(&path).video(X264::crf(23.0).preset(Preset::Ultrafast)).audio(Aac::default());
    let outcome = outcome("an outcome", Pipeline::read(&input).output(output));
    let media = Media::at(&path);
    let [written] = outcome.outputs.as_slice() else { panic!("one output was asked for: {outcome:?}") };

    assert_eq!(written.location.path(), Some(path.as_path()));
    assert_eq!(written.path.as_deref(), Some(path.as_path()));
    assert_eq!(written.bytes, Some(fs::metadata(&path).unwrap().len()));
    assert_eq!(written.duration.map(seconds), Some(media.format("duration")));
    assert_eq!(outcome.frames, Some(media.frames()));
    assert!(!outcome.stopped && outcome.elapsed > Duration::ZERO && outcome.cpu > Duration::ZERO);

    let expected = media.streams();
    assert_eq!(written.streams.len(), expected.len());
    for (index, (stream, expected)) in written.streams.iter().zip(&expected).enumerate() {
        let expect = |field: &str| expected.get(field).cloned();
        assert_eq!(stream.index, index);
        assert_eq!(Some(format!("{:?}", stream.kind).to_lowercase()), expect("codec_type"));
        assert_eq!(stream.codec.map(str::to_owned), expect("codec_name"));
        assert_eq!(stream.size.map(|it| it.0.to_string()), expect("width"));
        assert_eq!(stream.size.map(|it| it.1.to_string()), expect("height"));
        assert_eq!(stream.channels.map(|it| it.to_string()), expect("channels"));
        assert_eq!(stream.duration.map(seconds), expect("duration"));
    }
}

/// As ffprobe prints a length.
fn seconds(length: Duration) -> String {
    format!("{:.6}", length.as_secs_f64())
}

/// Beyond what FFmpeg's clock can count.
#[test]
fn a_part_as_long_as_can_be_said_is_the_rest() {
    let (dir, input) = (tempfile::tempdir().unwrap(), clips::short());
    let path = dir.path().join("out.mp4");
    let whole = outcome("a whole clip", Pipeline::read(&input).output(quick(dir.path().join("whole.mp4"))));
    let rest = outcome("to the end of time", Pipeline::read(&input).trim(secs(0)..Duration::MAX).output(quick(&path)));
    assert_eq!(rest.frames, whole.frames);
    let launch = Pipeline::read(&input).output(quick(dir.path().join("bounded.mp4"))).run();
    let (most, least) = (Duration::MAX, secs(3_600));
    let bounded = launch.deadline(most).stall(most).open_timeout(most).stop_limit(least).start().wait();
    assert_eq!(bounded.unwrap().frames, whole.frames);
}
