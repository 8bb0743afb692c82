//! Failures, brought about for real: each has its own variant and stage, and leaves nothing.
//!
//! Not here: `Error::EncoderMissing`, which needs an FFmpeg without x264 (`scripts/setup --lgpl`), while these clips need one with.

use std::error::Error as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use telecine::{Aac, Access, Error, Mp4, Overwrite, Pipeline, Reason, Stage, StreamKind, X264, kbps, secs};

use crate::support::{Media, alone, clips, error, names, outcome, quick, reasons};

/// Transcodes `input` to a file of an empty folder: an error, and the folder as empty as before.
fn fails(scenario: &str, input: &Path) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let why = error(scenario, Pipeline::read(input).output(quick(dir.path().join("out.mp4"))));
    assert!(names(dir.path()).is_empty(), "{scenario}: {:?} is left", names(dir.path()));
    why
}

/// A file in a folder of its own.
fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.mp4");
    fs::write(&path, content).unwrap();
    (dir, path)
}

#[test]
fn an_input_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("in.mp4");
    let why = fails("no input", &path);
    assert!(matches!(&why, Error::NotFound { location, .. } if location.path() == Some(&path)), "{why:?}");
    assert_eq!(why.stage(), Some(Stage::Open));
    assert!(why.source().is_some() && !why.can_retry());

    let within_a_file = clips::film().join("in.mp4");
    let why = fails("an input within a file", &within_a_file);
    assert_eq!(why.stage(), Some(Stage::Open), "{why:?}");
}

#[test]
fn an_input_that_may_not_be_read() {
    alone::alone("failures::an_input_that_may_not_be_read", alone::without_override(), |folder| {
        let input = folder.join("in.mp4");
        fs::copy(clips::short(), &input).unwrap();
        fs::set_permissions(&input, fs::Permissions::from_mode(0o000)).unwrap();
        assert!(fs::read(&input).is_err(), "this process may read everything, so nothing is checked here");
        let why = fails("an unreadable input", &input);
        assert!(matches!(&why, Error::PermissionDenied { access: Access::Read, .. }), "{why:?}");
        assert_eq!(why.stage(), Some(Stage::Open));
    });
}

