//! An application outside of this workspace links telecine as the README says, and runs without help from the environment.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const APPLICATION: &str = r#"
use telecine::{Aac, Error, Mp4, Pipeline, Preset, X264};

fn main() -> Result<(), Error> {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    let output = Mp4::file(files[1].as_os_str()).video(X264::crf(30.0).preset(Preset::Ultrafast)).audio(Aac::default());
    let outcome = Pipeline::read(files[0].as_os_str()).output(output).start().wait()?;
    println!("{} bytes", outcome.outputs[0].bytes.unwrap());
    Ok(())
}
"#;

#[test]
fn an_application_links_telecine_and_transcodes() {
    let folder = tempfile::tempdir().unwrap();
    let program = build(folder.path());

    let (clip, result) = (folder.path().join("clip.mkv"), folder.path().join("result.mp4"));
    succeeds(
        Command::new(ffmpeg("ffmpeg"))
            .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=2"])
            .args(["-f", "lavfi", "-i", "sine=duration=2", "-c:v", "mpeg4", "-c:a", "aac"])
            .arg(&clip),
    );
    let run = succeeds(without_loader_help(&mut Command::new(program)).arg(&clip).arg(&result));

    let bytes = fs::metadata(&result).unwrap().len();
    assert_eq!(String::from_utf8_lossy(&run.stdout), format!("{bytes} bytes\n"));
    let probe = succeeds(
        Command::new(ffmpeg("ffprobe"))
            .args([
                "-v",
                "error",
                "-count_frames",
                "-of",
                "csv=p=0",
                "-show_entries",
                "stream=codec_name,width,height,nb_read_frames",
            ])
            .arg(&result),
    );
    let streams = String::from_utf8_lossy(&probe.stdout);
    assert!(streams.contains("h264,320,240,50\n"), "{streams}");
    assert!(streams.contains("aac,"), "{streams}");
}

/// Writes the application and builds it; gives its program.
fn build(folder: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = format!(
        "[package]\nname = \"outside\"\nedition = \"2024\"\n\n[dependencies]\ntelecine = {{ path = {root:?} }}\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The same versions as here: they are on this machine, so no network is needed.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("build.rs"), build_script(&fs::read_to_string(root.join("README.md")).unwrap())).unwrap();
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.rs"), APPLICATION).unwrap();

    // What telecine is made of has been compiled there already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    succeeds(without_loader_help(&mut cargo).args(["build", "--offline", "--target-dir"]).arg(target).current_dir(folder));
    target.join("debug/outside")
}

/// The `build.rs` that the README prescribes, from the README.
fn build_script(readme: &str) -> String {
    let lines: Vec<_> = readme.lines().map(str::trim).filter(|line| line.starts_with("fn main()")).collect();
    assert_eq!(lines.len(), 1, "the README's build.rs is one line: {lines:?}");
    lines[0].to_owned()
}

/// Cargo tells the loader of the programs that it runs where libraries are; nobody does for an application of one's own.
fn without_loader_help(command: &mut Command) -> &mut Command {
    command.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_LIBRARY_PATH").env_remove("DYLD_FALLBACK_LIBRARY_PATH")
}

fn ffmpeg(program: &str) -> PathBuf {
    let prefix = env::var_os("TELECINE_FFMPEG_PREFIX").expect("TELECINE_FFMPEG_PREFIX is not set; run scripts/setup");
    Path::new(&prefix).join("bin").join(program)
}

#[track_caller]
fn succeeds(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    output
}
