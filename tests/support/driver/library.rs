//! The driver's libraries, built once and kept in cargo's folder.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::super::oracle::ffmpeg;

/// The part that all drivers have, and the one that decodes.
const DRIVER: [(&str, &str); 7] = [
    ("driver.h", include_str!("driver.h")),
    ("cuda.c", include_str!("cuda.c")),
    ("cuvid.c", include_str!("cuvid.c")),
    ("log.c", include_str!("log.c")),
    ("pictures.c", include_str!("pictures.c")),
    ("script.c", include_str!("script.c")),
    ("stubs.c", include_str!("stubs.c")),
];

/// The part that encodes.
const ENCODER: [(&str, &str); 10] = [
    ("encoder.h", include_str!("encoder.h")),
    ("nvenc.h", include_str!("nvenc.h")),
    ("buffers.c", include_str!("buffers.c")),
    ("guids.c", include_str!("guids.c")),
    ("nvenc.c", include_str!("nvenc.c")),
    ("picture.c", include_str!("picture.c")),
    ("session.c", include_str!("session.c")),
    ("told.c", include_str!("told.c")),
    ("x264.c", include_str!("x264.c")),
    ("x265.c", include_str!("x265.c")),
];

/// What it stays for: a context of FFmpeg's loads it anew, and what it counts is to live as long as the process.
const OPTIONS: [&str; 6] = ["-std=gnu11", "-O2", "-fPIC", "-shared", "-pthread", "-Wl,-z,nodelete"];

/// The folder with the libraries of a driver that has these parts, or why there is none.
pub(super) fn folder(decodes: bool, encodes: bool) -> Result<PathBuf, &'static str> {
    Ok(made()?.folder.join(name(decodes, encodes)))
}

/// Why no driver has a part that encodes.
pub(super) fn encodes() -> Result<(), &'static str> {
    made()?.encodes.as_ref().map(|&()| ()).map_err(String::as_str)
}

/// Changes with every change of the part that decodes.
pub(super) fn version() -> u64 {
    hash_of(&(DRIVER, OPTIONS))
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hash = DefaultHasher::new();
    value.hash(&mut hash);
    hash.finish()
}

struct Made {
    folder: PathBuf,
    encodes: Result<(), String>,
}

fn made() -> Result<&'static Made, &'static str> {
    static MADE: OnceLock<Result<Made, String>> = OnceLock::new();
    MADE.get_or_init(make).as_ref().map_err(String::as_str)
}

/// Below the folder of all.
fn name(decodes: bool, encodes: bool) -> &'static str {
    match (decodes, encodes) {
        (true, true) => "all",
        (true, false) => "decodes",
        (false, true) => "encodes",
        (false, false) => "neither",
    }
}

fn make() -> Result<Made, String> {
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
    let encodes = can_encode();
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("driver");
    let folder = all.join(format!("{:x}", hash_of(&(DRIVER, ENCODER, OPTIONS, encodes.is_ok()))));
    if !folder.exists() {
        // Made elsewhere and renamed, for another test process may want it too.
        let making = all.join(format!("making-{}", std::process::id()));
        build(&making, encodes.is_ok());
        put(&making, &folder);
    }
    Ok(Made { folder, encodes })
}

/// FFmpeg must know the device's encoders, and there must be what they are made of here.
fn can_encode() -> Result<(), String> {
    let known = ffmpeg(["-encoders"]).expect("the program knows what it was built with");
    if !known.contains(" h264_nvenc ") {
        return Err("This FFmpeg was built without nvenc".to_owned());
    }
    let mut compiler = Command::new("cc");
    compiler.args(["-fsyntax-only", "-include", "stdint.h", "-include", "x264.h", "-include", "x265.h", "-x", "c", "/dev/null"]);
    let found = compiler.output().expect("the compiler runs").status.success();
    if found { Ok(()) } else { Err("There are no headers of x264 and x265".to_owned()) }
}

fn build(folder: &Path, encodes: bool) {
    fs::create_dir_all(folder).expect("cargo's folder can be written");
    // The first is linked to by the second.
    compile(&folder.join("libcuda.so.1"), &DRIVER, &[]);
    if encodes {
        let search = format!("-L{}", folder.display());
        compile(&folder.join("libnvidia-encode.so.1"), &ENCODER, &[&search, "-l:libcuda.so.1", "-lx264", "-lx265", "-lm"]);
    }
    for (decodes, with_encoder) in [(true, true), (true, false), (false, true), (false, false)] {
        let to = folder.join(name(decodes, with_encoder));
        fs::create_dir(&to).expect("cargo's folder can be written");
        // One file, which the linker loads once: both libraries share what they know.
        link(folder, "libcuda.so.1", &to.join("libcuda.so.1"));
        if decodes {
            link(folder, "libcuda.so.1", &to.join("libnvcuvid.so.1"));
        }
        if with_encoder && encodes {
            link(folder, "libnvidia-encode.so.1", &to.join("libnvidia-encode.so.1"));
        }
    }
}

fn compile(library: &Path, sources: &[(&str, &str)], linked: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/driver");
    let sources = sources.iter().filter(|(name, _)| name.ends_with(".c")).map(|(name, _)| folder.join(name));
    let name = library.file_name().and_then(|it| it.to_str()).expect("libraries have names in ASCII");
    let mut compiler = Command::new("cc");
    compiler.args(OPTIONS).arg(format!("-Wl,-soname,{name}")).arg("-o").arg(library).args(sources).args(linked);
    let output = compiler.output().expect("the compiler runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

fn link(folder: &Path, library: &str, to: &Path) {
    fs::hard_link(folder.join(library), to).expect("cargo's folder has links");
}

/// Renames a folder that is whole now. That another process was first is as good.
pub(super) fn put(making: &Path, folder: &Path) {
    if fs::rename(making, folder).is_err() {
        assert!(folder.exists(), "{} cannot be renamed to {}", making.display(), folder.display());
        fs::remove_dir_all(making).expect("cargo's folder can be written");
    }
}
