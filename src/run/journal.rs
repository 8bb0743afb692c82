//! What FFmpeg logged for one run: the last lines, for its errors; the warnings, counted; and how far their delivery is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Level, Span, dispatcher};

use super::{JobId, Warning};
use crate::media::{LogLine, Role, Secrets, Tag};

/// One run's side of the log. Its lock is held for as long as it takes to look at a few lines, and never over foreign code.
pub(crate) struct Journal {
    pub(crate) id: JobId,
    /// Where its events belong, until the run has ended: whoever keeps a handle keeps no span open.
    place: Mutex<Option<Arc<Place>>>,
    /// What of its lines is wanted; `None` leaves it to what holds for all jobs.
    pub(crate) level: Option<LevelFilter>,
    secrets: Secrets,
    state: Mutex<State>,
    over: AtomicBool,
    lost: AtomicU64,
    in_flight: AtomicUsize,
    bytes_in_flight: AtomicUsize,
    delivered: (Mutex<()>, Condvar),
}

/// A span and the subscriber that it is of: those of the thread that started the run, and no code of theirs runs but on that thread,
/// on the run's own and on the one that hands lines over.
pub(crate) struct Place {
    span: Span,
    dispatch: Dispatch,
}

impl Place {
    /// Does it there: inside the span, before the subscriber.
    pub(crate) fn within<T>(&self, body: impl FnOnce(&Dispatch) -> T) -> T {
        if self.dispatch.is::<NoSubscriber>() {
            // Made the default, even nobody would count as somebody, and a logger would not be served any more.
            return body(&self.dispatch);
        }
        dispatcher::with_default(&self.dispatch, || self.span.in_scope(|| body(&self.dispatch)))
    }
}

