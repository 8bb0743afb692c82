//! A plan is work that ends: without its input, cancelled, dropped, under any executor; and it leaves nothing behind.

use std::fs;
use std::net::TcpListener;

use telecine::{Error, Location, Mp4, Phase, Pipeline, StreamCopy, detached_jobs};

use crate::support::{cancelled, clips, names, until, within};

fn of(input: impl Into<Location>) -> Pipeline {
    Pipeline::read(input.into()).output(Mp4::file("out.mp4").video(StreamCopy))
}

/// Takes connections, and never says a word.
fn hanging() -> (TcpListener, Pipeline) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in.ts", listener.local_addr().unwrap());
    (listener, of(url.as_str()))
}

/// As many as there are jobs that run.
fn threads() -> usize {
    let name = |it: fs::DirEntry| fs::read_to_string(it.path().join("comm")).unwrap_or_default();
    let names = fs::read_dir("/proc/self/task").unwrap().filter_map(Result::ok).map(name);
    names.filter(|it| it.strip_prefix("telecine-").is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))).count()
}

#[test]
fn of_a_missing_input_it_is_an_error_that_names_it() {
    match within(60, "a missing input", || of("no/such.mp4").plan().wait()) {
        Err(Error::NotFound { location, .. }) => assert_eq!(location, Location::file("no/such.mp4")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_cancelled_while_a_source_hangs() {
    let (listener, pipeline) = hanging();
    let task = pipeline.plan();
    let control = task.control();
    let _peer = listener.accept().unwrap();
    control.cancel();
    // The server is still silent.
    let result = within(60, "a cancelled plan", move || task.wait());
    assert!(cancelled(&result), "{result:?}");
}

#[test]
fn dropping_it_ends_it() {
    let (listener, pipeline) = hanging();
    let task = pipeline.plan();
    let _peer = listener.accept().unwrap();
    let control = task.control();
    drop(task);
    // The server is still silent.
    until("the end of a dropped plan", || control.progress().phase == Phase::Ended);
}

#[test]
fn any_executor_runs_it() {
    let film = clips::film();
    let expected = within(60, "a plan that is waited for", move || of(film).plan().wait()).unwrap().command.to_string();
    let film = clips::film();
    let found = within(60, "a plan under futures_executor", move || futures_executor::block_on(of(film).plan()));
    assert_eq!(found.unwrap().command.to_string(), expected);
    let film = clips::film();
    let found = within(60, "a plan under tokio", move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(of(film).plan())
    });
    assert_eq!(found.unwrap().command.to_string(), expected);
}

#[test]
fn it_writes_nothing_and_leaves_no_thread() {
    crate::support::alone::alone("planning::it_writes_nothing_and_leaves_no_thread", &[], |folder| {
        let pipeline = Pipeline::read(clips::film()).output(Mp4::file(folder.join("out.mp4")).video(StreamCopy));
        within(60, "a plan", move || pipeline.plan().wait()).unwrap();
        let (listener, pipeline) = hanging();
        let task = pipeline.plan();
        let _peer = listener.accept().unwrap();
        assert_eq!(threads(), 1);
        drop(task);
        assert!(names(folder).is_empty(), "{:?}", names(folder));
        until("its threads have ended", || threads() == 0 && detached_jobs() == 0);
    });
}
