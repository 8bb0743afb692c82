//! Outputs that are sets of files: a directory that is there as a whole, or not at all.

use std::error::Error as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use telecine::filter::Fps;
use telecine::{
    Aac, AnyOutput, Durability, Error, FrameRate, HlsTs, Job, Jpeg, Mjpeg, Output, Overwrite, Pipeline, Preset, Reason, Select,
    Stage, StreamCopy, Track, X264, secs,
};

use crate::support::oracle::ffmpeg;
use crate::support::{Media, alone, cancelled, clips, error, names, outcome, quick, reasons, until, within};

/// A playlist with segments of what the input has, as it is.
fn hls(directory: impl AsRef<Path>) -> Output<HlsTs> {
    HlsTs::directory(directory.as_ref()).video(StreamCopy).audio(StreamCopy)
}

/// The same, encoded so slowly that a test can step in before it ends.
fn slow_hls(directory: impl AsRef<Path>) -> Output<HlsTs> {
    HlsTs::directory(directory.as_ref()).video(X264::crf(23.0).preset(Preset::Veryslow)).audio(Aac::default())
}

fn pictures(directory: impl AsRef<Path>) -> Output<Jpeg> {
    Jpeg::sequence(directory.as_ref(), "frame_%04d.jpg").video(Mjpeg::default())
}

/// The job's name for what is in a directory that is being written.
fn part(parent: &Path) -> Option<PathBuf> {
    let mut names = names(parent).into_iter();
    names.find(|it| it.as_encoded_bytes().ends_with(b".telecine-part")).map(|it| parent.join(it))
}

