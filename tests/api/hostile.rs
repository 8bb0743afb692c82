//! Files made to break what reads them. Each ends by itself, soon and within bounds, in an error or in a whole output.
//!
//! Every file gets a process of its own, which does with it what any application would, with the defaults.

use std::path::Path;

use telecine::Pipeline;

use crate::support::hostile::{all, own, said_of, tail};
use crate::support::{Media, names, quick};

const OUTPUT: &str = "out.mp4";

#[test]
#[cfg(target_os = "linux")] // whose processes tell how much memory they have had
fn hostile_files_end_by_themselves() {
    match own() {
        Some((folder, file)) => transcode(&folder, &file),
        None => all(|file| survives("hostile::hostile_files_end_by_themselves", file)),
    }
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_files_are_probed_within_the_same_bounds() {
    match own() {
        // Either end is a good one, and neither leaves an output.
        Some((_, file)) => match telecine::probe(file).wait() {
            Ok(info) => println!("FAILED to be an error: {}", info.container),
            Err(why) => println!("FAILED: {why}"),
        },
        None => all(|file| survives("hostile::hostile_files_are_probed_within_the_same_bounds", file)),
    }
}

/// In the process of its own. Both ends are good ones; which it was, is said.
fn transcode(folder: &Path, file: &Path) {
    let result = Pipeline::read(file).output(quick(folder.join(OUTPUT))).start().wait();
    match result {
        Ok(_) => println!("SUCCEEDED"),
        Err(why) => println!("FAILED: {why}"),
    }
}

/// From outside, where neither a crash nor a loop goes unseen.
fn survives(test: &str, file: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let said = said_of(test, file, folder.path())?;
    let left = names(folder.path());
    if said.contains("SUCCEEDED") {
        if left != [OUTPUT] {
            return Err(format!("succeeded, and there is {left:?}"));
        }
        return Media::at(folder.path().join(OUTPUT)).decode().map_err(|why| format!("its output does not decode: {why}"));
    }
    match said.contains("FAILED") && left.is_empty() {
        true => Ok(()),
        false => Err(format!("{left:?} is left; {}", tail(&said))),
    }
}
