//! What FFmpeg passes to the driver lies where the driver looks for it.

use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::support::driver::Driver;

#[test]
fn the_structures_are_those_of_the_headers() {
    let Some(_driver) = Driver::new("whether the scripted driver knows NVIDIA's structures") else { return };
    let prefix = env::var_os("TELECINE_FFMPEG_PREFIX").expect("it is set, by cargo after scripts/setup");
    let headers = Path::new(&prefix).join("include");
    if !headers.join("ffnvcodec").exists() {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = "\n*** This FFmpeg is without NVIDIA's headers: the structures of the scripted driver were NOT COMPARED.\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folder = tempfile::tempdir().unwrap();
    for name in ["abi.c", "abi_encoder.c"] {
        let program = folder.path().join("abi");
        let mut compiler = Command::new("cc");
        compiler.args(["-std=gnu11", "-I"]).arg(&headers).arg("-I").arg(tests.join("support/driver"));
        let output = compiler.arg(tests.join("driver").join(name)).arg("-o").arg(&program).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        // What can only be compared as it runs.
        assert!(Command::new(&program).status().unwrap().success(), "{name}");
    }
}
