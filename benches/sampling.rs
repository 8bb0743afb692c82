//! What some of the frames cost: one a second, ten at random times, and the first of each scene, beside others who give the same.
//!
//! ```text
//! TELECINE_MEDIA=directory cargo bench --bench sampling -- --rounds 7 [--clip WORD]
//! cargo bench --bench sampling -- --test                                            once: does it still work?
//! ```
//!
//! One a second: telecine's `every(1 s)`; `ffmpeg -vf fps=1:round=up` with its frames through a pipe, and to `null`, where nobody looks
//! at them; ez-ffmpeg's `FrameExtractor` with `Sampling::EverySec`, which gives RGB24; ffmpeg-sidecar. Ten times: `at_each`, the program ten
//! times with `-ss`, which is the one way that it has, and telecine's own `at` ten times. Everybody leaves the threads to FFmpeg, and
//! adds up every byte of every row; what gives native pixels must have the same sum, or the bench fails. Each run is a process of its
//! own, those of a round run by turns, and a ratio is to the program of the same round.
//!
//! Scenes: `scene_changes`, without the first, beside telecine's own reading of all frames whose pixels are left alone, to which the
//! ratios are here; the program's filter `scdet` with the frames it finds through a pipe; and the program to `null` without it.
//!
//! The clips are the corpus' film (`bench/`, 1080p24 H.264, 30 s) and 30 s of FFmpeg's test picture with noise, 720p25, by x264 with its
//! own defaults, made at the first run.

#[path = "support/cost.rs"]
mod cost;
#[path = "support/life.rs"]
mod life;
#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use cost::{Cost, Result, measured, median};
use ez_ffmpeg::frame_export::{FrameExtractor, Sampling};
use ffmpeg_sidecar::command::FfmpegCommand;
use life::{load, program, text};
use support::clips;
use telecine::analysis::Scenes;
use telecine::{Frames, Select};

/// The first argument of a process that does the work for the others to measure.
const WORK: &str = "work";
/// Numbers of frames, by a generator of random numbers, once.
const NUMBERS: [u64; 10] = [515, 103, 669, 217, 374, 116, 579, 294, 15, 449];

fn main() -> ExitCode {
    life::run(&[(WORK, work)], bench)
}

fn bench(arguments: &[OsString]) -> Result<()> {
    if life::is_test(arguments) {
        let short = clips::film();
        return [Task::Second, Task::Scenes].into_iter().try_for_each(|task| print("a short clip", &short, 25, task, 1));
    }
    let rounds = cost::rounds(arguments)?.unwrap_or(5);
    let word = cost::behind(arguments, "--clip")?.unwrap_or_default();
    println!("FFmpeg {}, {} processors, load {}", telecine::ffmpeg_version(), std::thread::available_parallelism()?, load()?);
    for (name, clip, rate) in all()?.into_iter().filter(|it| it.0.contains(word)) {
        print(name, &clip, rate, Task::Second, rounds)?;
        print(name, &clip, rate, Task::Ten, rounds)?;
        print(name, &clip, rate, Task::Scenes, rounds)?;
    }
    println!("\nload {} afterwards", load()?);
    Ok(())
}

/// Each with its frames a second.
fn all() -> Result<Vec<(&'static str, PathBuf, u64)>> {
    let picture = "testsrc2=size=1280x720:rate=25,noise=alls=6:allf=t";
    let options = ["-c:v", "libx264", "-pix_fmt", "yuv420p"];
    let made = clips::make_with("x264-defaults.mp4", &["-f", "lavfi", "-i", picture], &options, &["-t", "30"]);
    let mut clips = vec![("x264's defaults, 1280x720", made, 25)];
    clips.extend(life::film()?.map(|path| ("film, H.264 1920x1080", path, 24)));
    Ok(clips)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Second,
    Ten,
    Scenes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Program,
    ProgramNull,
    Telecine,
    /// `Frames::at`, ten times.
    Each,
    /// All frames, of which only scenes are asked for.
    All,
    Extractor,
    Sidecar,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::Program => "ffmpeg through a pipe",
            Self::ProgramNull => "ffmpeg -f null",
            Self::Telecine => "telecine",
            Self::Each => "telecine, one reading each",
            Self::All => "telecine, all frames",
            Self::Extractor => "FrameExtractor, RGB24",
            Self::Sidecar => "ffmpeg-sidecar",
        }
    }

    /// Whether it hands over the same pixels as the others.
    fn is_native(self) -> bool {
        !matches!(self, Self::Extractor | Self::ProgramNull | Self::All)
    }
}

impl Task {
    /// First the one by which the others are measured.
    fn field(self) -> &'static [Who] {
        match self {
            Self::Second => &[Who::Program, Who::ProgramNull, Who::Telecine, Who::Extractor, Who::Sidecar],
            Self::Ten => &[Who::Program, Who::Telecine, Who::Each],
            Self::Scenes => &[Who::All, Who::Telecine, Who::Program, Who::ProgramNull],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Second => "one frame a second",
            Self::Ten => "ten frames at random times",
            Self::Scenes => "scenes",
        }
    }
}

