use std::fmt;
use std::path::PathBuf;

use super::check;
use crate::error::Reason;

/// Subtitles made part of the picture, by libass: text ones (SRT, ASS, WebVTT, MP4's), not those that are pictures (DVD, Blu-ray, DVB).
///
/// FFmpeg opens the file by itself, a second time, past the pipeline's [`Reach`](crate::Reach) and
/// [`Limits`](crate::Limits): a path is the application's own, never one that a stranger named. What is in an ASS file is drawn, fonts
/// that a container has attached are loaded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
#[doc(alias = "subtitles")]
pub struct BurnSubtitles {
    pub(crate) source: Source,
    pub(crate) nth: usize,
    pub(crate) fonts: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) enum Source {
    File(PathBuf),
    Input(usize),
}

impl BurnSubtitles {
    /// Those in this file, by the track's time.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { source: Source::File(path.into()), nth: 0, fonts: None }
    }

    /// Those in the file that is this input of the pipeline, counted from 0, by its own time: where the track begins later, so do they.
    /// An input that is not a file is a problem of the plan.
    pub fn input(input: usize) -> Self {
        Self { source: Source::Input(input), nth: 0, fonts: None }
    }

    /// The `n`th of its subtitle streams, from 0. Default: the first.
    #[doc(alias = "si")]
    #[doc(alias = "stream_index")]
    pub fn nth(mut self, n: usize) -> Self {
        self.nth = n;
        self
    }

    /// Fonts in this directory, too, beside those of the system. The application's own, as the file is.
    #[doc(alias = "fontsdir")]
    pub fn fonts(mut self, directory: impl Into<PathBuf>) -> Self {
        self.fonts = Some(directory.into());
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let file = match &self.source {
            Source::File(path) => check::path(path),
            Source::Input(_) => None,
        };
        let nth = i32::try_from(self.nth).is_err().then(|| Reason::OutOfRange {
            what: "BurnSubtitles' stream",
            value: self.nth.to_string(),
            range: "0 to 2,147,483,647",
        });
        [file, self.fonts.as_deref().and_then(check::path), nth].into_iter().flatten().collect()
    }
}

impl fmt::Display for BurnSubtitles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::File(path) => write!(f, "burn in subtitles {} of {}", self.nth, path.display()),
            Source::Input(input) => write!(f, "burn in subtitles {} of input {input}", self.nth),
        }
    }
}