/// A job of minutes, once it has written a segment or a picture.
fn under_way(output: impl Into<AnyOutput>, parent: &Path) -> Job {
    let job = Pipeline::read(clips::long()).output(output).start();
    let written = || part(parent).is_some_and(|it| names(&it).len() > 2);
    until("a set half written", written);
    job
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// A directory that holds something of somebody's.
fn theirs(path: &Path) {
    fs::create_dir(path).unwrap();
    fs::write(path.join("theirs"), "theirs").unwrap();
}

#[test]
fn a_playlist_is_what_ffmpeg_writes() {
    let dir = tempfile::tempdir().unwrap();
    let (ours, expected) = (dir.path().join("ours"), dir.path().join("expected"));
    let outcome = outcome("a playlist", Pipeline::read(clips::long()).output(hls(&ours)));
    fs::create_dir(&expected).unwrap();
    let (input, in_expected) = (clips::long(), |name: &str| expected.join(name).to_str().unwrap().to_owned());
    let (segments, playlist) = (in_expected("segment_%05d.ts"), in_expected("index.m3u8"));
    let arguments = ["-i", input.to_str().unwrap(), "-map", "0", "-c", "copy", "-f", "hls", "-hls_time", "6"];
    let more = ["-hls_playlist_type", "vod", "-hls_flags", "independent_segments", "-hls_segment_filename", &segments, &playlist];
    ffmpeg(arguments.into_iter().chain(more)).unwrap();

    assert_eq!(names(&ours), names(&expected));
    assert_eq!(fs::read_to_string(ours.join("index.m3u8")).unwrap(), fs::read_to_string(expected.join("index.m3u8")).unwrap());
    assert!(names(&ours).len() > 10, "{:?}", names(&ours));
    for name in names(&ours) {
        let packets = |set: &Path| Media::at(set.join(&name)).packets();
        assert!(packets(&ours) == packets(&expected), "the packets of {name:?} differ");
    }

    let written = &outcome.outputs[0];
    assert_eq!(written.path.as_deref(), Some(&*ours));
    assert_eq!(written.files, names(&ours).into_iter().map(PathBuf::from).collect::<Vec<_>>());
    let bytes = written.files.iter().map(|it| fs::metadata(ours.join(it)).unwrap().len()).sum();
    assert_eq!(written.bytes, Some(bytes));
    assert!((written.duration.unwrap().as_secs_f64() - Media::at(clips::long()).seconds()).abs() < 0.2, "{written:?}");
    assert_eq!(written.streams.iter().map(|it| it.codec).collect::<Vec<_>>(), [Some("h264"), Some("aac")]);
    assert_eq!(names(dir.path()), ["expected", "ours"]);
}

#[test]
fn a_sequence_is_what_ffmpeg_writes() {
    let dir = tempfile::tempdir().unwrap();
    let (ours, expected) = (dir.path().join("ours"), dir.path().join("expected"));
    let outcome = outcome("a sequence", Pipeline::read(clips::film()).output(pictures(&ours)));
    fs::create_dir(&expected).unwrap();
    let (input, pattern) = (clips::film(), expected.join("frame_%04d.jpg"));
    let arguments = ["-i", input.to_str().unwrap(), "-map", "0:v", "-q:v", "4", "-c:v", "mjpeg", "-f", "image2"];
    ffmpeg(arguments.into_iter().chain([pattern.to_str().unwrap()])).unwrap();

    assert_eq!(names(&ours), names(&expected));
    for name in names(&ours) {
        assert!(fs::read(ours.join(&name)).unwrap() == fs::read(expected.join(&name)).unwrap(), "{name:?} differs");
    }
    let written = &outcome.outputs[0];
    assert_eq!(written.files.len() as u64, Media::at(clips::film()).frames());
    assert_eq!((written.files[0].to_str(), written.duration), (Some("frame_0001.jpg"), None));
    assert_eq!(written.streams[0].codec, Some("mjpeg"));
    assert_eq!(outcome.frames, Some(written.files.len() as u64));
}

/// As for every output.
#[test]
fn the_command_of_a_plan_writes_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let folder = |name: &str| dir.path().join(name);
    let make = |name: &str| {
        Pipeline::read(clips::film()).output(hls(folder(name).join("a"))).output(pictures(folder(name).join("100%")))
    };
    for name in ["ours", "expected"] {
        fs::create_dir(folder(name)).unwrap();
    }
    outcome("a playlist and a sequence", make("ours"));
    let planned = make("expected");
    let plan = within(60, "a plan", move || planned.plan().wait().unwrap());
    for set in ["a", "100%"] {
        fs::create_dir(folder("expected").join(set)).unwrap();
    }
    ffmpeg(plan.command.arguments()).unwrap();
    for set in ["a", "100%"] {
        let (ours, expected) = (folder("ours").join(set), folder("expected").join(set));
        assert_eq!(names(&ours), names(&expected), "{}", plan.command);
        for name in names(&ours) {
            assert!(fs::read(ours.join(&name)).unwrap() == fs::read(expected.join(&name)).unwrap(), "{name:?} differs");
        }
    }
}

#[test]
fn a_single_file_has_one_name() {
    let dir = tempfile::tempdir().unwrap();
    let outcome = outcome("a file", Pipeline::read(clips::short()).output(quick(dir.path().join("out.mp4"))));
    assert_eq!(outcome.outputs[0].files, [Path::new("out.mp4")]);
}

#[test]
fn a_new_directory_has_the_mode_that_the_umask_leaves() {
    let as_ordinary = |folder: &Path| {
        fs::create_dir(folder.join("ordinary")).unwrap();
        outcome("a new directory", Pipeline::read(clips::short()).output(hls(folder.join("out"))));
        assert_eq!(mode(&folder.join("out")), mode(&folder.join("ordinary")));
    };
    if let Some(folder) = alone::folder() {
        return as_ordinary(&folder);
    }
    for umask in ["umask 0002", "umask 0077"] {
        let shell = format!("{umask} && exec \"$0\" \"$@\"");
        alone::alone("sets::a_new_directory_has_the_mode_that_the_umask_leaves", &["sh", "-c", &shell], as_ordinary);
    }
}

