//! A process that is killed at any moment of a job leaves a whole output or none, and what it leaves beside it is cleaned up by the
//! next write to the folder.
//!
//! A binary of its own, for it takes a while and measures time: nothing should run beside it.

mod support;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use support::{Media, alone, clips, names, until, within};
use telecine::{Aac, Mp4, Overwrite, Phase, Pipeline, Progress, StreamCopy, X264};

const TEST: &str = "killed_at_any_moment_it_leaves_a_whole_output_or_none";

/// One of the two runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// For the process that is killed: how many milliseconds of media to transcode.
const LENGTH: &str = "TELECINE_TEST_LENGTH";

/// Kills spread evenly over a run by the clock.
const KILLS: u32 = 34;

/// And more, spread over the end of it: the last packets, the trailer, the rename. No run takes exactly as long as another, so
/// these are counted from the moment at which a run says that it is nearly done.
const KILLS_AT_THE_END: u32 = 15;

/// What it says then.
const NEARLY_DONE: &str = "nearly done";

/// A run takes at least as long, so that the moments lie apart.
const RUN: Duration = Duration::from_secs(3);

#[test]
fn killed_at_any_moment_it_leaves_a_whole_output_or_none() {
    if let Some(folder) = alone::folder() {
        return transcode(&folder);
    }
    let _alone = ALONE.lock();
    let (length, run) = measure();
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let (_, tail) = undisturbed(dir.path(), length);
    let (seconds, frames) = (Media::at(&output).seconds(), Media::at(&output).frames());
    fs::remove_file(&output).unwrap();

    let evenly = (0..KILLS).map(|kill| Kill::After(run.mul_f64(f64::from(kill) / f64::from(KILLS - 1))));
    let at_the_end =
        (0..KILLS_AT_THE_END).map(|kill| Kill::NearTheEnd(tail.mul_f64(f64::from(kill) / f64::from(KILLS_AT_THE_END - 1))));
    let (mut before, mut after, mut leftovers) = (0, 0, 0);
    for kill in evenly.chain(at_the_end).chain([Kill::OncePublished]) {
        kill.carry_out(start(dir.path(), length), &output);
        let (parts, others): (Vec<_>, Vec<_>) = names(dir.path()).into_iter().partition(|it| is_part(it));
        leftovers += u32::from(!parts.is_empty());
        if others.is_empty() {
            before += 1;
            continue;
        }
        after += 1;
        assert_eq!(others, ["out.mp4"], "{kill:?}");
        let media = Media::at(&output);
        assert_eq!(media.decode(), Ok(()), "{kill:?}");
        assert_eq!((media.seconds(), media.frames()), (seconds, frames), "{kill:?}");
        fs::remove_file(&output).unwrap();
    }
    eprintln!(
        "runs of {run:?}, the end of {tail:?}: {before} killed before the output was there, {after} after; {leftovers} left something"
    );
    assert!(before > 0 && leftovers > 0, "no kill came before the output was there");
    assert!(after > 0, "no kill came after the output was there");

    undisturbed(dir.path(), length);
    assert_eq!(names(dir.path()), ["out.mp4"], "the next write cleans up");
}

/// So many files that a kill falls between the first and the last of them.
const SEVERAL: usize = 16;

