//! What pixels cost beyond decoding: RGB24 of a whole film, small normalised images of it for a model, and HDR made SDR.
//!
//! ```text
//! TELECINE_MEDIA=directory cargo bench --bench pixels -- --rounds 7 [--pixels Rgb|Model|Sdr]    as ratios to the bare loop
//! cargo bench --bench pixels -- --test                                                          once: does it still work?
//! ```
//!
//! The limit is a bare loop on libavcodec that leaves the decoder's own pixels alone: no pixels could be had for less. Everybody else
//! makes pixels of the same frames and adds up a byte of every 64 of them, FFmpeg's own choice of decoder threads. Each run is a process of
//! its own; within a round all run by turns, and a ratio is of two neighbours in time.
//!
//! telecine's values are within two of libswscale's with interpolated chroma and exact rounding, which is what the loop with libswscale
//! asks for, on the decoding thread; ez-ffmpeg, the program and ffmpeg-sidecar have libswscale's default, where each chroma sample is
//! repeated. The film is the corpus' (`bench/`, 1080p24 H.264, 30 s), and of HDR, 3 s of 2160p59.94 (HEVC, PQ); without a corpus it is FFmpeg's
//! test picture with noise.

#[path = "support/bare.rs"]
#[allow(dead_code)] // The rows are for others.
mod bare;
#[path = "support/cost.rs"]
mod cost;
#[path = "support/life.rs"]
mod life;
#[path = "../tests/support/mod.rs"]
mod support;
#[path = "support/swscale.rs"]
mod swscale;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use cost::{Cost, Result, measured, median};
use ez_ffmpeg::frame_export::FrameExtractor;
use ffmpeg_sidecar::command::FfmpegCommand;
use life::{load, program, text};
use support::clips;
use swscale::Swscale;
use telecine::filter::ToneMap;
use telecine::{ColorInfo, Component, Frames, Pixels, Resize, Select, parse_time, secs};

/// The first argument of a process that works for the others to measure.
const WORK: &str = "work";
/// The same, of a process that works for `scripts/compare-python`.
const SAMPLED: &str = "sampled";
const HDR: &str = "bench/hev1_08_09.mp4";
const SIDE: u32 = 224;
/// What HDR is made into.
const SDR: (u32, u32) = (1280, 720);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contender {
    /// libavcodec alone, its pixels left alone: what the others are measured by.
    Bare,
    /// The same loop with libswscale behind it.
    BareSwscale,
    Telecine,
    /// HDR taken for SDR: the same without what makes it that.
    Unmapped,
    /// ez-ffmpeg's `FrameExtractor`.
    Extractor,
    /// `ffmpeg` through a pipe.
    Program,
    /// The crate `ffmpeg-sidecar`.
    Sidecar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Rgb,
    /// 3 × 224 × 224 of `f32`, normalised: only who makes such is measured, and libswscale without the last step.
    Model,
    /// RGB24 of 1280 × 720, out of HDR.
    Sdr,
}

const FIELDS: [(Wanted, &[Contender]); 3] = [
    (
        Wanted::Rgb,
        &[
            Contender::Bare,
            Contender::BareSwscale,
            Contender::Telecine,
            Contender::Extractor,
            Contender::Program,
            Contender::Sidecar,
        ],
    ),
    (Wanted::Model, &[Contender::Bare, Contender::BareSwscale, Contender::Telecine, Contender::Program]),
    (Wanted::Sdr, &[Contender::Bare, Contender::Unmapped, Contender::Telecine, Contender::Program]),
];

fn main() -> ExitCode {
    life::run(&[(WORK, work), (SAMPLED, sampled)], bench)
}

fn bench(arguments: &[OsString]) -> Result<()> {
    if life::is_test(arguments) {
        let clips = [clips::film_of("320x240", "small.mp4", &CODEC), clips::hdr10()];
        return compare(&clips, "", 1);
    }
    let word = cost::behind(arguments, "--pixels")?.unwrap_or_default();
    compare(&films()?, word, cost::rounds(arguments)?.unwrap_or(5))
}

const CODEC: [&str; 6] = ["-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p"];

/// One that is SDR, one that is HDR.
fn films() -> Result<[PathBuf; 2]> {
    let (Some(film), Some(media)) = (life::film()?, env::var_os("TELECINE_MEDIA")) else {
        return Ok([clips::film_of("1920x1080", "film.mp4", &CODEC), clips::hdr10()]);
    };
    let hdr = Path::new(&media).join(HDR);
    if hdr.is_file() { Ok([film, hdr]) } else { Err(format!("{} is not there", hdr.display()).into()) }
}

