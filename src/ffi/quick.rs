//! What of a stream a decoder need not be asked, so that probing takes no longer than it must.
//!
//! FFmpeg decodes pictures until it knows a stream's pixel format and how many frames are put in order: seven of them, for most H.264
//! in MP4. Where the header has the answers, they are given beforehand, and the decoder is told to skip what it gets; where it
//! has not, the decoder is told to leave out what makes a picture look right and nothing else.

use std::collections::VecDeque;
use std::ffi::{CStr, c_int};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;
use sys::AVCodecID::AV_CODEC_ID_H264;
use sys::AVMediaType::{AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO};
use sys::AVPixelFormat::{
    AV_PIX_FMT_GBRP, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P,
    AV_PIX_FMT_YUVJ444P,
};

use super::dictionary::Dictionary;
use super::packet::Packet;
use super::sps::{self, Chroma, Sps};

/// One opened input while it is probed.
pub(super) struct Quick {
    context: NonNull<sys::AVFormatContext>,
    /// For each stream, what its header tells where that is all that there is to know.
    told: Vec<Option<Sps>>,
    /// A Matroska file: packets have no times for the decoder, which FFmpeg works out from what has been decoded.
    untimed: bool,
}

impl Quick {
    /// # Safety
    /// `context` is open for reading, has been asked for nothing but its header, and outlives this; nobody else uses it meanwhile.
    pub(super) unsafe fn new(context: NonNull<sys::AVFormatContext>) -> Self {
        let mut quick = Self { context, told: Vec::new(), untimed: false };
        // SAFETY: an opened context has a demuxer, whose name is a constant string.
        let format = unsafe { CStr::from_ptr((*(*context.as_ptr()).iformat).name) }.to_bytes();
        let is = |name: &[u8]| format.split(|it| *it == b',').any(|it| it == name);
        quick.untimed = is(b"matroska");
        let tag = if quick.untimed { 0 } else { u32::from_le_bytes(*b"avc1") };
        quick.told = quick.streams().map(|it| h264(it.1, tag).filter(|sps| fits(it.1, sps))).collect();
        if !(is(b"mov") || quick.untimed && quick.tells_all()) {
            quick.told.iter_mut().for_each(|it| *it = None);
            quick.untimed = false;
        }
        quick
    }

    /// Whether no stream's times have to wait for a decoder: FFmpeg reads as far then as it would with one.
    fn tells_all(&self) -> bool {
        // SAFETY: the context is live, by the promise given to `new`.
        let is_long = unsafe { self.context.as_ref() }.duration > 0;
        let alone = self.streams().all(|(_, it)| matches!(it.codec_type, AVMEDIA_TYPE_VIDEO | AVMEDIA_TYPE_AUDIO));
        let tells = |((stream, parameters), told): ((&sys::AVStream, &sys::AVCodecParameters), &Option<Sps>)| {
            let rates = stream.r_frame_rate.num > 0 && stream.avg_frame_rate.num > 0;
            // Where nothing is put in order, it reads some pictures more, and meets other streams' packets on the way.
            let far = told.as_ref().is_some_and(|sps| sps.reordered > 0 || alone);
            parameters.codec_type != AVMEDIA_TYPE_VIDEO || rates && far
        };
        is_long && self.streams().zip(&self.told).all(tells)
    }