#[test]
fn killed_while_several_files_are_replaced_each_is_the_old_or_the_new_one() {
    const TEST: &str = "killed_while_several_files_are_replaced_each_is_the_old_or_the_new_one";
    let outputs = |folder: &Path| (0..SEVERAL).map(|it| folder.join(format!("{it:02}.mp4"))).collect::<Vec<_>>();
    if let Some(folder) = alone::folder() {
        let replacing = |it| Mp4::file(it).video(StreamCopy).overwrite(Overwrite::Replace);
        let all = outputs(&folder).into_iter().map(replacing);
        all.fold(Pipeline::read(clips::short()), Pipeline::output).start().wait().unwrap();
        return;
    }
    let _alone = ALONE.lock();
    let dir = tempfile::tempdir().unwrap();
    let outputs = outputs(dir.path());
    let mut between = 0;
    for nth in 0..SEVERAL {
        outputs.iter().for_each(|it| fs::write(it, "old").unwrap());
        let old = |it: &Path| fs::read(it).is_ok_and(|it| it == b"old");
        let mut process = alone::command(TEST, &[], dir.path()).stdout(Stdio::null()).spawn().unwrap();
        until("a replaced file", || !old(&outputs[nth]));
        process.kill().unwrap();
        process.wait().unwrap();
        let new: Vec<_> = outputs.iter().filter(|it| !old(it)).collect();
        new.iter().for_each(|it| assert_eq!(Media::at(it).decode(), Ok(()), "{it:?}"));
        between += usize::from(new.len() < SEVERAL);
    }
    eprintln!("{between} of {SEVERAL} were killed in between");
    assert!(between > 0, "no kill came in between");
    let mut process = alone::command(TEST, &[], dir.path()).stdout(Stdio::null()).spawn().unwrap();
    assert!(within(60, "a run that nobody disturbs", move || process.wait().unwrap().success()));
    assert_eq!(names(dir.path()).len(), SEVERAL, "the next write cleans up");
    outputs.iter().for_each(|it| assert_eq!(Media::at(it).decode(), Ok(())));
}

/// When a process is killed.
#[derive(Debug)]
enum Kill {
    /// So long after its start.
    After(Duration),
    /// So long after it said that it is nearly done.
    NearTheEnd(Duration),
    /// As soon as the output has its name.
    OncePublished,
}

impl Kill {
    fn carry_out(&self, mut process: Child, output: &Path) {
        match self {
            Self::After(moment) => thread::sleep(*moment),
            Self::NearTheEnd(moment) => {
                process = nearly_done(process);
                thread::sleep(*moment);
            }
            Self::OncePublished => until("an output", || output.exists()),
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
}

/// What the killed process does.
fn transcode(folder: &Path) {
    let length: u64 = env::var(LENGTH).unwrap().parse().unwrap();
    let output = Mp4::file(folder.join("out.mp4")).video(X264::crf(23.0)).audio(Aac::default());
    let pipeline = Pipeline::read(clips::long()).trim(..Duration::from_millis(length));
    let job = pipeline.output(output.overwrite(Overwrite::Replace)).start();
    let near = |it: &Progress| it.phase >= Phase::Finishing || it.percent >= Some(90.0);
    job.progress().blocking().find(near);
    println!("{NEARLY_DONE}");
    job.wait().unwrap();
}

/// So much media that a run takes long enough on this machine, and how long that is, from the process's start to its end.
fn measure() -> (u64, Duration) {
    let mut length = 2_000;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let (run, _) = undisturbed(dir.path(), length);
        if run >= RUN {
            return (length, run);
        }
        let all = (Media::at(clips::long()).seconds() * 1_000.0) as u64;
        assert!(length < all, "this machine transcodes the whole clip in {run:?}");
        length = (length as f64 * RUN.as_secs_f64() / run.as_secs_f64() * 1.2) as u64;
        length = length.min(all);
    }
}

/// How long all of it took, and what came after it was nearly done.
fn undisturbed(folder: &Path, length: u64) -> (Duration, Duration) {
    let since = Instant::now();
    let mut process = nearly_done(start(folder, length));
    let nearly = since.elapsed();
    assert!(within(60, "a run that nobody disturbs", move || process.wait().unwrap().success()));
    (since.elapsed(), since.elapsed() - nearly)
}

fn start(folder: &Path, length: u64) -> Child {
    alone::command(TEST, &[], folder).env(LENGTH, length.to_string()).stdout(Stdio::piped()).spawn().unwrap()
}

/// The process, once it has said that it is nearly done.
fn nearly_done(mut process: Child) -> Child {
    within(120, "a run, nearly done", move || {
        let mut said = BufReader::new(process.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
        assert!(said.any(|it| it.contains(NEARLY_DONE)), "it ended before it was nearly done");
        process
    })
}

fn is_part(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".out.mp4.") && name.as_bytes().ends_with(b".telecine-part")
}
