//! Pausing: nothing moves, for as long as that lasts, and nothing of the output is different afterwards.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use telecine::{Control, Error, Job, Launch, Location, Phase, Pipeline, Progress, secs};

use crate::support::oracle::ffmpeg;
use crate::support::{Media, cancelled, clips, copy, names, outcome, quick, slow, until, within};

/// How much of the job there is to see, from outside and from within.
#[derive(Clone, Default)]
struct Work {
    read: Arc<AtomicU64>,
    decoded: Arc<AtomicU64>,
    output: PathBuf,
}

impl Work {
    /// Bytes read, frames decoded, bytes in the folder.
    fn now(&self) -> (u64, u64, u64) {
        let files = fs::read_dir(&self.output).expect("the folder is there");
        let bytes = files.flatten().filter_map(|it| it.metadata().ok()).map(|it| it.len()).sum();
        (self.read.load(Ordering::Relaxed), self.decoded.load(Ordering::Relaxed), bytes)
    }
}

/// Half of a film; then it says that it is asked for more, and goes on when it is told to.
struct Halved {
    file: File,
    left: usize,
    here: Sender<()>,
    go_on: Receiver<()>,
    read: Arc<AtomicU64>,
}

impl Halved {
    /// Beside it: what it says, and what it is told.
    fn new(film: &Path, read: Arc<AtomicU64>) -> (Self, Receiver<()>, Sender<()>) {
        let ((here, reached), (tell, go_on)) = (channel(), channel());
        let file = File::open(film).unwrap();
        let left = file.metadata().unwrap().len() as usize / 2;
        (Self { file, left, here, go_on, read }, reached, tell)
    }
}

impl Read for Halved {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let _ = self.here.send(());
            let _ = self.go_on.recv();
            self.left = usize::MAX;
        }
        // In small pieces, so that one call more is little more.
        let room = buffer.len().min(self.left).min(4_096);
        let count = self.file.read(&mut buffer[..room])?;
        self.left -= count;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Whether what `look` gives stays the same for so long.
fn stays<T: PartialEq>(time: Duration, mut look: impl FnMut() -> T) -> bool {
    let (since, first) = (Instant::now(), look());
    while since.elapsed() < time {
        if look() != first {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    true
}

const A_WHILE: Duration = Duration::from_millis(400);

/// A transcode with all of its work in sight, paused in its middle, when what was on its way has arrived. (What an encoder that takes
/// its time has of that, it would have long.)
fn paused(dir: &Path, with: impl FnOnce(Launch) -> Launch) -> (Job, Control, Work) {
    let work = Work { output: dir.to_owned(), ..Work::default() };
    let (reader, reached, tell) = Halved::new(&clips::index_first(), Arc::clone(&work.read));
    let decoded = Arc::clone(&work.decoded);
    let output = quick(dir.join("out.mp4"));
    let launch = Pipeline::read(Location::stream("in.mp4")).output(output).run().reader(reader).video_tap(move |_| {
        decoded.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let job = with(launch).start();
    let control = job.control();
    within(30, "half of it", move || reached.recv()).unwrap();
    until("the middle", || work.decoded.load(Ordering::Relaxed) > 20);
    control.pause();
    until("a pause", || control.progress().paused);
    // From here on nothing but the pause holds it up.
    tell.send(()).unwrap();
    until("what is on its way arrives", || stays(A_WHILE, || work.now()));
    assert_eq!(control.progress().phase, Phase::Running, "it was to be paused in its middle");
    (job, control, work)
}

/// What must not move while the job is paused.
fn still(progress: Progress) -> impl PartialEq + std::fmt::Debug {
    (progress.paused, progress.position, progress.bytes, progress.frames, progress.frames_decoded, progress.percent)
}

#[test]
fn nothing_moves_and_then_it_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let undisturbed = dir.path().join("undisturbed.mp4");
    outcome("undisturbed", Pipeline::read(clips::index_first()).output(quick(&undisturbed)));

    let folder = tempfile::tempdir().unwrap();
    let (job, control, work) = paused(folder.path(), |it| it);
    let before = (still(control.progress()), work.now());
    assert!(stays(secs(1), || (still(control.progress()), work.now()) == before), "it moved: {:?}", control.progress());
    // Twice is once.
    control.pause();
    assert!(stays(A_WHILE, || (still(control.progress()), work.now()) == before));
    control.resume();
    until("it goes on", || work.decoded.load(Ordering::Relaxed) > before.1.1 || control.progress().phase == Phase::Ended);
    let outcome = within(60, "a resumed job", || job.wait()).unwrap();
    assert!(!control.progress().paused);
    assert!(!outcome.stopped && !outcome.truncated);

    let (ours, theirs) = (Media::at(folder.path().join("out.mp4")), Media::at(&undisturbed));
    assert_eq!(ours.decode(), Ok(()));
    assert_eq!(ours.frame_times(), theirs.frame_times());
    assert_eq!(ours.times("a:0"), theirs.times("a:0"));
}

/// Where the clip is copied, the output is the same to the byte.
#[test]
fn a_paused_copy_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (path, plain) = (dir.path().join("out.mp4"), dir.path().join("plain.mp4"));
    // Long enough that half of it is more than what is looked at before the start.
    let clip = clips::long();
    outcome("undisturbed", Pipeline::read(&clip).output(copy(&plain)));
    let front = dir.path().join("front.mp4");
    ffmpeg(["-i", clip.to_str().unwrap(), "-c", "copy", "-movflags", "+faststart", front.to_str().unwrap()]).unwrap();
    let (reader, reached, tell) = Halved::new(&front, Arc::default());
    let job = Pipeline::read(Location::stream("in.mp4")).output(copy(&path)).run().reader(reader).start();
    let control = job.control();
    within(30, "half of it", move || reached.recv()).unwrap();
    control.pause();
    until("a pause", || control.progress().paused);
    tell.send(()).unwrap();
    assert!(stays(A_WHILE, || control.progress().phase == Phase::Running));
    control.resume();
    within(60, "a resumed copy", || job.wait()).unwrap();
    assert_eq!(Media::at(path).packets(), Media::at(plain).packets());
}

#[test]
fn a_paused_job_can_be_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let (job, control, _) = paused(dir.path(), |it| it);
    control.cancel();
    let result = within(5, "a paused job, cancelled", || job.wait());
    assert!(cancelled(&result), "{result:?}");
    until("nothing is left", || names(dir.path()).is_empty());
}

#[test]
fn a_paused_job_can_be_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let (job, control, _) = paused(dir.path(), |it| it);
    control.stop();
    let outcome = within(30, "a paused job, stopped", || job.wait()).unwrap();
    assert!(outcome.stopped);
    let media = Media::at(dir.path().join("out.mp4"));
    assert_eq!(media.decode(), Ok(()));
    assert_eq!(outcome.frames, Some(media.frames()));
    assert!(media.frames() < Media::at(clips::index_first()).frames());
}

