//! A process that ends while jobs run: it neither hangs nor crashes.

use std::thread;

use crate::leftovers::alone;
use crate::stages::STAGES;
use crate::ways::begin;

/// The process that `alone` makes has a job in every stage when its only test is over, and then exits as any program does; a
/// status that is not success, a signal for one, fails this test.
#[test]
fn of_the_process() {
    alone("exit::of_the_process", &[], |folder| {
        thread::scope(|scope| {
            for (number, stage) in STAGES.iter().enumerate() {
                let folder = folder.join(number.to_string());
                scope.spawn(move || {
                    std::fs::create_dir(&folder).expect("our own folder can be written");
                    std::mem::forget(begin(stage, &folder));
                });
            }
        });
    });
}

/// The same after the jobs were cancelled, so that native work that cannot be cut is left behind.
#[test]
fn with_jobs_left_behind() {
    alone("exit::with_jobs_left_behind", &[], |folder| {
        for (number, stage) in STAGES.iter().filter(|it| !it.can_be_cut).enumerate() {
            let folder = folder.join(number.to_string());
            std::fs::create_dir(&folder).expect("our own folder can be written");
            let (job, around) = begin(stage, &folder);
            job.control().cancel();
            assert!(job.wait().is_err(), "{}", stage.name);
            std::mem::forget(around);
        }
        assert!(telecine::detached_jobs() > 0, "nothing was left behind");
    });
}
