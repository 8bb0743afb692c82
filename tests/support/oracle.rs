//! The programs of the linked FFmpeg: what they say of a file is what is right.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::BUSY;

/// Where that FFmpeg is. Another one could differ in a bit here and there, so there is no falling back to it.
fn program(name: &str) -> PathBuf {
    let prefix = env::var_os("TELECINE_FFMPEG_PREFIX").expect("TELECINE_FFMPEG_PREFIX is set, by cargo after scripts/setup");
    Path::new(&prefix).join("bin").join(name)
}

fn run(name: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    let mut command = Command::new(program(name));
    command.args(arguments);
    watched(command)
}

/// Runs `ffmpeg` with these variables in its environment, and gives all that it wrote, its log at that level.
pub(crate) fn ffmpeg_in(environment: &[(&str, OsString)], level: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program("ffmpeg"));
    command.args(["-nostdin", "-nostats", "-hide_banner", "-v", level]).args(arguments);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    watched(command)
}

/// Some encoders wait for ever where their muxer has refused: a program that takes too long is killed, and no process stays behind.
fn watched(mut command: Command) -> Output {
    const PATIENCE: Duration = Duration::from_secs(120 * BUSY as u64);
    let failed = |why: std::io::Error, command: &Command| -> ! { panic!("{command:?}: {why}") };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|why| failed(why, &command));
    // Read while it runs, or a full pipe would stop it.
    let (stdout, stderr) = (drained(child.stdout.take()), drained(child.stderr.take()));
    let since = Instant::now();
    let (status, in_time) = loop {
        match child.try_wait() {
            Ok(Some(status)) => break (status, true),
            Ok(None) if since.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(2)),
            ended => {
                let killed = ended.and_then(|_| child.kill()).and_then(|()| child.wait());
                break (killed.unwrap_or_else(|why| failed(why, &command)), false);
            }
        }
    };
    let (stdout, stderr) = (stdout.join().expect("it is read"), stderr.join().expect("it is read"));
    assert!(in_time, "{command:?}: killed after {PATIENCE:?}: {}", String::from_utf8_lossy(&stderr));
    Output { status, stdout, stderr }
}

fn drained(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What comes before a failure is all that there is.
        let _ = pipe.map(|mut it| it.read_to_end(&mut bytes));
        bytes
    })
}

