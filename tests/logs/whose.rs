//! Whose a line is. The oracle is what each job writes when it runs alone: of many at once, each may write that and nothing that
//! only another one writes.

use std::collections::{HashMap, HashSet};
use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use telecine::{Durability, JobId, Launch, Location, Overwrite, Pipeline, Tolerance};
use tracing::level_filters::LevelFilter;

use crate::heard::{self, Heard};
use crate::support::alone::alone;
use crate::support::corrupt;
use crate::support::oracle::ffmpeg;
use crate::support::{Server, clips, quick, within};

#[test]
fn eight_at_once_on_damaged_files_and_servers() {
    alone("whose::eight_at_once_on_damaged_files_and_servers", &[], |folder| {
        heard::listen();
        let own = own();
        let mut clips = damaged(&own, folder);
        // One from the file system and one from the server: the list's demuxer makes more of them.
        clips[4] = playlist(&own[0], folder, "local");
        clips[7] = playlist(&own[2], folder, "remote");
        at_once(&clips, folder, LevelFilter::TRACE);
        at_once(&clips, folder, LevelFilter::DEBUG);
    });
}

#[test]
fn eight_at_once_on_damaged_clips_by_others() {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = "\n*** TELECINE_MEDIA is not set, so there is no corpus: whose the lines about damaged clips made by others are\n\
                     *** was NOT TESTED. Set it to a folder with clips/ in it.\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    };
    alone("whose::eight_at_once_on_damaged_clips_by_others", &[], |folder| {
        const NAMES: [&str; 8] = [
            "tears_of_steel.webm",
            "A4.ogv",
            "busMpeg4.mp4",
            "bbb_2500ms.ts",
            "gizmo.webm",
            "chaplin.mp4",
            "sample_h264_Ateme_180_frames_1.ts",
            "av1-aac.avi",
        ];
        heard::listen();
        let clips: Vec<_> = NAMES.iter().map(|it| Path::new(&media).join("clips").join(it)).collect();
        let clips = damaged(&clips, folder);
        at_once(&clips, folder, LevelFilter::DEBUG);
    });
}

#[test]
fn a_thousand_in_a_row_while_threads_and_addresses_come_again() {
    alone("whose::a_thousand_in_a_row_while_threads_and_addresses_come_again", &[], |folder| {
        const JOBS: usize = 1_000;
        const AT_ONCE: usize = 8;
        heard::listen();
        let clips = damaged(&own(), folder);
        let jobs: Vec<_> = clips.iter().map(|clip| Kind { input: clip.as_path().into(), level: LevelFilter::DEBUG }).collect();
        let oracle = Oracle::of(&jobs, folder);
        let mut sums = Sums::default();
        for round in 0..JOBS / AT_ONCE {
            let lines = within(120, "a round of jobs", {
                let (jobs, folder) = (jobs.clone(), folder.to_owned());
                move || run(&jobs, &folder.join("out"))
            });
            for (kind, lines) in lines.iter().enumerate() {
                sums.add(&oracle, kind, lines, &format!("round {round}"));
            }
        }
        sums.check(nobodys(LevelFilter::DEBUG, 0), 99.0);
    });
}

/// One kind of job: what it reads, how much of its log is wanted.
#[derive(Clone)]
struct Kind {
    input: Location,
    level: LevelFilter,
}

fn at_once(clips: &[PathBuf], folder: &Path, level: LevelFilter) {
    const ROUNDS: usize = 3;
    let server = Server::of(folder);
    let by_name = |(number, clip): (usize, &PathBuf)| {
        // Every other one from a server.
        let name = clip.file_name().and_then(|it| it.to_str()).expect("the test has named it");
        let input = if number % 2 == 0 { clip.as_path().into() } else { server.url(name).as_str().into() };
        Kind { input, level }
    };
    let jobs: Vec<_> = clips.iter().enumerate().map(by_name).collect();
    assert_eq!(jobs.len(), 8);
    let oracle = Oracle::of(&jobs, folder);
    let mut sums = Sums::default();
    let before = heard::of_nobody().len();
    for round in 0..ROUNDS {
        let lines = run(&jobs, &folder.join("out"));
        for (kind, lines) in lines.iter().enumerate() {
            sums.add(&oracle, kind, lines, &format!("round {round}"));
        }
    }
    // FFmpeg's AAC encoder begins with two dozen lines about its transforms, of no context and on a thread that no context of the
    // job's has spoken on. They are at trace alone.
    sums.check(nobodys(level, before), if level == LevelFilter::TRACE { 98.0 } else { 99.0 });
}

