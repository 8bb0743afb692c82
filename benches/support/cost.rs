//! What a program costs, run in a process of its own so that its peak memory can be told.

use std::env;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The first argument by which a bench that is run again knows that it is to call [`measure`] with the others.
pub(crate) const MEASURE: &str = "measure";

/// What a run cost: seconds, seconds of all threads, MiB.
#[derive(Clone)]
pub(crate) struct Cost {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak: f64,
}

impl Cost {
    pub(crate) fn median(costs: &[Self]) -> Self {
        let median = |of: fn(&Self) -> f64| median(costs.iter().map(of));
        Self { wall: median(|it| it.wall), cpu: median(|it| it.cpu), peak: median(|it| it.peak) }
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "wall {:7.2} s   CPU {:7.2} s   peak memory {:6.1} MiB", self.wall, self.cpu, self.peak)
    }
}

/// Not a number of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs a program by way of a process that has no other child: the system tells the peak of all children, not of one. Also gives what
/// the program printed.
pub(crate) fn measured<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<(String, Cost)> {
    let text = text_of(Command::new(env::current_exe()?).arg(MEASURE).arg(program).args(arguments))?;
    let (said, line) = text.trim_end().rsplit_once('\n').unwrap_or(("", text.trim_end()));
    let numbers = line.split_whitespace().map(str::parse).collect::<std::result::Result<Vec<f64>, _>>()?;
    let &[wall, cpu, peak] = numbers.as_slice() else { return Err(format!("measured {line:?}").into()) };
    Ok((said.to_owned(), Cost { wall, cpu, peak }))
}

/// The process in between.
pub(crate) fn measure(program_and_arguments: &[OsString]) -> Result<()> {
    let begun = Instant::now();
    let status = Command::new(&program_and_arguments[0]).args(&program_and_arguments[1..]).status()?;
    let wall = begun.elapsed();
    if !status.success() {
        return Err(format!("{}: {status}", program_and_arguments[0].display()).into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = [usage.user_time(), usage.system_time()]
        .map(|it| Duration::new(it.tv_sec() as u64, it.tv_usec() as u32 * 1_000).as_secs_f64())
        .iter()
        .sum::<f64>();
    // macOS counts bytes, the others KiB.
    let unit = if cfg!(target_os = "macos") { 1024.0 * 1024.0 } else { 1024.0 };
    println!("{} {cpu} {}", wall.as_secs_f64(), usage.max_rss() as f64 / unit);
    Ok(())
}

/// Runs a command and gives what it printed.
pub(crate) fn text_of(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The number behind `--rounds`, where it is given.
pub(crate) fn rounds(arguments: &[OsString]) -> Result<Option<usize>> {
    Ok(behind(arguments, "--rounds")?.map(str::parse).transpose()?)
}

/// The word behind an option, where that is given.
pub(crate) fn behind<'a>(arguments: &'a [OsString], option: &str) -> Result<Option<&'a str>> {
    let Some(at) = arguments.iter().position(|it| it == option) else { return Ok(None) };
    let word = arguments.get(at + 1).and_then(|it| it.to_str());
    Ok(Some(word.ok_or_else(|| format!("{option} needs a word behind it"))?))
}
