//! The queue, and the thread that hands lines to subscribers.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use tracing::field::{Value, display};
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Event, Level, dispatcher};

use super::classes::{Class, Site};
use super::records;
use crate::media::{LogLine, Secrets};
use crate::run::{Journal, Place};

/// How many lines of FFmpeg's were dropped in this process because subscribers were slower than FFmpeg. Each job that lost some is
/// told of it in an event of its own, with the target `telecine::ffmpeg::dropped`.
#[must_use]
pub fn dropped() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

/// How many times a subscriber panicked over a line of FFmpeg's. The line is lost to it; nothing else is.
#[must_use]
pub fn subscriber_panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Lines that wait. Room is taken as it is needed.
const ROOM: usize = 65_536;
/// Of one job: the others need room, too.
const ROOM_OF_ONE: usize = ROOM / 4;
/// Bytes of lines that wait: they may be long.
const BYTES: usize = 16 << 20;
const BYTES_OF_ONE: usize = BYTES / 4;

static DROPPED: AtomicU64 = AtomicU64::new(0);
static PANICS: AtomicU64 = AtomicU64::new(0);
static LINES_WAITING: AtomicUsize = AtomicUsize::new(0);
static BYTES_WAITING: AtomicUsize = AtomicUsize::new(0);
static QUEUE: OnceLock<Sender<Record>> = OnceLock::new();

thread_local! {
    static OWN: Cell<bool> = const { Cell::new(false) };
}

struct Record {
    site: &'static Site,
    journal: Option<Arc<Journal>>,
    /// Where its event belongs, which the journal lets go of when the job has ended.
    place: Option<Arc<Place>>,
    line: LogLine,
}

impl Drop for Record {
    fn drop(&mut self) {
        LINES_WAITING.fetch_sub(1, Ordering::Relaxed);
        BYTES_WAITING.fetch_sub(self.line.message.len(), Ordering::Relaxed);
        if let Some(journal) = &self.journal {
            journal.arrive(self.line.message.len());
        }
    }
}

/// Makes sure that there is a thread that takes what is sent.
pub(super) fn ensure() -> io::Result<()> {
    static STARTING: Mutex<()> = Mutex::new(());
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if QUEUE.get().is_none() {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().name("telecine-log".into()).spawn(move || deliver(&receiver))?;
        QUEUE.get_or_init(|| sender);
    }
    Ok(())
}

/// Whether this is the thread that subscribers are called on: what FFmpeg logs here, a subscriber caused, and telling it would
/// never end.
pub(super) fn is_own_thread() -> bool {
    OWN.get()
}

/// Puts a line in the queue, or drops it. Never waits.
pub(super) fn send(site: &'static Site, journal: Option<Arc<Journal>>, line: LogLine) {
    let length = line.message.len();
    let room_of_one = journal.as_ref().is_none_or(|it| {
        let (lines, bytes) = it.send(length);
        lines < ROOM_OF_ONE && bytes + length <= BYTES_OF_ONE
    });
    let place = journal.as_ref().and_then(|it| it.place());
    let lines = LINES_WAITING.fetch_add(1, Ordering::Relaxed);
    let bytes = BYTES_WAITING.fetch_add(length, Ordering::Relaxed);
    // From here on, being dropped undoes all three.
    let record = Record { site, journal, place, line };
    let room = room_of_one && lines < ROOM && bytes + length <= BYTES;
    let sent = match QUEUE.get() {
        Some(queue) if room => queue.send(record).map_err(|mpsc::SendError(record)| record),
        _ => Err(record),
    };
    if let Err(record) = sent {
        DROPPED.fetch_add(1, Ordering::Relaxed);
        if let Some(journal) = &record.journal {
            journal.lose();
        }
    }
}