/// What was nobody's since then, of lines that a job of that level would have been asked for.
fn nobodys(level: LevelFilter, since: usize) -> Vec<Heard> {
    heard::of_nobody().split_off(since).into_iter().filter(|it| it.level <= level).collect()
}

/// Clips of eight codecs in eight containers.
fn own() -> Vec<PathBuf> {
    vec![
        clips::coded("whose.ts", &["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-c:a", "mp2"]),
        clips::coded("whose.avi", &["-c:v", "mpeg4", "-g", "10", "-c:a", "mp2"]),
        clips::coded("whose.mpg", &["-c:v", "mpeg2video", "-g", "10", "-c:a", "mp2"]),
        clips::coded("whose.mkv", &["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "flac"]),
        clips::coded("whose.mov", &["-c:v", "prores", "-c:a", "alac"]),
        clips::coded("whose.mp4", &["-c:v", "mpeg4", "-s", "192x160", "-g", "10", "-c:a", "aac"]),
        clips::coded("whose.nut", &["-c:v", "ffv1", "-c:a", "ac3"]),
        clips::coded("whose.flv", &["-c:v", "flv", "-c:a", "aac"]),
    ]
}

fn damaged(clips: &[PathBuf], folder: &Path) -> Vec<PathBuf> {
    let copy = |(number, clip): (usize, &PathBuf)| {
        let extension = clip.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let to = folder.join(format!("damaged-{number}.{extension}"));
        corrupt::copy(clip, &to, 100);
        to
    };
    clips.iter().enumerate().map(copy).collect()
}

/// The clip as a list of damaged segments.
fn playlist(clip: &Path, folder: &Path, name: &str) -> PathBuf {
    let list = folder.join(format!("{name}.m3u8"));
    let words = ["-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0"].map(Path::new);
    let arguments = [Path::new("-i"), clip].into_iter().chain(words).chain([list.as_path()]);
    ffmpeg(arguments).expect("the list can be made");
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("and its entries").path();
        let segment = path.extension().is_some_and(|it| it == "ts");
        if segment && path.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.starts_with(name)) {
            corrupt::copy(&path, &path, 300);
        }
    }
    list
}

fn launch(kind: &Kind, output: &Path) -> Launch {
    let output = quick(output).durability(Durability::None).overwrite(Overwrite::Replace);
    let tolerance = Tolerance::default();
    Pipeline::read(kind.input.clone()).tolerance(tolerance).output(output).run().log_level(kind.level)
}

/// All of them at once, and what each is said to have written.
fn run(jobs: &[Kind], output: &Path) -> Vec<Vec<Heard>> {
    let output = |number: usize| output.with_extension(format!("{number}.mp4"));
    let running: Vec<_> = jobs.iter().enumerate().map(|(number, kind)| launch(kind, &output(number)).start()).collect();
    let ids: Vec<_> = running.iter().map(telecine::Job::id).map(JobId::number).collect();
    // What comes of them is not looked at: they are damaged.
    within(100, "jobs on damaged clips", move || running.into_iter().map(telecine::Job::wait).for_each(drop));
    let lines = ids.iter().map(|id| heard::of(*id)).collect();
    ids.into_iter().for_each(heard::forget);
    lines
}

