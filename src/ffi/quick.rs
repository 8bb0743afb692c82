//! What of a stream a decoder need not be asked, so that probing takes no longer than it must.
//!
//! FFmpeg decodes pictures until it knows a stream's pixel format and how many frames are put in order: seven of them, for most H.264
//! in MP4. Where the header has the answers, they are given beforehand, and the decoder is told to skip what it gets; where it
//! has not, the decoder is told to leave out what makes a picture look right and nothing else.

mod ahead;
mod fill;
mod hevc;
mod order;
mod sps;
mod vp9;

use std::collections::VecDeque;
use std::ffi::{CStr, CString, c_int};
use std::ptr::NonNull;

use ffmpeg_sys_next as sys;
use sys::AVCodecID::{AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP9};
use sys::AVMediaType::{AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO};

use self::sps::Sps;
use super::dictionary::Dictionary;
use super::packet::{Packet, Read};

/// One opened input while it is probed.
pub(super) struct Quick {
    context: NonNull<sys::AVFormatContext>,
    container: Container,
    /// Whether looking at what FFmpeg may not read next costs next to nothing.
    near: bool,
    /// For each stream, what is told of it where that is all that there is to know.
    told: Vec<Option<Told>>,
}

/// As much as is read for the beginnings of streams, in bytes.
const MOST: usize = 5_000_000;

enum Told {
    H264(Sps),
    Vp9(vp9::Key),
    /// HEVC's own header, with what its decoder needs to tell the rest.
    Hevc(Vec<u8>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Mp4,
    /// Packets of H.264 have no times for the decoder, which FFmpeg works out from what has been decoded.
    Matroska,
    Other,
}

impl Quick {
    /// # Safety
    /// `context` is open for reading, has been asked for nothing but its header, and outlives this; nobody else uses it meanwhile.
    pub(super) unsafe fn new(context: NonNull<sys::AVFormatContext>, near: bool) -> Self {
        // SAFETY: an opened context has a demuxer, whose name is a constant string.
        let format = unsafe { CStr::from_ptr((*(*context.as_ptr()).iformat).name) }.to_bytes();
        let is = |name: &[u8]| format.split(|it| *it == b',').any(|it| it == name);
        let container = match (is(b"mov"), is(b"matroska")) {
            (true, _) => Container::Mp4,
            (_, true) => Container::Matroska,
            _ => Container::Other,
        };
        let mut quick = Self { context, container, near, told: Vec::new() };
        quick.told = match container {
            Container::Mp4 => quick.streams().enumerate().map(|(index, (_, it))| quick.in_mp4(index, it)).collect(),
            Container::Matroska => quick.in_matroska(),
            Container::Other => quick.streams().map(|_| None).collect(),
        };
        quick
    }

    fn in_mp4(&self, index: usize, parameters: &sys::AVCodecParameters) -> Option<Told> {
        let samples = |count| {
            let count = if self.near { count } else { 0 };
            // SAFETY: this is an MP4, open and nobody else's, by the promise given to `new`; it has a stream of that index.
            unsafe { ahead::samples(self.context, index, count) }
        };
        // Under another name, the header may stand in the media as well, and say something else there.
        match (parameters.codec_id, &parameters.codec_tag.to_le_bytes()) {
            (AV_CODEC_ID_H264, b"avc1") => {
                let header = header(parameters);
                let sps = sps::in_header(header).filter(|it| fits(parameters, it.size))?;
                let known = sps.reordered.is_some() || {
                    let reordered = u32::try_from(parameters.video_delay).ok()?;
                    let length_size = usize::from(header[4] & 3) + 1;
                    order::stays(parameters, &mut samples(order::pictures(reordered)), length_size, reordered)
                };
                known.then_some(Told::H264(sps))
            }
            (AV_CODEC_ID_HEVC, b"hev1") if header(parameters).ends_with(&[0]) => {
                hevc::completed(header(parameters), samples(1).first()?).map(Told::Hevc)
            }
            (AV_CODEC_ID_VP9, b"vp09") => vp9::key(samples(1).first()?).filter(|it| fits(parameters, it.size)).map(Told::Vp9),
            _ => None,
        }
    }