fn compare([film, hdr]: &[PathBuf; 2], word: &str, rounds: usize) -> Result<()> {
    println!("FFmpeg {}, load {}", telecine::ffmpeg_version(), load()?);
    for (wanted, field) in FIELDS.into_iter().filter(|it| format!("{:?}", it.0).contains(word)) {
        let clip = if wanted == Wanted::Sdr { hdr } else { film };
        let mut runs: Vec<Vec<(Cost, u64)>> = field.iter().map(|_| Vec::new()).collect();
        for round in 0..rounds {
            // Nobody is always the first, or always behind the same one.
            for at in 0..field.len() {
                let at = (at + round) % field.len();
                runs[at].push(run(field[at], wanted, clip)?);
            }
        }
        let frames = runs[0][0].1;
        if frames == 0 || runs.iter().flatten().any(|it| it.1 != frames) {
            return Err(format!("not all have {frames} frames: {:?}", runs.iter().map(|it| it[0].1).collect::<Vec<_>>()).into());
        }
        let bare = Cost::median(&runs[0].iter().map(|it| it.0.clone()).collect::<Vec<_>>());
        println!("\n{wanted:?}, {frames} frames, {rounds} rounds; bare loop, median: {bare}\n");
        println!("| | wall: min | median | max | CPU: median | peak memory: median |");
        println!("|---|---:|---:|---:|---:|---:|");
        for (contender, own) in field.iter().zip(&runs) {
            let ratios = |of: fn(&Cost) -> f64| own.iter().zip(&runs[0]).map(move |(it, bare)| of(&it.0) / of(&bare.0));
            let wall: Vec<_> = ratios(|it| it.wall).collect();
            let (low, high) = (wall.iter().copied().fold(f64::MAX, f64::min), wall.iter().copied().fold(0.0, f64::max));
            let (wall, cpu, peak) = (median(wall), median(ratios(|it| it.cpu)), median(ratios(|it| it.peak)));
            println!("| {} | {low:.2} | {wall:.2} | {high:.2} | {cpu:.2} | {peak:.2} |", contender.name());
        }
    }
    println!("\nload {} afterwards", load()?);
    Ok(())
}

/// In a process of its own: what it cost, and how many frames there were.
fn run(contender: Contender, wanted: Wanted, clip: &Path) -> Result<(Cost, u64)> {
    let words = [WORK.to_owned(), format!("{contender:?}"), format!("{wanted:?}")];
    let arguments = words.iter().map(OsStr::new).chain([clip.as_os_str()]);
    let (said, cost) = measured(&env::current_exe()?, arguments)?;
    let frames = said.lines().last().and_then(|it| it.split(' ').next()?.parse().ok());
    Ok((cost, frames.ok_or_else(|| format!("{contender:?} said {said:?}"))?))
}

fn work(arguments: &[OsString]) -> Result<()> {
    let [contender, wanted, clip] = arguments else { return Err("three words are needed".into()) };
    let (wanted, field) = FIELDS.into_iter().find(|it| *wanted == *format!("{:?}", it.0)).ok_or("no such pixels")?;
    let contender = field.iter().find(|it| *contender == *format!("{it:?}")).ok_or("no such contender")?;
    let mut tally = Tally::default();
    contender.make(wanted, clip.as_ref(), &mut tally)?;
    println!("{} {}", tally.frames, tally.sum);
    Ok(())
}

/// RGB24 of one frame a second, or of those at these times.
fn sampled(arguments: &[OsString]) -> Result<()> {
    let [clip, times @ ..] = arguments else { return Err("a clip is needed".into()) };
    let times: Result<Vec<_>> = times.iter().map(|it| Ok(parse_time(it.to_str().unwrap_or_default())?)).collect();
    let frames = Frames::read(clip.as_os_str()).select(Select::nth(0));
    let frames = match times? {
        times if times.is_empty() => frames.every(secs(1)),
        times => frames.at_each(times),
    };
    let mut tally = Tally::default();
    images(frames, Pixels::rgb8(), &mut tally)?;
    println!("{} {}", tally.frames, tally.sum);
    Ok(())
}

