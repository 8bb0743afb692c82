//! One frame, or a part: the same as picked out of the whole.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use telecine::{Error, Frames, Location, Seek, SeekIndex};

use crate::judge::{Seen, on_screen, seen};
use crate::shapes;
use crate::support::{clips, within};
use crate::whole::first_stream;

/// Whatever is wrong with frames at random times, and with a part, where `all` is right.
pub(crate) fn problems_of(clip: &Path, all: &[Seen], count: usize) -> Vec<String> {
    let Some(last) = all.iter().filter_map(|it| it.time).max() else { return Vec::new() };
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(7), ..Config::default() });
    let range = 0..=u64::try_from(last.as_micros()).expect("it is short");
    let mut random = || Duration::from_micros(range.clone().new_tree(&mut runner).expect("a number").current());
    let mut times: Vec<_> = (0..count).map(|_| random()).collect();
    // What a frame says of itself finds it again, and the last one.
    times.extend([all[all.len() / 2].time, all[all.len() / 3].time, Some(last)].into_iter().flatten());
    let index = SeekIndex::new();
    let mut problems = Vec::new();
    for (nth, time) in times.into_iter().enumerate() {
        let wanted = vec![all[on_screen(all, time)].clone()];
        // By what was found before, or not.
        let fresh = SeekIndex::new();
        let known = (nth % 2 == 1).then_some(&index);
        let found = read(clip, |it| it.at(time).index(known.unwrap_or(&fresh)));
        if found.as_ref() != Ok(&wanted) {
            let known = known.is_some();
            problems.push(format!("at {time:?}, index {known}: {}, and not {}", told(&found), told(&Ok(wanted))));
        }
    }
    let middle = Duration::from_micros(u64::try_from(last.as_micros() / 2).expect("it is short"));
    problems.extend(part(clip, all, random().min(middle)));
    problems
}

/// From there on, for half a second.
fn part(clip: &Path, all: &[Seen], from: Duration) -> Option<String> {
    let to = from + Duration::from_millis(500);
    // A clock that begins anew has the same times twice: the part is what comes first.
    let begun = all.iter().skip_while(|it| it.time.is_none_or(|it| it < from));
    let wanted: Vec<_> =
        begun.take_while(|it| it.time.is_none_or(|it| it < to)).filter(|it| it.time >= Some(from)).cloned().collect();
    let found = read(clip, |it| it.range(from..to));
    (found.as_ref() != Ok(&wanted)).then(|| format!("from {from:?}: {}, and not {}", told(&found), told(&Ok(wanted))))
}

fn read(clip: &Path, with: impl FnOnce(Frames) -> Frames) -> Result<Vec<Seen>, String> {
    let frames = with(first_stream(clip));
    let (seen, failure) = within(180, &clip.display().to_string(), move || seen(frames));
    failure.map_or(Ok(seen), |why| Err(why.to_string()))
}

fn told(seen: &Result<Vec<Seen>, String>) -> String {
    let short = |it: &Seen| format!("{} ({:?}) {}", it.pts, it.time, &it.hash[..6]);
    seen.as_ref().map_or_else(Clone::clone, |it| it.iter().map(short).collect::<Vec<_>>().join(", "))
}

/// The last snapshot of a reading's progress: how many frames were decoded for it.
fn decoded(frames: Frames) -> u64 {
    let mut frames = frames.start();
    assert!(frames.by_ref().all(|it| it.is_ok()));
    frames.control().progress().frames_decoded.expect("frames were decoded")
}

#[test]
fn no_more_is_decoded_than_from_the_key_frame_on() {
    for name in ["closed.mp4", "closed.mkv", "closed.ts", "open.mkv", "hevc.mp4", "vp9.webm", "mjpeg.avi"] {
        let clip = shapes::named(name);
        // Key frames are 20 apart, and those that are shown before one come with it.
        let count = decoded(Frames::read(clip.as_path()).at(Duration::from_secs(4)));
        assert!(count <= 20 + 4, "{name}: {count} frames were decoded");
    }
    // There is but one.
    assert!(decoded(Frames::read(shapes::named("one-key.mp4")).at(Duration::from_secs(4))) > 90);
}

