use super::error::{Found, WhyNot};
use super::known_options::{ALIASES, IGNORED, IGNORED_WITH_VALUE, UNSUPPORTED, UNSUPPORTED_FLAGS, has_value, is_flag};
use crate::media::Location;

/// An option as it was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// Without the dash, and without what says of which stream.
    pub(super) name: String,
    /// Behind the first colon.
    pub(super) of: Option<String>,
    /// Empty for flags.
    pub(super) value: String,
    pub(super) at: usize,
}

/// A file and the options in front of it.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) options: Vec<Given>,
    pub(super) place: String,
    pub(super) at: usize,
}

/// A command taken apart.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) inputs: Vec<Group>,
    pub(super) outputs: Vec<Group>,
    /// All of which make one.
    pub(super) graphs: Vec<Given>,
    /// Which word allows to replace files.
    pub(super) replaces: Option<usize>,
}

impl Group {
    /// The place as it may be shown: without the secrets of a URL.
    pub(super) fn shown(&self) -> String {
        Location::from(self.place.as_str()).to_string()
    }
}

impl Given {
    /// As it stands in the command.
    pub(super) fn word(&self) -> String {
        self.of.iter().fold(format!("-{}", self.name), |word, of| format!("{word}:{of}"))
    }
}

/// Takes the words apart, each of which has its number.
pub(super) fn groups(words: Vec<(usize, &String)>, found: &mut Found) -> Groups {
    let (mut groups, mut options): (Groups, Vec<Given>) = Default::default();
    let mut words = words.into_iter().peekable();
    while let Some((at, word)) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|it| !it.is_empty()) else {
            groups.outputs.push(Group { options: std::mem::take(&mut options), place: word.clone(), at });
            continue;
        };
        let (name, of) = option.split_once(':').map_or((option, None), |(name, of)| (name, Some(of.to_owned())));
        if of.is_none() && IGNORED.contains(&name) {
            continue;
        }
        if UNSUPPORTED_FLAGS.contains(&name) {
            found.add(word, at, WhyNot::NotSupported("telecine has no such thing"));
            continue;
        }
        if is_flag(name) {
            match name {
                "y" => groups.replaces = Some(at),
                "n" => groups.replaces = None,
                _ => options.push(Given { name: name.into(), of, value: String::new(), at }),
            }
            continue;
        }
        // What nobody knows has a value where one could be: the last word is an output.
        let is_known = of.is_some() || has_value(name);
        let value = match words.peek() {
            Some((_, next)) if !is_known && next.starts_with('-') => None,
            Some(_) => words.next_if(|_| is_known).or_else(|| unknown_value(&mut words)).map(|(_, it)| it.clone()),
            None => None,
        };
        match value {
            _ if !is_known => found.add(word, at, WhyNot::UnknownOption),
            None => found.add(word, at, WhyNot::MissingValue),
            Some(_) if IGNORED_WITH_VALUE.contains(&name) => {}
            Some(_) if UNSUPPORTED.iter().any(|(it, _)| *it == name) => {
                let why = UNSUPPORTED.iter().find(|(it, _)| *it == name).map_or("", |(_, why)| *why);
                found.add(word, at, WhyNot::NotSupported(why));
            }
            Some(place) if name == "i" => {
                groups.inputs.push(Group { options: std::mem::take(&mut options), place, at: at + 1 });
            }
            Some(value) => match aliased(name, of, value, at) {
                it if it.name == "filter_complex" && it.of.is_none() => groups.graphs.push(it),
                it => options.push(it),
            },
        }
    }
    options.iter().for_each(|it| found.add(it.word(), it.at, WhyNot::NoFile));
    groups
}

/// The value of an option that is not known, unless it is the last word.
fn unknown_value<'a, I: Iterator<Item = (usize, &'a String)>>(words: &mut std::iter::Peekable<I>) -> Option<(usize, &'a String)> {
    (words.size_hint().0 > 1).then(|| words.next()).flatten()
}

fn aliased(name: &str, of: Option<String>, value: String, at: usize) -> Given {
    let alias = ALIASES.iter().find(|(it, ..)| *it == name);
    let (name, of) =
        alias.map_or((name, of.clone()), |(_, name, kind)| (name, of.or_else(|| (!kind.is_empty()).then(|| (*kind).into()))));
    Given { name: name.into(), of, value, at }
}
