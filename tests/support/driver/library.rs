//! The driver's libraries, built once and kept in cargo's folder.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::super::oracle::ffmpeg;

/// Below the folder of the libraries: a driver that cannot decode.
pub(super) const WITHOUT_DECODERS: &str = "without-decoders";

const SOURCES: [(&str, &str); 7] = [
    ("driver.h", include_str!("driver.h")),
    ("cuda.c", include_str!("cuda.c")),
    ("cuvid.c", include_str!("cuvid.c")),
    ("log.c", include_str!("log.c")),
    ("pictures.c", include_str!("pictures.c")),
    ("script.c", include_str!("script.c")),
    ("stubs.c", include_str!("stubs.c")),
];

/// What it stays for: a context of FFmpeg's loads it anew, and what it counts is to live as long as the process.
const OPTIONS: [&str; 8] =
    ["-std=gnu11", "-O2", "-fPIC", "-shared", "-pthread", "-Wl,-z,nodelete", "-Wl,-soname,libcuda.so.1", "-o"];

/// Where the libraries are, or why there are none.
pub(super) fn folder() -> Result<&'static PathBuf, &'static str> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOLDER.get_or_init(make).as_ref().map_err(String::as_str)
}

/// Changes with every change of the driver.
pub(super) fn version() -> u64 {
    let mut version = DefaultHasher::new();
    (SOURCES, OPTIONS).hash(&mut version);
    version.finish()
}

fn make() -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_pointer_width = "64")) {
        return Err("The scripted driver is for Linux of 64 bits".to_owned());
    }
    let known = ffmpeg(["-hwaccels"]).expect("the program knows what it was built with");
    if !known.lines().any(|it| it == "cuda") {
        return Err("This FFmpeg was built without cuda".to_owned());
    }
    if Command::new("cc").arg("--version").output().is_err() {
        return Err("There is no C compiler, cc".to_owned());
    }
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("driver");
    let folder = all.join(format!("{:x}", version()));
    if !folder.exists() {
        // Made elsewhere and renamed, for another test process may want it too.
        let making = all.join(format!("making-{}", std::process::id()));
        build(&making);
        put(&making, &folder);
    }
    Ok(folder)
}

fn build(folder: &Path) {
    let without = folder.join(WITHOUT_DECODERS);
    fs::create_dir_all(&without).expect("cargo's folder can be written");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/driver");
    let sources = SOURCES.iter().filter(|(name, _)| name.ends_with(".c")).map(|(name, _)| sources.join(name));
    let library = folder.join("libcuda.so.1");
    let output = Command::new("cc").args(OPTIONS).arg(&library).args(sources).output().expect("the compiler runs");
    assert!(output.status.success(), "the driver: {}", String::from_utf8_lossy(&output.stderr));
    // One file, which the linker loads once: both libraries share what they know.
    for name in [folder.join("libnvcuvid.so.1"), without.join("libcuda.so.1")] {
        fs::hard_link(&library, name).expect("cargo's folder has links");
    }
}

/// Renames a folder that is whole now. That another process was first is as good.
pub(super) fn put(making: &Path, folder: &Path) {
    if fs::rename(making, folder).is_err() {
        assert!(folder.exists(), "{} cannot be renamed to {}", making.display(), folder.display());
        fs::remove_dir_all(making).expect("cargo's folder can be written");
    }
}
