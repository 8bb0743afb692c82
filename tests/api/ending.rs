//! How jobs end when somebody wants them to: cancelled, stopped, dropped, left alone.

use std::fs;
use std::future::poll_fn;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Command;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use futures_executor::block_on;
use telecine::{Job, Location, Phase, Pipeline, Progress, secs};
use tempfile::TempDir;

use crate::support::{Media, cancelled, clips, names, quick, slow, to_be_stopped, until, within};

/// A job that would take minutes, and the folder that it writes to.
fn long_job() -> (TempDir, PathBuf, Job) {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let job = to_be_stopped(Pipeline::read(clips::long()).output(slow(&output)));
    (dir, output, job)
}

/// A job that takes a moment.
fn short_job(output: impl Into<Location>) -> Job {
    Pipeline::read(clips::short()).output(quick(output)).start()
}

/// Waits until a job has come so far.
pub(crate) fn reach(job: &Job, scenario: &str, far: impl Fn(&Progress) -> bool + Send + 'static) {
    let updates = job.progress();
    let reached = within(60, scenario, move || updates.blocking().any(|it| far(&it)));
    assert!(reached, "{scenario}: ended before");
}

pub(crate) fn media_flows(progress: &Progress) -> bool {
    progress.position.is_some_and(|it| it > Duration::ZERO)
}

fn is_empty(dir: &Path) -> bool {
    names(dir).is_empty()
}

#[test]
fn a_cancelled_job_leaves_nothing() {
    let (dir, _, job) = long_job();
    reach(&job, "media flows", media_flows);
    assert!(!is_empty(dir.path()), "it writes");
    let control = job.control();
    control.cancel();
    let result = within(10, "the end of a cancelled job", || job.wait());
    assert!(cancelled(&result), "{result:?}");
    assert!(is_empty(dir.path()), "{:?} is left", names(dir.path()));
    assert_eq!(control.progress().phase, Phase::Ended);
    assert_eq!(result.unwrap_err().stage(), None);
}

/// Whenever it comes: before the job has begun, while it opens, while media flows.
#[test]
fn a_cancel_at_any_moment_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for (number, phase) in [Phase::Opening, Phase::Opening, Phase::Running, Phase::Running].into_iter().enumerate() {
        let output = slow(dir.path().join(format!("{number}.mp4")));
        let job = Pipeline::read(clips::long()).output(output).start();
        reach(&job, "a phase", move |it| it.phase >= phase);
        job.control().cancel();
        let result = within(10, "the end of a cancelled job", || job.wait());
        assert!(cancelled(&result), "{phase:?}: {result:?}");
    }
    // A job that was cancelled while FFmpeg made its file removes that once FFmpeg lets go.
    until("an empty folder", || is_empty(dir.path()));
}

#[test]
fn a_cancel_from_another_thread_ends_a_wait() {
    let (dir, _, job) = long_job();
    reach(&job, "media flows", media_flows);
    let control = job.control();
    let waiting = thread::spawn(move || job.wait());
    thread::spawn(move || control.clone().cancel()).join().unwrap();
    let result = within(10, "the end of the wait", || waiting.join().unwrap());
    assert!(cancelled(&result), "{result:?}");
    assert!(is_empty(dir.path()));
}

#[test]
fn a_stopped_job_leaves_a_shorter_film() {
    let (dir, output, job) = long_job();
    reach(&job, "a second of media", |it| it.position.is_some_and(|it| it >= secs(1)));
    job.control().stop();
    let outcome = within(60, "the end of a stopped job", || job.wait()).unwrap();
    assert!(outcome.stopped);
    assert_eq!(names(dir.path()), ["out.mp4"]);
    let media = Media::at(&output);
    assert_eq!(media.decode(), Ok(()));
    assert!(media.seconds() >= 1.0 && media.seconds() < Media::at(clips::long()).seconds(), "{} s", media.seconds());
    assert_eq!(outcome.frames, Some(media.frames()));
    let told = outcome.outputs[0].duration.map(|it| it.as_secs_f64());
    assert_eq!(told, Some(media.seconds()));
}

/// The input cannot even be opened yet, so nothing can have been written when the stop comes.
#[test]
fn a_stop_before_anything_is_a_cancel() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("in.ts");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let job = Pipeline::read(&fifo).output(quick(dir.path().join("out.mp4"))).start();
    job.control().stop();
    // Now it can be opened. The job may be gone already, and the FIFO's other end with it.
    let writer = thread::spawn(move || fs::write(fifo, fs::read(clips::transport_stream()).unwrap()));
    let result = within(30, "the end of a job stopped early", || job.wait());
    assert!(cancelled(&result), "{result:?}");
    until("nothing but the FIFO", || names(dir.path()) == ["in.ts"]);
    drop(writer);
}

