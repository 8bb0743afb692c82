//! What does not fit does not compile, and the compiler says which codec and which container. (Its words around that differ from one
//! version to the next, and nobody pins one here, so only ours are compared.)

use std::fs;
use std::path::Path;
use std::process::Command;

/// A line that must not compile, and what has to be in what the compiler says.
const CASES: [(&str, &str); 7] = [
    ("Wav::file(\"a\").video(H264::default())", "`H264` cannot be stored in `Wav`"),
    ("WebM::file(\"a\").audio(Aac::default())", "`Aac` cannot be stored in `WebM`"),
    ("Mp4::file(\"a\").video(ProRes::default())", "`ProRes` cannot be stored in `Mp4`"),
    ("Gif::file(\"a\").video(X264::crf(23.0))", "`X264` cannot be stored in `Gif`"),
    ("Mp4::file(\"a\").video(Decoded)", "`Decoded` cannot be stored in `Mp4`"),
    ("Track::of(Select::main(), StreamCopy).video_filter(filter::Flip::Vertical)", "`StreamCopy` does not decode"),
    ("Mp4::file(\"a\").video(Aac::default())", "`Aac: VideoEncoding` is not satisfied"),
];

#[test]
fn the_compiler_names_codec_and_container() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = format!(
        "[package]\nname = \"misfits\"\nedition = \"2024\"\n\n[dependencies]\ntelecine = {{ path = {root:?} }}\n\n[workspace]\n"
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    // The same versions as here: they are on this machine, so no network is needed.
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let lines: String = CASES.iter().map(|(line, _)| format!("    let _ = {line};\n")).collect();
    fs::write(folder.path().join("src/main.rs"), format!("use telecine::*;\n\nfn main() {{\n{lines}}}\n")).unwrap();

    // What telecine is made of has been compiled there already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo.args(["build", "--offline", "--target-dir"]).arg(target).current_dir(folder.path()).output().unwrap();
    // With paths or without, as it thinks fit.
    let said = String::from_utf8_lossy(&output.stderr).replace("telecine::", "");
    assert!(!output.status.success(), "it compiles: {said}");
    for (line, words) in CASES {
        assert!(said.contains(words), "{line}: not {words:?} in {said}");
    }
}
