//! Decodes the pictures of a file, and shows what they are: a short table, or a checksum of each as FFmpeg's `framemd5` prints them.
//!
//! Shows: frames as an iterator, their times, planes and rows; some of the frames, of which only what they need is decoded; frames made
//! into other pixels; how long a reading took.
//! Leaves out: ranges and single frames (`Frames::range`, `Frames::at`); async (`Frames::stream`); what to do about damage
//! (`Frames::tolerance`).
//!
//! ```text
//! cargo run --release --example frames -- [--framemd5] [--threads N] [--hardware POLICY] [--stream N] [CHOICE] [PIXELS] IN
//! ```
//!
//! CHOICE is which frames, instead of all: `--every T`, `--nth N`, `--count N` (evenly spread), `--keyframes`, `--at T,T,…`,
//! `--scenes [THRESHOLD]` (the first of each; 0 to 100, 10 without it). Times are in seconds or as `1:02:03.5`.
//!
//! PIXELS is what they are made into: `--pixels native|rgb24|gray8`, native without it; `--width N` at most, and `--sdr` for HDR as SDR, which
//! native ones do not have.
//!
//! `--hardware` says what decodes them: off, auto, prefer=DEVICE,DEVICE or require=DEVICE, of devices such as cuda, cuda:1,
//! vaapi:/dev/dri/renderD129. What a device gives has another pixel format, so that `--framemd5` has other sums.
//!
//! `--stream` is an index among all streams of the file; without it, the first one with pictures. Of what is damaged, everything that
//! can be decoded is printed before the error. Exit codes: 0 done, 1 failed, 2 usage.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::Duration;

use md5::{Digest, Md5};
use telecine::analysis::Scenes;
use telecine::filter::ToneMap;
use telecine::{Error, Frame, Frames, FramesOutcome, Hardware, Image, Pixels, Resize, Select, Ticks, Unconvertible, parse_time};

fn main() -> ExitCode {
    // First of all: where this program is started again to try a device, it does not return.
    telecine::child::run_if_asked();
    let Some(options) = Options::parse() else {
        eprintln!(
            "usage: frames [--framemd5] [--threads N] [--hardware POLICY] [--stream N]\n\
             \x20             [--every T | --nth N | --count N | --keyframes | --at T,T | --scenes [THRESHOLD]]\n\
             \x20             [--pixels native|rgb24|gray8] [--width N] [--sdr] IN"
        );
        return ExitCode::from(2);
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            if let Some(Error::Unconvertible { why: Unconvertible::Hdr { .. } }) = why.downcast_ref() {
                eprintln!("  --sdr does that");
            }
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
    let mut frames = Frames::read(options.input.as_os_str()).select(options.stream).hardware(options.hardware);
    if let Some(count) = options.threads {
        frames = frames.threads(count);
    }
    if matches!(options.choice, Choice::Scenes(_)) {
        // FFmpeg's filter has a line for each scene, which would go to standard error.
        telecine::logs::install()?;
    }
    frames = options.choice.of(frames);
    let mut out = BufWriter::new(io::stdout().lock());
    let failure = match options.pixels {
        None => {
            let mut frames = frames.start();
            let failure = show(&mut frames, options.framemd5, &mut out)?;
            tell(frames.outcome().filter(|_| !options.framemd5), &mut out)?;
            failure
        }
        Some(pixels) => {
            let mut images = frames.pixels(pixels).start();
            let failure = show(&mut images, options.framemd5, &mut out)?;
            tell(images.outcome().filter(|_| !options.framemd5), &mut out)?;
            failure
        }
    };
    out.flush()?;
    failure.map_or(Ok(()), |why| Err(why.into()))
}

fn tell(outcome: Option<&FramesOutcome>, out: &mut impl Write) -> io::Result<()> {
    let Some(outcome) = outcome else { return Ok(()) };
    let seconds = outcome.elapsed.as_secs_f64();
    let (frames, skipped) = (outcome.frames, outcome.skipped);
    write!(out, "{frames} frames in {seconds:.3} s, {:.1} a second", frames as f64 / seconds)?;
    let skipped = if skipped > 0 { format!("; {skipped} packets not decoded") } else { String::new() };
    let device = outcome.hardware.used.as_ref().map_or_else(String::new, |it| format!("; decoded by {it}"));
    writeln!(out, "{skipped}{device}")?;
    let mut left = outcome.hardware.left.iter();
    left.try_for_each(|it| writeln!(out, "not by {}: {} ({})", it.device, it.why, it.said))
}

/// What there is to be shown of a frame, or of an image of one.
struct Picture<'a> {
    index: u64,
    pts: Ticks,
    duration: Ticks,
    size: (u32, u32),
    /// Width of a pixel by its height.
    aspect: String,
    kind: String,
    format: &'static str,
    /// Row by row and plane by plane, without what lies between rows: the bytes of FFmpeg's encoder `rawvideo`.
    rows: Vec<&'a [u8]>,
}