/// Lines as FFmpeg wrote them: they are masked when they come out.
#[derive(Default)]
struct State {
    last: Option<(&'static str, LogLine)>,
    /// Numbers lines in the order in which they came.
    count: u64,
    grave: VecDeque<(u64, LogLine)>,
    light: VecDeque<(u64, LogLine)>,
    /// By who wrote them and what they have in common.
    warnings: HashMap<(String, String), Counted>,
    /// Of kinds beyond those that are kept apart.
    other_warnings: u64,
    /// Those that tell which input they concern.
    by_input: BTreeMap<usize, u64>,
    /// The input that the last error of one concerned.
    failing: Option<usize>,
    /// Whether the next line is one of its own, also where it says the same as the one before.
    is_apart: bool,
}

struct Counted {
    level: Level,
    count: u64,
    /// The first of its kind, for what is common to lines does not tell a secret any more.
    first: String,
}

/// What is to be done about a line.
pub(crate) enum Noted {
    /// The same as the one before: it is counted, and told of once another line comes.
    Repeats,
    /// To be told of, after the one before it where that has repeats to tell of.
    Fresh { before: Option<(&'static str, LogLine)> },
}

/// As many lines as an error carries.
const LINES: usize = 20;
/// As much as is kept of one of them, in bytes.
const LENGTH: usize = 1_024;
/// Kinds of warnings that are told apart.
const KINDS: usize = 64;

impl Journal {
    pub(crate) fn new(level: Option<LevelFilter>, secrets: Secrets) -> Self {
        let id = JobId::next();
        // Whoever hears of errors only is told whose they are, too.
        let span = tracing::error_span!(target: "telecine::job", "job", id = id.number());
        Self {
            id,
            // Where nobody wants that span, the events still belong to the one around.
            place: Mutex::new(Some(Arc::new(Place {
                span: if span.is_disabled() { Span::current() } else { span },
                dispatch: dispatcher::get_default(Clone::clone),
            }))),
            level,
            secrets,
            state: Mutex::default(),
            over: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            in_flight: AtomicUsize::new(0),
            bytes_in_flight: AtomicUsize::new(0),
            delivered: Default::default(),
        }
    }

    /// Where the run's events belong; `None` once it has ended.
    pub(crate) fn place(&self) -> Option<Arc<Place>> {
        lock(&self.place).clone()
    }

    /// The run has ended, and nothing more is told of it: its span may close. That is the subscriber's code, so this is to be called
    /// where that may run.
    pub(crate) fn leave(&self) {
        let place = lock(&self.place).take();
        // A panic of the subscriber's is of no concern to the run, which is over.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(place)));
    }

    /// What a context of FFmpeg's carries, so that its lines are this run's.
    pub(crate) fn tag(&self, role: Role, input: Option<usize>, stream: Option<usize>) -> String {
        Tag { job: self.id.number(), role, input, stream }.to_string()
    }

    /// A filter chain whose instances name this run.
    pub(crate) fn tag_filter(&self, name: &str) -> String {
        format!("{name}{}", Tag::in_filter(self.id.number()))
    }

    pub(crate) fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// The line as it may be shown.
    pub(crate) fn masked(&self, line: &LogLine) -> LogLine {
        line.masked(&self.secrets)
    }

    /// The line without the secrets of any of these.
    pub(crate) fn masked_by(all: &[Arc<Self>], line: &LogLine) -> LogLine {
        let message = Secrets::redact_by(all.iter().map(|it| &it.secrets), &line.message).into_owned();
        LogLine { message, ..line.clone() }
    }

    pub(crate) fn note(&self, class: &'static str, line: &LogLine) -> Noted {
        let masked;
        // Of a longer one the beginning is kept, which may end within a secret and show it to nobody but a reader.
        let line = if line.message.len() > LENGTH {
            masked = self.masked(line);
            &masked
        } else {
            line
        };
        let mut state = lock(&self.state);
        state.count_warning(line, 1);
        if !std::mem::take(&mut state.is_apart) && state.repeats(class, line) {
            return Noted::Repeats;
        }
        state.keep(line);
        let before = state.last.replace((class, line.clone())).filter(|(_, it)| it.repeated > 0);
        Noted::Fresh { before }
    }

    /// Nothing more comes: the last line, where it has repeats to tell of.
    pub(crate) fn settle(&self) -> Option<(&'static str, LogLine)> {
        lock(&self.state).last.take().filter(|(_, it)| it.repeated > 0)
    }

    /// The last lines in their order: warnings and errors first of all, and of the others as many as there is room for.
    pub(crate) fn lines(&self) -> Arc<[LogLine]> {
        let state = lock(&self.state);
        let room = LINES.saturating_sub(state.grave.len());
        let light = state.light.iter().skip(state.light.len().saturating_sub(room));
        let mut lines: Vec<_> = state.grave.iter().chain(light).cloned().collect();
        lines.sort_by_key(|(number, _)| *number);
        drop(state);
        lines.into_iter().map(|(_, line)| self.masked(&line)).collect()
    }

    /// How many lines there have been.
    pub(crate) fn count(&self) -> u64 {
        lock(&self.state).count
    }

    /// An attempt begins: which input fails is to be seen in it, and what is said in it counts as said, though it was said in the one before.
    /// How many lines there have been.
    pub(crate) fn begin_attempt(&self) -> u64 {
        let mut state = lock(&self.state);
        (state.failing, state.is_apart) = (None, true);
        state.count
    }

    /// The last warnings and errors behind the first so many lines.
    pub(crate) fn warned_since(&self, count: u64) -> Vec<LogLine> {
        let grave: Vec<_> = lock(&self.state).grave.iter().filter(|it| it.0 > count).map(|it| it.1.clone()).collect();
        grave.iter().map(|it| self.masked(it)).collect()
    }

    /// Warnings and errors, all kinds of them.
    pub(crate) fn warning_count(&self) -> u64 {
        let state = lock(&self.state);
        state.warnings.values().map(|it| it.count).sum::<u64>() + state.other_warnings
    }

    /// The input that most warnings and errors concern, of those that tell one.
    pub(crate) fn most_warned(&self) -> Option<usize> {
        lock(&self.state).by_input.iter().max_by_key(|(input, count)| (**count, Reverse(**input))).map(|(input, _)| *input)
    }

    /// The input that the last error concerned, of those that tell one.
    pub(crate) fn failing(&self) -> Option<usize> {
        lock(&self.state).failing
    }

    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let state = lock(&self.state);
        let mut warnings: Vec<Warning> = Vec::new();
        for ((context, _), Counted { level, count, first }) in &state.warnings {
            // What differed in its secrets alone is of one kind.
            let message = kind(&self.secrets.redact(first));
            match warnings.iter_mut().find(|it| (it.level, &it.context, &it.message) == (*level, context, &message)) {
                Some(same) => same.count += count,
                None => warnings.push(Warning { level: *level, context: context.clone(), message, count: *count }),
            }
        }
        if state.other_warnings > 0 {
            let (context, message) = (String::new(), "others".to_owned());
            warnings.push(Warning { level: Level::WARN, context, message, count: state.other_warnings });
        }
        warnings.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.message.cmp(&b.message)));
        warnings
    }

