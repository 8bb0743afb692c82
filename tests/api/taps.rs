//! An application's look at decoded frames: every one of them, byte by byte as the program decodes it; changed where it wants to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use telecine::{
    Aac, Error, H264, Mp4, Outcome, Pipeline, Preset, Quality, Select, Stage, StreamCopy, StreamKind, Track, X264, secs,
};

use crate::sources::innermost;
use crate::support::oracle::ffmpeg;
use crate::support::{Media, clips, copy, error, finish, launch_error, names, quick, slow, within};

/// What a tap saw of one frame.
#[derive(Clone, Debug, Default)]
struct Seen {
    pts: Option<Duration>,
    size: Option<(u32, u32)>,
    samples: Option<usize>,
    sample_rate: Option<u32>,
    format: &'static str,
    planes: Vec<(usize, Vec<u8>)>,
}

type Frames = Arc<Mutex<Vec<Seen>>>;

fn look(frame: &telecine::TapFrame<'_>) -> Seen {
    let planes = (0..).map_while(|it| Some((frame.stride(it)?, frame.plane(it)?.to_vec())));
    Seen {
        pts: frame.pts(),
        size: frame.size(),
        samples: frame.samples(),
        sample_rate: frame.sample_rate(),
        format: frame.format(),
        planes: planes.collect(),
    }
}

/// Transcodes `pipeline` into a file of a new folder, and notes what its taps see: pictures, and blocks of sound.
fn watch(scenario: &str, pipeline: impl FnOnce(&Path) -> Pipeline) -> (Outcome, Vec<Seen>, Vec<Seen>) {
    let dir = tempfile::tempdir().unwrap();
    let (video, audio) = (Frames::default(), Frames::default());
    let (pictures, sound) = (Arc::clone(&video), Arc::clone(&audio));
    let launch = pipeline(&dir.path().join("out.mp4"))
        .run()
        .video_tap(move |frame| {
            pictures.lock().unwrap().push(look(frame));
            Ok(())
        })
        .audio_tap(move |frame| {
            sound.lock().unwrap().push(look(frame));
            Ok(())
        });
    let outcome = finish(scenario, launch);
    let taken = |frames: Frames| std::mem::take(&mut *frames.lock().unwrap());
    (outcome, taken(video), taken(audio))
}

/// Equal to ffprobe's, but for what Matroska, which counts in milliseconds, rounds.
fn assert_times(scenario: &str, seen: &[Seen], expected: &[f64]) {
    let seen: Vec<_> = seen.iter().map(|it| it.pts.map(|it| it.as_secs_f64())).collect();
    assert_eq!(seen.len(), expected.len(), "{scenario}: as many frames as ffprobe reads");
    for (seen, expected) in seen.iter().zip(expected) {
        assert!(seen.is_some_and(|it| (it - expected).abs() < 6e-4), "{scenario}: {seen:?}, ffprobe says {expected}");
    }
}

#[test]
fn every_frame_is_shown_when_it_is_due() {
    for clip in [clips::film(), clips::matroska(), clips::transport_stream()] {
        let scenario = clip.display().to_string();
        let media = Media::at(&clip);
        let start: f64 = media.format("start_time").parse().unwrap();
        let (outcome, video, audio) = watch(&scenario, |to| Pipeline::read(&clip).output(quick(to)));
        let expected = |stream: &str| media.times(stream).iter().map(|it| it - start).collect::<Vec<_>>();
        assert_times(&scenario, &video, &expected("v:0"));
        assert_times(&scenario, &audio, &expected("a:0"));
        assert_eq!(outcome.frames, Some(video.len() as u64), "{scenario}");
        assert!(video.iter().all(|it| it.samples.is_none() && it.sample_rate.is_none()));
        assert!(audio.iter().all(|it| it.size.is_none() && it.sample_rate == Some(48_000)));
    }
}

