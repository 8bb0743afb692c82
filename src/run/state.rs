use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::ending::{Ending, Verdict, Why};
use super::reading::Reading;
use super::{Answer, Bounds, JobId, Journal, Product, Progress, answer, detached, reaper};
use crate::error::Error;
use crate::ffi::InterruptFlag;
use crate::media::{Location, Phase};

/// What all sides of one run share.
pub(crate) struct Run {
    pub(crate) id: JobId,
    pub(crate) journal: Arc<Journal>,
    location: Location,
    reading: Reading,
    bounds: Bounds,
    started: Instant,
    cpu_before: Duration,
    ending: Ending,
    /// Up once reading is to end: stopped or cancelled.
    end_input: InterruptFlag,
    /// Up once writing is to end: cancelled.
    end_output: InterruptFlag,
    paused: AtomicBool,
    /// Whether what there is at a stop is worth something.
    has_parts: bool,
    /// How many of the run's threads are at something that takes as long as it takes, and moves nothing meanwhile.
    busy: AtomicU32,
    /// How many of the run's threads are held up by the application, which takes its time.
    held: AtomicU32,
    /// Made when it is first asked for.
    pub(crate) token: OnceLock<CancellationToken>,
    owner: OnceLock<Thread>,
    progress: watch::Sender<Progress>,
    /// Moments, in microseconds since the start.
    moved: AtomicU64,
    stopped: AtomicU64,
    cancelled: AtomicU64,
    /// When the application last let it go on.
    released: AtomicU64,
    /// How often the reaper was given the run.
    looks: AtomicU64,
    result: Mutex<Resolution>,
    /// Files and directories that must not outlive the run under a name of their own.
    temporary: Mutex<Vec<PathBuf>>,
}

/// Who has yet to be told, and what still runs.
struct Resolution {
    /// Tells the handle that there is no result. Whoever takes it out is the one who resolves the handle, in this way or in another.
    fail: Option<Fail>,
    native: Native,
    at_end: Vec<AtEnd>,
}

type Fail = Box<dyn FnOnce(Error) + Send>;

/// What is to be done once the result is known.
type AtEnd = Box<dyn FnOnce() + Send>;

impl Resolution {
    /// Everybody who is to be told, for the one who tells; `None` for everyone else.
    fn end(&mut self) -> Option<(Fail, Vec<AtEnd>)> {
        self.fail.take().map(|fail| (fail, std::mem::take(&mut self.at_end)))
    }
}

#[derive(PartialEq)]
enum Native {
    /// The run's own thread has not ended.
    Working,
    /// As before, and the handle has resolved: counted as detached.
    LeftBehind,
    Ended,
}

/// The receiving ends, one for the handle and one to clone for each reader of progress.
pub(crate) type Results<T> = (answer::Receiver<T>, watch::Receiver<Progress>);

impl Run {
    /// How long the run's own thread has to end its native work before the reaper resolves the handle without it.
    const GRACE: Duration = Duration::from_millis(25);

    /// A run that is to come to a `T`, and where that is to be told.
    pub(crate) fn new<T: Product>(location: Location, bounds: Bounds, journal: Journal) -> (Arc<Self>, Answer<T>, Results<T>) {
        let (answer, on_result) = answer::channel();
        let failing = answer.clone();
        let (progress, on_progress) = watch::channel(Progress::default());
        let run = Self {
            id: journal.id,
            journal: Arc::new(journal),
            location,
            reading: Reading::default(),
            bounds,
            started: Instant::now(),
            cpu_before: process_cpu(),
            ending: Ending::default(),
            end_input: Arc::new(AtomicBool::new(false)),
            end_output: Arc::new(AtomicBool::new(false)),
            paused: AtomicBool::new(false),
            has_parts: T::HAS_PARTS,
            busy: AtomicU32::new(0),
            held: AtomicU32::new(0),
            token: OnceLock::new(),
            owner: OnceLock::new(),
            progress,
            moved: AtomicU64::new(0),
            stopped: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            released: AtomicU64::new(0),
            looks: AtomicU64::new(0),
            result: Mutex::new(Resolution {
                fail: Some(Box::new(move |why| failing.send(Err(why)))),
                native: Native::Working,
                at_end: Vec::new(),
            }),
            temporary: Mutex::new(Vec::new()),
        };
        (Arc::new(run), answer, (on_result, on_progress))
    }

