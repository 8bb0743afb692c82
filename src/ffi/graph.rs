//! A graph of filters with one source, which we feed, and one sink.

use std::ffi::{CStr, CString, c_int};
use std::ptr;

use ffmpeg_sys_next as sys;

use super::Code;
use super::decoder::Received;
use super::filter::Bare;
use super::layout::Layout;
use super::names::as_number;
use super::raw_frame::RawFrame;
use crate::media::{Rational, StreamKind};

/// Owns a graph that frames of one shape go through. It is of no use for frames of another shape, or after its end: then another one
/// is made.
pub(crate) struct Graph {
    /// It has the filters: they go with it.
    graph: Bare,
    source: *mut sys::AVFilterContext,
    sink: *mut sys::AVFilterContext,
    shape: Shape,
    time_base: Rational,
}

// SAFETY: a graph belongs to no thread; its own threads are FFmpeg's affair, and it is used by one of ours at a time, for every use
// takes it mutably.
unsafe impl Send for Graph {}

/// What goes through a graph, besides what frames say of themselves.
pub(crate) struct Feed<'a> {
    pub(crate) kind: StreamKind,
    /// What filters make of it: mostly the same, pictures where they draw sound.
    pub(crate) gives: StreamKind,
    /// The filters, as the `ffmpeg` program takes them for `-vf` and `-af`: one pad open at either end. They may open files, and are
    /// not to come from whom one does not trust.
    pub(crate) filters: &'a str,
    /// What the source is called, with the run in it ([`Journal::tag_filter`](crate::run::Journal::tag_filter)): by this, the lines of
    /// every filter in the graph are the run's, whatever thread they come from.
    pub(crate) name: &'a str,
    /// On how many threads a filter may cut a picture in slices; with one, there is no other than the caller's.
    pub(crate) threads: u16,
    /// What the times of frames count.
    pub(crate) time_base: Rational,
    /// Frames a second, where that is known.
    pub(crate) frame_rate: Option<Rational>,
    /// Width of a pixel by its height, where that is known.
    pub(crate) pixel_aspect: Option<Rational>,
}

/// When a frame begins, and how long it is, in ticks of the feed's clock.
#[derive(Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) pts: i64,
    pub(crate) length: i64,
}

impl Graph {
    /// For frames of the shape of the first one, which is not sent.
    ///
    /// # Errors
    /// As FFmpeg gives them for filters that do not fit each other or such frames; [`Code::INVALID_ARGUMENT`] where not one pad is open
    /// at either end.
    #[doc(alias = "avfilter_graph_config")]
    pub(crate) fn new(first: &RawFrame, feed: &Feed<'_>) -> Result<Self, Code> {
        let shape = Shape::of(first.get(), feed.kind)?;
        let graph = Bare::new().ok_or(Code::NO_MEMORY)?;
        // SAFETY: the graph is live and has no filters yet, before which the threads are said.
        unsafe { (*graph.0).nb_threads = c_int::from(feed.threads.max(1)) };
        let source = source(&graph, first.get(), feed)?;
        let sink = sink(&graph, feed.gives)?;
        let open = Open::parse(&graph, feed.filters)?;
        let ((first, into), (last, out)) = (Open::only(open.inputs)?, Open::only(open.outputs)?);
        // SAFETY: all four are filters of this graph, and the pads those that FFmpeg said are open; then it is whole.
        let code = unsafe {
            let links = [(source, 0, first, into), (last, out, sink, 0)];
            let linked = links.into_iter().map(|(from, out, to, into)| sys::avfilter_link(from, out, to, into));
            let failed = linked.into_iter().find(|it| *it < 0);
            failed.unwrap_or_else(|| sys::avfilter_graph_config(graph.0, ptr::null_mut()))
        };
        if code < 0 {
            return Err(Code(code));
        }
        Ok(Self { graph, source, sink, shape, time_base: feed.time_base })
    }

