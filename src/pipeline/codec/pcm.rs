/// Samples as they are, without compression, little-endian.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[doc(alias = "pcm_s16le")]
pub struct Pcm {
    pub(crate) sample: Sample,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum Sample {
    S16,
    S24,
    S32,
    F32,
}

impl Pcm {
    /// Whole numbers of 16 bit, as on a CD.
    #[must_use]
    pub fn s16() -> Self {
        Self { sample: Sample::S16 }
    }

    /// Whole numbers of 24 bit.
    #[must_use]
    #[doc(alias = "pcm_s24le")]
    pub fn s24() -> Self {
        Self { sample: Sample::S24 }
    }

    /// Whole numbers of 32 bit.
    #[must_use]
    #[doc(alias = "pcm_s32le")]
    pub fn s32() -> Self {
        Self { sample: Sample::S32 }
    }

    /// Floating point of 32 bit: nothing is cut off that is louder than full scale.
    #[must_use]
    #[doc(alias = "pcm_f32le")]
    pub fn f32() -> Self {
        Self { sample: Sample::F32 }
    }
}
