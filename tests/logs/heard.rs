//! A subscriber that keeps what it is told: every test looks at the events of its own jobs.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) target: String,
    pub(crate) level: Level,
    pub(crate) fields: BTreeMap<String, String>,
    /// The names of the spans around it, the innermost first.
    pub(crate) spans: Vec<&'static str>,
    /// The field `id` of the innermost span that is a job's.
    pub(crate) span_job: Option<u64>,
}

impl Heard {
    pub(crate) fn message(&self) -> &str {
        self.field("message").unwrap_or_default()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(crate) fn job(&self) -> Option<u64> {
        self.field("job")?.parse().ok()
    }

    /// How often the line came.
    pub(crate) fn times(&self) -> u64 {
        self.field("repeated").and_then(|it| it.parse().ok()).unwrap_or(1)
    }
}

/// Installs the bridge and a keeper, for the whole process, at every level.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(everything().clone());
        tracing::subscriber::set_global_default(subscriber).expect("nobody else listens");
        telecine::logs::install().expect("a thread can be started");
    });
}

/// What was heard so far of FFmpeg's lines that are that job's.
pub(crate) fn of(job: u64) -> Vec<Heard> {
    everything().of(job)
}

/// What was heard so far of FFmpeg's lines that are no job's.
pub(crate) fn of_nobody() -> Vec<Heard> {
    everything().lock().of_nobody.clone()
}

/// Forgets that job's lines.
pub(crate) fn forget(job: u64) {
    everything().lock().of_jobs.remove(&job);
}

/// The one that [`listen`] installs.
fn everything() -> &'static Keeper {
    static KEEPER: LazyLock<Keeper> = LazyLock::new(Keeper::new);
    &KEEPER
}

/// A layer that keeps FFmpeg's lines.
#[derive(Clone)]
pub(crate) struct Keeper(Arc<Mutex<All>>);

#[derive(Default)]
struct All {
    of_jobs: HashMap<u64, Vec<Heard>>,
    of_nobody: Vec<Heard>,
}

impl Keeper {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn of(&self, job: u64) -> Vec<Heard> {
        self.lock().of_jobs.get(&job).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Turns an event into what is kept of it.
fn read<S: Subscriber + for<'a> LookupSpan<'a>>(event: &Event<'_>, context: &Context<'_, S>) -> Heard {
    let mut fields = Fields::default();
    event.record(&mut fields);
    let spans = context.event_scope(event).into_iter().flatten();
    let spans: Vec<_> = spans.map(|span| (span.name(), span.extensions().get::<JobOf>().map(|it| it.0))).collect();
    Heard {
        target: event.metadata().target().to_owned(),
        level: *event.metadata().level(),
        fields: fields.0,
        span_job: spans.iter().find_map(|(_, job)| *job),
        spans: spans.into_iter().map(|(name, _)| name).collect(),
    }
}

/// The job that a span is of.
struct JobOf(u64);

fn mark<S: Subscriber + for<'a> LookupSpan<'a>>(attributes: &Attributes<'_>, id: &Id, context: &Context<'_, S>) {
    if attributes.metadata().name() != "job" {
        return;
    }
    let mut fields = Fields::default();
    attributes.record(&mut fields);
    if let (Some(span), Some(job)) = (context.span(id), fields.0.get("id").and_then(|it| it.parse().ok())) {
        span.extensions_mut().insert(JobOf(job));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Keeper {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        mark(attributes, id, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !event.metadata().target().starts_with("telecine::ffmpeg") {
            return;
        }
        let heard = read(event, &context);
        let mut all = self.lock();
        match heard.job() {
            Some(job) => all.of_jobs.entry(job).or_default().push(heard),
            None => all.of_nobody.push(heard),
        }
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}