impl<'a> From<&'a Frame> for Picture<'a> {
    fn from(frame: &'a Frame) -> Self {
        Self {
            index: frame.index(),
            pts: frame.pts(),
            duration: frame.duration(),
            size: frame.size(),
            aspect: frame.pixel_aspect().map_or_else(|| "0/1".to_owned(), |it| it.to_string()),
            kind: frame.picture_type().map_or_else(|| "?".to_owned(), |it| format!("{it:?}")),
            format: frame.format().map_or("unknown", |it| it.name()),
            rows: frame.planes().flat_map(|plane| plane.rows()).collect(),
        }
    }
}

impl<'a> From<&'a Image<u8>> for Picture<'a> {
    fn from(image: &'a Image<u8>) -> Self {
        Self {
            index: image.index(),
            pts: image.pts(),
            duration: image.duration(),
            size: image.size(),
            aspect: "0/1".to_owned(),
            kind: if image.is_key() { "key".to_owned() } else { String::new() },
            format: if image.channels() == 1 { "gray" } else { "rgb24" },
            rows: vec![image.samples()],
        }
    }
}

/// What stopped the frames, where anything did.
type Failure = Option<Error>;

fn show<T>(pictures: &mut impl Iterator<Item = Result<T, Error>>, framemd5: bool, out: &mut impl Write) -> io::Result<Failure>
where
    for<'a> Picture<'a>: From<&'a T>,
{
    for picture in pictures {
        match picture {
            Ok(picture) if framemd5 => checksums(&Picture::from(&picture), out)?,
            Ok(picture) => line(&Picture::from(&picture), out)?,
            Err(why) => return Ok(Some(why)),
        }
    }
    Ok(None)
}

/// As FFmpeg's muxer `framemd5` writes them: what stands in front tells of the first one.
fn checksums(picture: &Picture<'_>, out: &mut impl Write) -> io::Result<()> {
    if picture.index == 0 {
        let (width, height) = picture.size;
        writeln!(out, "#format: frame checksums\n#version: 2\n#hash: MD5\n#tb 0: {}", picture.pts.time_base())?;
        writeln!(out, "#media_type 0: video\n#codec_id 0: rawvideo\n#dimensions 0: {width}x{height}")?;
        writeln!(out, "#sar 0: {}\n#stream#, dts,        pts, duration,     size, hash", picture.aspect)?;
    }
    let (pts, duration) = (picture.pts.count(), picture.duration.count());
    let (mut hash, mut size) = (Md5::new(), 0);
    for row in &picture.rows {
        hash.update(row);
        size += row.len();
    }
    let hash: String = hash.finalize().iter().map(|it| format!("{it:02x}")).collect();
    writeln!(out, "0, {pts:>10}, {pts:>10}, {duration:>8}, {size:>8}, {hash}")
}