/// A directory gives way as a whole, and keeps its mode.
#[test]
fn a_directory_is_replaced_where_that_is_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out");
    theirs(&output);
    fs::set_permissions(&output, fs::Permissions::from_mode(0o2750)).unwrap();
    let why = error("an existing directory", Pipeline::read(clips::short()).output(hls(&output)));
    assert!(matches!(&why, Error::OutputExists { path } if *path == output), "{why:?}");
    assert_eq!(names(&output), ["theirs"]);

    for durability in [Durability::Fsync, Durability::None] {
        let replacing = hls(&output).overwrite(Overwrite::Replace).durability(durability);
        outcome("a replaced directory", Pipeline::read(clips::short()).output(replacing));
        assert_eq!(names(&output), ["index.m3u8", "segment_00000.ts"]);
        assert_eq!(mode(&output), 0o2750);
        assert_eq!(names(dir.path()), ["out"]);
    }
    let why = error("a failed replacement", Pipeline::read("missing").output(pictures(&output).overwrite(Overwrite::Replace)));
    assert!(matches!(why, Error::NotFound { .. }), "{why:?}");
    assert_eq!(names(&output), ["index.m3u8", "segment_00000.ts"]);
}

/// There is nothing to lose.
#[test]
fn an_empty_directory_gives_way() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out");
    fs::create_dir(&output).unwrap();
    fs::set_permissions(&output, fs::Permissions::from_mode(0o710)).unwrap();
    outcome("an empty directory", Pipeline::read(clips::short()).output(hls(&output)));
    assert_eq!(names(&output), ["index.m3u8", "segment_00000.ts"]);
    assert_eq!(mode(&output), 0o710);
}

#[test]
fn only_a_directory_gives_way_to_a_set_and_only_a_file_to_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (file, folder) = (dir.path().join("file"), dir.path().join("folder"));
    fs::write(&file, "theirs").unwrap();
    theirs(&folder);
    for overwrite in [Overwrite::Never, Overwrite::Replace] {
        let why = error("a file", Pipeline::read(clips::short()).output(hls(&file).overwrite(overwrite)));
        assert!(matches!(&why, Error::OtherKind { path, is_directory: false } if *path == file), "{why:?}");
        let why = error("a directory", Pipeline::read(clips::short()).output(quick(&folder).overwrite(overwrite)));
        assert!(matches!(&why, Error::OtherKind { path, is_directory: true } if *path == folder), "{why:?}");
        assert_eq!(why.stage(), Some(Stage::Mux));
    }
    assert_eq!(fs::read(&file).unwrap(), b"theirs");
    assert_eq!(names(&folder), ["theirs"]);
    assert_eq!(names(dir.path()), ["file", "folder"]);
}

#[test]
fn a_directory_that_holds_the_input_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out");
    fs::create_dir_all(output.join("sub")).unwrap();
    fs::copy(clips::short(), output.join("sub/in.mp4")).unwrap();
    symlink(clips::short(), output.join("link.mp4")).unwrap();
    symlink("out", dir.path().join("alias")).unwrap();
    let inputs = ["out/sub/in.mp4", "out/link.mp4", "alias/sub/in.mp4", "out/../out/sub/in.mp4"];
    for (input, named) in inputs.into_iter().flat_map(|it| [(it, "out"), (it, "alias"), (it, "out/")]) {
        let replacing = hls(dir.path().join(named)).overwrite(Overwrite::Replace);
        let why = error(input, Pipeline::read(dir.path().join(input)).output(replacing));
        assert!(matches!(&why, Error::SameFile { .. }), "{input}, {named}: {why:?}");
    }
    assert_eq!(names(&output), ["link.mp4", "sub"]);
}

#[test]
fn two_outputs_into_one_place_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    theirs(&dir.path().join("out"));
    let set = |name: &str| AnyOutput::from(hls(dir.path().join(name)).overwrite(Overwrite::Replace));
    let file = |name: &str| AnyOutput::from(quick(dir.path().join(name)));
    let pairs = [
        (set("out"), set("out/")),
        (set("new"), set("new")),
        (set("out"), file("out/a.mp4")),
        (file("out/a.mp4"), set("out")),
        (set("out/a"), set("out")),
    ];
    for (one, other) in pairs {
        let why = error("two outputs", Pipeline::read(clips::short()).output(one).output(other));
        let Error::Invalid { problems } = &why else { panic!("{why:?}") };
        assert!(matches!(&reasons(problems)[..], [Reason::SameOutput { other: 0 }]), "{why:?}");
    }
    assert_eq!(names(&dir.path().join("out")), ["theirs"]);
    outcome("neighbours", Pipeline::read(clips::short()).output(set("new")).output(file("new.mp4")).output(set("newer")));
    assert_eq!(names(dir.path()), ["new", "new.mp4", "newer", "out"]);
}

