/// Apple ProRes, for editing: every picture by itself, 10 bit, 4:2:2 or 4:4:4 by its profile.
///
/// Of the profiles with 4:4:4, transparency is kept where the source has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[doc(alias = "prores_ks")]
pub struct ProRes {
    pub(crate) profile: ProResProfile,
}

/// How large a ProRes is; Apple's names. The default is Apple's ProRes 422.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ProResProfile {
    /// ProRes 422 Proxy, the smallest.
    Proxy,
    /// ProRes 422 LT.
    Lt,
    /// ProRes 422.
    #[default]
    Standard,
    /// ProRes 422 HQ.
    Hq,
    /// ProRes 4444.
    #[cfg_attr(feature = "serde", serde(rename = "4444"))]
    P4444,
    /// ProRes 4444 XQ, the largest.
    #[cfg_attr(feature = "serde", serde(rename = "4444xq"))]
    P4444Xq,
}

impl ProRes {
    /// Of this profile.
    #[must_use]
    #[doc(alias = "profile:v")]
    pub fn profile(profile: ProResProfile) -> Self {
        Self { profile }
    }
}

impl ProResProfile {
    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Lt => "lt",
            Self::Standard => "standard",
            Self::Hq => "hq",
            Self::P4444 => "4444",
            Self::P4444Xq => "4444xq",
        }
    }

    pub(crate) fn is_4444(self) -> bool {
        matches!(self, Self::P4444 | Self::P4444Xq)
    }
}
