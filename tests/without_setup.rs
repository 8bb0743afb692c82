//! Where there is no FFmpeg, or one that telecine cannot use, the build fails with words that say what to run: before anything
//! is compiled against it, and for each way of pointing at one.

use std::fs;
use std::path::Path;
use std::process::Command;

const LIBRARIES: [&str; 7] =
    ["libavutil", "libavcodec", "libavformat", "libavfilter", "libavdevice", "libswscale", "libswresample"];

#[test]
fn none() {
    let dir = tempfile::tempdir().unwrap();
    refused("none", &[("PKG_CONFIG_LIBDIR", dir.path())], &["pkg-config does not find libavutil"]);
}

#[test]
fn one_library_missing() {
    let dir = tempfile::tempdir().unwrap();
    pkg_config_files(dir.path(), "61.19.101");
    fs::remove_file(dir.path().join("libavdevice.pc")).unwrap();
    refused("one-missing", &[("PKG_CONFIG_LIBDIR", dir.path())], &["pkg-config does not find libavdevice"]);
}

#[test]
fn too_old() {
    let dir = tempfile::tempdir().unwrap();
    pkg_config_files(dir.path(), "61.18.100");
    refused("too-old", &[("PKG_CONFIG_LIBDIR", dir.path())], &["libavcodec 61.18.100", "7.1 to 8.x"]);
}

#[test]
fn too_new() {
    let dir = tempfile::tempdir().unwrap();
    pkg_config_files(dir.path(), "63.0.100");
    refused("too-new", &[("PKG_CONFIG_LIBDIR", dir.path())], &["libavcodec 63.0.100", "7.1 to 8.x"]);
}

#[test]
fn a_directory_without_headers() {
    let dir = tempfile::tempdir().unwrap();
    refused("no-headers", &[("FFMPEG_DIR", dir.path())], &["FFMPEG_DIR", "version_major.h"]);
}

#[test]
fn a_directory_with_old_headers() {
    let dir = tempfile::tempdir().unwrap();
    headers(dir.path(), 60, 31);
    refused("old-headers", &[("FFMPEG_DIR", dir.path())], &["libavcodec 60.31", "7.1 to 8.x"]);
}

/// The same look at what is to be used; without it, all of the above could be refused for a reason of its own.
#[test]
fn what_suits_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    for (name, version) in [("oldest", "61.19.100"), ("newest", "62.99.100")] {
        pkg_config_files(dir.path(), version);
        let (built, words) = build(name, &[("PKG_CONFIG_LIBDIR", dir.path())]);
        assert!(built, "{words}");
    }
    headers(dir.path(), 62, 11);
    let (built, words) = build("headers", &[("FFMPEG_DIR", dir.path())]);
    assert!(built, "{words}");
}

#[test]
fn the_documentation_needs_none() {
    let dir = tempfile::tempdir().unwrap();
    let (built, words) = build("docs", &[("PKG_CONFIG_LIBDIR", dir.path()), ("DOCS_RS", Path::new("1"))]);
    assert!(built, "{words}");
}

#[track_caller]
fn refused(name: &str, environment: &[(&str, &Path)], reasons: &[&str]) {
    let (built, words) = build(name, environment);
    assert!(!built, "{name}: was built\n{words}");
    for word in reasons.iter().chain(&["scripts/setup", "make test", "PKG_CONFIG_PATH", "README"]) {
        assert!(words.contains(word), "{name}: no {word:?} in\n{words}");
    }
}

/// Builds the crate that looks for FFmpeg, in a target directory of its own; what was there before must not answer for it.
fn build(name: &str, environment: &[(&str, &Path)]) -> (bool, String) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without-setup").join(name);
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--offline", "--package", "telecine-ffmpeg-check", "--target-dir"]).arg(target);
    // What set-up wrote for this checkout would win over the environment.
    command.args(["--config", "env.PKG_CONFIG_PATH.value = ''", "--config", "env.PKG_CONFIG_PATH.force = true"]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    for name in ["FFMPEG_DIR", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "DOCS_RS"] {
        command.env_remove(name);
    }
    let output = command.envs(environment.iter().copied()).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn pkg_config_files(dir: &Path, version: &str) {
    for library in LIBRARIES {
        let text = format!("libdir=/nowhere\nName: {library}\nDescription: made up\nVersion: {version}\nLibs: -L${{libdir}}\n");
        fs::write(dir.join(library).with_extension("pc"), text).unwrap();
    }
}

fn headers(dir: &Path, major: u32, minor: u32) {
    let dir = dir.join("include/libavcodec");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("version_major.h"), format!("#define LIBAVCODEC_VERSION_MAJOR  {major}\n")).unwrap();
    fs::write(dir.join("version.h"), format!("#define LIBAVCODEC_VERSION_MINOR  {minor}\n")).unwrap();
}