#[test]
fn a_symbolic_link_stays_and_its_target_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let (link, target) = (dir.path().join("out"), elsewhere.path().join("target"));
    symlink(&target, &link).unwrap();
    for named in ["out", "out/"] {
        let replacing = hls(dir.path().join(named)).overwrite(Overwrite::Replace);
        let outcome = outcome(named, Pipeline::read(clips::short()).output(replacing));
        assert_eq!(fs::read_link(&link).unwrap(), target);
        assert_eq!(outcome.outputs[0].path.as_deref(), Some(&*target));
        assert_eq!(names(&target), ["index.m3u8", "segment_00000.ts"]);
    }
    assert_eq!(names(elsewhere.path()), ["target"]);
}

#[test]
fn a_folder_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    for missing in ["missing", "file"] {
        let why = error("no folder", Pipeline::read(clips::short()).output(hls(dir.path().join(missing).join("out"))));
        assert!(matches!(&why, Error::DirectoryMissing { directory } if *directory == dir.path().join(missing)), "{why:?}");
    }
    assert_eq!(names(dir.path()), ["file"]);
}

#[test]
fn a_set_needs_a_directory_with_a_name() {
    for place in [".", "..", "/", "out/..", "https://host/out", "pipe:1"] {
        let output = HlsTs::directory(place).video(StreamCopy);
        let why = error(place, Pipeline::read(clips::short()).output(output));
        let Error::Invalid { problems } = &why else { panic!("{place}: {why:?}") };
        assert!(matches!(&reasons(problems)[..], [Reason::NeedsDirectory]), "{place}: {why:?}");
    }
}

/// Names that muxers could take for patterns, options or protocols.
#[test]
fn odd_names_are_names() {
    let dir = tempfile::tempdir().unwrap();
    let longest = "é".repeat(127);
    for name in ["%d", "100%", "%03d %%", "-dash", "a:b", " spaces ", "'q' \"q\"", ".hidden", "new\nline", "index.m3u8", &longest]
    {
        let output = dir.path().join(name);
        outcome(name, Pipeline::read(clips::short()).output(hls(&output)));
        assert_eq!(names(&output), ["index.m3u8", "segment_00000.ts"], "{name:?}");
        outcome(name, Pipeline::read(clips::short()).output(pictures(&output).overwrite(Overwrite::Replace)));
        assert_eq!(names(&output)[0], "frame_0001.jpg", "{name:?}");
        assert_eq!(names(dir.path()), [name]);
        fs::remove_dir_all(output).unwrap();
    }
}

/// FFmpeg's HLS muxer cannot be told that a percent sign is one; that of pictures can.
#[test]
fn a_pattern_above_the_directory_is_no_pattern() {
    let dir = tempfile::tempdir().unwrap();
    let parent = dir.path().join("a%03db");
    fs::create_dir(&parent).unwrap();
    let why = error("a pattern", Pipeline::read(clips::short()).output(hls(parent.join("out"))));
    let Error::Invalid { problems } = &why else { panic!("{why:?}") };
    assert!(matches!(&reasons(problems)[..], [Reason::PatternInDirectory]), "{why:?}");
    assert!(names(&parent).is_empty());
    outcome("pictures", Pipeline::read(clips::short()).output(pictures(parent.join("out"))));
    assert_eq!(names(&parent.join("out"))[0], "frame_0001.jpg");
}

