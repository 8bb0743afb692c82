//! How readings of images end: as those of frames do, with the converting thread gone.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use futures_executor::block_on_stream;
use telecine::{Error, Frames, Image, ImageIter, Phase, Pixels, Resize, Unconvertible};

use crate::judge::samples;
use crate::support::clips::{self, coded};
use crate::support::{until, within};

/// What is still to come, and the error that it ends with.
fn rest(scenario: &str, mut images: ImageIter<u8>) -> (Vec<Image<u8>>, Option<Error>, ImageIter<u8>) {
    within(60, scenario, move || {
        let mut given = Vec::new();
        let failure = images.by_ref().find_map(|it| it.map(|it| given.push(it)).err());
        assert!(images.next().is_none(), "behind the end");
        (given, failure, images)
    })
}

/// A reading of two minutes, of which an image has been taken.
fn begun(stall: Option<Duration>) -> ImageIter<u8> {
    let mut images = Frames::read(clips::long()).stall(stall).pixels(Pixels::rgb8()).start();
    let (first, images) = within(60, "the first image", move || (images.next(), images));
    assert!(matches!(first, Some(Ok(_))), "{first:?}");
    images
}

/// Waits for as long as another reading needs for all of its images, which is long enough for this one to be held up, for nobody takes any.
fn held_up(images: &ImageIter<u8>) {
    let name = format!("telecine-{}-px", images.id());
    assert!(cfg!(not(target_os = "linux")) || threads().contains(&name), "{name}: there is no such thread");
    let other = Frames::read(clips::film()).pixels(Pixels::rgb8()).start();
    assert_eq!(within(60, "another reading", move || other.filter(Result::is_ok).count()), 150);
    assert_ne!(images.control().progress().phase, Phase::Ended);
}

/// The names of this process' threads.
fn threads() -> Vec<String> {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    let name = |task: fs::DirEntry| fs::read_to_string(task.path().join("comm")).ok();
    tasks.filter_map(|it| name(it.ok()?)).map(|it| it.trim().to_owned()).collect()
}

/// Both of the run's threads.
fn are_gone(id: telecine::JobId) {
    let names = [format!("telecine-{id}"), format!("telecine-{id}-px")];
    until("its threads are gone", || threads().iter().all(|it| !names.contains(it)));
}

#[test]
fn a_cancel_and_a_drop_end_it_though_nobody_takes_images() {
    let images = begun(None);
    let id = images.id();
    held_up(&images);
    images.control().cancel();
    // Gone while the handle is still held.
    are_gone(id);
    let (given, failure, images) = rest("a cancelled reading", images);
    assert!(matches!(failure, Some(Error::Cancelled { detached: false })) && images.outcome().is_none(), "{failure:?}");
    assert!(given.len() < 10, "{} images", given.len());

    let images = begun(None);
    let (id, control) = (images.id(), images.control());
    held_up(&images);
    drop(images);
    until("it has ended", || control.progress().phase == Phase::Ended);
    are_gone(id);

    let stream = Frames::read(clips::long()).pixels(Pixels::rgb8()).stream();
    let (id, control) = (stream.id(), stream.control());
    drop(stream);
    until("it has ended", || control.progress().phase == Phase::Ended);
    are_gone(id);
}

#[test]
fn a_stop_gives_what_was_read_and_ends_well() {
    let images = begun(None);
    held_up(&images);
    images.control().stop();
    let (given, failure, images) = rest("a stopped reading", images);
    let outcome = images.outcome().expect("a stop is no failure");
    assert!(failure.is_none() && outcome.stopped, "{outcome:?}");
    assert_eq!(outcome.frames, given.len() as u64 + 1);
    assert!(!given.is_empty() && given.len() < 1_000, "{} images", given.len());
    assert!(given.iter().map(Image::index).eq(1..outcome.frames));
}

#[test]
fn a_deadline_ends_it_though_nobody_takes_images() {
    let images = Frames::read(clips::long()).deadline(Duration::from_millis(600)).pixels(Pixels::rgb8()).start();
    until("the deadline", || images.control().progress().phase == Phase::Ended);
    let id = images.id();
    let (given, failure, _) = rest("past its deadline", images);
    assert!(matches!(failure, Some(Error::DeadlineExceeded { .. })) && given.len() < 10, "{} images, {failure:?}", given.len());
    are_gone(id);
}

