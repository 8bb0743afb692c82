//! FFmpeg's log callback: which lines are worth a look, who wrote them, whose they are, and their text.
//!
//! FFmpeg calls it on whatever thread has something to say, with locks of its own held. It takes no lock itself, never unwinds,
//! and calls nothing of FFmpeg's but what FFmpeg's own callback calls: the formatter, `item_name` and `get_category`.
//!
//! **Whose a line is**, in this order, and never by a guess:
//! 1. The tag that a codec or format context carries ([`Tag`]), the instance name of a filter or of another one in its graph, or
//!    what the context above says in one of these ways.
//! 2. The job of the thread: [`set_thread_job`] for threads of ours, and for threads of the engine's on which a callback of ours
//!    runs; else the job whose context has spoken on this thread before. Engine and FFmpeg make their threads per job. A thread
//!    on which two jobs have spoken has none, from then on.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering, fence};

use ffmpeg_sys_next as sys;
use sys::AVClassCategory::*;
use tracing::Level;
use tracing::level_filters::LevelFilter;

use super::undrained::mark_failed;
use crate::media::{Role, Tag};

/// What is known of a line before its text is made.
#[derive(Clone, Copy)]
pub(crate) struct Heading<'a> {
    pub(crate) level: Level,
    /// Tells contexts apart, and nothing else.
    pub(crate) address: usize,
    /// What events are sorted by: the codec, the format, the filter, the protocol, else FFmpeg's class.
    pub(crate) class: &'a CStr,
    /// The context's own name.
    pub(crate) context: &'a CStr,
    pub(crate) role: Option<Role>,
    pub(crate) input: Option<usize>,
    pub(crate) stream: Option<usize>,
    pub(crate) job: Option<u64>,
}