    /// Tells the streams what their headers have of them; gives the options for their decoders.
    pub(super) fn prepare(&mut self) -> Vec<Dictionary> {
        const SKIP: [(&CStr, &CStr); 1] = [(c"skip_frame", c"all")];
        const HURRY: [(&CStr, &CStr); 2] = [(c"skip_loop_filter", c"all"), (c"skip_idct", c"all")];
        if self.untimed {
            // No more than one packet of each stream is worth waiting for.
            // SAFETY: the context is live and nobody else's, by the promise given to `new`.
            unsafe { (*self.context.as_ptr()).max_ts_probe = 1 };
        }
        let told = std::mem::take(&mut self.told);
        let options = told.iter().enumerate().map(|(index, told)| {
            // SAFETY: as above; the stream at that index is there, and has parameters.
            let parameters = unsafe { &mut *(**(*self.context.as_ptr()).streams.add(index)).codecpar };
            match told {
                Some(sps) => {
                    fill(parameters, sps);
                    Dictionary::of(&SKIP)
                }
                None if parameters.codec_type == AVMEDIA_TYPE_VIDEO => Dictionary::of(&HURRY),
                None => Dictionary::of(&[]),
            }
        });
        let options = options.collect();
        self.told = told;
        options
    }

    /// To be called after FFmpeg has read what it wanted: where pictures begin, which it could not tell without decoding. Gives the
    /// packets that had to be read for that.
    pub(super) fn settle(&mut self) -> VecDeque<Packet> {
        let mut read = VecDeque::new();
        if !self.untimed {
            return read;
        }
        let mut firsts: Vec<_> = self.told.iter().map(|it| it.as_ref().map(|_| None)).collect();
        // Packets that FFmpeg has read come again.
        while firsts.contains(&Some(None)) {
            let Some(mut packet) = Packet::new() else { break };
            // SAFETY: the context is open and nobody else's, by the promise given to `new`.
            let Ok((stream, pts)) = (unsafe { packet.read(self.context) }) else { break };
            read.push_back(packet);
            if let Some(Some(first @ None)) = firsts.get_mut(stream) {
                *first = Some(pts);
            }
        }
        self.set_starts(&firsts.into_iter().map(Option::flatten).collect::<Vec<_>>());
        read
    }

    /// As FFmpeg does with the starts that it knows: the earliest is the container's, and that of streams that have none.
    fn set_starts(&mut self, firsts: &[Option<i64>]) {
        let micros = sys::AVRational { num: 1, den: sys::AV_TIME_BASE };
        // It gives a length to what has no start of its own, and Matroska gives none to a stream.
        let own = |stream: &sys::AVStream| (stream.duration == sys::AV_NOPTS_VALUE).then_some(stream.start_time);
        let (mut media, mut words) = (None, None);
        for ((stream, parameters), first) in self.streams().zip(firsts) {
            let Some(start) = first.or_else(|| own(stream)).filter(|it| *it != sys::AV_NOPTS_VALUE) else { continue };
            // SAFETY: pure arithmetic; a stream's time base has no zero in it.
            let start = unsafe { sys::av_rescale_q(start, stream.time_base, micros) };
            let is_media = matches!(parameters.codec_type, AVMEDIA_TYPE_VIDEO | AVMEDIA_TYPE_AUDIO);
            let earliest = if is_media { &mut media } else { &mut words };
            *earliest = Some(earliest.map_or(start, |it: i64| it.min(start)));
        }
        let earliest = match (media, words) {
            (Some(media), Some(words)) if media > words && media - words < i64::from(sys::AV_TIME_BASE) => words,
            (Some(media), _) => media,
            (None, Some(words)) => words,
            (None, None) => return,
        };
        // SAFETY: the context is live and nobody else's, by the promise given to `new`; so are its streams, and there are as many
        // as `firsts` has or more.
        unsafe {
            (*self.context.as_ptr()).start_time = earliest;
            for (index, first) in firsts.iter().enumerate() {
                let stream = &mut **(*self.context.as_ptr()).streams.add(index);
                if let Some(first) = first {
                    (stream.start_time, stream.duration) = (*first, sys::AV_NOPTS_VALUE);
                } else if own(stream).is_none() {
                    stream.start_time = sys::av_rescale_q(earliest, micros, stream.time_base);
                }
            }
        }
    }

