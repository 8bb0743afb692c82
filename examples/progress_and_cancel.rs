//! Transcodes a file under an async runtime, and ends it in whichever way comes first.
//!
//! Shows: one `select!` over a job's progress, Ctrl-C and a timeout of the application's own; a deadline; that awaiting the job
//! afterwards always comes to an end, and what it says then. All on one thread, which nothing here blocks.
//! Leaves out: choices of codec and stream, JSON, a progress bar; see `transcode`.
//!
//! ```text
//! cargo run --release --example progress_and_cancel -- [--timeout T] [--deadline T] IN OUT
//! ```
//!
//! After `--timeout` (10 minutes unless told) the job is stopped: what there is becomes a playable file, exit code 0. After
//! `--deadline` telecine ends it and leaves no file: exit code 1. Ctrl-C once stops, twice cancels. Exit codes: 0 done, 1 failed,
//! 2 usage, 130 cancelled.

use std::error::Error as _;
use std::process::ExitCode;
use std::time::Duration;

use telecine::{Aac, Error, H264, Job, Mp4, Outcome, Phase, Pipeline, mins, parse_time};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const USAGE: &str = "progress_and_cancel [--timeout T] [--deadline T] IN OUT";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::parse() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}\nusage: {USAGE}");
            return ExitCode::from(2);
        }
    };
    match watch(arguments.start(), arguments.timeout, ctrl_c()).await {
        Ok(outcome) => {
            let how = if outcome.stopped { "stopped" } else { "done" };
            eprintln!("{how} in {:.2?}: {} frames", outcome.elapsed, outcome.frames.unwrap_or(0));
            ExitCode::SUCCESS
        }
        Err(Error::Cancelled { .. }) => {
            eprintln!("cancelled; no file is left");
            ExitCode::from(130)
        }
        Err(why) => {
            let source = why.source().map(|it| format!(": {it}")).unwrap_or_default();
            eprintln!("error: {why}{source}");
            ExitCode::from(if matches!(why, Error::Invalid { .. }) { 2 } else { 1 })
        }
    }
}

/// Prints how far the job is until it has ended, and asks it to end when something says so.
async fn watch(job: Job, timeout: Duration, mut ctrl_c: UnboundedReceiver<()>) -> Result<Outcome, Error> {
    let control = job.control();
    let mut progress = job.progress();
    let mut timeout = std::pin::pin!(tokio::time::sleep(timeout));
    let mut stopping = false;
    loop {
        tokio::select! {
            snapshot = progress.next() => match snapshot {
                Some(now) if now.phase == Phase::Running => eprintln!("{now}"),
                Some(now) => eprintln!("{:?}", now.phase),
                // The last one has been: the result is there.
                None => break,
            },
            Some(()) = ctrl_c.recv() => {
                if stopping { control.cancel() } else { control.stop() }
                stopping = true;
            }
            () = &mut timeout, if !stopping => {
                eprintln!("time is up");
                control.stop();
                stopping = true;
            }
        }
    }
    job.await
}

/// Each Ctrl-C as an item. Where the system does not let us hear of it, none come, and Ctrl-C ends the program as it would any.
fn ctrl_c() -> UnboundedReceiver<()> {
    let (sender, receiver) = unbounded_channel();
    let heard = ctrlc::set_handler(move || {
        // Nobody listens any more once the job has ended.
        let _ = sender.send(());
    });
    if let Err(why) = heard {
        eprintln!("Ctrl-C will end this program without cleaning up: {why}");
    }
    receiver
}

/// What the command line says.
struct Arguments {
    timeout: Duration,
    deadline: Option<Duration>,
    files: Vec<std::ffi::OsString>,
}

impl Arguments {
    fn parse() -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, Value, ValueExt};
        let mut parsed = Self { timeout: mins(10), deadline: None, files: Vec::new() };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("timeout") => parsed.timeout = arguments.value()?.parse_with(parse_time)?,
                Long("deadline") => parsed.deadline = Some(arguments.value()?.parse_with(parse_time)?),
                Value(file) => parsed.files.push(file),
                _ => return Err(argument.unexpected()),
            }
        }
        if parsed.files.len() != 2 {
            return Err("two files are needed, IN and OUT".into());
        }
        Ok(parsed)
    }

    fn start(&self) -> Job {
        let output = Mp4::file(self.files[1].as_os_str()).video(H264::default()).audio(Aac::default());
        let launch = Pipeline::read(self.files[0].as_os_str()).output(output).run();
        match self.deadline {
            Some(limit) => launch.deadline(limit),
            None => launch,
        }
        .start()
    }
}
