//! How readings end when somebody wants them to, and what they bear: cancels, stops, bounds, pauses, and an application that is slow.

use std::future::Future;
use std::io::{self, Cursor, Read};
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use std::{fs, thread};

use telecine::{Error, Frame, FrameIter, FrameStream, Frames, Location, Phase, Seek};
use tokio_util::sync::CancellationToken;

use crate::judge::{Line, Seen, lines, program, seen};
use crate::support::{clips, until, within};
use crate::{judge, shapes};

/// A clip whose second half never comes, until the sender is dropped.
struct Stuck(Cursor<Vec<u8>>, mpsc::Receiver<()>);

impl Read for Stuck {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => self.1.recv().map_or(Ok(0), |()| Ok(0)),
            count => Ok(count),
        }
    }
}

/// Frames of the first part of a film, as large as told, behind which its reader blocks.
fn stuck(part: impl FnOnce(usize) -> usize) -> (Frames, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel();
    let mut clip = fs::read(clips::matroska()).expect("it was made");
    clip.truncate(part(clip.len()));
    (Frames::read(Location::stream("in.mkv")).reader(Stuck(Cursor::new(clip), held)), release)
}

/// What is still to come, and the error that it ends with.
fn rest(scenario: &str, mut frames: FrameIter) -> (Vec<Frame>, Option<Error>, FrameIter) {
    within(60, scenario, move || {
        let mut given = Vec::new();
        let failure = frames.by_ref().find_map(|it| it.map(|it| given.push(it)).err());
        assert!(frames.next().is_none(), "behind the end");
        (given, failure, frames)
    })
}

/// A reading of two minutes, of which a frame has been taken.
fn begun(with: impl FnOnce(Frames) -> Frames) -> FrameIter {
    let mut frames = with(Frames::read(clips::long())).start();
    let (first, frames) = within(60, "the first frame", move || (frames.next(), frames));
    assert!(matches!(first, Some(Ok(_))), "{first:?}");
    frames
}

fn is_over(frames: &FrameIter) -> bool {
    frames.control().progress().phase == Phase::Ended
}

/// A stall of readings here: longer than even a busy machine keeps a thread from running that has something to do.
const STALL: Duration = Duration::from_secs(1);

/// Waits for as long as a stall takes: until a reading that is begun now has stalled.
fn long_enough_to_stall() {
    let (frames, release) = stuck(|all| all / 2);
    let (_, failure, _) = rest("another reading", frames.stall(STALL).start());
    assert!(matches!(failure, Some(Error::Stalled { .. })), "{failure:?}");
    drop(release);
}

#[test]
fn a_cancel_ends_it_behind_what_was_decoded() {
    let token = CancellationToken::new();
    type Cancel = fn(&FrameIter, &CancellationToken);
    let ways: [(&str, Cancel); 3] = [
        ("control", |frames, _| frames.control().cancel()),
        ("its own token", |frames, _| frames.control().token().cancel()),
        ("a token", |_, token| token.cancel()),
    ];
    for (way, cancel) in ways {
        let frames = begun(|it| it.cancel_on(token.clone()));
        cancel(&frames, &token);
        let (given, failure, frames) = rest(way, frames);
        assert!(matches!(failure, Some(Error::Cancelled { .. })) && frames.outcome().is_none(), "{way}: {failure:?}");
        assert!(given.len() < 10, "{way}: {} frames came", given.len());
    }
    // It was cancelled before this one's start.
    let (given, failure, _) = rest("a token of before", Frames::read(clips::long()).cancel_on(token).start());
    assert!(given.is_empty() && matches!(failure, Some(Error::Cancelled { .. })), "{failure:?}");
}

#[test]
fn a_cancel_from_another_thread_ends_a_wait() {
    let (frames, release) = stuck(|all| all / 2);
    let frames = frames.stall(None).start();
    let control = frames.control();
    let waiting = thread::spawn(move || rest("a wait", frames).1);
    until("media flows", || control.progress().phase == Phase::Running);
    control.cancel();
    let failure = within(10, "the end of the wait", || waiting.join().expect("no panic"));
    assert!(matches!(failure, Some(Error::Cancelled { .. })), "{failure:?}");
    drop(release);
}

#[test]
fn a_cancel_in_the_middle_of_opening() {
    let (frames, release) = stuck(|_| 0);
    let frames = frames.open_timeout(None).start();
    frames.control().cancel();
    let (given, failure, _) = rest("a reading that opens", frames);
    assert!(given.is_empty() && matches!(failure, Some(Error::Cancelled { .. })), "{failure:?}");
    // Before there is anything to keep, a stop is one, too.
    let (frames, other) = stuck(|_| 0);
    let frames = frames.open_timeout(None).start();
    frames.control().stop();
    let (given, failure, _) = rest("a reading stopped early", frames);
    assert!(given.is_empty() && matches!(failure, Some(Error::Cancelled { .. })), "{failure:?}");
    drop((release, other));
}

