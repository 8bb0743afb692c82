//! Where outputs go, and how: modes, links, devices, odd names, and who wins.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use telecine::{Aac, Durability, Error, Job, Location, Mp4, Overwrite, Pipeline, Reason, Stage};

use crate::support::{Media, alone, clips, error, names, outcome, quick, reasons, slow, until, within};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// As any program's new file: 0666 without what the umask takes.
#[test]
fn a_new_file_has_the_mode_that_the_umask_leaves() {
    // What is right is told by a file that the standard library makes.
    let as_ordinary = |folder: &Path| {
        fs::write(folder.join("ordinary"), "").unwrap();
        let output = folder.join("out.mp4");
        outcome("a new file", Pipeline::read(clips::short()).output(quick(&output)));
        assert_eq!(mode(&output), mode(&folder.join("ordinary")));
    };
    if let Some(folder) = alone::folder() {
        return as_ordinary(&folder);
    }
    for umask in ["umask 0002", "umask 0027", "umask 0077"] {
        let shell = format!("{umask} && exec \"$0\" \"$@\"");
        alone::alone("outputs::a_new_file_has_the_mode_that_the_umask_leaves", &["sh", "-c", &shell], as_ordinary);
    }
}

#[test]
fn a_replaced_file_keeps_its_mode() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    for old in [0o600, 0o644, 0o751] {
        fs::write(&output, "old").unwrap();
        fs::set_permissions(&output, fs::Permissions::from_mode(old)).unwrap();
        let replaced = fs::metadata(&output).unwrap().ino();
        let replacing = quick(&output).overwrite(Overwrite::Replace).durability(Durability::None);
        outcome("a replaced file", Pipeline::read(clips::short()).output(replacing));
        assert_eq!(mode(&output), old);
        assert_ne!(fs::metadata(&output).unwrap().ino(), replaced, "whoever has the old file open keeps it");
        assert_eq!(Media::at(&output).decode(), Ok(()));
    }
    assert_eq!(names(dir.path()), ["out.mp4"]);
}

/// A mode binds whoever opens the file, not whoever replaces it.
#[test]
fn a_read_only_file_is_replaced_by_one_that_is() {
    alone::alone("outputs::a_read_only_file_is_replaced_by_one_that_is", alone::without_override(), |folder| {
        let output = folder.join("out.mp4");
        for old in [0o444, 0o400, 0o000] {
            let _ = fs::remove_file(&output);
            fs::write(&output, "old").unwrap();
            fs::set_permissions(&output, fs::Permissions::from_mode(old)).unwrap();
            assert!(fs::File::options().append(true).open(&output).is_err(), "this process may write everything");
            let replacing = quick(&output).overwrite(Overwrite::Replace);
            outcome("a read-only file", Pipeline::read(clips::short()).output(replacing));
            assert_eq!(mode(&output), old);
            fs::set_permissions(&output, fs::Permissions::from_mode(0o600)).unwrap();
            assert_eq!(Media::at(&output).decode(), Ok(()));
            assert_eq!(names(folder), ["out.mp4"]);
        }
    });
}

/// What a file holds that others may not read, they may not read while its successor is written either.
#[test]
fn a_replacement_is_no_more_open_than_the_old_file() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    fs::write(&output, "old").unwrap();
    fs::set_permissions(&output, fs::Permissions::from_mode(0o400)).unwrap();
    let job = Pipeline::read(clips::long()).output(slow(&output).overwrite(Overwrite::Replace)).start();
    let part = || names(dir.path()).into_iter().find(|it| it.as_bytes().ends_with(b"-part"));
    until("a file that is being written", || part().is_some_and(|it| mode(&dir.path().join(it)) == 0o600));
    job.control().cancel();
    within(30, "the cancelled job", || job.wait()).unwrap_err();
}

