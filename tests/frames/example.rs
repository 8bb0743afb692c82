//! The example `frames` as what it is: a program, with arguments, lines and exit codes.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::judge::{Line, parsed, program};
use crate::support::{clips, example, within};
use crate::{scenes, shapes};

fn run(arguments: &[&str], input: impl AsRef<OsStr>) -> Output {
    let mut command = Command::new(example("frames"));
    command.args(arguments).arg(input);
    within(60, "the example", move || command.output()).expect("it can be run")
}

fn checksums(output: &Output) -> Vec<Line> {
    parsed(&String::from_utf8_lossy(&output.stdout)).unwrap_or_else(|why| panic!("{why}: {output:?}"))
}

#[test]
fn its_checksums_are_those_of_the_program() {
    for name in ["closed.mp4", "open.ts", "hevc.mkv", "vp9.webm", "uneven.mkv", "bare.h264"] {
        let clip = shapes::named(name);
        for threads in [&[][..], &["--threads", "1"], &["--threads", "3"]] {
            let output = run(&[&["--framemd5"], threads].concat(), &clip);
            assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
            assert_eq!(checksums(&output), program(&clip).expect("it is whole"), "{name} {threads:?}");
        }
    }
}

#[test]
fn it_chooses_frames() {
    let clip = shapes::named("closed.mp4");
    let all = program(&clip).expect("it is whole");
    let picked = |numbers: &[usize]| numbers.iter().map(|it| all[*it].clone()).collect::<Vec<_>>();
    let choices: [(&[&str], Vec<Line>); 4] = [
        (&["--every", "1"], picked(&[0, 25, 50, 75, 100])),
        (&["--nth", "40"], picked(&[0, 40, 80, 120])),
        (&["--keyframes"], picked(&[0, 20, 40, 60, 80, 100, 120])),
        (&["--at", "3.02,0:01,3.02"], picked(&[25, 75, 75])),
    ];
    for (choice, wanted) in choices {
        let output = run(&[&["--framemd5"], choice].concat(), &clip);
        assert!(output.status.code() == Some(0) && checksums(&output) == wanted, "{choice:?}: {output:?}");
    }
    let film = scenes::film();
    let begun = scenes::by_program(&film, &[], "null", 10.0).expect("it is whole");
    let all = program(&film).expect("it is whole");
    // What is a number, is the threshold; what is none, the file.
    let thresholds: [(&[&str], &[Line]); 4] =
        [(&["--scenes"], &begun), (&["--scenes", "10"], &begun), (&["--scenes=100"], &all[..1]), (&["--scenes", "0"], &all)];
    for (choice, wanted) in thresholds {
        let output = run(&[&["--framemd5"], choice].concat(), &film);
        assert!(output.status.code() == Some(0) && checksums(&output) == wanted, "{choice:?}: {output:?}");
        assert!(output.stderr.is_empty(), "FFmpeg's lines go nowhere: {output:?}");
    }
    let output = run(&["--framemd5", "--count", "3"], &clip);
    assert_eq!(checksums(&output).len(), 3, "{output:?}");
    let said = String::from_utf8_lossy(&run(&["--nth", "40"], &clip).stdout).into_owned();
    assert!(said.contains("4 frames in ") && said.contains(" packets not decoded"), "{said}");
}

/// Whose values are compared elsewhere: here, that they are those that were asked for.
#[test]
fn it_makes_other_pixels() {
    let clip = shapes::named("closed.mp4");
    let times = |lines: &[Line]| lines.iter().map(|it| it.0).collect::<Vec<_>>();
    let native = program(&clip).expect("it is whole");
    // 176 by 144.
    let cases: [(&[&str], usize); 4] = [
        (&["--pixels", "native"], 176 * 144 * 3 / 2),
        (&["--pixels", "rgb24"], 176 * 144 * 3),
        (&["--pixels", "gray8"], 176 * 144),
        (&["--pixels", "rgb24", "--width", "88"], 88 * 72 * 3),
    ];
    for (arguments, size) in cases {
        let output = run(&[&["--framemd5"], arguments].concat(), &clip);
        let lines = checksums(&output);
        assert!(times(&lines) == times(&native) && lines.iter().all(|it| it.1 == size), "{arguments:?}: {output:?}");
    }
    let output = run(&["--framemd5", "--pixels", "rgb24", "--width", "88", "--sdr"], clips::hdr10());
    let lines = checksums(&output);
    assert!(lines.len() == 25 && lines.iter().all(|it| it.1 == 88 * 72 * 3), "{output:?}");
    let said = String::from_utf8_lossy(&run(&["--pixels", "rgb24", "--every", "1", "--width", "88"], &clip).stdout).into_owned();
    assert!(said.contains("88x72") && said.contains("rgb24") && said.contains("5 frames in "), "{said}");
}

#[test]
fn a_table_says_what_they_are() {
    let output = run(&[], clips::tall());
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(said.contains("120x200") && said.contains("yuv420p") && said.contains("60 frames in "), "{said}");
}

#[test]
fn what_cannot_be_meant_is_2() {
    for wrong in [
        &["--framemd4"][..],
        &["--threads", "many"],
        &["--threads", "-1"],
        &["--at", "soon"],
        &["--nth", "-1"],
        &["--pixels", "cmyk"],
        &["--scenes=many"],
        &["--width", "80"],
        &["--sdr"],
        &["--stream"],
        &["a second file"],
    ] {
        let output = run(wrong, clips::short());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {output:?}");
        assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).contains("usage: frames"), "{output:?}");
    }
    let none = Command::new(example("frames")).output().expect("it can be run");
    assert_eq!(none.status.code(), Some(2), "{none:?}");
}

#[test]
fn what_cannot_be_read_is_1_and_says_why() {
    let (sound, hdr) = (clips::sound_only(), clips::hdr10());
    let failures: [(&[&str], &Path, &str); 6] = [
        (&[], Path::new("there is no such film.mp4"), "no such"),
        (&["--framemd5"], &sound, "video"),
        (&["--stream", "7"], &sound, "video"),
        (&["--threads", "0"], &sound, "threads"),
        (&["--pixels", "rgb24"], &hdr, "--sdr"),
        (&["--scenes", "101"], &sound, "threshold"),
    ];
    for (arguments, input, words) in failures {
        let output = run(arguments, input);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(words) && output.stdout.is_empty(), "{words}: {output:?}");
    }
}

#[test]
fn what_can_be_had_is_printed_before_the_error() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (cut, bytes) = (folder.path().join("cut.mp4"), fs::read(clips::index_first()).expect("it was made"));
    fs::write(&cut, &bytes[..bytes.len() / 2]).expect("there is room");
    let output = run(&["--framemd5"], &cut);
    assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("cut off"), "{output:?}");
    let expected = program(&cut).expect("the program is content");
    assert!(!expected.is_empty() && checksums(&output) == expected, "{} frames", expected.len());
}
