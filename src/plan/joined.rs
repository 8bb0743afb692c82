use std::time::Duration;

use super::work::{OutputWork, TrackWork};
use crate::error::Unjoinable;
use crate::ffi::Span;
use crate::media::{Rational, StreamInfo};
use crate::read::Part;

/// Inputs that follow each other packet by packet, which FFmpeg reads as one more input behind the pipeline's own.
#[derive(Clone, Debug)]
#[doc(alias = "concat")]
pub(crate) struct JoinedWork {
    /// The demuxer of all of them, by FFmpeg's names.
    pub(crate) format: String,
    pub(crate) parts: Vec<JoinedPart>,
}

#[derive(Clone, Debug)]
pub(crate) struct JoinedPart {
    /// Which of the pipeline's inputs.
    pub(crate) input: usize,
    /// When the next one begins, counted from when this one does.
    pub(crate) length: Duration,
}

impl JoinedWork {
    /// What the outputs copy of the inputs that follow each other; `None` where they copy nothing.
    pub(super) fn of(parts: &[(usize, &Part)], outputs: &[OutputWork]) -> Option<Self> {
        let tracks = outputs.iter().flat_map(|it| &it.tracks).filter(|it| it.joins_packets);
        let streams: Vec<usize> = tracks.filter_map(|it| it.stream.index).collect();
        let (_, first) = parts.first().filter(|_| !streams.is_empty())?;
        let length = |nth: usize| length(parts[nth].1, parts.get(nth + 1).map(|it| it.1), &streams);
        let parts = parts.iter().enumerate().map(|(nth, it)| JoinedPart { input: it.0, length: length(nth) });
        Some(Self { format: first.format.clone(), parts: parts.collect() })
    }

    /// The list of them, as a URL of its own; `file` is what opens one, in the list's words.
    pub(crate) fn url(&self, file: impl Fn(&JoinedPart) -> String) -> String {
        let mut list = "data:text/plain,ffconcat version 1.0".to_owned();
        for (nth, part) in self.parts.iter().enumerate() {
            list += &format!("\nfile {}", file(part));
            // Nothing begins after the last.
            if nth + 1 < self.parts.len() {
                list += &format!("\nduration {}.{:06}", part.length.as_secs(), part.length.subsec_micros());
            }
        }
        list
    }

