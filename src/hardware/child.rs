//! Trials in a process of their own: the application's own program again. What a driver does there, it does to nobody else: where it
//! hangs, the process is killed, and where it crashes, no more than that has ended.
//!
//! What is to be tried comes in the environment, what is found goes to standard output. Standard input says nothing: it ends when the
//! application does, however that ends, and the child with it.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, ExitStatus, Stdio, exit};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Signal, getpid, kill_process};

use super::bench::{Assignment, examine, own_run};
use super::trying::Next;
use super::wire::Said;
use crate::logs::{self, Listening};
use crate::run::{LeftBehind, Run, Verdict};

/// Has trials of devices run in a process of their own: to be called first of all in `main`.
///
/// telecine starts the application's own program again for that, and there this function does not return: it tries what it is asked to, and
/// ends the process. In the application itself it returns at once, and notes that it was called; where it never is, trials run on threads
/// of the application, where a driver that crashes takes it along, and one that hangs is left behind
/// ([`detached_jobs`](crate::detached_jobs)).
///
/// The child has no arguments, nothing on standard input and the application's environment; it is killed when it takes too long, and ends
/// when the application does.
///
/// ```no_run
/// fn main() -> Result<(), telecine::Error> {
///     telecine::child::run_if_asked();
///     let report = telecine::hardware::probe().wait()?;
///     println!("{report:?}");
///     Ok(())
/// }
/// ```
pub fn run_if_asked() {
    match env::var_os(ASKED) {
        Some(asked) => exit(if serve(&asked).is_some() { 0 } else { 2 }),
        None => IS_READY.store(true, Ordering::Release),
    }
}

/// Has the assignment of such a process.
const ASKED: &str = "TELECINE_TRIALS";

/// Whether `main` begins with [`run_if_asked`].
static IS_READY: AtomicBool = AtomicBool::new(false);

/// How many children that were wanted have not come. The next one may.
static MISSED: AtomicUsize = AtomicUsize::new(0);

/// Whether there can be a child, as far as that is known.
pub(super) fn is_ready() -> bool {
    IS_READY.load(Ordering::Acquire)
}

/// How many that were wanted have not come so far.
pub(super) fn missed() -> usize {
    MISSED.load(Ordering::Acquire)
}

/// One that was wanted has not come.
pub(super) fn miss() {
    MISSED.fetch_add(1, Ordering::AcqRel);
}

/// There can be none, after all.
pub(super) fn give_up() {
    IS_READY.store(false, Ordering::Release);
}

/// `None` where that is no assignment of ours.
fn serve(asked: &OsStr) -> Option<()> {
    let assignment = Assignment::parse(asked.to_str()?)?;
    thread::Builder::new().name("telecine-parent".into()).spawn(end_with_parent).ok()?;
    let tell = |said: Said| {
        // It begins with an end of line, for a driver may have written half a one. Where nobody reads it, the end is near.
        let line = format!("\n{}\n", said.to_line());
        let mut out = io::stdout().lock();
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    };
    tell(Said::Hello);
    listen();
    let (run, _) = own_run();
    let listening = Listening::start(&run);
    examine(&assignment, &run, &mut |answer| tell(Said::Answer(answer)));
    listening.end(&run);
    tell(Said::Over);
    Some(())
}

/// Standard input ends with the application. Nothing that a driver does keeps this from ending then.
fn end_with_parent() {
    let mut nothing = [0; 64];
    while io::stdin().read(&mut nothing).is_ok_and(|it| it > 0) {}
    let _ = kill_process(getpid(), Signal::KILL);
}

/// FFmpeg's lines are kept, also those that tell who drives a device, which are for the curious.
fn listen() {
    struct Curious;
    impl log::Log for Curious {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            false
        }
        fn log(&self, _: &log::Record<'_>) {}
        fn flush(&self) {}
    }
    // Without lines there are codes.
    let _ = logs::install();
    let _ = log::set_logger(&Curious);
    log::set_max_level(log::LevelFilter::Debug);
}

/// A process that tries a device. It is killed when this is dropped.
pub(super) struct Child {
    process: Option<std::process::Child>,
    /// Open for as long as it is to live.
    _life: Option<ChildStdin>,
    out: Option<ChildStdout>,
    /// What it has written and nobody has read.
    text: Vec<u8>,
    has_greeted: bool,
    started: Instant,
}

impl Child {
    /// # Errors
    /// The system cannot start it.
    pub(super) fn start(assignment: &Assignment) -> io::Result<Self> {
        let mut process = Command::new(program()?)
            // Whoever lists processes sees whose it is.
            .arg0(env::args_os().next().unwrap_or_default())
            .env(ASKED, assignment.to_text())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // What a terminal sends to the application is the application's.
            .process_group(0)
            .spawn()?;
        let (life, out) = (process.stdin.take(), process.stdout.take());
        let started = Instant::now();
        Ok(Self { process: Some(process), _life: life, out, text: Vec::new(), has_greeted: false, started })
    }