    /// Whether it was made for such frames.
    pub(crate) fn is_for(&self, frame: &RawFrame) -> bool {
        self.shape.is_of(frame.get())
    }

    /// Gives it a frame, whose buffers it shares from then on. What the frame's own metadata say is left out: after the filters, it would
    /// pass for what they say. Where no filter wants any more, nothing becomes of it.
    ///
    /// Frames wait in the graph until what becomes of them is received.
    ///
    /// # Errors
    /// [`Code::INVALID_ARGUMENT`] for a frame of another shape, and after the end; else those of filters.
    #[doc(alias = "av_buffersrc_add_frame_flags")]
    pub(crate) fn send(&mut self, frame: &RawFrame, at: Stamp) -> Result<(), Code> {
        if !self.is_for(frame) {
            return Err(Code::INVALID_ARGUMENT);
        }
        let mut own = frame.shared()?;
        // SAFETY: the new frame is ours alone.
        unsafe {
            let own = own.as_mut_ptr();
            sys::av_dict_free(&mut (*own).metadata);
            ((*own).pts, (*own).duration) = (at.pts, at.length);
            (*own).time_base = raw(self.time_base);
        }
        // SAFETY: the source is one of the graph's, which is whole; it takes what the frame holds, and leaves the frame to us.
        unsafe { self.add(own.as_mut_ptr()) }
    }

    /// No frame comes any more: what filters hold back comes then, and the end.
    pub(crate) fn send_end(&mut self) -> Result<(), Code> {
        // SAFETY: as above; null is the end.
        unsafe { self.add(ptr::null_mut()) }
    }

    /// # Safety
    /// A frame that is ours and has data, or null.
    unsafe fn add(&mut self, frame: *mut sys::AVFrame) -> Result<(), Code> {
        // SAFETY: the source is one of the graph's, which is whole and ours alone; the rest is the caller's promise.
        match unsafe { sys::av_buffersrc_add_frame_flags(self.source, frame, 0) } {
            code if code >= 0 || Code(code) == Code::END => Ok(()),
            code => Err(Code(code)),
        }
    }

    /// Takes out what the filters have made, with times in the sink's own clock.
    ///
    /// # Errors
    /// As filters give them.
    #[doc(alias = "av_buffersink_get_frame")]
    pub(crate) fn receive(&mut self) -> Result<Received, Code> {
        let mut frame = RawFrame::empty().ok_or(Code::NO_MEMORY)?;
        // SAFETY: the sink is one of the graph's, which is whole and ours alone; the frame is ours, and filled only where it returns 0.
        match unsafe { sys::av_buffersink_get_frame(self.sink, frame.as_mut_ptr()) } {
            code if Code(code) == Code::AGAIN => Ok(Received::Nothing),
            code if Code(code) == Code::END => Ok(Received::End),
            code if code < 0 => Err(Code(code)),
            _ => {
                // SAFETY: both are live and ours alone. A guess of the decoder's knows nothing of what filters did to times.
                unsafe {
                    let frame = frame.as_mut_ptr();
                    (*frame).time_base = sys::av_buffersink_get_time_base(self.sink);
                    (*frame).best_effort_timestamp = (*frame).pts;
                }
                Ok(Received::Frame(frame))
            }
        }
    }

    /// A number that one of its filters lets be asked for, as it is now: the first filter of that name.
    #[doc(alias = "av_opt_get_double")]
    pub(crate) fn number(&self, filter: &CStr, option: &CStr) -> Option<f64> {
        let mut number = 0.0;
        // SAFETY: the graph is whole and has as many filters as it says, each of which has a name that ends with a NUL, and begins with
        // a pointer to its class, as options want it. Its own threads change numbers only while it is sent or asked for frames, and
        // then it is borrowed mutably.
        unsafe {
            let filters = std::slice::from_raw_parts((*self.graph.0).filters, (*self.graph.0).nb_filters as usize);
            let found = filters.iter().find(|it| CStr::from_ptr((*(***it).filter).name) == filter)?;
            let code = sys::av_opt_get_double((*found).cast(), option.as_ptr(), sys::AV_OPT_SEARCH_CHILDREN, &mut number);
            (code >= 0).then_some(number)
        }
    }
}

