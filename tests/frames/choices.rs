//! The ways to choose frames, beside what the `ffmpeg` program gives for the same, and at what cost.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use telecine::analysis::Scenes;
use telecine::{Error, FrameIter, Frames, Location, Phase, Reason, Tolerance, secs};
use tokio_util::sync::CancellationToken;

use crate::judge::{Line, line, lines, muxed, on_screen, parsed, program, program_with, seen};
use crate::seek::counted;
use crate::shapes;
use crate::support::oracle::{ffmpeg, ffprobe, packets};
use crate::support::{clips, corrupt, reasons, within};
use crate::whole::first_stream;

const MILLIS: fn(u64) -> Duration = Duration::from_millis;

/// Sizes and hashes by the program's filter `fps`, whose own times are numbers.
fn by_fps(clip: &Path, step: Duration) -> Vec<(usize, String)> {
    let url = format!("file:{}", clip.to_str().expect("it is text"));
    // Counted from where the container begins, as everywhere; of some, the program counts from where the stream does.
    let said = ffprobe(clip).expect("it is media");
    let start = said["format"]["start_time"].as_str().unwrap_or("0");
    let filter = format!("setpts=round(PTS-{start}/TB),fps=fps=1000000/{}:round=up:start_time=0", step.as_micros());
    let options = [
        "-noautorotate",
        "-copyts",
        "-i",
        &url,
        "-map",
        "0:v:0",
        "-vf",
        &filter,
        "-fps_mode",
        "passthrough",
        "-f",
        "framemd5",
        "-",
    ];
    let lines = parsed(&ffmpeg(options).expect("the program is content")).expect("it writes lines");
    lines.into_iter().map(|it| (it.1, it.2)).collect()
}

