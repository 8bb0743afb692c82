use std::fmt;
use std::time::Duration;

use super::joined::JoinedWork;
use super::told::Decoder;
use super::work::{InputWork, OutputWork, TrackWork, Work};
use crate::hardware::in_words;
use crate::media::{Accelerator, Device, Location};
use crate::pipeline::{Input, Overwrite, Pipeline};

/// What to tell the `ffmpeg` program so that it does what the pipeline does. Secrets are masked, so that a command with some does not
/// run as it is; a reader or a writer of the application's stands there as `pipe:`, and so does a file that is joined without decoding
/// and has a line break in its name.
///
/// `Display` quotes it for a POSIX shell.
///
/// What it does not say, for `ffmpeg` has no way to: that a device is required, or may fail; that files get their names when they are whole, how jobs end, limits and
/// tolerance, and what an input may reach. It makes no directories: those of sets of files have to be there.
///
/// What it says is tested: the program writes the same packets, streams and tags. Known to differ are
/// - where a part of a transport stream ends: the program counts the length of each stream that it decodes from that stream's own first
///   picture in the part, a job from where the part begins. As such streams seldom begin together, the program may take a picture more;
/// - where a part of sound begins, by less than the container's unit of time (a millisecond, in Matroska);
/// - a transport stream of which not all streams are taken: the program may have its time begin with the first of those that are;
/// - the frame rate that Matroska, FLV and transport streams note beside the times of all pictures: a job leaves it out. AV1 in MP4
///   ends a picture earlier by what its header says, for the same reason;
/// - pictures that stay on the device that decoded them (`-hwaccel_output_format`), where something is to be cut off on the left or above, or
///   where the pictures and not their container say that they are to be turned: the program leaves that be, a job fetches them;
/// - tracks that several devices of VA-API encode: the program has one device that pictures are brought to, and does all by the first;
/// - the order of tags.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Command {
    arguments: Vec<String>,
}

impl Command {
    /// The arguments, without the program's own name, for a program that is started without a shell.
    #[must_use]
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    pub(super) fn of(pipeline: &Pipeline, work: &Work, decoders: &[Decoder]) -> Self {
        let mut line = Line::default();
        // The program has one word for all outputs.
        let replaces = pipeline.outputs.iter().any(|it| it.overwrite == Overwrite::Replace);
        line.flag(if replaces { "-y" } else { "-n" });
        for (index, (input, part)) in pipeline.inputs().zip(&work.inputs).enumerate() {
            let mut used = decoders.iter().filter(|it| it.input == index && it.usage.used.is_some());
            used.next().into_iter().for_each(|it| line.decoder(it, work));
            line.input(input, part);
        }
        if let Some(joined) = &work.joined {
            line.joined(joined, &pipeline.inputs().collect::<Vec<_>>());
        }
        line.uploads(work);
        let graphs: Vec<_> =
            work.outputs.iter().flat_map(|it| it.graphs.iter().map(|graph| uploaded(graph, &it.tracks))).collect();
        if !graphs.is_empty() {
            line.option("filter_complex", graphs.join(";"));
        }
        for (output, part) in pipeline.outputs.iter().zip(&work.outputs) {
            line.output(part);
            let place = place(&output.location, "pipe:1", part.muxer.name == "null");
            match part.muxer.within(place.trim_end_matches('/')) {
                Some((name, options)) => {
                    options.iter().for_each(|(key, value)| line.option(key, value));
                    line.0.push(name);
                }
                None => line.0.push(place),
            }
        }
        // A secret may stand in an option, too.
        let secrets = pipeline.secrets();
        Self { arguments: line.0.iter().map(|it| secrets.redact(it).into_owned()).collect() }
    }
}

#[derive(Default)]
struct Line(Vec<String>);

impl Line {
    fn flag(&mut self, flag: &str) {
        self.0.push(flag.into());
    }

    fn option(&mut self, name: impl fmt::Display, value: impl Into<String>) {
        self.0.push(format!("-{name}"));
        self.0.push(value.into());
    }

    fn decoder(&mut self, decoder: &Decoder, work: &Work) {
        let Some(device) = &decoder.usage.used else { return };
        self.option("hwaccel", device.accelerator.name());
        // It was found by that text.
        if let Some(place) = in_words(device).ok().and_then(|it| it.device) {
            self.option("hwaccel_device", place);
        }
        if let Some(stays) = work.on_device((decoder.input, decoder.stream)) {
            self.option("hwaccel_output_format", stays.accelerator.name());
        } else if device.accelerator == Accelerator::Qsv {
            // The program would leave its pictures on the device, where nobody else takes them.
            self.option("hwaccel_output_format", decoder.fetched.unwrap_or("nv12"));
        }
    }

    fn input(&mut self, input: &Input, part: &InputWork) {
        if let Some(start) = part.start {
            self.option("ss", time(start));
        }
        if let Some(length) = part.length {
            self.option("t", time(length));
        }
        if let Some(headers) = input.headers.shown() {
            self.option("headers", headers);
        }
        self.option("i", place(&input.location, "pipe:0", false));
    }

    fn joined(&mut self, joined: &JoinedWork, inputs: &[&Input]) {
        self.option("f", "concat");
        joined.options("file").into_iter().for_each(|(key, value)| self.option(key, value));
        self.option("i", joined.url(|part| listed(&inputs[part.input].location)));
    }

    /// The device that pictures are brought to, of which the program has one.
    fn uploads(&mut self, work: &Work) {
        let mut devices = work.outputs.iter().flat_map(|it| &it.tracks).filter_map(|it| it.stream.upload.as_ref());
        if let Some(first) = devices.next() {
            self.option("init_hw_device", opened(first));
            self.option("filter_hw_device", "device");
        }
    }