    fn in_matroska(&self) -> Vec<Option<Told>> {
        let h264 = |parameters: &sys::AVCodecParameters| {
            let plain = parameters.codec_id == AV_CODEC_ID_H264 && parameters.codec_tag == 0;
            let sps = plain.then(|| sps::in_header(header(parameters)))?;
            sps.filter(|it| fits(parameters, it.size) && it.reordered.is_some()).map(Told::H264)
        };
        let told: Vec<_> = self.streams().map(|(_, it)| h264(it)).collect();
        if self.tells_all(&told) {
            return told;
        }
        let is_film = |(stream, parameters): &(&sys::AVStream, &sys::AVCodecParameters)| {
            parameters.codec_type == AVMEDIA_TYPE_VIDEO && stream.disposition & sys::AV_DISPOSITION_ATTACHED_PIC == 0
        };
        // Whose a block is, is not known here: of several films it may be any one's.
        let alone = self.streams().filter(is_film).count() == 1;
        let vp9 = |of: (&sys::AVStream, &sys::AVCodecParameters)| {
            let vp9 = alone && is_film(&of) && of.1.codec_id == AV_CODEC_ID_VP9;
            // SAFETY: this is a Matroska file, of which only the header has been read, by the promise given to `new`.
            let mut frames = unsafe { ahead::blocks(self.context) }.take_while(|_| vp9);
            frames.find_map(vp9::key).filter(|it| fits(of.1, it.size)).map(Told::Vp9)
        };
        self.streams().map(vp9).collect()
    }

    /// Whether no stream's times have to wait for a decoder: FFmpeg reads as far then as it would with one.
    fn tells_all(&self, told: &[Option<Told>]) -> bool {
        // SAFETY: the context is live, by the promise given to `new`.
        let is_long = unsafe { self.context.as_ref() }.duration > 0;
        let tells = |((stream, parameters), told): ((&sys::AVStream, &sys::AVCodecParameters), &Option<Told>)| {
            let rates = stream.r_frame_rate.num > 0 && stream.avg_frame_rate.num > 0;
            parameters.codec_type != AVMEDIA_TYPE_VIDEO || rates && told.is_some()
        };
        is_long && self.streams().zip(told).all(tells) && self.wait(told).is_some()
    }

    /// How many packets of each stream are worth waiting for, of H.264 without times: FFmpeg meets other streams' packets on the way.
    fn wait(&self, told: &[Option<Told>]) -> Option<c_int> {
        let reordered: Vec<_> = told.iter().flatten().filter_map(Told::reordered).collect();
        let only_media = self.streams().all(|(_, it)| matches!(it.codec_type, AVMEDIA_TYPE_VIDEO | AVMEDIA_TYPE_AUDIO));
        match reordered[..] {
            [] => None,
            _ if only_media || reordered.iter().all(|it| *it > 0) => Some(1),
            // It decodes seven to see that none is out of place, and has a time for the next.
            _ if reordered.iter().all(|it| *it == 0) => Some(8),
            _ => None,
        }
    }

    /// Whether FFmpeg could not tell without decoding where pictures begin.
    fn is_untimed(&self) -> bool {
        self.container == Container::Matroska && self.told.iter().flatten().any(|it| it.reordered().is_some())
    }

