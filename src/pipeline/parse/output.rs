use super::arguments::{Given, Group};
use super::codec::defaults;
use super::container::{Kind, container};
use super::cut::cut;
use super::ends::{Ends, label};
use super::error::{Found, WhyNot};
use super::join;
use super::known_options::{AUDIO, MUXER, VIDEO};
use super::list::List;
use super::map::{self, Wanted, number};
use super::place::place;
use super::stream::{Stream, of_stream};
use crate::media::{Location, Select, StreamKind};
use crate::pipeline::{AnyContainer, AnyOutput, Input, Overwrite};

/// Where the streams of outputs come from.
pub(super) struct Sources<'a> {
    pub(super) inputs: &'a [Input],
    pub(super) ends: &'a Ends,
    pub(super) list: Option<&'a List>,
}

/// One output, with its streams as `ffmpeg` would choose them where nothing is said.
pub(super) fn output(group: &Group, sources: &Sources<'_>, replaces: Option<usize>, found: &mut Found) -> Option<AnyOutput> {
    let location = place(&group.place, group.at, "pipe:1", found);
    let (streams, rest): (Vec<&Given>, Vec<&Given>) = group.options.iter().partition(|it| is_of_streams(it));
    let muxer: Vec<_> = rest.iter().filter(|it| it.of.is_none() && MUXER.contains(&it.name.as_str())).copied().collect();
    let format = rest.iter().rev().find(|it| it.name == "f").copied();
    let first_encoder =
        streams.iter().rev().find(|it| it.name == "c" && it.of.as_deref().is_none_or(|of| !of.starts_with(['a', 's'])));
    let kind = Kind { format, encoder: first_encoder.map(|it| it.value.as_str()), pictures: pictures(&rest, found) };
    let wanted = wanted(&rest, sources, found);
    join::check(sources, wanted.as_deref().unwrap_or_default(), found);
    // Without a container nothing more can be said of the streams.
    let (container, location) = container(&kind, location, group, found)?;
    let wanted = match wanted {
        Some(wanted) => wanted,
        None => chosen(&container, sources.inputs.len(), group, found),
    };
    let wanted = wanted.into_iter().filter(|it| !it.kind.is_some_and(|kind| is_left_out(kind, &rest))).collect();
    let tracks = of_stream(wanted, &streams, cut(group, found).as_ref(), &container, found);
    let mut output = AnyOutput::new(container, location);
    tracks.into_iter().for_each(|track| output.tracks.push(track));
    for given in &rest {
        match given.name.as_str() {
            "metadata" if given.of.as_deref().is_none_or(|it| it == "g") => match given.value.split_once('=') {
                Some((key, value)) => output.metadata.push((key.into(), value.into())),
                None => found.add(given.word(), given.at, WhyNot::BadValue("key=value")),
            },
            "map_metadata" | "map_chapters" => without(given, &rest, &mut output, found),
            "f" | "map" | "vn" | "an" | "sn" | "dn" | "frames" | "ss" | "t" | "to" => {}
            _ if muxer.iter().any(|it| it.at == given.at) => {}
            _ => found.add(given.word(), given.at, WhyNot::NotSupported("not as an option of an output")),
        }
    }
    super::container::options(&mut output, &muxer, group, found);
    output.overwrite = overwrite(&output, replaces, found);
    Some(output)
}

/// What of the first input does not go along.
fn without(given: &Given, options: &[&Given], output: &mut AnyOutput, found: &mut Found) {
    let is_none = |it: &&&Given| it.value == "-1" && it.of.is_none();
    let has_no = |name: &str| options.iter().filter(is_none).any(|it| it.name == name);
    match given.name.as_str() {
        _ if !is_none(&&given) => {
            found.add(given.word(), given.at, WhyNot::BadValue("-1; what is not said comes from the first input"))
        }
        "map_metadata" if has_no("map_chapters") => output.keep.tags = false,
        "map_metadata" => {
            found.add(
                given.word(),
                given.at,
                WhyNot::NotSupported("only with -map_chapters -1: chapters would go without their titles"),
            );
        }
        _ => output.keep.chapters = has_no("map_metadata"),
    }
}

