use super::arguments::Given;
use super::chain::{Filter, LABELS, filters};
use super::codec::{self, audio_filter, defaults, encoder, video_filter};
use super::container::is_image;
use super::cut::Cut;
use super::ends::of_one;
use super::error::{Found, WhyNot};
use super::map::{self, Wanted, number};
use super::output::streams;
use crate::media::{Disposition, Select, StreamKind};
use crate::pipeline::codec::{DEVICES_HEVC, Gif, LAMBDA};
use crate::pipeline::{AnyAudio, AnyContainer, AnyTrack, AnyVideo, Content, Label};

/// What is said of one stream of an output.
pub(super) struct Stream {
    wanted: Wanted,
    encoder: Option<String>,
    chain: Option<Given>,
    /// Behind the chain: what `-s`, `-ar` and the like become.
    more: Vec<Filter>,
    options: Vec<(String, String)>,
    /// The words that need an encoder.
    needs_encoder: Vec<(String, usize)>,
    /// How it is to be marked, and which word says so.
    tag: Option<Given>,
    label: Label,
}

impl Stream {
    pub(super) fn new(wanted: Wanted) -> Self {
        let (encoder, chain, tag, label) = (None, None, None, Label::default());
        Self { wanted, encoder, chain, more: Vec::new(), options: Vec::new(), needs_encoder: Vec::new(), tag, label }
    }
}

/// The tracks of an output, for what was said of its streams.
pub(super) fn of_stream(
    wanted: Vec<Wanted>,
    options: &[&Given],
    cut: Option<&Cut>,
    container: &AnyContainer,
    found: &mut Found,
) -> Vec<AnyTrack> {
    let mut streams = streams(wanted);
    // Encoders first: they tell the kind of what is selected by its index.
    for given in options.iter().filter(|it| it.name == "c") {
        for at in meant(given, given.of.as_deref(), &streams, found) {
            streams[at].encoder = Some(encoder(&given.value).to_owned());
        }
    }
    for stream in &mut streams {
        let kind = stream.encoder.as_deref().and_then(codec::kind);
        stream.wanted.kind = stream.wanted.kind.or(kind);
    }
    for stream in streams.iter().filter(|it| it.wanted.is_listed && it.encoder.as_deref() != Some("copy")) {
        let why = "what a list joins is copied; to encode it, join it by a concat of -filter_complex";
        found.add("-map", stream.wanted.at.saturating_sub(1), WhyNot::NotSupported(why));
    }
    for given in options.iter().filter(|it| it.name != "c") {
        say(given, &mut streams, found);
    }
    streams.into_iter().filter_map(|it| track(it, cut, container, found)).collect()
}

/// The streams that an option is meant for, by their numbers; that there are none is a fault.
fn meant(given: &Given, of: Option<&str>, streams: &[Stream], found: &mut Found) -> Vec<usize> {
    let wrong = WhyNot::BadValue("behind a colon: v, a or s, a number, or both");
    let Some(of) = of else { return (0..streams.len()).collect() };
    let of_kind = |kind| (0..streams.len()).filter(|at| streams[*at].wanted.kind == Some(kind)).collect::<Vec<_>>();
    let (letter, nth) = of.split_once(':').map_or((of, None), |(letter, nth)| (letter, Some(nth)));
    let (candidates, nth) = match (number::<usize>(letter), map::kind(letter), nth) {
        (Some(n), _, None) => ((0..streams.len()).collect(), Some(n)),
        (None, Some(kind), None) => (of_kind(kind), None),
        (None, Some(kind), Some(n)) if number::<usize>(n).is_some() => (of_kind(kind), number(n)),
        _ => {
            found.add(given.word(), given.at, wrong);
            return Vec::new();
        }
    };
    let Some(nth) = nth else { return candidates };
    if candidates.iter().take(nth + 1).any(|at| streams[*at].wanted.select.is_all()) {
        let why = "which stream that is, only the input tells; map each by itself";
        found.add(given.word(), given.at, WhyNot::NotSupported(why));
        return Vec::new();
    }
    candidates.get(nth).map(|it| vec![*it]).unwrap_or_default()
}