    fn output(&mut self, output: &OutputWork) {
        for track in &output.tracks {
            self.option("map", track.end.as_ref().unwrap_or(&track.stream.map));
        }
        for (number, track) in output.tracks.iter().enumerate() {
            self.track(number, track);
        }
        // Without a say of its own, FFmpeg keeps both.
        if !output.keep.tags {
            self.option("map_metadata", "-1");
        }
        if !output.keep.tags || !output.keep.chapters {
            self.option("map_chapters", "-1");
        }
        for (key, value) in &output.metadata {
            self.option("metadata", format!("{key}={value}"));
        }
        if let Some(pictures) = output.muxer.pictures {
            self.option("frames:v", pictures.to_string());
        }
        for (key, value) in output.muxer_options() {
            self.option(key, value);
        }
        self.option("f", output.muxer.name);
    }

    fn track(&mut self, number: usize, track: &TrackWork) {
        let stream = &track.stream;
        if stream.copy {
            self.option(format_args!("c:{number}"), "copy");
        } else {
            let upload = stream.upload.as_ref().map(|_| UPLOAD.to_owned());
            let chain: Vec<_> = stream.chain().into_iter().chain(upload).collect();
            if !chain.is_empty() && track.end.is_none() {
                self.option(format_args!("filter:{number}"), chain.join(","));
            }
            self.option(format_args!("c:{number}"), &stream.encoder);
            for (key, value) in &stream.options {
                self.option(format_args!("{key}:{number}"), value);
            }
        }
        if let Some(tag) = stream.tag {
            self.option(format_args!("tag:{number}"), tag);
        }
        for (key, value) in &track.label.metadata {
            self.option(format_args!("metadata:s:{number}"), format!("{key}={value}"));
        }
        if let Some(disposition) = track.label.disposition {
            self.option(format_args!("disposition:{number}"), disposition.option());
        }
    }
}

/// A device by a name of the command's own. One that is not to be found on this machine may be the program's first on another.
fn opened(device: &Device) -> String {
    let place = in_words(device).ok().and_then(|it| it.device);
    let name = format!("{}=device", device.accelerator.name());
    place.iter().fold(name, |name, place| format!("{name}:{place}"))
}

/// Brings pictures to the device that the program has for filters.
const UPLOAD: &str = "hwupload";

/// The graph, with the pictures of each track that comes out of it brought to the device where they are to be.
fn uploaded(graph: &str, tracks: &[TrackWork]) -> String {
    let ends = tracks.iter().filter(|it| it.stream.upload.is_some()).filter_map(|it| it.end.as_ref());
    ends.fold(graph.to_owned(), |graph, end| graph.replace(end.as_str(), &format!(",{UPLOAD}{end}")))
}

/// In seconds, as exactly as FFmpeg counts.
fn time(time: Duration) -> String {
    let text = format!("{}.{:06}", time.as_secs(), time.subsec_micros());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A name that FFmpeg takes for what it is.
fn place(location: &Location, stream: &str, is_nowhere: bool) -> String {
    if is_nowhere {
        return "-".into();
    }
    if location.is_stream() {
        return stream.into();
    }
    let shown = location.to_string();
    // A colon may make a protocol of what stands before it, and a dash an option.
    let is_plain = location.path().is_none() || !(shown.contains(':') || shown.starts_with('-'));
    if is_plain { shown } else { format!("file:{shown}") }
}

/// What opens a file, in the words of FFmpeg's lists. No list has a way to say the end of a line, and what follows one would be read as
/// the list's own.
fn listed(location: &Location) -> String {
    let url = location.ffmpeg_url().filter(|it| !it.contains(['\n', '\r'])).unwrap_or_else(|| "pipe:0".into());
    if url.chars().all(is_plain) { url } else { format!("'{}'", url.replace('\'', r"'\''")) }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ffmpeg")?;
        self.arguments.iter().try_for_each(|it| write!(f, " {}", quoted(it)))
    }
}

/// What neither a shell nor a list of FFmpeg's takes for anything but itself.
fn is_plain(it: char) -> bool {
    it.is_ascii_alphanumeric() || "_@%+=:,./-".contains(it)
}

/// For a POSIX shell.
fn quoted(argument: &str) -> String {
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        for (word, quoted_word) in
            [("a.mp4", "a.mp4"), ("", "''"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("[0:v]", "'[0:v]'"), ("ä", "'ä'")]
        {
            assert_eq!(quoted(word), quoted_word);
        }
    }

    #[test]
    fn a_device_that_pictures_are_brought_to_is_said_wherever_it_is() {
        let vaapi = Device::of(Accelerator::Vaapi);
        assert_eq!(opened(&vaapi.clone().path("/dev/dri/renderD129")), "vaapi=device:/dev/dri/renderD129");
        // No machine has so many: without a word, `hwupload` would have no device at all.
        assert_eq!(opened(&vaapi.nth(100_000)), "vaapi=device");
    }

    #[test]
    fn times_are_exact_and_short() {
        for (micros, text) in [(0, "0"), (10_000_000, "10"), (1_500_000, "1.5"), (1, "0.000001"), (100_000_000, "100")] {
            assert_eq!(time(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn names_that_could_be_mistaken_say_that_they_are_files() {
        for (path, name) in [("a.mp4", "a.mp4"), ("a:b.mp4", "file:a:b.mp4"), ("-a.mp4", "file:-a.mp4")] {
            assert_eq!(place(&Location::file(path), "pipe:0", false), name);
        }
        assert_eq!(place(&Location::stream("x"), "pipe:0", false), "pipe:0");
        assert_eq!(place(&"https://user:pass@host/a".into(), "pipe:0", false), "https://***@host/a");
    }
}
