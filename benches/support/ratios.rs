//! Whole processes in turns, as ratios to the bare loop of the same round.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::time::Duration;

use crate::contender::{Contender, Done, FIELDS, Field, Pixels, program};
use crate::cost::{Cost, Result, measured, median};
use crate::{Clip, DECODE};

/// Prints a clip's table.
pub(crate) fn print(clip: &Clip, fields: &[Field], rounds: usize) -> Result<()> {
    for (pixels, field) in fields {
        let field: Vec<_> = field.iter().copied().filter(|it| it.can(clip.format)).collect();
        let mut runs: Vec<Vec<Run>> = field.iter().map(|_| Vec::new()).collect();
        for round in 0..rounds {
            // Nobody is always the first, or always behind the same one.
            for at in 0..field.len() {
                let at = (at + round) % field.len();
                runs[at].push(Run::of(field[at], clip, *pixels)?);
            }
        }
        agree(&field, &runs)?;
        let bare = Cost::median(&runs[0].iter().map(|it| it.cost.clone()).collect::<Vec<_>>());
        let what = if *pixels == Pixels::Left { "pixels left alone" } else { "every pixel summed" };
        println!("\n{}, {what}, {rounds} rounds; bare loop, median: {bare}\n", clip.name);
        println!("| | wall: min | median | max | CPU: median | peak memory: median | first frame: median |");
        println!("|---|---:|---:|---:|---:|---:|---:|");
        for (contender, own) in field.iter().zip(&runs) {
            let ratios = |of: fn(&Cost) -> f64| own.iter().zip(&runs[0]).map(move |(it, bare)| of(&it.cost) / of(&bare.cost));
            let wall: Vec<_> = ratios(|it| it.wall).collect();
            let (low, high) = (wall.iter().copied().fold(f64::MAX, f64::min), wall.iter().copied().fold(0.0, f64::max));
            let first = median(own.iter().map(|it| it.done.first.map_or(f64::NAN, |it| it.as_secs_f64() * 1_000.0)));
            let first = if first.is_nan() { String::new() } else { format!("{first:.1} ms") };
            let (wall, cpu, peak) = (median(wall), median(ratios(|it| it.cpu)), median(ratios(|it| it.peak)));
            println!("| {} | {low:.2} | {wall:.2} | {high:.2} | {cpu:.2} | {peak:.2} | {first} |", contender.name());
        }
    }
    Ok(())
}

struct Run {
    cost: Cost,
    done: Done,
}

impl Run {
    fn of(contender: Contender, clip: &Clip, pixels: Pixels) -> Result<Self> {
        if contender == Contender::Program {
            let (program, arguments) = program(&clip.path);
            let (_, cost) = measured(&program, arguments.iter().map(OsString::as_os_str))?;
            return Ok(Self { cost, done: Done::default() });
        }
        let words = [DECODE, contender.name(), clip.format, pixels.word()];
        let arguments = words.map(OsStr::new).into_iter().chain([clip.path.as_os_str()]);
        let (said, cost) = measured(&env::current_exe()?, arguments)?;
        Ok(Self { cost, done: Done::parse(&said).ok_or_else(|| format!("{} said {said:?}", contender.name()))? })
    }
}

/// The work of a process of its own.
pub(crate) fn alone(arguments: &[OsString]) -> Result<()> {
    let [contender, format, pixels, clip] = arguments else { return Err("four words are needed".into()) };
    let all = FIELDS.into_iter().flat_map(|it| it.1);
    let contender = all.into_iter().find(|it| *contender == *it.name()).ok_or("no such contender")?;
    let pixels = if pixels == Pixels::Left.word() { Pixels::Left } else { Pixels::Summed };
    let done = contender.run(clip.as_ref(), format.to_str().unwrap_or_default(), pixels)?;
    println!("{done}");
    Ok(())
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.frames, self.sum, self.first.map_or(0, |it| it.as_micros()))
    }
}

impl Done {
    fn parse(said: &str) -> Option<Self> {
        let mut words = said.lines().last()?.split_whitespace();
        let mut number = || words.next()?.parse().ok();
        let (frames, sum, first) = (number()?, number()?, number()?);
        Some(Self { frames, sum, first: (frames > 0).then(|| Duration::from_micros(first)) })
    }
}

/// A ratio between two different works would say nothing.
fn agree(field: &[Contender], runs: &[Vec<Run>]) -> Result<()> {
    let native = field.iter().zip(runs).filter(|it| it.0.is_native());
    let mut works = native.flat_map(|(who, runs)| runs.iter().map(move |it| (who.name(), it.done.frames, it.done.sum)));
    let Some(first) = works.next() else { return Ok(()) };
    match works.find(|it| (it.1, it.2) != (first.1, first.2)) {
        Some(other) => Err(format!("frames and sums differ: {first:?}, {other:?}").into()),
        None if first.1 == 0 => Err("nothing was decoded".into()),
        None => Ok(()),
    }
}

/// The machine, as far as it matters.
pub(crate) fn print_machine() -> Result<()> {
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|it| it.strip_prefix("model name")?.split_once(':')).map_or("", |it| it.1.trim());
    let processors = std::thread::available_parallelism()?;
    println!("FFmpeg {}, {processors} processors ({model}), load {}", telecine::ffmpeg_version(), load()?);
    println!("decoder threads: FFmpeg's choice");
    Ok(())
}

/// How many threads want a processor, over the last minute.
pub(crate) fn load() -> Result<String> {
    Ok(fs::read_to_string("/proc/loadavg")?.split_whitespace().next().unwrap_or_default().to_owned())
}
