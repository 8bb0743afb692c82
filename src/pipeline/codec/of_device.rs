//! What the encoders of devices have in common. Each is one table: its options, by FFmpeg's names, with their ranges. From it come the
//! type, what its encoder is told, and how that is read back.

use crate::media::{Device, KeyframeInterval};
use crate::pipeline::Options;

/// FFmpeg's unit of quality.
#[doc(alias = "FF_QP2LAMBDA")]
pub(crate) const LAMBDA: u32 = 118;

/// The encoders of devices that make HEVC.
pub(crate) const DEVICES_HEVC: [&str; 4] = ["hevc_nvenc", "hevc_qsv", "hevc_vaapi", "hevc_videotoolbox"];

/// An encoding by a device's own encoder, as a plan needs it.
pub(crate) struct OfDevice<'a> {
    /// By FFmpeg's name.
    pub(crate) codec: &'static str,
    /// By FFmpeg's name.
    pub(crate) encoder: &'static str,
    /// It is always that one.
    pub(crate) device: Device,
    /// Its own options, without those below.
    pub(crate) told: Pairs,
    pub(crate) keyframes: Option<KeyframeInterval>,
    pub(crate) options: &'a Options,
}

/// Options by FFmpeg's names, and their values.
pub(crate) type Pairs = Vec<(String, String)>;

pub(super) fn pair(key: &str, value: impl ToString) -> (String, String) {
    (key.to_owned(), value.to_string())
}

/// What an encoder was told, to be taken out by its names.
pub(crate) struct Said(Pairs);

impl Said {
    /// `None` where something is said twice.
    pub(crate) fn of(options: &[(String, String)]) -> Option<Self> {
        let is_once = |(at, (key, _)): (usize, &(String, String))| options[at + 1..].iter().all(|it| it.0 != *key);
        options.iter().enumerate().all(is_once).then(|| Self(options.to_vec()))
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<String> {
        let at = self.0.iter().position(|it| it.0 == key)?;
        Some(self.0.remove(at).1)
    }

    /// A value just as it would be written again. `Some(None)` where nothing is said, `None` where it is something else.
    pub(crate) fn value<T: Value>(&mut self, key: &str) -> Option<Option<T>> {
        let Some(text) = self.take(key) else { return Some(None) };
        T::read(&text).filter(|it| it.written() == text).map(Some)
    }

    /// The same for what has to be there.
    pub(crate) fn need<T: Value>(&mut self, key: &str) -> Option<T> {
        self.value(key).flatten()
    }

    /// Whether it is said, and is just that.
    pub(crate) fn is(&mut self, key: &str, value: &str) -> bool {
        self.take(key).is_some_and(|it| it == value)
    }

    /// The rest, if all of it is known to change nothing of which pictures are encoded.
    pub(crate) fn rest(self, known: &[&str]) -> Option<Options> {
        self.0.iter().all(|(key, _)| known.contains(&key.as_str())).then_some(Options(self.0))
    }
}

/// A value of an option, as FFmpeg is told it.
pub(crate) trait Value: Sized {
    fn written(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Value for $number {
            fn written(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        })*
    };
}
numbers!(u8 u32 f32);

impl Value for bool {
    fn written(&self) -> String {
        u8::from(*self).to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text == "1")
    }
}

impl Value for crate::media::Bitrate {
    fn written(&self) -> String {
        self.as_bits_per_second().to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::bits_per_second)
    }
}

/// How an encoder's bits are spent, in its own words.
pub(super) trait Rate: Sized {
    fn told(&self) -> Pairs;
    fn read(said: &mut Said) -> Option<Self>;
}

