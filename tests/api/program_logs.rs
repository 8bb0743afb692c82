//! `--example logs`: a JSON event a line, each with the number of its input, and what became of all of them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::{Media, clips, corrupt, example, within};

/// What the program printed: events, outcomes, its exit code.
struct Said {
    events: Vec<Value>,
    outcomes: Vec<Value>,
    code: Option<i32>,
}

fn run(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    let mut command = Command::new(example("logs"));
    command.args(arguments).stdin(Stdio::null());
    within(60, "the example logs", move || command.output().unwrap())
}

fn said(level: Option<&str>, inputs: &[&Path]) -> Said {
    let level = level.into_iter().flat_map(|it| ["--level", it]).map(OsStr::new);
    let output = run(level.chain(inputs.iter().map(|it| it.as_os_str())));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let Some(Value::Array(outcomes)) = lines.pop().map(|mut it| it["outcomes"].take()) else { panic!("{text}") };
    assert_eq!(outcomes.len(), inputs.len(), "{outcomes:?}");
    Said { events: lines, outcomes, code: output.status.code() }
}

fn damaged(folder: &Path) -> PathBuf {
    let clip = folder.join("damaged.ts");
    corrupt::copy(&clips::transport_stream(), &clip, 300);
    clip
}

fn has(event: &Value, field: &str) -> bool {
    event.get(field).is_some_and(Value::is_string)
}

#[test]
fn each_input_has_its_own_events() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, damaged) = (clips::film(), damaged(folder.path()));
    let said = said(None, &[&whole, &damaged]);
    assert_eq!(said.code, Some(0), "{:?}", said.outcomes);
    assert!(said.events.len() > 100, "{} events", said.events.len());
    for event in &said.events {
        assert_eq!(event["job"], 1, "{event}");
        assert!(["level", "target", "message"].iter().all(|it| has(event, it)), "{event}");
        assert!(["warn", "error"].iter().any(|it| event["level"] == *it), "{event}");
        assert!(event.get("role").is_some(), "{event}");
    }
    assert!(said.events.iter().any(|it| it["role"] == "decode" && it["target"] == "telecine::ffmpeg::h264"));

    let [whole, damaged] = said.outcomes.as_slice() else { panic!("{:?}", said.outcomes) };
    assert_eq!((&whole["ok"], whole["frames"].as_u64()), (&true.into(), Some(Media::at(clips::film()).frames())));
    assert_eq!((whole["corrupt"].as_u64(), whole["warnings"].as_array().map(Vec::len)), (Some(0), Some(0)));
    assert_eq!(damaged["ok"], true, "{damaged}");
    let counted: u64 = damaged["warnings"].as_array().unwrap().iter().map(|it| it["count"].as_u64().unwrap()).sum();
    // Each event is one line and as many repeats as it says, but for the one that only says so.
    let told: u64 = said.events.iter().map(|it| it["repeated"].as_u64().unwrap_or(1)).sum();
    assert_eq!(counted, told);
}

#[test]
fn the_level_is_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let damaged = damaged(folder.path());
    let count = |level| {
        let said = said(Some(level), &[&damaged]);
        assert_eq!(said.code, Some(0), "{:?}", said.outcomes);
        // Whoever listens, warnings are counted.
        assert_ne!(said.outcomes[0]["warnings"].as_array().map(Vec::len), Some(0));
        (said.events.len(), said.events.iter().filter(|it| it["level"] != "error").count())
    };
    let (errors, milder) = count("error");
    assert!(errors > 0);
    assert_eq!(milder, 0);
    assert_eq!(count("off"), (0, 0));
    assert!(count("debug").0 > errors);
}

#[test]
fn what_fails_says_why_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("no film.mp4");
    std::fs::write(&text, "this is no film").unwrap();
    let (missing, film) = (folder.path().join("missing.mp4"), clips::short());
    let said = said(None, &[&missing, &film, &text]);
    assert_eq!(said.code, Some(1));
    let kinds: Vec<_> = said.outcomes.iter().map(|it| it["kind"].as_str()).collect();
    assert_eq!(kinds, [Some("NotFound"), None, Some("NotMedia")]);
    assert!(said.outcomes[0]["error"].as_str().unwrap().contains("missing.mp4"));
    assert!(said.outcomes[0]["log_lines"].is_array());
    assert_eq!(said.outcomes[1]["ok"], true);
    assert!(said.events.iter().all(|it| it["job"] != 1), "{:?}", said.events);
}

#[test]
fn what_cannot_be_meant_is_2() {
    for arguments in [&[][..], &["--level", "loud", "in.mp4"], &["--quiet", "in.mp4"]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}
