use std::ffi::OsString;
use std::fmt::Debug;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use telecine::{
    Error, Phase, Preview, PreviewOutcome, Sheet, SheetOutcome, Still, StillOutcome, Task, Waveform, WaveformOutcome,
};

use crate::support::{cancelled, oracle, until, within};

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
    let before = options.iter().chain(&["-copyts", "-i"]).map(OsString::from).chain([clip.as_os_str().to_owned()]);
    let middle = ["-map", "0:v:0", "-frames:v", "1", "-fps_mode", "passthrough", "-update", "1", "-threads", "1", "-vf", filters];
    oracle::made(name, before.chain(middle.iter().chain(codec).map(OsString::from)))
}

/// What is made of a film: a task.
pub(crate) trait Makes: Send + 'static {
    type Outcome: Debug + Send + 'static;

    fn begin(self) -> Task<Self::Outcome>;
}

macro_rules! makes {
    ($($what:ident: $outcome:ident)+) => {
        $(impl Makes for $what {
            type Outcome = $outcome;

            fn begin(self) -> Task<$outcome> {
                self.start()
            }
        })+
    };
}
makes!(Still: StillOutcome Sheet: SheetOutcome Preview: PreviewOutcome Waveform: WaveformOutcome);

pub(crate) fn made<M: Makes>(scenario: &str, what: M) -> M::Outcome {
    result(scenario, what).unwrap_or_else(|why| panic!("{scenario}: {why:?}"))
}

pub(crate) fn error(scenario: &str, what: impl Makes) -> Error {
    match result(scenario, what) {
        Err(why) => why,
        Ok(outcome) => panic!("{scenario}: {outcome:?}"),
    }
}

pub(crate) fn result<M: Makes>(scenario: &str, what: M) -> Result<M::Outcome, Error> {
    within(120, scenario, move || what.begin().wait())
}

/// That a stop is a cancel: of what is made of a clip whose second half never comes, one half would pass for all of it.
pub(crate) fn stop_is_a_cancel<M: Makes>(clip: PathBuf, what: impl FnOnce(Stuck) -> M) {
    let (release, held) = mpsc::channel();
    let mut clip = fs::read(clip).expect("it was made");
    clip.truncate(clip.len() / 2);
    let task = what(Stuck(Cursor::new(clip), held)).begin();
    let control = task.control();
    until("media flows", || control.progress().phase == Phase::Running);
    control.stop();
    let ended = within(60, "a stop", move || task.wait());
    assert!(cancelled(&ended), "{ended:?}");
    drop(release);
}

/// A clip whose second half never comes, until the sender is dropped.
pub(crate) struct Stuck(Cursor<Vec<u8>>, mpsc::Receiver<()>);

impl Read for Stuck {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => self.1.recv().map_or(Ok(0), |()| Ok(0)),
            count => Ok(count),
        }
    }
}
