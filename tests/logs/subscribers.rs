//! Subscribers that do what they should not. Each is the only one of its process.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use telecine::{Durability, Pipeline, logs};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::lines::{saying, write};
use crate::support::alone::alone;
use crate::support::{clips, quick, within};

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
        let said = Arc::new(Mutex::new(Duration::ZERO));
        let took = Arc::clone(&said);
        let since = Instant::now();
        saying("a blocked subscriber", move || {
            let since = Instant::now();
            for number in 0..100_000 {
                write(Level::WARN, &std::ffi::CString::new(format!("line {number}\n")).unwrap());
            }
            *took.lock().unwrap() = since.elapsed();
        });
        assert!(reached.load(Ordering::Acquire));
        // The decoder's thread went on; the outcome was kept back for as long as a second, not for ever.
        let (said, whole) = (*said.lock().unwrap(), since.elapsed());
        assert!(said < Duration::from_secs(10), "{said:?}");
        assert!(whole < said + Duration::from_secs(10), "{whole:?}");
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
        let encoder = format!("job={number} role=encode stream=0 context=libx264");
        assert!(records.iter().any(|it| it.0 == "telecine::ffmpeg::libx264" && it.2.ends_with(&encoder)), "{records:?}");
        assert!(records.iter().all(|it| it.1 <= log::Level::Info), "{records:?}");
    });
}