/// A directory that may be written but not read cannot be synced: the file is there all the same, and the job says so.
#[test]
fn a_folder_that_cannot_be_read_can_be_written_to() {
    alone::alone("outputs::a_folder_that_cannot_be_read_can_be_written_to", alone::without_override(), |folder| {
        let blind = folder.join("blind");
        fs::create_dir(&blind).unwrap();
        fs::set_permissions(&blind, fs::Permissions::from_mode(0o300)).unwrap();
        assert!(fs::read_dir(&blind).is_err(), "this process may read everything, so nothing is checked here");
        for overwrite in [Overwrite::Never, Overwrite::Replace] {
            let output = quick(blind.join("out.mp4")).overwrite(overwrite).durability(Durability::Fsync);
            outcome("a folder that cannot be read", Pipeline::read(clips::short()).output(output));
        }
        fs::set_permissions(&blind, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(names(&blind), ["out.mp4"]);
        assert_eq!(Media::at(blind.join("out.mp4")).decode(), Ok(()));
    });
}

/// Where the name is a link, what it leads to is written, and the link stays.
#[test]
fn a_symbolic_link_stays_and_its_target_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("target.mp4");
    let link = dir.path().join("out.mp4");
    symlink("second", &link).unwrap();
    symlink(&target, dir.path().join("second")).unwrap();
    let replacing = || Pipeline::read(clips::short()).output(quick(&link).overwrite(Overwrite::Replace));

    // Once dangling, once not.
    for scenario in ["a dangling link", "a link to a file"] {
        let written = outcome(scenario, replacing());
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("second"), "{scenario}");
        assert_eq!(fs::read_link(dir.path().join("second")).unwrap(), target, "{scenario}");
        assert!(fs::symlink_metadata(&target).unwrap().is_file(), "{scenario}");
        assert_eq!(Media::at(&target).decode(), Ok(()), "{scenario}");
        assert_eq!(written.outputs[0].path.as_deref(), Some(&*target), "{scenario}");
    }
    let why = error("a link to a file that may not be replaced", Pipeline::read(clips::short()).output(quick(&link)));
    assert!(matches!(why, Error::OutputExists { .. }), "{why:?}");
    assert_eq!(names(dir.path()), ["out.mp4", "second"]);
    assert_eq!(names(elsewhere.path()), ["target.mp4"]);
}

#[test]
fn a_loop_of_links_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("out.mp4");
    symlink("out.mp4", &link).unwrap();
    let why = error("a loop of links", Pipeline::read(clips::short()).output(quick(&link)));
    assert!(matches!(why, Error::Failed { .. }), "{why:?}");
    assert_eq!(names(dir.path()), ["out.mp4"]);
}

/// What reads at the other end gets the whole film.
#[test]
fn a_fifo_gets_the_media_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("out.mp4");
    make_fifo(&fifo);
    let reader = {
        let fifo = fifo.clone();
        thread::spawn(move || fs::read(fifo).unwrap())
    };
    let written = outcome("a FIFO", Pipeline::read(clips::film()).output(quick(&fifo).fragmented()));
    let received = dir.path().join("received.mp4");
    fs::write(&received, within(30, "the FIFO's end", || reader.join().unwrap())).unwrap();
    assert_eq!(Media::at(&received).decode(), Ok(()));
    assert_eq!(written.frames, Some(Media::at(&received).frames()));
    assert_eq!(Media::at(&received).frames(), Media::at(clips::film()).frames());
    assert!(fs::symlink_metadata(&fifo).unwrap().file_type().is_fifo());
    assert_eq!(written.outputs[0].path, None);
    assert_eq!(names(dir.path()), ["out.mp4", "received.mp4"]);
}

/// And is read from as well: what can be opened once only.
#[test]
fn a_fifo_can_be_the_input() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("in.ts");
    make_fifo(&fifo);
    let writer = {
        let fifo = fifo.clone();
        thread::spawn(move || fs::write(fifo, fs::read(clips::transport_stream()).unwrap()).unwrap())
    };
    let output = dir.path().join("out.mp4");
    outcome("a FIFO as input", Pipeline::read(&fifo).output(quick(&output)));
    within(30, "the FIFO's other end", || writer.join().unwrap());
    assert_eq!(Media::at(&output).frames(), Media::at(clips::transport_stream()).frames());
    assert_eq!(names(dir.path()), ["in.ts", "out.mp4"]);
}

fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_device_stays_a_device() {
    let device = Path::new("/dev/null");
    let before = fs::metadata(device).unwrap();
    let written = outcome("a device", Pipeline::read(clips::short()).output(quick(device).fragmented()));
    let after = fs::symlink_metadata(device).unwrap();
    assert!(after.file_type().is_char_device());
    assert_eq!((after.ino(), after.mode()), (before.ino(), before.mode()));
    assert_eq!(written.outputs[0].path, None);
}

/// Nobody listens: an error, and the socket is nothing that could be replaced.
#[test]
fn a_sockets_name_stays_a_socket() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("out.mp4");
    drop(UnixListener::bind(&socket).unwrap());
    for overwrite in [Overwrite::Never, Overwrite::Replace] {
        let output = quick(&socket).fragmented().overwrite(overwrite);
        let why = error("a socket", Pipeline::read(clips::short()).output(output));
        assert!(why.stage() >= Some(Stage::Plan), "{why:?}");
        assert!(fs::symlink_metadata(&socket).unwrap().file_type().is_socket());
        assert_eq!(names(dir.path()), ["out.mp4"]);
    }
}

/// What a killed process leaves is removed by the next write to the folder; what a living one is writing is not.
#[test]
fn leftovers_of_the_dead_are_cleaned_up() {
    const TEST: &str = "outputs::leftovers_of_the_dead_are_cleaned_up";
    if let Some(folder) = alone::folder() {
        // To be killed; it would take minutes.
        let _ = Pipeline::read(clips::long()).output(slow(folder.join("dead.mp4"))).start().wait();
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    clips::long();
    let mut process = alone::command(TEST, &[], dir.path()).stdout(Stdio::null()).spawn().unwrap();
    let part = || names(dir.path()).into_iter().find(|it| it.as_bytes().starts_with(b".dead.mp4."));
    until("a process that writes", || part().is_some());

    outcome("a write beside the living", Pipeline::read(clips::short()).output(quick(dir.path().join("a.mp4"))));
    let survived = part().is_some();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(survived, "a living process lost what it is writing");
    assert!(part().is_some(), "a killed process cleans nothing up");

    outcome("a write beside the dead", Pipeline::read(clips::short()).output(quick(dir.path().join("b.mp4"))));
    assert_eq!(names(dir.path()), ["a.mp4", "b.mp4"]);
}

/// Names that options, protocols, patterns, shells and escapes could be read into, as output and then as input.
#[test]
fn odd_names_are_names() {
    let dir = tempfile::tempdir().unwrap();
    let longest = format!("{}.mp4", "n".repeat(251));
    let longest_of_wide_letters = format!("{}x.mp4", "é".repeat(125));
    let odd = [
        "-dash.mp4",
        " spaces around .mp4 ",
        "colon:in.mp4",
        "file:twice.mp4",
        "pipe:1",
        "concat:a|b.mp4",
        "a?b#c&d=e.mp4",
        "%d.mp4",
        "%03d %s %%.mp4",
        "'single' \"double\" `back`.mp4",
        "new\nline.mp4",
        "back\\slash.mp4",
        "$HOME;*.mp4",
        "[0:v]{a,b}.mp4",
        "ünï-日本.mp4",
        "no-extension",
        ".hidden",
        "out.mkv",
        &longest,
        &longest_of_wide_letters,
    ];
    for name in odd {
        let path = dir.path().join(name);
        outcome(name, Pipeline::read(clips::short()).output(quick(&path).durability(Durability::None)));
        assert_eq!(names(dir.path()), [name]);
        assert_eq!(Media::at(&path).format("format_name"), Media::at(clips::short()).format("format_name"), "{name:?}");

        let other = tempfile::tempdir().unwrap();
        let again = Mp4::file(other.path().join(name)).audio(Aac::default());
        outcome(name, Pipeline::read(&path).output(again));
        assert_eq!(names(other.path()), [name]);
        fs::remove_file(&path).unwrap();
    }
}

/// As they come from a command line: without a folder before them.
#[test]
fn odd_names_without_a_folder_are_names_too() {
    let test = "outputs::odd_names_without_a_folder_are_names_too";
    alone::alone(test, &["sh", "-c", "cd \"$TELECINE_TEST_FOLDER\" && exec \"$0\" \"$@\""], |folder| {
        for name in ["-dash.mp4", "colon:in.mp4", "%d.mp4", "plain.mp4", "http:x.mp4"] {
            outcome(name, Pipeline::read(clips::short()).output(quick(name)));
            assert_eq!(names(folder), [name]);
            let again = format!("{name}.again");
            outcome(name, Pipeline::read(name).output(quick(again.as_str())));
            assert_eq!(names(folder), [name, &again]);
            fs::remove_file(name).unwrap();
            fs::remove_file(again).unwrap();
        }
    });
}

/// FFmpeg's interface for Rust takes text only, so such a name is refused, not mangled.
#[test]
fn names_that_are_no_text_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(OsStr::from_bytes(b"out-\xff.mp4"));
    for pipeline in
        [Pipeline::read(clips::short()).output(quick(&path)), Pipeline::read(&path).output(quick(dir.path().join("out.mp4")))]
    {
        let why = error("a name that is no text", pipeline);
        let Error::Invalid { problems } = &why else { panic!("{why:?}") };
        assert!(matches!(&reasons(problems)[..], [Reason::UnusablePath]), "{why:?}");
        assert!(names(dir.path()).is_empty());
    }
}

