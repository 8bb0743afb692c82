//! Decodes any number of files at once, and prints what FFmpeg says of each as JSON, one event a line.
//!
//! Shows: FFmpeg's log as `tracing` events, each inside the span that was current when its job was started; a subscriber of
//! the application's own; what an outcome counts of warnings and an error carries of lines; outputs that go nowhere.
//! Leaves out: bounds, progress and Ctrl-C (see `transcode`), `RUST_LOG` (an `EnvFilter` in the place of the level).
//!
//! ```text
//! cargo run --release --example logs -- [--level off|error|warn|info|debug|trace] IN…
//! ```
//!
//! An event has `job`, the input's place in the arguments counted from 0, and null where a line is not known to be a job's; `role`,
//! `level`, `target`, `message`; and `stream`, `context`, `repeated` where they are known. The level is `warn` unless told. The
//! last line is `{"outcomes":[…]}`, one for each input, in order. Exit codes: 0 all was decoded, 1 something was not, 2 usage.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};
use telecine::{Decoded, Error, Job, LogLine, Null, Outcome, Pipeline, logs};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber, error_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

const USAGE: &str = "logs [--level off|error|warn|info|debug|trace] IN…";

fn main() -> ExitCode {
    let arguments = match Arguments::parse() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}\nusage: {USAGE}");
            return ExitCode::from(2);
        }
    };
    if let Err(why) = listen(arguments.level) {
        eprintln!("error: {why}");
        return ExitCode::FAILURE;
    }
    let jobs: Vec<_> = arguments.files.iter().enumerate().map(|(number, file)| start(number, file)).collect();
    // Each has its lines before its outcome; the slowest one ends last, whatever the order.
    let results: Vec<_> = jobs.into_iter().map(Job::wait).collect();
    let outcomes: Vec<_> = results.iter().enumerate().map(|(number, result)| outcome(number, result)).collect();
    print(&json!({ "outcomes": outcomes }));
    if results.iter().all(Result::is_ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the command line says.
struct Arguments {
    level: LevelFilter,
    files: Vec<OsString>,
}

impl Arguments {
    fn parse() -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, Value, ValueExt};
        let mut parsed = Self { level: LevelFilter::WARN, files: Vec::new() };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("level") => parsed.level = arguments.value()?.parse()?,
                Value(file) => parsed.files.push(file),
                _ => return Err(argument.unexpected()),
            }
        }
        if parsed.files.is_empty() {
            return Err("a file is needed".into());
        }
        Ok(parsed)
    }
}

/// The subscriber, then FFmpeg's lines for it. Not by `init()`, which would bring in whatever uses the `log` crate as well.
fn listen(level: LevelFilter) -> Result<(), Box<dyn std::error::Error>> {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(level).with(JsonLines))?;
    Ok(logs::install()?)
}

/// Inside a span of ours, so that every event of the job's can be told by it. Of level error, so that no `--level` hides it.
fn start(number: usize, file: &OsStr) -> Job {
    let everything = Null::output().video(Decoded).audio(Decoded);
    error_span!("input", number).in_scope(|| Pipeline::read(file).output(everything).start())
}

/// Prints each event as it comes. It is called on a thread of telecine's, which no decoder waits for.
struct JsonLines;

/// What is kept with a span: the number of the input that it is about.
struct Number(u64);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let number = fields.0.get("number").and_then(Value::as_u64).filter(|_| attributes.metadata().name() == "input");
        if let Some((span, number)) = context.span(id).zip(number) {
            span.extensions_mut().insert(Number(number));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let numbers = context.event_scope(event).into_iter().flatten();
        let number = numbers.into_iter().find_map(|span| Some(span.extensions().get::<Number>()?.0));
        // In the place of telecine's own number of the job.
        fields.0.insert("job", number.into());
        fields.0.entry("role").or_insert(Value::Null);
        fields.0.insert("level", level(*event.metadata().level()));
        fields.0.insert("target", event.metadata().target().into());
        print(&json!(fields.0));
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name(), value.into());
    }
}

fn outcome(number: usize, result: &Result<Outcome, Error>) -> Value {
    match result {
        Ok(outcome) => {
            let warnings = outcome
                .warnings
                .iter()
                .map(|it| json!({"level": level(it.level), "context": it.context, "message": it.message, "count": it.count}));
            json!({
                "job": number,
                "ok": true,
                "frames": outcome.frames,
                "corrupt": outcome.corrupt,
                "warnings": warnings.collect::<Vec<_>>(),
            })
        }
        Err(why) => json!({
            "job": number,
            "ok": false,
            "kind": kind(why),
            "error": chain(why),
            "log_lines": why.log_lines().iter().map(line).collect::<Vec<_>>(),
        }),
    }
}

fn line(line: &LogLine) -> Value {
    json!({
        "level": level(line.level),
        "role": line.role.map(|it| it.name()),
        "stream": line.stream,
        "context": line.context,
        "message": line.message,
        "repeated": line.repeated,
    })
}

fn level(level: Level) -> Value {
    level.as_str().to_lowercase().into()
}

/// The variant's name: what a program would match on.
fn kind(error: &Error) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// An error and everything behind it, in one line.
fn chain(error: &Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(why) = source {
        words += &format!(": {why}");
        source = why.source();
    }
    words
}

/// A reader that has gone away is no reason to end: the exit code still tells.
fn print(value: &Value) {
    let _ = writeln!(io::stdout(), "{value}");
}
