//! Subscribers that do what they should not. Each is the only one of its process.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use telecine::{Decoded, Durability, Null, Pipeline, logs};
use tracing::level_filters::LevelFilter;
use tracing::span::Id;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::heard::{Heard, Keeper};
use crate::lines::{saying, write};
use crate::support::alone::alone;
use crate::support::{clips, corrupt, quick, until, within};

/// Does that on each of FFmpeg's lines.
struct Does<F>(F);

impl<S: Subscriber, F: Fn(&Event<'_>) + Send + Sync + 'static> Layer<S> for Does<F> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("telecine::ffmpeg") {
            (self.0)(event);
        }
    }
}

fn install(does: impl Fn(&Event<'_>) + Send + Sync + 'static) {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Does(does))).unwrap();
    logs::install().unwrap();
}

#[test]
fn one_that_panics_loses_its_line_and_nothing_else() {
    alone("subscribers::one_that_panics_loses_its_line_and_nothing_else", &[], |_| {
        let count = Arc::new(AtomicU64::new(0));
        let counts = Arc::clone(&count);
        install(move |_| {
            assert!(!counts.fetch_add(1, Ordering::Relaxed).is_multiple_of(50), "on purpose");
        });
        saying("a panicking subscriber", || {});
        let count = count.load(Ordering::Relaxed);
        assert!(count > 100, "{count} lines");
        assert_eq!(logs::subscriber_panics(), count.div_ceil(50));
    });
}

#[test]
fn one_that_blocks_is_not_waited_for() {
    alone("subscribers::one_that_blocks_is_not_waited_for", &[], |_| {
        let gate = Arc::new(Mutex::new(()));
        let closed = gate.lock().unwrap();
        let (entered, reached) = (Arc::clone(&gate), Arc::new(AtomicBool::new(false)));
        let reaches = Arc::clone(&reached);
        install(move |_| {
            reaches.store(true, Ordering::Release);
            drop(entered.lock());
        });
        // Neither the decoder's thread nor the outcome waits for ever: the subscriber blocks all the while.
        saying("a blocked subscriber", || {
            for number in 0..100_000 {
                write(Level::WARN, &std::ffi::CString::new(format!("line {number}\n")).unwrap());
            }
        });
        assert!(reached.load(Ordering::Acquire));
        assert!(logs::dropped() > 80_000, "{}", logs::dropped());
        drop(closed);
    });
}

#[test]
fn one_that_calls_back_neither_deadlocks_nor_goes_round_for_ever() {
    alone("subscribers::one_that_calls_back_neither_deadlocks_nor_goes_round_for_ever", &[], |folder| {
        let (output, runs) = (folder.join("inner.mp4"), AtomicU64::new(0));
        install(move |_| {
            // On every line FFmpeg is called, on a few a whole job is run and waited for.
            write(Level::WARN, c"from the subscriber\n");
            if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                let output = quick(&output).durability(Durability::None).overwrite(telecine::Overwrite::Replace);
                let _ = Pipeline::read(clips::short()).output(output).start().wait();
                tracing::warn!("and it logs");
                logs::install().unwrap();
            }
        });
        within(60, "a subscriber that calls back", || saying("its job", || write(Level::INFO, c"line\n")));
        thread::sleep(Duration::from_millis(10));
    });
}

#[test]
fn a_logger_is_served_where_there_is_none() {
    static RECORDS: Mutex<Vec<(String, log::Level, String)>> = Mutex::new(Vec::new());

    struct Logger;

    impl log::Log for Logger {
        fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
            metadata.target().starts_with("telecine::ffmpeg")
        }

        fn log(&self, record: &log::Record<'_>) {
            if self.enabled(record.metadata()) {
                RECORDS.lock().unwrap().push((record.target().to_owned(), record.level(), record.args().to_string()));
            }
        }

        fn flush(&self) {}
    }

    alone("subscribers::a_logger_is_served_where_there_is_none", &[], |_| {
        log::set_logger(&Logger).unwrap();
        log::set_max_level(log::LevelFilter::Info);
        logs::install().unwrap();
        let number = saying("a logger", || {
            write(Level::INFO, c"told\n");
            write(Level::DEBUG, c"not told\n");
        });
        let records = RECORDS.lock().unwrap();
        let line = format!("told job={number}");
        assert!(
            records.iter().any(|it| *it == ("telecine::ffmpeg::global".to_owned(), log::Level::Info, line.clone())),
            "{records:?}"
        );
        let encoder = format!("job={number} role=encode input=0 stream=0 context=libx264");
        assert!(records.iter().any(|it| it.0 == "telecine::ffmpeg::libx264" && it.2.ends_with(&encoder)), "{records:?}");
        assert!(records.iter().all(|it| it.1 <= log::Level::Info), "{records:?}");
    });
}