#[test]
fn a_paused_job_can_be_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let (job, control, _) = paused(dir.path(), |it| it);
    drop(job);
    until("it ends", || control.progress().phase == Phase::Ended);
    until("nothing is left", || names(dir.path()).is_empty());
}

/// A pause is no stall; a stall after it is one.
#[test]
fn the_watchdog_waits_too() {
    // Longer than even a busy machine keeps a thread from running that has something to do.
    let stall = secs(1);
    let dir = tempfile::tempdir().unwrap();
    let (job, control, work) = paused(dir.path(), |it| it.stall(stall));
    assert!(stays(stall * 2, || control.progress().phase == Phase::Running), "{:?}", control.progress());
    let before = work.now();
    control.resume();
    within(60, "a job that was paused for longer than it may stall", || job.wait()).unwrap();
    assert!(work.now() > before);
}

#[test]
fn the_deadline_does_not_wait() {
    let limit = secs(1);
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::long()).output(slow(dir.path().join("out.mp4"))).run().deadline(limit).start();
    let control = job.control();
    control.pause();
    let why = within(10, "a paused job with a deadline", || job.wait()).unwrap_err();
    assert!(matches!(why, Error::DeadlineExceeded { limit: said, .. } if said == limit), "{why:?}");
    assert!(control.progress().elapsed >= limit);
    until("nothing is left", || names(dir.path()).is_empty());
}

/// Before anything flows, a pause holds as soon as something would.
#[test]
fn a_pause_from_the_start_holds() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::film()).output(slow(dir.path().join("out.mp4"))).start();
    let control = job.control();
    control.pause();
    until("it is paused", || control.progress().paused);
    assert!(stays(secs(1), || control.progress().phase == Phase::Running));
    control.resume();
    within(60, "a job paused from the start", || job.wait()).unwrap();
    assert_eq!(Media::at(dir.path().join("out.mp4")).decode(), Ok(()));
}

#[test]
fn a_pause_that_is_taken_back_at_once_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::film()).output(quick(dir.path().join("out.mp4"))).start();
    let control = job.control();
    for _ in 0..1_000 {
        control.pause();
        control.resume();
    }
    within(60, "a job paused a thousand times", || job.wait()).unwrap();
    assert_eq!(Media::at(dir.path().join("out.mp4")).frames(), Media::at(clips::film()).frames());
}

#[test]
fn a_pause_after_the_end_does_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::short()).output(quick(dir.path().join("out.mp4"))).start();
    let control = job.control();
    within(60, "a job", || job.wait()).unwrap();
    let last = control.progress();
    control.pause();
    control.resume();
    control.pause();
    assert_eq!(control.progress(), last);
    assert_eq!(last.phase, Phase::Ended);
}