fn print(name: &str, clip: &Path, rate: u64, task: Task, rounds: usize) -> Result<()> {
    let field = task.field();
    let mut runs: Vec<Vec<Cost>> = field.iter().map(|_| Vec::new()).collect();
    let mut native = None;
    for round in 0..rounds {
        // Nobody is always the first, or always behind the same one.
        for at in (0..field.len()).map(|at| (at + round) % field.len()) {
            let rate = rate.to_string();
            let words = [WORK, task.name(), field[at].name(), &rate].map(OsStr::new);
            let (said, cost) = measured(&env::current_exe()?, words.into_iter().chain([clip.as_os_str()]))?;
            if field[at].is_native() && *native.get_or_insert_with(|| said.clone()) != said {
                return Err(format!("{name}, {}: {} has {said}, others {native:?}", task.name(), field[at].name()).into());
            }
            runs[at].push(cost);
        }
    }
    println!("\n{name}, {}, {rounds} rounds; {}, median: {}\n", task.name(), field[0].name(), Cost::median(&runs[0]));
    println!("| | wall: min | median | max | CPU: min | median | max | peak memory: median |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for (who, own) in field.iter().zip(&runs) {
        let ratios = |of: fn(&Cost) -> f64| {
            let ratios: Vec<_> = own.iter().zip(&runs[0]).map(|(it, program)| of(it) / of(program)).collect();
            let bound = |by: fn(f64, f64) -> f64| ratios.iter().copied().reduce(by).unwrap_or(f64::NAN);
            format!("{:.2} | {:.2} | {:.2}", bound(f64::min), median(ratios.iter().copied()), bound(f64::max))
        };
        let peak = median(own.iter().zip(&runs[0]).map(|(it, program)| it.peak / program.peak));
        println!("| {} | {} | {} | {peak:.2} |", who.name(), ratios(|it| it.wall), ratios(|it| it.cpu));
    }
    Ok(())
}

/// The work of a process of its own; says what all bytes of its frames add up to.
fn work(arguments: &[OsString]) -> Result<()> {
    let [task, who, rate, clip] = arguments else { return Err("four words are needed".into()) };
    let task = *[Task::Second, Task::Ten, Task::Scenes].iter().find(|it| *task == *it.name()).ok_or("no such task")?;
    let who = *task.field().iter().find(|it| *who == *it.name()).ok_or("no such contender")?;
    let (clip, rate): (_, u64) = (Path::new(clip), rate.to_str().unwrap_or_default().parse()?);
    // A little after the frame begins, when it is on the screen.
    let mut times = NUMBERS.map(|it| Duration::from_micros(it * 1_000_000 / rate + 1_000));
    times.sort_unstable();
    let read = || Frames::read(clip).select(Select::nth(0));
    let sum = match (task, who) {
        (Task::Second, Who::Telecine) => frames(read().every(Duration::from_secs(1)), 0)?,
        (Task::Ten, Who::Telecine) => frames(read().at_each(times), 0)?,
        (Task::Scenes, Who::Telecine) => frames(read().scene_changes(Scenes::default()), 1)?,
        (_, Who::All) => read().start().map(|it| it.map(|_| 0)).sum::<std::result::Result<_, _>>()?,
        (_, Who::Each) => times.into_iter().map(|at| frames(read().at(at), 0)).sum::<Result<_>>()?,
        (_, Who::Extractor) => {
            let all = FrameExtractor::new(text(clip)?).sampling(Sampling::EverySec(1.0)).frames()?;
            all.map(|it| Ok(sum(it?.as_bytes()))).sum::<Result<_>>()?
        }
        (_, Who::Sidecar) => {
            let mut command = FfmpegCommand::new_with_path(program()?);
            command.input(text(clip)?).map("0:v:0").args(["-vf", FPS, "-fps_mode", "passthrough"]).format("rawvideo");
            let mut child = command.pix_fmt("yuv420p").output("-").spawn()?;
            let sum = child.iter()?.filter_frames().map(|it| sum(&it.data)).sum();
            child.wait()?;
            sum
        }
        (Task::Second, Who::ProgramNull) => by_program(clip, None, &["-vf", FPS, "-f", "null", "-"])?,
        (Task::Second, _) => by_program(clip, None, &["-vf", FPS, "-f", "rawvideo", "-"])?,
        (Task::Scenes, Who::ProgramNull) => by_program(clip, None, &["-f", "null", "-"])?,
        (Task::Scenes, _) => by_program(clip, None, &["-vf", SCENES, "-fps_mode", "passthrough", "-f", "rawvideo", "-"])?,
        // The program gives the first frame that begins then or later: a little before.
        (Task::Ten, _) => {
            let before = times.map(|it| it - Duration::from_millis(2));
            let one = ["-frames:v", "1", "-f", "rawvideo", "-"];
            before.into_iter().map(|at| by_program(clip, Some(at), &one)).sum::<Result<_>>()?
        }
    };
    println!("{sum}");
    Ok(())
}

const FPS: &str = "fps=1:round=up";
/// Those that the filter finds: not the first of all.
const SCENES: &str = "scdet=threshold=10,metadata=select:key=lavfi.scd.time";

fn frames(frames: Frames, without: usize) -> Result<u64> {
    let rows = |it: telecine::Frame| it.planes().flat_map(|it| it.rows()).map(sum).sum::<u64>();
    frames.start().skip(without).map(|it| Ok(rows(it?))).sum()
}

/// What the program writes.
fn by_program(clip: &Path, from: Option<Duration>, options: &[&str]) -> Result<u64> {
    let mut command = Command::new(program()?);
    command.args(["-nostdin", "-v", "error", "-nostats"]);
    if let Some(from) = from {
        command.args(["-ss", &format!("{:.6}", from.as_secs_f64())]);
    }
    command.arg("-i").arg(clip).args(["-map", "0:v:0"]).args(options);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let (mut total, mut buffer) = (0, vec![0; 1 << 20]);
    if let Some(mut said) = child.stdout.take() {
        loop {
            match said.read(&mut buffer)? {
                0 => break,
                count => total += sum(&buffer[..count]),
            }
        }
    }
    child.wait()?.success().then_some(total).ok_or_else(|| "ffmpeg failed".into())
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().copied().map(u64::from).sum()
}
