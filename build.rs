//! What the FFmpeg found by `telecine-ffmpeg-check` means for compiling and linking: a cfg for its major version, and the path
//! of its libraries at run time, for this crate's own programs and, as `DEP_TELECINE_LIB_DIR`, for those that link it.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(ffmpeg_8)");
    let Ok(version) = env::var("DEP_TELECINE_FFMPEG_VERSION") else {
        return; // docs.rs: nothing is linked
    };
    // libavcodec 61 is FFmpeg 7, 62 is FFmpeg 8; other versions were refused where this one was found.
    if version.starts_with("62.") {
        println!("cargo::rustc-cfg=ffmpeg_8");
    }
    let Ok(lib_dir) = env::var("DEP_TELECINE_FFMPEG_LIB_DIR") else { return };
    println!("cargo::metadata=LIB_DIR={lib_dir}");
    if env::var_os("CARGO_CFG_UNIX").is_some() {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{lib_dir}");
    }
}
