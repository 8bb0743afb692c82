//! What filters the linked FFmpeg has, and what they take.

use std::ffi::CString;
use std::ptr;

use ffmpeg_sys_next as sys;

/// What a filter takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// So many streams of pictures, and one.
    Video(usize),
    /// So many streams of sound, and one.
    Audio(usize),
    /// Anything else: sources, sinks, several streams out of one, streams of both kinds.
    Other,
}

/// Why a filter cannot be had as it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoFilter,
    NoOption(String),
    /// The option, and the value that it does not take.
    Value(String, String),
}

/// What the filter of that name takes and gives with these options; `None` where there is none. Options that it refuses are not looked
/// at: [`try_options`] tells of them.
#[doc(alias = "avfilter_filter_pad_count")]
pub(crate) fn shape<N: AsRef<str>>(name: &str, options: &[(N, String)]) -> Option<Shape> {
    use sys::AVMediaType::{AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO};
    let filter = find(name)?;
    // SAFETY: filters are constants, whose pads do not change.
    let (flags, mut taken, given) = unsafe {
        let pads = |is_output, pads| types(pads, sys::avfilter_filter_pad_count(filter, is_output));
        ((*filter).flags, pads(0, (*filter).inputs), pads(1, (*filter).outputs))
    };
    if flags & sys::AVFILTER_FLAG_DYNAMIC_INPUTS != 0 && !LOADS_CODE.contains(&name) {
        taken = started(filter, options).unwrap_or(taken);
    }
    if flags & sys::AVFILTER_FLAG_DYNAMIC_OUTPUTS != 0 || given.len() != 1 {
        return Some(Shape::Other);
    }
    let all = |kind| !taken.is_empty() && taken.iter().chain(&given).all(|it| *it == kind);
    Some(match taken.len() {
        many if all(AVMEDIA_TYPE_VIDEO) => Shape::Video(many),
        many if all(AVMEDIA_TYPE_AUDIO) => Shape::Audio(many),
        _ => Shape::Other,
    })
}

/// What a filter takes that says so only when it has its options. `None` where they do not let it begin.
#[doc(alias = "avfilter_init_str")]
fn started<N: AsRef<str>>(filter: *const sys::AVFilter, options: &[(N, String)]) -> Option<Vec<sys::AVMediaType>> {
    let graph = Bare::new()?;
    let context = with_options(&graph, filter, options).ok()??;
    // SAFETY: the context is not begun yet, and lives as long as its graph; null is no further options. Then it has as many pads as it
    // says.
    unsafe {
        let begun = sys::avfilter_init_str(context, ptr::null()) >= 0;
        let count = (*context).nb_inputs;
        begun.then(|| types((*context).input_pads, count))
    }
}

/// # Safety
/// There are so many pads.
unsafe fn types(pads: *const sys::AVFilterPad, count: u32) -> Vec<sys::AVMediaType> {
    let count = i32::try_from(count).unwrap_or_default();
    // SAFETY: the index is below the count, by this function's own condition.
    (0..count).map(|it| unsafe { sys::avfilter_pad_get_type(pads, it) }).collect()
}

/// What begins by loading programs or drivers; nobody looks at how many streams these take before they run.
const LOADS_CODE: [&str; 4] = ["ladspa", "lv2", "libplacebo", "program_opencl"];

/// Sets the options on a filter that never runs: names, numbers and their ranges, named values. What is a text to FFmpeg, such as an
/// expression or a path, is not looked into.
///
/// # Errors
/// The first of them that it does not take.
#[doc(alias = "av_opt_set")]
pub(crate) fn try_options<N: AsRef<str>>(name: &str, options: &[(N, String)]) -> Result<(), Refusal> {
    let filter = find(name).ok_or(Refusal::NoFilter)?;
    // Out of memory, here and below: whoever needs the filter for real will say so.
    let Some(graph) = Bare::new() else { return Ok(()) };
    with_options(&graph, filter, options).map(drop)
}

