//! How soon a job ends: every stage of `tests/ending` × every way, one job at a time, at least a thousand endings.
//!
//! ```text
//! cargo bench --bench endings [-- --rounds N]      N endings a cell (10), a fifth of that where a bound has to pass first
//! cargo bench --bench endings -- --test            each stage once: does it still work?
//! ```
//!
//! From the request until the handle had resolved (`cancel`, `stop`, a token, a bound) or its drop had returned; and until the
//! last native thread of the job was gone, looked for every 2 ms. Where that cannot be cut, the second is counted from when what
//! held it let go; a slow encoder lets go by itself. The request of a deadline, of an open timeout and of a stop that nobody takes
//! the rest of is the moment at which the bound passes; that of a stall so long after the last movement that the job itself saw.
//! A regular stop finishes the film, which takes as long as the encoder needs: in the tables, but not in the totals.
//!
//! p50 and p99 are by nearest rank: with less than a hundred endings in a cell, p99 is the longest.

#[allow(dead_code)] // The tests hold some of it.
#[path = "../tests/ending/stages.rs"]
mod stages;
#[path = "../tests/support/mod.rs"]
mod support;
#[allow(dead_code)]
#[path = "../tests/ending/ways.rs"]
mod ways;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use stages::{Kind, STAGES, Stage};
use support::clips;
use telecine::Error;
use ways::{Ended, Way, end};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const HANDLE_TARGET: Duration = Duration::from_millis(50);
const NATIVE_TARGET: Duration = Duration::from_millis(250);

/// A job alone comes to its point in less, in every stage.
const BOUND: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
    let test = !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test");
    let done = rounds(&arguments).and_then(|rounds| if test { try_each() } else { measure(rounds) });
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
        None => Ok(10),
        Some(at) => Ok(arguments.get(at + 1).and_then(|it| it.to_str()).ok_or("--rounds needs a number")?.parse()?),
    }
}

/// Each stage once, and each way at least once.
fn try_each() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (number, stage) in STAGES.iter().enumerate() {
        let way = Way::ALL[number % Way::ALL.len()];
        let way = if way.fits(stage) { way } else { Way::Cancel };
        let ended = one(stage, way, folder.path())?;
        println!("{}, {way:?}: resolved after {:?}, gone after {:?}", stage.name, ended.resolved, ended.gone);
    }
    Ok(())
}

fn measure(rounds: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut cells: Vec<_> = STAGES.iter().flat_map(|stage| Way::ALL.map(|way| Cell::new(stage, way))).collect();
    cells.retain(|cell| cell.way.fits(cell.stage));
    println!("FFmpeg {}, {} processors, load {}", telecine::ffmpeg_version(), available_parallelism()?, load()?);
    // What the first jobs of a process set up for good: the clips, FFmpeg's own tables, threads of its libraries.
    for stage in STAGES {
        one(stage, Way::Cancel, folder.path())?;
    }
    let (begun, threads) = (Instant::now(), threads()?);
    // Round by round, so that a busy minute of the machine is spread over all cells.
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for cell in cells.iter_mut().filter(|cell| !cell.waits() || round % 5 == 0) {
            cell.endings.push(one(cell.stage, cell.way, folder.path())?);
        }
    }
    print(&cells);
    println!("\nIn {:.0} s, load {} afterwards.", begun.elapsed().as_secs_f64(), load()?);
    println!(
        "Threads of the process: {threads} before, {} after; detached jobs left: {}.",
        self::threads()?,
        telecine::detached_jobs()
    );
    Ok(())
}

/// One ending, in a folder of its own, with nothing else going on.
fn one(stage: &Stage, way: Way, folder: &Path) -> Result<Ended> {
    let folder = tempfile::tempdir_in(folder)?;
    let ended = end(stage, way, BOUND, folder.path());
    if ended.result.as_ref().is_some_and(|it| matches!(it, Err(Error::Failed { .. } | Error::Busy { .. }))) {
        return Err(format!("{}, {way:?}: {:?}", stage.name, ended.result).into());
    }
    Ok(ended)
}

/// One stage × one way.
struct Cell {
    stage: &'static Stage,
    way: Way,
    endings: Vec<Ended>,
}

impl Cell {
    fn new(stage: &'static Stage, way: Way) -> Self {
        Self { stage, way, endings: Vec::new() }
    }

    /// Each ending waits for a bound to pass.
    fn waits(&self) -> bool {
        matches!(self.way, Way::Deadline | Way::Stall)
    }