#[test]
fn a_cancelled_set_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out");
    for old in [false, true] {
        if old {
            theirs(&output);
        }
        let job = under_way(pictures(&output).overwrite(Overwrite::Replace), dir.path());
        job.control().cancel();
        let result = within(30, "a cancelled job", || job.wait());
        assert!(cancelled(&result), "{result:?}");
        let left: &[&str] = if old { &["out"] } else { &[] };
        until("nothing left", || names(dir.path()) == left);
    }
    assert_eq!(names(&output), ["theirs"]);
}

/// Also where the encoder is still at work when the handle resolves.
#[test]
fn a_dropped_set_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let job = Pipeline::read(clips::long()).output(slow_hls(dir.path().join("out"))).start();
    until("a set half written", || part(dir.path()).is_some_and(|it| !names(&it).is_empty()));
    drop(job);
    until("nothing left", || names(dir.path()).is_empty());
}

#[test]
fn a_stopped_set_is_published_and_plays() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out");
    let fast = HlsTs::directory(&output).video(X264::crf(23.0).preset(Preset::Medium)).audio(Aac::default());
    let job = under_way(fast, dir.path());
    job.control().stop();
    let outcome = within(60, "a stopped job", || job.wait()).unwrap();
    assert!(outcome.stopped);
    let playlist = output.join("index.m3u8");
    assert!(fs::read_to_string(&playlist).unwrap().ends_with("#EXT-X-ENDLIST\n"));
    let media = Media::at(&playlist);
    assert_eq!(media.decode(), Ok(()));
    assert!(media.seconds() < Media::at(clips::long()).seconds());
    assert_eq!(names(dir.path()), ["out"]);
}

#[test]
fn a_truncated_source_leaves_nothing_also_where_pictures_are_far_apart() {
    let dir = tempfile::tempdir().unwrap();
    let whole = fs::read(clips::matroska()).unwrap();
    let cut = dir.path().join("cut.mkv");
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    // One in three seconds: the last lies well before the end of the film.
    let sparse = || Track::of(Select::main(), Mjpeg::default()).video_filter(Fps::new(FrameRate::new(1, 3)));
    let output = || Jpeg::sequence(dir.path().join("out"), "frame_%d.jpg").video(sparse());
    for output in [AnyOutput::from(output()), hls(dir.path().join("out")).into()] {
        let why = error("a cut-off film", Pipeline::read(&cut).output(output));
        assert!(matches!(why, Error::Truncated { .. }), "{why:?}");
        assert_eq!(names(dir.path()), ["cut.mkv"]);
    }
    let outcome = outcome("a whole film", Pipeline::read(clips::matroska()).output(output()));
    assert!((2..=3).contains(&outcome.outputs[0].files.len()), "{outcome:?}");
}

#[test]
fn a_part_beyond_the_end_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for output in [AnyOutput::from(hls(dir.path().join("out"))), pictures(dir.path().join("out")).into()] {
        let why = error("a part beyond the end", Pipeline::read(clips::short()).trim(secs(5)..).output(output));
        assert!(matches!(why, Error::Failed { .. }), "{why:?}");
        assert!(names(dir.path()).is_empty());
    }
}

/// One of two outputs cannot have its name, so the other gives its own back, with what had it before.
#[test]
fn outputs_of_one_job_appear_together_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new, file) = (dir.path().join("old"), dir.path().join("new"), dir.path().join("out.mp4"));
    theirs(&old);
    let replacing = pictures(&old).overwrite(Overwrite::Replace);
    let job = Pipeline::read(clips::film()).output(replacing).output(hls(&new)).output(quick(&file)).start();
    until("a job that writes", || part(dir.path()).is_some());
    fs::write(&file, "theirs").unwrap();
    let why = within(60, "a job whose name is taken", || job.wait()).unwrap_err();
    assert!(matches!(&why, Error::OutputExists { path } if *path == file), "{why:?}");
    assert_eq!(names(dir.path()), ["old", "out.mp4"]);
    assert_eq!(names(&old), ["theirs"]);
}

