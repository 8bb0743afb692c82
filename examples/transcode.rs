//! Transcodes a file to whatever its new name says, or copies what is in it, with a progress bar; or explains what it would do.
//!
//! Shows: a pipeline whose codecs and container are values, from arguments; its plan and the `ffmpeg` command that does the same;
//! bounds of a run, progress, a graceful stop and a cancel on Ctrl-C, the outcome as JSON, exit codes.
//! Leaves out: async (the job is waited for on the main thread); see `progress_and_cancel`. Codecs as types, which the compiler
//! checks; see `docs/cookbook.md`.
//!
//! ```text
//! cargo run --release --example transcode -- [--video CODEC] [--crf N] [--preset P] [--width N] [--audio CODEC] [--subtitles CODEC]
//!     [--hardware POLICY] [--encoder-hardware POLICY] [--start T] [--duration T] [--deadline T] [--stall T] [--open-timeout T]
//!     [--replace] [--json] [--explain] IN OUT
//! ```
//!
//! The container is the one that OUT's extension names, MP4 where it has none; `m3u8` makes OUT a directory with HLS in it, `jpg`,
//! `png` and `webp` one picture. A CODEC is `copy`, `none` or
//!
//! - of video h264, h265, av1, vp9, mjpeg, prores, ffv1, gif, png, webp, or an encoder: x264, x265, svtav1, vpx;
//! - of audio aac, opus, mp3, flac, pcm, vorbis, or an encoder: libopus;
//! - of subtitles mov_text, srt, webvtt, ass.
//!
//! Untold, video and audio become what is usual in the container, and subtitles are left out. `--crf` and `--preset` are x264's.
//!
//! `--hardware` says what decodes pictures: off, auto, prefer=DEVICE,DEVICE or require=DEVICE, of devices such as cuda, cuda:1,
//! vaapi:/dev/dri/renderD129. `--encoder-hardware` says the same of what encodes them, as h264, h265, av1 or vp9.
//!
//! A time T is given as ffmpeg takes it: 12.5, 1500ms, 1:02:03. `--deadline` bounds the whole run, `--stall` how long nothing may
//! move (15 s unless told), `--open-timeout` the opening (15 s); a run that is ended so has failed.
//!
//! `--explain` prints what becomes of each stream, and the command, and writes nothing. Where something cannot be, all that is wrong
//! with it is printed, one problem a line.
//!
//! Ctrl-C once stops: what there is becomes a playable file, exit code 0; where nothing was written yet it is a cancel. Ctrl-C
//! twice cancels: no file. Exit codes: 0 done, 1 failed, 2 usage, 130 cancelled.

use std::error::Error as _;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use telecine::filter::Scale;
use telecine::hardware::Usage;
use telecine::{
    Aac, AnyAudio, AnyContainer, AnyOutput, AnySubtitle, AnyTrack, AnyVideo, Ass, Av1, Control, Error, Ffv1, Flac, Gif, H264,
    H265, Hardware, Index, Launch, LibOpus, LibVpxVp9, Mjpeg, MovText, Mp3, Opus, Outcome, Overwrite, Pcm, Phase, Pipeline, Png,
    Preset, ProRes, Progress, StreamCopy, SubRip, SvtAv1, Updates, Vorbis, Vp9, WebP, WebVtt, X264, X265, kbps, parse_time,
};

const USAGE: &str = "transcode [--video CODEC] [--crf N] [--preset P] [--width N] [--audio CODEC] [--subtitles CODEC] [--hardware POLICY] \
                     [--encoder-hardware POLICY] [--start T] [--duration T] [--deadline T] [--stall T] [--open-timeout T] [--replace] [--json] [--explain] IN OUT";

fn main() -> ExitCode {
    // First of all: where this program is started again to try a device, it does not return.
    telecine::child::run_if_asked();
    let arguments = match Arguments::parse() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}\nusage: {USAGE}");
            return ExitCode::from(2);
        }
    };
    let result = if arguments.explain { explain(&arguments) } else { transcode(&arguments) };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Cancelled { .. }) => {
            eprintln!("cancelled; no file is left");
            ExitCode::from(130)
        }
        Err(Error::Invalid { problems }) => {
            problems.iter().for_each(|it| eprintln!("{it}"));
            ExitCode::FAILURE
        }
        Err(why) => {
            eprintln!("{}", chain(&why));
            ExitCode::FAILURE
        }
    }
}

fn transcode(arguments: &Arguments) -> Result<(), Error> {
    let job = arguments.launch().start();
    stop_on_ctrl_c(job.control());
    draw(job.progress());
    let outcome = job.wait()?;
    if arguments.json {
        println!("{}", as_json(&outcome));
    } else {
        eprintln!("{}", in_words(&outcome));
    }
    Ok(())
}

fn explain(arguments: &Arguments) -> Result<(), Error> {
    println!("{}", arguments.launch().plan().wait()?);
    Ok(())
}

