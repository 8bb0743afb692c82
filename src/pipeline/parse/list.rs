//! Inputs that follow each other packet by packet: the list of them that telecine prints as one more input, and no other.

use super::arguments::Groups;
use super::ends::Ends;
use super::error::{Found, WhyNot};
use super::map::Wanted;
use super::place::place;
use crate::media::By;
use crate::pipeline::Input;

/// The inputs that such a list joins.
#[derive(Debug)]
pub(super) struct List {
    /// In their order.
    inputs: Vec<usize>,
    /// As which input it is mapped.
    number: usize,
    /// Which word it is.
    at: usize,
}

/// A list that is not looked into yet, and which word it is.
pub(super) struct Listed<'a> {
    url: &'a str,
    at: usize,
}

/// Takes the list out of the words, with its options, where it stands as telecine prints it: behind an input.
pub(super) fn take<'a>(words: &mut Vec<(usize, &'a String)>) -> Option<Listed<'a>> {
    let is_it = |words: &[(usize, &String)]| {
        let mut behind = words.iter().map(|it| it.1.as_str());
        let is_input = behind.next() == Some("-i") && behind.next().is_some();
        is_input && OPTIONS.iter().all(|it| behind.next() == Some(it)) && behind.next().is_some_and(is_format)
    };
    let length = 2 + OPTIONS.len() + 3;
    let start =
        words.windows(length).position(|it| is_it(it) && it[length - 2].1 == "-i" && it[length - 1].1.starts_with(HEAD))?;
    let (at, url) = words.drain(start + 2..start + length).next_back()?;
    Some(Listed { url, at })
}

/// What it is opened with, whose last value is the format.
const OPTIONS: [&str; 9] =
    ["-f", "concat", "-safe", "0", "-auto_convert", "0", "-protocol_whitelist", "data,file", "-format_whitelist"];
const HEAD: &str = "data:text/plain,ffconcat version 1.0\n";

/// The list itself, and one format besides.
fn is_format(value: &str) -> bool {
    let own = value.strip_prefix("concat,");
    own.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'))
}

impl List {
    /// What is in it: files that are inputs by themselves, and when the next one begins, which is worked out anew.
    pub(super) fn of(listed: &Listed<'_>, groups: &Groups, inputs: &[Input], found: &mut Found) -> Self {
        let at = listed.at;
        if groups.inputs.iter().any(|it| it.at > at) || groups.outputs.iter().any(|it| it.at < at) {
            found.add(
                "concat",
                at,
                WhyNot::NotSupported("the list of what is joined stands behind all inputs, in front of the outputs"),
            );
        }
        let mut list = Self { inputs: Vec::new(), number: inputs.len(), at };
        let mut lines = listed.url.strip_prefix(HEAD).unwrap_or_default().split('\n').peekable();
        while let Some(line) = lines.next() {
            match line.split_once(' ') {
                Some(("file", name)) => list.add(name, at, inputs, found),
                Some(("duration", time)) if lines.peek().is_some() && is_time(time) => {}
                _ => {
                    let why = "in the list of what is joined there are files, and behind each but the last how long it is";
                    found.add(line.split(' ').next().unwrap_or_default(), at, WhyNot::NotSupported(why));
                }
            }
        }
        if list.inputs.len() < 2 || list.inputs.first() != Some(&0) {
            found.add("concat", at, WhyNot::NotSupported("the first input, and then others in their order"));
        }
        list
    }

    fn add(&mut self, name: &str, at: usize, inputs: &[Input], found: &mut Found) {
        let Some(name) = unquoted(name) else {
            return found.add("file", at, WhyNot::BadValue("a name, in single quotes where it is not a plain one"));
        };
        let before = found.count();
        let location = place(&name, at, "pipe:0", found);
        if found.count() > before {
            return;
        }
        let behind = self.inputs.last().map_or(0, |it| it + 1);
        let input = inputs.iter().skip(behind).position(|it| it.location == location);
        match input.filter(|_| location.path().is_some()) {
            Some(input) => self.inputs.push(behind + input),
            None => {
                let why = "each file that the list joins is an input as well, in the same order";
                found.add(location.to_string(), at, WhyNot::NotSupported(why));
            }
        }
    }

    /// A stream of what is joined, where `wanted` is one: copied, as the list can no more.
    ///
    /// # Errors
    /// What is mapped of it in another way.
    pub(super) fn stream(&self, wanted: Wanted) -> Result<Wanted, WhyNot> {
        if wanted.select.input != self.number {
            return Ok(wanted);
        }
        match wanted.select.by {
            By::Index(_) if !wanted.select.optional => Ok(Wanted { select: wanted.select.input(0), is_listed: true, ..wanted }),
            _ => Err(WhyNot::NotSupported("a stream of what a list joins is named by its number")),
        }
    }

    /// Marks the inputs that follow the first, which are the same in a graph that joins them for another output.
    pub(super) fn mark(&self, ends: &Ends, inputs: &mut [Input], found: &mut Found) {
        if ends.joins.values().any(|it| it.inputs != self.inputs) {
            found.add("concat", self.at, WhyNot::NotSupported("the same inputs follow each other for all outputs"));
        }
        for index in self.inputs.iter().skip(1) {
            inputs[*index].follows = true;
        }
    }
}

/// A name as the list has it: plain, or in single quotes, which stand escaped between two quoted parts.
fn unquoted(name: &str) -> Option<String> {
    let Some(quoted) = name.strip_prefix('\'') else {
        return (!name.is_empty() && !name.contains(['\'', '\\', ' ', '\t', '\r'])).then(|| name.to_owned());
    };
    let parts: Vec<_> = quoted.strip_suffix('\'')?.split(r"'\''").collect();
    parts.iter().all(|it| !it.contains('\'')).then(|| parts.join("'"))
}

/// Seconds, to the microsecond.
fn is_time(text: &str) -> bool {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    text.split_once('.').is_some_and(|(seconds, micros)| is_number(seconds) && micros.len() == 6 && is_number(micros))
}
