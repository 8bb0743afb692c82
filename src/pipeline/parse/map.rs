use super::chain::Filter;
use super::ends::Line;
use super::error::WhyNot;
use crate::media::{Disposition, Select, StreamKind};

/// One stream that an output is to have, or all of a kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// `None` where only the header of the input tells.
    pub(super) kind: Option<StreamKind>,
    pub(super) select: Select,
    /// Which word said so.
    pub(super) at: usize,
    /// Where it is an end of a graph: the filters that lead to it.
    pub(super) graph: Option<Vec<Filter>>,
    /// And which of the graph's filters joins it to what follows.
    pub(super) joined: Option<usize>,
    /// Whether a list joins it to what follows, as it is.
    pub(super) is_listed: bool,
}

impl Wanted {
    pub(super) fn new(kind: Option<StreamKind>, select: Select, at: usize) -> Self {
        Self { kind, select, at, graph: None, joined: None, is_listed: false }
    }

    pub(super) fn end(line: &Line, at: usize) -> Self {
        let Line { select, kind, filters, joined } = line.clone();
        Self { graph: Some(filters), joined, ..Self::new(kind, select, at) }
    }
}

/// What `-map` says. `is_pipe` tells of an input whether nothing is known of it before the job runs.
///
/// # Errors
/// What telecine cannot select.
pub(super) fn wanted(text: &str, at: usize, is_pipe: impl Fn(usize) -> bool) -> Result<Vec<Wanted>, WhyNot> {
    const FORM: WhyNot = WhyNot::BadValue("an input's number, and after a colon a stream's, or a kind and a number");
    if text.starts_with('-') {
        return Err(WhyNot::NotSupported("name the streams that are wanted instead"));
    }
    let (text, is_optional) = text.strip_suffix('?').map_or((text, false), |it| (it, true));
    let mut parts = text.splitn(2, ':');
    let input: usize = parts.next().and_then(number).ok_or(FORM)?;
    let one = |kind, select: Select| {
        let select = if is_optional && !select.is_all() { select.optional() } else { select };
        vec![Wanted::new(kind, select.input(input), at)]
    };
    let Some(rest) = parts.next() else {
        let kinds = [StreamKind::Video, StreamKind::Audio, StreamKind::Subtitle];
        return Ok(kinds.into_iter().flat_map(|it| one(Some(it), Select::all())).collect());
    };
    if let Some(index) = number(rest) {
        return Ok(one(None, Select::index(index)));
    }
    let (letter, which) = rest.split_once(':').map_or((rest, None), |(letter, which)| (letter, Some(which)));
    let kind = kind(letter).ok_or(FORM)?;
    let select = match which {
        None => return Ok(one(Some(kind), Select::all())),
        // How the main stream of such an input is named in a printed command.
        Some("0") if is_optional && is_pipe(input) => return Ok(vec![Wanted::new(Some(kind), Select::main().input(input), at)]),
        Some(which) => match (number(which), which.split_once(':')) {
            (Some(n), _) => Select::nth(n),
            (None, Some(("disp", marks))) => Select::disposition(Disposition::from_option(marks).ok_or(FORM)?),
            (None, Some(("m", tag))) => Select::language(tag.strip_prefix("language:").ok_or(FORM)?),
            _ => return Err(FORM),
        },
    };
    Ok(one(Some(kind), select))
}

pub(super) fn kind(letter: &str) -> Option<StreamKind> {
    match letter {
        "v" | "V" => Some(StreamKind::Video),
        "a" => Some(StreamKind::Audio),
        "s" => Some(StreamKind::Subtitle),
        _ => None,
    }
}

/// Digits alone.
pub(super) fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