/// What becomes of one kind of stream.
#[derive(Clone, Default)]
enum Coding<E> {
    /// What is usual in the container.
    #[default]
    Usual,
    None,
    As(E),
}

impl<E> Coding<E> {
    /// `find` knows the codecs by name.
    fn parse(text: &str, find: impl Fn(&str) -> Option<E>) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            _ => find(text).map(Self::As).ok_or_else(|| format!("no codec of that kind is called {text}")),
        }
    }

    fn or(self, usual: Option<E>) -> Option<E> {
        match self {
            Self::Usual => usual,
            Self::None => None,
            Self::As(encoding) => Some(encoding),
        }
    }
}

fn video(name: &str) -> Option<AnyVideo> {
    Some(match name {
        "copy" => StreamCopy.into(),
        "h264" => H264::default().into(),
        "h265" => H265::default().into(),
        "av1" => Av1::default().into(),
        "vp9" => Vp9::default().into(),
        "mjpeg" => Mjpeg::default().into(),
        "prores" => ProRes::default().into(),
        "ffv1" => Ffv1::default().into(),
        "gif" => Gif::default().into(),
        "png" => Png::default().into(),
        "webp" => WebP::default().into(),
        "x264" => X264::crf(23.0).into(),
        "x265" => X265::crf(28.0).into(),
        "svtav1" => SvtAv1::crf(35).into(),
        "vpx" => LibVpxVp9::crf(32).into(),
        _ => return None,
    })
}

/// The same by a device, of codecs that leave the encoder to telecine.
fn encoded_on(encoding: AnyVideo, hardware: Hardware) -> Option<AnyVideo> {
    Some(match encoding {
        AnyVideo::H264(it) => it.hardware(hardware).into(),
        AnyVideo::H265(it) => it.hardware(hardware).into(),
        AnyVideo::Av1(it) => it.hardware(hardware).into(),
        AnyVideo::Vp9(it) => it.hardware(hardware).into(),
        _ => return None,
    })
}

fn audio(name: &str) -> Option<AnyAudio> {
    Some(match name {
        "copy" => StreamCopy.into(),
        "aac" => Aac::default().into(),
        "opus" => Opus::default().into(),
        "mp3" => Mp3::default().into(),
        "flac" => Flac::default().into(),
        "pcm" => Pcm::s16().into(),
        "vorbis" => Vorbis::default().into(),
        "libopus" => LibOpus::bitrate(kbps(96)).into(),
        _ => return None,
    })
}

fn subtitles(name: &str) -> Option<AnySubtitle> {
    Some(match name {
        "copy" => StreamCopy.into(),
        "mov_text" => MovText::default().into(),
        "srt" => SubRip::default().into(),
        "webvtt" => WebVtt::default().into(),
        "ass" => Ass::default().into(),
        _ => return None,
    })
}

/// What OUT is to be.
fn container(file: &OsStr) -> Result<AnyContainer, String> {
    match Path::new(file).extension() {
        None => Ok(AnyContainer::Mp4(Index::default())),
        Some(extension) => AnyContainer::from_extension(&extension.to_string_lossy())
            .ok_or_else(|| format!("no container has files that end in .{}", extension.display())),
    }
}

/// What the command line says.
#[derive(Default)]
struct Arguments {
    video: Coding<AnyVideo>,
    crf: Option<f32>,
    preset: Option<Preset>,
    width: Option<u32>,
    audio: Coding<AnyAudio>,
    subtitles: Coding<AnySubtitle>,
    hardware: Hardware,
    encoder_hardware: Hardware,
    start: Duration,
    duration: Option<Duration>,
    deadline: Option<Duration>,
    stall: Option<Duration>,
    open_timeout: Option<Duration>,
    replace: bool,
    json: bool,
    explain: bool,
    files: Vec<OsString>,
}

