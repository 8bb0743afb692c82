//! The iterator and the stream, how they end when somebody wants them to, and what they bear.

use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use futures_executor::block_on;
use static_assertions::assert_impl_all;
use telecine::analysis::{Black, Freeze, Loudness, Pictures, Scenes, Silence};
use telecine::{Analysis, Error, Event, EventIter, EventStream, Location, Phase, Tolerance};

use crate::judge::{self, Found, all};
use crate::support::{clips, until, within};
use crate::{made, support};

assert_impl_all!(Event: Clone, Copy, Send, Sync, Unpin);
assert_impl_all!(EventIter: Iterator<Item = Result<Event, Error>>, Send, Unpin);
assert_impl_all!(EventStream: futures_core::Stream<Item = Result<Event, Error>>, Send, Unpin);

/// An event for every frame: no two are the same.
pub(crate) fn busy(analysis: Analysis<Pictures>) -> Analysis<Pictures> {
    analysis.scenes(Scenes::default().threshold(0.0))
}

/// The first part of a clip, behind which its reader blocks until the sender is dropped.
struct Stuck(Cursor<Vec<u8>>, mpsc::Receiver<()>);

impl Read for Stuck {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => self.1.recv().map_or(Ok(0), |()| Ok(0)),
            count => Ok(count),
        }
    }
}

fn stuck(clip: &Path) -> (Analysis<Pictures>, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel();
    let mut bytes = fs::read(clip).unwrap();
    bytes.truncate(bytes.len() / 2);
    (Analysis::pictures(Location::stream("in.mkv")).reader(Stuck(Cursor::new(bytes), held)), release)
}

/// The first event, on a thread of its own.
pub(crate) fn first(mut events: EventIter) -> (Event, EventIter) {
    within(60, "the first event", move || (events.next().expect("there is one").expect("it is whole"), events))
}

/// What is still to come, and the error behind it.
fn rest(scenario: &str, mut events: EventIter) -> (Vec<Event>, Option<Error>, EventIter) {
    within(60, scenario, move || {
        let mut given = Vec::new();
        let failure = events.by_ref().find_map(|it| it.map(|it| given.push(it)).err());
        assert!(events.next().is_none(), "behind the end");
        (given, failure, events)
    })
}

#[test]
fn both_handles_give_the_same() {
    let asked = || Analysis::pictures(made::film()).scenes(Scenes::default()).black(Black::default()).freeze(Freeze::default());
    let (ours, outcome) = all(asked().start());
    let mut stream = asked().stream();
    let mut theirs = Vec::new();
    while let Some(event) = block_on(stream.next()) {
        theirs.push(event.unwrap());
    }
    assert!(ours == theirs && ours.len() == 5, "{ours:?}, {theirs:?}");
    let (outcome, other) = (outcome.unwrap(), stream.outcome().unwrap().clone());
    assert_eq!((outcome.frames, other.frames, outcome.stopped, outcome.truncated), (250, 250, false, false));
    assert_eq!((outcome.stream.index, outcome.loudness), (0, None));
}

/// Before anything has ended, and not at the end of the film.
#[test]
fn events_come_as_soon_as_they_are_known() {
    let (analysis, release) = stuck(&clips::matroska());
    let (event, events) = first(busy(analysis).stall(None).start());
    assert!(matches!(event, Event::SceneChange { .. }), "{event:?}");
    assert_eq!(events.control().progress().phase, Phase::Running);
    drop(release);
}

#[test]
fn a_cancel_ends_it() {
    let (_, events) = first(busy(Analysis::pictures(clips::long())).start());
    events.control().cancel();
    let (given, failure, events) = rest("cancelled", events);
    assert!(matches!(failure, Some(Error::Cancelled { .. })) && events.outcome().is_none(), "{failure:?}");
    assert!(given.len() < 200, "{} events", given.len());
    // While it waits for its source.
    let (analysis, release) = stuck(&clips::matroska());
    let (_, events) = first(busy(analysis).stall(None).start());
    let control = events.control();
    let waiting = thread::spawn(move || rest("a wait", events).1);
    control.cancel();
    let failure = within(10, "the end of the wait", || waiting.join().unwrap());
    assert!(matches!(failure, Some(Error::Cancelled { .. })), "{failure:?}");
    drop(release);
}

/// What has begun by then ends there, and what was measured is told.
#[test]
fn a_stop_ends_it_well() {
    let (_, events) = first(busy(Analysis::pictures(clips::long())).start());
    events.control().stop();
    let (given, failure, events) = rest("stopped", events);
    let outcome = events.outcome().expect("a stop is no failure");
    assert!(failure.is_none() && outcome.stopped && outcome.frames < 2_000, "{outcome:?}");
    assert!(!given.is_empty());

    let loudness = Loudness::default();
    let (_, events) = first(Analysis::sound(clips::long()).silence(Silence::default()).loudness(loudness).start());
    events.control().stop();
    let (_, failure, events) = rest("stopped", events);
    let outcome = events.outcome().expect("a stop is no failure");
    assert!(failure.is_none() && outcome.stopped && outcome.loudness.is_some(), "{outcome:?}");
}