/// What has to stay the same for as long as a graph is used: by numbers, for a decoder may be newer than the bindings.
enum Shape {
    Picture { format: c_int, size: (c_int, c_int), color: (c_int, c_int) },
    Sound { format: c_int, rate: c_int, layout: Layout },
}

impl Shape {
    fn of(frame: &sys::AVFrame, kind: StreamKind) -> Result<Self, Code> {
        let format = frame.format;
        match kind {
            StreamKind::Video => Ok(Self::Picture { format, size: (frame.width, frame.height), color: color(frame) }),
            StreamKind::Audio => Ok(Self::Sound { format, rate: frame.sample_rate, layout: Layout::copy(&frame.ch_layout)? }),
            _ => Err(Code::INVALID_ARGUMENT),
        }
    }

    fn is_of(&self, frame: &sys::AVFrame) -> bool {
        match self {
            Self::Picture { format, size, color: own } => {
                (*format, *size, *own) == (frame.format, (frame.width, frame.height), color(frame))
            }
            Self::Sound { format, rate, layout } => {
                (*format, *rate) == (frame.format, frame.sample_rate) && layout.is(&frame.ch_layout)
            }
        }
    }
}

fn color(frame: &sys::AVFrame) -> (c_int, c_int) {
    (as_number(&frame.colorspace), as_number(&frame.color_range))
}

fn raw(number: Rational) -> sys::AVRational {
    sys::AVRational { num: number.num(), den: number.den() }
}

/// The graph's source, as the first frame has it.
#[doc(alias = "av_buffersrc_parameters_set")]
fn source(graph: &Bare, first: &sys::AVFrame, feed: &Feed<'_>) -> Result<*mut sys::AVFilterContext, Code> {
    let is_film = feed.kind == StreamKind::Video;
    let name = CString::new(feed.name).map_err(|_| Code::INVALID_ARGUMENT)?;
    let unknown = sys::AVRational { num: 0, den: 1 };
    // SAFETY: the graph is live, and the name of its source ends with a NUL; FFmpeg copies that, and what the parameters say. They are
    // FFmpeg's to allocate and ours to free; the enumerations go over as the bytes that they are, for the bindings may not know them.
    let (context, code) = unsafe {
        let filter = sys::avfilter_get_by_name(if is_film { c"buffer" } else { c"abuffer" }.as_ptr());
        let context = sys::avfilter_graph_alloc_filter(graph.0, filter, name.as_ptr());
        let parameters = sys::av_buffersrc_parameters_alloc();
        if context.is_null() || parameters.is_null() {
            sys::av_free(parameters.cast());
            return Err(Code::NO_MEMORY);
        }
        (*parameters).format = first.format;
        (*parameters).time_base = raw(feed.time_base);
        if is_film {
            ((*parameters).width, (*parameters).height) = (first.width, first.height);
            (*parameters).sample_aspect_ratio = feed.pixel_aspect.map_or(unknown, raw);
            (*parameters).frame_rate = feed.frame_rate.map_or(unknown, raw);
            ptr::copy_nonoverlapping(&raw const first.colorspace, &raw mut (*parameters).color_space, 1);
            ptr::copy_nonoverlapping(&raw const first.color_range, &raw mut (*parameters).color_range, 1);
        } else {
            (*parameters).sample_rate = first.sample_rate;
            // Lent: the first frame outlives the call, and its list of channels is not freed with the parameters.
            ptr::copy_nonoverlapping(&raw const first.ch_layout, &raw mut (*parameters).ch_layout, 1);
        }
        let code = sys::av_buffersrc_parameters_set(context, parameters);
        sys::av_free(parameters.cast());
        (context, if code < 0 { code } else { sys::avfilter_init_str(context, ptr::null()) })
    };
    if code < 0 { Err(Code(code)) } else { Ok(context) }
}

