//! The library, built once and kept in cargo's folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::super::driver::library::{OPTIONS, hash_of, is_understood, link, put, run};
use super::super::oracle::ffmpeg;

/// Ours, and what is shared with NVIDIA's.
const SOURCES: [(&str, &str); 25] = [
    ("va/libva.h", include_str!("libva.h")),
    ("va/libva.map", include_str!("libva.map")),
    ("va/buffers.c", include_str!("buffers.c")),
    ("va/contexts.c", include_str!("contexts.c")),
    ("va/decode.c", include_str!("decode.c")),
    ("va/display.c", include_str!("display.c")),
    ("va/encode.c", include_str!("encode.c")),
    ("va/encode_none.c", include_str!("encode_none.c")),
    ("va/images.c", include_str!("images.c")),
    ("va/objects.c", include_str!("objects.c")),
    ("va/process.c", include_str!("process.c")),
    ("va/profiles.c", include_str!("profiles.c")),
    ("va/stubs.c", include_str!("stubs.c")),
    ("va/surfaces.c", include_str!("surfaces.c")),
    ("driver/coder.h", include_str!("../driver/coder.h")),
    ("driver/driver.h", include_str!("../driver/driver.h")),
    ("driver/kernels.c", include_str!("../driver/kernels.c")),
    ("driver/kernels.h", include_str!("../driver/kernels.h")),
    ("driver/log.c", include_str!("../driver/log.c")),
    ("driver/nvenc.h", include_str!("../driver/nvenc.h")),
    ("driver/picture.c", include_str!("../driver/picture.c")),
    ("driver/pictures.c", include_str!("../driver/pictures.c")),
    ("driver/script.c", include_str!("../driver/script.c")),
    ("driver/x264.c", include_str!("../driver/x264.c")),
    ("driver/x265.c", include_str!("../driver/x265.c")),
];

/// What is compiled only where something encodes, and only where nothing does.
const OF_ENCODERS: [&str; 4] = ["va/encode.c", "driver/picture.c", "driver/x264.c", "driver/x265.c"];
const WITHOUT_ENCODERS: &str = "va/encode_none.c";

/// The names that FFmpeg's libraries ask for. One file, which the linker loads once.
const NAMES: [&str; 3] = ["libva.so.2", "libva-drm.so.2", "libva-x11.so.2"];

/// The folder with the libraries, or why there is none.
pub(super) fn folder() -> Result<&'static Path, &'static str> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    MADE.get_or_init(make).as_deref().map_err(String::as_str)
}

/// Why it encodes nothing.
pub(super) fn encodes() -> Result<(), &'static str> {
    let known = ffmpeg(["-encoders"]).expect("the program knows what it was built with");
    let headers = ["stdint.h", "x264.h", "x265.h"].map(|it| ["-include", it]).concat();
    match (known.contains(" h264_vaapi "), is_understood(&[&headers[..], &["-x", "c", "/dev/null"]].concat())) {
        (false, _) => Err("This FFmpeg was built without h264_vaapi"),
        (true, false) => Err("There are no headers of x264 and x265"),
        (true, true) => Ok(()),
    }
}

/// Changes with every change.
pub(super) fn version() -> u64 {
    hash_of(&(SOURCES, OPTIONS))
}

fn make() -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_pointer_width = "64")) {
        return Err("The scripted libva is for Linux of 64 bits".to_owned());
    }
    let known = ffmpeg(["-hwaccels"]).expect("the program knows what it was built with");
    if !known.lines().any(|it| it == "vaapi") {
        return Err("This FFmpeg was built without vaapi".to_owned());
    }
    if Command::new("cc").arg("--version").output().is_err() {
        return Err("There is no C compiler, cc".to_owned());
    }
    if !is_understood(&["-include", "va/va.h", "-x", "c", "/dev/null"]) {
        return Err("There are no headers of libva".to_owned());
    }
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("va");
    let encodes = encodes().is_ok();
    let folder = all.join(format!("{:x}", hash_of(&(version(), encodes))));
    if !folder.exists() {
        // Made elsewhere and renamed, for another test process may want it too.
        let making = all.join(format!("making-{}", std::process::id()));
        build(&making, encodes);
        put(&making, &folder);
    }
    Ok(folder)
}

fn build(folder: &Path, encodes: bool) {
    fs::create_dir_all(folder).expect("cargo's folder can be written");
    let support = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support");
    let mut compiler = Command::new("cc");
    compiler.args(OPTIONS).arg("-DFOLDER_VARIABLE=\"TELECINE_TEST_VA\"").arg(format!("-Wl,-soname,{}", NAMES[0]));
    compiler.arg(format!("-Wl,--version-script={}", support.join("va/libva.map").display()));
    let is_left_out = |it: &str| if encodes { it == WITHOUT_ENCODERS } else { OF_ENCODERS.contains(&it) };
    let sources = SOURCES.iter().map(|it| it.0).filter(|it| it.ends_with(".c") && !is_left_out(it));
    let linked: &[_] = if encodes { &["-lx264", "-lx265", "-lm"] } else { &["-lm"] };
    run(compiler.arg("-o").arg(folder.join(NAMES[0])).args(sources.map(|it| support.join(it))).args(linked));
    for name in &NAMES[1..] {
        link(folder, NAMES[0], &folder.join(name));
    }
}
