use std::time::Duration;

use super::arguments::{Given, Group};
use super::codec::encoder;
use super::error::{Found, WhyNot};
use super::map::number;
use super::output::within;
use crate::media::{Location, StreamKind};
use crate::pipeline::container::Tracks;
use crate::pipeline::{AnyContainer, AnyOutput, Images, Index, Loops, Playlist};

/// What tells which container is meant, besides the name.
pub(super) struct Kind<'a> {
    pub(super) format: Option<&'a Given>,
    pub(super) encoder: Option<&'a str>,
    /// How many pictures are wanted; `None`: all.
    pub(super) pictures: Option<u64>,
}

/// The container, and the place where telecine wants it: of a set of files that is a directory.
pub(super) fn container(
    kind: &Kind<'_>,
    location: Location,
    group: &Group,
    found: &mut Found,
) -> Option<(AnyContainer, Location)> {
    let extension = || location.path()?.extension()?.to_str().and_then(AnyContainer::from_extension);
    let named = kind.format.map(|it| it.value.as_str());
    let container = match named {
        None => extension(),
        Some("image2" | "image2pipe") => image(kind.encoder).or_else(extension).filter(is_image),
        Some("webp") => Some(AnyContainer::WebP(Images::Single)),
        Some(muxer) => AnyContainer::from_muxer(muxer),
    };
    let Some(container) = container else {
        let (word, at) = kind.format.map_or_else(|| (group.shown(), group.at), |it| (it.value.clone(), it.at + 1));
        let why = if named.is_some() {
            "a muxer of a container that telecine has"
        } else {
            "a name that ends like one of a container, or -f"
        };
        found.add(word, at, WhyNot::BadValue(why));
        return None;
    };
    if !is_image(&container) {
        if kind.pictures.is_some() {
            found.add(group.shown(), group.at, WhyNot::NotSupported("one picture alone makes an image, JPEG, PNG or WebP"));
        }
        return Some(match container {
            AnyContainer::Hls(_) | AnyContainer::HlsTs(_) => {
                let directory = within(&location).map_or(location, |(directory, _)| directory);
                (container, directory)
            }
            AnyContainer::Null => (container, Location::file("/dev/null")),
            _ => (container, location),
        });
    }
    if kind.pictures == Some(1) {
        return Some((container, location));
    }
    let sequence = within(&location).filter(|(_, name)| name.contains('%'));
    let Some((directory, pattern)) = sequence else {
        found.add(
            group.shown(),
            group.at,
            WhyNot::NotSupported("one file is one picture, -frames:v 1; many are a pattern in a directory"),
        );
        return None;
    };
    // What is printed of a directory with a percent sign has two of them.
    let directory = Location::file(directory.to_string().replace("%%", "%"));
    let images = Images::Sequence { pattern, first: 1 };
    let container = match container {
        AnyContainer::Png(_) => AnyContainer::Png(images),
        AnyContainer::WebP(_) => AnyContainer::WebP(images),
        _ => AnyContainer::Jpeg(images),
    };
    Some((container, directory))
}

pub(super) fn is_image(container: &AnyContainer) -> bool {
    matches!(container, AnyContainer::Jpeg(_) | AnyContainer::Png(_) | AnyContainer::WebP(_))
}

fn image(name: Option<&str>) -> Option<AnyContainer> {
    match encoder(name?) {
        "mjpeg" => Some(AnyContainer::Jpeg(Images::Single)),
        "png" => Some(AnyContainer::Png(Images::Single)),
        "libwebp" => Some(AnyContainer::WebP(Images::Single)),
        _ => None,
    }
}