    fn streams(&self) -> impl Iterator<Item = (&sys::AVStream, &sys::AVCodecParameters)> {
        // SAFETY: the context is live, by the promise given to `new`.
        let context = unsafe { self.context.as_ref() };
        // SAFETY: it has that many streams, none of them null, and each has parameters; all live as long as it.
        (0..context.nb_streams as usize).map(|index| unsafe {
            let stream = &**context.streams.add(index);
            (stream, &*stream.codecpar)
        })
    }
}

fn h264(parameters: &sys::AVCodecParameters, tag: u32) -> Option<Sps> {
    // Under another name, the header may stand in the media as well, and say something else there.
    let plain = parameters.codec_id == AV_CODEC_ID_H264 && parameters.codec_tag == tag;
    let length = usize::try_from(parameters.extradata_size).ok().filter(|_| plain && !parameters.extradata.is_null())?;
    // SAFETY: the parameters own that many bytes there, and nobody changes them meanwhile.
    let header = unsafe { std::slice::from_raw_parts(parameters.extradata, length) };
    sps::in_header(header)
}

/// Of two sizes the decoder chooses, by rules of its own.
fn fits(parameters: &sys::AVCodecParameters, sps: &Sps) -> bool {
    (u32::try_from(parameters.width), u32::try_from(parameters.height)) == (Ok(sps.size.0), Ok(sps.size.1))
}

/// As FFmpeg's decoder does when it meets the first picture.
fn fill(parameters: &mut sys::AVCodecParameters, sps: &Sps) {
    if let Some(full) = sps.full_range {
        use sys::AVColorRange::{AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG};
        parameters.color_range = if full { AVCOL_RANGE_JPEG } else { AVCOL_RANGE_MPEG };
    }
    if let Some([primaries, transfer, matrix]) = sps.colors {
        set(&mut parameters.color_primaries, known(primaries, super::names::color_primaries));
        set(&mut parameters.color_trc, known(transfer, super::names::color_transfer));
        set(&mut parameters.color_space, known(matrix, super::names::color_space));
    }
    let full = parameters.color_range == sys::AVColorRange::AVCOL_RANGE_JPEG;
    let format = match sps.chroma {
        Chroma::Full if parameters.color_space == sys::AVColorSpace::AVCOL_SPC_RGB => AV_PIX_FMT_GBRP,
        Chroma::Full if full => AV_PIX_FMT_YUVJ444P,
        Chroma::Full => AV_PIX_FMT_YUV444P,
        Chroma::HalfWidth if full => AV_PIX_FMT_YUVJ422P,
        Chroma::HalfWidth => AV_PIX_FMT_YUV422P,
        Chroma::Half if full => AV_PIX_FMT_YUVJ420P,
        Chroma::Half => AV_PIX_FMT_YUV420P,
    };
    parameters.format = format as c_int;
    // Where it does not tell, they lie as in MPEG-2.
    let place = sps.chroma_place.map_or(1, |it| if it <= 5 { it as c_int + 1 } else { 0 });
    set(&mut parameters.chroma_location, place);
    let (num, den) = sps.pixel_aspect.map_or((0, 1), |(num, den)| (num.into(), den.into()));
    parameters.sample_aspect_ratio = sys::AVRational { num, den };
    parameters.video_delay = parameters.video_delay.max(sps.reordered as c_int);
}

/// The number, or FFmpeg's for "not told" where it has no name for it.
fn known(number: u8, name: fn(c_int) -> Option<&'static str>) -> c_int {
    const NOT_TOLD: c_int = 2;
    if name(number.into()).is_some() { number.into() } else { NOT_TOLD }
}

/// Writes a number into a field that is an enum in the bindings: one that FFmpeg knows, so that it may be one that these know, too.
fn set<E>(field: &mut E, number: c_int) {
    const { assert!(size_of::<E>() == size_of::<c_int>() && align_of::<E>() == align_of::<c_int>()) };
    // SAFETY: the field is live, of an int's size and ours alone. The number is one that the linked FFmpeg, which the bindings were
    // made for, has a name for.
    unsafe { ptr::from_mut(field).cast::<c_int>().write(number) }
}
