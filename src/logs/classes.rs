//! Call sites made at run time: one for each class of FFmpeg's contexts and level, of a bounded number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{LazyLock, Once, OnceLock, PoisonError, RwLock};

use tracing::callsite::{self, Callsite, Identifier};
use tracing::field::FieldSet;
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata};

use super::records;

/// Who writes lines: a codec, a format, a filter, a protocol, or a kind of context.
pub(super) struct Class {
    /// As FFmpeg has it.
    raw: &'static [u8],
    sites: [Site; 5],
}

/// One class at one level, as subscribers know it.
pub(super) struct Site {
    metadata: OnceLock<Metadata<'static>>,
    interest: AtomicU8,
    registered: Once,
}

/// The fields of every event, in no order that anything rests on.
pub(super) const FIELDS: &[&str] = &["message", "job", "role", "input", "stream", "context", "repeated"];

/// FFmpeg has about 1,500 codecs, formats, filters and protocols; a process meets a few dozen of them.
const MOST: usize = 512;

static CLASSES: LazyLock<RwLock<HashMap<&'static [u8], &'static Class>>> = LazyLock::new(RwLock::default);

thread_local! {
    /// The classes that this thread met last. Nothing in it needs a destructor, so that it works until the thread is gone.
    static MET: RefCell<Met> = const { RefCell::new(Met { classes: [None; 8], next: 0 }) };
}

struct Met {
    classes: [Option<&'static Class>; 8],
    next: usize,
}

impl Class {
    /// The class of that name. Without a lock, but for the first time that a thread meets it.
    pub(super) fn named(raw: &[u8]) -> &'static Self {
        MET.with(|met| {
            if let Ok(met) = met.try_borrow()
                && let Some(class) = met.classes.iter().flatten().find(|it| it.raw == raw)
            {
                return *class;
            }
            let class = Self::look_up(raw);
            if let Ok(mut met) = met.try_borrow_mut() {
                let next = met.next;
                met.classes[next] = Some(class);
                met.next = (next + 1) % met.classes.len();
            }
            class
        })
    }

    fn look_up(raw: &[u8]) -> &'static Self {
        if let Some(class) = CLASSES.read().unwrap_or_else(PoisonError::into_inner).get(raw) {
            return class;
        }
        let mut classes = CLASSES.write().unwrap_or_else(PoisonError::into_inner);
        let raw = if classes.len() < MOST { raw } else { b"other" };
        if let Some(class) = classes.get(raw) {
            return class;
        }
        let class: &'static Self = Box::leak(Box::new(Self::new(raw.to_vec().leak())));
        classes.insert(class.raw, class);
        class
    }

    fn new(raw: &'static [u8]) -> Self {
        let site = || Site { metadata: OnceLock::new(), interest: AtomicU8::new(SOMETIMES), registered: Once::new() };
        Self { raw, sites: std::array::from_fn(|_| site()) }
    }

    pub(super) fn site(&'static self, level: Level) -> &'static Site {
        let index = index(level);
        let site = &self.sites[index];
        site.metadata.get_or_init(|| {
            let target: &'static str = format!("telecine::ffmpeg::{}", target(self.raw)).leak();
            let fields = FieldSet::new(FIELDS, Identifier(site));
            Metadata::new("ffmpeg", target, level, None, None, None, fields, Kind::EVENT)
        });
        site
    }
}

fn index(level: Level) -> usize {
    match level {
        Level::ERROR => 0,
        Level::WARN => 1,
        Level::INFO => 2,
        Level::DEBUG => 3,
        Level::TRACE => 4,
    }
}

/// FFmpeg's name as a part of a target: the first of several, in lower case, with nothing in it but letters, digits and `_`.
fn target(raw: &[u8]) -> String {
    let name = String::from_utf8_lossy(raw);
    let name = name.split(',').next().unwrap_or_default();
    let word = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' };
    let name: String = name.chars().take(64).map(word).collect();
    if name.is_empty() { "other".to_owned() } else { name }
}

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;

impl Site {
    /// Whether anybody may want its events. Until they were asked, somebody may.
    pub(super) fn interests(&self) -> bool {
        if records::serve() {
            return self.metadata.get().is_some_and(|it| *it.level() <= records::loudest());
        }
        self.interest.load(Ordering::Relaxed) != NEVER
    }

    /// The site as subscribers know it, registered with them. Runs their code.
    pub(super) fn registered(&'static self) -> Option<&'static Metadata<'static>> {
        self.registered.call_once_force(|_| callsite::register(self));
        self.metadata.get()
    }

    pub(super) fn target(&self) -> &'static str {
        self.metadata.get().map_or("", |it| it.target())
    }
}

impl Callsite for Site {
    fn set_interest(&self, interest: Interest) {
        self.interest.store(if interest.is_never() { NEVER } else { SOMETIMES }, Ordering::Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        // Only sites that `Class::site` has given out are registered, and it fills this in.
        self.metadata.get().unwrap_or(&NOTHING)
    }
}

/// Stands where the metadata of a site would.
static NOTHING: Metadata<'static> = Metadata::new(
    "ffmpeg",
    "telecine::ffmpeg",
    Level::TRACE,
    None,
    None,
    None,
    FieldSet::new(FIELDS, Identifier(&NOWHERE)),
    Kind::EVENT,
);

static NOWHERE: Site = Site { metadata: OnceLock::new(), interest: AtomicU8::new(NEVER), registered: Once::new() };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_words() {
        for (raw, word) in
            [("mov,mp4,m4a,3gp", "mov"), ("SWScaler", "swscaler"), ("AVFilterGraph", "avfiltergraph"), ("", "other")]
        {
            assert_eq!(target(raw.as_bytes()), word);
        }
        assert_eq!(target(b"\xff:x"), "__x");
    }

    #[test]
    fn classes_are_bounded() {
        for number in 0..2 * MOST {
            Class::named(format!("class {number}").as_bytes());
        }
        let count = CLASSES.read().unwrap_or_else(PoisonError::into_inner).len();
        assert!((MOST..=MOST + 1).contains(&count), "{count}");
        let (one, other) = (Class::named(b"beyond"), Class::named(b"them all"));
        assert!(std::ptr::eq(one, other));
        assert_eq!(one.site(Level::WARN).registered().map(Metadata::target), Some("telecine::ffmpeg::other"));
    }
}