#[test]
fn a_stop_gives_what_was_read_and_ends_well() {
    let mut frames = begun(|it| it.threads(4));
    // The first may come before anything else has been read; when the second does, the other threads have been given theirs.
    let (second, frames) = within(60, "the second frame", move || (frames.next(), frames));
    assert!(matches!(second, Some(Ok(_))), "{second:?}");
    frames.control().stop();
    let (given, failure, frames) = rest("a stopped reading", frames);
    let outcome = frames.outcome().expect("a stop is no failure");
    assert!(failure.is_none() && outcome.stopped && !outcome.truncated, "{outcome:?}");
    assert_eq!(outcome.frames, given.len() as u64 + 2);
    assert!(!given.is_empty() && given.len() < 1_000, "{} frames", given.len());
    // The very frames that come there, without a gap.
    let numbers = given.iter().map(Frame::index);
    assert!(numbers.eq(2..outcome.frames));
    let whole = seen(Frames::read(clips::long()).range(..Duration::from_secs(40))).0;
    let given: Vec<_> = given.iter().map(Seen::of).collect();
    assert_eq!(given[..], whole[2..][..given.len()]);
}

/// Nothing waits for what is still to come, neither of a source that gives nothing nor behind a pause.
#[test]
fn a_stop_ends_a_read_that_blocks_and_a_pause() {
    let (frames, release) = stuck(|all| all / 2);
    let mut frames = frames.stall(None).threads(1).start();
    let (first, frames) = within(60, "the first frame", move || (frames.next(), frames));
    assert!(matches!(first, Some(Ok(_))), "{first:?}");
    frames.control().stop();
    let paused = begun(|it| it);
    paused.control().pause();
    paused.control().stop();
    for (scenario, frames) in [("stopped while it blocks", frames), ("paused and stopped", paused)] {
        let (given, failure, frames) = rest(scenario, frames);
        let outcome = frames.outcome().unwrap_or_else(|| panic!("{scenario}: {failure:?}"));
        assert!(outcome.stopped && outcome.frames == given.len() as u64 + 1, "{scenario}: {outcome:?}");
    }
    drop(release);
}

#[test]
fn a_cancel_after_a_stop_cancels() {
    let frames = begun(|it| it);
    frames.control().stop();
    frames.control().cancel();
    let (_, failure, frames) = rest("stopped and cancelled", frames);
    assert!(matches!(failure, Some(Error::Cancelled { .. })) && frames.outcome().is_none(), "{failure:?}");
}

#[test]
fn a_deadline_ends_it_though_nobody_takes_frames() {
    let frames = Frames::read(clips::long()).deadline(Duration::from_millis(600)).start();
    until("the deadline", || is_over(&frames));
    let (given, failure, _) = rest("past its deadline", frames);
    assert!(matches!(failure, Some(Error::DeadlineExceeded { .. })) && given.len() < 10, "{} frames, {failure:?}", given.len());
}

#[test]
fn an_input_that_does_not_open() {
    let (frames, release) = stuck(|_| 0);
    let (given, failure, _) = rest("a blocked opening", frames.open_timeout(Duration::from_millis(200)).start());
    assert!(given.is_empty() && matches!(failure, Some(Error::OpenTimeout { .. })), "{failure:?}");
    drop(release);
}

#[test]
fn a_source_that_stalls_gives_its_frames_first() {
    let (frames, release) = stuck(|all| all / 2);
    let (given, failure, _) = rest("a stalled source", frames.threads(1).stall(STALL).start());
    assert!(matches!(failure, Some(Error::Stalled { .. })), "{failure:?}");
    let given: Vec<_> = given.iter().map(Seen::of).collect();
    let all = program(&clips::matroska()).expect("it is whole");
    assert!(given.len() > 20 && lines(&given)[..] == all[..given.len()], "{} frames", given.len());
    drop(release);
}

#[test]
fn an_application_that_is_slow_is_no_stall() {
    let clip = shapes::named("closed.mp4");
    let mut frames = Frames::read(clip.as_path()).stall(STALL).start();
    let (first, frames) = within(60, "the first frame", move || (frames.next(), frames));
    long_enough_to_stall();
    long_enough_to_stall();
    assert!(!is_over(&frames));
    let (given, failure, frames) = rest("a reading left alone", frames);
    assert!(failure.is_none() && frames.outcome().is_some(), "{failure:?}");
    let first = first.expect("there is one").expect("it is whole");
    let given: Vec<_> = [first].iter().chain(&given).map(Seen::of).collect();
    assert_eq!(lines(&given), program(&clip).expect("it is whole"));
}

