//! What filters the linked FFmpeg has, and what they take.

use std::ffi::CString;
use std::ptr;

use ffmpeg_sys_next as sys;

/// What a filter takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One stream of pictures, and one again.
    Video,
    /// One stream of sound, and one again.
    Audio,
    /// Anything else: sources, sinks, several streams.
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

/// What the filter of that name takes and gives; `None` where there is none.
#[doc(alias = "avfilter_filter_pad_count")]
pub(crate) fn shape(name: &str) -> Option<Shape> {
    let filter = find(name)?;
    // SAFETY: filters are constants. The index is below the count where a pad's type is asked for. Filters that may get more
    // inputs by an option (scale) have those that they have without it in this table.
    unsafe {
        let only = |is_output, pads| {
            let one = sys::avfilter_filter_pad_count(filter, is_output) == 1;
            one.then(|| sys::avfilter_pad_get_type(pads, 0))
        };
        let more_outputs = (*filter).flags & sys::AVFILTER_FLAG_DYNAMIC_OUTPUTS != 0;
        Some(match (only(0, (*filter).inputs), only(1, (*filter).outputs)) {
            _ if more_outputs => Shape::Other,
            (Some(sys::AVMediaType::AVMEDIA_TYPE_VIDEO), Some(sys::AVMediaType::AVMEDIA_TYPE_VIDEO)) => Shape::Video,
            (Some(sys::AVMediaType::AVMEDIA_TYPE_AUDIO), Some(sys::AVMediaType::AVMEDIA_TYPE_AUDIO)) => Shape::Audio,
            _ => Shape::Other,
        })
    }
}

/// Sets the options on a filter that never runs: names, numbers and their ranges, named values. What is a text to FFmpeg, such as an
/// expression or a path, is not looked into.
///
/// # Errors
/// The first of them that it does not take.
#[doc(alias = "av_opt_set")]
pub(crate) fn try_options<N: AsRef<str>>(name: &str, options: &[(N, String)]) -> Result<(), Refusal> {
    let filter = find(name).ok_or(Refusal::NoFilter)?;
    // Out of memory, here and below: whoever needs the filter for real will say so.
    let Some(graph) = Graph::new() else { return Ok(()) };
    // SAFETY: the graph is whole, the filter one of FFmpeg's constants; a null name is allowed.
    let context = unsafe { sys::avfilter_graph_alloc_filter(graph.0, filter, ptr::null()) };
    if context.is_null() {
        return Ok(());
    }
    for (option, value) in options {
        let (option, refused) = (option.as_ref(), || Refusal::Value(option.as_ref().to_owned(), value.clone()));
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
    Ok(())
}

fn find(name: &str) -> Option<*const sys::AVFilter> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name ends with a NUL; the function only looks into FFmpeg's constant table.
    let filter = unsafe { sys::avfilter_get_by_name(name.as_ptr()) };
    (!filter.is_null()).then_some(filter)
}

/// Owns a graph and every filter in it.
struct Graph(*mut sys::AVFilterGraph);

impl Graph {
    /// `None` where memory has run out.
    fn new() -> Option<Self> {
        // SAFETY: no precondition.
        let graph = unsafe { sys::avfilter_graph_alloc() };
        (!graph.is_null()).then_some(Self(graph))
    }
}

impl Drop for Graph {
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
        for name in ["hue", "scale", "drawbox"] {
            assert_eq!(shape(name), Some(Shape::Video), "{name}");
        }
        for name in ["volume", "aresample"] {
            assert_eq!(shape(name), Some(Shape::Audio), "{name}");
        }
        for name in ["movie", "overlay", "split", "nullsink", "concat", "showwaves", "amix", "testsrc2"] {
            assert_eq!(shape(name), Some(Shape::Other), "{name}");
        }
        assert_eq!((shape("no-such"), shape(""), shape("a\0b")), (None, None, None));
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
        for (name, option, value) in
            [("atempo", "tempo", "101"), ("atempo", "tempo", "x"), ("bwdif", "mode", "no-such"), ("fade", "color", "no-such")]
        {
            assert_eq!(tried(name, option, value), Err(Refusal::Value(option.into(), value.into())));
        }
    }
}