    /// What it reads.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// Names all that it reads, where that is more than one: what time runs out on is named then.
    pub(crate) fn reads(&self, inputs: Vec<Location>) {
        self.reading.of(inputs);
    }

    /// What `body` does, it does with that input: it opens it, or waits for its bytes.
    pub(crate) fn reading<T>(&self, input: usize, body: impl FnOnce() -> T) -> T {
        self.reading.begin(input);
        let done = body();
        self.reading.end(input);
        done
    }

    /// The calling thread is the run's own from now on: requests wake it out of `park`.
    pub(crate) fn adopt_current_thread(&self) {
        // Only the run's own thread calls this, once.
        let _ = self.owner.set(std::thread::current());
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.ending.verdict()
    }

    /// Up once reading, and opening, is to be given up.
    pub(crate) fn input_flag(&self) -> InterruptFlag {
        Arc::clone(&self.end_input)
    }

    /// Up once writing is to be given up.
    pub(crate) fn output_flag(&self) -> InterruptFlag {
        Arc::clone(&self.end_output)
    }

    /// Asks for an early, regular end; where nothing can have been written yet, or half of it is worth nothing, that is a cancel. Never
    /// blocks.
    pub(crate) fn stop(self: &Arc<Self>) {
        if !self.has_parts || self.progress.borrow().phase <= Phase::Probing {
            self.cancel(Why::Asked);
            return;
        }
        self.note(&self.stopped);
        if self.ending.stop() {
            self.end_input.store(true, Ordering::Release);
            self.wake_owner();
            reaper::hand_over(self);
        }
    }

    /// Ends the run: its own thread where it listens, the reaper where it is held up in a native call. Never blocks.
    pub(crate) fn cancel(self: &Arc<Self>, why: Why) {
        self.note(&self.cancelled);
        self.reading.note();
        if self.ending.cancel(why) {
            self.end_input.store(true, Ordering::Release);
            self.end_output.store(true, Ordering::Release);
            self.wake_owner();
            reaper::hand_over(self);
        }
    }

    /// Notes the moment, the first time. Before the decision that it belongs to, so that whoever sees that sees this.
    fn note(&self, moment: &AtomicU64) {
        // Either this is the first time, or the first one's stays.
        let _ = moment.compare_exchange(0, self.now().max(1), Ordering::AcqRel, Ordering::Acquire);
    }

