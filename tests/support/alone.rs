//! Tests that need a process of their own: other rights, another umask or directory, a full disk, a death.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::within;

/// Set in the process that a test has for itself: the folder to work in.
pub(crate) const FOLDER: &str = "TELECINE_TEST_FOLDER";

/// Runs `body` in a process of its own, which runs the test called `test` alone and gives `body` an empty folder.
///
/// `wrapper` is a command that ends by executing its arguments, and finds the folder in `$TELECINE_TEST_FOLDER`.
pub(crate) fn alone(test: &str, wrapper: &[&str], body: impl FnOnce(&Path)) {
    alone_in(&[], test, wrapper, body);
}

/// The same, with these variables in its environment.
pub(crate) fn alone_in(environment: &[(&str, OsString)], test: &str, wrapper: &[&str], body: impl FnOnce(&Path)) {
    if let Some(folder) = folder() {
        return body(&folder);
    }
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut command = command(test, wrapper, folder.path());
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let output = within(300, test, move || command.output()).unwrap_or_else(|why| panic!("{wrapper:?}: {why}"));
    let said = String::from_utf8_lossy(&output.stdout);
    let report = || format!("{test}, alone: {}\n{said}{}", output.status, String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}", report());
    // A misspelt name would select no test, which is a success too.
    assert!(said.contains("1 passed"), "{}", report());
}

/// The same on one processor, where x264 uses one thread. With more, on a busy machine, a few packets of some encodings differ from
/// run to run, the `ffmpeg` program's own too.
pub(crate) fn on_one_processor(test: &str, body: impl FnOnce(&Path)) {
    on_processor(0, test, body);
}

/// The same on the `nth` of the processors, round and round, so that two such tests need not share one.
pub(crate) fn on_processor(nth: usize, test: &str, body: impl FnOnce(&Path)) {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system tells");
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).expect("some processor is allowed");
    let number = |it: &str| it.parse::<usize>().expect("the system counts them");
    let range =
        |it: &str| it.split_once('-').map_or_else(|| (number(it), number(it)), |(first, last)| (number(first), number(last)));
    let all: Vec<_> = allowed.trim().split(',').map(range).flat_map(|(first, last)| first..=last).collect();
    alone(test, &["taskset", "-c", &all[nth % all.len()].to_string()], body);
}

/// Runs what follows as somebody whom file modes bind, as they do not bind root. (Another user could not get at a checkout and an
/// FFmpeg in root's home.)
pub(crate) fn without_override() -> &'static [&'static str] {
    let root = rustix::process::geteuid().is_root();
    if root { &["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] } else { &[] }
}

/// The folder, in a process that was started by [`command`].
pub(crate) fn folder() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

/// This test binary again, to run one test alone.
pub(crate) fn command(test: &str, wrapper: &[&str], folder: &Path) -> Command {
    let this = env::current_exe().expect("the test knows its own program");
    let words = wrapper.iter().map(OsStr::new).chain([this.as_os_str()]).chain(["--exact", test, "--nocapture"].map(OsStr::new));
    let mut words = words.map(OsStr::to_owned);
    let mut command = Command::new(words.next().expect("there is a program"));
    command.args(words).env(FOLDER, folder);
    command
}
