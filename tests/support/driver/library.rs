//! The driver's libraries, built once and kept in cargo's folder.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::super::oracle::ffmpeg;

/// The part that all drivers have, and the one that decodes.
const DRIVER: [(&str, &str); 10] = [
    ("driver.h", include_str!("driver.h")),
    ("cuda.c", include_str!("cuda.c")),
    ("cuvid.c", include_str!("cuvid.c")),
    ("kernels.h", include_str!("kernels.h")),
    ("kernels.c", include_str!("kernels.c")),
    ("log.c", include_str!("log.c")),
    ("modules.c", include_str!("modules.c")),
    ("pictures.c", include_str!("pictures.c")),
    ("script.c", include_str!("script.c")),
    ("stubs.c", include_str!("stubs.c")),
];

/// The part that encodes.
const ENCODER: [(&str, &str); 12] = [
    ("coder.h", include_str!("coder.h")),
    ("encoder.h", include_str!("encoder.h")),
    ("nvenc.h", include_str!("nvenc.h")),
    ("buffers.c", include_str!("buffers.c")),
    ("guids.c", include_str!("guids.c")),
    ("nvenc.c", include_str!("nvenc.c")),
    ("picture.c", include_str!("picture.c")),
    ("session.c", include_str!("session.c")),
    ("svt.c", include_str!("svt.c")),
    ("told.c", include_str!("told.c")),
    ("x264.c", include_str!("x264.c")),
    ("x265.c", include_str!("x265.c")),
];

/// What it stays for: a context of FFmpeg's loads it anew, and what it counts is to live as long as the process.
pub(crate) const OPTIONS: [&str; 6] = ["-std=gnu11", "-O2", "-fPIC", "-shared", "-pthread", "-Wl,-z,nodelete"];

/// The folder with the libraries of a driver that has these parts, or why there is none.
pub(super) fn folder(decodes: bool, encodes: bool) -> Result<PathBuf, &'static str> {
    Ok(made()?.folder.join(name(decodes, encodes)))
}

/// Why no driver has a part that encodes.
pub(super) fn encodes() -> Result<(), &'static str> {
    made()?.encodes
}

/// Why none encodes AV1.
pub(super) fn encodes_av1() -> Result<(), &'static str> {
    encodes()?;
    made()?.av1
}

/// Changes with every change of the part that decodes.
pub(super) fn version() -> u64 {
    hash_of(&(DRIVER, OPTIONS))
}

pub(crate) fn hash_of(value: &impl Hash) -> u64 {
    let mut hash = DefaultHasher::new();
    value.hash(&mut hash);
    hash.finish()
}

struct Made {
    folder: PathBuf,
    encodes: Result<(), &'static str>,
    av1: Result<(), &'static str>,
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
    let (encodes, av1) = (can_encode(), can_encode_av1());
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("driver");
    let folder = all.join(format!("{:x}", hash_of(&(DRIVER, ENCODER, OPTIONS, encodes, av1))));
    if !folder.exists() {
        // Made elsewhere and renamed, for another test process may want it too.
        let making = all.join(format!("making-{}", std::process::id()));
        build(&making, encodes.is_ok(), av1.is_ok());
        put(&making, &folder);
    }
    Ok(Made { folder, encodes, av1 })
}

/// FFmpeg must know the device's encoders, and there must be what they are made of here.
fn can_encode() -> Result<(), &'static str> {
    let known = ffmpeg(["-encoders"]).expect("the program knows what it was built with");
    let headers = ["stdint.h", "x264.h", "x265.h"].map(|it| ["-include", it]).concat();
    let checked = is_understood(&[&headers[..], &["-x", "c", "/dev/null"]].concat());
    match (known.contains(" h264_nvenc "), checked) {
        (false, _) => Err("This FFmpeg was built without nvenc"),
        (true, false) => Err("There are no headers of x264 and x265"),
        (true, true) => Ok(()),
    }
}

/// Why no pictures are scaled on the device.
pub(super) fn scales() -> Result<(), &'static str> {
    let known = ffmpeg(["-filters"]).expect("the program knows what it was built with");
    if known.contains(" scale_cuda ") { Ok(()) } else { Err("This FFmpeg was built without scale_cuda") }
}

/// SVT-AV1 changes what it is called with from version to version.
fn can_encode_av1() -> Result<(), &'static str> {
    let source = sources().join("svt.c");
    let checked = is_understood(&["-std=gnu11", source.to_str().expect("the checkout has a name in UTF-8")]);
    if checked { Ok(()) } else { Err("There are no headers of SVT-AV1, or not those of a version that is known") }
}

/// By the compiler.
pub(crate) fn is_understood(arguments: &[&str]) -> bool {
    Command::new("cc").arg("-fsyntax-only").args(arguments).output().expect("the compiler runs").status.success()
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/driver")
}

fn build(folder: &Path, encodes: bool, av1: bool) {
    fs::create_dir_all(folder).expect("cargo's folder can be written");
    // The first is linked to by the second.
    compile(&folder.join("libcuda.so.1"), names(&DRIVER), &["-lm"]);
    if encodes {
        let search = format!("-L{}", folder.display());
        let linked = [&search, "-l:libcuda.so.1", "-lx264", "-lx265", "-lm"];
        let with_av1: &[_] = if av1 { &["-DWITH_SVT", "-lSvtAv1Enc"] } else { &[] };
        let sources = names(&ENCODER).filter(|&it| av1 || it != "svt.c");
        compile(&folder.join("libnvidia-encode.so.1"), sources, &[&linked, with_av1].concat());
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

/// Those that are compiled.
fn names<'a>(sources: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = &'a str> {
    sources.iter().map(|&(name, _)| name).filter(|it| it.ends_with(".c"))
}

fn compile<'a>(library: &Path, names: impl Iterator<Item = &'a str>, linked: &[&str]) {
    let name = library.file_name().and_then(|it| it.to_str()).expect("libraries have names in ASCII");
    let mut compiler = Command::new("cc");
    compiler.args(OPTIONS).arg(format!("-Wl,-soname,{name}")).arg("-o").arg(library);
    run(compiler.args(names.map(|it| sources().join(it))).args(linked));
}

/// The compiler.
pub(crate) fn run(compiler: &mut Command) {
    let output = compiler.output().expect("the compiler runs");
    assert!(output.status.success(), "{compiler:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Another name of a library.
pub(crate) fn link(folder: &Path, library: &str, to: &Path) {
    fs::hard_link(folder.join(library), to).expect("cargo's folder has links");
}

/// Renames a folder that is whole now. That another process was first is as good.
pub(crate) fn put(making: &Path, folder: &Path) {
    if fs::rename(making, folder).is_err() {
        assert!(folder.exists(), "{} cannot be renamed to {}", making.display(), folder.display());
        fs::remove_dir_all(making).expect("cargo's folder can be written");
    }
}
