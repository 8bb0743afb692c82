//! How much is looked at: by class, by job, in all.

use std::path::Path;

use telecine::{Durability, JobId, Launch, Pipeline, logs};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{EnvFilter, registry};

use crate::heard::{self, Keeper};
use crate::support::alone::alone;
use crate::support::within;

fn damaged(folder: &Path) -> Launch {
    let clip = crate::support::corrupt::transport_stream(folder);
    let output = folder.join(format!("{:?}.mp4", std::time::Instant::now()));
    Pipeline::read(clip).output(crate::support::quick(output).durability(Durability::None)).run()
}

#[test]
fn by_class_as_the_filter_says() {
    alone("levels::by_class_as_the_filter_says", &[], |folder| {
        let keeper = Keeper::new();
        let filter = EnvFilter::new("warn,telecine::ffmpeg::mpegts=trace,telecine::ffmpeg::h264=off");
        tracing::subscriber::set_global_default(registry().with(keeper.clone().with_filter(filter))).unwrap();
        logs::install().unwrap();
        for round in 0..2 {
            let job = damaged(folder).start();
            let number = job.id().number();
            within(60, "a damaged clip", || job.wait()).unwrap();
            let lines = keeper.of(number);
            let of = |target: &str| lines.iter().filter(|it| it.target == format!("telecine::ffmpeg::{target}")).count();
            assert!(of("mpegts") > 20, "round {round}: {}", of("mpegts"));
            assert_eq!(of("h264"), 0, "round {round}");
            assert!(lines.iter().all(|it| it.target.ends_with("::mpegts") || it.level <= Level::WARN), "round {round}");
        }
    });
}

#[test]
fn one_job_at_trace_and_the_others_at_warn() {
    alone("levels::one_job_at_trace_and_the_others_at_warn", &[], |folder| {
        heard::listen();
        logs::set_level(LevelFilter::WARN);
        let jobs = [damaged(folder), damaged(folder).log_level(LevelFilter::TRACE), damaged(folder).log_level(LevelFilter::OFF)];
        let jobs = jobs.map(Launch::start);
        let numbers = jobs.each_ref().map(telecine::Job::id).map(JobId::number);
        let outcomes = within(60, "three at once", || jobs.map(telecine::Job::wait)).map(Result::unwrap);
        let [some, all, none] = numbers.map(heard::of);
        assert!(!some.is_empty() && some.iter().all(|it| it.level <= Level::WARN), "{} lines", some.len());
        assert!(all.iter().any(|it| it.level == Level::TRACE));
        assert!(none.is_empty(), "{} lines", none.len());
        // What nobody listens to is counted all the same.
        assert!(outcomes.iter().all(|it| !it.warnings.is_empty()));
    });
}
