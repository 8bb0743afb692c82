//! Decodes the pictures of a file, and shows what they are: a short table, or a checksum of each as FFmpeg's `framemd5` prints them.
//!
//! Shows: frames as an iterator, their times, planes and rows; some of the frames, of which only what they need is decoded; how long a
//! reading took.
//! Leaves out: ranges and single frames (`Frames::range`, `Frames::at`); async (`Frames::stream`); what to do about damage
//! (`Frames::tolerance`).
//!
//! ```text
//! cargo run --release --example frames -- [--framemd5] [--threads N] [--stream N] [CHOICE] IN
//! ```
//!
//! CHOICE is which frames, instead of all: `--every T`, `--nth N`, `--count N` (evenly spread), `--keyframes`, `--at T,T,…`. Times are in
//! seconds or as `1:02:03.5`.
//!
//! `--stream` is an index among all streams of the file; without it, the first one with pictures. Of what is damaged, everything that
//! can be decoded is printed before the error. Exit codes: 0 done, 1 failed, 2 usage.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::Duration;

use md5::{Digest, Md5};
use telecine::{Error, Frame, Frames, Select, parse_time};

fn main() -> ExitCode {
    let Some(options) = Options::parse() else {
        eprintln!(
            "usage: frames [--framemd5] [--threads N] [--stream N] [--every T | --nth N | --count N | --keyframes | --at T,T] IN"
        );
        return ExitCode::from(2);
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            let mut source = why.source();
            while let Some(why) = source {
                eprintln!("  {why}");
                source = why.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let mut frames = Frames::read(options.input.as_os_str()).select(options.stream);
    if let Some(count) = options.threads {
        frames = frames.threads(count);
    }
    frames = options.choice.of(frames);
    let mut frames = frames.start();
    let mut out = BufWriter::new(io::stdout().lock());
    let failure = if options.framemd5 { checksums(&mut frames, &mut out)? } else { table(&mut frames, &mut out)? };
    if let Some(outcome) = frames.outcome().filter(|_| !options.framemd5) {
        let seconds = outcome.elapsed.as_secs_f64();
        let (frames, skipped) = (outcome.frames, outcome.skipped);
        write!(out, "{frames} frames in {seconds:.3} s, {:.1} a second", frames as f64 / seconds)?;
        writeln!(out, "{}", if skipped > 0 { format!("; {skipped} packets not decoded") } else { String::new() })?;
    }
    out.flush()?;
    failure.map_or(Ok(()), |why| Err(why.into()))
}

/// What stopped the frames, where anything did.
type Failure = Option<Error>;

/// As FFmpeg's muxer `framemd5` writes them: what stands in front tells of the first frame.
fn checksums(frames: &mut telecine::FrameIter, out: &mut impl Write) -> io::Result<Failure> {
    for frame in frames {
        let frame = match frame {
            Ok(frame) => frame,
            Err(why) => return Ok(Some(why)),
        };
        if frame.index() == 0 {
            let (width, height) = frame.size();
            let sar = frame.pixel_aspect().map_or_else(|| "0/1".to_owned(), |it| it.to_string());
            writeln!(out, "#format: frame checksums\n#version: 2\n#hash: MD5\n#tb 0: {}", frame.pts().time_base())?;
            writeln!(out, "#media_type 0: video\n#codec_id 0: rawvideo\n#dimensions 0: {width}x{height}\n#sar 0: {sar}")?;
            writeln!(out, "#stream#, dts,        pts, duration,     size, hash")?;
        }
        let (pts, duration) = (frame.pts().count(), frame.duration().count());
        let (size, hash) = checksum(&frame);
        writeln!(out, "0, {pts:>10}, {pts:>10}, {duration:>8}, {size:>8}, {hash}")?;
    }
    Ok(None)
}

/// Of all pixels, row by row and plane by plane, without what lies between rows: the bytes of FFmpeg's encoder `rawvideo`.
fn checksum(frame: &Frame) -> (usize, String) {
    let mut hash = Md5::new();
    let mut size = 0;
    for row in frame.planes().flat_map(|plane| plane.rows()) {
        hash.update(row);
        size += row.len();
    }
    (size, hash.finalize().iter().map(|it| format!("{it:02x}")).collect())
}

fn table(frames: &mut telecine::FrameIter, out: &mut impl Write) -> io::Result<Failure> {
    /// As many as are shown; the others are decoded, and counted.
    const SHOWN: u64 = 10;
    for frame in frames {
        let frame = match frame {
            Ok(frame) => frame,
            Err(why) => return Ok(Some(why)),
        };
        if frame.index() == 0 {
            writeln!(out, "frame      time  type  size       format")?;
        }
        if frame.index() < SHOWN {
            let (width, height) = frame.size();
            let time = frame.pts().as_secs_f64();
            let kind = frame.picture_type().map_or_else(|| "?".to_owned(), |it| format!("{it:?}"));
            let format = frame.format().map_or("unknown", |it| it.name());
            writeln!(out, "{:>5} {time:>9.3}  {kind:<4}  {:<9}  {format}", frame.index(), format!("{width}x{height}"))?;
        }
    }
    Ok(None)
}

/// Which frames.
enum Choice {
    All,
    Every(Duration),
    Nth(u64),
    Count(u32),
    Keys,
    At(Vec<Duration>),
}

impl Choice {
    fn of(self, frames: Frames) -> Frames {
        match self {
            Self::All => frames,
            Self::Every(step) => frames.every(step),
            Self::Nth(step) => frames.nth(step),
            Self::Count(count) => frames.spread(count),
            Self::Keys => frames.key_frames(),
            Self::At(times) => frames.at_each(times),
        }
    }
}

struct Options {
    input: OsString,
    choice: Choice,
    framemd5: bool,
    threads: Option<u16>,
    stream: Select,
}

impl Options {
    fn parse() -> Option<Self> {
        use lexopt::prelude::{Long, Value, ValueExt};
        let (mut input, mut framemd5, mut threads, mut stream) = (None, false, None, Select::nth(0));
        let mut choice = Choice::All;
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next().ok()? {
            match argument {
                Long("framemd5") => framemd5 = true,
                Long("threads") => threads = Some(arguments.value().ok()?.parse().ok()?),
                Long("stream") => stream = Select::index(arguments.value().ok()?.parse().ok()?),
                Long("every") => choice = Choice::Every(parse_time(&arguments.value().ok()?.string().ok()?).ok()?),
                Long("nth") => choice = Choice::Nth(arguments.value().ok()?.parse().ok()?),
                Long("count") => choice = Choice::Count(arguments.value().ok()?.parse().ok()?),
                Long("keyframes") => choice = Choice::Keys,
                Long("at") => {
                    let times = arguments.value().ok()?.string().ok()?;
                    choice = Choice::At(times.split(',').map(parse_time).collect::<Result<_, _>>().ok()?);
                }
                Value(path) if input.is_none() => input = Some(path),
                _ => return None,
            }
        }
        Some(Self { input: input?, choice, framemd5, threads, stream })
    }
}
