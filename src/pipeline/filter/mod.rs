//! What happens to pictures and sound between decoder and encoder, as data.
//!
//! A track has filters, and they work in the order in which they were added. Times are the track's own: 0 is its first moment. Values that
//! cannot work are [`Problem`](crate::Problem)s of the pipeline, and so is a filter that the linked FFmpeg was built without.
//!
//! ```
//! use telecine::filter::{Anchor, Overlay, Scale, Text, VideoFilter};
//! use telecine::{Select, secs};
//!
//! let filters: Vec<VideoFilter> = vec![
//!     Scale::fit_width(1280).into(),
//!     Overlay::of(Select::main().input(1)).at(Anchor::BottomRight.margin(16)).opacity(0.8).into(),
//!     Text::new("50 % off: today").during(secs(2)..secs(5)).into(),
//! ];
//! assert_eq!(filters[0].to_string(), "scale to fit a width of 1280");
//! ```

mod check;
mod color_adjust;
mod deinterlace;
mod fade;
mod fps;
mod loudness;
mod mix;
mod overlay;
mod pad;
mod position;
mod raw;
mod resample;
mod scale;
mod subtitles;
mod tempo;
mod text;
mod turn;
mod volume;
mod window;

use std::fmt;

use crate::error::Reason;
pub(crate) use crate::media::Part;
pub use crate::media::{Crop, Scaler, ToneCurve, ToneMap};

pub use color_adjust::ColorAdjust;
pub use deinterlace::{Deinterlace, FieldOrder};
pub use fade::{AudioFade, Fade, FadeCurve};
pub use fps::Fps;
pub use loudness::Loudness;
pub use mix::{Mix, MixEnd};
pub use overlay::Overlay;
pub use pad::Pad;
pub use position::{Anchor, Position};
pub(crate) use raw::Taken;
pub use raw::{RawAudioFilter, RawVideoFilter};
pub use resample::{Channels, Resample};
pub use scale::Scale;
pub(crate) use scale::Size;
pub use subtitles::BurnSubtitles;
pub(crate) use subtitles::Source as SubtitleSource;
pub use tempo::Tempo;
pub(crate) use text::Font;
pub use text::Text;
pub use turn::{Flip, Rotate};
pub use volume::Volume;
pub(crate) use window::Window;

/// One thing that happens to pictures.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum VideoFilter {
    /// Another size.
    Scale(Scale),
    /// A part of the picture.
    Crop(Crop),
    /// A larger ground.
    Pad(Pad),
    /// Another frame rate.
    Fps(Fps),
    /// Turned.
    Rotate(Rotate),
    /// Mirrored.
    Flip(Flip),
    /// Whole pictures out of half ones.
    Deinterlace(Deinterlace),
    /// Another picture on top.
    Overlay(Overlay),
    /// Words on top.
    Text(Text),
    /// Subtitles made part of the picture.
    BurnSubtitles(BurnSubtitles),
    /// HDR to SDR.
    ToneMap(ToneMap),
    /// Other colours.
    ColorAdjust(ColorAdjust),
    /// In or out.
    Fade(Fade),
    /// One of FFmpeg's, by name.
    Raw(RawVideoFilter),
}

