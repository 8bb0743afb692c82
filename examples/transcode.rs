//! Transcodes a file to H.264 and AAC in MP4, or copies what is in it, with a progress bar.
//!
//! Shows: a pipeline from arguments, bounds of a run, progress, a graceful stop and a cancel on Ctrl-C, the outcome as JSON, exit
//! codes.
//! Leaves out: async (the job is waited for on the main thread); see `progress_and_cancel`.
//!
//! ```text
//! cargo run --release --example transcode -- [--video copy|none|h264] [--crf N] [--preset P] [--audio copy|none|aac]
//!     [--start T] [--duration T] [--deadline T] [--stall T] [--open-timeout T] [--replace] [--json] IN OUT
//! ```
//!
//! A time T is given as ffmpeg takes it: 12.5, 1500ms, 1:02:03. `--deadline` bounds the whole run, `--stall` how long nothing may
//! move (15 s unless told), `--open-timeout` the opening (15 s); a run that is ended so has failed.
//!
//! Ctrl-C once stops: what there is becomes a playable file, exit code 0; where nothing was written yet it is a cancel. Ctrl-C
//! twice cancels: no file. Exit codes: 0 done, 1 failed, 2 usage, 130 cancelled.

use std::error::Error as _;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use telecine::{
    Aac, Control, Error, Launch, Mp4, Outcome, Overwrite, Phase, Pipeline, Preset, Progress, StreamCopy, Updates, X264,
    parse_time,
};

const USAGE: &str = "transcode [--video copy|none|h264] [--crf N] [--preset P] [--audio copy|none|aac] [--start T] [--duration T] \
                     [--deadline T] [--stall T] [--open-timeout T] [--replace] [--json] IN OUT";

fn main() -> ExitCode {
    let arguments = match Arguments::parse() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}\nusage: {USAGE}");
            return ExitCode::from(2);
        }
    };
    let job = arguments.launch().start();
    stop_on_ctrl_c(job.control());
    draw(job.progress());
    match job.wait() {
        Ok(outcome) if arguments.json => println!("{}", as_json(&outcome)),
        Ok(outcome) => eprintln!("{}", in_words(&outcome)),
        Err(Error::Cancelled { .. }) => {
            eprintln!("cancelled; no file is left");
            return ExitCode::from(130);
        }
        Err(why) => {
            eprintln!("{}", chain(&why));
            return ExitCode::from(if matches!(why, Error::Invalid { .. }) { 2 } else { 1 });
        }
    }
    ExitCode::SUCCESS
}

/// What becomes of one kind of stream.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Coding {
    Copy,
    None,
    #[default]
    Encode,
}

impl Coding {
    /// `codec` is the one that there is.
    fn parse(text: &str, codec: &str) -> Result<Self, String> {
        match text {
            "copy" => Ok(Self::Copy),
            "none" => Ok(Self::None),
            _ if text == codec => Ok(Self::Encode),
            _ => Err(format!("copy, none or {codec} can be had, not {text}")),
        }
    }
}

/// What the command line says.
#[derive(Default)]
struct Arguments {
    video: Coding,
    crf: Option<f32>,
    preset: Option<Preset>,
    audio: Coding,
    start: Duration,
    duration: Option<Duration>,
    deadline: Option<Duration>,
    stall: Option<Duration>,
    open_timeout: Option<Duration>,
    replace: bool,
    json: bool,
    files: Vec<std::ffi::OsString>,
}

