//! From FFmpeg's pieces to lines. All of this runs on FFmpeg's threads.

use std::cell::RefCell;
use std::ffi::CStr;
use std::mem;

use tracing::Level;

use super::classes::Class;
use super::{deliver, jobs};
use crate::ffi::log::Heading;
use crate::media::{LogLine, Role};
use crate::run::Noted;

/// Whether anybody may listen to that level of that class. Takes no lock, and runs nobody's code.
pub(super) fn heard(level: Level, class: &CStr) -> bool {
    Class::named(class.to_bytes()).site(level).interests()
}

/// Whether a line is worth its text: somebody listens to its class at its level, or an error may have to carry it.
pub(super) fn wanted(heading: &Heading<'_>) -> bool {
    if deliver::is_own_thread() {
        return false;
    }
    let level = heading.job.and_then(jobs::find).and_then(|it| it.level).unwrap_or_else(jobs::level);
    let may_be_carried = heading.level <= Level::WARN && heading.job.is_some();
    may_be_carried || (heading.level <= level && Class::named(heading.class.to_bytes()).site(heading.level).interests())
}

/// Takes a piece of a line, or several lines.
pub(super) fn piece(heading: &Heading<'_>, text: &[u8]) {
    // A thread that is ending has no memory any more; its pieces are lines.
    let joined = UNFINISHED.try_with(|unfinished| {
        let mut unfinished = unfinished.try_borrow_mut().ok()?;
        let begun = unfinished.0.iter().position(|it| it.address == heading.address).map(|at| unfinished.0.swap_remove(at));
        Some(begun)
    });
    let (mut line, stale) = match joined.ok().flatten().flatten() {
        // The context may be gone, and another one have its address.
        Some(begun) if begun.is_of(heading) => (begun, None),
        Some(other) => (Unfinished::new(heading), Some(other)),
        None => (Unfinished::new(heading), None),
    };
    if let Some(stale) = stale {
        stale.end();
    }
    let mut parts = text.split(|it| *it == b'\n');
    let last = parts.next_back().unwrap_or_default();
    for part in parts {
        line.text.extend_from_slice(part);
        line.tell();
        line.text.clear();
    }
    line.text.extend_from_slice(last);
    if line.text.is_empty() {
        return;
    }
    if line.text.len() >= LONGEST {
        return line.end();
    }
    let Some(oldest) = keep(line) else { return };
    oldest.end();
}

/// What this thread has not finished will not be finished.
pub(super) fn flush_thread() {
    let all =
        UNFINISHED.try_with(|unfinished| unfinished.try_borrow_mut().map(|mut it| mem::take(&mut it.0)).unwrap_or_default());
    for line in all.unwrap_or_default() {
        line.end();
    }
}

/// A line of pieces is no longer than this, and a context that never ends one does not collect more.
const LONGEST: usize = 64 * 1024;

/// Contexts that have begun a line on one thread. FFmpeg has one, rarely two.
const CONTEXTS: usize = 8;

thread_local! {
    static UNFINISHED: RefCell<Thread> = const { RefCell::new(Thread(Vec::new())) };
}

struct Thread(Vec<Unfinished>);

impl Drop for Thread {
    fn drop(&mut self) {
        for line in mem::take(&mut self.0) {
            line.end();
        }
    }
}

/// What is to be ended now: the line itself on a thread without memory, the oldest where there are too many.
fn keep(line: Unfinished) -> Option<Unfinished> {
    let mut line = Some(line);
    let oldest = UNFINISHED.try_with(|unfinished| {
        let mut unfinished = unfinished.try_borrow_mut().ok()?;
        let oldest = (unfinished.0.len() >= CONTEXTS).then(|| unfinished.0.remove(0));
        unfinished.0.extend(line.take());
        oldest
    });
    line.or(oldest.ok().flatten())
}

struct Unfinished {
    address: usize,
    level: Level,
    class: &'static Class,
    context: String,
    role: Option<Role>,
    input: Option<usize>,
    stream: Option<usize>,
    job: Option<u64>,
    text: Vec<u8>,
}

impl Unfinished {
    fn new(heading: &Heading<'_>) -> Self {
        Self {
            address: heading.address,
            level: heading.level,
            class: Class::named(heading.class.to_bytes()),
            context: heading.context.to_string_lossy().into_owned(),
            role: heading.role,
            input: heading.input,
            stream: heading.stream,
            job: heading.job,
            text: Vec::new(),
        }
    }

    fn is_of(&self, heading: &Heading<'_>) -> bool {
        self.job == heading.job && self.context.as_bytes() == heading.context.to_bytes()
    }

    fn end(self) {
        self.tell();
    }

    /// A whole line: noted, and on its way. It is masked where it comes out, in either case, for that takes longer than all else.
    fn tell(&self) {
        let text = self.text.strip_suffix(b"\r").unwrap_or(&self.text);
        if text.is_empty() {
            return;
        }
        let mut message = String::from_utf8_lossy(text).into_owned();
        // Somebody else's words, a server's perhaps: nothing in them moves a terminal's cursor or sets its title.
        let moves = |it: char| it.is_control() && it != '\t';
        if message.contains(moves) {
            message = message.replace(moves, "\u{fffd}");
        }
        let journal = self.job.and_then(jobs::find);
        let Self { level, role, input, stream, .. } = *self;
        let line = LogLine { level, role, input, stream, context: self.context.clone(), message, repeated: 0 };
        let site = self.class.site(level);
        if let Some(journal) = &journal {
            match journal.note(site.target(), &line) {
                Noted::Repeats => return,
                Noted::Fresh { before: Some((target, before)) } => deliver::repeats(journal, target, before),
                Noted::Fresh { before: None } => {}
            }
        }
        let wanted = journal.as_ref().and_then(|it| it.level).unwrap_or_else(jobs::level);
        if level <= wanted && site.interests() {
            let line = if journal.is_some() { line } else { jobs::without_secrets(line) };
            deliver::send(site, journal, line);
        }
    }
}
