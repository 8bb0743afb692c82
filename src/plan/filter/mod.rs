//! What FFmpeg is to do for each filter of a track, and whether it can.
//!
//! A filter becomes [`Step`]s, one for each of FFmpeg's filters; [`video`] and [`audio`] also say what is known of the stream behind it,
//! for the filter that follows. [`known`] asks this FFmpeg whether it has all of it. [`graph`] writes steps down as FFmpeg reads them.

mod audio;
mod escape;
mod facts;
mod known;
mod raw;
mod scale;
mod step;
mod subtitles;
mod upright;
mod video;

pub(crate) use audio::audio;
pub(crate) use facts::Facts;
pub(crate) use known::known;
pub(crate) use step::{Branch, Step, graph};
pub(crate) use upright::upright;
pub(crate) use video::{SCALERS, STAYING, on_device, video};

/// What a filter becomes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lowered {
    pub(crate) steps: Vec<Step>,
    /// What is known of the stream behind it.
    pub(crate) facts: Facts,
}

#[cfg(test)]
mod tests;
