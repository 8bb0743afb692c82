//! The handles: the iterator and the stream give the same frames, and the same end, under any executor.

use std::future::Future;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::{fs, pin};

use futures_executor::{block_on, block_on_stream};
use telecine::{Error, FrameStream, Frames, Location, Phase};

use crate::holding::many;
use crate::judge::{Line, Seen, lines, program, seen};
use crate::shapes;
use crate::support::{clips, within};

/// All frames, what they end with, and the stream behind its end.
async fn drain(mut stream: FrameStream) -> (Vec<Line>, Option<Error>, FrameStream) {
    let (mut seen, mut failure) = (Vec::new(), None);
    assert!(stream.outcome().is_none(), "before the end");
    while let Some(frame) = stream.next().await {
        match frame {
            Ok(frame) if failure.is_none() => seen.push(Seen::of(&frame)),
            frame => assert!(failure.replace(frame.expect_err("no frame is behind the error")).is_none(), "a second error"),
        }
    }
    assert!(stream.next().await.is_none(), "behind the end");
    (lines(&seen), failure, stream)
}

/// Needs nothing but the standard library.
fn parked<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

fn on_tokio<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    runtime.block_on(future)
}

#[test]
fn a_stream_gives_the_same_frames_under_any_executor() {
    let clip = shapes::named("closed.mp4");
    let expected = program(&clip).expect("it is whole");
    type Executor = fn(FrameStream) -> (Vec<Line>, Option<Error>, FrameStream);
    let executors: [(&str, Executor); 3] =
        [("tokio", |it| on_tokio(drain(it))), ("futures", |it| block_on(drain(it))), ("none", |it| parked(drain(it)))];
    for (name, executor) in executors {
        let stream = Frames::read(clip.as_path()).stream();
        let (seen, failure, stream) = within(60, name, move || executor(stream));
        assert!(seen == expected && failure.is_none(), "{name}: {} frames, {failure:?}", seen.len());
        assert_eq!(stream.outcome().map(|it| it.frames), Some(expected.len() as u64), "{name}");
    }
    // As what futures know as a stream.
    let stream = Frames::read(clip.as_path()).stream();
    let seen: Vec<_> =
        within(60, "a stream of futures", || block_on_stream(stream).map(|it| it.map(|it| Seen::of(&it))).collect());
    assert_eq!(lines(&seen.into_iter().collect::<Result<Vec<_>, _>>().expect("it is whole")), expected);
}

/// It is no place to block in, but blocking is all that comes of it.
#[test]
fn the_iterator_goes_on_inside_an_async_task() {
    let clip = many();
    let count = within(60, "an iterator in a task", move || {
        on_tokio(async move { Frames::read(clip).start().filter(Result::is_ok).count() })
    });
    assert_eq!(count, 750);
}

#[test]
fn a_stream_that_moves_between_threads_loses_nothing() {
    let clip = shapes::named("closed.mp4");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(3).build().expect("a runtime can be made");
    let stream = Frames::read(clip.as_path()).stream();
    let (seen, failure, _) = within(60, "a task", move || runtime.block_on(runtime.spawn(drain(stream))).expect("no panic"));
    assert!(failure.is_none() && seen == program(&clip).expect("it is whole"), "{failure:?}");
}

/// Nothing, until the other end is dropped.
struct Gate(mpsc::Receiver<()>);

impl Read for Gate {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Ok(self.0.recv().map_or(0, |()| 0))
    }
}

/// As a `select!` with a timeout does, again and again.
#[test]
fn a_next_that_is_given_up_loses_no_frame() {
    let clip = shapes::named("closed.mkv");
    // Nothing comes before one has been given up.
    let (open, gate) = mpsc::channel();
    let reader = Gate(gate).chain(fs::File::open(&clip).expect("it was made"));
    let mut stream = Frames::read(Location::stream("in.mkv")).reader(reader).stream();
    let (seen, given_up) = within(60, "a stream polled and left", || {
        on_tokio(async move {
            let (mut seen, mut given_up, mut open) = (Vec::new(), 0_u64, Some(open));
            loop {
                tokio::select! {
                    biased;
                    frame = stream.next() => match frame {
                        Some(frame) => seen.push(Seen::of(&frame.expect("it is whole"))),
                        None => return (seen, given_up),
                    },
                    () = tokio::task::yield_now() => {
                        given_up += 1;
                        drop(open.take());
                    }
                }
            }
        })
    });
    assert!(given_up > 0);
    assert_eq!(lines(&seen), program(&clip).expect("it is whole"));
}

