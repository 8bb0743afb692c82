//! Progress: for any number of readers, each at a pace of its own.

use std::fs;
use std::future::poll_fn;
use std::pin::pin;
use std::process::Command;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;

use futures_executor::block_on;
use telecine::{Phase, Pipeline, Progress, Updates};

use crate::support::{clips, names, outcome, quick, slow, within};

/// Everything that one reader sees, by the stream.
fn all(mut updates: Updates) -> Vec<Progress> {
    block_on(async {
        let mut seen = Vec::new();
        while let Some(progress) = updates.next().await {
            seen.push(progress);
        }
        assert_eq!(updates.next().await, None, "after the end there is nothing more");
        seen
    })
}

fn assert_never_falls(seen: &[Progress]) {
    for pair in seen.windows(2) {
        assert!(pair[0].phase <= pair[1].phase, "{pair:?}");
        assert!(pair[0].percent <= pair[1].percent, "{pair:?}");
        assert!(pair[0].position <= pair[1].position, "{pair:?}");
        assert!(pair[0].elapsed <= pair[1].elapsed, "{pair:?}");
    }
    assert!(seen.iter().filter_map(|it| it.percent).all(|it| (0.0..=100.0).contains(&it)));
    // 100 is said once it is over, and the end is said once.
    let ended = |it: &&Progress| it.phase == Phase::Ended;
    assert!(seen.iter().filter(|it| it.percent == Some(100.0)).all(|it| it.phase == Phase::Ended));
    assert_eq!(seen.iter().filter(ended).count(), 1);
    assert_eq!(seen.last().map(|it| it.phase), Some(Phase::Ended));
}

#[test]
fn it_rises_to_the_end_for_every_reader() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::film()).output(slow(dir.path().join("out.mp4"))).start();
    let (control, readers) = (job.control(), [job.progress(), job.progress(), job.progress()]);
    let readers = readers.map(|updates| thread::spawn(|| all(updates)));
    let outcome = within(60, "a watched job", || job.wait()).unwrap();
    for reader in readers {
        let seen = within(10, "a reader of progress", || reader.join().unwrap());
        assert_never_falls(&seen);
        let last = seen.last().unwrap();
        assert_eq!(last.percent, Some(100.0));
        assert_eq!(last.frames, outcome.frames);
        assert_eq!(last.time_left, None);
        assert_eq!(*last, control.progress());
        // A job of seconds is seen on its way, not only at its ends.
        assert!(seen.iter().any(|it| it.percent.is_some_and(|it| it > 0.0 && it < 100.0)), "{seen:?}");
        assert!(seen.iter().any(|it| it.phase == Phase::Running && it.fps.is_some() && it.speed.is_some()), "{seen:?}");
        assert!(seen.iter().any(|it| it.time_left.is_some()), "{seen:?}");
    }
}

#[test]
fn a_slow_reader_gets_the_newest_only() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::film()).output(slow(dir.path().join("out.mp4"))).start();
    let mut reader = job.progress();
    let mut slower = job.progress();
    // It takes one, then nothing until the job is over.
    let first = block_on(reader.next()).unwrap();
    assert_ne!(first.phase, Phase::Ended);
    within(60, "a job that nobody watches", || job.wait()).unwrap();
    let rest = all(reader);
    assert_eq!(rest.iter().map(|it| it.phase).collect::<Vec<_>>(), [Phase::Ended]);
    // And one that takes nothing before.
    let only = block_on(slower.next()).unwrap();
    assert_eq!((only.phase, only.percent), (Phase::Ended, Some(100.0)));
    assert_eq!(block_on(slower.next()), None);
}

#[test]
fn readers_outlive_the_job_and_begin_at_what_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut job = Pipeline::read(clips::short()).output(quick(dir.path().join("out.mp4"))).start();
    let early = job.progress();
    let (job, result) = within(60, "a job", move || {
        let result = block_on(&mut job);
        (job, result)
    });
    result.unwrap();
    let late = job.progress();
    let control = job.control();
    drop(job);
    for updates in [early, late] {
        let seen = all(updates);
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(seen[0], control.progress());
    }
}

#[test]
fn a_blocking_reader_sees_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::film()).output(slow(dir.path().join("out.mp4"))).start();
    let updates = job.progress().blocking();
    let seen = within(60, "a blocking reader", || updates.collect::<Vec<_>>());
    assert_never_falls(&seen);
    assert!(seen.len() > 2, "{seen:?}");
    job.wait().unwrap();
}

/// A pending read that is dropped, as in a select that another branch won, misses nothing.
#[test]
fn a_read_that_is_given_up_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::film()).output(slow(dir.path().join("out.mp4"))).start();
    let mut updates = job.progress();
    let (gave_up, done) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|it: &Progress| it.phase != Phase::Ended) {
            // Polled once and dropped; what it yields, it yields to the next one.
            let once = block_on(poll_fn(|context| match pin!(updates.next()).poll(context) {
                Poll::Ready(progress) => Poll::Ready(progress),
                Poll::Pending => Poll::Ready(None),
            }));
            match once {
                Some(progress) => seen.push(progress),
                None => thread::yield_now(),
            }
        }
        gave_up.send(seen).unwrap();
    });
    let seen = within(60, "a reader that gives up", move || done.recv().unwrap());
    reader.join().unwrap();
    assert_never_falls(&seen);
    job.wait().unwrap();
}

/// Failed and cancelled jobs end for their readers too, short of 100 %.
#[test]
fn it_ends_with_jobs_that_fail() {
    let dir = tempfile::tempdir().unwrap();
    let failing = Pipeline::read(dir.path().join("missing.mp4")).output(quick(dir.path().join("out.mp4"))).start();
    let invalid = Pipeline::read(clips::short()).start();
    let cancelled = Pipeline::read(clips::long()).output(slow(dir.path().join("out.mp4"))).start();
    cancelled.control().cancel();
    for job in [failing, invalid, cancelled] {
        let updates = job.progress();
        let seen = within(30, "the progress of a job that fails", || all(updates));
        assert_never_falls(&seen);
        assert_ne!(seen.last().unwrap().percent, Some(100.0));
        job.wait().unwrap_err();
    }
}

/// What cannot be opened twice has no known length: there is progress without percent.
#[test]
fn an_unknown_length_has_no_percent() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("in.ts");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let writer = {
        let fifo = fifo.clone();
        thread::spawn(move || fs::write(fifo, fs::read(clips::transport_stream()).unwrap()))
    };
    let job = Pipeline::read(&fifo).output(slow(dir.path().join("out.mp4"))).start();
    let updates = job.progress();
    let seen = within(60, "the progress of a FIFO", || all(updates));
    within(10, "the FIFO's other end", || writer.join().unwrap()).unwrap();
    job.wait().unwrap();
    let (last, before) = seen.split_last().unwrap();
    assert!(before.iter().all(|it| it.percent.is_none() && it.time_left.is_none()), "{seen:?}");
    assert!(before.iter().any(|it| it.position.is_some()), "{seen:?}");
    assert_eq!(last.percent, Some(100.0));
    assert_eq!(names(dir.path()), ["in.ts", "out.mp4"]);
}

/// Readers that nobody reads cost the job nothing.
#[test]
fn readers_that_are_not_read_hold_nothing_up() {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(clips::short()).output(quick(dir.path().join("out.mp4")));
    let job = pipeline.start();
    let unread: Vec<_> = (0..100).map(|_| job.progress()).collect();
    within(30, "a job with readers that do not read", || job.wait()).unwrap();
    drop(unread);
    outcome("the next", Pipeline::read(clips::short()).output(quick(dir.path().join("next.mp4"))));
}