/// The filter as one of the graph's, with its options, not begun. `None` where memory has run out.
fn with_options<N: AsRef<str>>(
    graph: &Bare,
    filter: *const sys::AVFilter,
    options: &[(N, String)],
) -> Result<Option<*mut sys::AVFilterContext>, Refusal> {
    // SAFETY: the graph is whole, the filter one of FFmpeg's constants; a null name is allowed.
    let (context, flags) = unsafe { (sys::avfilter_graph_alloc_filter(graph.0, filter, ptr::null()), (*filter).flags) };
    if context.is_null() {
        return Ok(None);
    }
    for (option, value) in options {
        let (option, refused) = (option.as_ref(), || Refusal::Value(option.as_ref().to_owned(), value.clone()));
        // Every filter has this one, and refuses it when it begins.
        if option == "enable" && flags & TIMELINE == 0 {
            return Err(Refusal::NoOption(option.to_owned()));
        }
        let key = CString::new(option).map_err(|_| Refusal::NoOption(option.to_owned()))?;
        let text = CString::new(value.as_str()).map_err(|_| refused())?;
        // SAFETY: a filter's context begins with a pointer to its class, as options want it, and lives as long as its graph; both
        // texts end with a NUL and are copied.
        match unsafe { sys::av_opt_set(context.cast(), key.as_ptr(), text.as_ptr(), sys::AV_OPT_SEARCH_CHILDREN) } {
            sys::AVERROR_OPTION_NOT_FOUND => return Err(Refusal::NoOption(option.to_owned())),
            code if code < 0 => return Err(refused()),
            _ => {}
        }
    }
    Ok(Some(context))
}

/// Whether a filter can be told when to work.
#[doc(alias = "AVFILTER_FLAG_SUPPORT_TIMELINE")]
const TIMELINE: i32 = sys::AVFILTER_FLAG_SUPPORT_TIMELINE_GENERIC | sys::AVFILTER_FLAG_SUPPORT_TIMELINE_INTERNAL;

fn find(name: &str) -> Option<*const sys::AVFilter> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name ends with a NUL; the function only looks into FFmpeg's constant table.
    let filter = unsafe { sys::avfilter_get_by_name(name.as_ptr()) };
    (!filter.is_null()).then_some(filter)
}

/// Owns a graph and every filter in it, whatever there is.
pub(super) struct Bare(pub(super) *mut sys::AVFilterGraph);

impl Bare {
    /// `None` where memory has run out.
    pub(super) fn new() -> Option<Self> {
        // SAFETY: no precondition.
        let graph = unsafe { sys::avfilter_graph_alloc() };
        (!graph.is_null()).then_some(Self(graph))
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // SAFETY: the only owner; the function nulls the pointer.
        unsafe { sys::avfilter_graph_free(&mut self.0) };
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_shapes() {
        let shape = |name| shape::<&str>(name, &[]);
        for name in ["hue", "scale", "drawbox"] {
            assert_eq!(shape(name), Some(Shape::Video(1)), "{name}");
        }
        for name in ["volume", "aresample"] {
            assert_eq!(shape(name), Some(Shape::Audio(1)), "{name}");
        }
        for name in ["movie", "split", "nullsink", "concat", "showwaves", "testsrc2"] {
            assert_eq!(shape(name), Some(Shape::Other), "{name}");
        }
        assert_eq!((shape("overlay"), shape("amix")), (Some(Shape::Video(2)), Some(Shape::Audio(2))));
        assert_eq!((shape("no-such"), shape(""), shape("a\0b")), (None, None, None));
    }

    #[test]
    fn some_have_them_by_their_options() {
        let shape = |name, options: &[(&str, &str)]| {
            let options: Vec<_> = options.iter().map(|(option, value)| (*option, (*value).to_owned())).collect();
            shape(name, &options)
        };
        assert_eq!(shape("amix", &[("inputs", "3")]), Some(Shape::Audio(3)));
        assert_eq!(shape("hstack", &[("inputs", "4")]), Some(Shape::Video(4)));
        assert_eq!(shape("scale", &[("w", "iw/2"), ("h", "-2")]), Some(Shape::Video(1)));
        // The size of another picture.
        assert_eq!(shape("scale", &[("w", "rw"), ("h", "rh")]), Some(Shape::Video(2)));
    }

    #[test]
    fn options_are_tried() {
        let tried = |name, option: &str, value: &str| try_options(name, &[(option, value.to_owned())]);
        for (name, option, value) in
            [("hue", "s", "0"), ("hue", "enable", "lt(t,1)"), ("scale", "flags", "lanczos"), ("aresample", "osf", "flt")]
        {
            assert_eq!(tried(name, option, value), Ok(()), "{name} {option} {value}");
        }
        assert_eq!(tried("no-such", "a", "b"), Err(Refusal::NoFilter));
        assert_eq!(tried("hue", "no_such", "1"), Err(Refusal::NoOption("no_such".into())));
        assert_eq!(tried("scale", "enable", "lt(t,1)"), Err(Refusal::NoOption("enable".into())));
        for (name, option, value) in
            [("atempo", "tempo", "101"), ("atempo", "tempo", "x"), ("bwdif", "mode", "no-such"), ("fade", "color", "no-such")]
        {
            assert_eq!(tried(name, option, value), Err(Refusal::Value(option.into(), value.into())));
        }
    }
}
