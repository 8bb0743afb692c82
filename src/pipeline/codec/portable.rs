//! Video codecs that are asked for by what is wanted, not by an encoder's own scale.

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
