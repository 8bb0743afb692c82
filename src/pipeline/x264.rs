use std::str::FromStr;

use crate::error::Reason;

/// H.264 by the encoder x264, with its own options. The pixel format stays the source's.
///
/// x264 is licensed under the GPL; see the README for what that means for a program that links it.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "libx264")]
pub struct X264 {
    pub(crate) crf: f32,
    pub(crate) preset: Preset,
}

impl X264 {
    /// Constant rate factor, 0 (lossless) to 51 (worst); x264's default is 23, and 6 less about doubles the size. Checked by
    /// [`Pipeline::validate`](super::Pipeline::validate).
    #[must_use]
    pub fn crf(crf: impl Into<f32>) -> Self {
        Self { crf: crf.into(), preset: Preset::default() }
    }

    /// Speed against size. Default: [`Preset::Medium`].
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    pub(crate) fn problems(&self) -> Option<Reason> {
        (!(0.0..=51.0).contains(&self.crf)).then(|| Reason::OutOfRange {
            what: "X264's crf",
            value: self.crf.to_string(),
            range: "0 to 51",
        })
    }
}

/// x264's presets, from the fastest to the one that compresses best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // x264's own names; what each stands for is x264's to say.
pub enum Preset {
    Ultrafast,
    Superfast,
    Veryfast,
    Faster,
    Fast,
    #[default]
    Medium,
    Slow,
    Slower,
    Veryslow,
    Placebo,
}

impl Preset {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Ultrafast, "ultrafast"),
        (Self::Superfast, "superfast"),
        (Self::Veryfast, "veryfast"),
        (Self::Faster, "faster"),
        (Self::Fast, "fast"),
        (Self::Medium, "medium"),
        (Self::Slow, "slow"),
        (Self::Slower, "slower"),
        (Self::Veryslow, "veryslow"),
        (Self::Placebo, "placebo"),
    ];

    /// x264's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl FromStr for Preset {
    type Err = Reason;

    /// From x264's name for it.
    fn from_str(text: &str) -> Result<Self, Reason> {
        let known = Self::ALL.into_iter().find(|(_, name)| *name == text);
        known.map(|(preset, _)| preset).ok_or_else(|| Reason::OutOfRange {
            what: "the preset",
            value: text.to_owned(),
            range: "ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow, placebo",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Preset;

    #[test]
    fn presets_and_their_names_are_paired() {
        for (preset, name) in Preset::ALL {
            assert_eq!(preset.name(), name);
            assert_eq!(name.parse(), Ok(preset));
            assert_eq!(format!("{preset:?}").to_lowercase(), name);
        }
    }
}
