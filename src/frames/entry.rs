//! Which packets decoding may begin with so that every frame shown from then on is exact: what containers mark as key frames, where the
//! codec bears that out.

use super::layer::is_progressive;

/// What may begin with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    No,
    /// The picture in it, by itself; what comes after it may refer to what is missing.
    Picture,
    /// Decoding: every frame shown from then on is exact.
    Exact,
}

/// How one stream's packets are looked at.
pub(super) struct Entries {
    codec: Codec,
    /// Bytes of the length before each NAL unit; `None` where they begin with start codes.
    nal_length: Option<usize>,
    /// Whether the stream has its parameter sets within it, so that an entry without them may need others than those at the beginning.
    sets_within: bool,
}

enum Codec {
    H264,
    Hevc,
    /// Every key frame is one, and nothing that comes later is shown before it.
    Reset,
    /// Every key frame is one, by the codec's own rules: what is shown before it and refers to what is missing does not matter.
    Keys,
    /// As `Keys`, where its header says that pictures are not in two fields; otherwise as `Beginning`, for FFmpeg's decoder then keeps
    /// state from one picture to the next.
    Mpeg4 {
        is_progressive: bool,
    },
    /// Every packet is one.
    All,
    /// Not known well enough: the beginning is the only one.
    Beginning,
}

/// Codecs whose key frames need nothing from before, decoder state included.
const KEYS: [&str; 15] = [
    "vp7",
    "mpeg1video",
    "mpeg2video",
    "h263",
    "h263p",
    "flv1",
    "theora",
    "wmv1",
    "wmv2",
    "wmv3",
    "vc1",
    "msmpeg4v2",
    "msmpeg4v3",
    "rv30",
    "rv40",
];

impl Entries {
    /// `extradata` is the codec's own header, as the container has it.
    pub(super) fn new(codec: Option<&str>, is_intra_only: bool, extradata: &[u8]) -> Self {
        let codec = match codec {
            Some("h264") => Codec::H264,
            Some("hevc") => Codec::Hevc,
            Some("av1" | "vp8" | "vp9") => Codec::Reset,
            Some("mpeg4") => Codec::Mpeg4 { is_progressive: is_progressive(extradata) == Some(true) },
            Some(name) if KEYS.contains(&name) => Codec::Keys,
            _ if is_intra_only => Codec::All,
            _ => Codec::Beginning,
        };
        // ISO 14496-15: where the header is a record, its first byte is a version; the size is in the lower two bits.
        let at = if matches!(codec, Codec::H264) { 4 } else { 21 };
        let is_record = extradata.len() > at && (extradata[0] == 1 || matches!(codec, Codec::Hevc) && extradata[..2] != [0, 0]);
        let nal_length = is_record.then(|| usize::from(extradata[at] & 3) + 1);
        Self { codec, nal_length, sets_within: false }
    }

    /// Whether there may be any but the stream's beginning.
    pub(super) fn are_there(&self) -> bool {
        !matches!(self.codec, Codec::Beginning)
    }

    /// What the stream begins with.
    pub(super) fn begin_with(&mut self, data: &[u8]) {
        self.sets_within = self.has_sets(data);
        if let (Codec::Mpeg4 { is_progressive: is }, Some(says)) = (&mut self.codec, is_progressive(data)) {
            *is = says;
        }
    }

    /// Whether it is MPEG-4 whose pictures are known not to be in two fields.
    pub(super) fn is_progressive_mpeg4(&self) -> bool {
        matches!(self.codec, Codec::Mpeg4 { is_progressive: true })
    }

    /// Sequence parameter sets of H.264 or HEVC.
    fn has_sets(&self, data: &[u8]) -> bool {
        match self.codec {
            Codec::H264 => self.units(data).any(|it| it.first().is_some_and(|it| it & 31 == 7)),
            Codec::Hevc => self.units(data).any(|it| it.first().is_some_and(|it| it >> 1 & 63 == 33)),
            _ => false,
        }
    }

    /// Whether decoding may begin with this packet; `is_key` is what the container, or FFmpeg's parser, says of it.
    pub(super) fn kind(&self, is_key: bool, data: &[u8]) -> Entry {
        let kind = self.by_itself(is_key, data);
        if kind == Entry::Exact && self.sets_within && !self.has_sets(data) { Entry::Picture } else { kind }
    }

