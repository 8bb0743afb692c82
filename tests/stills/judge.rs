use std::ffi::OsString;
use std::fs;
use std::path::Path;

use telecine::{Error, Still, StillOutcome};

use crate::support::{oracle, within};

/// How the program makes of pictures what telecine makes by default, and the name of such a file.
pub(crate) const JPEG: (&str, &[&str]) = ("out.jpg", &["-c:v", "mjpeg", "-q:v", "4"]);
pub(crate) const PNG: (&str, &[&str]) = ("out.png", &["-c:v", "png"]);
pub(crate) const WEBP: (&str, &[&str]) = ("out.webp", &["-c:v", "libwebp", "-quality", "75"]);

/// The file that the program makes of the frame of that number, by that filter chain.
///
/// # Errors
/// What the program says.
pub(crate) fn program(clip: &Path, frame: usize, filters: &str, by: (&str, &[&str])) -> Result<Vec<u8>, String> {
    let separator = if filters.is_empty() { "" } else { "," };
    program_of(&[], clip, &format!("select=eq(n\\,{frame}){separator}{filters}"), by)
}

/// The same of the first that the filters give, of an input with those options.
///
/// # Errors
/// What the program says.
pub(crate) fn program_of(
    options: &[&str],
    clip: &Path,
    filters: &str,
    (name, codec): (&str, &[&str]),
) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = folder.path().join(name);
    let before = options.iter().chain(&["-copyts", "-i"]).map(OsString::from).chain([clip.as_os_str().to_owned()]);
    let middle = ["-map", "0:v:0", "-frames:v", "1", "-fps_mode", "passthrough", "-update", "1", "-threads", "1", "-vf", filters];
    let after = middle.iter().chain(codec).map(OsString::from).chain([out.clone().into_os_string()]);
    oracle::ffmpeg(before.chain(after))?;
    fs::read(out).map_err(|why| why.to_string())
}

pub(crate) fn made(scenario: &str, still: Still) -> StillOutcome {
    result(scenario, still).unwrap_or_else(|why| panic!("{scenario}: {why:?}"))
}

pub(crate) fn error(scenario: &str, still: Still) -> Error {
    match result(scenario, still) {
        Err(why) => why,
        Ok(outcome) => panic!("{scenario}: {outcome:?}"),
    }
}

pub(crate) fn result(scenario: &str, still: Still) -> Result<StillOutcome, Error> {
    within(60, scenario, move || still.wait())
}

/// A clip whose second half never comes, until the sender is dropped.
pub(crate) struct Stuck(pub(crate) std::io::Cursor<Vec<u8>>, pub(crate) std::sync::mpsc::Receiver<()>);

impl std::io::Read for Stuck {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 => self.1.recv().map_or(Ok(0), |()| Ok(0)),
            count => Ok(count),
        }
    }
}
