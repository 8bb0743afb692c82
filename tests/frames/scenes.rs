//! The first frames of scenes, beside those that the `ffmpeg` program's filter `scdet` finds.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use futures_executor::block_on_stream;
use telecine::analysis::Scenes;
use telecine::{Analysis, Error, Event, Frame, Frames, Pixels, Reason, Tolerance};

use crate::judge::{Line, line, lines, parsed, seen};
use crate::shapes;
use crate::support::clips::make_with;
use crate::support::oracle::ffmpeg;
use crate::support::{clips, corpus, corrupt, reasons, within};
use crate::whole::first_stream;

/// What the program's filters, one behind the other, make of all frames of the first video stream: what its muxer prints.
fn filtered(clip: &Path, options: &[&str], filters: &str, muxer: &str) -> Result<String, String> {
    let url = format!("file:{}", clip.to_str().ok_or("its name is no text")?);
    let input = [&["-noautorotate", "-copyts"], options, &["-i", &url]].concat();
    let stream = ["-map", "0:v:0", "-noautoscale", "-vf", filters];
    let output = ["-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", muxer, "-"];
    ffmpeg([&input[..], &stream, &output].concat())
}

/// The first of all frames, and those that the program's filter calls the first of a scene, as the decoder made them. `before` is what
/// frames come through before.
pub(crate) fn by_program(clip: &Path, options: &[&str], before: &str, threshold: f32) -> Result<Vec<Line>, String> {
    let all = parsed(&filtered(clip, options, before, "framemd5")?)?;
    // It says something of every frame, and of those the time, too.
    let filters = format!("{before},scdet=threshold={threshold},metadata=print:file=-");
    let mut begins = Vec::new();
    for said in filtered(clip, options, &filters, "null")?.lines() {
        if said.starts_with("frame:") {
            begins.push(begins.is_empty());
        } else if said.starts_with("lavfi.scd.time=") {
            *begins.last_mut().ok_or("it said nothing of a frame")? = true;
        }
    }
    if begins.len() != all.len() {
        return Err(format!("it looked at {} frames of {}", begins.len(), all.len()));
    }
    Ok(all.into_iter().zip(begins).filter(|it| it.1).map(|it| it.0).collect())
}

/// The first that differs. Where times go back, the program's muxer repeats the latest.
fn difference(ours: &[Line], theirs: &[Line]) -> Option<String> {
    let is_same = |a: &Line, b: &Line| (a.1, &a.2) == (b.1, &b.2) && a.0 <= b.0;
    let at = ours.iter().zip(theirs).position(|(a, b)| !is_same(a, b));
    let (at, is_other) = (at.unwrap_or(ours.len().min(theirs.len())), at.is_some() || ours.len() != theirs.len());
    is_other.then(|| format!("{} scenes and {}, from {at}: {:?}, {:?}", ours.len(), theirs.len(), ours.get(at), theirs.get(at)))
}

fn scenes(threshold: f32) -> Scenes {
    Scenes::default().threshold(threshold)
}

/// Four seconds and a half: five scenes of other lengths, the first of which comes back, and a white flash in it.
const PARTS: &str = "testsrc2=s=176x144:r=25:d=1.12[a];smptebars=s=176x144:r=25:d=0.6[b];mandelbrot=s=176x144:r=25,trim=duration=0.92[c];\
                     color=black:s=176x144:r=25:d=0.48[d];testsrc2=s=176x144:r=25:d=1.4,drawbox=t=fill:color=white:enable='eq(n,20)'[e];\
                     [a][b][c][d][e]concat=n=5";

/// In whatever the program is told to make of it.
fn cuts(name: &str, codec: &[&str]) -> PathBuf {
    make_with(name, &["-f", "lavfi", "-i", PARTS], codec, &[])
}

const X264: [&str; 8] = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "3"];

pub(crate) fn film() -> PathBuf {
    cuts("cuts.mp4", &X264)
}

/// The same in other codecs and formats, of which the filter takes some as they are, and has others made into what it takes.
fn films() -> Vec<PathBuf> {
    let ffv1 = |name: &str, format: &str| cuts(name, &["-c:v", "ffv1", "-pix_fmt", format]);
    let raw = |name: &str, format: &str| cuts(name, &["-c:v", "rawvideo", "-pix_fmt", format]);
    vec![
        film(),
        cuts("cuts.mkv", &X264),
        cuts(
            "cuts-hevc.mkv",
            &["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=1"],
        ),
        cuts("cuts-fields.ts", &["-c:v", "mpeg2video", "-bf", "2", "-flags", "+ildct+ilme", "-q:v", "3"]),
        cuts("cuts-full.avi", &["-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-q:v", "2"]),
        cuts("cuts-vp9.webm", &["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p"]),
        ffv1("cuts-10.mkv", "yuv422p10le"),
        ffv1("cuts-planar-rgb.mkv", "gbrp"),
        ffv1("cuts-gray-16.mkv", "gray16le"),
        ffv1("cuts-alpha.mkv", "yuva444p"),
        raw("cuts-nv12.nut", "nv12"),
        raw("cuts-p010.nut", "p010le"),
        raw("cuts-palette.nut", "pal8"),
        resized(),
    ]
}