#[test]
fn an_output_that_may_not_be_written() {
    alone::alone("failures::an_output_that_may_not_be_written", alone::without_override(), |folder| {
        let locked = folder.join("locked");
        fs::create_dir(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
        assert!(fs::write(locked.join("probe"), "").is_err(), "this process may write everywhere, so nothing is checked here");
        let why = error("a locked folder", Pipeline::read(clips::short()).output(quick(locked.join("out.mp4"))));
        assert!(matches!(&why, Error::PermissionDenied { access: Access::Write, .. }), "{why:?}");
        assert_eq!(why.stage(), Some(Stage::Mux));
        assert!(names(&locked).is_empty());
        // Its folder can be removed by whoever made it.
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    });
}

#[test]
fn inputs_that_are_no_media() {
    let (_text_dir, text) = file("Dear diary, today I was uploaded as a film.\n".repeat(50).as_bytes());
    let (_empty_dir, empty) = file(b"");
    let (_zeros_dir, zeros) = file(&[0; 4096]);
    let directory = tempfile::tempdir().unwrap();
    for (scenario, path) in [("a text", &*text), ("an empty file", &*empty), ("zeros", &*zeros), ("a folder", directory.path())] {
        let why = fails(scenario, path);
        assert!(matches!(&why, Error::NotMedia { location, .. } if location.path() == Some(path)), "{scenario}: {why:?}");
        assert!(why.stage() <= Some(Stage::Probe), "{scenario}: {why:?}");
        assert!(!why.can_retry(), "{scenario}");
    }
}

/// The first part of a clip, in a folder of its own.
fn cut(clip: &Path, share: f64) -> (tempfile::TempDir, PathBuf) {
    let whole = fs::read(clip).unwrap();
    file(&whole[..(whole.len() as f64 * share) as usize])
}

/// The index lies in front, so the file opens, and the end is missing.
#[test]
fn a_cut_off_mp4_is_truncated() {
    let promised = Media::at(clips::index_first()).seconds();
    for share in [0.3, 0.6, 0.95, 0.999] {
        let (_dir, path) = cut(&clips::index_first(), share);
        let why = fails("a cut-off MP4", &path);
        let Error::Truncated { readable, promised: said, .. } = &why else { panic!("{share}: {why:?}") };
        assert!((said.as_secs_f64() - promised).abs() < 0.05, "{said:?} promised, ffprobe says {promised}");
        // Samples lie in the file by their time, so the share of bytes is about the share of time.
        assert!(*readable < *said && readable.as_secs_f64() > promised * share * 0.5, "{share}: {readable:?} readable");
        assert_eq!(why.stage(), Some(Stage::Demux));
    }
}

/// What is wanted lies before the cut: nothing is missing.
#[test]
fn the_whole_part_of_a_cut_off_mp4_can_be_had() {
    let (dir, path) = cut(&clips::index_first(), 0.9);
    let output = dir.path().join("out.mp4");
    outcome("the part before the cut", Pipeline::read(&path).trim(..secs(2)).output(quick(&output)));
    assert_eq!(Media::at(&output).decode(), Ok(()));
    let beyond = Pipeline::read(&path).trim(secs(5)..secs(6)).output(quick(dir.path().join("beyond.mp4")));
    let why = error("the part beyond the cut", beyond);
    assert!(matches!(why, Error::Truncated { .. }), "{why:?}");
}

/// The index lies at the end, so it is missing as well.
#[test]
fn a_cut_off_mp4_without_its_index_is_no_media() {
    let (_dir, path) = cut(&clips::film(), 0.6);
    let why = fails("an MP4 without its index", &path);
    assert!(matches!(why, Error::NotMedia { .. }), "{why:?}");
}

#[test]
fn a_cut_off_matroska_is_truncated() {
    let promised = Media::at(clips::matroska()).seconds();
    for share in [0.3, 0.6, 0.8] {
        let (_dir, path) = cut(&clips::matroska(), share);
        let why = fails("a cut-off Matroska", &path);
        let Error::Truncated { readable, promised: said, .. } = &why else { panic!("{share}: {why:?}") };
        assert!((said.as_secs_f64() - promised).abs() < 0.05, "{said:?} promised, ffprobe says {promised}");
        assert!(*readable < *said && *readable > Duration::ZERO, "{share}: {readable:?} readable");
    }
}

/// A transport stream promises no length and may be joined and left at any time: what there is, is the film.
#[test]
fn a_cut_off_transport_stream_is_a_shorter_film() {
    let (dir, path) = cut(&clips::transport_stream(), 0.6);
    let output = dir.path().join("out.mp4");
    let outcome = outcome("a cut-off transport stream", Pipeline::read(&path).output(quick(&output)));
    assert_eq!(outcome.frames, Some(Media::at(&output).frames()));
    assert!(Media::at(&output).seconds() < Media::at(clips::transport_stream()).seconds());
}

#[test]
fn streams_that_are_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let output = Mp4::file(dir.path().join("out.mp4")).audio(Aac::default());
    let why = error("sound of a silent film", Pipeline::read(clips::picture_only()).output(output));
    assert!(matches!(&why, Error::NoSuchStream { wanted, .. } if *wanted == [StreamKind::Audio]), "{why:?}");
    assert_eq!(why.stage(), Some(Stage::Plan));
    assert!(names(dir.path()).is_empty());
}

/// The part that is wanted begins after the end.
#[test]
fn a_part_beyond_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(clips::short()).trim(secs(5)..).output(quick(dir.path().join("out.mp4")));
    let why = error("a part beyond the end", pipeline);
    assert!(matches!(why, Error::Failed { .. }), "{why:?}");
    assert!(names(dir.path()).is_empty());
}

/// Full at once, half-way, and when but the last blocks are missing, which the trailer needs.
#[test]
#[cfg(target_os = "linux")] // where a process can have a small file system for itself
fn a_full_disk() {
    if let Some(folder) = alone::folder() {
        return on_a_small_disk(&folder);
    }
    // What the file takes where there is room.
    let dir = tempfile::tempdir().unwrap();
    let roomy = outcome("a roomy disk", Pipeline::read(clips::film()).output(quick(dir.path().join("out.mp4"))));
    let whole = roomy.outputs[0].bytes.unwrap() / 1024;
    for kib in [8, whole / 2, whole - 8] {
        let mount = format!("mount -t tmpfs -o size={kib}k tmpfs \"$TELECINE_TEST_FOLDER\" && exec \"$0\" \"$@\"");
        let flags = if rustix::process::geteuid().is_root() { "-m" } else { "-rm" };
        alone::alone("failures::a_full_disk", &["unshare", flags, "--", "sh", "-c", &mount], on_a_small_disk);
    }
}

#[cfg(target_os = "linux")]
fn on_a_small_disk(folder: &Path) {
    let why = error("a full disk", Pipeline::read(clips::film()).output(quick(folder.join("out.mp4"))));
    assert!(matches!(why, Error::StorageFull { .. }), "{why:?}");
    assert_eq!(why.stage(), Some(Stage::Mux));
    assert!(why.can_retry());
    assert!(names(folder).is_empty(), "{:?} is left", names(folder));
    // The space is free again.
    fs::write(folder.join("probe"), [0; 4096]).unwrap();
}

