//! A thousand jobs, dropped in every stage and in between: nothing of them stays.

use std::fs;

use tempfile::TempDir;

use crate::leftovers::{Process, alone};
use crate::stages::{STAGES, Scene, Stage};
use crate::support::{names, within};
use crate::ways::begin;

const JOBS: usize = 1_000;

/// How much more memory the process may have at its peak after the second half of the jobs than after the first, which has
/// filled every cache there is. A leak of one frame of the smallest clip a job would be 58 MB.
const SLACK_KIB: u64 = 24 * 1024;

/// In a process of its own, with a single arena of glibc's allocator: so memory is what is held. With an arena for each of some dozens
/// of short-lived threads it is mostly how these happen to be fragmented, tens of MiB up and down.
#[test]
fn a_thousand_dropped_jobs_leave_nothing() {
    alone("leaks::a_thousand_dropped_jobs_leave_nothing", &["env", "MALLOC_ARENA_MAX=1"], |_| thousand());
}

fn thousand() {
    let before = Process::now();
    let (half_way, folders) = within(280, "a thousand dropped jobs", || {
        let mut folders = drop_many(JOBS / 2);
        let half_way = resident_kib();
        folders.extend(drop_many(JOBS / 2));
        (half_way, folders)
    });
    before.settles("a thousand dropped jobs");
    for (stage, folder) in folders {
        // What a scene needs is in its folder too: a FIFO, a reader's end of a socket.
        let left: Vec<_> = names(folder.path()).into_iter().filter(|it| is_output(&it.to_string_lossy())).collect();
        assert!(left.is_empty(), "{stage}: {left:?} of a dropped job");
    }
    let now = resident_kib();
    assert!(now < half_way + SLACK_KIB, "{half_way} KiB after half of the jobs, {now} KiB after all");
}

/// Three in four are dropped in the middle of whatever they are doing after so many looks at them, every fourth at its stage's
/// point.
fn drop_many(count: usize) -> Vec<(&'static str, TempDir)> {
    let stages = STAGES.iter().filter(|it| it.name != "slow encoder" && it.name != "tcp: connect hangs");
    let one = |(number, stage): (usize, &Stage)| {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        if number % 4 == 0 {
            drop(begin(stage, folder.path()));
        } else {
            let Scene { launch, around, mut reached } = (stage.set)(folder.path());
            let job = launch.start();
            let control = job.control();
            for _ in 0..number % 50 {
                if reached(&control) {
                    break;
                }
            }
            drop((job, reached, around));
        }
        (stage.name, folder)
    };
    stages.cycle().take(count).enumerate().map(one).collect()
}

/// Under its name, or on its way there.
fn is_output(name: &str) -> bool {
    name == "out.mp4" || name.ends_with(".telecine-part")
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the system tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("there is memory in use");
    line.trim().trim_end_matches(" kB").parse().expect("a number of KiB")
}
