//! What a stream's structs say, as plain data.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use ffmpeg_sys_next as sys;
use sys::AVMediaType::{
    AVMEDIA_TYPE_ATTACHMENT, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_DATA, AVMEDIA_TYPE_SUBTITLE, AVMEDIA_TYPE_VIDEO,
};

use super::input::{micros, rescale};
use super::names::{self, as_number};
use super::{layout, side_data};
use crate::media::{AudioInfo, Bitrate, ColorInfo, Disposition, Rational, StreamInfo, StreamKind, Tags, Timestamp, VideoInfo};

/// `has_ids` is whether streams of this container have numbers of their own.
pub(super) fn info(stream: &sys::AVStream, has_ids: bool) -> StreamInfo {
    // SAFETY: every stream has codec parameters, which live as long as it.
    let parameters = unsafe { &*stream.codecpar };
    let kind = kind(parameters);
    let size = match (u32::try_from(parameters.width), u32::try_from(parameters.height)) {
        (Ok(width @ 1..), Ok(height @ 1..)) => Some((width, height)),
        _ => None,
    };
    // SAFETY: null or the stream's own, which lives as long as it.
    let tags = unsafe { tags(stream.metadata) };
    let disposition = Disposition::from_bits(stream.disposition as u32);
    StreamInfo {
        id: has_ids.then_some(stream.id),
        codec: codec_name(parameters.codec_id),
        codec_tag: names::four_letters(parameters.codec_tag),
        profile: names::profile(parameters.codec_id, parameters.profile),
        size,
        channels: u32::try_from(parameters.ch_layout.nb_channels).ok().filter(|it| *it > 0),
        time_base: rational(stream.time_base),
        start: rescale(stream.start_time, stream.time_base).map(Timestamp::micros),
        duration: rescale(stream.duration, stream.time_base).and_then(micros),
        bitrate: bitrate(parameters.bit_rate),
        frames: u64::try_from(stream.nb_frames).ok().filter(|it| *it > 0),
        cover_art: disposition.contains(Disposition::ATTACHED_PIC),
        default: disposition.contains(Disposition::DEFAULT),
        disposition,
        language: tags.get("language").map(str::to_owned),
        tags,
        video: (kind == StreamKind::Video).then(|| Box::new(video(stream, parameters))),
        audio: (kind == StreamKind::Audio).then(|| Box::new(audio(parameters))),
        ..StreamInfo::new(stream.index.max(0) as usize, kind)
    }
}

/// As [`StreamInfo`] has it, for less.
pub(super) fn is_film_or_sound(stream: &sys::AVStream) -> bool {
    // SAFETY: every stream has codec parameters, which live as long as it.
    let kind = kind(unsafe { &*stream.codecpar });
    matches!(kind, StreamKind::Video | StreamKind::Audio) && stream.disposition & sys::AV_DISPOSITION_ATTACHED_PIC == 0
}

/// What its decoder is told before its first packet. An attachment has all of itself there, and no decoder.
pub(super) fn setup(stream: &sys::AVStream) -> Vec<u8> {
    // SAFETY: every stream has codec parameters, which live as long as it.
    let parameters = unsafe { &*stream.codecpar };
    let is_decoded = matches!(kind(parameters), StreamKind::Video | StreamKind::Audio | StreamKind::Subtitle);
    let length = usize::try_from(parameters.extradata_size).ok().filter(|_| is_decoded && !parameters.extradata.is_null());
    // SAFETY: the parameters own that many bytes there, and nobody changes them during the call.
    length.map(|length| unsafe { std::slice::from_raw_parts(parameters.extradata, length) }.to_vec()).unwrap_or_default()
}

fn kind(parameters: &sys::AVCodecParameters) -> StreamKind {
    match parameters.codec_type {
        AVMEDIA_TYPE_VIDEO => StreamKind::Video,
        AVMEDIA_TYPE_AUDIO => StreamKind::Audio,
        AVMEDIA_TYPE_SUBTITLE => StreamKind::Subtitle,
        AVMEDIA_TYPE_DATA => StreamKind::Data,
        AVMEDIA_TYPE_ATTACHMENT => StreamKind::Attachment,
        _ => StreamKind::Other,
    }
}

