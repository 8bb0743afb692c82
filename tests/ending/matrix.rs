//! Every stage × every way: what the caller is told, and that nothing is left.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use telecine::Error;

use crate::leftovers::Process;
use crate::stages::{Kind, STAGES, Stage};
use crate::support::{Media, names, until, within};
use crate::ways::{Ended, Way, begin, end};

/// One way, brought to a job in each stage at once.
fn every_stage(way: Way) {
    let before = Process::now();
    within(180, &format!("{way:?}"), move || {
        let bound = bound(way);
        thread::scope(|scope| {
            for stage in STAGES.iter().filter(|stage| way.fits(stage)) {
                scope.spawn(move || one(stage, way, bound));
            }
        });
    });
    before.settles(&format!("{way:?}"));
}

/// What deadline and watchdog wait for: several times what all jobs need now, side by side on this machine, to come to their points.
fn bound(way: Way) -> Duration {
    if !matches!(way, Way::Deadline | Way::Stall) {
        return Duration::ZERO;
    }
    let came = |stage: &Stage| {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let since = Instant::now();
        let begun = begin(stage, folder.path());
        let took = since.elapsed();
        drop(begun);
        took
    };
    let longest = thread::scope(|scope| {
        let all: Vec<_> = STAGES.iter().filter(|stage| way.fits(stage)).map(|stage| scope.spawn(move || came(stage))).collect();
        all.into_iter().map(|it| it.join().expect("it comes to its point")).max()
    });
    Duration::from_secs(2).max(4 * longest.unwrap_or_default())
}

fn one(stage: &Stage, way: Way, bound: Duration) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let Ended { result, .. } = end(stage, way, bound, folder.path());
    let case = format!("{}, {way:?}: {result:?}", stage.name);
    let whole = match way {
        Way::Cancel | Way::Token => {
            assert!(matches!(result, Some(Err(Error::Cancelled { .. }))), "{case}");
            false
        }
        Way::Stop if matches!(stage.kind, Kind::Flowing | Kind::Starved) => {
            assert!(result.is_some_and(|it| it.is_ok_and(|outcome| outcome.stopped)), "{case}");
            true
        }
        Way::Stop => {
            assert!(matches!(result, Some(Err(Error::Cancelled { .. }))), "{case}");
            false
        }
        Way::Deadline => {
            assert!(matches!(result, Some(Err(Error::DeadlineExceeded { .. }))), "{case}");
            false
        }
        Way::Stall if matches!(stage.kind, Kind::Opening | Kind::Starting) => {
            assert!(matches!(result, Some(Err(Error::OpenTimeout { .. }))), "{case}");
            false
        }
        Way::Stall => {
            assert!(matches!(result, Some(Err(Error::Stalled { .. }))), "{case}");
            false
        }
        Way::DropHandle | Way::LostSelect | Way::RuntimeShutdown => {
            assert!(result.is_none(), "{case}");
            false
        }
    };
    check_files(&case, folder.path(), whole);
}

/// A whole film or nothing, and nothing beside it.
fn check_files(case: &str, folder: &Path, whole: bool) {
    let media = |it: &std::ffi::OsString| !it.to_string_lossy().ends_with(".fifo");
    let left: Vec<_> = names(folder).into_iter().filter(media).collect();
    if whole {
        assert_eq!(left, ["out.mp4"], "{case}");
        Media::at(folder.join("out.mp4")).decode().unwrap_or_else(|why| panic!("{case}: {why}"));
    } else {
        assert!(left.is_empty(), "{case}: {left:?}");
    }
}

#[test]
fn cancel() {
    every_stage(Way::Cancel);
}

#[test]
fn token() {
    every_stage(Way::Token);
}

#[test]
fn stop() {
    every_stage(Way::Stop);
}

#[test]
fn deadline() {
    every_stage(Way::Deadline);
}

#[test]
fn stall() {
    every_stage(Way::Stall);
}

#[test]
fn drop_of_the_handle() {
    every_stage(Way::DropHandle);
}

#[test]
fn drop_in_a_lost_select_branch() {
    every_stage(Way::LostSelect);
}

#[test]
fn shutdown_of_the_runtime() {
    every_stage(Way::RuntimeShutdown);
}

#[test]
fn every_way_has_a_test() {
    assert_eq!(Way::ALL.len(), 8, "a new way needs a test above");
    until("no job is left behind", || telecine::detached_jobs() == 0);
}
