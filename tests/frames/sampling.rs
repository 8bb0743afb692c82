//! Some of the frames: always those that picking them out of all frames would give.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use telecine::{Error, Frame, Frames, FramesOutcome, Location, Select, Tolerance};

use crate::judge::{Seen, on_screen};
use crate::shapes;
use crate::support::{corpus, within};
use crate::whole::first_stream;

/// A frame, the moment that it stands for, and how long it is said to be shown, in ticks.
type Picked = (Seen, Option<Duration>, i64);

/// How a clip is opened.
type Open = fn(&Path) -> Frames;

/// As what can be read but once, as it comes; the name's extension is a hint for the demuxer, no more.
pub(crate) fn forward(clip: &Path) -> Frames {
    let file = fs::File::open(clip).expect("it is there");
    let name = clip.file_name().expect("it has one").to_string_lossy().into_owned();
    Frames::read(Location::stream(name)).reader(file).select(Select::nth(0)).tolerance(Tolerance::default().truncated())
}

/// All frames of a clip, how long each is said to be shown, and until when the last one is.
struct Whole {
    frames: Vec<Seen>,
    lengths: Vec<i64>,
    end: Duration,
}

fn picked(clip: &Path, frames: Frames) -> (Vec<Picked>, Option<Error>, Option<FramesOutcome>) {
    // Frames are not kept: of some clips there are many.
    let mut frames = frames.start();
    within(180, &clip.display().to_string(), move || {
        let mut given = Vec::new();
        let picked = |it: &Frame| (Seen::of(it), it.instant(), it.duration().count());
        let failure = frames.by_ref().find_map(|it| it.map(|it| given.push(picked(&it))).err());
        (given, failure, frames.outcome().cloned())
    })
}

fn whole(clip: &Path, open: Open) -> Whole {
    let mut frames = open(clip).start();
    within(180, &clip.display().to_string(), move || {
        let (mut all, mut lengths, mut end) = (Vec::new(), Vec::new(), Duration::ZERO);
        for frame in frames.by_ref().map_while(Result::ok) {
            let base = frame.duration().time_base();
            let length = frame.duration().count() as f64 * f64::from(base.num()) / f64::from(base.den());
            end = end.max(frame.time().unwrap_or_default() + Duration::from_micros((length * 1e6).round() as u64));
            all.push(Seen::of(&frame));
            lengths.push(frame.duration().count());
        }
        Whole { frames: all, lengths, end }
    })
}

/// One way to sample.
#[derive(Clone, Debug)]
enum Way {
    Every(Duration),
    Nth(u64),
    Spread(u32),
    AtEach(Vec<Duration>),
}

impl Way {
    fn ask(&self, frames: Frames) -> Frames {
        match self.clone() {
            Self::Every(step) => frames.every(step),
            Self::Nth(step) => frames.nth(step),
            Self::Spread(count) => frames.spread(count),
            Self::AtEach(times) => frames.at_each(times),
        }
    }

    /// The same, picked out of all frames.
    fn pick(&self, whole: &Whole, range: Option<(Duration, Duration)>, given: &[Picked]) -> Vec<Picked> {
        let all = &whole.frames;
        let on_screen = |at: Duration| {
            let index = on_screen(all, at);
            (all[index].clone(), Some(at), whole.lengths[index])
        };
        let (from, to) = range.unwrap_or((Duration::ZERO, Duration::MAX));
        match self {
            Self::Every(step) => {
                let end = whole.end.min(to);
                (0..).map(|it| from + *step * it).take_while(|it| *it < end).map(on_screen).collect()
            }
            Self::Nth(step) => {
                // A clock that begins anew has the same times twice: the part is what comes first.
                let all = all.iter().zip(&whole.lengths);
                let begun = all.skip_while(|it| range.is_some() && it.0.time.is_none_or(|it| it < from));
                let part = begun.take_while(|it| it.0.time.is_none_or(|it| it < to));
                part.filter(|it| range.is_none() || it.0.time >= Some(from))
                    .step_by(*step as usize)
                    .map(|(it, length)| (it.clone(), None, *length))
                    .collect()
            }
            // Which moments those are is compared elsewhere: here, whether frames stand for them.
            Self::Spread(count) => {
                let moments: Vec<_> = given.iter().filter_map(|it| it.1).collect();
                let is_even = moments.windows(2).all(|it| it[0] <= it[1]) && moments.len() == *count as usize;
                if is_even { moments.into_iter().map(on_screen).collect() } else { Vec::new() }
            }
            Self::AtEach(times) => {
                let mut times = times.clone();
                times.sort_unstable();
                times.into_iter().map(on_screen).collect()
            }
        }
    }
}

