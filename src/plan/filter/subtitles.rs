use std::path::Path;

use super::step::seconds;
use super::{Facts, Step};
use crate::error::Reason;
use crate::media::Location;
use crate::pipeline::filter::{BurnSubtitles, SubtitleSource};

pub(super) fn lower(subtitles: &BurnSubtitles, facts: &Facts, inputs: &[Location]) -> Result<Vec<Step>, Reason> {
    let path = match &subtitles.source {
        SubtitleSource::File(path) => path.clone(),
        SubtitleSource::Input(input) => inputs.get(*input).and_then(Location::path).map(Path::to_owned).ok_or_else(|| {
            Reason::OutOfRange { what: "BurnSubtitles' input", value: input.to_string(), range: "an input that is a file" }
        })?,
    };
    // FFmpeg opens it by itself, and nothing could cut that short.
    if !path.is_file() {
        return Err(Reason::NoSuchFile { path: path.clone() });
    }
    // So that no name can be taken for another protocol's.
    let name = format!("file:{}", text(&path)?);
    let step = Step::new("subtitles").option("filename", name).option("stream_index", subtitles.nth);
    let step = match &subtitles.fonts {
        None => step,
        Some(directory) => step.option("fontsdir", text(directory)?),
    };
    let is_input = matches!(subtitles.source, SubtitleSource::Input(_));
    if !is_input || facts.start.is_zero() {
        return Ok(vec![step]);
    }
    // They have the times of the whole input, and pictures those of the track.
    let moved = |sign| Step::new("setpts").option("expr", format!("PTS{sign}{}/TB", seconds(facts.start)));
    Ok(vec![moved('+'), step, moved('-')])
}

fn text(path: &Path) -> Result<&str, Reason> {
    path.to_str().ok_or(Reason::UnusablePath)
}