    /// A line of this run's, of so many bytes, is on its way to the subscribers. How many were before it, and bytes of them.
    pub(crate) fn send(&self, bytes: usize) -> (usize, usize) {
        (self.in_flight.fetch_add(1, Ordering::AcqRel), self.bytes_in_flight.fetch_add(bytes, Ordering::Relaxed))
    }

    /// It has arrived, or will not.
    pub(crate) fn arrive(&self, bytes: usize) {
        self.bytes_in_flight.fetch_sub(bytes, Ordering::Relaxed);
        if self.in_flight.fetch_sub(1, Ordering::AcqRel) == 1 {
            let _delivered = lock(&self.delivered.0);
            self.delivered.1.notify_all();
        }
    }

    /// Waits until all have arrived; false where that takes longer than `limit`.
    pub(crate) fn wait_delivered(&self, limit: Duration) -> bool {
        let guard = lock(&self.delivered.0);
        let waiting = |(): &mut ()| self.in_flight.load(Ordering::Acquire) > 0;
        let waited = self.delivered.1.wait_timeout_while(guard, limit, waiting);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// All native work has ended.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Release);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// There was no room for a line of this run's.
    pub(crate) fn lose(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were lost since this was last asked.
    pub(crate) fn take_lost(&self) -> u64 {
        self.lost.swap(0, Ordering::Relaxed)
    }
}

impl State {
    /// Counts a line into the one before it, where they are the same.
    fn repeats(&mut self, class: &'static str, line: &LogLine) -> bool {
        let Some((last_class, last)) = &mut self.last else { return false };
        let same = *last_class == class
            && (last.level, &last.context, &last.message) == (line.level, &line.context, &line.message)
            && (last.input, last.stream) == (line.input, line.stream);
        if same {
            last.repeated += 1;
            let repeated = last.repeated;
            if let Some((_, kept)) = self.ring(line.level).back_mut() {
                kept.repeated = repeated;
            }
        }
        same
    }

    fn ring(&mut self, level: Level) -> &mut VecDeque<(u64, LogLine)> {
        if level <= Level::WARN { &mut self.grave } else { &mut self.light }
    }

    fn keep(&mut self, line: &LogLine) {
        self.count += 1;
        let number = self.count;
        let ring = self.ring(line.level);
        if ring.len() == LINES {
            ring.pop_front();
        }
        let mut line = line.clone();
        if line.message.len() > LENGTH {
            let end = (0..=LENGTH).rev().find(|at| line.message.is_char_boundary(*at)).unwrap_or(0);
            line.message.truncate(end);
            line.message.push('…');
        }
        ring.push_back((number, line));
    }

    fn count_warning(&mut self, line: &LogLine, times: u64) {
        if line.level > Level::WARN {
            return;
        }
        if let Some(input) = line.input {
            *self.by_input.entry(input).or_default() += times;
            self.failing = Some(input).filter(|_| line.level == Level::ERROR).or(self.failing);
        }
        let kind = (line.context.clone(), kind(&line.message));
        if let Some(counted) = self.warnings.get_mut(&kind) {
            counted.count += times;
        } else if self.warnings.len() < KINDS {
            let first = line.message.chars().take(LENGTH).collect();
            self.warnings.insert(kind, Counted { level: line.level, count: times, first });
        } else {
            self.other_warnings += times;
        }
    }
}

/// What lines have in common that differ in their numbers: each run of digits is one `#`.
fn kind(message: &str) -> String {
    let mut kind = String::with_capacity(message.len().min(LENGTH));
    let mut in_number = false;
    for sign in message.chars() {
        let digit = sign.is_ascii_digit() || (in_number && sign.is_ascii_hexdigit());
        if digit && !in_number {
            kind.push('#');
        } else if !digit {
            kind.push(sign);
        }
        in_number = digit;
        if kind.len() >= LENGTH {
            break;
        }
    }
    kind
}

/// Nothing that runs under these locks can panic half-way, so a poisoned one holds good data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(level: Level, message: &str) -> LogLine {
        LogLine { level, role: None, input: None, stream: None, context: "h264".into(), message: message.into(), repeated: 0 }
    }

