//! Video codecs that are asked for by what is wanted, not by an encoder's own scale.

use super::common::Rate;
use crate::media::{Hardware, KeyframeInterval, Speed};

/// What is wanted of any of them.
#[derive(Clone, Copy)]
pub(crate) struct Portable<'a> {
    pub(crate) rate: Rate,
    pub(crate) speed: Speed,
    pub(crate) keyframes: Option<KeyframeInterval>,
    pub(crate) hardware: &'a Hardware,
}

/// A video codec with the options that every encoder of it has: quality or bit rate, speed, key frames.
macro_rules! portable {
    ($(#[$about:meta])* $name:ident, $most:expr, $range:literal) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
        pub struct $name {
            pub(crate) rate: $crate::pipeline::codec::common::Rate,
            pub(crate) speed: $crate::media::Speed,
            pub(crate) keyframes: Option<$crate::media::KeyframeInterval>,
            /// Not written where it is off, so that a telecine that does not know it reads the rest.
            #[cfg_attr(feature = "serde", serde(skip_serializing_if = "crate::media::Hardware::is_off"))]
            pub(crate) hardware: $crate::media::Hardware,
        }

        impl $name {
            /// As many bits as this quality takes. Default: [`Quality::Medium`](crate::Quality::Medium).
            #[must_use]
            #[doc(alias = "crf")]
            pub fn quality(quality: $crate::media::Quality) -> Self {
                Self { rate: $crate::pipeline::codec::common::Rate::Quality(quality), ..Self::default() }
            }

            #[doc = concat!("This many bits on average, whatever the quality: ", $range, ". Checked by")]
            /// [`Pipeline::validate`](crate::Pipeline::validate).
            #[must_use]
            #[doc(alias = "b:v")]
            pub fn bitrate(bitrate: $crate::media::Bitrate) -> Self {
                Self { rate: $crate::pipeline::codec::common::Rate::Bitrate(bitrate), ..Self::default() }
            }

            /// Time against size. Default: [`Speed::Medium`](crate::Speed::Medium), the encoder's own.
            #[must_use]
            #[doc(alias = "preset")]
            pub fn speed(mut self, speed: $crate::media::Speed) -> Self {
                self.speed = speed;
                self
            }

            /// How far apart key frames are at most. Default: the encoder's own; in HLS, the length of a segment, where the input
            /// tells its frame rate.
            #[must_use]
            #[doc(alias = "g")]
            pub fn keyframe_interval(mut self, interval: impl Into<$crate::media::KeyframeInterval>) -> Self {
                self.keyframes = Some(interval.into());
                self
            }

            /// Whether a device encodes, and which. Default: [`Hardware::Off`](crate::Hardware::Off), the processor does.
            ///
            /// The same options mean the like to each encoder, and not the same bits. Which device has an encoder of this codec, what
            /// each option becomes, and what happens where a device fails, is in `docs/hardware.md`. A device that is required and that
            /// no encoder of this codec is for is a problem of the plan
            /// ([`Reason::NoDeviceEncoder`](crate::Reason::NoDeviceEncoder)). Encoders of VA-API are used only where it is named, so not by
            /// [`Hardware::Auto`](crate::Hardware::Auto), and where [`logs::install`](crate::logs::install) has been called.
            #[must_use]
            #[doc(alias = "nvenc")]
            #[doc(alias = "vaapi")]
            #[doc(alias = "videotoolbox")]
            pub fn hardware(mut self, hardware: $crate::media::Hardware) -> Self {
                self.hardware = hardware;
                self
            }

            /// What all of them have.
            pub(crate) fn parts(&self) -> $crate::pipeline::codec::Portable<'_> {
                let Self { rate, speed, keyframes, hardware } = self;
                $crate::pipeline::codec::Portable { rate: *rate, speed: *speed, keyframes: *keyframes, hardware }
            }

            pub(crate) fn problems(&self) -> impl Iterator<Item = $crate::error::Reason> + use<> {
                use $crate::pipeline::codec::common::{Rate, keyframes, outside};
                let rate = match self.rate {
                    Rate::Bitrate(bitrate) => {
                        outside(concat!(stringify!($name), "'s bit rate"), bitrate, $crate::media::kbps(1)..=$most, $range)
                    }
                    Rate::Quality(_) => None,
                };
                let keyframes = keyframes(concat!(stringify!($name), "'s key-frame interval"), self.keyframes);
                rate.into_iter().chain(keyframes)
            }
        }
    };
}
pub(super) use portable;
