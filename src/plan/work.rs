use std::time::Duration;

use super::StreamPlan;
use crate::media::{StreamInfo, StreamKind};
use crate::pipeline::Label;

/// Everything the engine needs to know; it decides nothing itself.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// As many as the pipeline has, in its order; the same holds for outputs.
    pub(crate) inputs: Vec<InputWork>,
    pub(crate) outputs: Vec<OutputWork>,
    /// How many pixels a decoder may make of one picture.
    pub(crate) pixels: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct InputWork {
    /// Where to begin.
    pub(crate) start: Option<Duration>,
    /// How much of it to take.
    pub(crate) length: Option<Duration>,
}

#[derive(Clone, Debug)]
pub(crate) struct OutputWork {
    /// In the output's order.
    pub(crate) tracks: Vec<TrackWork>,
    /// The muxer, by FFmpeg's name.
    pub(crate) muxer: &'static str,
    pub(crate) muxer_options: Vec<(String, String)>,
    /// Where it writes several files.
    pub(crate) set: Option<SetWork>,
    /// Tags of the whole, besides those of the first input.
    pub(crate) metadata: Vec<(String, String)>,
    /// How long it should become; `None` where the inputs do not tell.
    pub(crate) expected: Option<Duration>,
    /// How long it has to become, or an input is cut off; `None` where the inputs promise nothing.
    pub(crate) promised: Option<Duration>,
    /// The inputs that have pictures or sound which this output does not get.
    pub(crate) leaves_out: Vec<usize>,
}

/// What a muxer that writes several files is told to name them, and what they are.
#[derive(Clone, Debug)]
pub(crate) struct SetWork {
    /// What FFmpeg is given as the output.
    pub(crate) main: NameInside,
    /// Options of the muxer whose values are names too.
    pub(crate) options: Vec<(&'static str, NameInside)>,
    pub(crate) content: SetContent,
}

/// What the files of a set are.
#[derive(Clone, Debug)]
pub(crate) enum SetContent {
    /// Parts of one film, which can be read back by the file that FFmpeg was given the name of.
    Film,
    /// Single pictures, which tell nothing of time.
    Pictures {
        /// How much each input that they are taken from promises, where it does.
        promised: Vec<(usize, Duration)>,
    },
}

/// The name of a file in a set's directory, as the muxer takes it together with that.
#[derive(Clone, Debug)]
pub(crate) enum NameInside {
    /// Literally.
    Plain(String),
    /// With the place of a number, such as `%05d`; a percent sign is written twice.
    Numbered(String),
    /// The same, where nothing says that a percent sign is one.
    NumberedAnywhere(String),
}

impl NameInside {
    /// Without the directory.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Plain(name) | Self::Numbered(name) | Self::NumberedAnywhere(name) => name,
        }
    }

    /// The whole name; `None` where the muxer would take a part of the directory's for the place of a number.
    fn within(&self, directory: &str) -> Option<String> {
        match self {
            Self::Plain(name) => Some(format!("{directory}/{name}")),
            Self::Numbered(name) => Some(format!("{}/{name}", directory.replace('%', "%%"))),
            Self::NumberedAnywhere(_) if has_number(directory) => None,
            Self::NumberedAnywhere(name) => Some(format!("{directory}/{name}")),
        }
    }
}

/// Whether something like `%d` or `%05d` is in it.
fn has_number(text: &str) -> bool {
    text.split('%').skip(1).any(|it| it.trim_start_matches(|it: char| it.is_ascii_digit()).starts_with('d'))
}

impl SetWork {
    /// The output's name and the options that go with it, for files in that directory; `None` where the directory's name cannot be
    /// told from a pattern.
    pub(crate) fn within(&self, directory: &str) -> Option<(String, Vec<(String, String)>)> {
        let options = self.options.iter().map(|(key, name)| Some(((*key).to_owned(), name.within(directory)?)));
        Some((self.main.within(directory)?, options.collect::<Option<_>>()?))
    }
}

/// One stream of an output.
#[derive(Clone, Debug)]
pub(crate) struct TrackWork {
    pub(crate) kind: StreamKind,
    /// Which input it comes from.
    pub(crate) input: usize,
    pub(crate) stream: StreamPlan,
    pub(crate) label: Label,
    /// What the header says of the stream.
    pub(crate) info: Option<StreamInfo>,
    /// How long it should become, and has to.
    pub(super) expected: Option<Duration>,
    pub(super) promised: Option<Duration>,
    /// Where its filters take more than the stream itself.
    pub(crate) graph: Option<Graph>,
}

/// Filters of one track that take other streams too.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// In the syntax of FFmpeg's graphs, names of pads included.
    pub(crate) text: String,
    /// What comes out of it, in brackets.
    pub(crate) label: String,
}

impl TrackWork {
    /// What the source says of itself, under what the track is to say: FFmpeg passes that on by itself, but not through a graph.
    pub(crate) fn inherited(&self) -> Label {
        let Some(info) = &self.info else { return self.label.clone() };
        // It says who encoded the source.
        let tags = info.tags.iter().filter(|(key, _)| !key.eq_ignore_ascii_case("encoder"));
        let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let metadata = tags.chain(self.label.metadata.iter().cloned()).collect();
        Label { metadata, disposition: self.label.disposition.or(Some(info.disposition)) }
    }
}

impl Work {
    /// What is decoded of an input, each stream once: its kind, and its index where that is known.
    pub(crate) fn decoded(&self, input: usize) -> Vec<(StreamKind, Option<usize>)> {
        let tracks = self.outputs.iter().flat_map(|it| &it.tracks);
        let decoded = tracks.filter(|it| it.input == input && !it.stream.copy).map(|it| (it.kind, it.stream.index));
        let mut decoded: Vec<_> = decoded.collect();
        decoded.sort_unstable();
        decoded.dedup();
        decoded
    }

    /// Whether anything is decoded, and so can be counted.
    pub(crate) fn decodes(&self) -> bool {
        (0..self.inputs.len()).any(|input| !self.decoded(input).is_empty())
    }
}

impl OutputWork {
    /// Whether no other stream of the track's kind is in the output, or the track is copied.
    pub(crate) fn is_alone(&self, track: &TrackWork) -> bool {
        track.stream.copy || self.tracks.iter().filter(|it| it.kind == track.kind).count() == 1
    }

    pub(crate) fn has_video(&self) -> bool {
        self.tracks.iter().any(|it| it.kind == StreamKind::Video)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_their_directory() {
        let name = || "s_%05d.ts".to_owned();
        for (directory, plain, numbered, anywhere) in [
            ("a", "a/s_%05d.ts", "a/s_%05d.ts", Some("a/s_%05d.ts")),
            ("100%", "100%/s_%05d.ts", "100%%/s_%05d.ts", Some("100%/s_%05d.ts")),
            ("%d", "%d/s_%05d.ts", "%%d/s_%05d.ts", None),
            ("a/%03d/b", "a/%03d/b/s_%05d.ts", "a/%%03d/b/s_%05d.ts", None),
        ] {
            assert_eq!(NameInside::Plain(name()).within(directory).as_deref(), Some(plain));
            assert_eq!(NameInside::Numbered(name()).within(directory).as_deref(), Some(numbered));
            assert_eq!(NameInside::NumberedAnywhere(name()).within(directory).as_deref(), anywhere);
        }
    }
}
