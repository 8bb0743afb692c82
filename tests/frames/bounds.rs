//! How much is kept of what is read before anything of it is shown: no more than so much, however long that takes. Each in a process of
//! its own, for its memory is measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use telecine::Frames;

use crate::support::oracle::ffmpeg;
use crate::support::{alone, clips, within};

/// Five seconds of small pictures, made large by what no decoder looks at, with one key frame.
fn filled(folder: &Path, bits_per_second: &str) -> PathBuf {
    let clip = folder.join("filled.mkv");
    let picture = ["-f", "lavfi", "-i", "testsrc2=size=176x144:rate=25", "-t", "5"];
    let constant = ["-b:v", bits_per_second, "-minrate", bits_per_second, "-maxrate", bits_per_second, "-bufsize", "12M"];
    let params = "nal-hrd=cbr:force-cfr=1:keyint=9999:scenecut=0:log-level=none";
    let codec = ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", params];
    ffmpeg([&picture[..], &codec, &constant, &[text(&clip)]].concat()).expect("the clip can be made");
    clip
}

fn text(path: &Path) -> &str {
    path.to_str().expect("it is text")
}

fn mib(clip: &Path) -> u64 {
    fs::metadata(clip).expect("it was made").len() >> 20
}

/// The first frame, and by how many MiB reading to it has raised the most that the process ever held.
fn raised(frames: Frames) -> (Option<Duration>, u64) {
    // What any reading takes is no part of it.
    assert!(Frames::read(clips::short()).threads(1).start().all(|it| it.is_ok()));
    let before = peak_mib();
    let mut frames = frames.threads(1).start();
    let first = within(120, "a first frame", move || frames.next()).expect("there is one").expect("it is whole");
    (first.time(), peak_mib() - before)
}

fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the system tells");
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).expect("it says how much");
    peak.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

/// The second film begins so late that all of the first lies before it, and is looked for because when it begins is not in the header.
#[test]
#[cfg(target_os = "linux")] // whose processes tell how much memory they have had
fn what_is_read_to_find_the_beginnings_of_streams() {
    alone::alone("bounds::what_is_read_to_find_the_beginnings_of_streams", &[], |folder| {
        let (first, clip) = (filled(folder, "150M"), folder.join("late.mkv"));
        let late = clips::coded("late.mkv", &["-an", "-c:v", "libx264", "-preset", "ultrafast", "-t", "1"]);
        let both =
            ["-i", text(&first), "-itsoffset", "5", "-i", text(&late), "-map", "0", "-map", "1", "-c", "copy", text(&clip)];
        ffmpeg(both).expect("the clip can be made");
        let (first, raised) = raised(Frames::read(&clip));
        assert_eq!(first, Some(Duration::ZERO));
        assert!(mib(&clip) > 80 && raised < 40, "{raised} MiB more for {} MiB", mib(&clip));
    });
}

/// Of what cannot be decoded from anywhere but the beginning, nothing may be left out.
#[test]
#[cfg(target_os = "linux")]
fn what_is_read_before_it_is_decoded() {
    alone::alone("bounds::what_is_read_before_it_is_decoded", &[], |folder| {
        let clip = filled(folder, "300M");
        let (found, raised) = raised(Frames::read(&clip).at(Duration::from_millis(4_900)));
        assert_eq!(found, Some(Duration::from_millis(4_880)));
        // 64 MiB of packets, and what holds them.
        assert!(mib(&clip) > 170 && raised < 110, "{raised} MiB more for {} MiB", mib(&clip));
    });
}
