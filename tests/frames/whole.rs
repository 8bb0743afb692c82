//! Whole files: every frame that the program has, in its order, with its time and its pixels. Of what is found so, single frames and
//! parts are asked for.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use telecine::{Frames, Select, Tolerance};

use crate::judge::{Seen, muxed, program, seen};
use crate::support::{corpus, within};
use crate::{seek, shapes};

#[test]
fn made_clips_come_out_as_with_the_program() {
    compare_all(&shapes::all(), 8);
}

#[test]
fn clips_by_others_come_out_as_with_the_program() {
    let clips = corpus::clips("whether frames are those of the ffmpeg program");
    if !clips.is_empty() {
        compare_all(&clips, 2);
    }
}

/// And asks each for the frames at so many times.
fn compare_all(clips: &[PathBuf], times: usize) {
    let (queue, problems) = (Mutex::new(clips.iter()), Mutex::new(Vec::new()));
    let (take, with_frames) = (|| queue.lock().unwrap().next(), Mutex::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(clip) = take() {
                    let found = match compare(clip) {
                        Ok(all) => {
                            *with_frames.lock().unwrap() += usize::from(!all.is_empty());
                            seek::problems_of(clip, &all, times)
                        }
                        Err(problem) => vec![problem],
                    };
                    problems.lock().unwrap().extend(found.into_iter().map(|it| format!("{}: {it}", clip.display())));
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "{} problems with {} clips:\n{}", problems.len(), clips.len(), problems.join("\n"));
    assert!(*with_frames.lock().unwrap() * 10 > clips.len() * 8, "too few of the clips have frames");
}

/// All frames, or what is wrong with them.
fn compare(clip: &Path) -> Result<Vec<Seen>, String> {
    let theirs = program(clip);
    let frames = first_stream(clip);
    let (all, failure) = within(180, &clip.display().to_string(), move || seen(frames));
    let ours = muxed(&all);
    match (theirs, failure) {
        (Err(_), Some(_)) if ours.is_empty() => Ok(all),
        (Ok(theirs), None) if ours == theirs => Ok(all),
        (Ok(theirs), None) => {
            let at = ours.iter().zip(&theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
            let count = (ours.len(), theirs.len());
            Err(format!("{count:?} frames of ours and theirs; number {at} differs: {:?}, {:?}", ours.get(at), theirs.get(at)))
        }
        (theirs, failure) => {
            Err(format!("{failure:?} after {} frames; the program: {:?}", ours.len(), theirs.map(|it| it.len())))
        }
    }
}

/// What the program's `-map 0:v:0` is in every clip that has no cover art.
pub(crate) fn first_stream(clip: &Path) -> Frames {
    Frames::read(clip).select(Select::nth(0)).tolerance(Tolerance::default().truncated())
}