/// Runs `ffmpeg`, quiet but for errors, and says whether it was content.
pub(crate) fn ffmpeg(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<String, String> {
    let common = ["-nostdin", "-v", "error"].map(OsStr::new).map(OsStr::to_owned);
    let arguments = common.into_iter().chain(arguments.into_iter().map(|it| it.as_ref().to_owned()));
    let output = run("ffmpeg", arguments);
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// The same, and gives the file that it makes, of that name.
pub(crate) fn made(name: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = folder.path().join(name);
    let arguments = arguments.into_iter().map(|it| it.as_ref().to_owned());
    ffmpeg(arguments.chain([out.clone().into_os_string()]))?;
    fs::read(out).map_err(|why| why.to_string())
}

/// The same, and gives what it warned of.
pub(crate) fn program_warnings(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<String, String> {
    program_log("warning", arguments)
}

/// The same, and gives what it logs at that level, and above.
pub(crate) fn program_log(level: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<String, String> {
    let common = ["-nostdin", "-nostats", "-v", level].map(OsStr::new).map(OsStr::to_owned);
    let output = run("ffmpeg", common.into_iter().chain(arguments.into_iter().map(|it| it.as_ref().to_owned())));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// A written file, as the judges see it.
pub(crate) struct Media(PathBuf);

impl Media {
    pub(crate) fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Literally this file, whatever its name looks like.
    fn url(&self) -> String {
        format!("file:{}", self.0.to_str().expect("the judges are given text"))
    }

    /// Every packet: stream, times, size and hash. Equal lists are equal media.
    pub(crate) fn packets(&self) -> String {
        let url = self.url();
        ffmpeg(["-i", url.as_str(), "-map", "0", "-c", "copy", "-f", "framemd5", "-"]).expect("its packets can be read")
    }

    /// How near its pictures are to those of that clip, in decibels. Above 40 it is hard to see a difference.
    pub(crate) fn likeness(&self, clip: &Path) -> f64 {
        let (this, other) = (self.url(), Self::at(clip).url());
        let arguments = ["-i", &this, "-i", &other, "-lavfi", "[0:v][1:v]psnr", "-f", "null", "-"];
        let said = program_log("info", arguments).unwrap_or_else(|why| panic!("{}: {why}", self.0.display()));
        let average = said.split_once("average:").and_then(|(_, rest)| rest.split_whitespace().next());
        average.and_then(|it| it.parse().ok()).unwrap_or_else(|| panic!("the program does not tell: {said}"))
    }

    /// Everything that ffprobe says of container, streams and chapters, but for the file's name.
    pub(crate) fn description(&self) -> String {
        let all = self.ask(&["-show_format", "-show_streams", "-show_chapters"]);
        all.lines().filter(|it| !it.starts_with("filename=")).collect::<Vec<_>>().join("\n")
    }

    /// Decodes all of it; damage anywhere is an error.
    pub(crate) fn decode(&self) -> Result<(), String> {
        let url = self.url();
        // FFmpeg conceals much and goes on; what it says while it does so counts.
        let arguments = ["-xerror", "-err_detect", "explode", "-i", url.as_str(), "-map", "0", "-f", "null", "-"];
        ffmpeg(arguments).map(drop)
    }

    /// One field of the container, by ffprobe's name.
    pub(crate) fn format(&self, field: &str) -> String {
        self.probe(&["-show_entries", &format!("format={field}")])
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.format("duration").parse().expect("ffprobe knows its length")
    }

    /// How many pictures can be decoded from the first video stream.
    pub(crate) fn frames(&self) -> u64 {
        let counted = self.probe(&["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames"]);
        // A transport stream's streams are listed twice, once for their program.
        let counted = counted.lines().next().unwrap_or_default();
        counted.parse().unwrap_or_else(|_| panic!("ffprobe counted {counted:?} frames"))
    }

    /// When each picture of the first video stream is shown, in seconds.
    pub(crate) fn frame_times(&self) -> Vec<f64> {
        self.times("v:0")
    }

    /// The same of any stream, by ffprobe's specifier: pictures or blocks of sound.
    pub(crate) fn times(&self, stream: &str) -> Vec<f64> {
        let times = self.probe(&["-select_streams", stream, "-show_entries", "frame=pts_time"]);
        times
            .lines()
            .map(|it| it.trim_end_matches(','))
            .filter(|it| !it.is_empty())
            .map(|it| it.parse().expect("each frame has a time"))
            .collect()
    }

    /// Where the packets of a stream lie in the file, and how long each is.
    pub(crate) fn packet_places(&self, stream: &str) -> Vec<(u64, u64)> {
        let text = self.ask(&["-select_streams", stream, "-show_entries", "packet=pos,size", "-of", "csv=print_section=0"]);
        let number = |it: &str| it.parse().expect("each packet has a place");
        // ffprobe has an order of its own: the size comes first.
        text.lines()
            .filter_map(|line| line.trim_end_matches(',').split_once(','))
            .map(|(size, position)| (number(position), number(size)))
            .collect()
    }

    /// Each stream's fields, by ffprobe's names.
    pub(crate) fn streams(&self) -> Vec<BTreeMap<String, String>> {
        let entries = "stream=codec_name,codec_type,width,height,channels,duration:stream_disposition=";
        let text = self.ask(&["-show_entries", entries, "-of", "compact=print_section=0"]);
        let fields =
            |line: &str| line.split('|').filter_map(|it| it.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect();
        text.lines().filter(|it| !it.is_empty()).map(fields).collect()
    }

    fn probe(&self, arguments: &[&str]) -> String {
        self.ask(&[arguments, &["-of", "default=noprint_wrappers=1:nokey=1"]].concat())
    }

    fn ask(&self, arguments: &[&str]) -> String {
        let url = self.url();
        let output = run("ffprobe", [&["-v", "error"], arguments, &["-i", url.as_str()]].concat());
        assert!(output.status.success(), "ffprobe, of {}: {}", self.0.display(), String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// Everything that `ffprobe` says of a file; `None` where it finds no media in it.
pub(crate) fn ffprobe(path: &Path) -> Option<serde_json::Value> {
    let mut url = std::ffi::OsString::from("file:");
    url.push(path);
    let shown = ["-v", "quiet", "-show_format", "-show_streams", "-show_chapters", "-show_programs", "-of", "json"];
    let output = run("ffprobe", shown.iter().map(OsStr::new).chain([OsStr::new("-i"), &url]));
    output.status.success().then(|| serde_json::from_slice(&output.stdout).expect("ffprobe writes JSON"))
}

/// What `ffprobe` says of the packets of the first video stream, and its codec: when they are shown, and what they are.
pub(crate) fn packets(path: &Path) -> serde_json::Value {
    let entries = "stream=codec_name:packet=pts,flags,pts_time,duration_time";
    let text = Media::at(path).ask(&["-select_streams", "v:0", "-show_entries", entries, "-of", "json"]);
    serde_json::from_str(&text).expect("ffprobe writes JSON")
}

/// Everything that `ffprobe` says of each frame of the first video stream.
pub(crate) fn frames_by_ffprobe(path: &Path) -> Vec<serde_json::Value> {
    shown_frames(path, &[])
}

/// The same, of pictures with what is around the part that is to be shown.
pub(crate) fn whole_frames_by_ffprobe(path: &Path) -> Vec<serde_json::Value> {
    shown_frames(path, &["-apply_cropping", "0"])
}

fn shown_frames(path: &Path, options: &[&str]) -> Vec<serde_json::Value> {
    let text = Media::at(path).ask(&[options, &["-select_streams", "v:0", "-show_frames", "-of", "json"]].concat());
    let all: serde_json::Value = serde_json::from_str(&text).expect("ffprobe writes JSON");
    all["frames"].as_array().expect("it has frames").clone()
}

/// x264 looks at memory that it has not written: where a process has used its memory before, as this one has, some packets become a
/// little different ones (the program's too, with glibc's MALLOC_PERTURB_). Their streams and times are left.
pub(crate) fn without_bits(packets: &str) -> String {
    let times = |line: &str| line.split(',').take(4).collect::<Vec<_>>().join(",");
    packets.lines().map(times).collect::<Vec<_>>().join("\n")
}
