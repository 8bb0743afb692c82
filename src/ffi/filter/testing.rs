//! Graphs that run in the test's own process, from FFmpeg's generators to what comes out of the pad `out`: the judges of what filters
//! are turned into.

use std::ffi::{CStr, CString, c_int};
use std::ptr;

use ffmpeg_sys_next as sys;

use super::Bare;
use crate::ffi::Code;

/// A picture or a block of sound that came out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// When, in seconds.
    pub(crate) time: f64,
    /// Width and height; none of sound.
    pub(crate) size: (usize, usize),
    pub(crate) pixel_format: String,
    /// How wide a pixel is for its height; 0 is unknown.
    pub(crate) sample_aspect: (i32, i32),
    /// The planes behind each other, without gaps.
    pub(crate) bytes: Vec<u8>,
    pub(crate) sample_rate: i32,
    pub(crate) layout: String,
    /// The channels' samples by turns, where they are FFmpeg's `flt`.
    pub(crate) samples: Vec<f32>,
}

/// Runs a graph until its pad `out` has no more.
///
/// # Errors
/// Where it failed, and FFmpeg's words.
pub(crate) fn run(description: &str) -> Result<Vec<Seen>, String> {
    let (graph, sink) = build(description)?;
    let failed = |code| format!("running {description}: {}", Code(code));
    // SAFETY: the graph was configured, and lives until the end; the frame is ours, emptied before each turn and freed once.
    unsafe {
        let time_base = sys::av_buffersink_get_time_base(sink);
        let mut frame = sys::av_frame_alloc();
        assert!(!frame.is_null());
        let mut all = Vec::new();
        let code = loop {
            let code = sys::av_buffersink_get_frame(sink, frame);
            if code < 0 {
                break code;
            }
            all.push(seen(&*frame, time_base));
            sys::av_frame_unref(frame);
            // What never ends is a failure, too.
            if all.len() > 5_000 {
                break sys::AVERROR_BUG;
            }
        };
        sys::av_frame_free(&mut frame);
        drop(graph);
        if code == sys::AVERROR_EOF { Ok(all) } else { Err(failed(code)) }
    }
}

/// What a filter in the description has as the value of its option, once FFmpeg has read it.
pub(crate) fn option_in(description: &str, filter: &str, option: &str) -> Option<String> {
    let graph = Bare::new().expect("there is memory");
    let text = CString::new(description).expect("no NUL in it");
    let option = CString::new(option).expect("no NUL in it");
    let (mut inputs, mut outputs) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the graph is whole, the texts end with a NUL; the lists are freed once; the filters live as long as the graph does; the
    // value is ours to free, with FFmpeg's allocator.
    unsafe {
        let code = sys::avfilter_graph_parse2(graph.0, text.as_ptr(), &mut inputs, &mut outputs);
        sys::avfilter_inout_free(&mut inputs);
        sys::avfilter_inout_free(&mut outputs);
        if code < 0 {
            return None;
        }
        let filters = std::slice::from_raw_parts((*graph.0).filters, (*graph.0).nb_filters as usize);
        let found = filters.iter().find(|it| CStr::from_ptr((*(***it).filter).name).to_str() == Ok(filter))?;
        let mut value = ptr::null_mut();
        if sys::av_opt_get((*found).cast(), option.as_ptr(), sys::AV_OPT_SEARCH_CHILDREN, &mut value) < 0 || value.is_null() {
            return None;
        }
        let text = CStr::from_ptr(value.cast()).to_str().ok().map(str::to_owned);
        sys::av_free(value.cast());
        text
    }
}

/// Whether FFmpeg makes room for a picture of that size.
pub(crate) fn is_picture(width: u32, height: u32) -> bool {
    // SAFETY: no precondition; nothing is logged for.
    unsafe { sys::av_image_check_size(width, height, 0, ptr::null_mut()) >= 0 }
}

