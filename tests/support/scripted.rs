//! What the stand-ins for drivers share: a folder with the script of what they are to do, and with the log of what they were asked for.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::alone;
use super::driver::Log;
use super::driver::table::{self, Recording};

/// A driver's folder. In a process that was started to find it, it is the one of that process, and what the driver is to do has been
/// said.
pub(crate) struct Scripted {
    /// Names the folder to the driver.
    variable: &'static str,
    folder: PathBuf,
    /// None in a process for itself: the folder is that of the process that started it.
    owned: Option<TempDir>,
    devices: Vec<String>,
    script: String,
}

impl Scripted {
    /// None in a process that starts others.
    pub(crate) fn of_this_process(variable: &'static str) -> Option<Self> {
        let folder = env::var_os(variable).map(PathBuf::from)?;
        Some(Self { variable, folder, owned: None, devices: Vec::new(), script: String::new() })
    }

    pub(crate) fn new(variable: &'static str, devices: &[&str]) -> Self {
        let owned = tempfile::tempdir().expect("there is room for a folder");
        let folder = owned.path().to_owned();
        Self { variable, folder, owned: Some(owned), devices: Vec::new(), script: String::new() }.devices(devices)
    }

    /// In a process that starts others.
    pub(crate) fn is_owned(&self) -> bool {
        self.owned.is_some()
    }

    /// These, in place of those that there were.
    pub(crate) fn devices(mut self, names: &[&str]) -> Self {
        self.devices = names.iter().map(|&it| it.to_owned()).collect();
        self.written()
    }

    /// The first video stream of that clip, as `D` is given it. What is known is kept in cargo's folder.
    pub(crate) fn knows<D: Recording>(self, clip: &Path) -> Self {
        if !self.is_owned() {
            return self;
        }
        let pictures = table::of::<D>(clip);
        self.line(&format!("pictures {}", pictures.display()))
    }

    pub(crate) fn line(mut self, line: &str) -> Self {
        writeln!(self.script, "{line}").expect("a text takes everything");
        self.written()
    }

    /// For a process that is to find a driver with these libraries.
    pub(crate) fn environment(&self, libraries: PathBuf) -> [(&'static str, OsString); 2] {
        let before = env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let all = [libraries].into_iter().chain(env::split_paths(&before));
        let all = env::join_paths(all).expect("cargo's folder has no colon in its name");
        [("LD_LIBRARY_PATH", all), (self.variable, self.folder.clone().into_os_string())]
    }

    /// Runs `body` in a process of its own with that environment, as [`alone`](alone::alone) does.
    pub(crate) fn alone(
        &self,
        environment: impl FnOnce() -> Vec<(&'static str, OsString)>,
        test: &str,
        wrapper: &[&str],
        body: impl FnOnce(&Path),
    ) {
        let environment = if self.is_owned() { environment() } else { Vec::new() };
        alone::alone_in(&environment, test, wrapper, body);
    }

    pub(crate) fn log(&self) -> Log {
        Log::read(&self.folder.join("log"))
    }

    pub(crate) fn release(&self) {
        fs::write(self.folder.join("release"), "").expect("the driver's folder can be written");
    }

    fn written(self) -> Self {
        if self.is_owned() {
            let devices = self.devices.iter().map(|it| format!("device {it}\n"));
            let script: String = devices.chain([self.script.clone()]).collect();
            fs::write(self.folder.join("script"), script).expect("the driver's folder can be written");
        }
        self
    }
}

/// Written past the test harness, which keeps what a test that passes says to itself.
pub(crate) fn say(what: &str) {
    std::io::stderr().write_all(format!("\n*** {what}\n\n").as_bytes()).expect("standard error is open");
}