fn say(given: &Given, streams: &mut [Stream], found: &mut Found) {
    use StreamKind::{Audio, Video};
    let of = match given.name.as_str() {
        "metadata" => given.of.as_deref().and_then(|it| it.strip_prefix("s:")),
        _ => given.of.as_deref(),
    };
    let only = match (given.name.as_str(), of) {
        ("metadata" | "disposition" | "tag" | "b" | "q" | "filter", _) => None,
        ("ar" | "ac", _) => Some(Audio),
        ("pix_fmt" | "s", _) => Some(Video),
        (name, None) if super::known_options::AUDIO.contains(&name) => Some(Audio),
        (_, None) => Some(Video),
        _ => None,
    };
    let before = found.count();
    let mut at = meant(given, of, streams, found);
    at.retain(|it| only.is_none() || streams[*it].wanted.kind == only);
    // What is said of many streams is for those of them that are encoded.
    let is_label = matches!(given.name.as_str(), "metadata" | "disposition" | "tag");
    if !is_label && at.len() > 1 {
        at.retain(|it| streams[*it].encoder.as_deref() != Some("copy"));
    }
    if at.is_empty() && found.count() == before {
        found.add(given.word(), given.at, WhyNot::NoSuchStream);
    }
    for it in at {
        apply(given, &mut streams[it], found);
    }
}

fn apply(given: &Given, stream: &mut Stream, found: &mut Found) {
    let value = &given.value;
    let mut bad = |wants| found.add(given.word(), given.at, WhyNot::BadValue(wants));
    let filter = |name: &str, options: &[(&str, &str)]| {
        let options = options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Filter { name: name.to_owned(), options: options.collect(), takes: Vec::new() }
    };
    match given.name.as_str() {
        "metadata" => match value.split_once('=') {
            Some((key, value)) => stream.label.metadata.push((key.into(), value.into())),
            None => bad("key=value"),
        },
        "disposition" => match Disposition::from_option(value) {
            Some(disposition) => stream.label.disposition = Some(disposition),
            None => bad("0, or names of dispositions with + between them"),
        },
        "tag" => stream.tag = Some(given.clone()),
        "filter" if stream.wanted.graph.is_some() => {
            found.add(given.word(), given.at, WhyNot::NotSupported("what comes out of a graph is filtered in it"));
        }
        "filter" => stream.chain = Some(given.clone()),
        "pix_fmt" => stream.more.push(filter("format", &[("pix_fmts", value)])),
        "s" => match value.split_once('x') {
            Some((w, h)) if number::<u32>(w).is_some() && number::<u32>(h).is_some() => {
                // `ffmpeg` scales before it converts, whatever comes first.
                stream.more.insert(0, filter("scale", &[("w", w), ("h", h)]));
            }
            _ => bad("width, x, and height"),
        },
        // Before the channels, as `ffmpeg` does it; `aformat` would cut the end of a trimmed input elsewhere.
        "ar" => stream.more.insert(0, filter("aresample", &[("sample_rate", value)])),
        "ac" => match number::<usize>(value).and_then(|it| LAYOUTS.get(it.checked_sub(1)?)) {
            Some(layout) => stream.more.push(filter("aformat", &[("channel_layouts", layout)])),
            None => bad("1 to 8"),
        },
        "q" => match number::<u32>(value).and_then(|it| it.checked_mul(LAMBDA)) {
            Some(quality) => {
                stream
                    .options
                    .extend([("flags".to_owned(), "+qscale".to_owned()), ("global_quality".to_owned(), quality.to_string())]);
            }
            None => bad("a whole number"),
        },
        name => stream.options.push((name.to_owned(), value.clone())),
    }
    if !matches!(given.name.as_str(), "metadata" | "disposition" | "tag") {
        stream.needs_encoder.push((given.word(), given.at));
    }
}

