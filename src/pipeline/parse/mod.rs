//! A command line of `ffmpeg` as a pipeline. Nothing is opened, and FFmpeg is not asked: [`words`] takes a line apart, [`arguments`] finds
//! which option stands in front of which file, [`input`] and [`output`] make of that what the pipeline has, and [`error`] is what they
//! could not. A graph is taken apart by [`graph`]; [`ends`] and [`join`] follow its ends back to the streams that lead to them.

mod arguments;
mod chain;
mod codec;
mod container;
mod cut;
mod ends;
mod error;
mod files;
mod graph;
mod hardware;
mod input;
mod join;
mod known_filters;
mod known_options;
mod list;
mod map;
mod output;
mod place;
mod stream;
#[cfg(test)]
mod tests;
mod words;

use super::{Input, Pipeline};
use error::Found;
pub use error::{CommandError, Unsupported, WhyNot};
use list::List;
use output::Sources;

impl Pipeline {
    /// What this command of the `ffmpeg` program does, as a pipeline: a line as for a POSIX shell, with or without `ffmpeg` in front.
    /// Quotes and backslashes mean what they mean there; nothing is expanded, and what a shell would have to do itself (`$`, `|`,
    /// `;`, `>` and the like) is refused.
    ///
    /// Guarantee: what [`Plan::command`](crate::Plan) prints becomes, planned for the same inputs, a pipeline that prints the same, but for
    /// sets of files with `-y`, attachments and data, [`RawVideo`](crate::RawVideo) by a device's encoder that has a type of its own, pictures that stay
    /// on a device behind a filter or are brought to one (`hwupload`, of VA-API's encoders), and inputs that follow each other by streams of
    /// other numbers.
    ///
    /// Nothing is opened, and whether this FFmpeg has what is asked for is left to [`plan`](Self::plan).
    ///
    /// | | understood |
    /// |---|---|
    /// | everywhere | `-y`, `-n`; without meaning here: `-hide_banner`, `-nostdin`, `-stdin`, `-stats`, `-nostats`, `-v`, `-loglevel`, `-stats_period` |
    /// | in front of `-i` | `-ss`, `-t`, `-to`, `-headers` (whose values become secrets), `-hwaccel`, `-hwaccel_device`, `-hwaccel_output_format` |
    /// | inputs that are joined by copy | `-f concat` with a list in `data:`, as [`Plan::command`](crate::Plan) prints it, and no other: each of its files is an input as well |
    /// | graphs | `-filter_complex`, `-lavfi`: each stream and each end by its label, filters that give one stream, `split`, and `concat` of whole inputs |
    /// | streams | `-map` (`0`, `0:1`, `0:v`, `0:a:1`, `0:a?`, `0:a:1?`, `0:a:m:language:deu`, `0:s:disp:forced`, `[label]`), `-vn`, `-an`, `-sn`, `-dn` |
    /// | for each stream | `-c`, `-b`, `-q`, `-filter`, `-vf`, `-af`, `-pix_fmt`, `-s`, `-ar`, `-ac`, `-metadata:s`, `-disposition`, `-tag hvc1`, every option of an encoder that says of which stream, and the usual ones that do not |
    /// | output | `-f`, `-t`, `-to`, `-ss` (of sound and of one picture), `-map_metadata -1`, `-map_chapters -1`, `-metadata`, `-frames:v 1` of an image, the usual options of muxers |
    ///
    /// Where it says nothing, the command means what it means for `ffmpeg`: one stream of each kind, the encoders that `ffmpeg` takes for
    /// the container. Encodings are typed ([`X264`](crate::X264), [`Aac`](crate::Aac)) where the typed one says the very same in the same
    /// order, raw ones ([`RawVideo`](crate::RawVideo)) else; filters are [raw](crate::filter::RawVideoFilter). Encoders of devices are typed
    /// ([`QsvH264`](crate::QsvH264), [`NvencH264`](crate::NvencH264)) in whatever order, and then take 4:2:0 and even sizes.
    /// `-hwaccel_output_format` is read where those encode the pictures as they are, and nothing is kept of it, for a job finds that by itself.
    ///
    /// `-hwaccel` in front of one input becomes [`Hardware::Prefer`](crate::Hardware::Prefer) (`Auto`, `Off`) for all of them.
    ///
    /// What differs from `ffmpeg`: `-map 0` and `-map 0:v` take no cover art, `-map 0` has the streams sorted by kind and takes no data and
    /// no attachments; covers do not go into MP3 and FLAC by themselves; subtitles that are pictures are not passed over where text is wanted; HEVC in MP4 and MOV is marked `hvc1`; an
    /// image sequence makes its directory, which must not be there. What comes out of a graph keeps the tags and marks of its stream. What is
    /// split is worked out once for each that takes it. Inputs that `concat` joins are fitted to the first, where `ffmpeg` refuses those
    /// that are not alike.
    ///
    /// Paths and hosts are those of the command, so it must come from somebody who may name them. What the inputs may open besides
    /// stays [`Reach::own`](crate::Reach::own): options, protocols made of others (`concat:`, `subfile,`, `crypto:`), devices and
    /// filters that would widen it are refused. The files of `subtitles`, `ass` and `drawtext` (fonts) are named as inputs are; FFmpeg opens
    /// them by itself, see [`BurnSubtitles`](crate::filter::BurnSubtitles).
    ///
    /// # Errors
    /// [`CommandError`], with everything in the command that is in the way, word by word.
    ///
    /// ```
    /// use telecine::{Pipeline, WhyNot};
    ///
    /// let pipeline = Pipeline::from_command("ffmpeg -ss 10 -i in.mov -c:v libx264 -crf 20 -preset fast -c:a aac out.mp4")?;
    /// assert!(pipeline.validate().is_ok());
    ///
    /// let refused = Pipeline::from_command("ffmpeg -i in.mov -shortest -sharpest 1 out.mp4").unwrap_err();
    /// let words: Vec<_> = refused.unsupported.iter().map(|it| it.word.as_str()).collect();
    /// assert_eq!(words, ["-shortest", "-sharpest"]);
    /// # Ok::<(), telecine::CommandError>(())
    /// ```
    #[doc(alias = "cli")]
    pub fn from_command(line: &str) -> Result<Self, CommandError> {
        let mut found = Found::default();
        let words = words::split(line, &mut found);
        pipeline(&words, found)
    }

