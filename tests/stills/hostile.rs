//! Files made to break what reads them: pictures of them, or of their sound, end soon and within bounds, in an error or in a picture.

use std::path::{Path, PathBuf};

use telecine::{Candidates, Location, Preview, Sheet, Still, Tolerance, Waveform, WebP, secs};

use crate::support::hostile::{all, own, said_of, tail};

fn borne() -> Tolerance {
    Tolerance::default().truncated()
}

#[test]
#[cfg(target_os = "linux")] // whose processes tell how much memory they have had
fn hostile_stills_end_by_themselves() {
    each("hostile::hostile_stills_end_by_themselves", |file| {
        let by_keys = Still::of(file).representative().tolerance(borne()).wait().map(|it| it.bytes.len());
        let spread = Still::of(file).among(Candidates::spread(4)).tolerance(borne()).wait().map(|it| it.bytes.len());
        let sheet = Sheet::of(file).grid(2, 2).tolerance(borne()).wait().map(|it| it.bytes.len());
        [by_keys, spread, sheet].into()
    });
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_waveforms_end_by_themselves() {
    each("hostile::hostile_waveforms_end_by_themselves", |file| {
        vec![Waveform::of(file).size(64, 48).split_channels().tolerance(borne()).wait().map(|it| it.bytes.len())]
    });
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_previews_end_by_themselves() {
    each("hostile::hostile_previews_end_by_themselves", |file| {
        let gif = Preview::of(file).range(..secs(2)).tolerance(borne()).wait().map(|it| it.bytes.len());
        let webp = Preview::of(file).spread(2, secs(1)).output(WebP::file(Location::stream("webp"))).tolerance(borne());
        [gif, webp.wait().map(|it| it.bytes.len())].into()
    });
}

/// Every file in a process of its own. Either end is a good one; which it was, is said.
fn each(test: &str, make: fn(&PathBuf) -> Vec<Result<usize, telecine::Error>>) {
    match own() {
        Some((_, file)) => {
            telecine::logs::install().expect("nothing else listens");
            for made in make(&file) {
                match made {
                    Ok(bytes) => println!("SUCCEEDED: {bytes} bytes"),
                    Err(why) => println!("FAILED: {why}"),
                }
            }
            println!("OVER");
        }
        None => all(|file| survives(test, file)),
    }
}

fn survives(test: &str, file: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let said = said_of(test, file, folder.path())?;
    if said.lines().any(|it| it == "OVER") { Ok(()) } else { Err(format!("no end; {}", tail(&said))) }
}
