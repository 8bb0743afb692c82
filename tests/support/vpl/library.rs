//! The libraries, built once and kept in cargo's folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::super::driver::library::{OPTIONS, hash_of, is_understood, put, run};
use super::super::oracle::ffmpeg;

/// Ours, and what is shared with NVIDIA's.
const SOURCES: [(&str, &str); 18] = [
    ("vpl/vpl.h", include_str!("vpl.h")),
    ("vpl/exports", include_str!("exports")),
    ("vpl/decode.c", include_str!("decode.c")),
    ("vpl/encode.c", include_str!("encode.c")),
    ("vpl/header.c", include_str!("header.c")),
    ("vpl/loader.c", include_str!("loader.c")),
    ("vpl/memory.c", include_str!("memory.c")),
    ("vpl/vpp.c", include_str!("vpp.c")),
    ("driver/driver.h", include_str!("../driver/driver.h")),
    ("driver/encoder.h", include_str!("../driver/encoder.h")),
    ("driver/nvenc.h", include_str!("../driver/nvenc.h")),
    ("driver/guids.c", include_str!("../driver/guids.c")),
    ("driver/log.c", include_str!("../driver/log.c")),
    ("driver/picture.c", include_str!("../driver/picture.c")),
    ("driver/pictures.c", include_str!("../driver/pictures.c")),
    ("driver/script.c", include_str!("../driver/script.c")),
    ("driver/told.c", include_str!("../driver/told.c")),
    ("driver/x264.c", include_str!("../driver/x264.c")),
];

/// What tells FFmpeg whose a render node is.
const DRM: &str = include_str!("drm.c");
const DRM_HEADERS: &str = "-I/usr/include/libdrm";

/// The folder with the libraries, or why there is none.
pub(super) fn folder() -> Result<PathBuf, &'static str> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    MADE.get_or_init(make).as_deref().map(Path::to_owned).map_err(String::as_str)
}

/// Changes with every change.
pub(super) fn version() -> u64 {
    hash_of(&(SOURCES, DRM, OPTIONS))
}

fn make() -> Result<PathBuf, String> {
    let known = ffmpeg(["-hwaccels"]).expect("the program knows what it was built with");
    if !known.lines().any(|it| it == "qsv") {
        return Err("This FFmpeg was built without qsv".to_owned());
    }
    let headers = ["stdint.h", "vpl/mfx.h", "va/va.h", "x264.h", "xf86drm.h"].map(|it| ["-include", it]).concat();
    if !is_understood(&[&headers[..], &[DRM_HEADERS, "-x", "c", "/dev/null"]].concat()) {
        return Err("There are no headers of VPL, libva, libdrm and x264".to_owned());
    }
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vpl");
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
    fs::create_dir_all(folder).expect("cargo's folder can be written");
    let support = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support");
    let compiler = |name: &str| {
        let mut compiler = Command::new("cc");
        compiler.args(OPTIONS).arg(format!("-Wl,-soname,{name}")).arg("-o").arg(folder.join(name));
        compiler
    };
    let mut vpl = compiler("libvpl.so.2");
    vpl.arg("-DFOLDER_VARIABLE=\"TELECINE_TEST_VPL\"");
    vpl.arg(format!("-Wl,--version-script={}", support.join("vpl/exports").display()));
    let sources = SOURCES.iter().map(|it| it.0).filter(|it| it.ends_with(".c"));
    run(vpl.args(sources.map(|it| support.join(it))).args(["-lva", "-lx264", "-lm"]));
    run(compiler("libdrm.so.2").arg(DRM_HEADERS).arg(support.join("vpl/drm.c")));
}