impl VideoFilter {
    /// What in it cannot work, whatever the input and this FFmpeg.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        match self {
            Self::Scale(it) => it.reasons(),
            Self::Crop(it) => check::crop(it),
            Self::Pad(it) => it.reasons(),
            Self::Fps(it) => it.reasons(),
            Self::Overlay(it) => it.reasons(),
            Self::Text(it) => it.reasons(),
            Self::BurnSubtitles(it) => it.reasons(),
            Self::ToneMap(it) => check::tone_map(it).into_iter().collect(),
            Self::ColorAdjust(it) => it.reasons(),
            Self::Fade(it) => it.reasons(),
            Self::Raw(it) => it.reasons(),
            Self::Rotate(_) | Self::Flip(_) | Self::Deinterlace(_) => Vec::new(),
        }
    }

    /// What no line may show.
    pub(crate) fn secrets(&self) -> Vec<String> {
        match self {
            Self::Raw(it) => it.options.secrets().collect(),
            Self::Overlay(it) => it.filters.iter().flat_map(Self::secrets).collect(),
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for VideoFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scale(it) => it.fmt(f),
            Self::Crop(it) => it.fmt(f),
            Self::Pad(it) => it.fmt(f),
            Self::Fps(it) => it.fmt(f),
            Self::Rotate(it) => it.fmt(f),
            Self::Flip(it) => it.fmt(f),
            Self::Deinterlace(it) => it.fmt(f),
            Self::Overlay(it) => it.fmt(f),
            Self::Text(it) => it.fmt(f),
            Self::BurnSubtitles(it) => it.fmt(f),
            Self::ToneMap(it) => it.fmt(f),
            Self::ColorAdjust(it) => it.fmt(f),
            Self::Fade(it) => it.fmt(f),
            Self::Raw(it) => it.fmt(f),
        }
    }
}

/// One thing that happens to sound.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum AudioFilter {
    /// Louder or softer.
    Volume(Volume),
    /// As loud as is wanted.
    Loudness(Loudness),
    /// Another sample rate.
    Resample(Resample),
    /// Other channels.
    Channels(Channels),
    /// Faster or slower.
    Tempo(Tempo),
    /// In or out.
    Fade(AudioFade),
    /// Another sound added.
    Mix(Mix),
    /// One of FFmpeg's, by name.
    Raw(RawAudioFilter),
}

impl AudioFilter {
    /// What in it cannot work, whatever the input and this FFmpeg.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        match self {
            Self::Volume(it) => it.reasons(),
            Self::Loudness(it) => it.reasons(),
            Self::Resample(it) => it.reasons(),
            Self::Tempo(it) => it.reasons(),
            Self::Fade(it) => it.reasons(),
            Self::Mix(it) => it.reasons(),
            Self::Raw(it) => it.reasons(),
            Self::Channels(_) => Vec::new(),
        }
    }

    /// What no line may show.
    pub(crate) fn secrets(&self) -> Vec<String> {
        match self {
            Self::Raw(it) => it.options.secrets().collect(),
            Self::Mix(it) => it.filters.iter().flat_map(Self::secrets).collect(),
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for AudioFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Volume(it) => it.fmt(f),
            Self::Loudness(it) => it.fmt(f),
            Self::Resample(it) => it.fmt(f),
            Self::Channels(it) => it.fmt(f),
            Self::Tempo(it) => it.fmt(f),
            Self::Fade(it) => it.fmt(f),
            Self::Mix(it) => it.fmt(f),
            Self::Raw(it) => it.fmt(f),
        }
    }
}

/// `From<$from>` for each, so that a track takes any of them as it is.
macro_rules! from {
    ($filter:ident: $($variant:ident($from:ident)),+ $(,)?) => {$(
        impl From<$from> for $filter {
            fn from(it: $from) -> Self {
                Self::$variant(it)
            }
        }
    )+};
}

from!(VideoFilter: Scale(Scale), Crop(Crop), Pad(Pad), Fps(Fps), Rotate(Rotate), Flip(Flip), Deinterlace(Deinterlace), Overlay(Overlay), Text(Text), BurnSubtitles(BurnSubtitles), ToneMap(ToneMap), ColorAdjust(ColorAdjust), Fade(Fade), Raw(RawVideoFilter));
from!(AudioFilter: Volume(Volume), Loudness(Loudness), Resample(Resample), Channels(Channels), Tempo(Tempo), Fade(AudioFade), Mix(Mix), Raw(RawAudioFilter));

#[cfg(test)]
pub(crate) mod arbitrary;

#[cfg(test)]
mod tests;
