//! `-ss`, `-t` and `-to` of an output: which part of what would be written is.

use std::time::Duration;

use super::arguments::{Given, Group, Groups};
use super::chain::Filter;
use super::error::{Found, WhyNot};
use super::input::time;
use crate::media::StreamKind;
use crate::pipeline::Input;

/// Which part, and the words that say so.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    start: Duration,
    length: Option<Duration>,
    words: Vec<(String, usize)>,
}

/// What an output's options say.
pub(super) fn cut(group: &Group, found: &mut Found) -> Option<Cut> {
    let last = |name: &str| group.options.iter().rev().find(|it| it.name == name);
    let given = [last("ss"), last("t"), last("to")];
    let [start, length, end] = given.map(|it| it.and_then(|it| time(it, found)));
    let words: Vec<_> = given.into_iter().flatten().map(|it| (it.word(), it.at)).collect();
    let start = start.unwrap_or_default();
    // A length has the last word, as it has for `ffmpeg`.
    let length = length.or(end.map(|it| it.saturating_sub(start)));
    (!words.is_empty()).then_some(Cut { start, length, words })
}

/// Takes the end of the only output for that of the only input, where nothing is filtered in between: then both are the same.
pub(super) fn take_end(groups: &mut Groups, inputs: &mut [Input], found: &mut Found) {
    let ([output], [input]) = (&mut groups.outputs[..], inputs) else { return };
    let is_kept = |it: &Given| matches!(it.name.as_str(), "ss" | "filter" | "frames");
    if !groups.graphs.is_empty() || output.options.iter().any(is_kept) {
        return;
    }
    let Some(length) = cut(output, found).and_then(|it| it.length) else { return };
    let end = input.start.unwrap_or_default().saturating_add(length);
    input.end = Some(input.end.map_or(end, |own| own.min(end)));
    output.options.retain(|it| !matches!(it.name.as_str(), "t" | "to"));
}

impl Cut {
    /// The filters that `ffmpeg` puts behind all others, for a stream of that kind, which is encoded; `None`: it is not.
    pub(super) fn filters(&self, kind: Option<StreamKind>, is_image: bool, found: &mut Found) -> Vec<Filter> {
        let (trim, set) = match kind {
            // `ffmpeg` sets times back without a filter: one would have the encoder know no frame rate.
            Some(StreamKind::Video) if !self.start.is_zero() && !is_image => {
                return self.refuse(|it| it == "-ss", "for pictures it stands in front of -i", found);
            }
            Some(StreamKind::Video) => ("trim", "setpts"),
            Some(StreamKind::Audio) => ("atrim", "asetpts"),
            _ => return self.refuse(|_| true, "of what is not encoded, only that of the only output and the only input; in front of -i it takes that part of an input", found),
        };
        let micros = |it: Duration| format!("{}us", it.as_micros());
        let filter = |name: &str, options: Vec<(&str, String)>| Filter {
            name: name.into(),
            options: options.into_iter().map(|(key, value)| (key.into(), value)).collect(),
            takes: Vec::new(),
        };
        let start = (!self.start.is_zero()).then(|| ("start", micros(self.start)));
        let length = self.length.map(|it| ("duration", micros(it)));
        let moved = format!("PTS-round({}/1000000/TB)", self.start.as_micros());
        let moved = start.is_some().then(|| filter(set, vec![("expr", moved)]));
        [filter(trim, start.into_iter().chain(length).collect())].into_iter().chain(moved).collect()
    }

    fn refuse(&self, is_meant: impl Fn(&str) -> bool, why: &'static str, found: &mut Found) -> Vec<Filter> {
        let words = self.words.iter().filter(|(word, _)| is_meant(word));
        words.for_each(|(word, at)| found.add(word, *at, WhyNot::NotSupported(why)));
        Vec::new()
    }
}