    fn journal() -> Journal {
        Journal::new(None, Secrets::default())
    }

    #[test]
    fn warnings_are_kept_first_and_everything_in_order() {
        let journal = journal();
        journal.note("h264", &line(Level::ERROR, "the cause"));
        for number in 0..100 {
            journal.note("h264", &line(Level::INFO, &format!("chatter {number}")));
        }
        let lines = journal.lines();
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines[0].message, "the cause");
        assert_eq!(lines[LINES - 1].message, "chatter 99");
        for number in 0..100 {
            journal.note("h264", &line(Level::WARN, &format!("warning {number}")));
        }
        let lines = journal.lines();
        assert_eq!(lines.first().map(|it| &*it.message), Some("warning 80"));
        assert_eq!(lines.last().map(|it| &*it.message), Some("warning 99"));
    }

    #[test]
    fn what_was_said_in_an_attempt_is_said_again_in_the_next() {
        let journal = journal();
        let failure = LogLine { input: Some(1), ..line(Level::ERROR, "the bus fell off") };
        journal.note("h264", &failure);
        journal.note("h264", &failure);
        assert_eq!(journal.failing(), Some(1));
        let since = journal.begin_attempt();
        assert_eq!((journal.failing(), journal.warned_since(since)), (None, Vec::new()));
        let Noted::Fresh { before: Some((_, before)) } = journal.note("h264", &failure) else {
            panic!("it is of the attempt before")
        };
        assert_eq!((before.repeated, journal.failing()), (1, Some(1)));
        assert_eq!(journal.warned_since(since), std::slice::from_ref(&failure));
        assert!(matches!(journal.note("h264", &failure), Noted::Repeats));
    }

    #[test]
    fn repeats_are_counted_and_told_of_once() {
        let journal = journal();
        assert!(matches!(journal.note("h264", &line(Level::WARN, "a")), Noted::Fresh { before: None }));
        for _ in 0..5 {
            assert!(matches!(journal.note("h264", &line(Level::WARN, "a")), Noted::Repeats));
        }
        let Noted::Fresh { before: Some((_, before)) } = journal.note("h264", &line(Level::WARN, "b")) else {
            panic!("nothing is told of the repeats")
        };
        assert_eq!((&*before.message, before.repeated), ("a", 5));
        assert!(journal.settle().is_none());
        assert_eq!(journal.lines().iter().map(|it| it.repeated).collect::<Vec<_>>(), [5, 0]);
        assert_eq!(journal.warnings().iter().map(|it| it.count).collect::<Vec<_>>(), [6, 1]);
    }

    #[test]
    fn long_lines_and_many_kinds_are_bounded() {
        let journal = journal();
        for number in 0..1_000_u32 {
            let name: String = number.to_string().chars().map(|it| char::from(b'g' + (it as u8 - b'0'))).collect();
            journal.note("h264", &line(Level::WARN, &format!("{name} {}", "ä".repeat(40_000))));
        }
        assert!(journal.lines().iter().all(|it| it.message.len() < LENGTH + 4));
        let warnings = journal.warnings();
        assert_eq!(warnings.len(), KINDS + 1);
        assert_eq!(warnings.iter().map(|it| it.count).sum::<u64>(), 1_000);
    }

    #[test]
    fn kinds_differ_in_words_alone() {
        assert_eq!(kind("error while decoding MB 31 4, bytestream -5"), "error while decoding MB # #, bytestream -#");
        assert_eq!(kind("at 0x7f3b"), "at #x#");
    }
}