/// A set of files takes the place of its directory with all that is in it, which nobody means who says `-y`.
fn overwrite(output: &AnyOutput, replaces: Option<usize>, found: &mut Found) -> Overwrite {
    let Some(at) = replaces else { return Overwrite::Never };
    if output.container.is_set() {
        let why = "a set of files would replace its whole directory; leave it out, and set overwrite where that is meant";
        found.add("-y", at, WhyNot::NotSupported(why));
    }
    Overwrite::Replace
}

/// Whether it says something of streams, and so belongs to tracks.
fn is_of_streams(given: &Given) -> bool {
    match given.name.as_str() {
        "metadata" => given.of.as_deref().is_some_and(|it| it == "s" || it.starts_with("s:")),
        "c" | "filter" | "b" | "q" | "tag" | "disposition" | "pix_fmt" | "s" | "ar" | "ac" => true,
        "frames" | "map" | "map_metadata" | "map_chapters" | "f" | "ss" | "t" | "to" => false,
        name if given.of.is_none() => VIDEO.contains(&name) || AUDIO.contains(&name),
        _ => true,
    }
}

/// How many pictures are wanted.
fn pictures(options: &[&Given], found: &mut Found) -> Option<u64> {
    let given = options.iter().rev().find(|it| it.name == "frames")?;
    let pictures = number(&given.value).filter(|_| matches!(given.of.as_deref(), None | Some("v" | "v:0" | "V" | "V:0")));
    if pictures != Some(1) {
        found.add(given.word(), given.at, WhyNot::NotSupported("only one picture is, of an image: -frames:v 1"));
    }
    pictures
}

/// What `-map` says; `None` without it.
fn wanted(options: &[&Given], sources: &Sources<'_>, found: &mut Found) -> Option<Vec<Wanted>> {
    let mut maps = options.iter().filter(|it| it.name == "map").peekable();
    maps.peek()?;
    let wanted = maps.filter_map(|it| match label(it) {
        // One that leads nowhere was told of where the graph is.
        Some(label) => sources.ends.line(&label).map(|line| vec![Wanted::end(line, it.at + 1)]),
        None => streams_of(it, sources, found),
    });
    Some(wanted.flatten().collect())
}

/// Of which inputs nothing is known before the job runs.
pub(super) fn is_pipe(inputs: &[Input]) -> impl Fn(usize) -> bool + '_ {
    |input| inputs.get(input).is_some_and(|it| it.location.descriptor(0).is_some())
}

fn streams_of(it: &Given, sources: &Sources<'_>, found: &mut Found) -> Option<Vec<Wanted>> {
    let of_list = |wanted: Vec<Wanted>| match sources.list {
        Some(list) => wanted.into_iter().map(|it| list.stream(it)).collect(),
        None => Ok(wanted),
    };
    match map::wanted(&it.value, it.at + 1, is_pipe(sources.inputs)).and_then(of_list) {
        Ok(wanted) if wanted.iter().all(|it| it.select.input < sources.inputs.len()) => Some(wanted),
        Ok(_) => {
            found.add(&it.value, it.at + 1, WhyNot::BadValue("the number of an input that there is"));
            None
        }
        Err(why) => {
            found.add(&it.value, it.at + 1, why);
            None
        }
    }
}

/// One stream of each kind that the container has an encoder for.
fn chosen(container: &AnyContainer, inputs: usize, group: &Group, found: &mut Found) -> Vec<Wanted> {
    if inputs > 1 {
        found.add(group.shown(), group.at, WhyNot::NotSupported("with several inputs, -map has to say which streams are wanted"));
    }
    let kinds = [StreamKind::Video, StreamKind::Audio, StreamKind::Subtitle].into_iter().zip(defaults(container));
    let kinds = kinds.filter(|(_, encoder)| encoder.is_some());
    kinds.map(|(kind, _)| Wanted::new(Some(kind), Select::main(), group.at)).collect()
}

fn is_left_out(kind: StreamKind, options: &[&Given]) -> bool {
    let flag = match kind {
        StreamKind::Video => "vn",
        StreamKind::Audio => "an",
        _ => "sn",
    };
    options.iter().any(|it| it.name == flag)
}

/// The directory and the name of a file.
pub(super) fn within(location: &Location) -> Option<(Location, String)> {
    let path = location.path()?;
    let name = path.file_name()?.to_str()?.to_owned();
    Some((Location::file(path.parent()?), name))
}

/// A stream that is being made into a track.
pub(super) fn streams(wanted: Vec<Wanted>) -> Vec<Stream> {
    wanted.into_iter().map(Stream::new).collect()
}