#[test]
fn of_many_jobs_for_one_name_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out");
    let jobs: Vec<_> =
        (0..8).map(|_| Pipeline::read(clips::short()).output(hls(&output).durability(Durability::None)).start()).collect();
    let results = within(60, "many jobs", || jobs.into_iter().map(Job::wait).collect::<Vec<_>>());
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for why in lost.into_iter().filter_map(Result::err) {
        assert!(matches!(&why, Error::OutputExists { path } if *path == output), "{why:?}");
    }
    assert_eq!(names(dir.path()), ["out"]);
    assert_eq!(Media::at(output.join("index.m3u8")).decode(), Ok(()));
}

/// A killed process leaves nothing under the final name, or what was there; what it leaves beside it, the next write removes.
#[test]
fn leftovers_of_the_dead_are_cleaned_up() {
    const TEST: &str = "sets::leftovers_of_the_dead_are_cleaned_up";
    if let Some(folder) = alone::folder() {
        // To be killed; it would take minutes.
        let sets = [slow_hls(folder.join("new")), slow_hls(folder.join("old")).overwrite(Overwrite::Replace)];
        let [new, old] = sets;
        let _ = Pipeline::read(clips::long()).output(new).output(old).start().wait();
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    theirs(&dir.path().join("old"));
    clips::long();
    let mut process = alone::command(TEST, &[], dir.path()).stdout(Stdio::null()).spawn().unwrap();
    let parts =
        || names(dir.path()).into_iter().filter(|it| it.as_encoded_bytes().ends_with(b".telecine-part")).collect::<Vec<_>>();
    until("a process that writes", || parts().iter().filter(|it| !names(&dir.path().join(it)).is_empty()).count() == 2);

    outcome("a write beside the living", Pipeline::read(clips::short()).output(hls(dir.path().join("a"))));
    let survived = parts().len();
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(survived, 2, "a living process lost what it is writing");
    assert_eq!(parts().len(), 2, "a killed process cleans nothing up");
    assert_eq!(names(&dir.path().join("old")), ["theirs"]);
    assert!(!dir.path().join("new").exists());

    outcome("a write beside the dead", Pipeline::read(clips::short()).output(quick(dir.path().join("b.mp4"))));
    assert_eq!(names(dir.path()), ["a", "b.mp4", "old"]);
}

/// FFmpeg's HLS muxer ends content on a full disk, so what it has written is looked at.
#[test]
#[cfg(target_os = "linux")] // where a process can have a small file system for itself
fn a_full_disk() {
    if let Some(folder) = alone::folder() {
        return on_a_small_disk(&folder);
    }
    let dir = tempfile::tempdir().unwrap();
    let roomy = |output: AnyOutput| {
        let outcome = outcome("a roomy disk", Pipeline::read(clips::film()).output(output));
        outcome.outputs[0]
            .files
            .iter()
            .map(|it| fs::metadata(dir.path().join("out").join(it)).unwrap().len().div_ceil(4096) * 4)
            .sum::<u64>()
    };
    let whole = roomy(hls(dir.path().join("out")).into());
    for kib in [4, 8, whole / 2, whole - 4] {
        let mount = format!("mount -t tmpfs -o size={kib}k tmpfs \"$TELECINE_TEST_FOLDER\" && exec \"$0\" \"$@\"");
        let flags = if rustix::process::geteuid().is_root() { "-m" } else { "-rm" };
        alone::alone("sets::a_full_disk", &["unshare", flags, "--", "sh", "-c", &mount], on_a_small_disk);
    }
}

#[cfg(target_os = "linux")]
fn on_a_small_disk(folder: &Path) {
    for output in [AnyOutput::from(hls(folder.join("out"))), pictures(folder.join("out")).into()] {
        let why = error("a full disk", Pipeline::read(clips::film()).output(output));
        assert!(matches!(why, Error::StorageFull { .. }), "{why:?}");
        assert_eq!(why.stage(), Some(Stage::Mux));
        assert!(why.can_retry());
        assert!(names(folder).is_empty(), "{:?} is left", names(folder));
    }
    // The folder is where that disk is mounted.
    let why = error("a mount point", Pipeline::read(clips::short()).output(hls(folder)));
    assert!(why.source().is_some_and(|it| it.source().is_some_and(|it| it.to_string().contains("mount point"))), "{why:?}");
}
