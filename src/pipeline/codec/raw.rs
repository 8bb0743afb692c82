use crate::pipeline::Options;

/// Any other video encoder of the linked FFmpeg, by FFmpeg's name: the way out where no type fits.
///
/// It goes into any container as far as the compiler is concerned; whether the linked FFmpeg has the encoder and whether it has the
/// options is checked before anything runs, and whether the container holds what comes out is for its muxer to say, which fails the
/// job. A value that the encoder does not take fails the job, too.
///
/// ```no_run
/// use telecine::{Matroska, RawVideo};
///
/// let output = Matroska::file("out.mkv").video(RawVideo::encoder("mpeg2video").option("b", "4M").option("g", "15"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RawVideo {
    pub(crate) encoder: String,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

/// Any other audio encoder of the linked FFmpeg, by FFmpeg's name: see [`RawVideo`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RawAudio {
    pub(crate) encoder: String,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

impl RawVideo {
    /// That encoder, without options.
    #[must_use]
    #[doc(alias = "c:v")]
    pub fn encoder(name: impl Into<String>) -> Self {
        Self { encoder: name.into(), options: Options::default() }
    }

    /// One of its options, or of those that all video encoders have, by FFmpeg's name.
    #[must_use]
    pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(key, value);
        self
    }
}

impl RawAudio {
    /// That encoder, without options.
    #[must_use]
    #[doc(alias = "c:a")]
    pub fn encoder(name: impl Into<String>) -> Self {
        Self { encoder: name.into(), options: Options::default() }
    }

    /// One of its options, or of those that all audio encoders have, by FFmpeg's name.
    #[must_use]
    pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add(key, value);
        self
    }
}
