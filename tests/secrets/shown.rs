//! All that a job shows of itself, and the search for secrets in it.

use std::error::Error as _;
use std::fmt::{self, Write};
use std::sync::{Mutex, Once, PoisonError};

use telecine::{Error, Launch, Outcome};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::support::within;

/// Everything that was shown: by one job, and by the log of the process so far.
pub(crate) struct Shown(String);

/// Runs a job to its end, good or bad, and keeps all that it shows.
pub(crate) fn run(scenario: &str, launch: Launch) -> (Result<Outcome, Error>, Shown) {
    listen();
    let mut shown = format!("{launch:?}\n");
    let job = launch.start();
    let mut progress = job.progress();
    let snapshot = format!("{:?}", futures_executor::block_on(progress.next()));
    let result = within(60, scenario, || job.wait());
    match &result {
        Ok(outcome) => write!(shown, "{outcome:?} {outcome:#?} {:?}", outcome.warnings),
        Err(why) => write!(shown, "{why} {why:?} {why:#?}"),
    }
    .expect("a string takes everything");
    if let Err(why) = &result {
        let mut cause = why.source();
        while let Some(it) = cause {
            write!(shown, "\n{it} {it:?}").expect("a string takes everything");
            cause = it.source();
        }
        why.log_lines().iter().for_each(|it| write!(shown, "\n{it} {it:?} {}", it.message).expect("a string takes everything"));
    }
    (result, Shown(format!("{shown}\n{snapshot}\n{}", log())))
}

/// Plans a job, which has no problem, and keeps all that the plan shows.
pub(crate) fn plan(scenario: &str, launch: Launch) -> Shown {
    listen();
    let shown = format!("{launch:?}");
    let plan = within(60, scenario, || launch.plan().wait()).unwrap_or_else(|why| panic!("{scenario}: {why}"));
    Shown(format!("{shown}\n{plan}\n{plan:?}\n{}\n{}", plan.command.arguments().join("\n"), log()))
}

impl Shown {
    /// Fails where a secret is to be seen, as it is or as it may be written.
    #[track_caller]
    pub(crate) fn has_none_of(&self, scenario: &str, secrets: &[&str]) {
        for secret in secrets {
            for form in forms(secret) {
                if let Some(line) = self.0.lines().find(|it| it.contains(&form)) {
                    panic!("{scenario}: {form:?} is to be seen in {line:?}");
                }
            }
        }
    }

    /// Fails where the text is not to be seen: then the test would see nothing.
    #[track_caller]
    pub(crate) fn has(&self, scenario: &str, text: &str) {
        assert!(self.0.contains(text), "{scenario}: there is no {text:?} in {}", self.0);
    }
}

fn forms(secret: &str) -> Vec<String> {
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let (spaced, lower) = (encoded.replace('+', "%20"), encoded.to_lowercase());
    let mut forms = vec![secret.to_owned(), encoded, spaced, base64(secret)];
    // Of what has no escape in it, small letters are another secret.
    forms.extend(lower.contains('%').then_some(lower));
    forms
}

/// The slow and plain way, which is not the library's.
pub(crate) fn base64(text: &str) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<u8> = text.bytes().flat_map(|it| (0..8).rev().map(move |at| it >> at & 1)).collect();
    let sign = |six: &[u8]| alphabet[(0..6).fold(0, |value, at| value * 2 + usize::from(six.get(at).copied().unwrap_or(0)))];
    let coded: String = bits.chunks(6).map(sign).collect();
    let padding = (4 - coded.len() % 4) % 4;
    coded + &"=".repeat(padding)
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Keeper)).expect("nobody else listens");
        telecine::logs::install().expect("a thread can be started");
    });
}

static LOG: Mutex<String> = Mutex::new(String::new());

fn log() -> String {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn keep(text: &str) {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    log.push_str(text);
    log.push('\n');
}

/// Keeps every event and every span, with all fields.
struct Keeper;

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut fields = Fields(format!("span {}", attributes.metadata().name()));
        attributes.record(&mut fields);
        keep(&fields.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields(format!("{} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut fields);
        keep(&fields.0);
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a string takes everything");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).expect("a string takes everything");
    }
}
