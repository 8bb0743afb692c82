//! What an event has, and where it goes.

use std::thread;
use std::time::Duration;

use telecine::{Durability, Pipeline, logs};
use tracing::{Level, info_span};
use tracing_subscriber::layer::SubscriberExt;

use crate::heard::{self, Keeper};
use crate::lines::{saying, write};
use crate::support::alone::alone;
use crate::support::{quick, until, within};

#[test]
fn it_has_job_role_stream_context_and_message() {
    heard::listen();
    let dir = tempfile::tempdir().unwrap();
    let clip = crate::support::corrupt::transport_stream(dir.path());
    let job = Pipeline::read(&clip).output(quick(dir.path().join("out.mp4")).durability(Durability::None)).start();
    let number = job.id().number();
    within(60, "a damaged clip", || job.wait()).unwrap();
    let lines = heard::of(number);
    assert!(lines.len() > 1_000, "{} lines", lines.len());
    assert!(lines.iter().all(|it| it.span_job == Some(number)), "outside the job's span");
    assert!(lines.iter().all(|it| !it.message().is_empty() && !it.message().contains(['\n', '\r'])));
    assert!(!lines.iter().any(|it| it.message().contains(" @ 0x")), "a prefix is no field");

    let has = |role: &str, target: &str, stream: Option<&str>| {
        let target = format!("telecine::ffmpeg::{target}");
        let fits = lines.iter().any(|it| {
            it.target == target && it.field("role") == Some(role) && it.field("stream") == stream && it.field("context").is_some()
        });
        assert!(fits, "no line of {role} {target} {stream:?}");
    };
    has("demux", "mpegts", None);
    has("decode", "h264", Some("0"));
    has("encode", "libx264", Some("0"));
    has("filter", "buffer", None);
    let levels = |level: Level| lines.iter().filter(|it| it.level == level).count();
    assert!([Level::ERROR, Level::INFO, Level::DEBUG, Level::TRACE].into_iter().all(|it| levels(it) > 0));
}

#[test]
fn the_jobs_span_is_a_child_of_the_one_at_the_start() {
    heard::listen();
    let number = info_span!("outer").in_scope(|| saying("inside a span", || write(Level::INFO, c"inside\n")));
    let lines = heard::of(number);
    let line = lines.iter().find(|it| it.message() == "inside").expect("it is heard");
    assert_eq!(line.spans, ["job", "outer"]);
    // Another one's span, or none, is not in the way.
    let number = saying("without a span", || write(Level::INFO, c"outside\n"));
    let lines = heard::of(number);
    assert_eq!(lines.iter().find(|it| it.message() == "outside").expect("it is heard").spans, ["job"]);
}

#[test]
fn all_are_there_when_the_outcome_is() {
    heard::listen();
    for _ in 0..20 {
        let number = saying("a short clip", || {});
        let count = heard::of(number).len();
        assert!(heard::of(number).iter().any(|it| it.message().starts_with("kb/s:")), "x264's last words");
        thread::sleep(Duration::from_millis(30));
        assert_eq!(heard::of(number).len(), count);
    }
}

#[test]
fn the_subscriber_is_the_one_at_the_start() {
    heard::listen();
    let keeper = Keeper::new();
    let subscriber = tracing_subscriber::registry().with(keeper.clone());
    let number =
        tracing::subscriber::with_default(subscriber, || saying("a subscriber of its own", || write(Level::INFO, c"mine\n")));
    let heard = keeper.of(number);
    assert!(heard.iter().any(|it| it.message() == "mine" && it.span_job == Some(number)), "{} lines", heard.len());
    assert!(heard::of(number).is_empty(), "the global one got them too");
}

#[test]
fn installed_twice_it_tells_once() {
    heard::listen();
    logs::install().unwrap();
    let number = saying("installed twice", || {
        logs::install().unwrap();
        write(Level::WARN, c"once\n");
    });
    let lines = heard::of(number);
    let once: Vec<_> = lines.iter().filter(|it| it.message() == "once").collect();
    assert_eq!(once.len(), 1);
    assert_eq!(once[0].field("repeated"), None);
}

#[test]
fn uninstalled_it_tells_nothing_until_it_is_installed_again() {
    alone("events::uninstalled_it_tells_nothing_until_it_is_installed_again", &[], |_| {
        heard::listen();
        logs::uninstall();
        assert!(heard::of(saying("uninstalled", || write(Level::WARN, c"to standard error\n"))).is_empty());
        logs::install().unwrap();
        assert!(!heard::of(saying("installed again", || {})).is_empty());
    });
}

#[test]
fn what_is_nobodys_has_no_job() {
    heard::listen();
    thread::spawn(|| write(Level::WARN, c"of the application itself\n")).join().unwrap();
    until("it is heard", || heard::of_nobody().iter().any(|it| it.message() == "of the application itself"));
    let lines = heard::of_nobody();
    let line = lines.iter().find(|it| it.message() == "of the application itself").unwrap();
    assert_eq!((line.field("job"), line.span_job), (None, None));
}
