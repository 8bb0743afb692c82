//! Dropping a reading, at any time: it does not block, and nothing of it stays. Each in a process of its own, for what that holds is
//! counted.

use std::fs;
use std::io::{self, Cursor, Read};
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use telecine::{FrameIter, Frames, Location, Phase, detached_jobs};

use crate::ending::poll;
use crate::shapes;
use crate::support::leftovers::Process;
use crate::support::{alone, clips, until, waits, within};

/// A reading, taken to some point.
type Brought = fn() -> FrameIter;

const POINTS: [(&str, Brought); 5] = [
    ("before anything", || Frames::read(clips::long()).start()),
    ("before the first frame", || {
        let frames = Frames::read(clips::long()).start();
        let control = frames.control();
        until("it is open", || control.progress().phase == Phase::Running);
        frames
    }),
    ("in the middle", || taken(10)),
    ("with a full queue", || {
        let frames = taken(1);
        // As much as another one needs for all of its frames.
        assert!(Frames::read(shapes::named("closed.mp4")).start().all(|it| it.is_ok()));
        frames
    }),
    ("at the end", || {
        let mut frames = Frames::read(shapes::named("closed.mp4")).start();
        assert!(frames.by_ref().all(|it| it.is_ok()));
        frames
    }),
];

fn taken(count: usize) -> FrameIter {
    let mut frames = Frames::read(clips::long()).start();
    assert_eq!(frames.by_ref().take(count).filter(Result::is_ok).count(), count);
    frames
}

#[test]
#[cfg(target_os = "linux")] // which tells a process what it holds
fn a_drop_at_any_time_does_not_block_and_leaves_nothing() {
    alone::alone("dropping::a_drop_at_any_time_does_not_block_and_leaves_nothing", &[], |_| {
        made();
        for (point, bring) in POINTS {
            let before = Process::now();
            // Any call may meet another thread at a lock of the allocator's, so the best of three counts. A drop that waited for the
            // decoder, or for a reader, would wait each time.
            let waited = [(); 3].map(|()| {
                let frames = within(60, point, bring);
                waits(|| drop(frames))
            });
            assert!(waited.contains(&0), "{point}: it waited {waited:?} times");
            before.settles(point);
        }
    });
}

/// Making clips is no part of it.
fn made() {
    clips::long();
    shapes::named("closed.mp4");
}

/// Says when it is asked, and then blocks until its other end is dropped.
struct Blocked(mpsc::Sender<()>, mpsc::Receiver<()>);

impl Read for Blocked {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        let _ = self.0.send(());
        self.1.recv().map_or(Ok(0), |()| Ok(0))
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_drop_in_a_call_that_cannot_be_cut_is_detached_until_it_returns() {
    alone::alone("dropping::a_drop_in_a_call_that_cannot_be_cut_is_detached_until_it_returns", &[], |_| {
        let beginning = fs::read(clips::matroska()).expect("it was made");
        for part in [0, beginning.len() / 2] {
            let before = Process::now();
            let ((asked, is_asked), (release, held)) = (mpsc::channel(), mpsc::channel());
            let reader = Cursor::new(beginning[..part].to_vec()).chain(Blocked(asked, held));
            let mut frames = Frames::read(Location::stream("in.mkv")).reader(reader).stream();
            let mut given = 0;
            until("its reader is asked for more", || {
                given += usize::from(matches!(poll(&mut frames), Poll::Ready(Some(Ok(_)))));
                is_asked.try_recv().is_ok()
            });
            assert_eq!(given > 0, part > 0, "{given} frames");
            // It returns, while the reader is still held.
            within(10, "a drop", || drop(frames));
            until("it is counted", || detached_jobs() == 1);
            drop(release);
            before.settles("a reader that blocks");
        }
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_hundred_readings_leave_nothing() {
    alone::alone("dropping::a_hundred_readings_leave_nothing", &[], |_| {
        made();
        let before = Process::now();
        for round in 0..25 {
            within(60, "a round", move || {
                let clip = || Frames::read(shapes::named("closed.mp4"));
                assert!(clip().threads(2).start().all(|it| it.is_ok()));
                assert_eq!(clip().start().take(round).count(), round);
                assert_eq!(clip().at(Duration::from_millis(200 * round as u64)).start().count(), 1);
                assert!(Frames::read("there is no such film.mp4").start().next().is_some_and(|it| it.is_err()));
            });
        }
        before.settles("a hundred readings");
    });
}

/// Whoever keeps a handle's parts keeps neither a thread nor a file.
#[test]
#[cfg(target_os = "linux")]
fn what_is_kept_of_a_reading_holds_no_thread_and_no_file() {
    alone::alone("dropping::what_is_kept_of_a_reading_holds_no_thread_and_no_file", &[], |_| {
        made();
        let before = Process::now();
        let mut frames = taken(5);
        let frame = within(60, "a frame", move || (frames.next(), frames.control(), frames.progress()));
        before.settles("a frame and a control are kept");
        assert!(matches!(frame.0, Some(Ok(_))) && frame.1.progress().phase == Phase::Ended);
    });
}