fn line(picture: &Picture<'_>, out: &mut impl Write) -> io::Result<()> {
    /// As many as are shown; the others are decoded, and counted.
    const SHOWN: u64 = 10;
    let index = picture.index;
    if index == 0 {
        writeln!(out, "frame      time  type  size       format")?;
    }
    if index < SHOWN {
        let (width, height) = picture.size;
        let (time, kind) = (picture.pts.as_secs_f64(), &picture.kind);
        writeln!(out, "{index:>5} {time:>9.3}  {kind:<4}  {:<9}  {}", format!("{width}x{height}"), picture.format)?;
    }
    Ok(())
}

/// Which frames.
enum Choice {
    All,
    Every(Duration),
    Nth(u64),
    Count(u32),
    Keys,
    At(Vec<Duration>),
    Scenes(Scenes),
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
            Self::Scenes(scenes) => frames.scene_changes(scenes),
        }
    }
}

struct Options {
    input: OsString,
    choice: Choice,
    /// None is what the decoder gives.
    pixels: Option<Pixels<u8>>,
    framemd5: bool,
    threads: Option<u16>,
    hardware: Hardware,
    stream: Select,
}

impl Options {
    fn parse() -> Option<Self> {
        use lexopt::prelude::{Long, Value, ValueExt};
        let (mut input, mut framemd5, mut threads, mut stream) = (None, false, None, Select::nth(0));
        let mut hardware = Hardware::Off;
        let (mut choice, mut pixels, mut width, mut sdr) = (Choice::All, None, None, false);
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next().ok()? {
            match argument {
                Long("framemd5") => framemd5 = true,
                Long("threads") => threads = Some(arguments.value().ok()?.parse().ok()?),
                Long("hardware") => hardware = arguments.value().ok()?.parse().ok()?,
                Long("stream") => stream = Select::index(arguments.value().ok()?.parse().ok()?),
                Long("every") => choice = Choice::Every(parse_time(&arguments.value().ok()?.string().ok()?).ok()?),
                Long("nth") => choice = Choice::Nth(arguments.value().ok()?.parse().ok()?),
                Long("count") => choice = Choice::Count(arguments.value().ok()?.parse().ok()?),
                Long("keyframes") => choice = Choice::Keys,
                Long("at") => {
                    let times = arguments.value().ok()?.string().ok()?;
                    choice = Choice::At(times.split(',').map(parse_time).collect::<Result<_, _>>().ok()?);
                }
                Long("scenes") => choice = Choice::Scenes(scenes(&mut arguments)?),
                Long("pixels") => {
                    pixels = match arguments.value().ok()?.to_str()? {
                        "native" => None,
                        "rgb24" => Some(Pixels::rgb8()),
                        "gray8" => Some(Pixels::gray8()),
                        _ => return None,
                    };
                }
                Long("width") => width = Some(arguments.value().ok()?.parse().ok()?),
                Long("sdr") => sdr = true,
                Value(path) if input.is_none() => input = Some(path),
                _ => return None,
            }
        }
        if pixels.is_none() && (sdr || width.is_some()) {
            return None;
        }
        let pixels = pixels.map(|it| if sdr { it.tone_map(ToneMap::default()) } else { it });
        let pixels = match (pixels, width) {
            (Some(pixels), Some(width)) => Some(pixels.resize(Resize::fit(width, 65_535))),
            (pixels, _) => pixels,
        };
        Some(Self { input: input?, choice, pixels, framemd5, threads, hardware, stream })
    }
}

/// A number behind it, if there is one, is the threshold; a file of such a name is called `./10`.
fn scenes(arguments: &mut lexopt::Parser) -> Option<Scenes> {
    let number = |it: &OsStr| it.to_str().and_then(|it| it.parse::<f32>().ok());
    let threshold = match arguments.optional_value() {
        Some(joined) => Some(number(&joined)?),
        None => arguments.raw_args().ok()?.next_if(|it| number(it).is_some()).and_then(|it| number(&it)),
    };
    Some(threshold.map_or_else(Scenes::default, |it| Scenes::default().threshold(it)))
}