/// What is said to the muxer: as options of the container where it has them, the rest as they are.
pub(super) fn options(output: &mut AnyOutput, given: &[&Given], group: &Group, found: &mut Found) {
    let mut rest: Vec<&Given> = given.to_vec();
    let mut take = |name: &str| rest.iter().rposition(|it| it.name == name).map(|at| rest.remove(at));
    match &mut output.container {
        AnyContainer::Mp4(index) | AnyContainer::Mov(index) | AnyContainer::M4a(index) => {
            let flags = given.iter().rev().find(|it| it.name == "movflags").map(|it| it.value.as_str());
            let has = |flag: &str| flags.is_some_and(|it| it.split('+').any(|it| it == flag));
            if has("frag_keyframe") && has("empty_moov") {
                *index = Index::Fragments;
            } else if has("faststart") {
                *index = Index::Front;
            }
        }
        AnyContainer::Gif(loops) => {
            let said = take("loop");
            *loops = match said.map(|it| it.value.as_str()) {
                None | Some("0") => Loops::Forever,
                Some("-1") => Loops::Once,
                Some(times) => match number(times) {
                    Some(times) => Loops::Again(times),
                    None => {
                        said.iter().for_each(|it| found.add(it.word(), it.at, WhyNot::BadValue("-1 to 65535")));
                        Loops::Forever
                    }
                },
            };
        }
        AnyContainer::Jpeg(Images::Sequence { first, .. })
        | AnyContainer::Png(Images::Sequence { first, .. })
        | AnyContainer::WebP(Images::Sequence { first, .. }) => {
            if let Some(given) = take("start_number") {
                match number(&given.value) {
                    Some(number) => *first = number,
                    None => found.add(given.word(), given.at, WhyNot::BadValue("a whole number")),
                }
            }
        }
        AnyContainer::Jpeg(_) | AnyContainer::Png(_) | AnyContainer::WebP(_) => {
            // Means what one picture is anyhow.
            take("update");
        }
        AnyContainer::Hls(_) | AnyContainer::HlsTs(_) => return playlist(output, given, group, found),
        _ => {}
    }
    add(output, rest.into_iter());
}

/// What the container says itself already is not said again.
fn add<'a>(output: &mut AnyOutput, given: impl Iterator<Item = &'a Given>) {
    let own = output.container.muxer(tracks(output)).options;
    let is_new = |it: &&Given| !own.iter().any(|(key, value)| *key == it.name && *value == it.value);
    given.filter(is_new).for_each(|it| output.options.add(&it.name, &it.value));
}

fn tracks(output: &AnyOutput) -> Tracks {
    let count = |kind| output.tracks.iter().filter(|it| it.kind() == kind).count();
    Tracks { video: count(StreamKind::Video), audio: count(StreamKind::Audio) }
}

/// HLS is taken only as telecine writes it itself: with other names and kinds of segments it would be other files.
fn playlist(output: &mut AnyOutput, given: &[&Given], group: &Group, found: &mut Found) {
    let value = |name: &str| given.iter().rev().find(|it| it.name == name).map(|it| it.value.as_str());
    let seconds = value("hls_time").and_then(|it| it.parse().ok()).and_then(|it| Duration::try_from_secs_f64(it).ok());
    let own = Playlist { segment: seconds.unwrap_or_default(), live: value("hls_list_size").and_then(number) };
    output.container = match value("hls_segment_type") {
        Some("fmp4") => AnyContainer::Hls(own),
        _ => AnyContainer::HlsTs(own),
    };
    let muxer = output.container.muxer(tracks(output));
    let words = muxer.within(output.location.to_string().trim_end_matches('/'));
    let is_said = |key: &str, text: &str| value(key) == Some(text);
    let agrees = words.as_ref().is_some_and(|(name, files)| {
        *name == group.place
            && files.iter().all(|(key, text)| is_said(key, text))
            && muxer.options.iter().all(|(key, text)| is_said(key, text))
    });
    if !agrees {
        let why = "HLS only as telecine's own commands have it, with all names; build it with Hls::directory instead";
        found.add(group.shown(), group.at, WhyNot::NotSupported(why));
        return;
    }
    let files: Vec<_> = words.into_iter().flat_map(|(_, files)| files).map(|(key, _)| key).collect();
    add(output, given.iter().filter(|it| !files.contains(&it.name)).copied());
}