/// Its progress says so, and time goes on.
#[test]
fn a_reading_that_nobody_takes_from_is_held() {
    let clip = shapes::named("closed.mp4");
    let frames = Frames::read(clip.as_path()).start();
    let (control, mut updates) = (frames.control(), frames.progress().blocking());
    let (held, mut updates) = within(60, "an update that tells", move || (updates.find(|it| it.held), updates));
    let held = held.expect("it goes on");
    assert!(held.phase == Phase::Running && held.idle > Duration::ZERO && held.elapsed > held.idle, "{held:?}");
    until("time goes on", || {
        let now = control.progress();
        now.held && now.elapsed > held.elapsed && now.idle > held.idle
    });
    let (given, failure, _) = rest("a reading that was held", frames);
    assert!(failure.is_none() && !given.is_empty(), "{failure:?}");
    let last = within(60, "its end", move || updates.find(|it| !it.held));
    assert!(last.is_some() && !control.progress().held, "{last:?}");
}

/// What is there without waiting.
pub(crate) fn poll(stream: &mut FrameStream) -> Poll<Option<Result<Frame, Error>>> {
    pin!(stream.next()).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn paused_it_gives_no_more_and_does_not_stall_and_resumed_all_the_rest() {
    let clip = clips::film();
    let mut stream = Frames::read(clip.as_path()).stall(STALL).stream();
    let control = stream.control();
    let mut given: Vec<Line> = Vec::new();
    let mut take = |stream: &mut FrameStream| match poll(stream) {
        Poll::Ready(Some(frame)) => given.push(judge::line(&frame.expect("it is whole"))),
        Poll::Ready(None) => panic!("it ended"),
        Poll::Pending => {}
    };
    // One that is handed over while it is held up goes on first.
    until("the first frames", || {
        take(&mut stream);
        control.progress().phase == Phase::Running
    });
    control.pause();
    until("a pause", || {
        take(&mut stream);
        control.progress().paused
    });
    // One waits in the queue, and one to get into it.
    (0..3).for_each(|_| take(&mut stream));
    long_enough_to_stall();
    assert!(poll(&mut stream).is_pending() && control.progress().paused, "{:?}", control.progress());
    control.resume();
    let rest = within(60, "a resumed reading", move || {
        futures_executor::block_on_stream(stream).map(|it| judge::line(&it.expect("it is whole"))).collect::<Vec<_>>()
    });
    assert!(!rest.is_empty(), "it was over before it was paused");
    given.extend(rest);
    assert_eq!(given, program(&clip).expect("it is whole"));
    assert!(!control.progress().paused);
}

#[test]
fn a_paused_reading_can_be_cancelled_and_dropped() {
    let pause = || {
        let frames = begun(|it| it);
        frames.control().pause();
        frames
    };
    let frames = pause();
    frames.control().cancel();
    let (_, failure, _) = rest("paused and cancelled", frames);
    assert!(matches!(failure, Some(Error::Cancelled { .. })), "{failure:?}");
    let frames = pause();
    let control = frames.control();
    drop(frames);
    until("paused and dropped", || control.progress().phase == Phase::Ended);
}

#[test]
fn paused_and_resumed_a_thousand_times_it_is_the_same() {
    let clip = shapes::named("closed.mp4");
    let frames = Frames::read(clip.as_path()).start();
    let control = frames.control();
    let restless = thread::spawn(move || {
        for _ in 0..1_000 {
            control.pause();
            control.resume();
        }
    });
    let given: Vec<_> = rest("a restless reading", frames).0.iter().map(Seen::of).collect();
    restless.join().expect("no panic");
    assert_eq!(lines(&given), program(&clip).expect("it is whole"));
}

#[test]
fn a_stop_while_a_place_is_looked_for_is_a_stop() {
    // Nowhere near is a key frame, so that it reads on, and comes to where the reader blocks.
    let nowhere = Seek::NearestKeyFrame { within: Duration::from_micros(1) };
    for seek in [Seek::Exact, nowhere] {
        let (frames, release) = stuck(|all| all / 2);
        let frames = frames.at(Duration::from_millis(5_500)).seek(seek).start();
        until("reading", || frames.control().progress().phase == Phase::Running);
        frames.control().stop();
        drop(release);
        let (given, failure, frames) = rest("a stopped look", frames);
        assert!(given.is_empty() && failure.is_none(), "{seek:?}: {failure:?}");
        assert!(frames.outcome().is_some_and(|it| it.stopped), "{seek:?}");
    }
}