impl Arguments {
    fn parse() -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, Value, ValueExt};
        let mut parsed = Self::default();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("video") => parsed.video = arguments.value()?.parse_with(|it| Coding::parse(it, video))?,
                Long("crf") => parsed.crf = Some(arguments.value()?.parse()?),
                Long("preset") => parsed.preset = Some(arguments.value()?.parse()?),
                Long("width") => parsed.width = Some(arguments.value()?.parse()?),
                Long("audio") => parsed.audio = arguments.value()?.parse_with(|it| Coding::parse(it, audio))?,
                Long("subtitles") => parsed.subtitles = arguments.value()?.parse_with(|it| Coding::parse(it, subtitles))?,
                Long("hardware") => parsed.hardware = arguments.value()?.parse()?,
                Long("encoder-hardware") => parsed.encoder_hardware = arguments.value()?.parse()?,
                Long("start") => parsed.start = arguments.value()?.parse_with(parse_time)?,
                Long("duration") => parsed.duration = Some(arguments.value()?.parse_with(parse_time)?),
                Long("deadline") => parsed.deadline = Some(arguments.value()?.parse_with(parse_time)?),
                Long("stall") => parsed.stall = Some(arguments.value()?.parse_with(parse_time)?),
                Long("open-timeout") => parsed.open_timeout = Some(arguments.value()?.parse_with(parse_time)?),
                Long("replace") => parsed.replace = true,
                Long("json") => parsed.json = true,
                Long("explain") => parsed.explain = true,
                Value(file) => parsed.files.push(file),
                _ => return Err(argument.unexpected()),
            }
        }
        parsed.check()?;
        Ok(parsed)
    }

    /// What is wrong whatever is in the files.
    fn check(&self) -> Result<(), String> {
        let [_, out] = &self.files[..] else { return Err("two files are needed, IN and OUT".into()) };
        let container = container(out)?;
        if self.tracks(&container).is_empty() {
            return Err("with neither video nor audio nor subtitles there is nothing to write".into());
        }
        let is_x264 = matches!(self.picture(&container), Some(AnyVideo::X264(_)));
        if (self.crf.is_some() || self.preset.is_some()) && !is_x264 {
            return Err("--crf and --preset are for H.264".into());
        }
        let is_portable = self.picture(&container).is_some_and(|it| encoded_on(it, Hardware::Off).is_some());
        if self.encoder_hardware != Hardware::Off && !is_portable {
            return Err("--encoder-hardware is for h264, h265, av1 and vp9, without --crf and --preset".into());
        }
        if self.crf.is_some_and(|it| !(0.0..=51.0).contains(&it)) {
            return Err("--crf is 0 to 51".into());
        }
        Ok(())
    }

    /// What becomes of the pictures; H.264 by x264 itself where its own options are asked for.
    fn picture(&self, container: &AnyContainer) -> Option<AnyVideo> {
        match self.video.clone().or(container.default_video())? {
            AnyVideo::H264(_) | AnyVideo::X264(_) if self.crf.is_some() || self.preset.is_some() => {
                Some(X264::crf(self.crf.unwrap_or(23.0)).preset(self.preset.unwrap_or_default()).into())
            }
            other => Some(other),
        }
    }

    fn tracks(&self, container: &AnyContainer) -> Vec<AnyTrack> {
        let picture = self.picture(container).map(|it| encoded_on(it.clone(), self.encoder_hardware.clone()).unwrap_or(it));
        let video = picture.map(AnyTrack::video);
        let audio = self.audio.clone().or(container.default_audio()).map(AnyTrack::audio);
        let subtitles = self.subtitles.clone().or(None).map(AnyTrack::subtitles);
        [video, audio, subtitles].into_iter().flatten().collect()
    }

    fn output(&self) -> AnyOutput {
        let out = self.files[1].as_os_str();
        let container = container(out).unwrap_or(AnyContainer::Mp4(Index::default()));
        let tracks = self.tracks(&container);
        let mut output = AnyOutput::new(container, out);
        output.tracks = tracks;
        output.overwrite = if self.replace { Overwrite::Replace } else { Overwrite::Never };
        output
    }

    fn pipeline(&self) -> Pipeline {
        let pipeline = Pipeline::read(self.files[0].as_os_str());
        let pipeline = match (self.start, self.duration) {
            (Duration::ZERO, None) => pipeline,
            (start, None) => pipeline.trim(start..),
            (start, Some(duration)) => pipeline.trim(start..start.saturating_add(duration)),
        };
        let pipeline = match self.width {
            Some(width) => pipeline.video_filter(Scale::fit_width(width)),
            None => pipeline,
        };
        pipeline.hardware(self.hardware.clone()).output(self.output())
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
    words += &done_by("decoded", &outcome.hardware);
    for track in &outcome.encoders {
        words += &done_by("encoded", &track.hardware);
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

/// By what, where a device was asked for.
fn done_by(how: &str, usage: &Usage) -> String {
    let used = match &usage.used {
        _ if usage.requested == Hardware::Off => return String::new(),
        Some(device) => format!(", {how} by {device}"),
        None => format!(", {how} by the processor"),
    };
    usage.left.iter().fold(used, |words, it| format!("{words}\nnot by {}: {} ({})", it.device, it.why, it.said))
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
    let encoders: Vec<_> = outcome
        .encoders
        .iter()
        .map(|it| {
            let hardware = usage_as_json(&it.hardware);
            json!({"output": it.output, "track": it.track, "encoder": it.encoder, "hardware": hardware})
        })
        .collect();
    json!({
        "outputs": outputs,
        "frames": outcome.frames,
        "hardware": usage_as_json(&outcome.hardware),
        "encoders": encoders,
        "stopped": outcome.stopped,
        "elapsed_s": outcome.elapsed.as_secs_f64(),
        "cpu_s": outcome.cpu.as_secs_f64(),
        "speed": outcome.speed(),
    })
}

fn usage_as_json(usage: &Usage) -> serde_json::Value {
    json!({
        "requested": usage.requested.to_string(),
        "used": usage.used.as_ref().map(ToString::to_string),
        "left": usage.left.iter().map(|it| it.device.to_string()).collect::<Vec<_>>(),
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
