use crate::media::{StreamInfo, StreamKind};
use crate::read::Header;

/// An input stream that was chosen.
pub(super) struct Chosen {
    /// FFmpeg's stream specifier.
    pub(super) map: String,
    /// Its index in the input; `None` where the header was not read.
    pub(super) index: Option<usize>,
    /// Width and height, where known.
    pub(super) size: Option<(u32, u32)>,
}

/// The input's main stream of that kind. Without a header, FFmpeg's first one, if there is one.
pub(super) fn choose(header: Option<&Header>, kind: StreamKind) -> Option<Chosen> {
    let Some(header) = header else {
        let letter = if kind == StreamKind::Video { "V" } else { "a" };
        return Some(Chosen { map: format!("0:{letter}:0?"), index: None, size: None });
    };
    let best = best(&header.streams, kind)?;
    Some(Chosen { map: format!("0:{}", best.index), index: Some(best.index), size: best.size })
}

/// As the `ffmpeg` program chooses: the most pixels or channels, where being marked as default counts as five million of them;
/// the first of equals. Cover art is no film, and a stream whose codec nobody knows cannot be decoded.
fn best(streams: &[StreamInfo], kind: StreamKind) -> Option<&StreamInfo> {
    let fit = streams.iter().filter(|it| it.kind == kind && !it.cover_art && it.codec.is_some());
    let score = |it: &StreamInfo| {
        let (width, height) = it.size.unwrap_or_default();
        let extent = u64::from(width) * u64::from(height) + u64::from(it.channels.unwrap_or_default());
        extent + if it.default { 5_000_000 } else { 0 }
    };
    fit.reduce(|best, it| if score(it) > score(best) { it } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(index: usize, size: (u32, u32), default: bool, cover_art: bool) -> StreamInfo {
        let kind = StreamKind::Video;
        StreamInfo { codec: Some("h264"), size: Some(size), cover_art, default, ..StreamInfo::new(index, kind) }
    }

    fn chosen(streams: &[StreamInfo]) -> Option<usize> {
        best(streams, StreamKind::Video).map(|it| it.index)
    }

    #[test]
    fn the_main_film_is_chosen() {
        let cover = video(0, (4000, 4000), true, true);
        let small = video(1, (320, 240), false, false);
        let large = video(2, (1920, 1080), false, false);
        let marked = video(3, (640, 480), true, false);
        assert_eq!(chosen(&[cover.clone(), small.clone(), large.clone()]), Some(2));
        assert_eq!(chosen(&[small.clone(), large, marked]), Some(3));
        assert_eq!(chosen(&[small.clone(), small]), Some(1));
        assert_eq!(chosen(&[cover]), None);
    }
}
