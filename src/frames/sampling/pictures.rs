use crate::frames::entry::Entries;
use crate::frames::source::Source;

/// What packets of one stream hold, as far as it matters for leaving them out.
pub(super) struct Pictures {
    codec: Codec,
    /// Temporal layers of HEVC, where they are known: a picture that its own layer does not refer to may be referred to by a higher one.
    layers: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Codec {
    H264,
    Hevc,
    /// MPEG-1 and MPEG-2.
    Mpeg,
    Mpeg4,
    /// Others refer to every picture, as far as is known.
    Other,
}

impl Pictures {
    pub(super) fn of(source: &Source<'_>) -> Self {
        let stream = &source.stream;
        let order = stream.video.as_ref().and_then(|it| it.field_order);
        let has_fields = order.is_some_and(|it| it != "progressive");
        Self::new(stream.codec, has_fields, source.input.extradata(stream.index), &source.entries)
    }

    /// Pictures in two fields may come in two packets, each half a picture.
    fn new(codec: Option<&str>, has_fields: bool, extradata: &[u8], entries: &Entries) -> Self {
        let codec = match codec {
            Some("h264") if !has_fields => Codec::H264,
            Some("hevc") if !has_fields => Codec::Hevc,
            Some("mpeg1video" | "mpeg2video") => Codec::Mpeg,
            Some("mpeg4") => Codec::Mpeg4,
            _ => Codec::Other,
        };
        let mut new = Self { codec, layers: None };
        if codec == Codec::Hevc {
            // ISO 14496-15: a record, or units between start codes.
            match extradata {
                [1, ..] => new.layers = extradata.get(21).map(|it| it >> 3 & 7).filter(|it| *it > 0),
                _ => new.note(extradata, entries),
            }
        }
        new
    }

    /// Learns what the packet says of those behind it.
    pub(super) fn note(&mut self, data: &[u8], entries: &Entries) {
        if self.codec == Codec::Hevc {
            let sets = entries.units(data).filter(|it| hevc_kind(it) == Some(33));
            // The parameter set of a sequence says first how many layers there are, but one.
            let most = sets.filter_map(|it| Some((it.get(2)? >> 1 & 7) + 1)).max();
            self.layers = self.layers.max(most);
        }
    }

    /// Whether there is one picture in it that nothing refers to, and nothing else that counts.
    pub(super) fn is_free(&self, data: &[u8], entries: &Entries) -> bool {
        match self.codec {
            Codec::H264 => {
                let picture = |it: &[u8]| it.first().and_then(|it| h264_is_free(*it));
                only(entries.units(data).map(picture))
            }
            Codec::Hevc => self.layers == Some(1) && only(entries.units(data).map(hevc_is_free)),
            Codec::Mpeg => only(codes(data).map(mpeg_is_free)),
            // In two fields, every picture leaves something in FFmpeg's decoder. Two in one packet are for two packets' times.
            Codec::Mpeg4 => {
                entries.is_progressive_mpeg4()
                    && only(codes(data).map(mpeg4_is_free))
                    && codes(data).filter(|it| it.first() == Some(&0xb6)).count() == 1
            }
            Codec::Other => false,
        }
    }

    /// Whether it brings parameter sets, which those behind it may need.
    pub(super) fn has_sets(&self, data: &[u8], entries: &Entries) -> bool {
        match self.codec {
            Codec::H264 => entries.units(data).any(|it| it.first().is_some_and(|it| matches!(it & 31, 7 | 8 | 13 | 15))),
            Codec::Hevc => entries.units(data).any(|it| hevc_kind(it).is_some_and(|it| matches!(it, 32..=34))),
            Codec::Mpeg | Codec::Mpeg4 | Codec::Other => false,
        }
    }

    /// Whether the stream ends in it, and another one may begin: a decoder throws away what it has not given yet.
    pub(super) fn ends(&self, data: &[u8], entries: &Entries) -> bool {
        self.codec == Codec::Hevc && entries.units(data).any(|it| matches!(hevc_kind(it), Some(36 | 37)))
    }