/// The line before came several times.
pub(super) fn repeats(journal: &Arc<Journal>, target: &'static str, line: LogLine) {
    let raw = target.rsplit("::").next().unwrap_or_default();
    let site = Class::named(raw.as_bytes()).site(line.level);
    let wanted = journal.level.unwrap_or_else(super::jobs::level);
    if line.level <= wanted && site.interests() {
        send(site, Some(Arc::clone(journal)), line);
    }
}

/// The end of a job: what it still has to tell of.
pub(super) fn settle(journal: &Arc<Journal>) {
    if let Some((target, line)) = journal.settle() {
        repeats(journal, target, line);
    }
    let lost = journal.take_lost();
    if lost > 0 {
        let line = LogLine {
            level: Level::WARN,
            role: None,
            input: None,
            stream: None,
            context: String::new(),
            message: format!("{lost} lines were dropped: subscribers are slower than FFmpeg"),
            repeated: 0,
        };
        send(Class::named(b"dropped").site(Level::WARN), Some(Arc::clone(journal)), line);
    }
}

fn deliver(queue: &Receiver<Record>) {
    OWN.set(true);
    while let Ok(record) = queue.recv() {
        if catch_unwind(AssertUnwindSafe(|| tell(&record))).is_err() {
            PANICS.fetch_add(1, Ordering::Relaxed);
        }
        // Its span may close with it, which is the subscriber's code again.
        if catch_unwind(AssertUnwindSafe(|| drop(record))).is_err() {
            PANICS.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// One line to those whom it concerns, masked, inside the span where it belongs.
fn tell(record: &Record) {
    let line = match &record.journal {
        Some(journal) => journal.masked(&record.line),
        None => record.line.masked(&Secrets::default()),
    };
    if records::serve() {
        return records::tell(record.site.target(), record.journal.as_ref().map(|it| it.id.number()), &line);
    }
    let job = record.journal.as_ref().map(|it| it.id.number());
    match &record.place {
        Some(place) => place.within(|dispatch| emit(dispatch, record.site, job, &line)),
        // A copy, for the default cannot be asked for again while it is borrowed, and who is asked first asks it.
        None => emit(&dispatcher::get_default(Clone::clone), record.site, job, &line),
    }
}

fn emit(dispatch: &Dispatch, site: &'static Site, job: Option<u64>, line: &LogLine) {
    // Asked for the first time where there is nobody, a site would be of no interest to anybody for good.
    if dispatch.is::<NoSubscriber>() {
        return;
    }
    let Some(metadata) = site.registered().filter(|it| site.interests() && dispatch.enabled(it)) else { return };
    let message = display(&line.message);
    let role = line.role.map(crate::media::Role::name);
    let (input, stream) = (line.input.map(|it| it as u64), line.stream.map(|it| it as u64));
    let context = Some(line.context.as_str()).filter(|it| !it.is_empty());
    let repeated = Some(line.repeated).filter(|it| *it > 0);
    let fields = metadata.fields();
    let named = |name: &str| fields.field(name);
    let (Some(a), Some(b), Some(c), Some(d), Some(e), Some(f), Some(g)) =
        (named("message"), named("job"), named("role"), named("input"), named("stream"), named("context"), named("repeated"))
    else {
        return;
    };
    let values = [
        (&a, Some(&message as &dyn Value)),
        (&b, job.as_ref().map(|it| it as &dyn Value)),
        (&c, role.as_ref().map(|it| it as &dyn Value)),
        (&d, input.as_ref().map(|it| it as &dyn Value)),
        (&e, stream.as_ref().map(|it| it as &dyn Value)),
        (&f, context.as_ref().map(|it| it as &dyn Value)),
        (&g, repeated.as_ref().map(|it| it as &dyn Value)),
    ];
    let values = fields.value_set(&values);
    let event = Event::new(metadata, &values);
    // Inside the span: a panic that left it would call the subscriber again on its way, which may panic once more, and that is the
    // end of a process.
    if catch_unwind(AssertUnwindSafe(|| dispatch.event(&event))).is_err() {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }
}
