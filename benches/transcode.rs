//! What a transcode costs: the same work by telecine and by the `ffmpeg` program of the same FFmpeg, in turns, in the same run.
//!
//! ```text
//! cargo bench --bench transcode [-- --rounds N]    30 s N times each (5), ten times that once each, as ratios
//! cargo bench --bench transcode -- --test          one second, once: does it still work?
//! ```
//!
//! The clip is generated: 1920x1080, 30 frames a second, H.264 and AAC in Matroska. It becomes H.264 (x264, crf 23, veryfast) and
//! AAC (128 kbit/s) in MP4, with FFmpeg's own defaults for threads on both sides. Neither side waits for the disk (`ffmpeg` never
//! does, telecine with `Durability::None`). Each run is a process of its own, so that its peak memory can be told. Both results
//! must hold the same packets; a ratio between two different works would say nothing.

#[path = "support/cost.rs"]
mod cost;

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread::available_parallelism;

use cost::{Cost, Result, measured, text_of};
use telecine::{Aac, Durability, Mp4, Overwrite, Pipeline, Preset, X264};

const TARGET: &str = "target: wall at most 1.00, memory at most 1.05";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let done = match arguments.first().and_then(|it| it.to_str()) {
        Some(cost::MEASURE) => cost::measure(&arguments[1..]),
        Some("telecine") => by_telecine(&arguments[1], &arguments[2]),
        _ => compare(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn compare(arguments: &[OsString]) -> Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let bench =
        Bench { folder: folder.path(), prefix: env::var_os("TELECINE_FFMPEG_PREFIX").ok_or("run scripts/setup first")?.into() };
    println!("FFmpeg {}, {} processors", telecine::ffmpeg_version(), available_parallelism()?);
    // `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
    if !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test") {
        let clip = bench.clip(1)?;
        return bench.rounds("1 s, a test", &clip, 1).map(drop);
    }
    let clip = bench.clip(30)?;
    let short = bench.rounds("30 s", &clip, cost::rounds(arguments)?.unwrap_or(5))?;
    let long = bench.rounds("300 s", &bench.ten_times(&clip)?, 1)?;
    for (side, short, long) in [("telecine", &short[0], &long[0]), ("ffmpeg", &short[1], &long[1])] {
        println!("{side}'s peak memory on ten times the length: {:.2} times that on 30 s", long.peak / short.peak);
    }
    println!("{TARGET}");
    Ok(())
}

struct Bench<'a> {
    folder: &'a Path,
    prefix: PathBuf,
}

impl Bench<'_> {
    fn ffmpeg(&self) -> PathBuf {
        self.prefix.join("bin/ffmpeg")
    }

    /// Runs both sides in turns, and prints and gives the medians: telecine's, ffmpeg's.
    fn rounds(&self, name: &str, clip: &Path, rounds: usize) -> Result<[Cost; 2]> {
        let output = |side: &str| self.folder.join(side).with_extension("mp4");
        let (ours, theirs) = (output("telecine"), output("ffmpeg"));
        let own_program = env::current_exe()?;
        let mut costs = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            costs[0].push(measured(&own_program, ["telecine".as_ref(), clip.as_os_str(), ours.as_os_str()])?.1);
            let mut arguments: Vec<&OsStr> = ["-nostdin", "-v", "error", "-nostats", "-y", "-i"].map(OsStr::new).into();
            arguments.push(clip.as_os_str());
            arguments.extend(["-map", "0:v:0", "-map", "0:a:0", "-c:v", "libx264", "-crf", "23"].map(OsStr::new));
            arguments.extend(["-preset", "veryfast", "-c:a", "aac", "-b:a", "128k", "-f", "mp4"].map(OsStr::new));
            arguments.push(theirs.as_os_str());
            costs[1].push(measured(&self.ffmpeg(), arguments)?.1);
            if self.packets(&ours)? != self.packets(&theirs)? {
                return Err("the two sides did not write the same packets".into());
            }
        }
        let [ours, theirs] = costs.map(|it| Cost::median(&it));
        println!("{name}, {rounds} rounds, medians");
        println!("  telecine  {ours}\n  ffmpeg    {theirs}");
        println!(
            "  ratio     wall {:.3}       CPU {:.3}       peak memory {:.3}",
            ours.wall / theirs.wall,
            ours.cpu / theirs.cpu,
            ours.peak / theirs.peak
        );
        Ok([ours, theirs])
    }

    fn clip(&self, seconds: u32) -> Result<PathBuf> {
        let clip = self.folder.join(format!("clip-{seconds}.mkv"));
        let picture = format!("testsrc2=size=1920x1080:rate=30:duration={seconds}");
        let sound = format!("sine=frequency=440:sample_rate=48000:duration={seconds}");
        let mut command = Command::new(self.ffmpeg());
        command.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound]);
        command.args(["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-c:a", "aac"]).arg(&clip);
        text_of(&mut command)?;
        Ok(clip)
    }

    fn ten_times(&self, clip: &Path) -> Result<PathBuf> {
        let longer = clip.with_extension("ten.mkv");
        let mut command = Command::new(self.ffmpeg());
        command.args(["-nostdin", "-v", "error", "-stream_loop", "9", "-i"]).arg(clip);
        text_of(command.args(["-c", "copy"]).arg(&longer))?;
        Ok(longer)
    }

    /// A hash of each stream's packets.
    fn packets(&self, file: &Path) -> Result<String> {
        let mut command = Command::new(self.ffmpeg());
        command.args(["-nostdin", "-v", "error", "-i"]).arg(file).args(["-map", "0", "-c", "copy", "-f", "streamhash", "-"]);
        text_of(&mut command)
    }
}

/// The work by telecine, in a process of its own.
fn by_telecine(input: &OsStr, output: &OsStr) -> Result<()> {
    let output = Mp4::file(output)
        .video(X264::crf(23.0).preset(Preset::Veryfast))
        .audio(Aac::default())
        .overwrite(Overwrite::Replace)
        .durability(Durability::None);
    Ok(Pipeline::read(input).output(output).start().wait().map(drop)?)
}