/// Sound is shown whole: put together it is what the program decodes.
#[test]
fn samples_are_the_programs() {
    let dir = tempfile::tempdir().unwrap();
    let (clip, raw) = (clips::matroska(), dir.path().join("raw"));
    let (_, _, audio) = watch("sound", |to| Pipeline::read(&clip).output(quick(to)));
    ffmpeg(["-i", clip.to_str().unwrap(), "-map", "0:a:0", "-f", "f32le", raw.to_str().unwrap()]).unwrap();
    assert!(audio.iter().all(|it| it.format == "fltp" && it.planes.len() == 1), "one channel, planar");
    let samples: Vec<u8> = audio.iter().flat_map(|it| it.planes[0].1.clone()).collect();
    assert!(samples == fs::read(raw).unwrap(), "other samples than the program's");
}

/// Of a part, what lies before it is decoded too, and has no time of its own in the output.
#[test]
fn a_parts_frames_count_from_its_beginning() {
    let clip = clips::film();
    let (outcome, video, _) = watch("a part", |to| Pipeline::read(&clip).trim(secs(3)..secs(4)).output(quick(to)));
    let timed: Vec<_> = video.into_iter().filter(|it| it.pts.is_some()).collect();
    let expected: Vec<_> = Media::at(&clip).times("v:0").iter().map(|it| it - 3.0).filter(|it| *it >= 0.0).collect();
    let wanted = outcome.frames.unwrap() as usize;
    assert!(timed.len() >= wanted && wanted > 0, "{} shown, {wanted} written", timed.len());
    assert_times("a part", &timed[..wanted], &expected[..wanted]);
}

/// How many bytes of each row of each plane are picture, and how many rows there are.
fn layout(format: &str, (width, height): (usize, usize)) -> Vec<(usize, usize)> {
    let half = |it: usize| it.div_ceil(2);
    match format {
        "yuv420p" => vec![(width, height), (half(width), half(height)), (half(width), half(height))],
        "yuv422p" => vec![(width, height), (half(width), height), (half(width), height)],
        "yuv444p" => vec![(width, height); 3],
        "yuv420p10le" => vec![(width * 2, height), (half(width) * 2, half(height)), (half(width) * 2, half(height))],
        "nv12" => vec![(width, height), (half(width) * 2, half(height))],
        "rgb24" => vec![(width * 3, height)],
        "bgra" | "bgr0" => vec![(width * 4, height)],
        other => panic!("{other}: no layout"),
    }
}

/// The picture as `-f rawvideo` writes it: rows without what lies between them.
fn packed(seen: &Seen) -> Vec<u8> {
    let (width, height) = seen.size.unwrap();
    let layout = layout(seen.format, (width as usize, height as usize));
    assert_eq!(seen.planes.len(), layout.len(), "{}: as many planes", seen.format);
    let mut packed = Vec::new();
    for ((stride, bytes), (row, rows)) in seen.planes.iter().zip(layout) {
        assert!(*stride >= row && bytes.len() == stride * (rows - 1) + row, "{}: {stride}, {}", seen.format, bytes.len());
        packed.extend(bytes.chunks(*stride).flat_map(|it| &it[..row]));
    }
    packed
}

