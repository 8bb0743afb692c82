use std::fmt;

/// Which loudspeakers the channels of sound are meant for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
#[doc(alias = "AVChannelLayout")]
pub enum ChannelLayout {
    /// One.
    Mono,
    /// Left and right.
    Stereo,
    /// Front left, right and centre, low frequencies, back left and right: FFmpeg's `5.1`. Discs and broadcasts often have the last
    /// two at the sides, which is `Named("5.1(side)")`.
    Surround51,
    /// As 5.1 with side left and right: FFmpeg's `7.1`.
    Surround71,
    /// By FFmpeg's name (`quad`, `5.1(side)`) or as a list of channels (`FL+FR+LFE`). Whether FFmpeg knows it is looked at when the
    /// pipeline is planned.
    #[doc(alias = "av_channel_layout_from_string")]
    Named(String),
}

impl ChannelLayout {
    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Mono => "mono",
            Self::Stereo => "stereo",
            Self::Surround51 => "5.1",
            Self::Surround71 => "7.1",
            Self::Named(name) => name,
        }
    }

    /// By the name that FFmpeg gives it.
    pub(crate) fn from_name(name: String) -> Self {
        let known = [Self::Mono, Self::Stereo, Self::Surround51, Self::Surround71];
        known.into_iter().find(|it| it.name() == name).unwrap_or(Self::Named(name))
    }
}

impl fmt::Display for ChannelLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
