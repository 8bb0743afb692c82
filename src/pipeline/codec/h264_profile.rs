use super::of_device::Value;

/// What a decoder of H.264 has to be able to do, as Intel's and Apple's encoders know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum H264Profile {
    /// Neither B pictures nor CABAC.
    Baseline,
    /// What nearly everything plays.
    Main,
    /// Transforms of 8 × 8 besides.
    High,
}

impl H264Profile {
    const ALL: [Self; 3] = [Self::Baseline, Self::Main, Self::High];

    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Main => "main",
            Self::High => "high",
        }
    }
}

impl Value for H264Profile {
    fn written(&self) -> String {
        self.name().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == text)
    }
}