fn track(stream: Stream, cut: Option<&Cut>, container: &AnyContainer, found: &mut Found) -> Option<AnyTrack> {
    let Stream { wanted, encoder, chain, mut more, options, needs_encoder, tag, label } = stream;
    let is_copy = encoder.as_deref() == Some("copy");
    if is_copy && wanted.graph.is_some() {
        found.add("-c", wanted.at, WhyNot::NotSupported("what comes out of a graph is encoded, never copied"));
    }
    let own = chain.map(|it| read(&it, &wanted, found)).unwrap_or_default();
    if let Some(cut) = cut {
        let is_image = is_image(container) && !container.is_set();
        more.extend(cut.filters(wanted.kind.filter(|_| !is_copy), is_image, found));
    }
    // Nor do subtitles have options or filters.
    if is_copy || wanted.kind == Some(StreamKind::Subtitle) {
        needs_encoder.into_iter().for_each(|(word, at)| found.add(word, at, WhyNot::NoSuchStream));
    }
    let Wanted { select, kind, at, graph, .. } = wanted;
    let filters: Vec<_> = graph.into_iter().flatten().chain(own).chain(more).collect();
    let Some(kind) = kind else {
        if is_copy {
            return Some(AnyTrack { select, content: Content::Copy, label });
        }
        let why = "which kind it is, only the input tells; say it with a letter, as in 0:v:0 and 0:a:0";
        found.add("-map", at.saturating_sub(1), WhyNot::NotSupported(why));
        return None;
    };
    let encoder = encoder.or_else(|| defaults(container)[nth(kind)].map(str::to_owned));
    // What has no default is left out of all, and `ffmpeg` would refuse it where it is named.
    let Some(encoder) = encoder else {
        if !select.is_all() {
            found.add("-map", at.saturating_sub(1), WhyNot::NotSupported("the container has no encoder for it; say one with -c"));
        }
        return None;
    };
    if let Some(tag) = tag.filter(|it| !(is_own_tag(it, &encoder, container) && kind == StreamKind::Video)) {
        let why = "only hvc1 is, for HEVC in MP4, MOV and HLS, which has it anyhow";
        found.add(tag.word(), tag.at, WhyNot::NotSupported(why));
    }
    let content = match kind {
        StreamKind::Video if is_copy => Content::Video { encoding: AnyVideo::Copy, filters: Vec::new() },
        StreamKind::Audio if is_copy => Content::Audio { encoding: AnyAudio::Copy, filters: Vec::new() },
        StreamKind::Video => pictures((&encoder, options), filters, &select, container),
        StreamKind::Audio => {
            let filters = filters.into_iter().map(audio_filter).collect();
            Content::Audio { encoding: codec::audio(&encoder, options, container), filters }
        }
        _ => {
            let Some(encoding) = codec::subtitle(&encoder) else {
                found.add("-c", at, WhyNot::NotSupported("of subtitles, only mov_text, subrip, webvtt, ass and copy are"));
                return None;
            };
            Content::Subtitle { encoding }
        }
    };
    Some(AnyTrack { select, content, label })
}

/// Whether the plan marks it so by itself.
fn is_own_tag(tag: &Given, encoder: &str, container: &AnyContainer) -> bool {
    use AnyContainer::{Hls, HlsTs, Mov, Mp4};
    let is_hevc = encoder == "copy" || encoder == "libx265" || DEVICES_HEVC.contains(&encoder);
    tag.value == "hvc1" && is_hevc && matches!(container, Mp4(_) | Mov(_) | Hls(_) | HlsTs(_))
}

fn pictures(
    (encoder, options): (&str, Vec<(String, String)>),
    mut filters: Vec<Filter>,
    select: &Select,
    container: &AnyContainer,
) -> Content {
    let encoding = if encoder == "gif" && options.is_empty() && takes_palette(&filters, select) {
        filters.pop();
        Gif::default().into()
    } else {
        codec::video(encoder, options, container, &mut filters)
    };
    Content::Video { encoding, filters: filters.into_iter().map(video_filter).collect() }
}

/// Whether the last of the filters is the palette of a typed GIF, which is worked out of all that is before.
#[doc(alias = "paletteuse")]
fn takes_palette(filters: &[Filter], select: &Select) -> bool {
    let Some((last, before)) = filters.split_last() else { return false };
    let Some((of, look)) = last.takes.first() else { return false };
    let text = |it: &Filter| it.options.iter().fold(it.name.clone(), |text, (key, value)| format!("{text}={key}={value}"));
    let palette = look.split_last().filter(|(_, rest)| *rest == before && of == select).map(|(it, _)| text(it));
    palette.as_deref() == Some("palettegen=stats_mode=single") && text(last) == "paletteuse=new=1"
}

fn read(chain: &Given, stream: &Wanted, found: &mut Found) -> Vec<Filter> {
    let read = match filters(&chain.value) {
        _ if chain.value.is_empty() => Ok(Vec::new()),
        Err(LABELS) => of_one(&chain.value, stream).map_err(|(_, why)| why),
        read => read,
    };
    read.unwrap_or_else(|why| {
        found.add(chain.word(), chain.at, why);
        Vec::new()
    })
}

fn nth(kind: StreamKind) -> usize {
    match kind {
        StreamKind::Video => 0,
        StreamKind::Audio => 1,
        _ => 2,
    }
}

/// What so many channels are taken for.
#[doc(alias = "av_channel_layout_default")]
const LAYOUTS: [&str; 8] = ["mono", "stereo", "2.1", "4.0", "5.0", "5.1", "6.1", "7.1"];