#[test]
fn the_end_has_an_outcome_and_the_last_progress_says_the_same() {
    let clip = shapes::named("closed.mkv");
    let count = program(&clip).expect("it is whole").len() as u64;
    let mut frames = Frames::read(clip.as_path()).start();
    let (id, control, updates) = (frames.id(), frames.control(), frames.progress());
    assert_eq!((control.id(), frames.outcome().is_none()), (id, true));
    let frames = within(60, "a reading", move || {
        assert!(frames.by_ref().all(|it| it.is_ok()) && frames.next().is_none());
        frames
    });
    let outcome = frames.outcome().expect("it ended well");
    assert_eq!((outcome.job, outcome.frames, outcome.corrupt, outcome.undecodable), (id, count, 0, 0));
    assert!(!outcome.stopped && !outcome.truncated && outcome.stream.codec == Some("h264"), "{outcome:?}");
    let last = within(60, "the last snapshot", || updates.blocking().last()).expect("there is one");
    assert_eq!(
        (last.phase, last.percent, last.frames, last.frames_decoded),
        (Phase::Ended, Some(100.0), Some(count), Some(count))
    );
    assert_eq!(last, control.progress());
    // Harmless by now.
    control.cancel();
    control.stop();
    assert_eq!(frames.outcome().map(|it| it.frames), Some(count));
}

#[test]
fn frames_are_counted_and_told_apart() {
    let (first, second) = (Frames::read(clips::short()).start(), Frames::read(clips::short()).start());
    assert_ne!(first.id(), second.id());
    for frames in [first, second] {
        let numbers: Vec<_> = within(60, "a reading", move || frames.map(|it| it.expect("it is whole").index()).collect());
        assert!(!numbers.is_empty() && numbers.iter().copied().eq(0..numbers.len() as u64), "{numbers:?}");
    }
}

/// What can be decoded comes first, then the error, once, then nothing; for all that there is no outcome.
#[test]
fn an_error_comes_once_behind_the_frames() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let cut = cut_off(folder.path());
    let expected = program(&cut).expect("the program is content");
    let stream = Frames::read(cut.as_path()).stream();
    let (streamed, why, stream) = within(60, "half a film, streamed", move || block_on(drain(stream)));
    assert!(matches!(why, Some(Error::Truncated { .. })) && stream.outcome().is_none(), "{why:?}");

    let mut frames = Frames::read(cut.as_path()).start();
    let (iterated, why, frames) = within(60, "half a film", move || {
        let mut seen = Vec::new();
        let why = frames.by_ref().find_map(|it| it.map(|it| seen.push(Seen::of(&it))).err());
        assert!(frames.next().is_none() && frames.next().is_none(), "behind the error");
        (lines(&seen), why, frames)
    });
    assert!(matches!(why, Some(Error::Truncated { .. })) && frames.outcome().is_none(), "{why:?}");
    assert!(!expected.is_empty() && iterated == expected, "{} of {} frames", iterated.len(), expected.len());
    assert!(streamed == expected, "{} of {} frames", streamed.len(), expected.len());
}

/// The first half of a film whose index is in front.
fn cut_off(folder: &Path) -> std::path::PathBuf {
    let (cut, bytes) = (folder.join("cut.mp4"), fs::read(clips::index_first()).expect("it was made"));
    fs::write(&cut, &bytes[..bytes.len() / 2]).expect("there is room");
    cut
}

#[test]
fn what_is_in_memory_is_read_as_a_file_is() {
    for clip in [shapes::named("closed.mp4"), shapes::named("closed.ts"), shapes::named("vp9.webm")] {
        let bytes = fs::read(&clip).expect("it was made");
        let (frames, failure) = within(60, "a clip in memory", move || seen(Frames::bytes(bytes)));
        assert!(failure.is_none() && lines(&frames) == program(&clip).expect("it is whole"), "{}: {failure:?}", clip.display());
    }
    assert!(format!("{:?}", Frames::read(Location::stream("in"))).contains("Frames"));
}