    /// Asks for a pause, or for its end. Never blocks.
    pub(crate) fn pause(self: &Arc<Self>, paused: bool) {
        self.paused.store(paused, Ordering::Release);
        self.moved();
        self.wake_owner();
        // The stall watchdog stands still meanwhile, and is to be set again.
        reaper::hand_over(self);
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Notes that the application holds the calling thread up, or no longer does: it may take as long as it likes, and the stall watchdog
    /// begins anew afterwards. Each `true` is followed by one `false`.
    pub(crate) fn hold(&self, held: bool) {
        self.moved();
        self.released.store(self.now(), Ordering::Release);
        if held {
            self.held.fetch_add(1, Ordering::AcqRel);
        } else {
            self.held.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Does what takes as long as it takes and moves nothing meanwhile, such as encoding a large picture: no source is waited for, so that
    /// this is no stall. A cancel and a deadline hold.
    pub(crate) fn unhurried<T>(&self, work: impl FnOnce() -> T) -> T {
        self.busy.fetch_add(1, Ordering::AcqRel);
        let done = work();
        self.moved();
        self.busy.fetch_sub(1, Ordering::AcqRel);
        done
    }

    /// True where the output may be given its final name; from then on nothing else ends the run.
    pub(crate) fn may_publish(&self) -> bool {
        self.ending.publish()
    }

    fn wake_owner(&self) {
        if let Some(owner) = self.owner.get() {
            owner.unpark();
        }
    }

    /// Something moved: a byte, a frame, a packet.
    pub(crate) fn moved(&self) {
        self.moved.store(self.now(), Ordering::Release);
    }

    /// Names a file, or a directory with all that is in it, that is to go when the run is cancelled.
    pub(crate) fn add_temporary(&self, path: PathBuf) {
        lock(&self.temporary).push(path);
    }

    /// A number for another look of the reaper's, which makes those before it void.
    pub(super) fn next_look(&self) -> u64 {
        self.looks.fetch_add(1, Ordering::AcqRel) + 1
    }

    pub(super) fn is_newest_look(&self, look: u64) -> bool {
        self.looks.load(Ordering::Acquire) == look
    }

    /// The reaper's look at the run: ends it where a bound is passed, resolves the handle of one that has had its grace. Says
    /// when to look again; `None` where there is nothing more to do.
    pub(super) fn visit(self: &Arc<Self>, now: Instant) -> Option<Instant> {
        match self.verdict() {
            Verdict::Publish => None,
            Verdict::Cancel(why) => {
                let due = self.moment(&self.cancelled) + Self::GRACE;
                if now < due {
                    return Some(due);
                }
                self.abandon_aside(why);
                None
            }
            Verdict::GoOn | Verdict::Stop => {
                let (due, why) = self.next_bound()?;
                if now < due {
                    return Some(due);
                }
                self.cancel(why);
                Some(now + Self::GRACE)
            }
        }
    }

    /// The bound that comes first.
    fn next_bound(&self) -> Option<(Instant, Why)> {
        let opening = self.progress.borrow().phase <= Phase::Probing;
        // A limit beyond what the clock can tell is none.
        let after = |since: Instant, limit: Duration, why| Some((since.checked_add(limit)?, why));
        let stopped = (self.verdict() == Verdict::Stop).then(|| self.moment(&self.stopped));
        // Looked at again later: whoever holds the run up does not say when that ends.
        let held = (self.held.load(Ordering::Acquire) > 0).then(Instant::now);
        let let_go = held.unwrap_or_else(|| self.moment(&self.released));
        let stopping = stopped.and_then(|since| after(since.max(let_go), self.bounds.stop, Why::Asked));
        let deadline = self.bounds.deadline.and_then(|limit| after(self.started, limit, Why::Deadline));
        let open = self.bounds.open.filter(|_| opening).and_then(|limit| after(let_go, limit, Why::OpenTimeout));
        // An encoder that drains may be silent for long, and a stop has a limit of its own.
        let moving = !opening && !self.is_paused() && stopped.is_none();
        let busy = (self.busy.load(Ordering::Acquire) > 0).then(Instant::now);
        let since = held.or(busy).unwrap_or_else(|| self.moment(&self.moved));
        let stall = self.bounds.stall.filter(|_| moving).and_then(|limit| after(since, limit, Why::Stalled));
        [stopping, deadline, open, stall].into_iter().flatten().min_by_key(|(due, _)| *due)
    }

    /// Abandons the run on a thread of its own where there are files to remove: on a file system that hangs, that takes for ever,
    /// and other runs' time is not to stand still for it.
    fn abandon_aside(self: &Arc<Self>, why: Why) {
        let run = Arc::clone(self);
        let aside = thread::Builder::new().name(format!("telecine-{}-rm", self.id));
        if lock(&self.temporary).is_empty() || aside.spawn(move || run.abandon(why)).is_err() {
            self.abandon(why);
        }
    }

    /// What a cancelled run leaves: nothing. Does not wait for native work that still goes on.
    fn abandon(&self, why: Why) {
        for path in std::mem::take(&mut *lock(&self.temporary)) {
            // Gone already, or never made: both are fine. The owner removes it again should FFmpeg make it anew.
            let is_directory = std::fs::symlink_metadata(&path).is_ok_and(|it| it.is_dir());
            let _ = if is_directory { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        }
        let mut resolution = lock(&self.result);
        let Some((fail, at_end)) = resolution.end() else { return };
        let detached = resolution.native == Native::Working;
        if detached {
            resolution.native = Native::LeftBehind;
            detached::add();
        }
        drop(resolution);
        let why = self.error(why, detached).with_log(self.journal.lines());
        self.tell(false, || fail(why), at_end);
    }

    /// What a run that left nothing tells its handle.
    fn error(&self, why: Why, detached: bool) -> Error {
        self.bounds.error(why, self.reading.waited_for().unwrap_or(&self.location), detached)
    }

    /// The end, as the run's own thread sees it: all native work has ended. Nothing that is asked for afterwards changes
    /// anything.
    pub(crate) fn finish<T: Product>(&self, answer: &Answer<T>, result: Result<T, Error>) {
        let result = self.conclude(result);
        self.resolve(answer, result);
    }

    /// All native work has ended: from now on nothing changes what the run comes to, which this says.
    pub(crate) fn conclude<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        self.ending.publish();
        if std::mem::replace(&mut lock(&self.result).native, Native::Ended) == Native::LeftBehind {
            detached::remove();
        }
        match self.verdict() {
            Verdict::Cancel(why) => Err(self.error(why, false)),
            _ => result,
        }
    }

    /// Resolves the handle, where the reaper has not done so.
    pub(crate) fn resolve<T: Product>(&self, answer: &Answer<T>, result: Result<T, Error>) {
        let ending = lock(&self.result).end();
        let Some((_, at_end)) = ending else { return };
        let result = match result {
            Ok(product) => Ok(product.with_log(&self.journal)),
            Err(why) => Err(why.with_log(self.journal.lines())),
        };
        let whole = result.as_ref().is_ok_and(Product::is_whole);
        self.tell(whole, || answer.send(result), at_end);
    }

    /// The last snapshot, then the result.
    fn tell(&self, whole: bool, send: impl FnOnce(), at_end: Vec<AtEnd>) {
        let elapsed = self.elapsed();
        self.report(|progress| {
            progress.phase = Phase::Ended;
            progress.held = false;
            progress.elapsed = elapsed;
            progress.time_left = None;
            if whole {
                progress.percent = Some(100.0);
            }
        });
        send();
        for action in at_end {
            action();
        }
    }

    /// Does it when the handle resolves; now, where it has.
    pub(crate) fn at_end(&self, action: AtEnd) {
        let mut resolution = lock(&self.result);
        if resolution.fail.is_some() {
            resolution.at_end.push(action);
            return;
        }
        drop(resolution);
        action();
    }

    /// Changes the snapshot that readers of progress see, until it is the last.
    pub(crate) fn report(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_if_modified(|progress| {
            let before = *progress;
            if before.phase != Phase::Ended {
                change(progress);
            }
            *progress != before
        });
    }

    /// The next phase begins, which is movement, and may be under other bounds.
    pub(crate) fn enter(self: &Arc<Self>, phase: Phase) {
        self.moved();
        let elapsed = self.elapsed();
        self.report(|progress| {
            progress.phase = phase;
            progress.elapsed = elapsed;
        });
        reaper::hand_over(self);
    }

    /// The newest snapshot, and what goes on while nothing moves that would tell of it.
    pub(crate) fn snapshot(&self) -> Progress {
        let snapshot = *self.progress.borrow();
        if snapshot.phase == Phase::Ended {
            return snapshot;
        }
        let held = self.held.load(Ordering::Acquire) > 0;
        Progress { held, elapsed: self.elapsed(), idle: self.idle(), ..snapshot }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long nothing has moved.
    pub(crate) fn idle(&self) -> Duration {
        self.moment(&self.moved).elapsed()
    }

    /// Processor time of this process since the run began.
    pub(crate) fn cpu(&self) -> Duration {
        process_cpu().saturating_sub(self.cpu_before)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn moment(&self, micros: &AtomicU64) -> Instant {
        self.started + Duration::from_micros(micros.load(Ordering::Acquire))
    }
}

fn process_cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

/// Nothing that runs under these locks can panic half-way, so a poisoned one holds good data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