    /// What the list is opened with: it may open these files, as what they were found to be, and nothing else. Packets stay as they are
    /// in the files.
    pub(crate) fn options(&self, protocol: &str) -> [(&'static str, String); 4] {
        let format = self.format.split(',').next().unwrap_or_default();
        [
            ("safe", "0".into()),
            ("auto_convert", "0".into()),
            ("protocol_whitelist", format!("data,{protocol}")),
            ("format_whitelist", format!("concat,{format}")),
        ]
    }

    /// Where an output of it that is so long ends before it should: the input, how much of it is there, and how much there should be.
    /// Whatever ends the reading of one ends it for those behind it, too.
    pub(crate) fn lacks(&self, written: Duration, slack: Duration) -> Option<(usize, Duration, Duration)> {
        let last = self.parts.last()?;
        let whole: Duration = self.parts.iter().map(|it| it.length).sum();
        if written + slack.min(last.length / 2) >= whole {
            return None;
        }
        let mut start = Duration::ZERO;
        let is_cut = |it: &&JoinedPart| {
            start += it.length;
            start > written
        };
        let cut = self.parts.iter().find(is_cut).unwrap_or(last);
        let readable = (written + cut.length).saturating_sub(start).min(cut.length);
        Some((cut.input, readable, cut.length))
    }
}

/// When the next part begins, so that no stream's packets come before the end of that stream here: all streams of a part keep their
/// times to each other.
fn length(part: &Part, next: Option<&Part>, streams: &[usize]) -> Duration {
    let span = |part: &Part, index: usize| part.spans.get(index).copied().flatten();
    let lengths = streams.iter().filter_map(|index| {
        let own: Span = span(part, *index)?;
        match next {
            Some(next) => span(next, *index)?.after(&own),
            None => own.end(),
        }
    });
    Duration::from_micros(lengths.max().and_then(|it| u64::try_from(it).ok()).unwrap_or(0))
}

/// What keeps these streams of `other` from following the same ones of `first`.
pub(super) fn difference(first: &Part, other: &Part, streams: &[usize]) -> Option<Unjoinable> {
    if first.format != other.format {
        return Some(Unjoinable::Container { first: first.format.clone(), other: other.format.clone() });
    }
    let untimed = |part: &Part| streams.iter().all(|it| part.spans.get(*it).copied().flatten().and_then(|it| it.end()).is_none());
    if untimed(first) || untimed(other) {
        return Some(Unjoinable::Untimed);
    }
    streams.iter().find_map(|stream| {
        let (one, another) = (first.streams.get(*stream)?, other.streams.get(*stream)?);
        let known = facts(one).into_iter().zip(facts(another));
        let told = known.map(|((what, first), (_, other))| (what, first, other)).find(|(_, first, other)| first != other);
        let unlike = first.setups.get(*stream) != other.setups.get(*stream);
        let setup = unlike.then(|| ("decoder's setup", "another".to_owned(), "its own".to_owned()));
        let (what, first, other) = told.or(setup)?;
        Some(Unjoinable::Stream { stream: *stream, what, first, other })
    })
}

/// What the same stream of all parts has to have in common, in words.
fn facts(stream: &StreamInfo) -> Vec<(&'static str, String)> {
    fn shown<T: ToString>(fact: Option<T>) -> String {
        fact.map_or_else(|| "unknown".to_owned(), |it| it.to_string())
    }
    let ratio = |it: Option<Rational>| shown(it);
    let mut facts = vec![
        ("codec", shown(stream.codec)),
        ("codec tag", shown(stream.codec_tag.as_ref())),
        ("profile", shown(stream.profile.as_ref())),
        ("size", shown(stream.size.map(|(width, height)| format!("{width}x{height}")))),
        ("time base", ratio(stream.time_base)),
    ];
    if let Some(video) = &stream.video {
        facts.extend([
            ("pixel format", shown(video.pixel_format)),
            ("level", shown(video.level)),
            ("pixel aspect", ratio(video.pixel_aspect)),
            ("field order", shown(video.field_order)),
            ("colour", format!("{:?}", video.color)),
            ("orientation", format!("{:?}", video.orientation)),
            ("mastering display", format!("{:?} {:?}", video.mastering, video.light)),
            ("Dolby Vision", format!("{:?}", video.dolby_vision)),
        ]);
    }
    if let Some(audio) = &stream.audio {
        facts.extend([
            ("sample rate", shown(audio.sample_rate_hz)),
            ("sample format", shown(audio.sample_format)),
            ("number of channels", shown(stream.channels)),
            ("channel layout", shown(audio.layout.as_ref())),
        ]);
    }
    facts
}

impl OutputWork {
    pub(crate) fn joins_packets(&self) -> bool {
        self.tracks.iter().any(|it: &TrackWork| it.joins_packets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(seconds: &[u64]) -> JoinedWork {
        let part = |(input, length): (usize, &u64)| JoinedPart { input, length: Duration::from_secs(*length) };
        JoinedWork { format: "mov,mp4".into(), parts: seconds.iter().enumerate().map(part).collect() }
    }

    #[test]
    fn the_list_says_when_each_begins_but_the_first() {
        let url = joined(&[2, 3]).url(|it| format!("file:{}", it.input));
        assert_eq!(url, "data:text/plain,ffconcat version 1.0\nfile file:0\nduration 2.000000\nfile file:1");
    }

    #[test]
    fn what_is_missing_is_of_the_part_that_it_ends_in() {
        let secs = Duration::from_secs;
        let joined = joined(&[100, 10, 1]);
        let lacks = |written, slack| joined.lacks(written, slack);
        assert_eq!(lacks(secs(111), secs(2)), None);
        // However long the whole, there is something of the last.
        assert_eq!(lacks(Duration::from_millis(110_600), secs(2)), None);
        assert_eq!(lacks(secs(110), secs(2)), Some((2, secs(0), secs(1))));
        assert_eq!(lacks(secs(104), secs(2)), Some((1, secs(4), secs(10))));
        assert_eq!(lacks(secs(0), secs(2)), Some((0, secs(0), secs(100))));
    }
}