/// All pictures of a clip in their own format, by the program.
fn raw(clip: &Path, dir: &Path) -> Vec<u8> {
    let raw = dir.join("raw");
    let arguments = ["-y", "-i", clip.to_str().unwrap(), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo"];
    ffmpeg([&arguments[..], &[raw.to_str().unwrap()]].concat()).unwrap();
    fs::read(raw).unwrap()
}

#[test]
fn planes_are_the_programs() {
    let dir = tempfile::tempdir().unwrap();
    for (codec, format, size) in [
        ("ffv1", "yuv420p", "323x241"),
        ("ffv1", "yuv422p", "161x97"),
        ("ffv1", "yuv444p", "161x97"),
        ("ffv1", "yuv420p10le", "163x99"),
        ("ffv1", "bgr0", "161x97"),
        ("rawvideo", "nv12", "160x98"),
        ("png", "rgb24", "161x97"),
        ("ffv1", "bgra", "161x97"),
    ] {
        let scenario = format!("{format} {size}");
        let clip: PathBuf = dir.path().join(format!("{format}.nut"));
        let source = format!("testsrc=size={size}:rate=25");
        let options = ["-t", "0.2", "-c:v", codec, "-pix_fmt", format, clip.to_str().unwrap()];
        ffmpeg([&["-f", "lavfi", "-i", &source], &options[..]].concat()).unwrap();
        let (_, video, _) = watch(&scenario, |to| Pipeline::read(&clip).output(Mp4::file(to).video(H264::quality(Quality::Low))));
        assert_eq!(video.len() as u64, Media::at(&clip).frames(), "{scenario}");
        let (width, height) = size.split_once('x').unwrap();
        let expected = (width.parse().unwrap(), height.parse().unwrap());
        assert!(
            video.iter().all(|it| it.format == format && it.size == Some(expected)),
            "{scenario}: {:?} {}",
            video[0].size,
            video[0].format
        );
        let seen: Vec<u8> = video.iter().flat_map(packed).collect();
        assert!(seen == raw(&clip, dir.path()), "{scenario}: other bytes than the program's");
    }
}

fn fast() -> X264 {
    X264::crf(23.0).preset(Preset::Ultrafast)
}

/// Black, in studio range.
const BLACK: u8 = 16;

/// What a tap does to a frame is encoded, and the decoder, which refers to its frames later, sees nothing of it.
#[test]
fn a_changed_frame_is_encoded_so() {
    let dir = tempfile::tempdir().unwrap();
    let (clip, output) = (clips::film(), dir.path().join("out.mp4"));
    let seen = Frames::default();
    let (noting, after) = (Arc::clone(&seen), Arc::new(AtomicU64::new(0)));
    let changed = Arc::clone(&after);
    let launch = Pipeline::read(&clip)
        .output(Mp4::file(&output).video(fast()))
        .run()
        .video_tap(move |frame| {
            noting.lock().unwrap().push(look(frame));
            frame.plane_mut(0).ok_or("no luma")?.fill(BLACK);
            assert!(frame.plane_mut(3).is_none(), "there is no fourth plane");
            Ok(())
        })
        // The next tap sees what the one before it left.
        .video_tap(move |frame| {
            let black = frame.plane(0).is_some_and(|it| it.iter().all(|it| *it == BLACK));
            changed.fetch_add(u64::from(black), Ordering::Relaxed);
            Ok(())
        });
    let outcome = finish("blackened", launch);
    assert_eq!(outcome.frames, Some(after.load(Ordering::Relaxed)), "all of them black for the second tap");

    let before: Vec<u8> = seen.lock().unwrap().iter().flat_map(packed).collect();
    assert!(before == raw(&clip, dir.path()), "the decoder's frames are as they would be");

    let (width, height) = seen.lock().unwrap()[0].size.unwrap();
    let (luma, all) = ((width * height) as usize, (width * height * 3 / 2) as usize);
    let brightest = |bytes: &[u8]| bytes.chunks(all).flat_map(|it| it[..luma].iter().copied()).max();
    let written = raw(&output, dir.path());
    assert_eq!(written.len() / all, outcome.frames.unwrap() as usize);
    // A lossy encoder may be a step or two off.
    assert!(brightest(&written) < Some(BLACK + 4), "{:?}", brightest(&written));
    assert!(brightest(&before) > Some(200), "the clip is not black itself");
}

/// Silence where there was a tone.
#[test]
fn a_changed_sound_is_encoded_so() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let launch = Pipeline::read(clips::film()).output(Mp4::file(&output).audio(Aac::default())).run().audio_tap(|frame| {
        frame.plane_mut(0).ok_or("no samples")?.fill(0);
        Ok(())
    });
    finish("silenced", launch);
    let raw = dir.path().join("raw");
    ffmpeg(["-i", output.to_str().unwrap(), "-f", "s16le", raw.to_str().unwrap()]).unwrap();
    let samples = fs::read(raw).unwrap();
    assert!(samples.len() > 48_000 * 2 * 5, "five seconds and more");
    assert!(samples.iter().all(|it| *it == 0), "silence");
}