/// One encoder of a device's.
macro_rules! of_device {
    (
        $(#[$about:meta])*
        $name:ident: $codec:literal by $encoder:literal, $rate:ident, device $device:expr,
        quality $quality:expr, $quality_words:literal, $best:literal;
        $(quantizer $quantizer:expr, $quantizer_words:literal;)?
        $(path $path:ident;)?
        $(always $always:literal $always_value:literal;)?
        $(clash $clash:path;)?
        also $known:expr;
        $(
            $(#[$doc:meta])*
            $field:ident: $type:ty $(, $what:literal $range:expr, $words:literal)? => $key:literal $(with $with:literal)?;
        )*
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
        pub struct $name {
            pub(crate) rate: $rate,
            $(
                #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
                pub(crate) $path: Option<String>,
            )?
            $(
                #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
                pub(crate) $field: Option<$type>,
            )*
            #[cfg_attr(feature = "serde", serde(default))]
            pub(crate) keyframes: Option<$crate::media::KeyframeInterval>,
            #[cfg_attr(feature = "serde", serde(default))]
            pub(crate) options: $crate::pipeline::Options,
        }

        impl $name {
            #[doc = concat!("As many bits as this quality takes: ", $quality_words, ", ", $best, ".")]
            /// Checked by [`Pipeline::validate`](crate::Pipeline::validate), as is every other value here.
            #[must_use]
            #[doc(alias = "global_quality")]
            pub fn constant_quality(quality: u8) -> Self {
                Self::by($rate::ConstantQuality(quality))
            }

            $(
                #[doc = concat!("The same quantizer for all pictures, ", $quantizer_words, ", where 1 is the best; FFmpeg makes that of key")]
                /// frames and B pictures of it by its own factors.
                #[must_use]
                #[doc(alias = "qp")]
                pub fn fixed_quantizer(quantizer: u8) -> Self {
                    Self::by($rate::FixedQuantizer(quantizer))
                }
            )?

            /// This many bits on average, 1 kbit/s to 1 Gbit/s.
            #[must_use]
            #[doc(alias = "b:v")]
            pub fn bitrate(bitrate: $crate::media::Bitrate) -> Self {
                Self::by($rate::Bitrate(bitrate))
            }

            /// This many bits in each second, 1 kbit/s to 1 Gbit/s.
            #[must_use]
            #[doc(alias = "maxrate")]
            pub fn constant_bitrate(bitrate: $crate::media::Bitrate) -> Self {
                Self::by($rate::ConstantBitrate(bitrate))
            }

            $(
                $(#[$doc])*
                #[must_use]
                pub fn $field(mut self, $field: $type) -> Self {
                    self.$field = Some($field);
                    self
                }
            )*

            /// How far apart key frames are at most. Default: the encoder's own.
            #[must_use]
            #[doc(alias = "g")]
            pub fn keyframe_interval(mut self, interval: impl Into<$crate::media::KeyframeInterval>) -> Self {
                self.keyframes = Some(interval.into());
                self
            }

            $(
                /// Which device, by its path, as `/dev/dri/renderD129`. Default: the first render node.
                #[must_use]
                #[doc(alias = "vaapi_device")]
                pub fn device(mut self, path: impl Into<String>) -> Self {
                    self.$path = Some(path.into());
                    self
                }
            )?

            /// Any other option of the encoder, by FFmpeg's name. One that this FFmpeg's encoder does not have is a problem of the plan.
            #[must_use]
            pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
                self.options.add(key, value);
                self
            }

            fn by(rate: $rate) -> Self {
                let options = $crate::pipeline::Options::default();
                Self { rate, $($path: None,)? $($field: None,)* keyframes: None, options }
            }

            pub(crate) fn problems(&self) -> impl Iterator<Item = $crate::error::Reason> + use<> {
                use $crate::media::{kbps, mbps};
                use $crate::pipeline::codec::common::{keyframes, outside};
                let rate = match self.rate {
                    $rate::ConstantQuality(it) => {
                        outside(concat!(stringify!($name), "'s constant quality"), it, $quality, $quality_words)
                    }
                    $(
                        $rate::FixedQuantizer(it) => {
                            outside(concat!(stringify!($name), "'s quantizer"), it, $quantizer, $quantizer_words)
                        }
                    )?
                    $rate::Bitrate(it) | $rate::ConstantBitrate(it) => {
                        let range = kbps(1)..=mbps(1_000);
                        outside(concat!(stringify!($name), "'s bit rate"), it, range, "1 kbit/s to 1 Gbit/s")
                    }
                };
                let keyframes = keyframes(concat!(stringify!($name), "'s key-frame interval"), self.keyframes);
                let fields = [
                    $($(
                        self.$field.and_then(|it| {
                            outside(concat!(stringify!($name), "'s ", $what), it, $range, $words)
                        }),
                    )?)*
                ];
                let clashes: &[fn(&Self) -> Option<$crate::error::Reason>] = &[$($clash)?];
                let clashes: Vec<_> = clashes.iter().filter_map(|it| it(self)).collect();
                [rate, keyframes].into_iter().chain(fields).flatten().chain(clashes)
            }

            pub(crate) fn of_device(&self) -> $crate::pipeline::codec::OfDevice<'_> {
                let mut told = self.rate.told();
                $(told.push(pair($always, $always_value));)?
                $(
                    if let Some(it) = &self.$field {
                        $(told.push(pair($with, 1));)?
                        told.push(pair($key, it.written()));
                    }
                )*
                let device = $device;
                $(
                    let device = match &self.$path {
                        Some(path) => device.path(path.as_str()),
                        None => device,
                    };
                )?
                $crate::pipeline::codec::OfDevice {
                    codec: $codec, encoder: $encoder, device, told, keyframes: self.keyframes, options: &self.options,
                }
            }

            /// What says just that to its encoder, in whatever order; `None` where none of these does.
            pub(crate) fn read(options: &[(String, String)]) -> Option<Self> {
                let mut said = $crate::pipeline::codec::Said::of(options)?;
                let mut it = Self::by($rate::read(&mut said)?);
                $(
                    if !said.is($always, $always_value) {
                        return None;
                    }
                )?
                $(
                    it.$field = said.value($key)?;
                    $(
                        if it.$field.is_some() != said.is($with, "1") {
                            return None;
                        }
                    )?
                )*
                it.keyframes = said.value("g")?.map($crate::media::KeyframeInterval::Frames);
                it.options = said.rest(&$known)?;
                // One that checks its values must not refuse what the encoder itself would take.
                it.problems().next().is_none().then_some(it)
            }
        }
    };
}
pub(super) use of_device;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary;
    use super::super::*;
    use super::*;
    use crate::media::{Bitrate, kbps};

    fn read(encoder: &str, options: &[(String, String)]) -> Option<AnyVideo> {
        Some(match encoder {
            "h264_qsv" => QsvH264::read(options)?.into(),
            "hevc_qsv" => QsvH265::read(options)?.into(),
            "av1_qsv" => QsvAv1::read(options)?.into(),
            "vp9_qsv" => QsvVp9::read(options)?.into(),
            "h264_vaapi" => VaapiH264::read(options)?.into(),
            "hevc_vaapi" => VaapiH265::read(options)?.into(),
            "av1_vaapi" => VaapiAv1::read(options)?.into(),
            "vp9_vaapi" => VaapiVp9::read(options)?.into(),
            "h264_videotoolbox" => VideoToolboxH264::read(options)?.into(),
            _ => VideoToolboxH265::read(options)?.into(),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// In whatever order it is said.
        #[test]
        fn what_is_told_is_read_back(encoding in arbitrary::of_device(), turn in 0..8_usize) {
            let it = encoding.of_device().unwrap();
            let mut told = it.told.clone();
            let keyframes = it.keyframes.filter(|it| matches!(it, KeyframeInterval::Frames(_)));
            told.extend(keyframes.iter().map(|it| pair("g", it.frames((25, 1)))));
            let turn = turn % told.len();
            told.rotate_left(turn);
            let mut wanted = encoding.clone();
            let plain = plain(&mut wanted, keyframes);
            let is_sound = plain.problems().is_empty();
            prop_assert_eq!(read(it.encoder, &told), is_sound.then_some(plain));
        }
    }

    /// Without what a command does not say, or says in other words.
    fn plain(encoding: &mut AnyVideo, keyframes: Option<KeyframeInterval>) -> AnyVideo {
        macro_rules! plain {
            ($($name:ident)*) => {
                match encoding {
                    $(AnyVideo::$name(it) => {
                        it.options = Options::default();
                        it.keyframes = keyframes;
                    })*
                    other => panic!("{other:?}"),
                }
            };
        }
        plain!(QsvH264 QsvH265 QsvAv1 QsvVp9 VaapiH264 VaapiH265 VaapiAv1 VaapiVp9 VideoToolboxH264 VideoToolboxH265);
        if let Some(path) = encoding.vaapi_path() {
            *path = None;
        }
        encoding.clone()
    }

    #[test]
    fn what_no_encoder_takes_is_refused() {
        let many = Bitrate::bits_per_second(u64::MAX);
        let wrong: [(AnyVideo, &str); 12] = [
            (QsvH264::constant_quality(0).into(), "QsvH264's constant quality is 0, outside 1 to 51"),
            (QsvAv1::constant_quality(52).into(), "QsvAv1's constant quality is 52, outside 1 to 51"),
            (QsvH265::fixed_quantizer(52).into(), "QsvH265's quantizer is 52, outside 1 to 51"),
            (QsvAv1::fixed_quantizer(0).into(), "QsvAv1's quantizer is 0, outside 1 to 255"),
            (QsvH264::constant_quality(20).b_frames(17).into(), "QsvH264's number of B pictures is 17, outside 0 to 16"),
            (QsvH264::constant_quality(20).look_ahead(101).into(), "QsvH264's look-ahead is 101, outside 1 to 100"),
            (QsvH264::fixed_quantizer(20).look_ahead(9).into(), "QsvH264 has no look-ahead with a fixed quantizer"),
            (QsvH264::constant_bitrate(kbps(9)).look_ahead(9).into(), "QsvH264 has no look-ahead with a constant bit rate"),
            (VaapiH265::fixed_quantizer(52).into(), "VaapiH265's quantizer is 52, outside 1 to 51"),
            (VaapiVp9::fixed_quantizer(0).into(), "VaapiVp9's quantizer is 0, outside 1 to 255"),
            (VideoToolboxH264::constant_quality(101).into(), "VideoToolboxH264's constant quality is 101, outside 1 to 100"),
            (QsvVp9::bitrate(many).into(), "QsvVp9's bit rate is 18446744073709550 kbit/s, outside 1 kbit/s to 1 Gbit/s"),
        ];
        for (encoding, words) in wrong {
            let said: Vec<_> = encoding.problems().iter().map(ToString::to_string).collect();
            assert_eq!(said, [words]);
        }
        let time = KeyframeInterval::Time(std::time::Duration::ZERO);
        assert_eq!(AnyVideo::from(VaapiAv1::bitrate(kbps(1)).keyframe_interval(time)).problems().len(), 1);
        for right in [QsvAv1::fixed_quantizer(255).into(), AnyVideo::from(VideoToolboxH265::constant_quality(100))] {
            assert_eq!(right.problems(), [], "{right:?}");
        }
    }

    #[test]
    fn what_is_said_otherwise_is_not_read() {
        let said = |text: &str| -> Pairs {
            let words: Vec<_> = text.split(' ').collect();
            words.chunks(2).map(|it| pair(it[0].trim_start_matches('-'), it[1])).collect()
        };
        for (encoder, text) in [
            ("h264_qsv", "-preset slow"),
            ("h264_qsv", "-b 800000 -global_quality 23"),
            ("h264_qsv", "-b 800000 -maxrate 900000"),
            ("h264_qsv", "-b 800k"),
            ("h264_qsv", "-global_quality 23 -global_quality 24"),
            ("h264_qsv", "-global_quality 23 -look_ahead 1"),
            ("h264_qsv", "-global_quality 23 -look_ahead_depth 40"),
            ("h264_qsv", "-global_quality 23 -profile high422"),
            ("h264_qsv", "-global_quality 23 -cavlc 1"),
            ("h264_qsv", "-global_quality 52"),
            ("h264_qsv", "-flags +qscale -global_quality 100"),
            ("h264_qsv", "-flags +cgop -global_quality 23"),
            ("hevc_qsv", "-global_quality 23 -profile main"),
            ("h264_vaapi", "-b 800000"),
            ("h264_vaapi", "-rc_mode QVBR -b 800000"),
            ("h264_vaapi", "-rc_mode VBR -qp 23"),
            ("h264_vaapi", "-qp 23 -global_quality 23"),
            ("h264_vaapi", "-qp 0"),
            ("h264_videotoolbox", "-b 800000"),
            ("h264_videotoolbox", "-b 800000 -allow_sw 1"),
            ("h264_videotoolbox", "-b 800000 -allow_sw 0 -constant_bit_rate 0"),
        ] {
            assert_eq!(read(encoder, &said(text)), None, "{encoder} {text}");
        }
        let slow = QsvH264::constant_quality(23).preset(QsvPreset::Slow);
        assert_eq!(read("h264_qsv", &said("-preset slow -global_quality 23")), Some(slow.into()));
        for text in ["-qp 23", "-rc_mode CQP -qp 23", "-rc_mode CQP -global_quality 23"] {
            assert_eq!(read("h264_vaapi", &said(text)), Some(VaapiH264::fixed_quantizer(23).into()), "{text}");
        }
    }
}