/// Where lines go. Both are called on FFmpeg's threads; neither may wait for anything.
pub(crate) struct Bridge {
    /// What the loudest listener of this process wants to hear.
    pub(crate) loudest: fn() -> LevelFilter,
    /// Whether anybody may listen to that level of that class, asked before anything else is found out. Not of warnings and errors.
    pub(crate) heard: fn(Level, &CStr) -> bool,
    /// Whether the text is to be made.
    pub(crate) wanted: fn(&Heading<'_>) -> bool,
    /// A line or a part of one, at most 64 KiB of it, in whatever bytes.
    pub(crate) piece: fn(&Heading<'_>, &[u8]),
}

/// Makes FFmpeg call `bridge`, from now on and for good; of several, the first.
#[doc(alias = "av_log_set_callback")]
pub(crate) fn install(bridge: Bridge) {
    BRIDGE.get_or_init(|| bridge);
    reclaim();
}

/// Somebody else has set a callback of their own: where a bridge is installed, FFmpeg calls that again.
pub(crate) fn reclaim() {
    if BRIDGE.get().is_some() {
        set(sys::av_log_set_callback, sys::av_log_format_line2, sys::av_log_default_callback);
    }
}

/// Off: lines go to FFmpeg's own callback, which writes to standard error.
pub(crate) fn set_active(active: bool) {
    ACTIVE.store(active, Ordering::Relaxed);
}

/// Whether lines come to the bridge.
pub(crate) fn is_active() -> bool {
    BRIDGE.get().is_some() && ACTIVE.load(Ordering::Relaxed)
}

/// Whether FFmpeg calls our callback, and not one that somebody has set since: it is given a line, and that is looked for.
pub(crate) fn is_heard() -> bool {
    HEARD.set(false);
    // SAFETY: no context is allowed, and the format takes nothing.
    unsafe { sys::av_log(ptr::null_mut(), sys::AV_LOG_TRACE, PROBE.as_ptr()) };
    HEARD.get()
}

/// Lines below this are of no interest to anybody, whatever the subscribers say. Warnings and errors always are.
pub(crate) fn set_ceiling(level: LevelFilter) {
    let ceiling = match level.into_level() {
        None | Some(Level::ERROR | Level::WARN) => sys::AV_LOG_WARNING,
        Some(Level::INFO) => sys::AV_LOG_INFO,
        Some(Level::DEBUG) => sys::AV_LOG_VERBOSE,
        Some(Level::TRACE) => c_int::MAX,
    };
    CEILING.store(ceiling, Ordering::Relaxed);
}

/// What is logged on this thread from now on is that job's, unless a tag says otherwise. For threads that serve one job only.
pub(crate) fn set_thread_job(job: u64) {
    THREAD_JOB.set(job);
}

/// Writes a line as FFmpeg would, for tests and for the bench: through its own `av_log`, on this thread, without a context.
#[doc(alias = "av_log")]
pub(crate) fn write(level: Level, text: &CStr) {
    let level = match level {
        Level::ERROR => sys::AV_LOG_ERROR,
        Level::WARN => sys::AV_LOG_WARNING,
        Level::INFO => sys::AV_LOG_INFO,
        Level::DEBUG => sys::AV_LOG_VERBOSE,
        Level::TRACE => sys::AV_LOG_TRACE,
    };
    // SAFETY: no context is allowed; the format takes one string, which ends with a NUL and lives through the call.
    unsafe { sys::av_log(ptr::null_mut(), level, c"%s".as_ptr(), text.as_ptr()) };
}

static BRIDGE: OnceLock<Bridge> = OnceLock::new();
static ACTIVE: AtomicBool = AtomicBool::new(true);
static CEILING: AtomicI32 = AtomicI32::new(c_int::MAX);

/// FFmpeg's formatter and default callback, whose types have the `va_list` of the target in them; see [`set`].
static FORMAT: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());
static DEFAULT: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

/// Lines without a context.
const GLOBAL: &CStr = c"global";

/// Known again by its address.
static PROBE: &CStr = c"telecine asks whether it hears this\n";

const NONE: u64 = 0;
const SEVERAL: u64 = u64::MAX;

thread_local! {
    // Without a destructor, so that it holds until a thread is gone.
    static THREAD_JOB: Cell<u64> = const { Cell::new(NONE) };
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static HEARD: Cell<bool> = const { Cell::new(false) };
}

type Callback<V> = unsafe extern "C" fn(*mut c_void, c_int, *const c_char, V);
type Format<V> = unsafe extern "C" fn(*mut c_void, c_int, *const c_char, V, *mut c_char, c_int, *mut c_int) -> c_int;

/// `V` is what C makes of a `va_list` parameter, which differs by target (a pointer on x86_64, a structure on aarch64 Linux, a
/// `char *` on aarch64 macOS and on Windows). It is not named here: it is inferred from FFmpeg's own functions, as bindgen has
/// read them for the target, so the callback has the type that FFmpeg calls it with, on whatever target this compiles for.
fn set<V>(install: unsafe extern "C" fn(Option<Callback<V>>), format: Format<V>, default: Callback<V>) {
    FORMAT.store(format as *mut (), Ordering::Release);
    DEFAULT.store(default as *mut (), Ordering::Release);
    // FFmpeg keeps the callback in a plain variable: whoever sees it there is to see these.
    fence(Ordering::SeqCst);
    // SAFETY: the callback may be called on any thread from now on, for good; it is a function and everything it uses is static.
    unsafe { install(Some(callback::<V>)) };
}

/// SAFETY: FFmpeg calls it as it would its own: `context` is null or points to a live object that begins with a pointer to its
/// `AVClass`; format and arguments belong together.
unsafe extern "C" fn callback<V>(context: *mut c_void, level: c_int, format: *const c_char, arguments: V) {
    // The upper bits are a colour.
    let level = if level >= 0 { level & 0xff } else { level };
    if ptr::eq(format, PROBE.as_ptr()) {
        return HEARD.set(true);
    }
    // SAFETY: as FFmpeg promises, see above.
    unsafe { mark_failed(context, level, format) };
    if !ACTIVE.load(Ordering::Relaxed) {
        let default = DEFAULT.load(Ordering::Acquire);
        // SAFETY: `set::<V>` has stored a `Callback<V>` there before FFmpeg could know of this function, and V is the same for
        // both, for there is one `va_list` in a program. What FFmpeg gave is handed on.
        unsafe {
            let default = mem::transmute::<*mut (), Callback<V>>(default);
            return default(context, level, format, arguments);
        }
    }
    let Some(bridge) = BRIDGE.get() else { return };
    if is_below(level, bridge) {
        learn(context);
        return;
    }
    // A panic, of which there should be none, ends here: the line is lost, and nothing unwinds into C.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: as FFmpeg promises, see above.
        if level > sys::AV_LOG_WARNING && !(bridge.heard)(to_level(level), unsafe { class_of(context) }) {
            return learn(context);
        }
        // SAFETY: likewise.
        let heading = unsafe { heading(context, level) };
        if (bridge.wanted)(&heading) {
            // SAFETY: likewise; the arguments are used once.
            unsafe { with_text(context, level, format, arguments, |text| (bridge.piece)(&heading, text)) };
        }
    }));
}

