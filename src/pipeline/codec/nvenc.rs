//! NVIDIA's encoders, with their own options.

use std::str::FromStr;

use super::common::{keyframes, outside, preset};
use super::of_device::{Said, Value};
use crate::error::Reason;
use crate::media::{Accelerator, Bitrate, Device, Hardware, KeyframeInterval, kbps, mbps};
use crate::pipeline::Options;

/// What one of NVIDIA's encoders is told: all have the same options.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct Nvenc {
    pub(crate) rate: NvencRate,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub(crate) preset: Option<NvencPreset>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) tune: Option<NvencTune>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) keyframes: Option<KeyframeInterval>,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) device: u32,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

/// How many bits a picture gets.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum NvencRate {
    ConstantQuality(f32),
    Bitrate(Bitrate),
}

impl Nvenc {
    fn by(rate: NvencRate) -> Self {
        Self { rate, preset: None, tune: None, keyframes: None, device: 0, options: Options::default() }
    }

    /// What says just that to its encoder, in whatever order; `None` where nothing here does.
    fn read(options: &[(String, String)]) -> Option<Self> {
        let mut said = Said::of(options)?;
        if !said.is("rc", "vbr") {
            return None;
        }
        let rate = match said.value("cq")? {
            Some(cq) if said.is("b", "0") => NvencRate::ConstantQuality(cq),
            Some(_) => return None,
            None => NvencRate::Bitrate(said.need("b")?),
        };
        let preset = said.value("preset")?;
        let tune = said.value("tune")?;
        let keyframes = said.value("g")?.map(KeyframeInterval::Frames);
        let device = said.value("gpu")?.unwrap_or(0);
        Some(Self { rate, preset, tune, keyframes, device, options: said.rest(&BESIDES)? })
    }

    /// Always that device: what it cannot do is an error.
    pub(crate) fn hardware(&self) -> Hardware {
        Hardware::require(Device::of(Accelerator::Cuda).nth(self.device))
    }
}

/// What may be said besides: none of it changes which pictures are encoded, or how they have to be.
const BESIDES: [&str; 14] = [
    "bf",
    "b_ref_mode",
    "b_adapt",
    "rc-lookahead",
    "spatial-aq",
    "spatial_aq",
    "temporal-aq",
    "temporal_aq",
    "aq-strength",
    "multipass",
    "no-scenecut",
    "forced-idr",
    "strict_gop",
    "zerolatency",
];

/// One encoder of NVIDIA's, with the options that all of them have.
macro_rules! nvenc {
    ($(#[$about:meta])* $name:ident, $best:literal, $quality:literal) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(pub(crate) Nvenc);

        impl $name {
            #[doc = concat!("As many bits as this quality takes: ", $quality, ", where 0 is the encoder's own choice and 1 the best.")]
            /// Checked by [`Pipeline::validate`](crate::Pipeline::validate), as is every other value here.
            #[must_use]
            #[doc(alias = "cq")]
            pub fn constant_quality(cq: impl Into<f32>) -> Self {
                Self(Nvenc::by(NvencRate::ConstantQuality(cq.into())))
            }

            /// This many bits on average, 1 kbit/s to 1 Gbit/s.
            #[must_use]
            #[doc(alias = "b:v")]
            pub fn bitrate(bitrate: Bitrate) -> Self {
                Self(Nvenc::by(NvencRate::Bitrate(bitrate)))
            }

            /// Speed against size. Default: the encoder's own, [`NvencPreset::P4`].
            #[must_use]
            pub fn preset(self, preset: NvencPreset) -> Self {
                Self(Nvenc { preset: Some(preset), ..self.0 })
            }

            /// What for. Default: the encoder's own, high quality.
            #[must_use]
            pub fn tune(self, tune: NvencTune) -> Self {
                Self(Nvenc { tune: Some(tune), ..self.0 })
            }

            /// How far apart key frames are at most. Default: the encoder's own.
            #[must_use]
            #[doc(alias = "g")]
            pub fn keyframe_interval(self, interval: impl Into<KeyframeInterval>) -> Self {
                Self(Nvenc { keyframes: Some(interval.into()), ..self.0 })
            }

            /// Which device, as the driver counts them. Default: 0, the first.
            #[must_use]
            #[doc(alias = "gpu")]
            pub fn device(self, number: u32) -> Self {
                Self(Nvenc { device: number, ..self.0 })
            }

            /// Any other option of the encoder, by FFmpeg's name. One that this FFmpeg's encoder does not have is a problem of the plan;
            /// `gpu` is one in any case ([`Reason::NotRaw`]), for which device it is, [`device`](Self::device) says.
            #[must_use]
            pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
                self.0.options.add(key, value);
                self
            }

            /// What says just that to its encoder, in whatever order; `None` where nothing here does.
            pub(crate) fn read(options: &[(String, String)]) -> Option<Self> {
                // One that checks its values must not refuse what the encoder itself would take.
                Nvenc::read(options).map(Self).filter(|it| it.problems().next().is_none())
            }

            pub(crate) fn problems(&self) -> impl Iterator<Item = Reason> + use<> {
                let rate = match self.0.rate {
                    NvencRate::ConstantQuality(cq) => {
                        outside(concat!(stringify!($name), "'s constant quality"), cq, 0.0..=$best, $quality)
                    }
                    NvencRate::Bitrate(bitrate) => {
                        let range = kbps(1)..=mbps(1_000);
                        outside(concat!(stringify!($name), "'s bit rate"), bitrate, range, "1 kbit/s to 1 Gbit/s")
                    }
                };
                let keyframes = keyframes(concat!(stringify!($name), "'s key-frame interval"), self.0.keyframes);
                // FFmpeg counts in an `int`.
                let device = outside(concat!(stringify!($name), "'s device"), self.0.device, 0..=1_023, "0 to 1023");
                // Jobs take turns at the device that they say.
                let is_raw = self.0.options.0.iter().any(|(key, _)| key == "gpu");
                let method = concat!(stringify!($name), "::device");
                let gpu = is_raw.then_some(Reason::NotRaw { of: stringify!($name), option: "gpu", method });
                [rate, keyframes, device, gpu].into_iter().flatten()
            }
        }
    };
}

