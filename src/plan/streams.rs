use crate::media::{By, Select, StreamInfo, StreamKind};
use crate::read::Header;

/// An input stream that was chosen.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// FFmpeg's stream specifier.
    pub(super) map: String,
    /// Its index in the input; `None` where the header was not read.
    pub(super) index: Option<usize>,
    /// What the header says of it.
    pub(super) info: Option<StreamInfo>,
    /// Whether it is an end of a graph, that joins it to others.
    pub(super) is_joined: bool,
    /// What follows it there: inputs, and the indexes of their streams where they are known.
    pub(super) followers: Vec<(usize, Option<usize>)>,
}

impl Chosen {
    /// Its name in a graph, which has no way to say that it need not be there.
    pub(super) fn pad(&self) -> String {
        self.map.trim_end_matches('?').to_owned()
    }
}

/// The streams of that kind that fit. `None` where one was to be found and was not.
pub(super) fn choose(select: &Select, header: Option<&Header>, kind: StreamKind) -> Option<Vec<Chosen>> {
    let Some(header) = header else { return Some(vec![unseen(select, kind)]) };
    let of_kind = || header.streams.iter().filter(move |it| it.kind == kind && !it.cover_art);
    let found: Vec<_> = match &select.by {
        By::Main => return Some(best(&header.streams, kind).map(|it| chosen(select, it)).into_iter().collect()),
        By::All => return Some(of_kind().map(|it| chosen(select, it)).collect()),
        // Whoever names cover art by its index means it.
        By::Index(index) => header.streams.iter().filter(|it| it.kind == kind && it.index == *index).collect(),
        By::Nth(n) => of_kind().skip(*n).take(1).collect(),
        By::Language(language) => of_kind().filter(|it| it.language.as_ref() == Some(language)).take(1).collect(),
        By::Disposition(disposition) => {
            let marked = |it: &&StreamInfo| it.kind == kind && it.disposition.contains(*disposition);
            header.streams.iter().filter(marked).take(1).collect()
        }
    };
    (select.optional || !found.is_empty()).then(|| found.into_iter().map(|it| chosen(select, it)).collect())
}

fn chosen(select: &Select, stream: &StreamInfo) -> Chosen {
    Chosen {
        map: format!("{}:{}", select.input, stream.index),
        index: Some(stream.index),
        info: Some(stream.clone()),
        is_joined: false,
        followers: Vec::new(),
    }
}

/// Without a header, by FFmpeg's stream specifiers. Its first stream of a kind, if there is one, stands for the main one.
fn unseen(select: &Select, kind: StreamKind) -> Chosen {
    let letter = match kind {
        // Pictures, but no cover art.
        StreamKind::Video => "V",
        StreamKind::Audio => "a",
        StreamKind::Subtitle => "s",
        StreamKind::Attachment => "t",
        StreamKind::Data | StreamKind::Other => "d",
    };
    let which = match &select.by {
        By::Main => format!("{letter}:0?"),
        By::All => format!("{letter}?"),
        By::Index(index) => index.to_string(),
        By::Nth(n) => format!("{letter}:{n}"),
        By::Language(language) => format!("{letter}:m:language:{language}"),
        By::Disposition(disposition) => format!("{letter}:disp:{disposition}"),
    };
    let optional = if select.optional && !which.ends_with('?') { "?" } else { "" };
    Chosen {
        map: format!("{}:{which}{optional}", select.input),
        index: None,
        info: None,
        is_joined: false,
        followers: Vec::new(),
    }
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
