//! The ways in which a job is told to end, each brought to a job in a given stage.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use telecine::{Control, Error, Job, JobId, Outcome, Phase};
use tokio::runtime;

use crate::stages::{Kind, Scene, Stage};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Cancel,
    Token,
    Stop,
    Deadline,
    /// The watchdog; while the input is not open, the open timeout.
    Stall,
    DropHandle,
    /// The job is a branch of a `select!` that another branch wins.
    LostSelect,
    RuntimeShutdown,
}

impl Way {
    pub(crate) const ALL: [Self; 8] = [
        Self::Cancel,
        Self::Token,
        Self::Stop,
        Self::Deadline,
        Self::Stall,
        Self::DropHandle,
        Self::LostSelect,
        Self::RuntimeShutdown,
    ];

    /// Whether there is such an end: a job that moves does not stall.
    pub(crate) fn fits(self, stage: &Stage) -> bool {
        self != Self::Stall || stage.kind != Kind::Flowing
    }
}

/// After this a stop becomes a cancel, where nobody takes what is to be written.
const STOP_LIMIT: Duration = Duration::from_millis(500);

/// How it ended.
pub(crate) struct Ended {
    /// `None` where nobody was left to hear it.
    pub(crate) result: Option<Result<Outcome, Error>>,
    /// From the request until the handle had resolved, or was dropped. Where a bound ends the job, it is the request: the deadline,
    /// the limit of a stop that nobody takes the rest of, so long after the last movement.
    pub(crate) resolved: Duration,
    /// From the request until the run's own thread, the last of its threads, was gone; where it cannot be cut, from when what
    /// held it let go.
    pub(crate) gone: Duration,
}

/// Starts a job and waits until it has come to the stage's point. The second is held for as long as it is to stay there.
pub(crate) fn begin(stage: &Stage, folder: &Path) -> (Job, impl Send + 'static) {
    let Scene { launch, mut reached, around } = (stage.set)(folder);
    let job = launch.start();
    wait_until(stage, &job.control(), &mut reached);
    (job, (reached, around))
}

/// Brings one job to the stage, ends it, and waits until nothing of it is left. `bound` is what deadline and watchdog wait for.
pub(crate) fn end(stage: &Stage, way: Way, bound: Duration, folder: &Path) -> Ended {
    let Scene { launch, mut reached, around } = (stage.set)(folder);
    let launch = match way {
        Way::Deadline => launch.deadline(bound),
        Way::Stall => launch.stall(bound).open_timeout(bound),
        _ => launch.stop_limit(if stage.kind == Kind::Clogged { STOP_LIMIT } else { PATIENCE }),
    };
    let started = Instant::now();
    let job = launch.start();
    let (id, control) = (job.id(), job.control());
    let (asked, result) = match way {
        Way::Deadline | Way::Stall => {
            wait_until(stage, &control, &mut reached);
            let moved = if way == Way::Stall { last_movement(&job, stage) } else { Duration::ZERO };
            (started + moved + bound, Some(job.wait()))
        }
        Way::LostSelect => (lose(job, stage, &control, &mut reached), None),
        Way::RuntimeShutdown => (shut_down(job, stage, &control, &mut reached), None),
        Way::Cancel | Way::Token | Way::Stop | Way::DropHandle => {
            let token = control.token();
            wait_until(stage, &control, &mut reached);
            let mut asked = Instant::now();
            match way {
                Way::Cancel => control.cancel(),
                Way::Token => token.cancel(),
                Way::Stop => control.stop(),
                _ => {
                    drop(job);
                    return finish(id, asked, stage, None, (reached, around));
                }
            }
            if way == Way::Stop && stage.kind == Kind::Clogged {
                asked += STOP_LIMIT;
            }
            (asked, Some(job.wait()))
        }
    };
    finish(id, asked, stage, result, (reached, around))
}

fn finish(id: JobId, asked: Instant, stage: &Stage, result: Option<Result<Outcome, Error>>, around: impl Send) -> Ended {
    let resolved = asked.elapsed();
    if stage.can_be_cut {
        wait_until_gone(stage, id);
        return Ended { result, resolved, gone: asked.elapsed() };
    }
    let let_go = Instant::now();
    drop(around);
    wait_until_gone(stage, id);
    Ended { result, resolved, gone: let_go.elapsed() }
}

/// When the job last moved, counted from its start, as its own last snapshot before the end says; the open timeout counts from
/// the start. Returns when the job has ended.
fn last_movement(job: &Job, stage: &Stage) -> Duration {
    let before_the_end = job.progress().blocking().filter(|it| it.phase != Phase::Ended).last();
    let moved = before_the_end.map_or(Duration::ZERO, |it| it.elapsed.saturating_sub(it.idle));
    if matches!(stage.kind, Kind::Opening | Kind::Starting) { Duration::ZERO } else { moved }
}

/// Says when the other branch won.
fn lose(job: Job, stage: &Stage, control: &Control, reached: &mut (dyn FnMut(&Control) -> bool + Send)) -> Instant {
    let runtime = runtime::Builder::new_current_thread().enable_time().build().expect("a runtime can be made");
    runtime.block_on(async {
        tokio::select! {
            result = job => panic!("{}: ended before it was told to: {result:?}", stage.name),
            asked = wait_until_async(stage, control, reached) => asked,
        }
    })
}

fn shut_down(job: Job, stage: &Stage, control: &Control, reached: &mut (dyn FnMut(&Control) -> bool + Send)) -> Instant {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime can be made");
    let task = runtime.spawn(job);
    wait_until(stage, control, reached);
    assert!(!task.is_finished(), "{}: ended before it was told to", stage.name);
    let asked = Instant::now();
    drop(runtime);
    asked
}

/// Longer than anything takes that ends, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(600);
const LOOK_AGAIN: Duration = Duration::from_millis(2);

fn wait_until(stage: &Stage, control: &Control, reached: &mut (dyn FnMut(&Control) -> bool + Send)) {
    let since = Instant::now();
    while !reached(control) {
        still_to_come(stage, control, since);
        thread::sleep(LOOK_AGAIN);
    }
}

async fn wait_until_async(stage: &Stage, control: &Control, reached: &mut (dyn FnMut(&Control) -> bool + Send)) -> Instant {
    let since = Instant::now();
    while !reached(control) {
        still_to_come(stage, control, since);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Instant::now()
}

fn still_to_come(stage: &Stage, control: &Control, since: Instant) {
    let progress = control.progress();
    assert!(progress.phase != Phase::Ended, "{}: ended before it came to its point", stage.name);
    assert!(since.elapsed() < PATIENCE, "{}: not reached; {progress:?}", stage.name);
}

fn wait_until_gone(stage: &Stage, id: JobId) {
    let since = Instant::now();
    while has_thread(&format!("telecine-{id}")) {
        assert!(since.elapsed() < PATIENCE, "{}: the job's thread is still there", stage.name);
        thread::sleep(LOOK_AGAIN);
    }
}

/// Whether this process has a thread of that name.
pub(crate) fn has_thread(name: &str) -> bool {
    let threads = fs::read_dir("/proc/self/task").expect("the system tells");
    threads.flatten().any(|it| fs::read_to_string(it.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name))
}
