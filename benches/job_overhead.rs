//! What being a job costs, over the media work itself.
//!
//! ```text
//! cargo bench --bench job_overhead [-- --rounds N]    N rounds of transcodes (15), ten times as many of copies
//! cargo bench --bench job_overhead -- --test          once each: does it still work?
//! ```
//!
//! Watched: the same transcode (x264 veryfast, AAC) without bounds, readers and taps, and with all of them: three readers of
//! progress, a tap each for video and audio, two tokens, a deadline, a stall watchdog, an open timeout. Compared is the processor
//! time of the process.
//!
//! Start to end: a stream copy of a ten-second clip into a new MP4 on tmpfs, by telecine (`Durability::None`) and by ez-ffmpeg
//! alone, both in this process. ez-ffmpeg opens, copies, and closes. Ours reads the header first, writes under a temporary name,
//! reads back what it wrote, and renames it. Both outputs must hold the same packets. ez-ffmpeg is run twice: on the calling thread,
//! which blocks it, and on a thread of its own, as whoever must not block runs it and as telecine does. The difference is that a
//! fresh thread allocates from an arena that glibc grows page by page.
//!
//! The two sides take turns, and who begins changes from round to round; compared are medians.

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use ez_ffmpeg::FfmpegContext;
use rustix::time::{ClockId, clock_gettime};
use support::{Media, clips};
use telecine::{Aac, Durability, Mp4, Overwrite, Pipeline, Preset, StreamCopy, X264, mins, secs};
use tokio_util::sync::CancellationToken;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const CPU_TARGET: f64 = 1.01;
const COPY_TARGET: f64 = 1.1;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
    let test = !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test");
    let done = rounds(&arguments).and_then(|rounds| match test {
        true => compare(1, 1, secs(1)),
        false => compare(rounds, rounds * 10, secs(30)),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn rounds(arguments: &[OsString]) -> Result<usize> {
    match arguments.iter().position(|it| it == "--rounds") {
        None => Ok(15),
        Some(at) => Ok(arguments.get(at + 1).and_then(|it| it.to_str()).ok_or("--rounds needs a number")?.parse()?),
    }
}

fn compare(transcodes: usize, copies: usize, length: Duration) -> Result<()> {
    println!("FFmpeg {}, {} processors, load {}", telecine::ffmpeg_version(), available_parallelism()?, load()?);
    println!("\n| | rounds | with | without | ratio | spread of the ratio | target: at most |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    watched(transcodes, length)?;
    start_to_end(copies)?;
    println!("\nload {} afterwards", load()?);
    Ok(())
}

/// Processor time with everything that can watch a job, and with nothing.
fn watched(rounds: usize, length: Duration) -> Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let output = folder.path().join("out.mp4");
    let clip = clips::long();
    let pipeline = || {
        let film = Mp4::file(output.as_path()).video(X264::crf(23.0).preset(Preset::Veryfast)).audio(Aac::default());
        Pipeline::read(clip.as_path()).trim(..length).output(film.overwrite(Overwrite::Replace).durability(Durability::None))
    };
    let with = || cpu_of(|| with_everything(pipeline()));
    let without = || cpu_of(|| Ok(pipeline().run().stall(None).open_timeout(None).start().wait().map(drop)?));
    let rounds = in_turns(rounds, with, without)?;
    rounds.print("processor time, watched or not", CPU_TARGET);
    Ok(())
}

fn with_everything(pipeline: Pipeline) -> Result<()> {
    let seen = Arc::new(AtomicU64::new(0));
    let (pictures, sounds) = (Arc::clone(&seen), Arc::clone(&seen));
    let launch = pipeline.run().deadline(mins(10)).stall(secs(30)).open_timeout(secs(30)).cancel_on(CancellationToken::new());
    let job = launch
        .video_tap(move |frame| {
            pictures.fetch_add(u64::from(frame.size().is_some()), Ordering::Relaxed);
            Ok(())
        })
        .audio_tap(move |_| {
            sounds.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
        .start();
    let _token = job.control().token();
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let updates = job.progress().blocking();
            thread::spawn(move || updates.filter(|it| it.percent.is_some()).count())
        })
        .collect();
    job.wait()?;
    let read = readers.into_iter().filter_map(|it| it.join().ok()).sum::<usize>();
    if read == 0 || seen.load(Ordering::Relaxed) == 0 {
        return Err("nothing was watched".into());
    }
    Ok(())
}

/// From the start to the end of a copy: telecine's job, and ez-ffmpeg alone.
fn start_to_end(rounds: usize) -> Result<()> {
    let tmpfs = Path::new("/dev/shm");
    let folder = if tmpfs.is_dir() { tempfile::tempdir_in(tmpfs) } else { tempfile::tempdir() }?;
    if !tmpfs.is_dir() {
        println!("no tmpfs here: the copies are in {}", folder.path().display());
    }
    let clip = ten_seconds(folder.path())?;
    let (ours, theirs) = (folder.path().join("telecine.mp4"), folder.path().join("ez-ffmpeg.mp4"));
    let with = || {
        remove(&ours)?;
        let output = Mp4::file(ours.as_path()).video(StreamCopy).audio(StreamCopy).durability(Durability::None);
        let since = Instant::now();
        Pipeline::read(clip.as_path()).output(output).start().wait()?;
        Ok(since.elapsed())
    };
    let without = |aside: bool| {
        remove(&theirs)?;
        let (from, to) = (text(&clip)?.to_owned(), text(&theirs)?.to_owned());
        let since = Instant::now();
        if aside {
            thread::spawn(|| alone(from, to)).join().map_err(|_| "ez-ffmpeg panicked")??;
        } else {
            alone(from, to)?;
        }
        Ok(since.elapsed())
    };
    for (aside, where_it_runs) in [(false, "the calling thread"), (true, "a thread of its own")] {
        let rounds = in_turns(rounds, with, || without(aside))?;
        if Media::at(&ours).packets() != Media::at(&theirs).packets() {
            return Err("the two sides did not write the same packets".into());
        }
        rounds.print(&format!("copy of 10 s on tmpfs, start to end; ez-ffmpeg on {where_it_runs}"), COPY_TARGET);
    }
    Ok(())
}

fn alone(from: String, to: String) -> ez_ffmpeg::error::Result<()> {
    let output = ez_ffmpeg::Output::new(to).add_stream_map_with_copy("0:v").add_stream_map_with_copy("0:a");
    FfmpegContext::builder().input(from).output(output).build()?.start()?.wait()
}

fn ten_seconds(folder: &Path) -> Result<PathBuf> {
    let (long, clip) = (clips::long(), folder.join("clip.mp4"));
    support::oracle::ffmpeg(["-i", text(&long)?, "-t", "10", "-c", "copy", text(&clip)?])?;
    Ok(clip)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| "ez-ffmpeg takes paths as text".into())
}

fn remove(file: &Path) -> Result<()> {
    if file.exists() { Ok(fs::remove_file(file)?) } else { Ok(()) }
}

/// What each side took, round by round.
struct Rounds {
    with: Vec<f64>,
    without: Vec<f64>,
}

/// Runs both sides in turns, after one round that does not count.
fn in_turns(
    rounds: usize,
    mut with: impl FnMut() -> Result<Duration>,
    mut without: impl FnMut() -> Result<Duration>,
) -> Result<Rounds> {
    with()?;
    without()?;
    let mut took = Rounds { with: Vec::new(), without: Vec::new() };
    for round in 0..rounds {
        let (first, second) = if round % 2 == 0 {
            let with = with()?;
            (with, without()?)
        } else {
            let without = without()?;
            (with()?, without)
        };
        took.with.push(first.as_secs_f64() * 1_000.0);
        took.without.push(second.as_secs_f64() * 1_000.0);
    }
    Ok(took)
}

impl Rounds {
    fn print(&self, name: &str, target: f64) {
        let (with, without) = (quantile(&self.with, 50), quantile(&self.without, 50));
        let ratios: Vec<_> = self.with.iter().zip(&self.without).map(|(with, without)| with / without).collect();
        let (low, high) = (quantile(&ratios, 25), quantile(&ratios, 75));
        let (ratio, rounds) = (with / without, self.with.len());
        let met = if ratio <= target { "met" } else { "missed" };
        println!(
            "| {name} | {rounds} | {with:.2} ms | {without:.2} ms | {ratio:.3} | {low:.3} to {high:.3} | {target:.2} {met} |"
        );
    }
}

fn quantile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * percent / 100]
}

/// Processor time of all threads of this process while it runs.
fn cpu_of(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let now = || Duration::try_from(clock_gettime(ClockId::ProcessCPUTime));
    let before = now()?;
    work()?;
    Ok(now()? - before)
}

/// How many threads want a processor, over the last minute.
fn load() -> Result<String> {
    Ok(fs::read_to_string("/proc/loadavg")?.split_whitespace().next().unwrap_or_default().to_owned())
}