/// Early, in the middle, and on either kind of stream; by an error and by a panic.
#[test]
fn a_tap_that_fails_fails_its_job_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let other = Pipeline::read(clips::film()).output(slow(dir.path().join("other.mp4"))).start();
    for at in [0, 60] {
        for panics in [false, true] {
            for kind in [StreamKind::Video, StreamKind::Audio] {
                let scenario = format!("a tap on {kind:?} that fails at frame {at}, by a panic: {panics}");
                let folder = tempfile::tempdir().unwrap();
                let mut count = 0;
                let tap = move |_: &mut telecine::TapFrame<'_>| {
                    count += 1;
                    match count > at {
                        true if panics => panic!("no more of this"),
                        true => Err("no more of this".into()),
                        false => Ok(()),
                    }
                };
                let launch = Pipeline::read(clips::film()).output(quick(folder.path().join("out.mp4"))).run();
                let launch = if kind == StreamKind::Video { launch.video_tap(tap) } else { launch.audio_tap(tap) };
                let why = launch_error(&scenario, launch);
                assert!(matches!(&why, Error::Tap { location, .. } if *location == clips::film().into()), "{scenario}: {why:?}");
                let words = if panics { "the tap panicked: no more of this" } else { "no more of this" };
                assert_eq!(innermost(&why), words, "{scenario}");
                assert_eq!(why.stage(), Some(Stage::Filter), "{scenario}");
                assert!(!why.can_retry());
                assert!(names(folder.path()).is_empty(), "{scenario}: {:?} is left", names(folder.path()));
            }
        }
    }
    within(60, "the other job", || other.wait()).unwrap();
    assert_eq!(names(dir.path()), ["other.mp4"]);
}

#[test]
fn what_is_copied_or_not_written_is_not_shown() {
    let (_, video, audio) = watch("a copy", |to| Pipeline::read(clips::film()).output(copy(to)));
    assert!(video.is_empty() && audio.is_empty());
    let half = |to: &Path| Pipeline::read(clips::film()).output(Mp4::file(to).video(StreamCopy).audio(Aac::default()));
    let (_, video, audio) = watch("a copied picture", half);
    assert!(video.is_empty());
    assert_eq!(audio.len(), Media::at(clips::film()).times("a:0").len());
    let (_, video, audio) = watch("no sound", |to| Pipeline::read(clips::film()).output(Mp4::file(to).video(fast())));
    assert!(audio.is_empty());
    assert_eq!(video.len() as u64, Media::at(clips::film()).frames());
    let (_, video, audio) = watch("a silent film", |to| Pipeline::read(clips::picture_only()).output(quick(to)));
    assert!(audio.is_empty());
    assert_eq!(video.len() as u64, Media::at(clips::picture_only()).frames());
}

/// A tap on what is not there changes nothing about the error.
#[test]
fn a_tap_on_nothing_changes_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(clips::picture_only()).output(Mp4::file(dir.path().join("out.mp4")).audio(Aac::default()));
    let plain = error("sound of a silent film", pipeline.clone());
    let tapped = launch_error("the same, tapped", pipeline.run().audio_tap(|_| Ok(())).video_tap(|_| Ok(())));
    assert!(matches!(tapped, Error::NoSuchStream { .. }), "{tapped:?}");
    assert_eq!(plain.to_string(), tapped.to_string());
}

#[test]
fn of_several_inputs_the_one_that_was_looked_at_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let audio = Track::of(Select::main().input(1), Aac::default());
    let output = Mp4::file(dir.path().join("out.mp4")).video(fast()).audio(audio);
    let launch = Pipeline::read(clips::picture_only()).input(clips::film()).output(output).run();
    let why = launch_error("a tap on the second input", launch.audio_tap(|_| Err("no more of this".into())));
    assert!(matches!(&why, Error::Tap { location, .. } if *location == clips::film().into()), "{why:?}");
}