/// Grows in the middle, in a scene of its own, with other scenes before and behind.
fn resized() -> PathBuf {
    let size = |name: &str, size: &str| {
        let parts = format!("testsrc2=s={size}:r=25:d=0.8[a];smptebars=s={size}:r=25:d=0.8[b];[a][b]concat=n=2");
        make_with(name, &["-f", "lavfi", "-i", &parts], &["-c:v", "mpeg2video", "-q:v", "2"], &["-f", "mpegts"])
    };
    let (small, large) = (size("small-cuts.ts", "176x144"), size("large-cuts.ts", "320x240"));
    let both = format!("concat:{}|{}", small.to_str().expect("it is text"), large.to_str().expect("it is text"));
    make_with("resized-cuts.ts", &["-i", &both], &["-c", "copy"], &["-f", "mpegts"])
}

/// How many scenes a clip has, or what is wrong with them.
fn compare(clip: &Path, threshold: f32) -> Result<usize, String> {
    let frames = first_stream(clip).scene_changes(scenes(threshold));
    let (ours, failure) = within(180, &clip.display().to_string(), move || seen(frames));
    match (by_program(clip, &[], "null", threshold), failure) {
        (Err(_), Some(_)) if ours.is_empty() => Ok(0),
        (Ok(theirs), None) => difference(&lines(&ours), &theirs).map_or(Ok(theirs.len()), Err),
        (theirs, failure) => Err(format!("{failure:?}, the program {:?}", theirs.map(|it| it.len()))),
    }
}

fn compare_all(clips: &[PathBuf], thresholds: &[f32], least: usize) {
    let (queue, found) = (Mutex::new(clips.iter()), Mutex::new((Vec::new(), 0)));
    let take = || queue.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(clip) = take() {
                    for threshold in thresholds {
                        let compared = compare(clip, *threshold);
                        let mut found = found.lock().unwrap();
                        match compared {
                            Ok(count) => found.1 += count,
                            Err(why) => found.0.push(format!("{} {threshold}: {why}", clip.display())),
                        }
                    }
                }
            });
        }
    });
    let (problems, scenes) = found.into_inner().unwrap();
    assert!(problems.is_empty(), "{} problems with {} clips:\n{}", problems.len(), clips.len(), problems.join("\n"));
    assert!(scenes >= least, "{scenes} scenes in {} clips", clips.len());
}

#[test]
fn made_clips_have_the_programs_scenes() {
    compare_all(&films(), &[0.0, 3.5, 10.0, 45.5, 100.0], 1_500);
    compare_all(&shapes::all(), &[1.0], 100);
}

#[test]
fn clips_by_others_have_the_programs_scenes() {
    let clips = corpus::clips("whether the first frames of scenes are those of the ffmpeg program");
    if !clips.is_empty() {
        compare_all(&clips, &[8.0], 60);
    }
}

/// What was put into it.
#[test]
fn scenes_begin_where_parts_do() {
    let mut frames = Frames::read(film()).scene_changes(Scenes::default()).start();
    let given: Vec<_> = frames.by_ref().map(|it| it.expect("it is whole")).collect();
    // The first of all; the flash, behind which no other scene begins.
    let times = [0, 1_120, 1_720, 2_640, 3_120, 3_920].map(Duration::from_millis);
    assert_eq!(given.iter().filter_map(Frame::time).collect::<Vec<_>>(), times);
    assert!(given.iter().map(Frame::index).eq(0..6) && given.iter().all(|it| it.instant().is_none()));
    let (outcome, progress) = (frames.outcome().expect("it ended well").clone(), frames.control().progress());
    // All of them have been looked at.
    assert_eq!((outcome.frames, outcome.skipped, progress.frames_decoded), (6, 0, Some(113)));
    assert_eq!((outcome.corrupt, outcome.undecodable, outcome.stopped, outcome.truncated), (0, 0, false, false));
}

#[test]
fn a_change_of_size_begins_no_scene_and_those_behind_it_are_found() {
    let frames: Vec<_> =
        Frames::read(resized()).scene_changes(Scenes::default()).start().map(|it| it.expect("it is whole")).collect();
    assert_eq!(frames.iter().map(Frame::size).collect::<Vec<_>>(), [(176, 144), (176, 144), (320, 240)]);
    assert_eq!(frames.iter().map(Frame::is_changed).collect::<Vec<_>>(), [false, false, true]);
}

/// The detector sees nothing of what is before the range.
#[test]
fn a_range_begins_with_a_scene_of_its_own() {
    let second = |it: f64| Duration::from_secs_f64(it);
    for (from, to) in [(0.4, 3.0), (1.12, 3.12), (1.2, 4.5), (2.0, 2.2), (3.96, 60.0)] {
        let clip = film();
        let (ours, failure) = seen(Frames::read(clip.as_path()).range(second(from)..second(to)).scene_changes(Scenes::default()));
        let theirs = by_program(&clip, &[], &format!("trim=start={from}:end={to}"), 10.0).expect("the program is content");
        assert!(failure.is_none(), "{from} to {to}: {failure:?}");
        assert_eq!(difference(&lines(&ours), &theirs), None, "{from} to {to}");
    }
    let (ours, failure) = seen(Frames::read(film()).range(second(60.0)..).scene_changes(Scenes::default()));
    assert!(ours.is_empty() && matches!(failure, Some(Error::Seek { .. })), "{failure:?}");
}