    /// The same from arguments that are taken apart already, with or without `ffmpeg` in front.
    ///
    /// # Errors
    /// As [`from_command`](Self::from_command).
    pub fn from_arguments(arguments: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, CommandError> {
        let words: Vec<String> = arguments.into_iter().map(Into::into).collect();
        pipeline(&words, Found::default())
    }
}

fn pipeline(words: &[String], mut found: Found) -> Result<Pipeline, CommandError> {
    let is_program = |word: &String| word == "ffmpeg" || word.ends_with("/ffmpeg");
    // A lone word of this name is an output.
    let first = usize::from(words.len() > 1 && words.first().is_some_and(is_program));
    let mut words: Vec<_> = words.iter().enumerate().skip(first).collect();
    let listed = list::take(&mut words);
    let mut groups = arguments::groups(words, &mut found);
    let mut inputs: Vec<Input> = groups.inputs.iter().map(|it| input::input(it, &mut found)).collect();
    let policy = hardware::policy(&groups.inputs, &mut found);
    cut::take_end(&mut groups, &mut inputs, &mut found);
    let list = listed.as_ref().map(|it| List::of(it, &groups, &inputs, &mut found));
    let ends = ends::ends(&groups, &output::is_pipe(&inputs), &mut found);
    let sources = Sources { inputs: &inputs, ends: &ends, list: list.as_ref() };
    let outputs = groups.outputs.iter().map(|it| output::output(it, &sources, groups.replaces, &mut found));
    let mut outputs: Vec<_> = outputs.flatten().collect();
    if !groups.outputs.is_empty() && outputs.len() == groups.outputs.len() {
        hardware::check_formats(&groups, &mut outputs, &mut found);
    }
    join::mark(&ends, &mut inputs, groups.graphs.first().map_or(0, |it| it.at + 1), &mut found);
    if let Some(list) = list {
        list.mark(&ends, &mut inputs, &mut found);
    }
    if groups.outputs.is_empty() {
        found.missing("ffmpeg", WhyNot::NoOutput);
    }
    let mut inputs = inputs.into_iter();
    let Some(input) = inputs.next() else {
        found.missing("ffmpeg", WhyNot::NoInput);
        return found.into_result().map(|()| Pipeline::read(""));
    };
    found.into_result()?;
    let pipeline = inputs.fold(Pipeline::read(input), Pipeline::input).hardware(policy);
    Ok(outputs.into_iter().fold(pipeline, Pipeline::output))
}
