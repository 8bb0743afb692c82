use std::path::Path;
use std::process::Command;

use telecine::Pipeline;

use crate::support::oracle::{Media, ffmpeg};
use crate::support::{outcome, within};

/// Runs the pipeline that `make` makes to write into a directory, and its command with another directory instead, and compares
/// everything that was written there.
pub(crate) fn agree(name: &str, make: impl Fn(&Path) -> Pipeline) {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pipeline = make(ours.path());
    let planned = pipeline.clone();
    let plan = within(60, name, move || planned.plan().wait()).unwrap_or_else(|why| panic!("{name}: {why}"));
    outcome(name, pipeline);
    let (from, to) = (ours.path().to_str().unwrap(), theirs.path().to_str().unwrap());
    let arguments: Vec<_> = plan.command.arguments().iter().map(|it| it.replace(from, to)).collect();
    ffmpeg(&arguments).unwrap_or_else(|why| panic!("{name}: {}: {why}", plan.command));
    compare(name, ours.path(), theirs.path(), &plan.command.to_string());
    // What a shell makes of the line is what it was.
    let line = plan.command.to_string();
    let said = Command::new("sh").args(["-c", &format!("printf '%s\\0' {line}")]).output().unwrap();
    let words: Vec<_> = said.stdout.split(|it| *it == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    assert_eq!(&words[1..words.len() - 1], plan.command.arguments(), "{name}");
}

/// Runs the pipeline and the arguments that `make` makes to write into a directory, each in its own, and compares the same.
pub(crate) fn same_as(name: &str, make: impl Fn(&Path) -> (Pipeline, Vec<String>)) {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    outcome(name, make(ours.path()).0);
    ffmpeg(make(theirs.path()).1).unwrap_or_else(|why| panic!("{name}: {why}"));
    compare(name, ours.path(), theirs.path(), name);
}

/// Everything that was written into two directories.
fn compare(name: &str, ours: &Path, theirs: &Path, command: &str) {
    let files = names(ours);
    assert!(!files.is_empty(), "{name} wrote nothing");
    assert_eq!(files, names(theirs), "{name}: {command}");
    for file in files {
        let (ours, theirs) = (Media::at(ours.join(&file)), Media::at(theirs.join(&file)));
        same(&ours.packets(), &theirs.packets(), &format!("{name}, packets of {file}: {command}"));
        same(&ours.description(), &theirs.description(), &format!("{name}, streams and tags of {file}: {command}"));
    }
}

/// Compares line by line, and shows no more than the first lines that differ.
fn same(ours: &str, theirs: &str, what: &str) {
    let pairs = ours.lines().zip(theirs.lines()).filter(|(ours, theirs)| ours != theirs);
    let differ: Vec<_> = pairs.take(8).map(|(ours, theirs)| format!("  ours {ours}, theirs {theirs}")).collect();
    assert!(differ.is_empty(), "{what}\n{}", differ.join("\n"));
    assert_eq!(ours.lines().count(), theirs.lines().count(), "{what}: one has more");
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = directory.read_dir().unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