/// Two slashes make what follows a host. FFmpeg would take it for a directory, and write over what is there.
#[test]
fn a_file_url_with_a_host_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.mp4");
    fs::write(&path, b"theirs").unwrap();
    for start in ["file:/", "FILE:/", "file://host"] {
        let url = format!("{start}{}", path.display());
        let why = error(&url, Pipeline::read(clips::short()).output(quick(url.as_str()).fragmented()));
        // One slash is a path, literally, and there is no such directory.
        let refused = matches!(&why, Error::Invalid { .. } | Error::DirectoryMissing { .. });
        assert!(refused, "{url}: {why:?}");
        assert_eq!(fs::read(&path).unwrap(), b"theirs", "{url}");
    }
    let url = format!("file://{}", path.display());
    assert!(matches!(error(&url, Pipeline::read(clips::short()).output(quick(url.as_str()))), Error::OutputExists { .. }));
    assert_eq!(names(dir.path()), ["out.mp4"]);
}

/// A line break in a URL would be the end of a line of the request, and what follows it a header of somebody else's choice.
#[test]
fn a_url_with_a_line_break_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for url in ["http://127.0.0.1:9/a.mp4\r\nX-Evil: 1", "http://127.0.0.1:9/a\n.mp4", "http://127.0.0.1:9/{key}"] {
        let location = Location::from(url);
        let location = if url.contains("{key}") { location.secret("key", "a\r\nX-Evil: 1") } else { location };
        let why = error(url, Pipeline::read(location).output(quick(dir.path().join("out.mp4"))));
        let Error::Invalid { problems } = &why else { panic!("{why:?}") };
        assert!(matches!(&reasons(problems)[..], [Reason::UnusablePath]), "{why:?}");
    }
}

/// Many jobs want one name at the same time: one has it, and it is whole.
#[test]
fn of_many_jobs_for_one_name_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let jobs: Vec<_> =
        (0..12).map(|_| Pipeline::read(clips::short()).output(quick(&output).durability(Durability::None)).start()).collect();
    let results = within(60, "many jobs", || jobs.into_iter().map(Job::wait).collect::<Vec<_>>());
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for why in lost.into_iter().filter_map(Result::err) {
        assert!(matches!(&why, Error::OutputExists { path } if *path == output), "{why:?}");
    }
    assert_eq!(names(dir.path()), ["out.mp4"]);
    assert_eq!(Media::at(&output).decode(), Ok(()));
}