#[test]
fn the_nearest_key_frame_is_found_where_one_is_near_enough() {
    let nearest = |time, within| {
        let seek = Seek::NearestKeyFrame { within };
        seen(Frames::read(shapes::named("closed.mp4")).seek(seek).at(time))
    };
    let millis = Duration::from_millis;
    // They are 800 ms apart.
    for (time, key) in
        [(millis(1_900), millis(1_600)), (millis(2_100), millis(2_400)), (millis(2_400), millis(2_400)), (millis(5), millis(0))]
    {
        let (frames, failure) = nearest(time, millis(400));
        assert_eq!((frames.len(), frames[0].time, failure.is_none()), (1, Some(key), true), "{time:?}");
        assert_eq!(Some(&frames[0]), seen(Frames::read(shapes::named("closed.mp4")).at(key)).0.first());
    }
    let (frames, failure) = nearest(millis(2_000), millis(200));
    assert!(frames.is_empty() && matches!(&failure, Some(Error::Seek { .. })), "{failure:?}");
    let (frames, _) = seen_from(millis(2_100), millis(400));
    assert_eq!(frames, Some(millis(2_400)));
}

/// When a range begins.
fn seen_from(from: Duration, within: Duration) -> (Option<Duration>, Option<Error>) {
    let frames = Frames::read(shapes::named("closed.mp4")).seek(Seek::NearestKeyFrame { within }).range(from..);
    let (seen, failure) = seen(frames);
    (seen.first().and_then(|it| it.time), failure)
}

#[test]
fn what_lies_beyond_the_end_is_an_error_that_says_where_that_is() {
    for name in ["closed.mp4", "closed.mkv", "closed.ts"] {
        let read = || Frames::read(shapes::named(name));
        for frames in [read().at(Duration::from_secs(60)), read().range(Duration::from_secs(60)..)] {
            let (seen, failure) = seen(frames);
            let words = failure.as_ref().map(ToString::to_string).unwrap_or_default();
            assert!(
                seen.is_empty() && matches!(failure, Some(Error::Seek { .. })) && words.contains("it ends at 5"),
                "{name}: {words}"
            );
        }
    }
}

#[test]
fn an_index_saves_reading_what_was_read() {
    // A clock that may jump: what lies before has to be read, once.
    let (clip, index) = (shapes::named("closed.ts"), SeekIndex::new());
    let wanted = seen(Frames::read(clip.as_path()).at(Duration::from_secs(4))).0;
    let bytes = || {
        let (reader, read) = counted(&clip);
        let frames = Frames::read(Location::stream("closed.ts")).seekable_reader(reader).index(&index).at(Duration::from_secs(4));
        let (seen, failure) = seen(frames);
        assert_eq!(seen, wanted);
        assert!(seen.len() == 1 && failure.is_none(), "{failure:?}");
        read.load(Ordering::Relaxed)
    };
    let (first, second) = (bytes(), bytes());
    assert!(!index.is_empty() && second < first, "{first} bytes were read, then {second}");
}

/// A file that counts what is read of it.
pub(crate) fn counted(path: &Path) -> (impl Read + std::io::Seek + Send + 'static, Arc<AtomicU64>) {
    struct Counted(std::fs::File, Arc<AtomicU64>);
    impl Read for Counted {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1.fetch_add(count as u64, Ordering::Relaxed);
            Ok(count)
        }
    }
    impl std::io::Seek for Counted {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let count = Arc::new(AtomicU64::new(0));
    (Counted(std::fs::File::open(path).expect("it is there"), Arc::clone(&count)), count)
}

#[test]
fn what_is_missing_is_not_another_frame() {
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.mp4");
    let whole = std::fs::read(clips::index_first()).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 3]).unwrap();
    let (seen, failure) = seen(Frames::read(cut.as_path()).at(Duration::from_secs(5)));
    assert!(seen.is_empty() && matches!(failure, Some(Error::Truncated { .. } | Error::SourceLost { .. })), "{failure:?}");
}