/// Written in place, so there is no file to be removed; the device says that it is full.
#[test]
#[cfg(target_os = "linux")] // which has the device
fn a_full_device() {
    let why = error("a full device", Pipeline::read(clips::film()).output(quick("/dev/full").fragmented()));
    assert!(matches!(why, Error::StorageFull { .. }), "{why:?}");
    assert!(fs::metadata("/dev/full").is_ok());
}

#[test]
fn a_folder_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    for missing in [dir.path().join("missing"), dir.path().join("missing/too"), dir.path().join("file")] {
        let why = error("no folder", Pipeline::read(clips::short()).output(quick(missing.join("out.mp4"))));
        assert!(matches!(&why, Error::DirectoryMissing { directory } if *directory == missing), "{why:?}");
        assert_eq!(why.stage(), Some(Stage::Mux));
        assert_eq!(names(dir.path()), ["file"]);
    }
}

/// An output that is a folder: whatever else is wrong, it stays.
#[test]
fn a_folder_of_the_outputs_name() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("out.mp4")).unwrap();
    let output = quick(dir.path().join("out.mp4")).overwrite(Overwrite::Replace);
    let why = error("a folder as output", Pipeline::read(clips::short()).output(output));
    assert!(matches!(&why, Error::OtherKind { is_directory: true, .. }), "{why:?}");
    assert_eq!(why.stage(), Some(Stage::Mux), "{why:?}");
    assert!(dir.path().join("out.mp4").is_dir());
    assert_eq!(names(dir.path()), ["out.mp4"]);
}

/// By its name, through links and around a corner; allowed to replace or not.
#[test]
fn an_output_that_is_the_input() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in.mp4");
    fs::copy(clips::short(), &input).unwrap();
    symlink("in.mp4", dir.path().join("symbolic.mp4")).unwrap();
    fs::hard_link(&input, dir.path().join("hard.mp4")).unwrap();
    fs::create_dir(dir.path().join("sub")).unwrap();
    let before = names(dir.path());
    for name in ["in.mp4", "symbolic.mp4", "hard.mp4", "sub/../in.mp4", "./in.mp4"] {
        for overwrite in [Overwrite::Never, Overwrite::Replace] {
            let output = dir.path().join(name);
            let why = error(name, Pipeline::read(&input).output(quick(&output).overwrite(overwrite)));
            assert!(matches!(&why, Error::SameFile { path } if *path == output), "{name}: {why:?}");
            assert_eq!(why.stage(), Some(Stage::Plan));
        }
    }
    assert_eq!(names(dir.path()), before);
    assert_eq!(fs::read(&input).unwrap(), fs::read(clips::short()).unwrap());
}

#[test]
fn an_output_that_exists() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    fs::write(&output, "theirs").unwrap();
    let why = error("an existing output", Pipeline::read(clips::short()).output(quick(&output)));
    assert!(matches!(&why, Error::OutputExists { path } if *path == output), "{why:?}");
    assert_eq!(why.stage(), Some(Stage::Mux));
    assert_eq!(fs::read(&output).unwrap(), b"theirs");
    assert_eq!(names(dir.path()), ["out.mp4"]);

    let replacing = quick(&output).overwrite(Overwrite::Replace);
    outcome("a replaced output", Pipeline::read(clips::short()).output(replacing.clone()));
    assert_eq!(Media::at(&output).decode(), Ok(()));

    // What fails does not replace.
    let before = fs::read(&output).unwrap();
    error("a failed replacement", Pipeline::read(dir.path().join("missing")).output(replacing));
    assert_eq!(fs::read(&output).unwrap(), before);
    assert_eq!(names(dir.path()), ["out.mp4"]);
}

/// A caller mends them all before the next try.
#[test]
fn all_problems_of_a_pipeline_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let first = Mp4::file(dir.path().join("a.mp4")).video(X264::crf(99.0)).audio(Aac::bitrate(kbps(1)));
    let second = Mp4::file(dir.path().join("b.mp4"));
    let pipeline = Pipeline::read("nul\0.mp4").trim(secs(9)..secs(3)).output(first).output(second);
    let why = error("an invalid pipeline", pipeline);
    let Error::Invalid { problems } = &why else { panic!("{why:?}") };
    let kinds: Vec<_> = reasons(problems).iter().map(std::mem::discriminant).collect();
    let out_of_range = Reason::OutOfRange { what: "", value: String::new(), range: "" };
    let expected = [
        Reason::UnusablePath,
        Reason::EmptyRange { start: secs(9), end: secs(3) },
        out_of_range.clone(),
        out_of_range,
        Reason::NoStreams,
    ];
    assert_eq!(kinds, expected.iter().map(std::mem::discriminant).collect::<Vec<_>>(), "{problems:?}");
    assert!(problems.iter().all(|it| why.to_string().contains(&it.to_string())), "{why}");
    assert!(names(dir.path()).is_empty());
}
