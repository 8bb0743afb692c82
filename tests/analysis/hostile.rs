//! Files made to break what reads them: an analysis of them ends, soon and within bounds, in an error or in nothing more.

use std::path::Path;

use telecine::analysis::{Black, Crop, Freeze, Loudness, Scenes, Silence};
use telecine::{Analysis, EventIter};

use crate::support::hostile::{all, own, said_of, tail};

#[test]
#[cfg(target_os = "linux")] // whose processes tell how much memory they have had
fn hostile_pictures_end_by_themselves() {
    let pictures = |file| {
        let scenes = Analysis::pictures(file).scenes(Scenes::default());
        scenes.black(Black::default()).freeze(Freeze::default()).crop(Crop::default()).start()
    };
    match own() {
        Some((_, file)) => read(pictures(file)),
        None => all(|file| survives("hostile::hostile_pictures_end_by_themselves", file)),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_sound_ends_by_itself() {
    let sound = |file| {
        let silence = Analysis::sound(file).silence(Silence::default().each_channel());
        silence.loudness(Loudness::default().true_peak()).start()
    };
    match own() {
        Some((_, file)) => read(sound(file)),
        None => all(|file| survives("hostile::hostile_sound_ends_by_itself", file)),
    }
}

/// In the process of its own. Either end is a good one; which it was, is said.
fn read(mut events: EventIter) {
    telecine::logs::install().unwrap();
    let mut count = 0;
    for event in events.by_ref() {
        match event {
            Ok(_) => count += 1,
            Err(why) => println!("FAILED: {why}"),
        }
    }
    if let Some(outcome) = events.outcome() {
        println!("SUCCEEDED: {count} events in {}", outcome.frames);
    }
}

fn survives(test: &str, file: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let said = said_of(test, file, folder.path())?;
    let ends = said.matches("SUCCEEDED").count() + said.matches("FAILED").count();
    if ends == 1 { Ok(()) } else { Err(format!("{ends} ends; {}", tail(&said))) }
}