fn build(description: &str) -> Result<(Bare, *mut sys::AVFilterContext), String> {
    let graph = Bare::new().expect("there is memory");
    let text = CString::new(description).expect("no NUL in it");
    let failed = |what: &str, code: c_int| Err(format!("{what} {description}: {}", Code(code)));
    let (mut inputs, mut outputs) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: as above; the pad that is linked is the one that FFmpeg left open, of a filter in this graph.
    unsafe {
        let code = sys::avfilter_graph_parse2(graph.0, text.as_ptr(), &mut inputs, &mut outputs);
        if code < 0 {
            return failed("parsing", code);
        }
        assert!(inputs.is_null(), "an input is open in {description}");
        let out = outputs.as_ref().expect("a pad is open");
        assert!(out.next.is_null() && CStr::from_ptr(out.name) == c"out", "not one pad, out, is open in {description}");
        let kind = sys::avfilter_pad_get_type((*out.filter_ctx).output_pads, out.pad_idx);
        let name = if kind == sys::AVMediaType::AVMEDIA_TYPE_VIDEO { c"buffersink" } else { c"abuffersink" };
        let mut sink = ptr::null_mut();
        let filter = sys::avfilter_get_by_name(name.as_ptr());
        let code = sys::avfilter_graph_create_filter(&mut sink, filter, ptr::null(), ptr::null(), ptr::null_mut(), graph.0);
        assert!(code >= 0, "{}", Code(code));
        let code = sys::avfilter_link(out.filter_ctx, out.pad_idx as u32, sink, 0);
        assert!(code >= 0, "{}", Code(code));
        sys::avfilter_inout_free(&mut outputs);
        let code = sys::avfilter_graph_config(graph.0, ptr::null_mut());
        if code < 0 { failed("configuring", code) } else { Ok((graph, sink)) }
    }
}

/// # Safety
/// A frame with data, as a sink gives it.
unsafe fn seen(frame: &sys::AVFrame, time_base: sys::AVRational) -> Seen {
    // SAFETY: the frame is whole, by the caller's promise: the buffer is as long as FFmpeg says that the picture needs, a block of
    // `flt` has one plane with a sample for each channel, and names are constants or end with a NUL in their buffer.
    unsafe {
        let mut seen = Seen {
            time: frame.pts as f64 * f64::from(time_base.num) / f64::from(time_base.den),
            size: (frame.width as usize, frame.height as usize),
            pixel_format: String::new(),
            sample_aspect: (frame.sample_aspect_ratio.num, frame.sample_aspect_ratio.den),
            bytes: Vec::new(),
            sample_rate: frame.sample_rate,
            layout: String::new(),
            samples: Vec::new(),
        };
        if frame.width > 0 {
            let format: sys::AVPixelFormat = std::mem::transmute(frame.format);
            seen.pixel_format = CStr::from_ptr(sys::av_get_pix_fmt_name(format)).to_string_lossy().into_owned();
            let length = sys::av_image_get_buffer_size(format, frame.width, frame.height, 1);
            seen.bytes.resize(length as usize, 0);
            let (data, lines) = (frame.data.as_ptr().cast(), frame.linesize.as_ptr());
            let into = seen.bytes.as_mut_ptr();
            sys::av_image_copy_to_buffer(into, length, data, lines, format, frame.width, frame.height, 1);
        } else {
            let mut name = [0; 64];
            sys::av_channel_layout_describe(&frame.ch_layout, name.as_mut_ptr(), name.len());
            seen.layout = CStr::from_ptr(name.as_ptr()).to_string_lossy().into_owned();
            if frame.format == sys::AVSampleFormat::AV_SAMPLE_FMT_FLT as c_int {
                let count = frame.nb_samples as usize * frame.ch_layout.nb_channels as usize;
                seen.samples = std::slice::from_raw_parts(frame.data[0].cast::<f32>(), count).to_vec();
            }
        }
        seen
    }
}
