//! Lines as records of the `log` crate, for applications that have no `tracing` subscriber. `tracing` does this for its macros
//! alone, whose call sites are known when they are compiled.

use std::fmt;

use tracing::level_filters::LevelFilter;
use tracing::{Level, dispatcher};

use crate::media::LogLine;

/// Whether loggers are served: `tracing`'s own rule.
pub(super) fn serve() -> bool {
    !dispatcher::has_been_set()
}

/// What the loudest subscriber wants to hear, or the logger.
pub(super) fn loudest() -> LevelFilter {
    if !serve() {
        return LevelFilter::current();
    }
    match log::max_level() {
        log::LevelFilter::Off => LevelFilter::OFF,
        log::LevelFilter::Error => LevelFilter::ERROR,
        log::LevelFilter::Warn => LevelFilter::WARN,
        log::LevelFilter::Info => LevelFilter::INFO,
        log::LevelFilter::Debug => LevelFilter::DEBUG,
        log::LevelFilter::Trace => LevelFilter::TRACE,
    }
}

/// Hands it to the logger.
pub(super) fn tell(target: &str, job: Option<u64>, line: &LogLine) {
    let level = match line.level {
        Level::ERROR => log::Level::Error,
        Level::WARN => log::Level::Warn,
        Level::INFO => log::Level::Info,
        Level::DEBUG => log::Level::Debug,
        Level::TRACE => log::Level::Trace,
    };
    let metadata = log::Metadata::builder().level(level).target(target).build();
    let logger = log::logger();
    if level <= log::max_level() && logger.enabled(&metadata) {
        let text = Text { job, line };
        logger.log(
            &log::Record::builder()
                .metadata(metadata)
                .module_path_static(Some("telecine::ffmpeg"))
                .args(format_args!("{text}"))
                .build(),
        );
    }
}

/// `concealing 3 errors job=7 role=decode input=0 stream=0 context=h264`, as `tracing` writes events for loggers.
struct Text<'a> {
    job: Option<u64>,
    line: &'a LogLine,
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LogLine { role, input, stream, context, message, repeated, .. } = self.line;
        f.write_str(message)?;
        self.job.map_or(Ok(()), |it| write!(f, " job={it}"))?;
        role.map_or(Ok(()), |it| write!(f, " role={it}"))?;
        input.map_or(Ok(()), |it| write!(f, " input={it}"))?;
        stream.map_or(Ok(()), |it| write!(f, " stream={it}"))?;
        if !context.is_empty() {
            write!(f, " context={context}")?;
        }
        if *repeated > 0 { write!(f, " repeated={repeated}") } else { Ok(()) }
    }
}