    /// Tells the streams what is told of them; gives the options for their decoders, which may have so many pixels in a picture.
    pub(super) fn prepare(&mut self, pixels: Option<u64>) -> Vec<Dictionary> {
        const SKIP: [(&CStr, &CStr); 1] = [(c"skip_frame", c"all")];
        const HURRY: [(&CStr, &CStr); 2] = [(c"skip_loop_filter", c"all"), (c"skip_idct", c"all")];
        if let Some(wait) = self.wait(&self.told).filter(|_| self.is_untimed()) {
            // SAFETY: the context is live and nobody else's, by the promise given to `new`.
            unsafe { (*self.context.as_ptr()).max_ts_probe = wait };
        }
        let pixels = pixels.and_then(|it| CString::new(it.min(i32::MAX as u64).to_string()).ok());
        let of_film = |options: &[(&CStr, &CStr)]| {
            let mut options = Dictionary::of(options);
            pixels.iter().for_each(|it| options.set(c"max_pixels", it));
            options
        };
        let told = std::mem::take(&mut self.told);
        let options = told.iter().enumerate().map(|(index, told)| {
            // SAFETY: as above; the stream at that index is there, and has parameters.
            let parameters = unsafe { &mut *(**(*self.context.as_ptr()).streams.add(index)).codecpar };
            match told {
                Some(Told::H264(sps)) => {
                    fill::h264(parameters, sps);
                    return of_film(&SKIP);
                }
                Some(Told::Vp9(key)) => fill::vp9(parameters, key),
                Some(Told::Hevc(header)) => fill::header(parameters, header),
                None => {}
            }
            if parameters.codec_type == AVMEDIA_TYPE_VIDEO { of_film(&HURRY) } else { Dictionary::of(&[]) }
        });
        let options = options.collect();
        self.told = told;
        options
    }

    /// To be called after FFmpeg has read what it wanted: what it could not tell without decoding. Gives the packets that had to be read
    /// for that.
    pub(super) fn settle(&mut self) -> VecDeque<Packet> {
        self.set_sizes();
        let mut read = VecDeque::new();
        if !self.is_untimed() {
            return read;
        }
        let mut firsts: Vec<_> = self.told.iter().map(|it| it.as_ref().map(|_| None)).collect();
        let mut bytes = 0;
        // Packets that FFmpeg has read come again. Of a stream that has none, the beginning stays unknown.
        while firsts.contains(&Some(None)) && bytes <= MOST {
            let Some(mut packet) = Packet::new() else { break };
            // SAFETY: the context is open and nobody else's, by the promise given to `new`.
            let Ok(Read { stream, pts, .. }) = (unsafe { packet.read(self.context) }) else { break };
            bytes += packet.data().len() + Packet::COST;
            read.push_back(packet);
            if let Some(Some(first @ None)) = firsts.get_mut(stream) {
                *first = Some(pts);
            }
        }
        self.set_starts(&firsts.into_iter().map(Option::flatten).collect::<Vec<_>>());
        read
    }

    /// Streams that FFmpeg has met no packet of have none.
    fn set_sizes(&mut self) {
        for (index, told) in self.told.iter().enumerate() {
            let Some(Told::H264(Sps { size: (width, height), .. })) = told else { continue };
            // SAFETY: the context is live and nobody else's, by the promise given to `new`; it still has that stream.
            let parameters = unsafe { &mut *(**(*self.context.as_ptr()).streams.add(index)).codecpar };
            (parameters.width, parameters.height) = (*width as c_int, *height as c_int);
        }
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

impl Told {
    /// Of H.264, how many frames may have to be put in order, where the header tells.
    fn reordered(&self) -> Option<u32> {
        match self {
            Self::H264(sps) => sps.reordered,
            _ => None,
        }
    }
}

/// What the container keeps for the decoder.
#[doc(alias = "extradata")]
fn header(parameters: &sys::AVCodecParameters) -> &[u8] {
    let length = usize::try_from(parameters.extradata_size).unwrap_or(0);
    if parameters.extradata.is_null() {
        return &[];
    }
    // SAFETY: the parameters own that many bytes there, and nobody changes them meanwhile.
    unsafe { std::slice::from_raw_parts(parameters.extradata, length) }
}

/// Of two sizes the decoder chooses, by rules of its own.
fn fits(parameters: &sys::AVCodecParameters, (width, height): (u32, u32)) -> bool {
    (u32::try_from(parameters.width), u32::try_from(parameters.height)) == (Ok(width), Ok(height))
}