#[test]
fn every_so_often_is_what_the_filter_fps_gives() {
    let mut problems = Vec::new();
    // Where times begin anew or are guessed, the program has ways of its own to set them right.
    let clips = shapes::all().into_iter().filter(|it| {
        let name = it.file_name().expect("it has one").to_string_lossy().into_owned();
        !["joined", "started-twice", "two-headers", "bare", "wrapping"].iter().any(|it| name.contains(it))
    });
    for clip in clips {
        for step in [30, 40, 250, 1_000, 1_730].map(MILLIS) {
            let (ours, failure) = seen(Frames::read(clip.as_path()).every(step));
            let ours: Vec<_> = ours.into_iter().map(|it| (it.size, it.hash)).collect();
            let theirs = by_fps(&clip, step);
            if ours != theirs || failure.is_some() {
                let at = ours.iter().zip(&theirs).position(|(a, b)| a != b);
                problems.push(format!(
                    "{} {step:?}: {} and {}, from {at:?}, {failure:?}",
                    clip.display(),
                    ours.len(),
                    theirs.len()
                ));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// FFmpeg's decoders of these do not know that they are to skip anything, and that of Theora gives nothing after its first.
const DO_NOT_SKIP: [&str; 4] = ["vp9", "av1", "gif", "theora"];

/// Key frames by the program: those that its decoder makes alone, or those of all that come of key packets.
fn keys_by_program(clip: &Path) -> [Result<Vec<Line>, String>; 2] {
    let said = packets(clip);
    let is_key = |it: &&serde_json::Value| it["flags"].as_str().is_some_and(|it| it.starts_with('K'));
    let keys = said["packets"].as_array().into_iter().flatten().filter(is_key).filter_map(|it| it["pts"].as_i64());
    let keys: Vec<_> = keys.collect();
    let of_all = program(clip).map(|all| all.into_iter().filter(|it| keys.contains(&it.0)).collect());
    let codec = said["streams"][0]["codec_name"].as_str().unwrap_or_default();
    let alone = program_with(clip, &["-skip_frame", "nokey"]);
    match codec {
        _ if DO_NOT_SKIP.contains(&codec) => [of_all.clone(), of_all],
        // Where not all of them are IDR pictures, it loses some, and gives others in the wrong order.
        "h264" => [alone, of_all],
        _ => [alone.clone(), alone],
    }
}

#[test]
fn key_frames_are_those_of_the_programs_decoder() {
    let mut problems = Vec::new();
    let media = std::env::var_os("TELECINE_MEDIA").map(|it| Path::new(&it).join("clips"));
    let others =
        media.into_iter().flat_map(|it| std::fs::read_dir(it).expect("there are clips")).map(|it| it.expect("a clip").path());
    let clips: Vec<PathBuf> = shapes::all().into_iter().chain(others.filter(|it| it.is_file())).collect();
    let mut count = 0;
    for clip in clips {
        let frames = first_stream(&clip).key_frames();
        let (ours, failure) = within(60, &clip.display().to_string(), move || seen(frames));
        if ours.is_empty() && failure.is_some() && program(&clip).is_err() {
            continue;
        }
        let (ours, theirs) = (muxed(&ours), keys_by_program(&clip));
        count += ours.len();
        if !theirs.contains(&Ok(ours.clone())) {
            let count = theirs.map(|it| it.map(|it| it.len()));
            problems.push(format!("{}: {} of ours and {count:?}, {failure:?}", clip.display(), ours.len()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(count > 150, "{count} key frames");
}

/// What came, and how many frames were decoded and packets were not.
fn cost(frames: Frames) -> (usize, u64, u64) {
    let mut frames = frames.start();
    let given = frames.by_ref().inspect(|it| assert!(it.is_ok(), "{it:?}")).count();
    let decoded = frames.control().progress().frames_decoded.expect("frames were decoded");
    (given, decoded, frames.outcome().expect("it ended well").skipped)
}

#[test]
fn what_nobody_wants_is_not_decoded() {
    // Five seconds of 25 frames each, with a key frame every 20.
    for (name, most) in
        [("closed.mp4", 70), ("closed.mkv", 70), ("closed.ts", 70), ("hevc.mkv", 70), ("mpeg2.ts", 60), ("mpeg4.mp4", 60)]
    {
        let read = || Frames::read(shapes::named(name));
        let (given, decoded, skipped) = cost(read().every(secs(1)));
        assert!(
            given >= 5 && decoded <= most && decoded + skipped <= 125,
            "{name}: {given}, {decoded} decoded, {skipped} skipped"
        );
        assert!(skipped >= 50, "{name}: {skipped} skipped");
        let (_, decoded, _) = cost(read().nth(40));
        // MPEG-4 has packets without a picture, so frames cannot be counted by packets.
        assert!(decoded <= most || name == "mpeg4.mp4", "{name}: {decoded} decoded for every 40th");
        let (given, decoded, _) = cost(read().key_frames());
        assert_eq!(given as u64, decoded, "{name}");
    }
    // Each frame by itself: as many as are wanted, and one more, by which one knows that it is enough.
    let (given, decoded, _) = cost(Frames::read(shapes::named("mjpeg.avi")).every(MILLIS(500)));
    assert!(decoded <= given as u64 + 1, "{given} and {decoded}");
}

#[test]
fn times_in_any_order_decode_nothing_twice() {
    let times = [4_100, 300, 4_100, 2_950, 300, 310, 4_600, 2_900].map(MILLIS);
    for name in ["closed.mp4", "open.mkv", "closed.ts", "hevc.mp4", "one-key.mp4", "mpeg4.avi"] {
        let read = || Frames::read(shapes::named(name));
        let (given, decoded, _) = cost(read().at_each(times));
        let (all, ..) = cost(read());
        assert!(given == times.len() && decoded <= all as u64, "{name}: {given} given, {decoded} of {all} decoded");
        let frames: Vec<_> = read().at_each(times).start().map(|it| it.expect("it is there")).collect();
        let mut sorted = times;
        sorted.sort_unstable();
        assert_eq!(frames.iter().filter_map(telecine::Frame::instant).collect::<Vec<_>>(), sorted, "{name}");
        for frame in frames {
            let alone = seen(read().at(frame.instant().expect("it stands for one"))).0;
            assert_eq!(lines(&alone), [line(&frame)], "{name}");
        }
    }
}

#[test]
fn the_others_come_before_the_error_of_a_time_beyond_the_end() {
    for name in ["closed.mp4", "closed.ts", "closed.mkv"] {
        let (frames, failure) = seen(Frames::read(shapes::named(name)).at_each([secs(60), secs(1), secs(61), MILLIS(4_900)]));
        assert!(frames.len() == 2 && matches!(&failure, Some(Error::Seek { at, .. }) if *at == secs(60)), "{name}: {failure:?}");
    }
    for frames in [
        Frames::read(shapes::named("closed.mp4")).range(secs(60)..).every(secs(1)),
        read_behind().nth(3),
        read_behind().key_frames(),
    ] {
        let (frames, failure) = seen(frames);
        assert!(frames.is_empty() && matches!(failure, Some(Error::Seek { .. })), "{frames:?} {failure:?}");
    }
}

fn read_behind() -> Frames {
    Frames::read(shapes::named("closed.mp4")).range(secs(60)..)
}

#[test]
fn a_range_is_sampled_from_its_own_beginning() {
    let read = || Frames::read(shapes::named("closed.mp4")).range(MILLIS(1_310)..MILLIS(3_000));
    let times = |frames: Frames| seen(frames).0.into_iter().filter_map(|it| it.time).collect::<Vec<_>>();
    assert_eq!(times(read().every(MILLIS(500))), [1_280, 1_800, 2_280, 2_800].map(MILLIS));
    assert_eq!(times(read().nth(20)), [1_320, 2_120, 2_920].map(MILLIS));
    assert_eq!(times(read().key_frames()), [1_600, 2_400].map(MILLIS));
    // In the middle of parts of 845 ms.
    assert_eq!(times(read().spread(2)), [1_720, 2_560].map(MILLIS));
    assert_eq!(times(read().at_each([MILLIS(2_999), MILLIS(1_310)])), [1_280, 2_960].map(MILLIS));
}

#[test]
fn a_moment_is_told_only_where_frames_stand_for_moments() {
    let first = |frames: Frames| frames.start().next().expect("there is one").expect("it is whole").instant();
    let read = || Frames::read(shapes::named("closed.mp4"));
    assert_eq!(
        (first(read()), first(read().nth(2)), first(read().key_frames()), first(read().at(secs(1)))),
        (None, None, None, None)
    );
    assert_eq!(first(read().every(secs(1))), Some(Duration::ZERO));
    assert_eq!(first(read().at_each([secs(2)])), Some(secs(2)));
    assert!(first(read().spread(2)).is_some_and(|it| (MILLIS(1_200)..=MILLIS(1_280)).contains(&it)));
}

#[test]
fn what_is_longer_than_a_step_comes_again() {
    let frames: Vec<_> =
        Frames::read(shapes::named("closed.mp4")).every(MILLIS(10)).start().map(|it| it.expect("it is whole")).collect();
    assert_eq!(frames.len(), 500);
    assert!(frames.iter().enumerate().all(|(at, it)| it.index() == at as u64 && it.instant() == Some(MILLIS(10 * at as u64))));
    let same = |a: &telecine::Frame, b: &telecine::Frame| {
        a.plane(0).map(|it| it.rows().next().map(<[u8]>::as_ptr)) == b.plane(0).map(|it| it.rows().next().map(<[u8]>::as_ptr))
    };
    // Four of each, in one and the same buffer.
    assert!(frames.chunks(4).all(|it| it.iter().all(|other| same(&it[0], other) && other.pts() == it[0].pts())));
}

#[test]
fn the_last_choice_counts() {
    let read = || Frames::read(shapes::named("closed.mp4"));
    let count = |frames: Frames| seen(frames).0.len();
    assert_eq!(count(read().at(secs(1)).nth(25)), 5);
    assert_eq!(count(read().nth(25).at(secs(1))), 1);
    assert_eq!(count(read().every(secs(1)).spread(3)), 3);
    assert_eq!(count(read().at(secs(1)).scene_changes(Scenes::default())), 1);
    assert_eq!(count(read().scene_changes(Scenes::default()).nth(25)), 5);
}

#[test]
fn what_cannot_be_meant_is_told_before_anything_is_read() {
    let read = || Frames::read(clips::short());
    let wrong = [
        ("no time", read().every(Duration::ZERO)),
        ("less than any time", read().every(Duration::from_nanos(999))),
        ("no step", read().nth(0)),
        ("no frames", read().spread(0)),
        ("no times", read().at_each([])),
        ("before the range", read().range(secs(1)..secs(2)).at_each([secs(1), MILLIS(999)])),
        ("behind the range", read().at_each([secs(1), secs(2)]).range(secs(1)..secs(2))),
    ];
    for (scenario, frames) in wrong {
        let (frames, failure) = seen(frames);
        let Some(Error::Invalid { problems }) = &failure else { panic!("{scenario}: {failure:?}") };
        assert!(frames.is_empty() && matches!(&reasons(problems)[..], [Reason::OutOfRange { .. }]), "{scenario}: {problems:?}");
    }
}

#[test]
fn what_has_no_length_cannot_be_spread_over_where_it_cannot_be_read_twice() {
    let clip = shapes::named("closed.ts");
    let reader = std::fs::File::open(shapes::named("bare.h264")).expect("it was made");
    let (frames, failure) = seen(Frames::read(Location::stream("bare.h264")).reader(reader).spread(3));
    assert!(frames.is_empty() && matches!(failure, Some(Error::Seek { .. })), "{failure:?}");
    assert_eq!(seen(Frames::read(clip).spread(3)).0.len(), 3);
    // A recording that was not closed does not say it; a file can be read for it.
    assert_eq!(seen(Frames::read(shapes::named("live.mkv")).spread(3)).0.len(), 3);
}

/// One of which a frame has been taken.
fn begun(mut frames: FrameIter) -> FrameIter {
    let (first, frames) = within(60, "the first frame", move || (frames.next(), frames));
    assert!(matches!(first, Some(Ok(_))), "{first:?}");
    frames
}

/// A minute of small pictures, with key frames so far apart.
fn minute(name: &str, apart: &str) -> PathBuf {
    let options =
        ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-sc_threshold", "0", "-g", apart, "-pix_fmt", "yuv420p"];
    clips::make_with(name, &["-f", "lavfi", "-i", "testsrc2=size=176x144:rate=25,noise=alls=60:allf=t"], &options, &["-t", "60"])
}

#[test]
fn far_moments_are_sought_where_key_frames_lie_between() {
    let times = [2_000, 3_010, 31_000, 31_010, 47_930, 59_900].map(MILLIS);
    // In the last two, what is found by seeking lies before what has been read.
    let clips =
        [("minute.mp4", "50"), ("minute.mkv", "50"), ("minute.ts", "50"), ("minute-300.mp4", "300"), ("minute-9999.mkv", "9999")];
    for (name, apart) in clips {
        let clip = minute(name, apart);
        let (reader, bytes) = counted(&clip);
        let mut frames = Frames::read(Location::stream(name)).seekable_reader(reader).at_each(times).start();
        let given: Vec<_> = frames.by_ref().map(|it| it.expect("it is there")).collect();
        let alone: Vec<_> = times.iter().flat_map(|at| seen(Frames::read(clip.as_path()).at(*at)).0).collect();
        assert_eq!(given.iter().map(line).collect::<Vec<_>>(), lines(&alone), "{name}");
        let decoded = frames.control().progress().frames_decoded.expect("frames were decoded");
        assert!(decoded <= 1_500, "{name}: {decoded} decoded");
        let (read, all) = (bytes.load(Ordering::Relaxed), std::fs::metadata(&clip).expect("it was made").len());
        if apart == "50" && name != "minute.ts" {
            assert!(decoded <= 6 * 50 && read * 2 < all, "{name}: {decoded} decoded, {read} of {all} bytes read");
        }
    }
}

fn sampled(with: impl FnOnce(Frames) -> Frames) -> FrameIter {
    with(Frames::read(clips::long())).start()
}

/// Ways that all go on for long.
fn long_ways() -> [fn(Frames) -> Frames; 5] {
    [
        |it| it.every(MILLIS(400)),
        |it| it.nth(3),
        |it| it.spread(300),
        |it| it.at_each((0..300).map(|it| MILLIS(400 * it))),
        |it| it.scene_changes(Scenes::default().threshold(0.0)),
    ]
}

#[test]
fn a_stop_a_cancel_and_a_drop_end_it_in_the_middle() {
    for way in long_ways() {
        let mut frames = begun(sampled(way));
        frames.control().stop();
        let (rest, frames) = within(60, "a stop", move || (frames.by_ref().collect::<Vec<_>>(), frames));
        assert!(rest.len() < 250 && rest.iter().all(Result::is_ok), "{} came: {:?}", rest.len(), rest.last());
        assert!(frames.outcome().is_some_and(|it| it.stopped), "{:?}", frames.outcome());

        let token = CancellationToken::new();
        let mut frames = begun(sampled(|it| way(it).cancel_on(token.clone())));
        token.cancel();
        let failure = within(60, "a cancel", move || frames.find_map(Result::err));
        assert!(matches!(failure, Some(Error::Cancelled { .. })), "{failure:?}");

        let frames = sampled(way);
        let control = frames.control();
        drop(frames);
        crate::support::until("it has ended", || control.progress().phase == Phase::Ended);
    }
}

/// What decoders make up for what is missing depends on what they have decoded; which frames there are, and when, does not.
#[test]
fn damage_is_borne_as_by_the_whole() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut clips = vec![corrupt::transport_stream(folder.path())];
    for (name, every) in [("closed.ts", 900), ("closed.mp4", 2_000), ("mpeg2.ts", 700), ("mpeg4.mp4", 3_000)] {
        let clip = folder.path().join(name);
        corrupt::copy(&shapes::named(name), &clip, every);
        clips.push(clip);
    }
    let mut problems = Vec::new();
    for clip in clips {
        let read = || first_stream(&clip).threads(1).tolerance(Tolerance::default().truncated());
        let all = seen(read()).0;
        for step in [130, 400, 1_000].map(MILLIS) {
            let frames: Vec<_> = read().every(step).start().collect();
            let frames: Vec<_> = frames.into_iter().map(|it| it.expect("damage is borne")).collect();
            let ours: Vec<_> = frames.iter().map(|it| it.pts().count()).collect();
            let wanted = frames.iter().map(|it| all[on_screen(&all, it.instant().expect("it stands for one"))].pts);
            let wanted: Vec<_> = wanted.collect();
            if ours != wanted {
                problems.push(format!("{} {step:?}: {ours:?}, and not {wanted:?}", clip.display()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The whole is still the whole.
#[test]
fn a_step_of_one_is_everything() {
    for name in ["closed.mp4", "open.ts", "bare.h264"] {
        let clip = shapes::named(name);
        let all: Vec<Line> = program(&clip).expect("it is whole");
        assert_eq!(lines(&seen(Frames::read(clip.as_path()).nth(1)).0), all, "{name}");
    }
}

/// Without a key frame to begin with behind the first, in what can be opened only once.
#[test]
fn far_moments_without_key_frames_are_read_to() {
    let options = [
        "-an",
        "-t",
        "40",
        "-vf",
        "fps=5,scale=64:48",
        "-c:v",
        "libx264",
        "-bf",
        "0",
        "-x264-params",
        "intra-refresh=1:keyint=25",
    ];
    let clip = clips::film_of("320x240", "refreshed.mkv", &options);
    let bytes = std::fs::read(&clip).expect("it was made");
    let all = lines(&seen(Frames::read(clip.as_path())).0);
    for step in [1, 12, 15].map(secs) {
        let (ours, failure) = seen(Frames::bytes(bytes.clone()).every(step));
        let expected: Vec<_> = all.iter().step_by(step.as_secs() as usize * 5).cloned().collect();
        assert!(failure.is_none() && lines(&ours) == expected, "{step:?}: {failure:?}, {} of {}", ours.len(), expected.len());
    }
}

#[test]
fn every_frame_behind_the_nearest_key_frame_is_counted_from_it() {
    let nearest = telecine::Seek::NearestKeyFrame { within: secs(5) };
    let part = || Frames::read(clips::film()).range(MILLIS(3_600)..secs(5)).seek(nearest);
    let all = lines(&seen(part()).0);
    for step in [1, 2, 5] {
        let (ours, failure) = seen(part().nth(step));
        let expected: Vec<_> = all.iter().step_by(step as usize).cloned().collect();
        assert!(
            failure.is_none() && !expected.is_empty() && lines(&ours) == expected,
            "{step}: {} of {}",
            ours.len(),
            expected.len()
        );
    }
}

#[test]
fn nothing_can_be_spread_behind_the_end() {
    let (given, failure) = seen(Frames::read(clips::film()).range(secs(100)..secs(200)).spread(3));
    assert!(given.is_empty() && matches!(failure, Some(Error::Seek { .. })), "{failure:?}");
}
