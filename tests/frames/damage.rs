//! Damage: whatever can be decoded comes, marked where it is not right, and what is too much is the error behind it.

use std::path::Path;

use telecine::{Error, Frame, FrameIter, Frames, Tolerance};

use crate::judge::{Line, Seen, muxed, program_with};
use crate::shapes;
use crate::support::oracle::program_warnings;
use crate::support::{corrupt, within};

/// What decoders make up for what is missing depends on what else they were doing, the program's too: with one thread, and of these
/// codecs, it is the same every time.
const ALWAYS_THE_SAME: [&str; 2] = ["damaged.ts", "closed.ts"];
const ONE_THREAD: [&str; 2] = ["-threads", "1"];

/// How many frames the program calls damaged.
fn called_damaged(clip: &Path) -> u64 {
    let url = format!("file:{}", clip.to_str().expect("it is text"));
    let said = program_warnings(["-loglevel", "repeat+warning", "-threads", "1", "-i", &url, "-map", "0:v:0", "-f", "null", "-"]);
    let said = said.expect("the program is content");
    said.lines().filter(|it| it.contains("corrupt decoded frame")).count() as u64
}

fn read(clip: &Path, tolerance: Tolerance) -> (Vec<Frame>, Option<Error>, FrameIter) {
    let mut frames = Frames::read(clip).threads(1).tolerance(tolerance).start();
    within(60, &clip.display().to_string(), move || {
        let mut given = Vec::new();
        let failure = frames.by_ref().find_map(|it| it.map(|it| given.push(it)).err());
        (given, failure, frames)
    })
}

/// As lines of the program's.
fn of(frames: &[Frame]) -> Vec<Line> {
    muxed(&frames.iter().map(Seen::of).collect::<Vec<_>>())
}

fn damaged(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut clips = vec![corrupt::transport_stream(folder)];
    for (name, every) in [("closed.ts", 900), ("mpeg2.ts", 700), ("hevc.ts", 900), ("one-key.mkv", 2_000), ("mpeg4.avi", 3_000)] {
        let clip = folder.join(name);
        corrupt::copy(&shapes::named(name), &clip, every);
        clips.push(clip);
    }
    clips
}

#[test]
fn damaged_frames_come_and_are_counted_as_the_program_counts_them() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (mut all, mut problems) = (0, Vec::new());
    for clip in damaged(folder.path()) {
        let (given, failure, frames) = read(&clip, Tolerance::default().truncated());
        let marked = given.iter().filter(|it| it.is_corrupt()).count() as u64;
        let counted = frames.outcome().map(|it| it.corrupt);
        let theirs = called_damaged(&clip);
        let is_certain = ALWAYS_THE_SAME.iter().any(|it| clip.ends_with(it));
        if failure.is_some() || counted != Some(marked) || marked != theirs {
            problems
                .push(format!("{}: {failure:?}, {counted:?} counted, {marked} marked, {theirs} by the program", clip.display()));
        }
        let (ours, program): (Vec<Line>, _) = (of(&given), program_with(&clip, &ONE_THREAD).expect("the program is content"));
        let is_same = |(ours, theirs): (&Line, &Line)| ours == theirs || !is_certain && (ours.0, ours.1) == (theirs.0, theirs.1);
        if ours.len() != program.len() || !ours.iter().zip(&program).all(is_same) {
            let at = ours.iter().zip(&program).position(|(ours, theirs)| ours != theirs);
            problems.push(format!("{}: {} frames and {}, from {at:?}", clip.display(), ours.len(), program.len()));
        }
        all += marked;
    }
    assert!(problems.is_empty() && all > 20, "{all} damaged frames:\n{}", problems.join("\n"));
}

#[test]
fn too_much_damage_is_the_error_behind_the_last_frame() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let clip = corrupt::transport_stream(folder.path());
    let expected: Vec<_> = program_with(&clip, &ONE_THREAD).expect("the program is content");
    let (given, failure, frames) = read(&clip, Tolerance::default().corrupt_percent(0.0));
    assert_eq!(of(&given), expected);
    let (damaged, all) = (given.iter().filter(|it| it.is_corrupt()).count() as u64, given.len() as u64);
    assert!(
        matches!(&failure, Some(Error::Corrupt { corrupt, frames, .. }) if (*corrupt, *frames) == (damaged, all)),
        "{damaged} of {all}: {failure:?}"
    );
    assert!(frames.outcome().is_none());
    // As much as there is, is not more than that.
    let percent = damaged as f64 * 100.0 / all as f64 + 0.01;
    let (_, failure, frames) = read(&clip, Tolerance::default().corrupt_percent(percent));
    assert!(failure.is_none() && frames.outcome().is_some_and(|it| it.corrupt == damaged), "{failure:?}");
    // What is whole has none.
    let (_, failure, _) = read(&shapes::named("closed.ts"), Tolerance::default().corrupt_percent(0.0));
    assert!(failure.is_none(), "{failure:?}");
}