nvenc!(
    /// H.264 by NVIDIA's encoder, with its own options: 8 bit, 4:2:0, an even width and height. It means that device: where that cannot
    /// encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take over, use
    /// [`H264::hardware`](super::H264::hardware).
    #[doc(alias = "h264_nvenc")]
    NvencH264, 51.0, "0 to 51"
);
nvenc!(
    /// H.265 by NVIDIA's encoder, with its own options: 4:2:0, 10 bit where the source has more than 8, an even width and height. It means
    /// that device: where that cannot encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take
    /// over, use [`H265::hardware`](super::H265::hardware).
    #[doc(alias = "hevc_nvenc")]
    NvencH265, 51.0, "0 to 51"
);
nvenc!(
    /// AV1 by NVIDIA's encoder, with its own options: 4:2:0, 10 bit where the source has more than 8, an even width and height. It means
    /// that device: where that cannot encode, the job fails ([`Error::Hardware`](crate::Error::Hardware)). Where the processor may take
    /// over, use [`Av1::hardware`](super::Av1::hardware).
    #[doc(alias = "av1_nvenc")]
    NvencAv1, 63.0, "0 to 63"
);

/// NVIDIA's presets, from the fastest to the one that compresses best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[allow(missing_docs)] // NVIDIA's own names.
pub enum NvencPreset {
    P1,
    P2,
    P3,
    #[default]
    P4,
    P5,
    P6,
    P7,
}

impl NvencPreset {
    const ALL: [(Self, &'static str); 7] = [
        (Self::P1, "p1"),
        (Self::P2, "p2"),
        (Self::P3, "p3"),
        (Self::P4, "p4"),
        (Self::P5, "p5"),
        (Self::P6, "p6"),
        (Self::P7, "p7"),
    ];

    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl FromStr for NvencPreset {
    type Err = Reason;

    /// From FFmpeg's name for it.
    fn from_str(text: &str) -> Result<Self, Reason> {
        preset(&Self::ALL, text, "p1, p2, p3, p4, p5, p6, p7")
    }
}

impl Value for NvencPreset {
    fn written(&self) -> String {
        self.name().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// What NVIDIA's encoder is to be tuned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum NvencTune {
    /// Quality.
    #[doc(alias = "hq")]
    HighQuality,
    /// Little delay.
    #[doc(alias = "ll")]
    LowLatency,
    /// As little delay as there can be.
    #[doc(alias = "ull")]
    UltraLowLatency,
    /// No loss.
    Lossless,
}

impl NvencTune {
    const ALL: [Self; 4] = [Self::HighQuality, Self::LowLatency, Self::UltraLowLatency, Self::Lossless];

    /// FFmpeg's name for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HighQuality => "hq",
            Self::LowLatency => "ll",
            Self::UltraLowLatency => "ull",
            Self::Lossless => "lossless",
        }
    }
}

impl Value for NvencTune {
    fn written(&self) -> String {
        self.name().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_and_their_names_are_paired() {
        for (preset, name) in NvencPreset::ALL {
            assert_eq!(preset.name(), name);
            assert_eq!(name.parse(), Ok(preset));
            assert_eq!(format!("{preset:?}").to_lowercase(), name);
        }
    }

    #[test]
    fn what_no_encoder_takes_is_refused() {
        assert_eq!(NvencH264::constant_quality(51.0).problems().count(), 0);
        assert_eq!(NvencAv1::constant_quality(63.0).device(1).problems().count(), 0);
        for wrong in [NvencH264::constant_quality(52.0), NvencH264::constant_quality(f32::NAN), NvencH264::bitrate(kbps(0))] {
            assert_eq!(wrong.problems().count(), 1, "{wrong:?}");
        }
        assert_eq!(NvencH265::constant_quality(20.0).device(u32::MAX).problems().count(), 1);
    }

    #[test]
    fn the_device_is_said_by_its_method_alone() {
        let raw = |key: &str| {
            NvencH264::constant_quality(20.0).option("aq-strength", "8").option(key, "1").problems().collect::<Vec<_>>()
        };
        let method = "NvencH264::device";
        assert_eq!(raw("gpu"), [Reason::NotRaw { of: "NvencH264", option: "gpu", method }]);
        assert_eq!(raw("spatial-aq"), []);
    }
}
