//! Frames that are kept, and frames that nobody takes.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use telecine::{Frame, Frames};

use crate::judge::{Line, line, program};
use crate::support::clips::coded;
use crate::support::{alone, clips, within};

/// 750 frames.
pub(crate) fn many() -> PathBuf {
    coded("many.mp4", &["-an", "-vf", "fps=150", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"])
}

/// Whatever the decoder does meanwhile, and whoever looks at them.
#[test]
fn frames_that_are_kept_stay_as_they_are() {
    const KEPT: usize = 500;
    let expected = program(&many()).expect("it is whole");
    assert!(expected.len() > KEPT);
    let (mut kept, mut early) = (Vec::new(), Vec::new());
    let (lookers, hashes): (Vec<_>, Vec<_>) = (0..3).map(|_| looker()).unzip();
    let (kept, early) = within(120, "a reading whose frames are kept", move || {
        for frame in Frames::read(many()).start() {
            let frame: Frame = frame.expect("it is whole");
            if kept.len() < KEPT {
                lookers[kept.len() % lookers.len()].send(frame.clone()).expect("it looks");
                kept.push(frame);
            } else {
                early.push(line(&frame));
            }
        }
        (kept, early)
    });
    // While decoding went on, and afterwards.
    let seen_elsewhere: Vec<_> = hashes.into_iter().map(|it| within(60, "a looker", || it.join().expect("no panic"))).collect();
    for (index, frame) in kept.iter().enumerate() {
        assert_eq!(line(frame), expected[index], "kept, frame {index}");
        assert_eq!(seen_elsewhere[index % 3][index / 3], expected[index], "elsewhere, frame {index}");
    }
    assert_eq!(early, expected[KEPT..]);
}

/// A thread that looks at whatever it is sent, and drops it.
fn looker() -> (mpsc::Sender<Frame>, thread::JoinHandle<Vec<Line>>) {
    let (sender, frames) = mpsc::channel::<Frame>();
    (sender, thread::spawn(move || frames.into_iter().map(|it| line(&it)).collect()))
}

#[test]
fn clones_share_their_pixels() {
    let frame = Frames::read(clips::short()).start().next().expect("there is one").expect("it is whole");
    let clone = frame.clone();
    let bytes = |it: &Frame| it.plane(0).expect("it has pixels").bytes().as_ptr() as usize;
    assert_eq!(bytes(&frame), bytes(&clone));
    let before = line(&frame);
    drop(frame);
    assert_eq!(line(&clone), before);
}

/// Kept beyond the reading, which has been dropped, and its file, which is gone.
#[test]
fn a_frame_outlives_its_reading_and_its_file() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let clip = folder.path().join("clip.mp4");
    fs::copy(clips::short(), &clip).expect("there is room");
    let expected = program(&clip).expect("it is whole");
    let kept: Vec<_> = Frames::read(clip).start().take(3).map(|it| it.expect("it is whole")).collect();
    drop(folder);
    assert_eq!(kept.iter().map(line).collect::<Vec<_>>(), expected[..3]);
}

/// Two minutes, of which nobody takes a frame for as long as another reading needs for all of them.
#[test]
#[cfg(target_os = "linux")] // whose processes tell how much memory they have
fn what_nobody_takes_is_not_decoded() {
    const THREADS: u16 = 4;
    alone::alone("holding::what_nobody_takes_is_not_decoded", &[], |_| {
        let all = |scenario: &str| {
            let frames = Frames::read(clips::long()).threads(THREADS).start();
            within(300, scenario, move || frames.filter(Result::is_ok).count())
        };
        let (count, before) = (all("all of it, to begin with"), memory_mib());
        let mut left = Frames::read(clips::long()).threads(THREADS).start();
        assert_eq!(all("all of it, beside one that nobody takes from"), count);
        // A frame of these is a third of a MiB, so that all of them were a thousand MiB.
        let grown = memory_mib().saturating_sub(before);
        assert!(count > 2_000 && grown < 64, "{count} frames, {grown} MiB more");
        left.control().stop();
        let (decoded, left) = within(60, "what nobody took", move || (left.by_ref().filter(Result::is_ok).count(), left));
        assert_eq!(left.outcome().map(|it| it.frames), Some(decoded as u64));
        // The queue, the one that waits for room, one a thread, and those that the codec may hold back.
        let most = 2 + 1 + usize::from(THREADS) + 16;
        assert!(decoded <= most, "{decoded} frames were decoded");
    });
}

fn memory_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the system tells");
    let resident = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).expect("it says how much");
    resident.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}