/// Nobody listens to this level: two loads, no lock.
fn is_below(level: c_int, bridge: &Bridge) -> bool {
    level > sys::AV_LOG_WARNING && (level > CEILING.load(Ordering::Relaxed) || to_level(level) > (bridge.loudest)())
}

fn to_level(level: c_int) -> Level {
    match level {
        _ if level <= sys::AV_LOG_ERROR => Level::ERROR,
        _ if level <= sys::AV_LOG_WARNING => Level::WARN,
        _ if level <= sys::AV_LOG_INFO => Level::INFO,
        _ if level <= sys::AV_LOG_VERBOSE => Level::DEBUG,
        _ => Level::TRACE,
    }
}

/// Also a line that nobody wants to read tells whose thread this is.
fn learn(context: *mut c_void) {
    if THREAD_JOB.get() != NONE || context.is_null() {
        return;
    }
    // SAFETY: FFmpeg's callback hands it here, a live object that begins with a pointer to its class.
    if let Some(job) = unsafe { owner(context) }.0 {
        THREAD_JOB.set(job);
    }
}

/// The job that a context names, or the context above it; with the role and the stream where it names those, too.
///
/// SAFETY: `context` points to a live object that begins with a pointer to its class.
unsafe fn owner(mut context: *mut c_void) -> (Option<u64>, Option<Tag>) {
    /// FFmpeg's contexts are two deep where they have one above at all.
    const DEPTH: usize = 4;
    for _ in 0..DEPTH {
        // SAFETY: the caller's promise, and for those above, FFmpeg's: its own callback reads them in the same way.
        unsafe {
            let Some(class) = (*context.cast::<*const sys::AVClass>()).as_ref() else { break };
            let (job, tag) = named(context, class);
            if job.is_some() {
                return (job, tag);
            }
            let Ok(offset) = usize::try_from(class.parent_log_context_offset) else { break };
            if offset == 0 {
                break;
            }
            context = context.byte_add(offset).cast::<*mut c_void>().read();
        }
        if context.is_null() {
            break;
        }
    }
    (None, None)
}

/// What the context itself says.
///
/// SAFETY: `context` is a live object, and `class` its class.
unsafe fn named(context: *mut c_void, class: &sys::AVClass) -> (Option<u64>, Option<Tag>) {
    // SAFETY: see above. An object whose class is one of these three is of the public structure that belongs to it: FFmpeg makes
    // no other with it. The tag was set before anything could be logged from another thread, and lives as long as the context.
    unsafe {
        let class = ptr::from_ref(class);
        let tag = if class == sys::avcodec_get_class() {
            (*context.cast::<sys::AVCodecContext>()).dump_separator
        } else if class == sys::avformat_get_class() {
            (*context.cast::<sys::AVFormatContext>()).dump_separator
        } else if class == sys::avfilter_get_class() {
            return (graph_owner(context.cast()), None);
        } else {
            return (None, None);
        };
        let tag = (!tag.is_null()).then(|| CStr::from_ptr(tag.cast()).to_str().ok().and_then(Tag::parse)).flatten();
        (tag.map(|it| it.job), tag)
    }
}