#[test]
fn behind_the_first_come_those_that_an_analysis_tells_of() {
    telecine::logs::install().expect("nobody else has");
    for clip in [film(), resized()] {
        let ours = seen(Frames::read(clip.as_path()).scene_changes(scenes(5.0))).0;
        let events = Analysis::pictures(clip.as_path()).scenes(scenes(5.0)).start();
        let told = events.map(|it| match it.expect("it is whole") {
            Event::SceneChange { at, .. } => Some(at),
            other => panic!("{other:?}"),
        });
        assert!(ours.len() > 2);
        assert_eq!(ours.iter().skip(1).map(|it| it.time).collect::<Vec<_>>(), told.collect::<Vec<_>>());
    }
}

#[test]
fn as_a_stream_and_as_pixels_they_are_the_same_frames() {
    let read = || Frames::read(film()).scene_changes(Scenes::default());
    let expected: Vec<_> = seen(read()).0;
    let streamed: Vec<_> = block_on_stream(read().stream()).map(|it| line(&it.expect("it is whole"))).collect();
    assert_eq!(streamed, lines(&expected));
    let images: Vec<_> = read().pixels(Pixels::gray8()).start().map(|it| it.expect("it can be converted")).collect();
    assert_eq!(
        images.iter().map(|it| it.pts().count()).collect::<Vec<_>>(),
        expected.iter().map(|it| it.pts).collect::<Vec<_>>()
    );
    // Black is one of them.
    assert!(images[3].samples().iter().all(|it| *it < 8) && images[2].samples().iter().any(|it| *it > 100));
    let images: Vec<_> = block_on_stream(read().pixels(Pixels::rgb8()).stream()).collect::<Result<_, _>>().expect("they can be");
    assert_eq!(images.len(), expected.len());
}

#[test]
fn paused_and_resumed_again_and_again_they_are_the_same() {
    let frames = Frames::read(film()).scene_changes(scenes(0.0)).start();
    let control = frames.control();
    let restless = thread::spawn(move || {
        for _ in 0..1_000 {
            control.pause();
            control.resume();
        }
    });
    let ours: Vec<_> = within(60, "a restless reading", move || frames.map(|it| line(&it.expect("it is whole"))).collect());
    restless.join().expect("no panic");
    assert_eq!(ours, by_program(&film(), &[], "null", 0.0).expect("it is whole"));
}

/// What decoders make up out of damage counts as what it looks like; with one thread it is the same every time.
#[test]
fn damage_is_looked_at_as_by_the_program() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (name, options) = ("cuts.ts", [&X264[..], &["-preset", "ultrafast"]].concat());
    let (whole, damaged) = (cuts(name, &options), folder.path().join(name));
    corrupt::copy(&whole, &damaged, 900);
    let clips = [corrupt::transport_stream(folder.path()), damaged];
    for clip in clips {
        let frames = first_stream(&clip).threads(1).tolerance(Tolerance::default().truncated()).scene_changes(scenes(0.3));
        let mut frames = frames.start();
        let ours: Vec<_> = frames.by_ref().map(|it| line(&it.expect("damage is borne"))).collect();
        let theirs = by_program(&clip, &["-threads", "1"], "null", 0.3).expect("the program is content");
        assert_eq!(difference(&ours, &theirs), None, "{}", clip.display());
        assert!(ours.len() > 1, "{}: {} scenes", clip.display(), ours.len());
        assert!(frames.outcome().is_some_and(|it| it.corrupt + it.undecodable > 0), "{:?}", frames.outcome());
    }
}

#[test]
fn what_was_decoded_comes_before_the_error_of_what_is_cut_off() {
    let clip = cuts("cuts-index-first.mp4", &[&X264[..], &["-movflags", "+faststart"]].concat());
    let mut bytes = std::fs::read(clip).expect("it was made");
    bytes.truncate(bytes.len() / 2);
    let (ours, failure) = seen(Frames::bytes(bytes).scene_changes(Scenes::default()));
    assert!(matches!(failure, Some(Error::Truncated { .. })) && ours.len() > 1, "{} frames, {failure:?}", ours.len());
}

#[test]
fn a_threshold_that_cannot_be_meant_is_told_before_anything_is_read() {
    for threshold in [-0.1, 100.1, f32::NAN, f32::INFINITY] {
        let (frames, failure) = seen(Frames::read(clips::short()).scene_changes(scenes(threshold)));
        let Some(Error::Invalid { problems }) = &failure else { panic!("{threshold}: {failure:?}") };
        let expected = Reason::OutOfRange { what: "Scenes' threshold", value: threshold.to_string(), range: "0 to 100" };
        assert_eq!((frames.is_empty(), reasons(problems)), (true, vec![expected]));
    }
}
