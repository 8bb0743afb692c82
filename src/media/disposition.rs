use std::fmt;

/// What a stream is for, as its container marks it: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "AV_DISPOSITION_DEFAULT")]
pub struct Disposition(u32);

macro_rules! marks {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal;)*) => {
        impl Disposition {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            /// Each mark that there is, with FFmpeg's name of it.
            const ALL: &[(Self, &str)] = &[$((Self::$name, $text)),*];
        }
    };
}

marks! {
    /// To be played when the viewer has not chosen.
    DEFAULT = 0, "default";
    /// Dubbed.
    DUB = 1, "dub";
    /// In the language it was made in.
    ORIGINAL = 2, "original";
    /// Somebody comments.
    COMMENT = 3, "comment";
    /// Song texts.
    LYRICS = 4, "lyrics";
    /// Without the voice.
    KARAOKE = 5, "karaoke";
    /// Subtitles to be shown also to those who want none.
    FORCED = 6, "forced";
    /// For those who hear badly.
    HEARING_IMPAIRED = 7, "hearing_impaired";
    /// For those who see badly.
    VISUAL_IMPAIRED = 8, "visual_impaired";
    /// Without voices.
    CLEAN_EFFECTS = 9, "clean_effects";
    /// A still picture that goes with the sound, not a film.
    ATTACHED_PIC = 10, "attached_pic";
    /// Thumbnails, each at its time.
    TIMED_THUMBNAILS = 11, "timed_thumbnails";
    /// Music and noises that are not of the scene.
    NON_DIEGETIC = 12, "non_diegetic";
    /// Captions.
    CAPTIONS = 16, "captions";
    /// Descriptions of what is to be seen.
    DESCRIPTIONS = 17, "descriptions";
    /// Data about the other streams.
    METADATA = 18, "metadata";
    /// To be mixed with another stream.
    DEPENDENT = 19, "dependent";
    /// One picture, or a few that nothing moves in.
    STILL_IMAGE = 20, "still_image";
    /// Several layers, such as the eyes of a stereoscopic film.
    MULTILAYER = 21, "multilayer";
}

impl Disposition {
    /// From FFmpeg's bits; those that have no name here are kept and not named.
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether all of these marks are set.
    #[must_use]
    pub const fn contains(self, marks: Self) -> bool {
        self.0 & marks.0 == marks.0
    }

    /// FFmpeg's names of the marks that are set.
    #[doc(alias = "av_disposition_to_string")]
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(move |(mark, _)| self.contains(*mark)).map(|(_, name)| *name)
    }
}

impl Disposition {
    /// From what FFmpeg's option has: names with a `+` between them, or a zero. `None` for a name that is none.
    pub(crate) fn from_option(text: &str) -> Option<Self> {
        let find = |name: &str| Self::ALL.iter().find(|(_, known)| *known == name).map(|(mark, _)| *mark);
        let mut names = text.strip_prefix('+').unwrap_or(text).split('+');
        if text == "0" { Some(Self::default()) } else { names.try_fold(Self::default(), |all, name| Some(all | find(name)?)) }
    }

    /// As FFmpeg's option has it, for which no mark is a zero.
    pub(crate) fn option(self) -> String {
        Some(self.to_string()).filter(|it| !it.is_empty()).unwrap_or_else(|| "0".into())
    }
}

impl std::ops::BitOr for Disposition {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The names, with a `+` between them, as FFmpeg's option has it.
impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join("+"))
    }
}

/// A list of the names.
#[cfg(feature = "serde")]
impl serde::Serialize for Disposition {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Disposition {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names.iter().try_fold(Self::default(), |all, name| {
            let found = Self::ALL.iter().find(|(_, known)| known == name).map(|(mark, _)| *mark);
            found.map(|mark| all | mark).ok_or_else(|| serde::de::Error::custom(format!("there is no disposition {name:?}")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Disposition;

    #[test]
    fn it_is_a_set() {
        let both = Disposition::DEFAULT | Disposition::FORCED;
        assert!(both.contains(Disposition::FORCED) && !both.contains(Disposition::DUB));
        assert_eq!(both.to_string(), "default+forced");
        assert_eq!(Disposition::default().to_string(), "");
    }
}