/// A FIFO whose other end never comes.
#[test]
fn a_job_that_cannot_open_its_input_can_be_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("in.ts");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let job = Pipeline::read(&fifo).output(quick(dir.path().join("out.mp4"))).start();
    let is_open = || {
        let descriptors = fs::read_dir("/proc/self/fd").unwrap().flatten();
        descriptors.into_iter().any(|it| fs::read_link(it.path()).is_ok_and(|open| open == fifo))
    };
    until("the FIFO is open", is_open);
    job.control().cancel();
    let result = within(10, "the end of a job that opens", || job.wait());
    assert!(cancelled(&result), "{result:?}");
    assert_eq!(names(dir.path()), ["in.ts"]);
}

#[test]
fn a_cancel_after_a_stop_cancels() {
    let (dir, _, job) = long_job();
    reach(&job, "media flows", media_flows);
    let control = job.control();
    control.stop();
    control.cancel();
    // Stopping again does not bring it back.
    control.stop();
    let result = within(10, "the end of a job stopped and cancelled", || job.wait());
    assert!(cancelled(&result), "{result:?}");
    assert!(is_empty(dir.path()));
}

#[test]
fn a_dropped_job_is_cancelled() {
    let (dir, _, job) = long_job();
    reach(&job, "media flows", media_flows);
    let control = job.control();
    drop(job);
    until("the end of a dropped job", || control.progress().phase == Phase::Ended);
    until("an empty folder", || is_empty(dir.path()));
}

/// A select with a timeout polls and gives up, again and again; the result is still there for whoever awaits the job then.
#[test]
fn polling_by_reference_loses_nothing() {
    /// Nothing, until the other end is dropped.
    struct Gate(mpsc::Receiver<()>);
    impl io::Read for Gate {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Ok(self.0.recv().map_or(0, |()| 0))
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let (open, gate) = mpsc::channel::<()>();
    let reader = Gate(gate).chain(fs::File::open(clips::matroska()).unwrap());
    let pipeline = Pipeline::read(Location::stream("in.mkv")).output(quick(dir.path().join("out.mp4")));
    let mut job = pipeline.run().reader(reader).start();
    for _ in 0..100 {
        let ready = block_on(poll_fn(|context| Poll::Ready(Pin::new(&mut job).poll(context).is_ready())));
        assert!(!ready, "nothing has been read yet");
    }
    drop(open);
    let outcome = within(60, "an awaited job", || block_on(job)).unwrap();
    assert_eq!(outcome.outputs.len(), 1);
    assert_eq!(names(dir.path()), ["out.mp4"]);
}

#[test]
fn after_the_end_nothing_changes_anything() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let mut job = short_job(&output);
    let control = job.control();
    let outcome = within(30, "a job", move || (block_on(&mut job), job));
    let (result, job) = outcome;
    assert!(result.is_ok(), "{result:?}");
    let before = fs::read(&output).unwrap();
    control.cancel();
    control.stop();
    drop(job);
    assert_eq!(control.progress().phase, Phase::Ended);
    assert_eq!(control.progress().percent, Some(100.0));
    assert_eq!(fs::read(&output).unwrap(), before);
}

#[test]
fn a_detached_job_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let job = short_job(&output);
    let updates = job.progress();
    job.detach();
    let last = within(30, "a detached job", || updates.blocking().last()).unwrap();
    assert_eq!((last.phase, last.percent), (Phase::Ended, Some(100.0)));
    assert_eq!(Media::at(&output).decode(), Ok(()));
}

#[test]
fn a_detached_job_can_still_be_cancelled() {
    let (dir, _, job) = long_job();
    reach(&job, "media flows", media_flows);
    let (control, updates) = (job.control(), job.progress());
    job.detach();
    control.cancel();
    let last = within(10, "a detached and cancelled job", || updates.blocking().last()).unwrap();
    assert_eq!(last.phase, Phase::Ended);
    assert_ne!(last.percent, Some(100.0));
    until("an empty folder", || is_empty(dir.path()));
}

/// A pipeline starts, ends and waits the same on any executor and on none.
#[test]
fn awaited_and_waited_for_it_is_the_same_job() {
    let dir = tempfile::tempdir().unwrap();
    let (awaited, waited) = (dir.path().join("awaited.mp4"), dir.path().join("waited.mp4"));
    let (first, second) = (short_job(&awaited), short_job(&waited));
    assert_ne!(first.id(), second.id());
    assert_eq!(first.id(), first.control().id());
    let ids = (first.id(), second.id());
    let first = within(30, "an awaited job", || block_on(first)).unwrap();
    let second = within(30, "a job waited for", || second.wait()).unwrap();
    assert_eq!((first.job, second.job), ids);
    assert_eq!(first.frames, second.frames);
    assert_eq!(first.frames, Some(Media::at(clips::short()).frames()));
}