    fn by_itself(&self, is_key: bool, data: &[u8]) -> Entry {
        let exact = |is_exact| if is_exact { Entry::Exact } else { Entry::Picture };
        match self.codec {
            Codec::All => Entry::Exact,
            _ if !is_key => Entry::No,
            Codec::Beginning => Entry::No,
            Codec::Mpeg4 { is_progressive: is } if !is || is_progressive(data) == Some(false) => Entry::No,
            Codec::Keys | Codec::Reset | Codec::Mpeg4 { .. } => Entry::Exact,
            Codec::H264 => self.units(data).find_map(h264_entry).unwrap_or(Entry::Picture),
            Codec::Hevc => exact(self.units(data).any(|unit| unit.first().is_some_and(|it| (16..=21).contains(&(it >> 1 & 63))))),
        }
    }

    /// Whether, with this packet first, its picture is the first that is shown: nothing that comes later may be shown before it.
    pub(super) fn begins_shown(&self, is_key: bool, data: &[u8]) -> bool {
        match self.codec {
            // Of an IDR picture that holds by definition; of HEVC's, where it says so.
            Codec::H264 => self.units(data).any(|it| it.first().is_some_and(|it| it & 31 == 5)),
            Codec::Hevc => self.units(data).any(|it| it.first().is_some_and(|it| it >> 1 & 63 == 20)),
            Codec::Keys | Codec::Mpeg4 { .. } | Codec::Beginning => false,
            Codec::Reset => is_key,
            Codec::All => true,
        }
    }

    /// The NAL units of a packet, each with its own header.
    pub(super) fn units<'a>(&self, data: &'a [u8]) -> Box<dyn Iterator<Item = &'a [u8]> + 'a> {
        let Some(length) = self.nal_length else { return Box::new(between_start_codes(data)) };
        let mut rest = data;
        Box::new(std::iter::from_fn(move || {
            let (size, after) = rest.split_at_checked(length)?;
            let size = size.iter().fold(0, |size, byte| size << 8 | usize::from(*byte));
            let (unit, after) = after.split_at_checked(size)?;
            rest = after;
            Some(unit)
        }))
    }
}

/// What stands behind each start code.
pub(super) fn between_start_codes(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut starts = data.windows(3).enumerate().filter(|(_, it)| *it == [0, 0, 1]).map(|(at, _)| at + 3).peekable();
    std::iter::from_fn(move || {
        let start = starts.next()?;
        let end = starts.peek().map_or(data.len(), |next| next - 3);
        data.get(start..end)
    })
}

/// An IDR picture, or a recovery point, which says how exact what is shown from it on is, and after how many pictures.
fn h264_entry(unit: &[u8]) -> Option<Entry> {
    match unit.first()? & 31 {
        5 => Some(Entry::Exact),
        6 => messages(&unit[1..]).find(|it| it.0 == 6).map(|(_, payload)| recovery(payload)),
        _ => None,
    }
}

/// The kinds and payloads of the messages of an SEI unit.
fn messages(data: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let mut number = || {
            let mut sum = 0;
            loop {
                let (byte, after) = rest.split_first()?;
                rest = after;
                sum += usize::from(*byte);
                if *byte != 255 {
                    return Some(sum);
                }
            }
        };
        let (kind, size) = (number()?, number()?);
        let (payload, after) = rest.split_at_checked(size)?;
        rest = after;
        Some((kind, payload))
    })
}

