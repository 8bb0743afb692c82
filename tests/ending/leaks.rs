//! A thousand jobs, dropped in every stage and in between: nothing of them stays.

use std::fs;

use crate::leftovers::Process;
use crate::stages::{STAGES, Scene};
use crate::support::{names, within};
use crate::ways::begin;

const JOBS: usize = 1_000;

/// How much more memory the process may have at its peak after the second half of the jobs than after the first, which has
/// filled every cache there is. A leak of one frame of the smallest clip a job would be 58 MB.
const SLACK_KIB: u64 = 24 * 1024;

#[test]
fn a_thousand_dropped_jobs_leave_nothing() {
    let before = Process::now();
    let half_way = within(600, "a thousand dropped jobs", || {
        drop_many(JOBS / 2);
        let half_way = resident_kib();
        drop_many(JOBS / 2);
        half_way
    });
    before.settles("a thousand dropped jobs");
    let now = resident_kib();
    assert!(now < half_way + SLACK_KIB, "{half_way} KiB after half of the jobs, {now} KiB after all");
}

/// Three in four are dropped in the middle of whatever they are doing after so many looks at them, every fourth at its stage's
/// point.
fn drop_many(count: usize) {
    let stages = STAGES.iter().filter(|it| it.name != "slow encoder" && it.name != "tcp: connect hangs");
    for (number, stage) in stages.cycle().take(count).enumerate() {
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
        // Removed by the job's end, which is not awaited here; the folder goes when it is dropped all the same.
        let left = names(folder.path()).into_iter().filter(|it| it == "out.mp4").count();
        assert_eq!(left, 0, "{}: an output of a dropped job", stage.name);
    }
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the system tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("there is memory in use");
    line.trim().trim_end_matches(" kB").parse().expect("a number of KiB")
}