impl Arguments {
    fn parse() -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, Value, ValueExt};
        let mut parsed = Self::default();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("crf") => parsed.crf = Some(arguments.value()?.parse()?),
                Long("preset") => parsed.preset = Some(arguments.value()?.parse()?),
                Long("video") => parsed.video = arguments.value()?.parse_with(|it| Coding::parse(it, "h264"))?,
                Long("audio") => parsed.audio = arguments.value()?.parse_with(|it| Coding::parse(it, "aac"))?,
                Long("start") => parsed.start = arguments.value()?.parse_with(parse_time)?,
                Long("duration") => parsed.duration = Some(arguments.value()?.parse_with(parse_time)?),
                Long("deadline") => parsed.deadline = Some(arguments.value()?.parse_with(parse_time)?),
                Long("stall") => parsed.stall = Some(arguments.value()?.parse_with(parse_time)?),
                Long("open-timeout") => parsed.open_timeout = Some(arguments.value()?.parse_with(parse_time)?),
                Long("replace") => parsed.replace = true,
                Long("json") => parsed.json = true,
                Value(file) => parsed.files.push(file),
                _ => return Err(argument.unexpected()),
            }
        }
        if parsed.files.len() != 2 {
            return Err("two files are needed, IN and OUT".into());
        }
        if (parsed.video, parsed.audio) == (Coding::None, Coding::None) {
            return Err("with neither video nor audio there is nothing to write".into());
        }
        if parsed.video != Coding::Encode && (parsed.crf.is_some() || parsed.preset.is_some()) {
            return Err("--crf and --preset are for --video h264".into());
        }
        Ok(parsed)
    }

    fn pipeline(&self) -> Pipeline {
        let overwrite = if self.replace { Overwrite::Replace } else { Overwrite::Never };
        let mut output = Mp4::file(self.files[1].as_os_str()).overwrite(overwrite);
        output = match self.video {
            Coding::Copy => output.video(StreamCopy),
            Coding::None => output,
            Coding::Encode => output.video(X264::crf(self.crf.unwrap_or(23.0)).preset(self.preset.unwrap_or_default())),
        };
        output = match self.audio {
            Coding::Copy => output.audio(StreamCopy),
            Coding::None => output,
            Coding::Encode => output.audio(Aac::default()),
        };
        let pipeline = Pipeline::read(self.files[0].as_os_str());
        match self.duration {
            Some(duration) => pipeline.trim(self.start..self.start.saturating_add(duration)),
            None => pipeline.trim(self.start..),
        }
        .output(output)
    }

    /// With the bounds that were given; the others stay as telecine has them.
    fn launch(&self) -> Launch {
        let mut launch = self.pipeline().run();
        if let Some(limit) = self.deadline {
            launch = launch.deadline(limit);
        }
        if let Some(limit) = self.stall {
            launch = launch.stall(limit);
        }
        if let Some(limit) = self.open_timeout {
            launch = launch.open_timeout(limit);
        }
        launch
    }
}

/// The first Ctrl-C stops, the second cancels. The program then ends by itself, once the job has.
fn stop_on_ctrl_c(control: Control) {
    let mut asked = false;
    let installed = ctrlc::set_handler(move || {
        if asked {
            control.cancel()
        } else {
            control.stop()
        }
        asked = true;
    });
    if let Err(why) = installed {
        eprintln!("Ctrl-C will end this program without cleaning up: {why}");
    }
}

/// Draws a bar on stderr until the job has ended. Where stderr is no terminal, indicatif draws nothing.
fn draw(updates: Updates) {
    const BAR: &str = "{bar:40.cyan} {msg}";
    let bar = ProgressBar::new(1_000);
    bar.set_style(ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar()));
    for progress in updates.blocking() {
        bar.set_position((progress.percent.unwrap_or_default() * 10.0) as u64);
        bar.set_message(message(&progress));
    }
    bar.finish_and_clear();
}

fn message(progress: &Progress) -> String {
    match progress.phase {
        Phase::Opening => "opening".into(),
        Phase::Finishing => "finishing".into(),
        _ => progress.to_string(),
    }
}

fn in_words(outcome: &Outcome) -> String {
    let mut words = format!("{} in {:.2?}", if outcome.stopped { "stopped" } else { "done" }, outcome.elapsed);
    if let Some(speed) = outcome.speed() {
        words += &format!(", {speed:.1} times real time");
    }
    for output in &outcome.outputs {
        words += &format!("\n{}", output.location);
        if let Some(bytes) = output.bytes {
            words += &format!("  {bytes} bytes");
        }
        if let Some(duration) = output.duration {
            words += &format!("  {:.3} s", duration.as_secs_f64());
        }
    }
    words
}

fn as_json(outcome: &Outcome) -> serde_json::Value {
    let outputs: Vec<_> = outcome
        .outputs
        .iter()
        .map(|output| {
            let streams: Vec<_> = output
                .streams
                .iter()
                .map(|it| json!({"index": it.index, "kind": format!("{:?}", it.kind).to_lowercase(), "codec": it.codec}))
                .collect();
            json!({
                "location": output.location.to_string(),
                "path": output.path,
                "bytes": output.bytes,
                "duration_s": output.duration.map(|it| it.as_secs_f64()),
                "streams": streams,
            })
        })
        .collect();
    json!({
        "outputs": outputs,
        "frames": outcome.frames,
        "stopped": outcome.stopped,
        "elapsed_s": outcome.elapsed.as_secs_f64(),
        "cpu_s": outcome.cpu.as_secs_f64(),
        "speed": outcome.speed(),
    })
}

/// An error and everything behind it, in one line.
fn chain(error: &Error) -> String {
    let mut words = format!("error: {error}");
    let mut source = error.source();
    while let Some(why) = source {
        words += &format!(": {why}");
        source = why.source();
    }
    words
}