    /// Ended with a whole film, not cut.
    fn is_finished(&self) -> bool {
        self.way == Way::Stop && matches!(self.stage.kind, Kind::Flowing | Kind::Starved)
    }

    fn resolved(&self) -> impl Iterator<Item = Duration> {
        self.endings.iter().map(|it| it.resolved)
    }

    fn gone(&self) -> impl Iterator<Item = Duration> {
        self.endings.iter().map(|it| it.gone)
    }

    /// How many were told that native work was left behind; `None` where nobody was there to be told.
    fn detached(&self) -> Option<usize> {
        let told = self.endings.iter().filter_map(|it| it.result.as_ref()).map(|it| it.as_ref().err().is_some_and(is_detached));
        let told: Vec<_> = told.collect();
        (!told.is_empty()).then(|| told.into_iter().filter(|it| *it).count())
    }
}

fn is_detached(why: &Error) -> bool {
    match why {
        Error::Cancelled { detached }
        | Error::DeadlineExceeded { detached, .. }
        | Error::OpenTimeout { detached, .. }
        | Error::Stalled { detached, .. } => *detached,
        _ => false,
    }
}

fn print(cells: &[Cell]) {
    table("The handle had resolved, or was dropped; ms, p50 / p99", cells, |cell| p50_p99(cell.resolved()));
    table("All native threads were gone; ms, p50 / p99 (*: counted from when what held them let go)", cells, |cell| {
        format!("{}{}", p50_p99(cell.gone()), if cell.stage.can_be_cut { "" } else { " *" })
    });
    table("Endings, and of these told as detached (-: nobody was there to be told)", cells, |cell| {
        let detached = cell.detached().map_or("-".into(), |it| it.to_string());
        format!("{}, {detached}", cell.endings.len())
    });

    let cut = || cells.iter().filter(|cell| !cell.is_finished());
    println!("\n| | endings | p50 ms | p99 ms | longest ms | target: p99 at most |");
    println!("|---|---:|---:|---:|---:|---:|");
    total("handle, every stage", cut().flat_map(Cell::resolved), HANDLE_TARGET);
    total("native threads, stages that can be cut", cut().filter(|it| it.stage.can_be_cut).flat_map(Cell::gone), NATIVE_TARGET);
    let all: usize = cells.iter().map(|it| it.endings.len()).sum();
    let finished: usize = cells.iter().filter(|it| it.is_finished()).map(|it| it.endings.len()).sum();
    println!("\n{all} endings, {finished} of these stops that finished a film and are in no total.");
}

/// A stage a row, a way a column.
fn table(title: &str, cells: &[Cell], text: impl Fn(&Cell) -> String) {
    println!("\n{title}\n");
    println!("| |{}", Way::ALL.map(|way| format!(" {way:?} |")).concat());
    println!("|---|{}", "---:|".repeat(Way::ALL.len()));
    for stage in STAGES {
        let row = Way::ALL.map(|way| {
            let cell = cells.iter().find(|it| it.stage.name == stage.name && it.way == way);
            format!(" {} |", cell.map(&text).unwrap_or_default())
        });
        println!("| {} |{}", stage.name, row.concat());
    }
}

fn total(name: &str, times: impl Iterator<Item = Duration>, target: Duration) {
    let times = sorted(times);
    let [p50, p99, longest] = [50, 99, 100].map(|percent| millis(rank(&times, percent)));
    let met = if rank(&times, 99) <= target { "met" } else { "missed" };
    println!("| {name} | {} | {p50} | {p99} | {longest} | {} {met} |", times.len(), target.as_millis());
}

fn p50_p99(times: impl Iterator<Item = Duration>) -> String {
    let times = sorted(times);
    format!("{} / {}", millis(rank(&times, 50)), millis(rank(&times, 99)))
}

fn sorted(times: impl Iterator<Item = Duration>) -> Vec<Duration> {
    let mut times: Vec<_> = times.collect();
    times.sort();
    times
}

/// The nearest rank: the least of the times that so many per cent do not exceed.
fn rank(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}

/// How many threads want a processor, over the last minute.
fn load() -> Result<String> {
    Ok(fs::read_to_string("/proc/loadavg")?.split_whitespace().next().unwrap_or_default().to_owned())
}

fn threads() -> Result<usize> {
    Ok(fs::read_dir("/proc/self/task")?.count())
}