#[test]
fn an_application_that_is_slow_is_no_stall() {
    const LIMIT: Duration = Duration::from_millis(250);
    let images = begun(Some(LIMIT));
    held_up(&images);
    let idle = || images.control().progress().phase;
    // Longer than that, by the clock of another reading, which gives up at its own deadline.
    let other = Frames::read(clips::long()).deadline(LIMIT * 4).pixels(Pixels::rgb8()).start();
    until("another reading's deadline", || other.control().progress().phase == Phase::Ended);
    assert_ne!(idle(), Phase::Ended);
    let mut images = images;
    let next = within(60, "the next image", move || images.next());
    assert!(matches!(next, Some(Ok(_))), "{next:?}");
}

/// Two films in one stream.
fn joined(name: &str, parts: [PathBuf; 2]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let clip = folder.path().join(name);
    fs::write(&clip, parts.map(|it| fs::read(it).expect("it was made")).concat()).expect("there is room");
    (folder, clip)
}

#[test]
fn what_cannot_be_converted_comes_behind_the_images_before() {
    let part = |name: &str, transfer: &str| {
        coded(
            name,
            &[
                "-an",
                "-c:v",
                "libx264",
                "-bf",
                "2",
                "-r",
                "10",
                "-x264-params",
                &format!("transfer={transfer}"),
                "-pix_fmt",
                "yuv420p",
            ],
        )
    };
    let (_folder, clip) = joined("mixed.h264", [part("sdr.h264", "bt709"), part("pq.h264", "smpte2084")]);
    let images = Frames::read(clip.as_path()).pixels(Pixels::rgb8()).start();
    let id = images.id();
    let (given, failure, images) = rest("a film that becomes HDR", images);
    assert!(matches!(failure, Some(Error::Unconvertible { why: Unconvertible::Hdr { .. } })), "{failure:?}");
    assert!(images.outcome().is_none() && given.len() == 50, "{} images", given.len());
    are_gone(id);
}

#[test]
fn a_change_of_size_is_no_end() {
    let part = |name: &str, size: &str| {
        coded(name, &["-an", "-vf", &format!("scale={size}"), "-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", "0", "-r", "10"])
    };
    let (_folder, clip) = joined("changing.h264", [part("a.h264", "160x120"), part("b.h264", "96x64")]);
    let frames: Vec<_> = Frames::read(clip.as_path()).start().map(|it| it.expect("it is whole")).collect();
    let images = Frames::read(clip.as_path()).pixels(Pixels::rgb8()).start();
    let (given, failure, _) = rest("a film that changes", images);
    assert!(failure.is_none() && given.len() == frames.len(), "{failure:?}");
    assert!(given.iter().zip(&frames).all(|(image, frame)| image.size() == frame.size()));
    assert!(given.iter().flat_map(|it| it.samples().to_vec()).eq(samples(Pixels::rgb8(), &frames)));
    // Of one size all the same.
    let fixed = Pixels::rgb8().resize(Resize::fill(32, 32));
    let (given, failure, _) = rest("the same in one size", Frames::read(clip.as_path()).pixels(fixed).start());
    assert!(failure.is_none() && given.iter().all(|it| it.size() == (32, 32)), "{failure:?}");
}

#[test]
fn an_input_cut_off_gives_its_images_first() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (cut, bytes) = (folder.path().join("cut.mp4"), fs::read(clips::index_first()).expect("it was made"));
    fs::write(&cut, &bytes[..bytes.len() / 2]).expect("there is room");
    let frames = Frames::read(cut.as_path()).start().filter(Result::is_ok).count();
    let (given, failure, _) = rest("half a film", Frames::read(cut.as_path()).pixels(Pixels::rgb8()).start());
    assert!(matches!(failure, Some(Error::Truncated { .. })) && frames > 10 && given.len() == frames, "{failure:?}");
}

#[test]
fn a_stream_gives_the_same() {
    let wanted = || Frames::read(clips::film()).pixels(Pixels::gray8());
    let stream = wanted().stream();
    let streamed: Vec<_> =
        within(60, "a stream", || block_on_stream(stream).map(|it| it.expect("it is whole").into_vec()).collect());
    let iterated: Vec<_> =
        within(60, "an iterator", move || wanted().start().map(|it| it.expect("it is whole").into_vec()).collect());
    assert!(streamed.len() == 150 && streamed == iterated, "{} images", streamed.len());
}
