//! The example `analyze` as what it is: a program, with arguments, lines and exit codes.

use std::ffi::OsStr;
use std::process::{Command, Output};

use crate::made;
use crate::support::{clips, example, within};

fn run(arguments: &[&str], input: impl AsRef<OsStr>) -> Output {
    let mut command = Command::new(example("analyze"));
    command.args(arguments).arg(input);
    within(60, "the example", move || command.output()).expect("it can be run")
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn it_tells_what_there_is_a_line_each() {
    let output = run(&[], made::film());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = lines(&output);
    for line in ["0.080 crop to 320x240+0+0", "3.000 to 6.000 black", "6.000 to 10.000 frozen"] {
        assert!(said.iter().any(|it| it == line), "{line}: {said:?}");
    }
    assert!(said.iter().any(|it| it.starts_with("3.000 scene change, score 4")), "{said:?}");
    assert!(output.stderr.is_empty(), "FFmpeg's lines go nowhere: {output:?}");

    let output = run(&[], made::sound("silence.wav", &[]));
    let said = lines(&output);
    assert!(said.iter().any(|it| it.ends_with("to 12.000 silent")) && said.len() == 3, "{said:?}");
    assert!(said[2].starts_with("loudness of all: -") && said[2].contains(" LUFS, range "), "{said:?}");
    assert_eq!(lines(&run(&["--levels"], made::sound("silence.wav", &[]))).len(), 3 + 120);
}

#[test]
fn what_cannot_be_read_is_1_and_what_cannot_be_meant_is_2() {
    let output = run(&[], "there is no such film.mp4");
    assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("no such"), "{output:?}");
    for wrong in [&["--silence"][..], &["a second file"]] {
        let output = run(wrong, clips::short());
        assert!(output.status.code() == Some(2) && output.stdout.is_empty(), "{wrong:?}: {output:?}");
    }
}
