use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use telecine::Pipeline;

use crate::support::oracle::{Media, ffmpeg, without_bits};
use crate::support::{outcome, within};

/// The extension of a segment that needs its set's header.
const FRAGMENT: &str = "m4s";

/// Runs the pipeline that `make` makes to write into a directory, and its command with another directory instead, and compares
/// everything that was written there.
pub(crate) fn agree(name: &str, make: impl Fn(&Path) -> Pipeline) {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pipeline = make(ours.path());
    let planned = pipeline.clone();
    let plan = within(60, name, move || planned.plan().wait()).unwrap_or_else(|why| panic!("{name}: {why}"));
    outcome(name, pipeline);
    let (from, to) = (ours.path().to_str().unwrap(), theirs.path().to_str().unwrap());
    // The program makes no directories.
    for directory in below(ours.path()).into_iter().filter(|it| ours.path().join(it).is_dir()) {
        fs::create_dir(theirs.path().join(directory)).unwrap();
    }
    let arguments: Vec<_> = plan.command.arguments().iter().map(|it| it.replace(from, to)).collect();
    ffmpeg(&arguments).unwrap_or_else(|why| panic!("{name}: {}: {why}", plan.command));
    compare(name, ours.path(), theirs.path(), &plan.command.to_string());
    // What a shell makes of the line is what it was.
    let line = plan.command.to_string();
    let said = Command::new("sh").args(["-c", &format!("printf '%s\\0' {line}")]).output().unwrap();
    let words: Vec<_> = said.stdout.split(|it| *it == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    assert_eq!(&words[1..words.len() - 1], plan.command.arguments(), "{name}");
}

/// Runs the pipeline and the arguments that `make` makes to write into a directory, each in its own, and compares the same.
pub(crate) fn same_as(name: &str, make: impl Fn(&Path) -> (Pipeline, Vec<String>)) {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    outcome(name, make(ours.path()).0);
    ffmpeg(make(theirs.path()).1).unwrap_or_else(|why| panic!("{name}: {why}"));
    compare(name, ours.path(), theirs.path(), name);
}

/// Everything that was written into two directories.
fn compare(name: &str, ours: &Path, theirs: &Path, command: &str) {
    let files = below(ours);
    assert!(!files.is_empty(), "{name} wrote nothing");
    assert_eq!(files, below(theirs), "{name}: {command}");
    for file in files.into_iter().filter(|it| ours.join(it).is_file()) {
        let (ours, theirs) = (ours.join(&file), theirs.join(&file));
        let what = |what: &str| format!("{name}, {what} of {}: {command}", file.display());
        // Of a set, each file to the byte: not each of them is media of itself.
        if file.parent() != Some(Path::new("")) {
            let is_same = fs::read(&ours).unwrap() == fs::read(&theirs).unwrap();
            let text = |it: &Path| fs::read_to_string(it).unwrap_or_default();
            // Segments differ as x264 does from itself.
            let is_x264s = command.contains("libx264") && file.extension().is_some_and(|it| it == "ts" || it == FRAGMENT);
            assert!(is_same || is_x264s, "{}\n{}\n{}", what("bytes"), text(&ours), text(&theirs));
            if is_same {
                continue;
            }
        }
        let (ours, theirs) = (whole(&ours), whole(&theirs));
        let description = |it: &Media| without_rate(&file, command, &without_order(&it.description()));
        let packets = |it: &Media| {
            if file.extension().is_some_and(|it| it == "ogg") { without_side_data(&it.packets()) } else { it.packets() }
        };
        let (ours, theirs) = (Media::at(ours), Media::at(theirs));
        let (mut packets, mut descriptions) = ([packets(&ours), packets(&theirs)], [description(&ours), description(&theirs)]);
        if packets[0] != packets[1] && command.contains("libx264") {
            packets = packets.map(|it| without_bits(&it));
            descriptions = descriptions.map(|it| without_sizes(&it));
        }
        same(&packets[0], &packets[1], &what("packets"));
        same(&descriptions[0], &descriptions[1], &what("streams and tags"));
    }
}

/// The file, or for a fragment, which is no media of itself, one of it behind the header that its set has for it.
fn whole(file: &Path) -> PathBuf {
    if file.extension().is_none_or(|it| it != FRAGMENT) {
        return file.to_owned();
    }
    let name = file.file_name().unwrap().to_str().unwrap();
    let (rendition, _) = name.split_once("segment_").unwrap();
    let header = fs::read(file.with_file_name(format!("{rendition}init.mp4"))).unwrap();
    let whole = file.with_extension("whole");
    fs::write(&whole, [header, fs::read(file).unwrap()].concat()).unwrap();
    whole
}

fn without_sizes(description: &str) -> String {
    let tells_size = |it: &&str| ["size=", "bit_rate=", "TAG:BPS"].iter().any(|size| it.starts_with(size));
    description.lines().filter(|it| !tells_size(it)).collect::<Vec<_>>().join("\n")
}

/// Compares line by line, and shows no more than the first lines that differ.
fn same(ours: &str, theirs: &str, what: &str) {
    let pairs = ours.lines().zip(theirs.lines()).filter(|(ours, theirs)| ours != theirs);
    let differ: Vec<_> = pairs.take(8).map(|(ours, theirs)| format!("  ours {ours}, theirs {theirs}")).collect();
    assert!(differ.is_empty(), "{what}\n{}", differ.join("\n"));
    assert_eq!(ours.lines().count(), theirs.lines().count(), "{what}: one has more");
}

/// Tags in the order of their names, for theirs means nothing.
fn without_order(description: &str) -> String {
    let mut lines: Vec<_> = description.lines().collect();
    lines.chunk_by_mut(|one, other| one.starts_with("TAG:") && other.starts_with("TAG:")).for_each(<[_]>::sort_unstable);
    lines.join("\n")
}

/// What follows from the frame rate that these containers note besides: the engine tells them none, the program does. The times of all
/// packets have been compared. SVT-AV1 does not say how long its packets are, so that MP4 works out the last one's by the rate.
fn without_rate(file: &Path, command: &str, description: &str) -> String {
    const FOLLOW: [&str; 9] = [
        "size",
        "bit_rate",
        "avg_frame_rate",
        "r_frame_rate",
        "start_pts",
        "start_time",
        "duration_ts",
        "duration",
        "TAG:DURATION",
    ];
    let by_svt = command.contains("libsvtav1");
    let notes = by_svt || file.extension().is_some_and(|it| ["mkv", "webm", "flv", "ts"].iter().any(|known| it == *known));
    let follows = |line: &&str| notes && line.split_once('=').is_some_and(|(key, _)| FOLLOW.contains(&key));
    description.lines().filter(|it| !follows(it)).collect::<Vec<_>>().join("\n")
}

/// Ogg's has all tags in it, in the order in which they were written.
fn without_side_data(packets: &str) -> String {
    packets.lines().map(|it| it.split(", S=").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Everything in a directory, and in those in it.
fn below(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in directory.read_dir().unwrap() {
        let entry = entry.unwrap();
        let name = PathBuf::from(entry.file_name());
        if entry.path().is_dir() {
            found.extend(below(&entry.path()).into_iter().map(|it| name.join(it)));
        }
        found.push(name);
    }
    found.sort();
    found
}
