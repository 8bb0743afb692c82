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
    /// Whether its packets come out of what joins them to others.
    pub(super) joins_packets: bool,
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
    let found = select.among(&header.streams, kind);
    (select.may_be_none() || !found.is_empty()).then(|| found.into_iter().map(|it| chosen(select, it)).collect())
}

fn chosen(select: &Select, stream: &StreamInfo) -> Chosen {
    Chosen {
        map: format!("{}:{}", select.input, stream.index),
        index: Some(stream.index),
        info: Some(stream.clone()),
        is_joined: false,
        joins_packets: false,
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
    let map = format!("{}:{which}{optional}", select.input);
    Chosen { map, index: None, info: None, is_joined: false, joins_packets: false, followers: Vec::new() }
}