fn video(stream: &sys::AVStream, parameters: &sys::AVCodecParameters) -> VideoInfo {
    let color = ColorInfo {
        range: names::color_range(as_number(&parameters.color_range)),
        space: names::color_space(as_number(&parameters.color_space)),
        transfer: names::color_transfer(as_number(&parameters.color_trc)),
        primaries: names::color_primaries(as_number(&parameters.color_primaries)),
        chroma_location: names::chroma_location(as_number(&parameters.chroma_location)),
    };
    // SAFETY: without a context and a frame, the function only reads the stream's and its parameters' own ratios.
    let aspect = unsafe { sys::av_guess_sample_aspect_ratio(ptr::null_mut(), ptr::from_ref(stream).cast_mut(), ptr::null_mut()) };
    VideoInfo {
        pixel_format: names::pixel_format(parameters.format),
        level: (parameters.level != sys::AV_LEVEL_UNKNOWN).then_some(parameters.level),
        color,
        pixel_aspect: positive(aspect),
        frame_rate: positive(stream.avg_frame_rate),
        base_frame_rate: positive(stream.r_frame_rate),
        field_order: field_order(as_number(&parameters.field_order)),
        reordered: u32::try_from(parameters.video_delay).ok(),
        orientation: side_data::orientation(parameters),
        mastering: side_data::mastering(parameters),
        light: side_data::light(parameters),
        dolby_vision: side_data::dolby_vision(parameters),
    }
}

fn audio(parameters: &sys::AVCodecParameters) -> AudioInfo {
    AudioInfo {
        sample_rate_hz: u32::try_from(parameters.sample_rate).ok().filter(|it| *it > 0),
        sample_format: names::sample_format(parameters.format),
        layout: layout(&parameters.ch_layout),
    }
}

/// Their names, where the container tells which channels they are and not only how many.
fn layout(channels: &sys::AVChannelLayout) -> Option<String> {
    if channels.order == sys::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC {
        return None;
    }
    layout::describe(channels)
}

#[doc(alias = "AVFieldOrder")]
fn field_order(number: c_int) -> Option<&'static str> {
    let order = [None, Some("progressive"), Some("tt"), Some("bb"), Some("tb"), Some("bt")];
    order.get(usize::try_from(number).ok()?).copied().flatten()
}

pub(super) fn codec_name(id: sys::AVCodecID) -> Option<&'static str> {
    // SAFETY: the descriptor is null or a constant of FFmpeg's whose name is a NUL-terminated constant as well.
    unsafe {
        let descriptor = sys::avcodec_descriptor_get(id).as_ref()?;
        CStr::from_ptr(descriptor.name).to_str().ok()
    }
}

/// Everything in a dictionary, in its order. What is not UTF-8 is replaced.
///
/// # Safety
/// `dictionary` is null or live, and nobody changes it during the call.
pub(super) unsafe fn tags(dictionary: *const sys::AVDictionary) -> Tags {
    let mut entry = ptr::null();
    std::iter::from_fn(|| {
        // SAFETY: the caller's promise; the entry is null, or what the last call gave.
        entry = unsafe { sys::av_dict_iterate(dictionary, entry) };
        // SAFETY: null or an entry of the live dictionary, whose key and value are strings.
        let entry = unsafe { entry.as_ref()? };
        // SAFETY: as above.
        let text = |it: *const c_char| unsafe { CStr::from_ptr(it) }.to_string_lossy().into_owned();
        Some((text(entry.key), text(entry.value)))
    })
    .collect()
}

pub(super) fn bitrate(bits_per_second: i64) -> Option<Bitrate> {
    u64::try_from(bits_per_second).ok().filter(|it| *it > 0).map(Bitrate::bits_per_second)
}

fn rational(it: sys::AVRational) -> Option<Rational> {
    Rational::new(it.num, it.den)
}

/// FFmpeg writes "unknown" as a fraction whose numerator, or denominator, is 0.
pub(super) fn positive(it: sys::AVRational) -> Option<Rational> {
    rational(it).filter(|_| it.num != 0)
}