    /// What it finds next, by then; until it has greeted, the clock of whoever asks stands still.
    pub(super) fn next(&mut self, until: Instant, run: &Run) -> Next {
        /// To say that it is what it is meant to be: it has done nothing then but begun.
        const GREETING: Duration = Duration::from_secs(5);
        let patience = until.saturating_duration_since(Instant::now());
        let mut until = until;
        loop {
            if let Some(said) = self.said() {
                match said {
                    Said::Hello => {
                        self.has_greeted = true;
                        until = Instant::now().checked_add(patience).unwrap_or(until);
                    }
                    Said::Answer(answer) if self.has_greeted => return Next::Answer(answer),
                    Said::Over if self.has_greeted => return Next::Over,
                    Said::Answer(_) | Said::Over => {}
                }
                continue;
            }
            if run.verdict() != Verdict::GoOn {
                return Next::Cancelled;
            }
            let now = Instant::now();
            let end = if self.has_greeted { until } else { self.started + GREETING };
            if now >= end || self.text.len() > LONGEST {
                const SILENT: &str = "the program that was started again says nothing: is run_if_asked called first in main?";
                return if self.has_greeted { Next::Hung } else { Next::NoChild { why: SILENT, may_come: false } };
            }
            match self.read(end - now) {
                Ok(true) => {}
                Ok(false) | Err(_) => return self.ended(),
            }
        }
    }

    /// The next line that means something.
    fn said(&mut self) -> Option<Said> {
        while let Some(end) = self.text.iter().position(|it| *it == b'\n') {
            let line: Vec<_> = self.text.drain(..=end).collect();
            let said = std::str::from_utf8(&line).ok().and_then(|it| Said::parse(it.trim_end_matches('\n')));
            if said.is_some() {
                return said;
            }
        }
        None
    }

    /// Reads what there is, waiting for it no longer than that and no longer than a cancel may go unnoticed; false at the end.
    fn read(&mut self, limit: Duration) -> io::Result<bool> {
        const NOTICE: Duration = Duration::from_millis(20);
        let Some(out) = &mut self.out else { return Ok(false) };
        let limit = Timespec::try_from(limit.min(NOTICE)).unwrap_or_default();
        match poll(&mut [PollFd::new(out, PollFlags::IN)], Some(&limit)) {
            Ok(0) | Err(Errno::INTR) => return Ok(true),
            polled => polled?,
        };
        let mut chunk = [0; 4096];
        let count = match out.read(&mut chunk) {
            Err(why) if why.kind() == io::ErrorKind::Interrupted => return Ok(true),
            read => read?,
        };
        self.text.extend_from_slice(&chunk[..count]);
        Ok(count > 0)
    }

    /// It says nothing more, without having said that it is over.
    fn ended(&mut self) -> Next {
        let status = self.end();
        if self.has_greeted {
            let how = status.map_or_else(|| "in a way that nobody knows".to_owned(), in_words);
            return Next::Died(format!("the process that tried it ended: {how}"));
        }
        // A machine that is short of memory kills, and whatever the program does otherwise it would do each time.
        if status.and_then(|it| it.signal()) == Some(Signal::KILL.as_raw()) {
            return Next::NoChild { why: "the program that was started again was killed", may_come: true };
        }
        let why = "the program that was started again ended: is run_if_asked called first in main?";
        Next::NoChild { why, may_come: false }
    }

    /// Waits for its end, and kills it where that does not come by itself. It may be in a call of the system's that cannot be killed: then
    /// another thread waits, and counts as a detached job.
    fn end(&mut self) -> Option<ExitStatus> {
        /// How it ends by itself is worth knowing.
        const GRACE: Duration = Duration::from_millis(100);
        /// What is killed is gone at once, or hangs.
        const PATIENCE: Duration = Duration::from_secs(1);
        let mut process = self.process.take()?;
        let begin = Instant::now();
        let mut was_killed = false;
        while begin.elapsed() < PATIENCE {
            match process.try_wait() {
                Ok(None) if begin.elapsed() > GRACE => was_killed |= process.kill().is_ok(),
                Ok(None) => {}
                // Where that is an error, somebody else has waited for it; and how we end it says nothing of how it would have ended.
                status => return status.ok().flatten().filter(|_| !was_killed),
            }
            thread::park_timeout(Duration::from_millis(2));
        }
        let left = LeftBehind::new();
        let wait = move || {
            let _ = process.wait();
            drop(left);
        };
        // Without a thread it stays in the system's list until the application ends, and does nothing there.
        let _ = thread::Builder::new().name("telecine-child".into()).spawn(wait);
        None
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            self.end();
        }
    }
}

/// More than it says in one line, by far.
const LONGEST: usize = 256 << 10;

/// The application's program: as it was started, also where another one has its name by now.
fn program() -> io::Result<PathBuf> {
    let own = Path::new("/proc/self/exe");
    if own.exists() { Ok(own.to_owned()) } else { env::current_exe() }
}

fn in_words(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("by signal {signal}"),
        (None, Some(code)) => format!("with exit code {code}"),
        (None, None) => status.to_string(),
    }
}
