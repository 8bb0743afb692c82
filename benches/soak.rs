//! Ten thousand short jobs, sixteen at a time: what the process holds stays flat.
//!
//! ```text
//! cargo bench --bench soak [-- --jobs N]      N jobs (10,000), the curve as a table
//! cargo bench --bench soak -- --test          300 jobs: does it still work?
//! ```
//!
//! Of the jobs, four in eight copy a clip of 0.2 s, one transcodes it, one fails at an input that is no media, one is cancelled
//! as soon as it runs and one is dropped in the middle of a transcode. Every so many jobs all sixteen are let end, and the process
//! is looked at: threads, descriptors, resident memory, what lies in the folder of the outputs. It exits with 1 where threads,
//! descriptors or leftovers are not what they were after the first eight jobs, or where memory has grown by more than `SLACK_MIB`
//! since half of the jobs.
//!
//! It runs itself again with a single arena of glibc's allocator, so that memory is what is held: with an arena for each of some
//! dozens of short-lived threads, it is mostly how they happen to be fragmented, tens of MiB up and down. Whoever sets
//! `MALLOC_ARENA_MAX` measures with that.

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use support::quick;
use telecine::{Durability, Error, Mp4, Output, Phase, Pipeline, StreamCopy, detached_jobs};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How many arenas glibc's allocator may have (mallopt(3)).
const ARENAS: &str = "MALLOC_ARENA_MAX";

const JOBS: usize = 10_000;
const AT_A_TIME: usize = 16;

/// How many looks a run has.
const LOOKS: usize = 20;