/// Random ways, of each kind so many.
fn ways(whole: &Whole, count: usize, runner: &mut TestRunner) -> Vec<(Way, Option<(Duration, Duration)>)> {
    let last = whole.frames.iter().filter_map(|it| it.time).max().unwrap_or_default();
    let micros = u64::try_from(last.as_micros()).expect("it is short").max(10);
    let mut number = |from: u64, to: u64| (from..=to.max(from)).new_tree(runner).expect("a number").current();
    let mut ways = Vec::new();
    for nth in 0..count {
        let mut time = || Duration::from_micros(number(0, micros));
        let times: Vec<_> = (0..9).map(|_| time()).collect();
        let exact = whole.frames.iter().step_by(7).filter_map(|it| it.time).take(5);
        let times: Vec<_> = [&times[..], &times[..2]].concat().into_iter().chain(exact).collect();
        let (first, second) = (time(), time());
        let few = [Way::AtEach(times.iter().copied().skip(nth).step_by(4).collect()), Way::AtEach(times)];
        // From every frame to a few of the whole.
        let step = number(10_000, 60_000) << number(0, 6);
        let more = [
            Way::Every(Duration::from_micros(step.min(micros))),
            Way::Nth(number(1, 70)),
            Way::Spread(u32::try_from(number(1, 20)).expect("it is small")),
        ];
        ways.extend(few.into_iter().chain(more.clone()).map(|it| (it, None)));
        let range = (first.min(second), first.max(second) + Duration::from_millis(100));
        ways.extend(more.into_iter().map(|it| (it, Some(range))));
    }
    ways
}

/// Bytes of pixels.
const LARGE: usize = 100 << 20;

/// What is wrong with random samples of a clip, and how many packets were left alone.
fn problems_of(clip: &Path, open: Open, count: usize) -> (Vec<String>, u64) {
    let whole = whole(clip, open);
    // Other numbers for each clip, and the same ones every time.
    let mut seed = DefaultHasher::new();
    clip.file_name().hash(&mut seed);
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(seed.finish()), ..Config::default() });
    let (mut problems, mut skipped) = (Vec::new(), 0);
    if whole.frames.is_empty() {
        return (problems, skipped);
    }
    // Of what takes long to decode, not everything.
    let step = if whole.frames.iter().map(|it| it.size).sum::<usize>() > LARGE { 3 } else { 1 };
    for (way, range) in ways(&whole, count, &mut runner).into_iter().step_by(step) {
        let frames = match range {
            Some((from, to)) => open(clip).range(from..to),
            None => open(clip),
        };
        let (given, failure, outcome) = picked(clip, way.ask(frames));
        skipped += outcome.map_or(0, |it| it.skipped);
        let wanted = way.pick(&whole, range, &given);
        let is_beyond = matches!(failure, Some(Error::Seek { .. }));
        if given != wanted || failure.is_some() && !(is_beyond && wanted.is_empty()) {
            let at = given.iter().zip(&wanted).position(|(a, b)| a != b).unwrap_or(given.len().min(wanted.len()));
            let told = |it: Option<&Picked>| it.map(|it| (it.0.pts, it.0.time, it.0.hash[..6].to_owned(), it.1, it.2));
            problems.push(format!(
                "{way:?} in {range:?}: {} and {} frames, {failure:?}; number {at}: {:?}, and not {:?}",
                given.len(),
                wanted.len(),
                told(given.get(at)),
                told(wanted.get(at))
            ));
        }
    }
    (problems, skipped)
}

fn compare_all(clips: &[PathBuf], open: Open, count: usize) {
    let (queue, found, all_skipped) = (Mutex::new(clips.iter()), Mutex::new(Vec::new()), Mutex::new(0));
    let take = || queue.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(clip) = take() {
                    let (problems, skipped) = problems_of(clip, open, count);
                    *all_skipped.lock().unwrap() += skipped;
                    found.lock().unwrap().extend(problems.into_iter().map(|it| format!("{}: {it}", clip.display())));
                }
            });
        }
    });
    let problems = found.into_inner().unwrap();
    assert!(problems.is_empty(), "{} problems with {} clips:\n{}", problems.len(), clips.len(), problems.join("\n"));
    assert!(*all_skipped.lock().unwrap() > 5_000, "next to nothing was left out, so nothing was proven");
}

#[test]
fn samples_of_made_clips_are_picked_out_of_all_frames() {
    compare_all(&shapes::all(), first_stream, 2);
}

/// Which are given as soon as they are certain, and for that decoded in other pieces. Those that have to be sought in give no frame.
#[test]
fn samples_of_what_is_read_as_it_comes_are_picked_out_of_all_frames() {
    compare_all(&shapes::all(), forward, 1);
}

#[test]
fn samples_of_clips_by_others_are_picked_out_of_all_frames() {
    let clips = corpus::clips("whether samples are picked out of all frames");
    if !clips.is_empty() {
        compare_all(&clips, first_stream, 1);
    }
}
