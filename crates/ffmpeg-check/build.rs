//! Finds FFmpeg the way ffmpeg-sys-next does (`FFMPEG_DIR`, else pkg-config) and hands on its version and library directory.

use std::env;
use std::path::{Path, PathBuf};

/// All that ez-ffmpeg links; libavcodec is last because its version stands for FFmpeg's.
const LIBRARIES: [&str; 7] =
    ["libavutil", "libavformat", "libavfilter", "libavdevice", "libswscale", "libswresample", "libavcodec"];

/// libavcodec's major and minor version in FFmpeg 7.1, and the major version of FFmpeg 9.
const OLDEST: (u32, u32) = (61, 19);
const TOO_NEW: u32 = 63;

const ADVICE: &str = "telecine needs FFmpeg 7.1 to 8.x with its headers. In a checkout of telecine run `scripts/setup` \
     (or `make test`), which finds, installs or builds one; elsewhere install FFmpeg's development packages, or point \
     PKG_CONFIG_PATH or FFMPEG_DIR at an FFmpeg of yours (README, \"Linking telecine\").";

fn main() {
    for name in ["PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "FFMPEG_DIR"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    // docs.rs has no FFmpeg, and vcpkg (MSVC) is left to ffmpeg-sys-next.
    if env::var_os("DOCS_RS").is_some() || env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|it| it == "msvc") {
        return;
    }
    match find() {
        Ok((version, lib_dir)) => {
            println!("cargo::metadata=VERSION={version}");
            println!("cargo::metadata=LIB_DIR={}", lib_dir.display());
        }
        Err(why) => println!("cargo::error={why}. {ADVICE}"),
    }
}

/// libavcodec's version and the directory of the libraries.
fn find() -> Result<(String, PathBuf), String> {
    let (version, lib_dir) = match env::var_os("FFMPEG_DIR") {
        Some(dir) => in_directory(Path::new(&dir))?,
        None => by_pkg_config()?,
    };
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < OLDEST || found.0 >= TOO_NEW {
        return Err(format!("found libavcodec {version} in {}, which is not of FFmpeg 7.1 to 8.x", lib_dir.display()));
    }
    Ok((version, lib_dir))
}

fn by_pkg_config() -> Result<(String, PathBuf), String> {
    let mut found = None;
    for name in LIBRARIES {
        let library = pkg_config::Config::new()
            .cargo_metadata(false)
            .env_metadata(false)
            .probe(name)
            .map_err(|_| format!("pkg-config does not find {name}"))?;
        let dir = pkg_config::get_variable(name, "libdir").map_err(|_| format!("{name}.pc names no libdir"))?;
        found = Some((library.version, PathBuf::from(dir)));
    }
    found.ok_or_else(|| "no library was looked for".into())
}

fn in_directory(dir: &Path) -> Result<(String, PathBuf), String> {
    let header = |name: &str| {
        let path = dir.join("include/libavcodec").join(name);
        std::fs::read_to_string(&path).map_err(|why| format!("FFMPEG_DIR: {}: {why}", path.display()))
    };
    let text = header("version_major.h")? + &header("version.h")?;
    let number = |name: &str| {
        text.lines()
            .filter_map(|line| line.strip_prefix("#define ")?.trim().strip_prefix(name))
            .find_map(|rest| rest.trim().parse::<u32>().ok())
            .ok_or_else(|| format!("FFMPEG_DIR: no {name} in the headers"))
    };
    let version = format!("{}.{}", number("LIBAVCODEC_VERSION_MAJOR")?, number("LIBAVCODEC_VERSION_MINOR")?);
    Ok((version, dir.join("lib")))
}