#[test]
fn bounds_end_it() {
    let events = busy(Analysis::pictures(clips::long())).deadline(Duration::from_millis(400)).start();
    let (_, events) = first(events);
    let control = events.control();
    until("the deadline", || control.progress().phase == Phase::Ended);
    let (_, failure, _) = rest("past its deadline", events);
    assert!(matches!(failure, Some(Error::DeadlineExceeded { .. })), "{failure:?}");
    let (analysis, release) = stuck(&clips::matroska());
    let (given, failure, _) = rest("stalled", busy(analysis).stall(Duration::from_millis(300)).start());
    assert!(matches!(failure, Some(Error::Stalled { .. })) && !given.is_empty(), "{failure:?}");
    drop(release);
}

#[test]
fn dropped_at_any_time_it_leaves_nothing() {
    support::alone::alone("ending::dropped_at_any_time_it_leaves_nothing", &[], |_| {
        let (clip, sound) = (clips::film(), clips::sound_only());
        within(100, "dropped analyses", move || {
            for taken in (0..60).map(|it| it % 30) {
                let pictures = busy(Analysis::pictures(&clip)).black(Black::default()).start();
                let heard = Analysis::sound(&sound).loudness(Loudness::default()).start();
                assert!(pictures.chain(heard).take(taken).all(|it| it.is_ok()));
            }
        });
        until("their threads are gone", || threads() == 0);
    });
}

/// Threads of readings.
fn threads() -> usize {
    let is_reading = |name: &String| name.starts_with("telecine-") && !name.starts_with("telecine-reaper");
    thread_names().into_iter().filter(is_reading).count()
}

/// Of this process.
pub(crate) fn thread_names() -> Vec<String> {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let names = threads.flatten().filter_map(|it| fs::read_to_string(it.path().join("comm")).ok());
    names.map(|it| it.trim_end().to_owned()).collect()
}

/// What could be looked at comes first, what lasts ends with it, and then the error.
#[test]
fn what_is_cut_off_is_told_behind_the_last_event() {
    let clip = made::film_as("cut.mp4", &["-c:v", "mjpeg", "-q:v", "2", "-movflags", "+faststart"]);
    let bytes = fs::read(clip).unwrap();
    // In the part that stands still.
    let cut = &bytes[..bytes.len() - bytes.len() / 10];
    let asked = |bytes: &[u8]| {
        let reader = Cursor::new(bytes.to_vec());
        let analysis = Analysis::pictures(Location::stream("cut.mp4")).seekable_reader(reader);
        analysis.black(Black::default()).freeze(Freeze::default())
    };
    let (events, ended) = all(asked(cut).start());
    assert!(ended.is_err(), "{ended:?}");
    let found: Vec<_> = events.into_iter().filter_map(judge::known).collect();
    let [Found::Black(3_000_000, 6_000_000), Found::Freeze(3_000_000, 6_000_000), Found::Freeze(6_000_000, to)] = found[..]
    else {
        panic!("{found:?}");
    };
    assert!((8_000_000..9_960_000).contains(&to), "{found:?}");
    let (borne, ended) = all(asked(cut).tolerance(Tolerance::default().truncated()).start());
    let borne: Vec<_> = borne.into_iter().filter_map(judge::known).collect();
    assert!(ended.is_ok_and(|it| it.truncated) && borne == found, "{borne:?}");
}

#[test]
fn damage_is_counted_and_borne_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let clip = support::corrupt::transport_stream(folder.path());
    let (_, outcome) = all(busy(Analysis::pictures(&clip)).start());
    let outcome = outcome.unwrap();
    assert!(outcome.corrupt + outcome.undecodable > 0, "{outcome:?}");
    let (events, ended) = all(busy(Analysis::pictures(&clip)).tolerance(Tolerance::default().corrupt_percent(0.0)).start());
    assert!(ended.is_err() && !events.is_empty(), "{ended:?}");
}

/// FFmpeg's own lines are those of the analysis that they were written for.
#[test]
fn lines_of_filters_belong_to_the_analysis() {
    use std::sync::{Arc, Mutex};
    use tracing::field::{Field, Visit};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

    /// The jobs that lines of the filter named.
    #[derive(Clone, Default)]
    struct Jobs(Arc<Mutex<Vec<Option<String>>>>);
    struct Job(Option<String>);
    impl Visit for Job {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            if field.name() == "job" {
                self.0 = Some(format!("{value:?}"));
            }
        }
    }
    impl<S: tracing::Subscriber> Layer<S> for Jobs {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
            if event.metadata().target() == "telecine::ffmpeg::scdet" {
                let mut job = Job(None);
                event.record(&mut job);
                self.0.lock().unwrap().push(job.0);
            }
        }
    }

    telecine::logs::install().unwrap();
    let jobs = Jobs::default();
    let subscriber = tracing_subscriber::registry().with(jobs.clone());
    let started = || Analysis::pictures(made::film()).scenes(Scenes::default()).start();
    let analyses = tracing::subscriber::with_default(subscriber, || [started(), started()]);
    let mut expected = Vec::new();
    for events in analyses {
        expected.extend(vec![Some(events.id().to_string()); 2]);
        all(events).1.unwrap();
    }
    let mut seen = jobs.0.lock().unwrap().clone();
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}