fn sink(graph: &Bare, kind: StreamKind) -> Result<*mut sys::AVFilterContext, Code> {
    let name = if kind == StreamKind::Video { c"buffersink" } else { c"abuffersink" };
    let mut sink = ptr::null_mut();
    // SAFETY: the graph is live, the filter one of FFmpeg's constants; there are no options.
    let code = unsafe {
        let filter = sys::avfilter_get_by_name(name.as_ptr());
        sys::avfilter_graph_create_filter(&mut sink, filter, c"out".as_ptr(), ptr::null(), ptr::null_mut(), graph.0)
    };
    if code < 0 { Err(Code(code)) } else { Ok(sink) }
}

/// The pads that a description leaves open.
struct Open {
    inputs: *mut sys::AVFilterInOut,
    outputs: *mut sys::AVFilterInOut,
}

impl Open {
    #[doc(alias = "avfilter_graph_parse2")]
    fn parse(graph: &Bare, filters: &str) -> Result<Self, Code> {
        let filters = CString::new(filters).map_err(|_| Code::INVALID_ARGUMENT)?;
        let mut open = Self { inputs: ptr::null_mut(), outputs: ptr::null_mut() };
        // SAFETY: the graph is live, the text ends with a NUL, and both lists are ours to free.
        let code = unsafe { sys::avfilter_graph_parse2(graph.0, filters.as_ptr(), &mut open.inputs, &mut open.outputs) };
        if code < 0 { Err(Code(code)) } else { Ok(open) }
    }

