//! Dropping and polling never block the thread they are done on.

use telecine::Job;

use crate::leftovers::Process;
use crate::stages::{STAGES, Scene};
use crate::support::{waits, within};
use crate::ways::begin;

/// Jobs in every stage, ended by `drop`, which says how often it waited, each after it has come to its point.
///
/// Any call may meet another thread at a lock of the allocator's, so the best of a stage's three counts. A drop that waited for the
/// job would wait each time.
fn drops(scenario: &str, mut drop: impl FnMut(Job) -> u64) {
    for stage in STAGES {
        let waited = [(); 3].map(|()| {
            let folder = tempfile::tempdir().expect("there is room for a folder");
            let (job, around) = begin(stage, folder.path());
            let waited = drop(job);
            std::mem::drop(around);
            waited
        });
        assert!(waited.contains(&0), "{scenario}, {}: it waited {waited:?} times", stage.name);
    }
}

#[test]
fn a_current_thread_runtime_is_not_blocked_by_a_drop() {
    let before = Process::now();
    within(240, "drops on a current-thread runtime", || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
        drops("current-thread runtime", |job| {
            runtime.block_on(async {
                let mut job = Box::pin(job);
                // Polled once, so that the runtime's waker is in it.
                tokio::select! {
                    biased;
                    result = &mut job => panic!("ended by itself: {result:?}"),
                    () = std::future::ready(()) => {}
                }
                waits(|| std::mem::drop(job))
            })
        })
    });
    before.settles("drops on a current-thread runtime");
}

#[test]
fn nor_is_an_executor_that_knows_no_tokio() {
    let before = Process::now();
    within(240, "drops under futures_executor", || {
        drops("futures_executor", |job| futures_executor::block_on(async move { waits(|| std::mem::drop(job)) }))
    });
    before.settles("drops under futures_executor");
}

#[test]
fn a_job_and_its_progress_can_be_awaited_without_tokio() {
    let before = Process::now();
    within(60, "a job under futures_executor", || {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let output = crate::support::quick(folder.path().join("out.mp4"));
        let job = telecine::Pipeline::read(crate::clips::short()).output(output).start();
        futures_executor::block_on(async {
            let mut progress = job.progress();
            let mut last = None;
            while let Some(now) = progress.next().await {
                last = Some(now);
            }
            assert_eq!(last.map(|it| it.phase), Some(telecine::Phase::Ended));
            job.await.expect("a short clip is transcoded");
        });
    });
    before.settles("a job under futures_executor");
}

/// `start()` returns at once, whatever the input: it is the job's own thread that waits.
#[test]
fn start_does_not_block_either() {
    let before = Process::now();
    for stage in STAGES {
        let waited = [(); 3].map(|()| {
            let folder = tempfile::tempdir().expect("there is room for a folder");
            let Scene { launch, around, reached } = (stage.set)(folder.path());
            let mut job = None;
            let waited = waits(|| job = Some(launch.start()));
            drop((job, around, reached));
            waited
        });
        assert!(waited.contains(&0), "{}: it waited {waited:?} times", stage.name);
    }
    before.settles("starts");
}
