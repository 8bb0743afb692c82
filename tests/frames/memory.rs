//! How much memory sampling takes: no more for ten times the film, whatever is wanted of it.

#![cfg(target_os = "linux")] // whose processes tell how much memory they have had

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use telecine::analysis::Scenes;
use telecine::{Frames, secs};

use crate::support::clips::make_with;
use crate::support::{alone, within};

/// So many seconds of 25 frames each, with no key frame but the first, or one in ten seconds. A frame takes 37 KiB, a packet 13.
fn film(seconds: u32, apart: &str) -> PathBuf {
    let options = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-sc_threshold", "0", "-pix_fmt", "yuv420p"];
    let picture = "testsrc2=size=176x144:rate=25,noise=alls=40:allf=t";
    let length = seconds.to_string();
    make_with(&format!("{seconds}-{apart}.mkv"), &["-f", "lavfi", "-i", picture], &options, &["-g", apart, "-t", &length])
}

/// What is wanted, and what it is called.
type Way = (&'static str, fn(Frames) -> Frames);

/// From all frames to one of them.
const WAYS: [Way; 9] = [
    ("all", |it| it),
    ("every 40 ms", |it| it.every(Duration::from_millis(40))),
    ("every second", |it| it.every(secs(1))),
    ("every hour", |it| it.every(secs(3_600))),
    ("every 25th", |it| it.nth(25)),
    ("every billionth", |it| it.nth(1_000_000_000)),
    ("spread", |it| it.spread(3)),
    ("key frames", |it| it.key_frames()),
    ("scenes", |it| it.scene_changes(Scenes::default())),
];

/// In the process of a way's own: its number, and the film.
const WAY: &str = "TELECINE_TEST_WAY";
const FILM: &str = "TELECINE_TEST_FILM";
const NAME: &str = "memory::ten_times_the_film_takes_no_more_memory";

/// What comes and goes with threads and allocators.
const NOISE_KIB: u64 = 8 * 1024;
/// What is looked at before it is decoded takes no more than that: 16 MiB of packets, and as much again where a key frame is sought.
const AHEAD_KIB: u64 = 36 * 1024;

#[test]
fn ten_times_the_film_takes_no_more_memory() {
    if let (Some(way), Some(film)) = (env::var(WAY).ok(), env::var_os(FILM)) {
        return read(WAYS[way.parse::<usize>().expect("a number")].1, film.as_ref());
    }
    for apart in ["250", "99999"] {
        let (short, long) = (film(40, apart), film(400, apart));
        let all = peak_kib(0, &short);
        for (way, (name, _)) in WAYS.iter().enumerate() {
            // Where nothing can be passed over, all of the shorter film is less than may be looked at.
            let less = if apart == "250" { peak_kib(way, &short) } else { all + AHEAD_KIB };
            let more = peak_kib(way, &long);
            // All packets of the longer film were 130 MiB, and all frames 370.
            assert!(more < less + NOISE_KIB, "{apart}, {name}: {more} KiB, and {less} KiB for a tenth of it");
            assert!(more < all + AHEAD_KIB + NOISE_KIB, "{apart}, {name}: {more} KiB, and {all} KiB for all frames");
        }
    }
}

/// The most that a process has had which read the film in that way.
fn peak_kib(way: usize, film: &Path) -> u64 {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut command = alone::command(NAME, &[], folder.path());
    command.env(WAY, way.to_string()).env(FILM, film);
    let output = within(300, WAYS[way].0, move || command.output()).expect("it can be run");
    let said = String::from_utf8_lossy(&output.stdout);
    let peak = said.lines().find_map(|it| it.strip_prefix("PEAK: ")).and_then(|it| it.parse().ok());
    peak.unwrap_or_else(|| panic!("{}: {output:?}", WAYS[way].0))
}

fn read(with: impl FnOnce(Frames) -> Frames, film: &Path) {
    let frames = with(Frames::read(film).threads(2)).start();
    assert!(frames.inspect(|it| assert!(it.is_ok(), "{it:?}")).count() > 0);
    let status = fs::read_to_string("/proc/self/status").expect("the system tells");
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).expect("it says how much");
    // On a line of its own, which the test's name would otherwise begin.
    println!("\nPEAK: {}", peak.trim().trim_end_matches(" kB"));
}
