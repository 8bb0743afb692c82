//! Filters that open files. A file that a command names is taken as a file that it reads is; what else would open something is not.

use std::path::Path;

use super::chain::Filter;
use super::error::WhyNot;
use super::known_filters::{FILE_OPTIONS, FILTERS_WITH_FILES};
use super::map::number;
use super::place::is_path;
use crate::pipeline::filter::BurnSubtitles;

/// # Errors
/// What would open more than a file that is named.
pub(super) fn check(filter: &Filter) -> Result<(), WhyNot> {
    let named = NAMED.iter().find(|(name, _)| *name == filter.name).map_or(&[][..], |(_, options)| *options);
    if named.is_empty() && FILTERS_WITH_FILES.contains(&filter.name.as_str()) {
        return Err(WhyNot::NotSupported("filters that open files or listen are not taken from a command, but for subtitles"));
    }
    filter.options.iter().try_for_each(|(option, value)| match option.as_str() {
        option if named.contains(&option) => {
            let why = "subtitles and fonts come from files; no protocol may stand in front";
            if is_path(value) { Ok(()) } else { Err(WhyNot::NotSupported(why)) }
        }
        option if FILE_OPTIONS.contains(&option) => Err(WhyNot::NotSupported(
            "options of filters that are files are not taken from a command, but for subtitles and fonts",
        )),
        _ => Ok(()),
    })
}

/// The typed filter, where it says the same.
pub(super) fn subtitles(filter: &Filter) -> Option<BurnSubtitles> {
    let value = |wanted: &str| filter.options.iter().find(|(option, _)| option == wanted).map(|(_, value)| value.as_str());
    let file = value("filename")?;
    let file = file.strip_prefix("file:").unwrap_or(file);
    let nth = match value("stream_index") {
        Some(nth) => number(nth).filter(|it| i32::try_from(*it).is_ok())?,
        // Such files have one stream, and which one FFmpeg would choose of several only it knows.
        None => TEXTS.contains(&Path::new(file).extension()?.to_str()?).then_some(0)?,
    };
    let subtitles = BurnSubtitles::file(file).nth(nth);
    let subtitles = value("fontsdir").map_or(subtitles.clone(), |it| subtitles.fonts(it));
    let mut said: Vec<_> = filter.options.iter().map(|(option, _)| option.as_str()).collect();
    said.retain(|it| !["filename", "stream_index", "fontsdir"].contains(it));
    (filter.name == "subtitles" && said.is_empty()).then_some(subtitles)
}

/// The options that name a file or a directory of files.
const NAMED: [(&str, &[&str]); 3] =
    [("subtitles", &["filename", "fontsdir"]), ("ass", &["filename", "fontsdir"]), ("drawtext", &["fontfile"])];
const TEXTS: [&str; 4] = ["srt", "ass", "ssa", "vtt"];
