use super::arguments::{Given, Group};
use super::error::{Found, WhyNot};
use super::place::place;
use crate::media::parse_time;
use crate::pipeline::Input;

pub(super) fn input(group: &Group, found: &mut Found) -> Input {
    let mut input = Input::read(place(&group.place, group.at, "pipe:0", found));
    let (mut start, mut length, mut end) = (None, None, None);
    for given in &group.options {
        match given.name.as_str() {
            "ss" => start = time(given, found),
            "t" => length = time(given, found),
            "to" => end = time(given, found),
            "headers" => {
                // Which ends with a line break, or does not.
                for line in given.value.split(['\r', '\n']).filter(|it| !it.trim().is_empty()) {
                    match line.split_once(':') {
                        Some((name, value)) => input = input.header(name.trim(), value.trim()),
                        None => found.add("-headers", given.at, WhyNot::BadValue("lines of a name, a colon and a value")),
                    }
                }
            }
            // Of all inputs together.
            "hwaccel" | "hwaccel_device" | "hwaccel_output_format" if given.of.is_none() => {}
            "f" => found.add("-f", given.at, WhyNot::NotSupported("telecine looks at the input itself to see what it is")),
            _ => found.add(given.word(), given.at, WhyNot::NotSupported("not as an option of an input")),
        }
    }
    // A length has the last word, as it has for `ffmpeg`.
    input.end = length.map(|it| start.unwrap_or_default().saturating_add(it)).or(end);
    input.start = start;
    input
}

/// A time that an option says.
pub(super) fn time(given: &Given, found: &mut Found) -> Option<std::time::Duration> {
    let time = parse_time(&given.value).ok();
    if time.is_none() {
        found.add(given.word(), given.at, WhyNot::BadValue("a time: seconds, or hours, minutes and seconds with colons"));
    }
    time
}