/// `recovery_frame_cnt`, of which a single bit means 0, then `exact_match_flag`.
#[doc(alias = "recovery_point")]
fn recovery(payload: &[u8]) -> Entry {
    match payload.first().map(|it| it >> 6) {
        Some(0b11) => Entry::Exact,
        Some(0b10) => Entry::Picture,
        _ => Entry::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AVCC: [u8; 7] = [1, 100, 0, 31, 0xff, 0xe1, 0];

    #[test]
    fn h264_begins_at_idr_and_at_exact_recovery_points() {
        let entries = Entries::new(Some("h264"), false, &AVCC);
        assert_eq!(entries.kind(true, &[0, 0, 0, 2, 0x65, 0x88]), Entry::Exact);
        assert_eq!(entries.kind(false, &[0, 0, 0, 2, 0x65, 0x88]), Entry::No);
        // A picture that is coded by itself, and says no more.
        assert_eq!(entries.kind(true, &[0, 0, 0, 2, 0x41, 0x88]), Entry::Picture);
        // Recovery points: at once and exact; at once, and about right; after some pictures.
        for (payload, kind) in [(0xc4, Entry::Exact), (0x84, Entry::Picture), (0x44, Entry::No)] {
            let unit = [0, 0, 0, 4, 6, 6, 1, payload, 0, 0, 0, 2, 0x41, 0x88];
            assert_eq!(entries.kind(true, &unit), kind, "{payload:x}");
        }
        let by_codes = Entries::new(Some("h264"), false, &[0, 0, 0, 1, 0x67]);
        assert_eq!(by_codes.kind(true, &[0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x65, 0x88]), Entry::Exact);
        assert_eq!(by_codes.kind(true, &[0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x41, 0x88]), Entry::Picture);
    }

    #[test]
    fn where_parameter_sets_are_within_an_entry_brings_its_own() {
        let mut entries = Entries::new(Some("h264"), false, &AVCC);
        let (alone, with_sets) = ([0, 0, 0, 2, 0x65, 0x88], [0, 0, 0, 2, 0x67, 1, 0, 0, 0, 2, 0x65, 0x88]);
        entries.begin_with(&alone);
        assert_eq!((entries.kind(true, &alone), entries.kind(true, &with_sets)), (Entry::Exact, Entry::Exact));
        entries.begin_with(&with_sets);
        assert_eq!((entries.kind(true, &alone), entries.kind(true, &with_sets)), (Entry::Picture, Entry::Exact));
    }

    #[test]
    fn mpeg4_begins_at_key_frames_where_it_is_not_in_fields() {
        use crate::frames::layer::samples::{FIELDS, WHOLE};
        let kind = |header: &[u8], first: &[u8], data: &[u8]| {
            let mut entries = Entries::new(Some("mpeg4"), false, header);
            entries.begin_with(first);
            entries.kind(true, data)
        };
        let picture = [0, 0, 1, 0xb6, 0x10];
        assert_eq!(kind(&WHOLE, &picture, &picture), Entry::Exact);
        assert_eq!(kind(&[], &WHOLE, &picture), Entry::Exact);
        assert_eq!(kind(&FIELDS, &picture, &picture), Entry::No);
        assert_eq!(kind(&[], &picture, &picture), Entry::No);
        // It changes on the way.
        assert_eq!(kind(&WHOLE, &FIELDS, &picture), Entry::No);
        assert_eq!(kind(&WHOLE, &picture, &FIELDS), Entry::No);
    }

    #[test]
    fn hevc_begins_at_intra_random_access_pictures() {
        let entries = Entries::new(Some("hevc"), false, &[]);
        assert_eq!(entries.kind(true, &[0, 0, 1, 21 << 1, 1, 0]), Entry::Exact);
        assert_eq!(entries.kind(true, &[0, 0, 1, 1 << 1, 1, 0]), Entry::Picture);
    }

    #[test]
    fn what_is_cut_or_unknown_begins_nowhere_exactly() {
        let entries = Entries::new(Some("h264"), false, &AVCC);
        for data in [&[][..], &[0], &[0, 0, 0, 9, 0x65], &[0, 0, 0, 1, 6], &[0, 0, 0, 3, 6, 255, 255]] {
            assert_ne!(entries.kind(true, data), Entry::Exact, "{data:?}");
        }
        assert_eq!(Entries::new(Some("gif"), false, &[]).kind(true, &[1]), Entry::No);
        assert_eq!(Entries::new(None, false, &[]).kind(true, &[1]), Entry::No);
        assert_eq!(Entries::new(Some("prores"), true, &[]).kind(false, &[1]), Entry::Exact);
    }

    #[test]
    fn what_is_shown_first_is_known_where_nothing_may_come_before_it() {
        let h264 = Entries::new(Some("h264"), false, &AVCC);
        assert!(h264.begins_shown(true, &[0, 0, 0, 2, 0x65, 0x88]));
        assert!(!h264.begins_shown(true, &[0, 0, 0, 4, 6, 6, 1, 0xc4, 0, 0, 0, 2, 0x41, 0x88]));
        // IDR pictures without and with others that lead them; CRA.
        let hevc = Entries::new(Some("hevc"), false, &[]);
        assert_eq!([20, 19, 21].map(|kind| hevc.begins_shown(true, &[0, 0, 1, kind << 1, 1, 0])), [true, false, false]);
        let vp9 = Entries::new(Some("vp9"), false, &[]);
        assert!(vp9.begins_shown(true, &[1]) && !vp9.begins_shown(false, &[1]));
        assert!(!Entries::new(Some("mpeg2video"), false, &[]).begins_shown(true, &[1]));
    }
}
