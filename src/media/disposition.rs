/// What a stream is for, as its container marks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[doc(alias = "AV_DISPOSITION")]
pub enum Disposition {
    /// To be played when the viewer has not chosen.
    Default,
    /// Dubbed, not the original language.
    Dub,
    /// The original language.
    Original,
    /// A commentary.
    Comment,
    /// Lyrics.
    Lyrics,
    /// Karaoke.
    Karaoke,
    /// Subtitles to be shown although the viewer has chosen none.
    Forced,
    /// For the hearing impaired.
    HearingImpaired,
    /// For the visually impaired.
    VisualImpaired,
    /// Sound without voices.
    CleanEffects,
    /// Cover art: one picture that goes with the whole.
    AttachedPic,
    /// Captions.
    Captions,
    /// Descriptions.
    Descriptions,
    /// Metadata for the other streams.
    Metadata,
    /// To be mixed with another stream.
    Dependent,
    /// A still picture.
    StillImage,
}

impl Disposition {
    pub(crate) const ALL: [Self; 16] = [
        Self::Default,
        Self::Dub,
        Self::Original,
        Self::Comment,
        Self::Lyrics,
        Self::Karaoke,
        Self::Forced,
        Self::HearingImpaired,
        Self::VisualImpaired,
        Self::CleanEffects,
        Self::AttachedPic,
        Self::Captions,
        Self::Descriptions,
        Self::Metadata,
        Self::Dependent,
        Self::StillImage,
    ];

    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Dub => "dub",
            Self::Original => "original",
            Self::Comment => "comment",
            Self::Lyrics => "lyrics",
            Self::Karaoke => "karaoke",
            Self::Forced => "forced",
            Self::HearingImpaired => "hearing_impaired",
            Self::VisualImpaired => "visual_impaired",
            Self::CleanEffects => "clean_effects",
            Self::AttachedPic => "attached_pic",
            Self::Captions => "captions",
            Self::Descriptions => "descriptions",
            Self::Metadata => "metadata",
            Self::Dependent => "dependent",
            Self::StillImage => "still_image",
        }
    }
}