    /// Whether every packet gives a frame, so that frames can be counted by packets.
    pub(super) fn is_one_each(&self) -> bool {
        matches!(self.codec, Codec::H264 | Codec::Hevc | Codec::Mpeg)
    }
}

/// Whether there is a picture, and of what there is, nothing that others may need: `None` is neither.
fn only(mut parts: impl Iterator<Item = Option<bool>>) -> bool {
    parts.try_fold(false, |any, part| match part {
        Some(false) => None,
        Some(true) => Some(true),
        None => Some(any),
    }) == Some(true)
}

/// By a unit's first byte.
#[doc(alias = "nal_ref_idc")]
fn h264_is_free(header: u8) -> Option<bool> {
    match header & 31 {
        1 => Some(header >> 5 & 3 == 0),
        // Messages, delimiters, filling.
        6 | 9 | 12 => None,
        _ => Some(false),
    }
}

/// A unit's kind, where it is of the base layer.
fn hevc_kind(unit: &[u8]) -> Option<u8> {
    let (first, second) = (unit.first()?, unit.get(1)?);
    (first & 1 == 0 && second >> 3 == 0).then_some(first >> 1 & 63)
}

fn hevc_is_free(unit: &[u8]) -> Option<bool> {
    match hevc_kind(unit) {
        Some(0 | 2 | 4 | 6 | 8) => Some(true),
        Some(35 | 38 | 39 | 40) => None,
        _ => Some(false),
    }
}

/// What stands behind each start code, its own byte first.
fn codes(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.windows(4).enumerate().filter(|(_, it)| it[..3] == [0, 0, 1]).filter_map(|(at, _)| data.get(at + 3..))
}

fn mpeg_is_free(code: &[u8]) -> Option<bool> {
    match *code.first()? {
        // Ten bits of a number within the group come first; kind 3 is B.
        0 => Some(code.get(2).is_some_and(|it| it >> 3 & 7 == 3)),
        // Slices, user data.
        1..=0xaf | 0xb2 => None,
        // Extensions: how this picture is coded, and shown. What others say may stay for those behind it, as matrices do.
        0xb5 if code.get(1).is_some_and(|it| matches!(it >> 4, 7 | 8)) => None,
        _ => Some(false),
    }
}

fn mpeg4_is_free(code: &[u8]) -> Option<bool> {
    match *code.first()? {
        0xb6 => Some(code.get(1).is_some_and(|it| it >> 6 == 2)),
        0xb2 => None,
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::layer::samples::{FIELDS, WHOLE};

    fn of(codec: &str, extradata: &[u8], has_fields: bool) -> (Entries, Pictures) {
        let entries = Entries::new(Some(codec), false, extradata);
        let pictures = Pictures::new(Some(codec), has_fields, extradata, &entries);
        (entries, pictures)
    }

    fn is_free(codec: &str, extradata: &[u8], data: &[u8]) -> bool {
        let (entries, pictures) = of(codec, extradata, false);
        pictures.is_free(data, &entries)
    }

    #[test]
    fn h264_says_it_of_every_unit() {
        let free = |data: &[u8]| is_free("h264", &[], data);
        assert!(free(&[0, 0, 1, 9, 0xf0, 0, 0, 1, 6, 1, 0, 0, 1, 0x01, 0x88, 0, 0, 1, 0x01, 0x20]));
        // One slice that others refer to; a parameter set; no picture at all.
        assert!(!free(&[0, 0, 1, 0x01, 0x88, 0, 0, 1, 0x41, 0x20]));
        assert!(!free(&[0, 0, 1, 0x68, 0x88, 0, 0, 1, 0x01, 0x20]));
        assert!(!free(&[0, 0, 1, 9, 0xf0]) && !free(&[]) && !free(&[0, 0, 1]));
        let (entries, pictures) = of("h264", &[], true);
        assert!(!pictures.is_free(&[0, 0, 1, 0x01, 0x88], &entries));
    }

    #[test]
    fn hevc_says_it_where_there_is_one_layer() {
        let sets = |layers: u8| [0, 0, 1, 33 << 1, 1, (layers - 1) << 1 | 1];
        let picture = |kind: u8| [0, 0, 1, kind << 1, 1, 0xd0];
        assert!(is_free("hevc", &sets(1), &picture(0)) && is_free("hevc", &sets(1), &picture(8)));
        assert!(!is_free("hevc", &sets(1), &picture(1)) && !is_free("hevc", &sets(1), &picture(19)));
        assert!(!is_free("hevc", &sets(2), &picture(0)) && !is_free("hevc", &[], &picture(0)));
        let (entries, mut pictures) = of("hevc", &sets(1), false);
        pictures.note(&sets(3), &entries);
        assert!(!pictures.is_free(&picture(0), &entries));
    }

    #[test]
    fn mpeg_says_it_of_its_kind() {
        let picture = |kind: u8| [0, 0, 1, 0, 0, kind << 3, 0, 0, 0, 1, 1, 0x12];
        assert!(is_free("mpeg2video", &[], &picture(3)) && !is_free("mpeg2video", &[], &picture(2)));
        assert!(!is_free("mpeg2video", &[], &[&[0, 0, 1, 0xb8, 0, 0][..], &picture(3)].concat()));
        let both = [picture(3), picture(2)].concat();
        assert!(!is_free("mpeg2video", &[], &both));
        // With extensions: of how it is coded and shown; with matrices that stay; of a sequence; cut off.
        let with = |kind: u8| [&picture(3)[..8], &[1, 0xb5, kind << 4, 0, 0, 1, 1, 0x12]].concat();
        let free = [8, 7, 3, 1].map(|kind| is_free("mpeg2video", &[], &with(kind)));
        assert_eq!(free, [true, true, false, false]);
        assert!(!is_free("mpeg2video", &[], &[&picture(3)[..], &[0, 0, 1, 0xb5]].concat()));
    }

    #[test]
    fn mpeg4_says_it_of_a_single_picture() {
        let (p, b) = ([0, 0, 1, 0xb6, 0x40, 1], [0, 0, 1, 0xb6, 0x80, 1]);
        let free = |data: &[u8]| is_free("mpeg4", &WHOLE, data);
        assert!(free(&b) && !free(&p) && !free(&[p, b].concat()) && !free(&[b, b].concat()));
        assert!(!is_free("mpeg4", &FIELDS, &b) && !is_free("mpeg4", &[], &b));
    }

    #[test]
    fn of_others_nothing_is_left_out() {
        assert!(!is_free("vp9", &[], &[0, 0, 1, 1]) && !is_free("none", &[], &[]));
    }
}