    /// The filter and the number of its pad, where that is the only one in the list.
    fn only(list: *mut sys::AVFilterInOut) -> Result<(*mut sys::AVFilterContext, u32), Code> {
        // SAFETY: a list of FFmpeg's, which lives as long as this, or null.
        let only = unsafe { list.as_ref() }.filter(|it| it.next.is_null()).ok_or(Code::INVALID_ARGUMENT)?;
        Ok((only.filter_ctx, u32::try_from(only.pad_idx).map_err(|_| Code::INVALID_ARGUMENT)?))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: the only owner; the function nulls the pointers, and takes null ones. The filters are the graph's.
        unsafe {
            sys::avfilter_inout_free(&mut self.inputs);
            sys::avfilter_inout_free(&mut self.outputs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::hz;

    const FIFTIETH: Rational = match Rational::new(1, 50) {
        Some(it) => it,
        None => Rational::MICROS,
    };

    fn feed(kind: StreamKind, filters: &str) -> Feed<'_> {
        let rate = if kind == StreamKind::Video { FIFTIETH } else { Rational::new(1, hz(48_000).as_hz() as i32).unwrap() };
        Feed {
            kind,
            gives: kind,
            filters,
            name: "in@telecine_1",
            threads: 1,
            time_base: rate,
            frame_rate: None,
            pixel_aspect: None,
        }
    }

    /// A grey picture, or silence, of 16 rows or samples.
    fn frame(kind: StreamKind, width: c_int) -> RawFrame {
        let mut frame = RawFrame::empty().unwrap();
        // SAFETY: the frame is ours, and has the fields that its buffers are allocated by; they are written within their lines.
        unsafe {
            let raw = frame.as_mut_ptr();
            if kind == StreamKind::Video {
                ((*raw).width, (*raw).height) = (width, 16);
                (*raw).format = sys::AVPixelFormat::AV_PIX_FMT_GRAY8 as c_int;
            } else {
                ((*raw).nb_samples, (*raw).sample_rate) = (16, 48_000);
                (*raw).format = sys::AVSampleFormat::AV_SAMPLE_FMT_S16 as c_int;
                sys::av_channel_layout_default(&mut (*raw).ch_layout, width);
            }
            assert!(sys::av_frame_get_buffer(raw, 0) >= 0);
            let bytes = (*raw).linesize[0] * if kind == StreamKind::Video { 16 } else { 1 };
            ptr::write_bytes((*raw).data[0], 0, bytes as usize);
            sys::av_dict_set(&mut (*raw).metadata, c"lavfi.said".as_ptr(), c"by the file".as_ptr(), 0);
        }
        frame
    }

    /// The times and metadata of all that comes of three frames.
    fn run(graph: &mut Graph, frame: &RawFrame) -> Vec<(i64, Vec<(String, String)>)> {
        let mut all = Vec::new();
        for count in 0..=3 {
            match count {
                3 => graph.send_end().unwrap(),
                _ => graph.send(frame, Stamp { pts: count * 10, length: 10 }).unwrap(),
            }
            while let Received::Frame(made) = graph.receive().unwrap() {
                let said = made.metadata().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
                all.push((made.get().pts, said));
            }
        }
        assert!(matches!(graph.receive(), Ok(Received::End)));
        all
    }

    #[test]
    fn pictures_and_sound_go_through_and_filters_say_what_they_saw() {
        let black = frame(StreamKind::Video, 16);
        let mut graph = Graph::new(&black, &feed(StreamKind::Video, "blackframe")).unwrap();
        let said = run(&mut graph, &black);
        assert_eq!(said.iter().map(|it| it.0).collect::<Vec<_>>(), [0, 10, 20]);
        // And nothing of what the file says.
        assert_eq!(said[0].1, [("lavfi.blackframe.pblack".to_owned(), "100".to_owned())]);

        let silence = frame(StreamKind::Audio, 2);
        let mut graph = Graph::new(&silence, &feed(StreamKind::Audio, "silencedetect=d=0.00001")).unwrap();
        let said = run(&mut graph, &silence);
        assert_eq!(said[0].1.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["lavfi.silence_start"]);
    }

    #[test]
    fn what_filters_hold_back_comes_at_the_end() {
        let grey = frame(StreamKind::Video, 16);
        let mut graph = Graph::new(&grey, &feed(StreamKind::Video, "reverse,fps=50")).unwrap();
        assert!(run(&mut graph, &grey).len() > 3);
        let sent = graph.send(&grey, Stamp { pts: 40, length: 10 });
        assert!(sent.is_err() || matches!(graph.receive(), Ok(Received::End)));
    }

    #[test]
    fn it_is_for_one_shape() {
        let (narrow, wide) = (frame(StreamKind::Video, 16), frame(StreamKind::Video, 32));
        let mut graph = Graph::new(&narrow, &feed(StreamKind::Video, "null")).unwrap();
        assert!(graph.is_for(&narrow) && !graph.is_for(&wide));
        assert_eq!(graph.send(&wide, Stamp { pts: 0, length: 1 }), Err(Code::INVALID_ARGUMENT));

        let (mono, stereo) = (frame(StreamKind::Audio, 1), frame(StreamKind::Audio, 2));
        let graph = Graph::new(&mono, &feed(StreamKind::Audio, "anull")).unwrap();
        assert!(graph.is_for(&mono) && !graph.is_for(&stereo));
    }

    #[test]
    fn what_is_no_chain_is_refused() {
        let grey = frame(StreamKind::Video, 16);
        let bad = [
            "",
            "no-such-filter",
            "scale=no_such=1",
            "anull",
            "split",
            "overlay",
            "testsrc2",
            "nullsink",
            "null\0",
            "[a]null[b];[",
        ];
        for filters in bad {
            assert!(Graph::new(&grey, &feed(StreamKind::Video, filters)).is_err(), "{filters:?}");
        }
        assert!(Graph::new(&grey, &feed(StreamKind::Subtitle, "null")).is_err());
    }
}
