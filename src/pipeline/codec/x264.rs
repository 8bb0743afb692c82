use std::str::FromStr;

use super::common::{OwnRate, keyframes, outside, preset};
use crate::error::Reason;
use crate::media::{Bitrate, KeyframeInterval, kbps, mbps};
use crate::pipeline::Options;

/// H.264 by the encoder x264, with its own options. The pixel format stays the source's, where x264 has it.
///
/// x264 is licensed under the GPL; see the README for what that means for a program that links it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[doc(alias = "libx264")]
pub struct X264 {
    pub(crate) rate: OwnRate,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) preset: Preset,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) tune: Option<X264Tune>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) profile: Option<X264Profile>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) level: Option<String>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) keyframes: Option<KeyframeInterval>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

/// What x264 is to be tuned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[allow(missing_docs)] // x264's own names; what each stands for is x264's to say.
pub enum X264Tune {
    Film,
    Animation,
    Grain,
    Stillimage,
    Psnr,
    Ssim,
    Fastdecode,
    Zerolatency,
}

/// What of H.264 a player has to know. x264 refuses to encode pictures that the profile does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[allow(missing_docs)] // The standard's names.
pub enum X264Profile {
    Baseline,
    Main,
    High,
    High10,
    High422,
    High444,
}

impl X264 {
    /// Constant rate factor, 0 (lossless) to 51 (worst); x264's default is 23, and 6 less about doubles the size. Checked by
    /// [`Pipeline::validate`](crate::Pipeline::validate), as is every other value here.
    #[must_use]
    pub fn crf(crf: impl Into<f32>) -> Self {
        Self::by(OwnRate::Crf(crf.into()))
    }

    /// This many bits on average, 1 kbit/s to 1 Gbit/s.
    #[must_use]
    #[doc(alias = "b:v")]
    pub fn bitrate(bitrate: Bitrate) -> Self {
        Self::by(OwnRate::Bitrate(bitrate))
    }

    /// Speed against size. Default: [`Preset::Medium`].
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.preset = preset;
        self
    }

    /// What for. Default: nothing in particular.
    #[must_use]
    pub fn tune(mut self, tune: X264Tune) -> Self {
        self.tune = Some(tune);
        self
    }

    /// Nothing that this profile does not have. Default: whatever the pictures take.
    #[must_use]
    #[doc(alias = "profile:v")]
    pub fn profile(mut self, profile: X264Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// The standard's level, `1` to `6.2`, by which players tell what is too much for them. Default: whatever the pictures take.
    #[must_use]
    pub fn level(mut self, level: impl Into<String>) -> Self {
        self.level = Some(level.into());
        self
    }

    /// How far apart key frames are at most. Default: 250 frames, x264's own.
    #[must_use]
    #[doc(alias = "g")]
    pub fn keyframe_interval(mut self, interval: impl Into<KeyframeInterval>) -> Self {
        self.keyframes = Some(interval.into());
        self
    }

    /// Any other option of the encoder, by FFmpeg's name. One that this FFmpeg's encoder does not have is a problem of the plan.
    #[must_use]
    #[doc(alias = "x264-params")]
    pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(key, value);
        self
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = Reason> + use<> {
        let rate = match self.rate {
            OwnRate::Crf(crf) => outside("X264's crf", crf, 0.0..=51.0, "0 to 51"),
            OwnRate::Bitrate(bitrate) => outside("X264's bit rate", bitrate, kbps(1)..=mbps(1_000), "1 kbit/s to 1 Gbit/s"),
        };
        let level = self.level.as_ref().filter(|it| !LEVELS.contains(&it.as_str())).map(|level| Reason::OutOfRange {
            what: "X264's level",
            value: level.clone(),
            range: "1, 1b, 1.1, 1.2, 1.3, 2, 2.1, 2.2, 3, 3.1, 3.2, 4, 4.1, 4.2, 5, 5.1, 5.2, 6, 6.1, 6.2",
        });
        let keyframes = keyframes("X264's key-frame interval", self.keyframes);
        [rate, level, keyframes].into_iter().flatten()
    }

    fn by(rate: OwnRate) -> Self {
        let (preset, options) = (Preset::default(), Options::default());
        Self { rate, preset, tune: None, profile: None, level: None, keyframes: None, options }
    }
}

/// Those of the standard (ITU-T H.264, table A-1) that x264 knows.
const LEVELS: [&str; 20] = [
    "1", "1b", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "3", "3.1", "3.2", "4", "4.1", "4.2", "5", "5.1", "5.2", "6", "6.1", "6.2",
];

impl X264Tune {
    /// x264's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Film => "film",
            Self::Animation => "animation",
            Self::Grain => "grain",
            Self::Stillimage => "stillimage",
            Self::Psnr => "psnr",
            Self::Ssim => "ssim",
            Self::Fastdecode => "fastdecode",
            Self::Zerolatency => "zerolatency",
        }
    }
}

impl X264Profile {
    /// x264's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Main => "main",
            Self::High => "high",
            Self::High10 => "high10",
            Self::High422 => "high422",
            Self::High444 => "high444",
        }
    }
}

/// The presets of x264 and x265, from the fastest to the one that compresses best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
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
        preset(&Self::ALL, text, "ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow, placebo")
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
