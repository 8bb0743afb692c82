//! Files made to break what reads them: their frames end, soon and within bounds, in an error or in nothing more.

use std::path::Path;
use std::time::Duration;

use telecine::analysis::Scenes;
use telecine::{FrameIter, Frames};

use crate::support::hostile::{all, own, said_of, tail};

#[test]
#[cfg(target_os = "linux")] // whose processes tell how much memory they have had
fn hostile_files_end_by_themselves() {
    match own() {
        Some((_, file)) => read(Frames::read(file).start()),
        None => all(|file| survives("hostile::hostile_files_end_by_themselves", file)),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_files_are_looked_into_within_the_same_bounds() {
    match own() {
        Some((_, file)) => read(Frames::read(file).at(Duration::from_secs(2)).start()),
        None => all(|file| survives("hostile::hostile_files_are_looked_into_within_the_same_bounds", file)),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_scenes_end_by_themselves() {
    match own() {
        Some((_, file)) => read(Frames::read(file).scene_changes(Scenes::default()).start()),
        None => all(|file| survives("hostile::hostile_scenes_end_by_themselves", file)),
    }
}

/// In the process of its own. Either end is a good one; which it was, is said.
fn read(mut frames: FrameIter) {
    let mut bytes = 0_u64;
    for frame in frames.by_ref() {
        match frame {
            // Every byte of every row is looked at.
            Ok(frame) => bytes += frame.planes().flat_map(|it| it.rows()).flatten().map(|it| u64::from(*it & 1)).sum::<u64>(),
            Err(why) => println!("FAILED: {why}"),
        }
    }
    if let Some(outcome) = frames.outcome() {
        println!("SUCCEEDED: {} frames, {bytes} bits", outcome.frames);
    }
}

fn survives(test: &str, file: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let said = said_of(test, file, folder.path())?;
    let ends = said.matches("SUCCEEDED").count() + said.matches("FAILED").count();
    if ends == 1 { Ok(()) } else { Err(format!("{ends} ends; {}", tail(&said))) }
}