/// What each kind of job writes when it runs alone.
struct Oracle {
    of_kinds: Vec<HashSet<String>>,
    /// The same without their numbers, and the spaces that make these as wide: what two clips of one codec say may differ in those
    /// alone, and be the same by chance.
    shapes: Vec<HashSet<String>>,
    /// In how many kinds a line comes.
    kinds_with: HashMap<String, usize>,
}

impl Oracle {
    fn of(jobs: &[Kind], folder: &Path) -> Self {
        /// Several times, for frame threads do not say everything every time.
        const TIMES: usize = 3;
        let alone = |(number, kind): (usize, &Kind)| {
            let lines = (0..TIMES).flat_map(|_| run(std::slice::from_ref(kind), &folder.join(format!("out{number}"))));
            let lines = lines.flatten().map(|it| words(&it));
            lines.collect::<HashSet<_>>()
        };
        let of_kinds: Vec<_> = jobs.iter().enumerate().map(alone).collect();
        let mut kinds_with = HashMap::new();
        for line in of_kinds.iter().flatten() {
            *kinds_with.entry(line.clone()).or_insert(0) += 1;
        }
        let shapes = of_kinds.iter().map(|lines| lines.iter().map(|it| shape(it)).collect()).collect();
        Self { of_kinds, shapes, kinds_with }
    }
}

fn shape(words: &str) -> String {
    words.chars().filter(|it| !it.is_ascii_digit() && *it != ' ').collect()
}

fn words(line: &Heard) -> String {
    format!("{} {}", line.target, line.message())
}

#[derive(Default)]
struct Sums {
    attributed: u64,
    /// Lines that are written by one kind of job only, and were written by one of that kind.
    telling: u64,
    foreign: Vec<String>,
    /// Never heard from a job alone.
    new: u64,
    /// Jobs in which x264 summed up.
    sums: u64,
}

impl Sums {
    fn add(&mut self, oracle: &Oracle, kind: usize, lines: &[Heard], scenario: &str) {
        assert!(!lines.is_empty(), "{scenario}: no lines of job {kind}");
        // What x264 sums up differs in numbers alone, so that nothing but how often it does tells of another job's.
        let sums = lines.iter().filter(|it| it.target == "telecine::ffmpeg::libx264" && it.message().starts_with("kb/s:"));
        let sums: u64 = sums.map(Heard::times).sum();
        assert!(sums <= 1, "{scenario}: x264 ends {sums} times in job {kind}");
        self.sums += sums;
        for line in lines {
            self.attributed += line.times();
            let words = words(line);
            if oracle.of_kinds[kind].contains(&words) {
                self.telling += u64::from(oracle.kinds_with[&words] == 1);
            } else if oracle.kinds_with.contains_key(&words) && !oracle.shapes[kind].contains(&shape(&words)) {
                self.foreign.push(format!("{scenario}, job {kind}: {words}"));
            } else {
                self.new += 1;
            }
        }
    }

    fn check(self, nobodys: Vec<Heard>, least: f64) {
        let lost: u64 = nobodys.iter().map(Heard::times).sum();
        let percent = self.attributed as f64 * 100.0 / (self.attributed + lost) as f64;
        let words = format!(
            "{} lines of jobs ({} telling, {} new), {lost} of nobody: {percent:.2} %; {} foreign",
            self.attributed,
            self.telling,
            self.new,
            self.foreign.len()
        );
        println!("{words}");
        let some: Vec<_> = self.foreign.iter().take(30).collect();
        let nobodys: HashMap<_, usize> = nobodys.iter().map(self::words).fold(HashMap::new(), |mut counts, it| {
            *counts.entry(it).or_default() += 1;
            counts
        });
        let mut nobodys: Vec<_> = nobodys.into_iter().collect();
        nobodys.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        nobodys.truncate(40);
        assert!(self.foreign.is_empty(), "{words}\n{some:#?}");
        assert!(percent >= least, "{words}\n{nobodys:#?}");
        assert!(self.telling > 100, "{words}");
        assert!(self.sums > 0, "{words}; none of them of x264");
        assert_eq!(telecine::logs::dropped(), 0, "{words}");
    }
}