/// The job that a filter's own name tells, or that of another one in its graph: FFmpeg adds filters, and names them itself.
///
/// SAFETY: the filter is live. Its graph is changed by the thread that sets it up, which is this one as long as no other runs
/// filters of it.
unsafe fn graph_owner(filter: *const sys::AVFilterContext) -> Option<u64> {
    // SAFETY: names are null or end with a NUL, and live as long as the filter; the graph's list has as many as it says.
    unsafe {
        let job =
            |name: *const c_char| (!name.is_null()).then(|| Tag::job_of_instance(CStr::from_ptr(name).to_str().ok()?)).flatten();
        if let Some(job) = job((*filter).name) {
            return Some(job);
        }
        let graph = (*filter).graph;
        if graph.is_null() || (*graph).filters.is_null() {
            return None;
        }
        let others = (0..(*graph).nb_filters as usize).map(|index| *(*graph).filters.add(index));
        others.filter(|it| !it.is_null()).find_map(|it| job((*it).name))
    }
}

/// SAFETY: `context` is null or points to a live object that begins with a pointer to its class; the heading is used no longer
/// than FFmpeg's call lasts.
unsafe fn heading<'a>(context: *mut c_void, level: c_int) -> Heading<'a> {
    let level = to_level(level);
    let thread = THREAD_JOB.get();
    let known = |job| Some(job).filter(|it| *it != NONE && *it != SEVERAL);
    // SAFETY: see above.
    let class = if context.is_null() { ptr::null() } else { unsafe { *context.cast::<*const sys::AVClass>() } };
    // SAFETY: a class that is not null is a constant of FFmpeg's.
    let Some(class) = (unsafe { class.as_ref() }) else {
        let (class, context) = (GLOBAL, c"");
        return Heading { level, address: 0, class, context, role: None, input: None, stream: None, job: known(thread) };
    };
    // SAFETY: the object is live, see above.
    let (job, tag) = unsafe { owner(context) };
    match job {
        Some(job) if thread == NONE => THREAD_JOB.set(job),
        Some(job) if thread != job => THREAD_JOB.set(SEVERAL),
        _ => {}
    }
    // SAFETY: FFmpeg's own callback calls it in the same way on every line it prints.
    let category = unsafe { class.get_category.map_or(class.category, |category| category(context)) };
    // SAFETY: the object is live, and the class its own.
    let (kind, name) = unsafe { names(context, class) };
    let role = tag.map(|it| it.role).or_else(|| role(category, kind));
    Heading {
        level,
        address: context as usize,
        // SAFETY: the class is that of the live object.
        class: unsafe { sort(context, class, kind, name) },
        context: name,
        role,
        input: tag.and_then(|it| it.input),
        stream: tag.and_then(|it| it.stream),
        job: job.or_else(|| known(thread)),
    }
}

/// The names of the class and of the context itself.
///
/// SAFETY: `context` is live and `class` is its class.
unsafe fn names<'a>(context: *mut c_void, class: &sys::AVClass) -> (&'a CStr, &'a CStr) {
    // SAFETY: FFmpeg's own callback calls it in the same way on every line it prints; names end with a NUL and live at least as
    // long as the context does not change, which it does not during the call.
    let name = unsafe { class.item_name.map_or(class.class_name, |item_name| item_name(context)) };
    // SAFETY: as before; a class without a name is not allowed by FFmpeg, and would be seen here.
    let text = |name: *const c_char| if name.is_null() { c"" } else { unsafe { CStr::from_ptr(name) } };
    (text(class.class_name), text(name))
}

/// See [`Heading::class`].
///
/// SAFETY: `context` is null or points to a live object that begins with a pointer to its class.
unsafe fn class_of<'a>(context: *mut c_void) -> &'a CStr {
    // SAFETY: see above; the rest as in `heading`.
    unsafe {
        if context.is_null() {
            return GLOBAL;
        }
        let Some(class) = (*context.cast::<*const sys::AVClass>()).as_ref() else { return GLOBAL };
        let (kind, name) = names(context, class);
        sort(context, class, kind, name)
    }
}