/// How much more memory may be in use at the end than after half of the jobs: an allocator keeps what sixteen jobs at their hungriest
/// needed, and the hungriest moment may come late. A leak of three kilobytes a job would be 15 MiB over the second half of ten thousand,
/// one of a picture (115 KB) half a gigabyte.
const SLACK_MIB: f64 = 12.0;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
    let test = !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test");
    if env::var_os(ARENAS).is_none() {
        let again = env::current_exe().and_then(|this| Command::new(this).args(&arguments).env(ARENAS, "1").status());
        return if again.is_ok_and(|it| it.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    match jobs(&arguments).and_then(|jobs| soak(if test { 300 } else { jobs })) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn jobs(arguments: &[OsString]) -> Result<usize> {
    match arguments.iter().position(|it| it == "--jobs") {
        None => Ok(JOBS),
        Some(at) => Ok(arguments.get(at + 1).and_then(|it| it.to_str()).ok_or("--jobs needs a number")?.parse()?),
    }
}

fn soak(jobs: usize) -> Result<()> {
    let inputs = tempfile::tempdir()?;
    let outputs = tempfile::tempdir()?;
    let bench = Soak { clip: clip(inputs.path())?, no_media: no_media(inputs.path())?, outputs: outputs.path() };
    println!("FFmpeg {}, {} processors", telecine::ffmpeg_version(), available_parallelism()?);
    let arenas = env::var(ARENAS).unwrap_or_default();
    println!("{jobs} jobs, {AT_A_TIME} at a time, {ARENAS}={arenas}\n");
    println!("| jobs | seconds | threads | descriptors | RSS MiB | files left |");
    println!("|---:|---:|---:|---:|---:|---:|");

    // What the first job of a process sets up for good, such as the reaper's thread, is no growth.
    for number in 0..8 {
        bench.one(number)?;
    }
    let before = bench.settled(None)?;
    println!("| 0 | 0 | {before} |");
    let since = Instant::now();
    let mut curve: Vec<Held> = Vec::new();
    for look in 0..LOOKS {
        let (from, to) = (jobs * look / LOOKS, jobs * (look + 1) / LOOKS);
        bench.run(from, to)?;
        let held = bench.settled(Some(&before))?;
        println!("| {to} | {:.0} | {held} |", since.elapsed().as_secs_f64());
        curve.push(held);
    }
    judge(&before, &curve)
}

fn judge(before: &Held, curve: &[Held]) -> Result<()> {
    if let Some(other) = curve.iter().find(|it| it.counts != before.counts) {
        return Err(format!("not flat: {:?}, then {:?}", before.counts, other.counts).into());
    }
    let (Some(half_way), Some(last)) = (curve.get(LOOKS / 2 - 1), curve.last()) else { return Err("no jobs".into()) };
    let grown = last.resident - half_way.resident;
    println!("\nThreads, descriptors and files are flat; memory changed by {grown:+.1} MiB since half of the jobs.");
    if grown > SLACK_MIB {
        return Err(format!("memory grew by {grown:.1} MiB; {SLACK_MIB} are allowed").into());
    }
    Ok(())
}

struct Soak<'a> {
    clip: PathBuf,
    no_media: PathBuf,
    outputs: &'a Path,
}

impl Soak<'_> {
    /// Jobs `from..to`, as many at a time as there may be.
    fn run(&self, from: usize, to: usize) -> Result<()> {
        let next = AtomicUsize::new(from);
        thread::scope(|scope| {
            let work = || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= to {
                        return Ok(());
                    }
                    self.one(number).map_err(|why| format!("job {number}: {why}"))?;
                }
            };
            let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(work)).collect();
            let ended = workers.into_iter().map(|it| it.join().unwrap_or_else(|_| Err("a worker panicked".to_owned())));
            ended.collect::<std::result::Result<Vec<()>, _>>()
        })?;
        Ok(())
    }

    fn one(&self, number: usize) -> Result<()> {
        let output = self.outputs.join(format!("{number}.mp4"));
        let copy = || Mp4::file(output.as_path()).video(StreamCopy).audio(StreamCopy);
        match number % 8 {
            0..4 => self.succeeds(copy(), &output),
            4 => self.succeeds(quick(output.as_path()), &output),
            5 => match Pipeline::read(self.no_media.as_path()).output(copy()).start().wait() {
                Err(Error::NotMedia { .. }) => Ok(()),
                other => Err(format!("no media: {other:?}").into()),
            },
            6 => self.is_cancelled(quick(output.as_path()), &output),
            _ => {
                let job = Pipeline::read(self.clip.as_path()).output(quick(output.as_path())).start();
                // In the middle of it, or after it where it was quicker than this reader of its progress.
                job.progress().blocking().find(|it| it.phase >= Phase::Running);
                drop(job);
                Ok(())
            }
        }
    }

    fn succeeds(&self, output: Output<Mp4>, path: &Path) -> Result<()> {
        // Ten thousand waits for a disk would measure the disk.
        Pipeline::read(self.clip.as_path()).output(output.durability(Durability::None)).start().wait()?;
        Ok(fs::remove_file(path)?)
    }

    /// Unless the cancel comes too late.
    fn is_cancelled(&self, output: Output<Mp4>, path: &Path) -> Result<()> {
        let job = Pipeline::read(self.clip.as_path()).output(output).start();
        let control = job.control();
        job.progress().blocking().find(|it| it.phase >= Phase::Running);
        control.cancel();
        match job.wait() {
            Ok(_) => Ok(fs::remove_file(path)?),
            Err(Error::Cancelled { .. }) if !path.exists() => Ok(()),
            Err(why) => Err(why.into()),
        }
    }

    /// What the process holds once the jobs that were dropped or cancelled have ended, too: looked at until it is as it was, and
    /// for no longer than that may take.
    fn settled(&self, before: Option<&Held>) -> Result<Held> {
        const PATIENCE: Duration = Duration::from_secs(20);
        const LOOK_AGAIN: Duration = Duration::from_millis(5);
        let since = Instant::now();
        loop {
            self.remove_late_outputs()?;
            let now = Held::now(self.outputs)?;
            let as_before = before.is_none_or(|it| it.counts == now.counts);
            if (detached_jobs() == 0 && !now.jobs && as_before) || since.elapsed() > PATIENCE {
                return Ok(now);
            }
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Whole outputs of jobs whose drop came too late. What is hidden is a temporary file, and nobody else's to remove.
    fn remove_late_outputs(&self) -> Result<()> {
        for entry in fs::read_dir(self.outputs)? {
            let entry = entry?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// What the process holds.
struct Held {
    counts: Counts,
    /// In MiB.
    resident: f64,
    /// Whether a job's thread is among the threads.
    jobs: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Counts {
    threads: usize,
    descriptors: usize,
    files: usize,
}

impl Held {
    fn now(outputs: &Path) -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let resident = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).ok_or("the system does not tell")?;
        let kib: f64 = resident.trim().trim_end_matches(" kB").parse()?;
        let names: Vec<_> =
            fs::read_dir("/proc/self/task")?.flatten().filter_map(|it| fs::read_to_string(it.path().join("comm")).ok()).collect();
        let jobs = names.iter().any(|it| it.starts_with("telecine-") && !it.starts_with("telecine-reaper"));
        let counts = Counts { threads: names.len(), descriptors: count("/proc/self/fd")?, files: count(outputs)? };
        Ok(Self { counts, resident: kib / 1_024.0, jobs })
    }
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Counts { threads, descriptors, files } = self.counts;
        write!(f, "{threads} | {descriptors} | {:.1} | {files}", self.resident)
    }
}

fn count(directory: impl AsRef<Path>) -> Result<usize> {
    Ok(fs::read_dir(directory)?.count())
}

fn clip(folder: &Path) -> Result<PathBuf> {
    let clip = folder.join("clip.mp4");
    let path = clip.to_str().ok_or("the folder for temporary files has no name in UTF-8")?;
    let sources = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=48000"];
    let coded = ["-t", "0.2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", path];
    support::oracle::ffmpeg(sources.into_iter().chain(coded))?;
    Ok(clip)
}

fn no_media(folder: &Path) -> Result<PathBuf> {
    let file = folder.join("letter.mp4");
    fs::write(&file, "Dear reader, this is no film.")?;
    Ok(file)
}