/// There is no other: what is asked of interest, and when, must not depend on one.
#[test]
fn a_scoped_one_alone_is_told_everything() {
    alone("subscribers::a_scoped_one_alone_is_told_everything", &[], |folder| {
        let clip = corrupt::transport_stream(folder);
        logs::install().unwrap();
        // A line of nobody's, before anybody listens to its class.
        write(Level::WARN, c"nobody's\n");
        let keeper = Keeper::new();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(keeper.clone()), || {
            for _ in 0..3 {
                let job = Pipeline::read(&clip).output(Null::output().video(Decoded)).start();
                let number = job.id().number();
                let outcome = within(60, "a damaged clip", || job.wait()).unwrap();
                let told = keeper.of(number).iter().filter(|it| it.level <= Level::WARN).map(Heard::times).sum::<u64>();
                let counted = outcome.warnings.iter().map(|it| it.count).sum::<u64>();
                assert!(counted > 100 && told >= counted / 2, "{told} of {counted} lines");
            }
        });
    });
}

/// Panics with its own lock held, and again in whatever it is called for afterwards.
struct Poisoned(Mutex<u64>);

impl<S: Subscriber> Layer<S> for Poisoned {
    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        *self.0.lock().unwrap() += 1;
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        *self.0.lock().unwrap() += 1;
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let _held = self.0.lock().unwrap();
        assert!(!event.metadata().target().starts_with("telecine::ffmpeg"), "on purpose");
    }
}

#[test]
fn one_that_panics_from_then_on_ends_no_process() {
    alone("subscribers::one_that_panics_from_then_on_ends_no_process", &[], |folder| {
        let clip = corrupt::transport_stream(folder);
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Poisoned(Mutex::new(0)))).unwrap();
        logs::install().unwrap();
        for _ in 0..3 {
            let job = Pipeline::read(&clip).output(Null::output().video(Decoded)).start();
            within(60, "a job under it", || job.wait()).unwrap();
        }
        assert!(logs::subscriber_panics() > 0);
    });
}

/// What the job came to was known before anybody was told its lines.
#[test]
fn a_slow_one_changes_no_result() {
    alone("subscribers::a_slow_one_changes_no_result", &[], |folder| {
        install(|_| thread::sleep(Duration::from_millis(400)));
        let clip = folder.join("no index.mp4");
        let bytes = std::fs::read(clips::film()).unwrap();
        std::fs::write(&clip, &bytes[..bytes.len() / 2]).unwrap();
        let launch = || Pipeline::read(&clip).output(Null::output().video(Decoded)).run();
        let plain = launch();
        let alone = within(60, "a job without bounds", || plain.start().wait()).unwrap_err();
        // Less than the subscriber takes, and more than the job's own work, which nobody listens to the first time.
        let unheard = launch().log_level(LevelFilter::OFF);
        let since = Instant::now();
        within(60, "a job that nobody listens to", || unheard.start().wait()).unwrap_err();
        let limit = Duration::from_millis(300).max(4 * since.elapsed());
        for launch in [launch().deadline(limit), launch().open_timeout(limit), launch().stall(limit)] {
            let bound = within(60, "a job with a bound", || launch.start().wait()).unwrap_err();
            assert_eq!(bound.to_string(), alone.to_string());
        }
    });
}

/// Counts the spans that have closed.
struct Closes(Arc<AtomicU64>);

impl<S: Subscriber> Layer<S> for Closes {
    fn on_close(&self, _: Id, _: Context<'_, S>) {
        assert_ne!(thread::current().name(), Some("telecine-reaper"), "a subscriber on the thread that keeps all jobs' time");
        self.0.fetch_add(1, Ordering::Release);
    }
}

#[test]
fn a_jobs_span_closes_with_the_job() {
    alone("subscribers::a_jobs_span_closes_with_the_job", &[], |_| {
        let count = Arc::new(AtomicU64::new(0));
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Closes(Arc::clone(&count)))).unwrap();
        logs::install().unwrap();
        let job = Pipeline::read(clips::short()).output(Null::output().video(Decoded)).start();
        let control = job.control();
        within(60, "a job", || job.wait()).unwrap();
        until("its span has closed", || count.load(Ordering::Acquire) == 1);
        drop(control);
    });
}