/// What events of a context are sorted by: names of which there are only so many.
///
/// SAFETY: `context` is live and `class` is its class.
unsafe fn sort<'a>(context: *mut c_void, class: &sys::AVClass, kind: &'a CStr, name: &'a CStr) -> &'a CStr {
    // SAFETY: three functions that return a constant.
    let (codec, format, filter) = unsafe { (sys::avcodec_get_class(), sys::avformat_get_class(), sys::avfilter_get_class()) };
    let class = ptr::from_ref(class);
    if class == filter {
        // An instance's name is of the caller's making; the filter's is FFmpeg's.
        // SAFETY: an object of this class is a filter, whose description, with its name, is a constant.
        unsafe {
            let filter = (*context.cast::<sys::AVFilterContext>()).filter.as_ref();
            return filter.map_or(kind, |it| CStr::from_ptr(it.name));
        }
    }
    // Those without a codec, a format or a protocol (yet) name themselves NULL.
    let named = class == codec || class == format || kind == c"URLContext";
    if named && name != c"NULL" { name } else { kind }
}

fn role(category: sys::AVClassCategory, kind: &CStr) -> Option<Role> {
    match category {
        AV_CLASS_CATEGORY_DEMUXER | AV_CLASS_CATEGORY_DEVICE_VIDEO_INPUT | AV_CLASS_CATEGORY_DEVICE_AUDIO_INPUT => {
            Some(Role::Demux)
        }
        AV_CLASS_CATEGORY_MUXER | AV_CLASS_CATEGORY_DEVICE_VIDEO_OUTPUT | AV_CLASS_CATEGORY_DEVICE_AUDIO_OUTPUT => {
            Some(Role::Mux)
        }
        AV_CLASS_CATEGORY_ENCODER => Some(Role::Encode),
        AV_CLASS_CATEGORY_DECODER => Some(Role::Decode),
        AV_CLASS_CATEGORY_FILTER | AV_CLASS_CATEGORY_SWSCALER | AV_CLASS_CATEGORY_SWRESAMPLER => Some(Role::Filter),
        _ if kind == c"URLContext" || kind == c"AVIOContext" => Some(Role::Protocol),
        _ if kind == c"AVFilterGraph" => Some(Role::Filter),
        _ => None,
    }
}

/// SAFETY: as for [`callback`]; called once for each set of arguments.
unsafe fn with_text<V>(context: *mut c_void, level: c_int, format: *const c_char, arguments: V, then: impl FnOnce(&[u8])) {
    /// FFmpeg's own limit on a line.
    const LONGEST: usize = 64 * 1024;
    // Taken, not borrowed: what comes next may log. A thread that is ending has none any more, and gets a fresh one.
    let mut text = TEXT.try_with(RefCell::take).unwrap_or_default();
    text.clear();
    text.reserve(LONGEST);
    // 0: without "[h264 @ 0x…]", which the heading has in parts.
    let mut prefix = 0;
    let format_line = FORMAT.load(Ordering::Acquire);
    // SAFETY: `set::<V>` has stored a `Format<V>` there, see `callback`. The buffer is writable for the length given, and the
    // function writes no more than that, NUL included, and says how much it would have liked to.
    unsafe {
        let format_line = mem::transmute::<*mut (), Format<V>>(format_line);
        let buffer = text.as_mut_ptr().cast();
        let length = format_line(context, level, format, arguments, buffer, LONGEST as c_int, &mut prefix);
        text.set_len(usize::try_from(length).unwrap_or(0).min(LONGEST - 1));
    }
    then(&text);
    let _ = TEXT.try_with(|kept| kept.replace(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_sorted_as_ffmpeg_means_them() {
        for (level, expected) in [(-8, Level::ERROR), (0, Level::ERROR), (16, Level::ERROR), (24, Level::WARN)] {
            assert_eq!(to_level(level), expected);
        }
        assert_eq!([32, 40, 48, 56].map(to_level), [Level::INFO, Level::DEBUG, Level::TRACE, Level::TRACE]);
    }
}
