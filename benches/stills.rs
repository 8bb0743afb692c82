//! What stills and sheets cost, beside spawning `ffmpeg` for the same files.
//!
//! ```text
//! TELECINE_MEDIA=directory cargo bench --bench stills [-- --rounds N]    each N times (15) by each, in turns
//! cargo bench --bench stills -- --test                                   once each: does it still work?
//! ```
//!
//! The clip is the 1080p film of the corpus; without `TELECINE_MEDIA`, a made one. Ours is from the call to the bytes: as the first thing
//! that a process does (`cold`), which takes in what has to be loaded and made once, and in this process, where that has been done. The
//! other is the program from its start to its end, writing to a pipe. Both scale to 320 by 180, and compared are the bytes.

#[path = "support/cost.rs"]
#[allow(dead_code)] // Other benches use the rest.
mod cost;
#[path = "support/life.rs"]
mod life;
#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use cost::{Result, median};
use support::clips;
use telecine::filter::Scale;
use telecine::{Sheet, Still, secs};

/// The first argument by which this program knows that it is to make one, as the first thing it does.
const COLD: &str = "cold";

#[derive(Clone, Copy)]
enum Task {
    First,
    Later,
    Sheet,
}

const TASKS: [Task; 3] = [Task::First, Task::Later, Task::Sheet];

fn main() -> ExitCode {
    life::run(&[(COLD, cold)], bench)
}

fn bench(arguments: &[OsString]) -> Result<()> {
    if life::is_test(arguments) {
        return compare(&clips::large(), 1);
    }
    compare(&life::film()?.unwrap_or_else(clips::large), cost::rounds(arguments)?.unwrap_or(15))
}

fn compare(clip: &Path, rounds: usize) -> Result<()> {
    println!("{}, FFmpeg {}, {rounds} rounds\n", clip.file_name().unwrap_or_default().display(), telecine::ffmpeg_version());
    println!("| | telecine, cold: median | telecine: median | `ffmpeg`: median | cold by `ffmpeg`: min | median | max |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for task in TASKS {
        let (mut cold, mut warm, mut program) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            cold.push(said_cold(task, clip)?);
            let begun = Instant::now();
            let ours = task.ours(clip)?;
            warm.push(begun.elapsed().as_secs_f64() * 1e3);
            let begun = Instant::now();
            let theirs = task.theirs(clip)?;
            program.push(begun.elapsed().as_secs_f64() * 1e3);
            if task.is_comparable() && ours != theirs {
                return Err(format!("{}: not the program's bytes", task.name()).into());
            }
        }
        let ratios: Vec<_> = cold.iter().zip(&program).map(|(one, other)| one / other).collect();
        let (low, high) = (ratios.iter().copied().fold(f64::MAX, f64::min), ratios.iter().copied().fold(0.0, f64::max));
        let (cold, warm, program, ratio) = (median(cold), median(warm), median(program), median(ratios));
        println!("| {} | {cold:.1} ms | {warm:.1} ms | {program:.1} ms | {low:.2} | {ratio:.2} | {high:.2} |", task.name());
    }
    Ok(())
}

/// How long it took, in milliseconds.
fn said_cold(task: Task, clip: &Path) -> Result<f64> {
    let arguments = [OsStr::new(COLD), OsStr::new(task.name()), clip.as_os_str()];
    Ok(cost::text_of(Command::new(env::current_exe()?).args(arguments))?.trim().parse()?)
}

fn cold(arguments: &[OsString]) -> Result<()> {
    let [task, clip] = arguments else { return Err("two words are needed".into()) };
    let task = TASKS.into_iter().find(|it| *task == *it.name()).ok_or("no such task")?;
    let begun = Instant::now();
    task.ours(clip.as_ref())?;
    println!("{}", begun.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

impl Task {
    fn name(self) -> &'static str {
        match self {
            Self::First => "the first picture",
            Self::Later => "the picture at 4.5 s",
            Self::Sheet => "a sheet of 3 by 3",
        }
    }

    /// Nine pictures of the program's are those next to the moments, by a filter that says so a little otherwise.
    fn is_comparable(self) -> bool {
        !matches!(self, Self::Sheet)
    }

    fn ours(self, clip: &Path) -> Result<Vec<u8>> {
        let still = || Still::of(clip).filter(Scale::to(320, 180));
        Ok(match self {
            Self::First => still().wait()?.bytes,
            Self::Later => still().at(secs(4) + secs(1) / 2).wait()?.bytes,
            Self::Sheet => Sheet::of(clip).wait()?.bytes,
        })
    }

    fn theirs(self, clip: &Path) -> Result<Vec<u8>> {
        let mut program = Command::new(life::program()?);
        program.args(["-nostdin", "-v", "error"]);
        if matches!(self, Self::Later) {
            // It takes the first that begins then or later: at 24 and 25 frames a second, the one on the screen at 4.5 s.
            program.args(["-ss", "4.48"]);
        }
        program.arg("-i").arg(clip).args(["-frames:v", "1", "-c:v", "mjpeg", "-q:v", "4", "-threads", "1", "-vf"]);
        program.arg(match self {
            Self::First | Self::Later => "scale=320:180:flags=bicubic,setsar=1".to_owned(),
            Self::Sheet => {
                let length = support::Media::at(clip).seconds() / 9.0;
                format!("fps=1/{length}:round=near,scale=320:180:flags=bicubic,setsar=1,tile=3x3")
            }
        });
        program.args(["-f", "image2pipe", "-"]).stdin(Stdio::null()).stderr(Stdio::inherit());
        let output = program.output()?;
        output.status.success().then_some(output.stdout).ok_or_else(|| "ffmpeg failed".into())
    }
}