#[derive(Default)]
struct Tally {
    frames: u64,
    sum: u64,
}

impl Tally {
    /// Looks at a value of every cache line, so that all of it has to be there.
    fn add<T: Copy + Into<f64>>(&mut self, values: &[T]) {
        self.frames += 1;
        let some = values.as_chunks::<64>().0.iter().map(|it| it[0].into() as i64 as u64);
        self.sum = some.fold(self.sum, u64::wrapping_add);
    }
}

impl Contender {
    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare loop, no pixels made",
            Self::BareSwscale => "bare loop, libswscale as exact",
            Self::Telecine => "telecine",
            Self::Unmapped => "telecine, HDR taken for SDR",
            Self::Extractor => "ez-ffmpeg's FrameExtractor",
            Self::Program => "ffmpeg through a pipe",
            Self::Sidecar => "ffmpeg-sidecar",
        }
    }

    fn make(self, wanted: Wanted, clip: &Path, tally: &mut Tally) -> Result<()> {
        let size = match wanted {
            Wanted::Rgb => None,
            Wanted::Model => Some((SIDE, SIDE)),
            Wanted::Sdr => Some(SDR),
        };
        let frames = || Frames::read(clip).select(Select::nth(0));
        match self {
            Self::Bare => bare::decode(clip, |_| tally.add::<u8>(&[]))?,
            Self::BareSwscale => {
                let mut swscale = Swscale::new(size);
                bare::decode(clip, |picture| tally.add(swscale.rgb24(picture)))?;
            }
            Self::Telecine => match wanted {
                Wanted::Rgb => images(frames(), Pixels::rgb8(), tally)?,
                Wanted::Model => images(frames(), model(), tally)?,
                Wanted::Sdr => images(frames(), small().tone_map(ToneMap::default()), tally)?,
            },
            Self::Unmapped => {
                let mut color = ColorInfo::default();
                color.transfer = Some("bt709");
                images(frames(), small().color(color), tally)?;
            }
            Self::Extractor => {
                for frame in FrameExtractor::new(text(clip)?).frames()? {
                    tally.add(frame?.as_bytes());
                }
            }
            Self::Program => piped(clip, size, if wanted == Wanted::Sdr { TO_SDR } else { "" }, tally)?,
            Self::Sidecar => {
                let mut command = FfmpegCommand::new_with_path(program()?);
                command.input(text(clip)?).map("0:v:0").fps_mode("passthrough").format("rawvideo").pix_fmt("rgb24").output("-");
                let mut child = command.spawn()?;
                for frame in child.iter()?.filter_frames() {
                    tally.add(&frame.data);
                }
                // Waited for, so that what it cost is counted.
                child.wait()?;
            }
        }
        Ok(())
    }
}

fn small() -> Pixels<u8> {
    Pixels::rgb8().resize(Resize::stretch(SDR.0, SDR.1))
}

/// What the program is told, behind its resizing.
const TO_SDR: &str =
    ",zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,tonemap=hable:desat=0,zscale=transfer=bt709";

fn model() -> Pixels<f32> {
    Pixels::rgb_f32().resize(Resize::stretch(SIDE, SIDE)).normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
}

fn images<T: Component + Into<f64>>(frames: Frames, pixels: Pixels<T>, tally: &mut Tally) -> Result<()> {
    for image in frames.pixels(pixels).start() {
        tally.add(image?.samples());
    }
    Ok(())
}

fn piped(clip: &Path, size: Option<(u32, u32)>, then: &str, tally: &mut Tally) -> Result<()> {
    let first = Frames::read(clip).select(Select::nth(0)).start().next().ok_or("there is no frame")??;
    let (width, height) = size.unwrap_or(first.size());
    let filter = format!("scale={width}:{height}{then}");
    let mut command = Command::new(program()?);
    command.args(["-nostdin", "-v", "error", "-i"]).arg(clip).args(["-map", "0:v:0", "-fps_mode", "passthrough", "-vf", &filter]);
    let mut child = command.args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]).stdout(Stdio::piped()).spawn()?;
    let mut pixels = vec![0; width as usize * height as usize * 3];
    let mut pipe = child.stdout.take().ok_or("no pipe")?;
    while pipe.read_exact(&mut pixels).is_ok() {
        tally.add(&pixels);
    }
    child.wait()?.success().then_some(()).ok_or_else(|| "ffmpeg failed".into())
}
